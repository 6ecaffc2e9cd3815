"""What a foundry or OSAT company must presume of a chip that it exports, and what overcomes it.

Note 1 to 3A090.a attaches to every applicable advanced logic IC with any transistor count: the
item is presumed to be 3A090.a and for data centers. The presumption stands unless one of three
attestations overcomes it; what nobody attested does not.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import All
from chipdb.rules.rule import Provision, Rule, WayOut
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Item
from chipdb.solver.memory_facts import attestations, with_attested_count
from chipdb.solver.missing import Need
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, judge
from chipdb.vocabulary import Kind, RuleQuestion, Status, WayState


@dataclass(frozen=True)
class WayTaken:
    """A way out of a presumption and whether it is open; ``needs`` say what would settle it.

    ``way`` is its letter in the note.
    """

    way: str
    state: WayState
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Presumption:
    """The presumption of a day for one item; ``verdict`` says whether it stands.

    It is met where it stands, not met where it does not attach or is overcome, and undetermined
    where the text or a stated fact leaves that open.
    """

    verdict: Verdict
    ways_out: tuple[WayTaken, ...]

    @property
    def rule(self) -> Rule:
        """The rule of the day."""
        return self.verdict.rule

    @property
    def may_stand(self) -> bool:
        """Whether it was not surely overcome: an exporter then has to act on it."""
        return self.verdict.may_be_met

    @property
    def presumed(self) -> str | None:
        """The paragraph that the item is presumed to be in; None where nothing is presumed."""
        if not self.may_stand:
            return None
        return self.rule.presumes


def presumption_of(ruling: Ruling) -> Presumption | None:
    """The presumption for the role and the day; None where none is asked or none fits the item.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.question import question
    >>> asked = question("2026-06-01", "China", role="foundry")
    >>> presumption_of(Ruling(Item(load()["A30"]), asked)).presumed
    '3A090.a'
    >>> presumption_of(Ruling(Item(load()["A30"]), question("2026-06-01", "China"))) is None
    True
    """
    rules = [rule for rule in ruling.rules_of(RuleQuestion.PRESUMPTION) if rule.presumes]
    if not rules:
        return None
    # The periods of the note follow each other, so there is one rule on any day.
    rule = rules[0]
    return Presumption(ruling.verdict(rule), tuple(_ways(ruling, rule)))


def _ways(ruling: Ruling, rule: Rule) -> Iterator[WayTaken]:
    """Each way out in the order of the rule, with attestations that are not stated as unknown."""
    chip = ruling.item.lead
    item = Item(with_attested_count(chip))
    # The rule counts what nobody stated as not so; a way out shows that it would settle something.
    attested = attestations(chip, ruling.question.on, rule.application_days)
    facts = {**ruling.facts([rule]), **attested}
    states = {
        Status.MET: WayState.OPEN,
        Status.NOT_MET: WayState.CLOSED,
        Status.UNDETERMINED: WayState.DEPENDS,
    }
    for entry in rule.ways_out:
        verdict = judge(_probe(rule, entry), item, ruling.control_list, facts)
        yield WayTaken(entry.way, states[verdict.status], verdict.needs)


@functools.lru_cache(maxsize=64)
def _probe(rule: Rule, entry: WayOut) -> Rule:
    """A way out as a rule of its own, met where it is open.

    Cached, since what is known of a rule is kept by identity.
    """
    provisions = (Provision(entry.way, entry.way, entry.when),)
    return Rule(id=f"{rule.id}:{entry.way}", question=rule.question, provisions=provisions)


def binding_presumption(ruling: Ruling) -> Presumption | None:
    """The presumption that makes the license question one about the presumed item, if any.

    A license requirement applies from the compliance date, the presumption from its effective one.
    Before that day a caution says that the requirement will follow.
    """
    # One that may stand binds, too: the license answer then says that it is not settled.
    presumption = presumption_of(ruling)
    if presumption is None or not presumption.may_stand:
        return None

    due = presumption.rule.dates.compliance
    if due is not None and ruling.question.on < due:
        return None
    return presumption


def presumed_ruling(ruling: Ruling, presumption: Presumption) -> Ruling:
    """The same question about the item as presumed: of that paragraph, for data centers.

    Its control list says so of every chip with any figures, and its license rules are
    asked as for any other item.
    """
    # The note presumes both: the paragraph, and that the item is designed for data centers.
    chip = replace(ruling.item.chip, designed_for=("datacenter",))
    return Ruling(
        Item(chip), ruling.question, control_list=_presumed_control_list(presumption.rule)
    )


@functools.lru_cache(maxsize=16)
def _presumed_control_list(rule: Rule) -> ControlList:
    """A control list by which every chip is in the paragraph that a rule presumes.

    Cached, because verdicts are kept by the control list that they refer to.
    """
    assert rule.presumes is not None
    provision = Provision(rule.provisions[0].id, rule.presumes, All(()))
    presumed = Rule(
        id=rule.id,
        question=RuleQuestion.CLASSIFICATION,
        provisions=(provision,),
        kinds=(Kind.PROCESSOR,),
    )
    return ControlList((presumed,))

"""What the vendor declares in an export table, next to what the figures give.

It may contest an answer, never decide it.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics import declared_apart, measure
from chipdb.rules.conditions import Atom
from chipdb.rules.rule import entry_of
from chipdb.rules.rulebook import load_rules
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Item
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.units import display
from chipdb.vocabulary import RuleQuestion, Status

DECLARES = "the vendor declares ECCN"
"""How the reason begins that rests on a declared ECCN."""

# Patterns as text: few chips have a declared ECCN, and a pattern takes a while to compile.
ALSO_MEETS = r"\.z(\.\d+(\.[ab])?)?$"
"""The paragraphs that hold items of other entries which meet 3A090 or 4A090 too."""

DECLARED = {
    "declared_4a003": (r"4A003\.(b|c|z\.1(\.[ab])?)$", r"4A003(\.z)?$"),
    "declared_5a002": (r"5A002\b", None),
}
"""Facts about a declared ECCN: what it must match, and what leaves its paragraph open.

Paragraphs .g and .z.2 of 4A003 are for other equipment, controlled under NS column 2, so they are
not among those of ``declared_4a003``. No figure of a chip shows these facts (decision record 30).
"""


def declared_entries(chip: Chip) -> dict[str, bool | None]:
    """Whether the vendor declares entries that figures do not show; None where it leaves that open.

    The facts of :data:`DECLARED` by name, all false where the vendor declares no ECCN.

    >>> from chipdb.catalog.figures import Declared
    >>> declared_entries(Chip(id="a", name="a", declared=Declared(eccn="4A003.b")))
    {'declared_4a003': True, 'declared_5a002': False}
    >>> declared_entries(Chip(id="a", name="a", declared=Declared(eccn="4A003")))
    {'declared_4a003': None, 'declared_5a002': False}
    """
    facts: dict[str, bool | None] = dict.fromkeys(DECLARED, False)
    if chip.declared is None or chip.declared.eccn is None:
        return facts

    eccn = chip.declared.eccn
    for fact, (pattern, open_pattern) in DECLARED.items():
        facts[fact] = re.match(pattern, eccn) is not None
        if open_pattern is not None and re.match(open_pattern, eccn):
            facts[fact] = None
    return facts


def with_declared_eccn(verdict: Verdict, item: Item, question: Question) -> Verdict:
    """The classification, contested where the vendor's declared ECCN says otherwise.

    A vendor's ECCN is a self-classification, not a ruling (15 CFR 748.3), so it adds a side to
    ``verdict`` and leaves its finding as it is. A module's 4A090.a says 3A090.a of its chip, by the
    entries of the day of the declaration.
    """
    declared = item.chip.declared
    if declared is None or declared.eccn is None:
        return verdict

    # A declaration is about the rule of its own day: one made before the rule says nothing of it.
    declared_on = date.fromisoformat(declared.as_of) if declared.as_of else question.on
    if not verdict.rule.in_force(declared_on):
        return verdict

    entries_then = ControlList(tuple(question.rulebook.in_force(declared_on)))
    outcome = _outcome_of_chip(declared.eccn, verdict, entries_then)
    finding = Finding(Status.NOT_MET)
    if outcome is not None:
        finding = Finding(Status.MET, outcome)
    if finding == verdict.finding:
        return verdict

    # A declaration that names only the entry does not contest a paragraph of it.
    if verdict.status == Status.MET and outcome == _entry(verdict):
        return verdict

    side = Side(f"{DECLARES} {declared.eccn} ({declared.source})", finding)

    def with_side() -> tuple[Side, ...]:
        """What contested the verdict before, and the declaration."""
        return (*verdict.sides, side)

    return replace(verdict, find_sides=with_side)


def _entry(verdict: Verdict) -> str | None:
    """The entry that the outcomes of a rule have in common, such as 3A090.

    None where they have none in common.
    """
    return entry_of(set(verdict.rule.outcomes()))


def _outcome_of_chip(eccn: str, verdict: Verdict, entries: ControlList) -> str | None:
    """The outcome of the rule that an ECCN stands for; None for every other entry.

    An ECCN without a paragraph (3A090), and a .z paragraph of another entry (5A992.z), which is for
    items that also meet this one, stand for the entry. ``entries`` is the control list of the day
    of the declaration.
    """
    entry = _entry(verdict)
    if eccn == entry or re.search(ALSO_MEETS, eccn):
        return entry

    outcomes = verdict.rule.outcomes()
    if eccn in outcomes:
        return eccn

    for module, outcomes_inside in entries.modules:
        # An entry for modules implies what it asks of the chip inside.
        implied = [name for name in outcomes_inside if name in outcomes]
        if not implied:
            continue
        if module == eccn:
            return implied[0]
        if entry_of({module, eccn}) == eccn:
            return entry
    return None


@dataclass(frozen=True)
class Difference:
    """A declared TPP next to the computed one.

    ``why`` is the reason where one is known, ``crossed`` are the thresholds that lie between the
    two, each with the id of its rule.
    """

    declared: Fraction
    computed: Fraction
    why: str | None
    crossed: tuple[tuple[str, Fraction], ...]

    @property
    def text(self) -> str:
        """In words: the computed TPP, how far the declared one is from it, thresholds, the reason.

        As ``show`` and the dossier print it next to the declared TPP.
        """
        percent = 100 * (self.declared / self.computed - 1)
        parts = [f"{display(self.computed)}, declared {display(percent, 1)} % from it"]
        if self.crossed:
            parts.append("; ".join(self._thresholds()))
        parts.append(self.why or "not explained")
        return "; ".join(parts)

    def _thresholds(self) -> list[str]:
        """A phrase for each threshold between the two, lowest first, with its rules.

        A threshold that several rules share is named once.
        """
        rules_at: dict[Fraction, list[str]] = {}
        for rule, threshold in self.crossed:
            rules_at.setdefault(threshold, []).append(rule)

        texts = []
        for threshold, rules in sorted(rules_at.items()):
            texts.append(f"the threshold {display(threshold)} lies between ({', '.join(rules)})")
        return texts


def difference_of(chip: Chip) -> Difference | None:
    """How a declared TPP differs from the computed one.

    None within 1 % and where either is missing. A chip of a system is compared with the system's
    declaration, because vendors declare per chip.

    NVIDIA declares for the A100 what a lower clock than the boost clock gives, and the threshold of
    3A090.a lies between the two:

    >>> from chipdb.catalog.catalog import load
    >>> difference = difference_of(load()["A100 SXM4 40GB"])
    >>> int(difference.declared), int(difference.computed)
    (3822, 4992)
    """
    # Within 1 % the two agree: see declared_apart.
    declared = chip.declared
    if declared is None or declared.tpp is None or not declared_apart(chip):
        return None
    computed = measure(chip, "tpp").value
    if computed is None:
        return None

    low, high = sorted((declared.tpp, computed))
    return Difference(declared.tpp, computed, declared.differs, _thresholds_between(low, high))


def _thresholds_between(low: Fraction, high: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """The thresholds on TPP between two values, each with the id of its rule, sorted by id.

    They are those of every rule of any day except proposals; notes leave out rules not in force.
    """
    crossed: set[tuple[str, Fraction]] = set()
    for rule in load_rules():
        # A proposal controls nothing, so a declaration on its other side has no effect today.
        if rule.question == RuleQuestion.PROPOSAL:
            continue

        for leaf in rule.leaves():
            if not isinstance(leaf, Atom) or leaf.metric != "tpp":
                continue
            # Most thresholds are "at least": one that equals the higher value separates the two.
            if low < leaf.limit <= high:
                crossed.add((rule.id, leaf.limit))
    return tuple(sorted(crossed))

"""What an envelope assumes about its designs, the transaction and the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chipdb.lazy_dataclasses import replace
from chipdb.rules.conditions import FACTS, Atom, Outcome, leaves
from chipdb.rules.rule import Rule
from chipdb.solver.cautions import TEXTS
from chipdb.solver.designs import (
    UNMEASURED,
    DesignRules,
    Given,
    LegalRegion,
    legal_regions,
)
from chipdb.solver.question import Question
from chipdb.solver.ruling import applicable_to, control_list_of
from chipdb.vocabulary import Kind, RuleQuestion

EVIDENT = ("datacenter", "digital", "us_available")
"""Facts that are taken as true of a design."""
NOT_CHECKED = (
    "parties headquartered at the destination; end uses, parties and license exceptions were not "
    "checked, nor other entries (such as 4A003), which rules read from a vendor's declaration only"
)
"""What the rules of a destination leave out, as in the answer of ``check``."""
_PLAIN = {
    "datacenter": "for data centers",
    "digital": "digital",
    "us_available": "on sale in the United States",
}
"""The evident facts as they are said of a design."""


def license_rules(question: Question) -> tuple[Rule, ...]:
    """The license rules of a day and destination; none without a destination.

    They are in the order of the rulebook. A rule whose scope may hold is included.
    """
    if question.to is None:
        return ()
    applicable = applicable_to(Kind.PROCESSOR, question, question.rulebook)
    return tuple(each for each in applicable.asked if each.question == RuleQuestion.LICENSE)


def of_design(settings: Mapping[str, str], rules: Iterable[Rule]) -> list[str]:
    """The facts that are assumed of a design, and separately those that the user set.

    ``settings`` are facts by name, with the user's own word for each; ``rules`` are those that the
    design has to stay outside.

    >>> of_design({"datacenter": "No"}, [])[0]
    'a design that is digital, on sale in the United States and not a named part'
    >>> of_design({"datacenter": "No"}, [])[1]
    'as set: designed or marketed for use in datacenters: no'
    """
    words = [_PLAIN[name] for name in EVIDENT if name not in settings]
    texts = ["a design that is not a named part"]
    if words:
        texts = [f"a design that is {', '.join(words)} and not a named part"]
    for name, value in settings.items():
        if name in FACTS:
            texts.append(f"as set: {FACTS[name]}: {value.lower()}")
    if any(rule.addressees for rule in rules):
        texts.append("every letter is addressed to its vendor")
    return texts


def outcomes_met(designs: DesignRules) -> list[str]:
    """A line with the entries whose conditions named rules treat as met for every design.

    A bill that controls what is in an entry then leaves no design, though most chips are not in it.
    Empty if no rule is named, or no named rule refers to an entry.
    """
    entries: dict[str, None] = {}
    for each in designs.rules:
        if each.id not in designs.outcomes_met:
            continue
        for condition in each.deciding():
            for leaf in leaves(condition):
                if isinstance(leaf, Outcome):
                    entries |= dict.fromkeys(leaf.names)
    if not entries:
        return []
    return [f"every design counts as classified in {', '.join(entries)}, where a rule reads that"]


def unmeasured(designs: DesignRules) -> list[str]:
    """A line for each metric that rules compare and a design does not have.

    The search ignores thresholds on these metrics, so the answer has to name them.
    """
    texts = []
    for name in metrics_read(designs):
        if name in UNMEASURED:
            texts.append(f"no threshold on {name} is met")
    return texts


def metrics_read(designs: DesignRules) -> list[str]:
    """The metrics that decide about a design, in the order of the rules, each once."""
    metrics = [leaf.metric for leaf in designs.leaves() if isinstance(leaf, Atom)]
    return list(dict.fromkeys(metrics))


def printed_only(question: Question) -> tuple[Rule, ...]:
    """The license rules of a place that are printed and that the law as enforced leaves out.

    Empty where the question is about the printed text itself.
    """
    if question.as_printed:
        return ()
    enforced = {rule.id for rule in license_rules(question)}
    printed = license_rules(question.other_law())
    return tuple(rule for rule in printed if rule.id not in enforced)


def of_law(question: Question, designs: DesignRules, given: Given) -> list[str]:
    """A line for each license rule that is not enforced and would leave less than ``designs``.

    ``given`` are the figures that do not vary. Raises :class:`~chipdb.errors.UsageError` where a
    rule compares the die area and none is given.
    """
    # Regions are compared, not rules: most printed texts demand less than what is already
    # enforced.
    left = _ends(legal_regions(designs, given))
    texts: list[str] = []
    for rule in printed_only(question):
        # As for enforced rules, its scope is assumed to hold and a letter to reach the company.
        scope = {f"scope:{rule.id}": True, f"addressee:{rule.id}": True}
        with_it = replace(
            designs,
            rules=(*designs.rules, rule),
            control_list=control_list_of(question.other_law()),
            facts={**designs.facts, **scope},
        )
        # The same paragraph may be enforced for these places; then its printed text adds nothing.
        if _ends(legal_regions(with_it, given)) == left:
            continue
        not_enforced = TEXTS["not_enforced"].format(
            section=rule.provisions[0].id,
            announced=rule.dates.enforcement_ends,
            seen=rule.dates.evidence_to,
        )
        texts.append(f"the law as enforced: {not_enforced}; --law text applies it and leaves less")
    return texts


def _ends(regions: Sequence[LegalRegion]) -> list[tuple[object, object]]:
    """The limits of regions, without what binds them: equal where the same designs are left."""
    return [(dict(region.starts), dict(region.stops)) for region in regions]

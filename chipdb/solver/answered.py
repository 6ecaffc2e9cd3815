"""One answer with everything that notes and cautions are written about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Metric
from chipdb.notebook import short_repr
from chipdb.solver.intervals import Interval, KnownFigures
from chipdb.solver.item import Interpretation
from chipdb.solver.licensing import License, OtherLaw
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict, findings_over, joined
from chipdb.vocabulary import Required


@short_repr
@dataclass(frozen=True, kw_only=True)
class Answered:
    """What notes are written about: the entry, its metrics, the ruling, the license answers.

    ``metrics`` are by name; ``other_law`` is what the other law answers where it differs.
    """

    entry: Entry
    metrics: Mapping[str, Metric]
    ruling: Ruling
    license: License
    other_law: OtherLaw | None

    @property
    def chip(self) -> Chip:
        """The chip that was asked about."""
        return self.entry.chip

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.ruling.question

    @property
    def needs_license(self) -> bool:
        """Whether a license is required as it is: then no caution could turn "no" into "yes"."""
        return self.license.required == Required.YES


def classified_with(name: str, interval: Interval, answered: Answered) -> Finding:
    """The classification if a metric lay in another interval, with everything else unchanged.

    ``interval`` is in the unit of the metric.
    """
    return joined(found_with(name, interval, answered, answered.ruling.classification))


def found_as_counted(answered: Answered, verdict: Verdict) -> frozenset[Finding]:
    """What a rule may give for the figures as they were counted; several where some are missing."""
    assert verdict.grounds is not None
    return _findings_of(verdict.grounds.interpretation.chips, answered, verdict)


def found_with(
    name: str, interval: Interval, answered: Answered, verdict: Verdict
) -> frozenset[Finding]:
    """What a rule that was asked may give if a metric lay in another interval.

    ``interval`` is in the unit of the metric; all else stays as it was counted.
    """
    assert verdict.grounds is not None
    chips = []
    for known in verdict.grounds.interpretation.chips:
        # A metric without meaning has no value in any interval, so here it is given one.
        chips.append(known.with_intervals({name: interval}, known.undefined - {name}))
    return _findings_of(tuple(chips), answered, verdict)


def found_within(
    names: Iterable[str], factor: Fraction, answered: Answered, verdict: Verdict
) -> frozenset[Finding]:
    """What a rule may give if some metrics may be off by up to a factor, either way.

    The rule is asked over all that they may be together.
    """
    assert verdict.grounds is not None
    chips = []
    for known in verdict.grounds.interpretation.chips:
        wider: dict[str, Interval] = {}
        for name in names:
            # another chip of a system may lack the metric
            low, high = known.intervals.get(name, (Fraction(0), None))
            wider[name] = (low / factor, None if high is None else high * factor)
        chips.append(known.with_intervals(wider))
    return _findings_of(tuple(chips), answered, verdict)


def _findings_of(
    chips: tuple[KnownFigures, ...], answered: Answered, verdict: Verdict
) -> frozenset[Finding]:
    """What the rule of a verdict may give for some figures."""
    # Made-up figures have no item, so the rule is asked over an interpretation of its own.
    assert verdict.grounds is not None
    return findings_over(
        verdict.rule,
        answered.ruling.control_list,
        answered.chip.kind,
        Interpretation(None, chips),
        verdict.grounds.facts,
    )

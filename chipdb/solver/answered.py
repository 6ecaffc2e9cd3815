"""One answer with everything that notes and cautions are written about."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Metric
from chipdb.notebook import short_repr
from chipdb.solver.intervals import Interval
from chipdb.solver.item import Interpretation
from chipdb.solver.licensing import License, OtherLaw
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict, finding_over
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


def classified_with(
    name: str, interval: Interval, answered: Answered, verdict: Verdict | None = None
) -> Finding:
    """The classification if a metric lay in another interval, all else as it was counted.

    ``interval`` is in the unit of the metric. ``verdict`` is that of one classification rule which
    was asked; by default of the one that decides.
    """
    # Made-up figures have no item, so the rule is asked over an interpretation of its own.
    control_list = answered.ruling.control_list
    verdict = verdict or answered.ruling.classification
    assert verdict.grounds is not None
    chips = []
    for known in verdict.grounds.interpretation.chips:
        # A metric without meaning has no value, whatever its interval: here it is given one.
        chips.append(known.with_intervals({name: interval}, known.undefined - {name}))

    return finding_over(
        verdict.rule,
        control_list,
        answered.chip.kind,
        Interpretation(None, tuple(chips)),
        verdict.grounds.facts,
    )

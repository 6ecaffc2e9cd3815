"""``near``: what sits just under a line, with the margin to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chipdb.answers.impact import said_of
from chipdb.catalog.chip import Chip
from chipdb.catalog.modify import valued
from chipdb.errors import QuantityError, UsageError
from chipdb.metrics import measure
from chipdb.notebook import views
from chipdb.rules.conditions import Atom
from chipdb.solver.labels import finding_text
from chipdb.solver.question import Question
from chipdb.solver.verdict import Verdict
from chipdb.units import PERCENT, exact


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A chip under a line: how far, and what the rule says now and just beyond."""

    chip: str
    rule: str
    metric: str
    value: Fraction
    limit: Fraction
    now: str
    beyond: str

    @property
    def percent(self) -> Fraction:
        """How much the metric may rise, in percent of its value."""
        return PERCENT * (self.limit / self.value - 1)

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb near --format json`` prints for it."""
        return dict(views("json.commands").margin_record(self))


def within(text: str) -> Fraction:
    """The width of the strip under a line: ``5%``; :class:`UsageError` for anything else."""
    try:
        width = exact(text.strip().removesuffix("%")) if text.strip().endswith("%") else None
    except QuantityError:
        width = None
    if width is None or not 0 < width <= PERCENT:
        raise UsageError(f"--within {text}: write a percentage above 0, such as 5%")
    return width / PERCENT


def near(chips: Iterable[Chip], question: Question, width: Fraction) -> Iterator[Margin]:
    """Every chip whose answer changes if one metric rises by at most ``width`` of its value."""
    for chip in chips:
        if not chip.members:
            said = said_of(chip, question)
            yield from (
                margin
                for verdict in said.values()
                for margin in _margins(chip, verdict, question, width)
            )


def _margins(chip: Chip, verdict: Verdict, question: Question, width: Fraction) -> Iterator[Margin]:
    limits = {(leaf.metric, leaf.limit) for leaf in verdict.rule.leaves() if isinstance(leaf, Atom)}
    for metric, limit in sorted(limits):
        value = measure(chip, metric).value
        if value and value < limit <= value * (1 + width):
            beyond = said_of(valued(chip, metric, limit), question)[verdict.rule.id].finding
            if beyond != verdict.finding:
                yield Margin(
                    chip=chip.id,
                    rule=verdict.rule.id,
                    metric=metric,
                    value=value,
                    limit=limit,
                    now=finding_text(verdict.finding),
                    beyond=finding_text(beyond),
                )

"""``near``: the chips just below a threshold, with the margin to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.answers.arguments import (
    Chips,
    File,
    Names,
    Rules,
    catalog_of,
    chips_of,
    expect,
    question_of,
)
from chipdb.answers.impact import said_of
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.modify import with_value
from chipdb.errors import ParameterError, QuantityError
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure
from chipdb.notebook import Framed, views
from chipdb.rules.conditions import Atom
from chipdb.solver.labels import finding_text, finding_words, negative_words
from chipdb.solver.question import ENFORCED, Question
from chipdb.solver.verdict import Verdict
from chipdb.units import PERCENT, exact
from chipdb.vocabulary import RuleQuestion


@dataclass(frozen=True, kw_only=True)
class Margin(Framed):
    """A chip below a threshold, and what the rule answers now and at the threshold."""

    chip: str
    rule: str
    metric: str
    value: Fraction
    limit: Fraction
    now: str
    beyond: str
    question: RuleQuestion
    """What the rule answers; ``now`` and ``beyond`` are in the words of this question."""
    values: tuple[str, str]
    """``now`` and ``beyond`` as JSON and CSV have them: ``outside`` for a rule that is not met."""
    law: str = ENFORCED
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    @property
    def percent(self) -> Fraction:
        """How much the metric may rise, in percent of its value."""
        return PERCENT * (self.limit / self.value - 1)

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb near --format json``."""
        return dict(views("json.commands").margin_record(self))


def near(
    chips: Chips | None = None,
    *,
    within: str = "5%",
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Margin]:
    """List the chips near a threshold of a rule, nearest first.

    The answer of that rule changes if one metric rises by at most ``within``.
    Without ``chips``, the whole catalog is measured.
    Raises :class:`~chipdb.errors.UnknownNameError` for a chip, country or rule that does not exist.

    >>> import chipdb
    >>> margin = chipdb.near("RTX 4090 D", on="2024-06-01")[0]
    >>> margin.metric, float(margin.value), float(margin.limit)
    ('tpp', 4706.88, 4800.0)
    """
    width = share_of(within)
    asked = question_of(
        on=on,
        to=to,
        from_=from_,
        headquarters=headquarters,
        rules=rules,
        enact=enact,
        law=law,
    )
    chosen = chips_of(chips, catalog_of(catalog, vintage))
    return nearest_first(margins_of(chosen, asked, width))


def nearest_first(margins: Iterable[Margin]) -> list[Margin]:
    """The margins in the order of the list: the smallest rise comes first."""
    return sorted(margins, key=lambda margin: margin.percent)


def share_of(text: str) -> Fraction:
    """The fraction that a percentage such as ``5%`` stands for; it is above 0 and at most 100 %.

    Raises :class:`~chipdb.errors.ParameterError` for any other text.

    >>> share_of("5%")
    Fraction(1, 20)
    """
    expect("within", text, str)
    number = text.strip()
    percent = None
    # a number without the sign could mean a fraction, so it is refused
    if number.endswith("%"):
        with contextlib.suppress(QuantityError):
            percent = exact(number.removesuffix("%"))
    if percent is None or not 0 < percent <= PERCENT:
        raise ParameterError("within", f"must be a percentage above 0 such as '5%', not {text!r}")
    return percent / PERCENT


def margins_of(chips: Iterable[Chip], question: Question, width: Fraction) -> Iterator[Margin]:
    """Every chip whose answer changes if one metric rises by at most ``width`` of its value.

    ``width`` is a fraction: 1/20 is 5 %. A margin for each rule and metric, chip by chip.
    """
    for chip in chips:
        # a metric of a system is that of one of its chips, so raising it describes no product
        if chip.members:
            continue
        for verdict in said_of(chip, question).values():
            yield from _margins(chip, verdict, question, width)


def _margins(chip: Chip, verdict: Verdict, question: Question, width: Fraction) -> Iterator[Margin]:
    """The thresholds of one rule that the chip is near to and whose crossing changes the answer.

    Only one metric rises at a time, so a change that takes two together is not reported.
    """
    thresholds = {
        (leaf.metric, leaf.limit) for leaf in verdict.rule.leaves() if isinstance(leaf, Atom)
    }
    negative = negative_words(verdict.rule)
    for metric, threshold in sorted(thresholds):
        value = measure(chip, metric).value
        if not value or not value < threshold <= value * (1 + width):
            continue

        # at the threshold itself, since rules of this kind say "or more"; where one does not, the
        # answer stays the same and nothing is reported
        raised = said_of(with_value(chip, metric, threshold), question)
        beyond = raised[verdict.rule.id].finding
        if beyond != verdict.finding:
            yield Margin(
                chip=chip.id,
                rule=verdict.rule.id,
                metric=metric,
                value=value,
                limit=threshold,
                now=finding_words(verdict.finding, negative),
                beyond=finding_words(beyond, negative),
                question=verdict.rule.question,
                values=(finding_text(verdict.finding), finding_text(beyond)),
                law=question.law,
                data=chip.data,
            )

"""The reports of ``estimate`` and ``equivalents``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chipdb.answers.equivalents import Equivalence
from chipdb.answers.estimate import Corners, Estimate
from chipdb.units import PERCENT, display, significant
from chipdb.views.json.workloads import corners_record, equivalence_row, estimate_row
from chipdb.views.report import Part, Report, ReportTable, records_of
from chipdb.views.tables import NONE, or_dash, resolved_names
from chipdb.views.wording import changed_name
from chipdb.workloads.data import Measurement, sources
from chipdb.workloads.throughput import CAPACITY

HEADERS = ("chip", "low", "nominal", "high", "bound by", "layout", "batch", "step", "first token")
TOKENS_A_SECOND = "tokens/s per chip"
MEASURED_HEADERS = ("measured", "precision", "layout", "batch", "input", "output", "source")
MOST_MEASURED = 8
"""Measurements that a table lists; JSON has all."""

NOT_PREDICTED = (
    "not predicted: versions of software (a factor of 1.5 to 2, of 3 where it is young), prefix "
    "caches, the acceptance of draft tokens, the loss in production relative to a benchmark; "
    "models with few active parameters are over-predicted up to twice"
)


def estimate_report(answers: Sequence[Estimate]) -> Report:
    """Report what a workload gives on some chips."""
    return Report(
        records=lambda: records_of(answers),
        tables=lambda: _estimate_parts(answers),
        rows=lambda: flat_table([estimate_row(answer) for answer in answers]),
        sheets=lambda: [_estimate_sheet(answers)],
        notes=[
            *resolved_names([answer.entry for answer in answers]),
            *_cost_notes(answers),
            NOT_PREDICTED,
        ],
    )


def _cost_notes(answers: Sequence[Estimate]) -> list[str]:
    """The published costs of the chips, which nothing counts unless a price is given."""
    if any(answer.request.price is not None for answer in answers):
        return []
    notes: list[str] = []
    for answer in answers:
        for cost in answer.costs:
            source, usd = sources()[cost.source], f"{cost.usd_per_hour:g}"
            notes.append(
                f"{answer.entry.chip.name}: owning it costs {usd} USD an hour "
                f"({source['publisher']}, {source['date']}); --price {usd} counts it"
            )
    return notes


def flat_table(rows: Sequence[dict[str, object]]) -> ReportTable:
    """Rows that all have the same columns, which the first one names."""
    return ReportTable(list(rows[0]), [list(row.values()) for row in rows])


SHEET = (
    ("chip", ""),
    ("workload", ""),
    ("low", TOKENS_A_SECOND),
    ("nominal", TOKENS_A_SECOND),
    ("high", TOKENS_A_SECOND),
    ("bound by", ""),
    ("layout", ""),
    ("batch", "sequences"),
    ("step", "ms"),
    ("first token", "ms"),
    ("price", "USD per 1,000,000 tokens"),
    ("energy", "tokens per joule"),
)
"""The columns of the sheet for people, with their units."""


def _estimate_sheet(answers: Sequence[Estimate]) -> ReportTable:
    """The sheet of a workbook with what people compare; the answers are in full on the next."""
    rows: list[list[object]] = []
    for answer in answers:
        workload = answer.request.workload
        rows.append(
            [
                changed_name(answer.chip, answer.entry.chip.changes),
                f"{workload.model.name}, {workload.phase.value}",
                *_corners(answer.tokens),
                answer.bound_by or "missing figures",
                answer.layout,
                answer.batch,
                _nominal(answer.step),
                _nominal(answer.first_token),
                _nominal(answer.usd_per_million_tokens),
                _nominal(answer.tokens_per_joule),
            ]
        )
    headers, units = zip(*SHEET, strict=True)
    return ReportTable(headers, rows, title="estimates", units=units)


def _corners(value: Corners | None) -> list[float | None]:
    """Low, nominal and high for a sheet; nothing where they are not known or have no limit."""
    record = corners_record(value)
    return [None] * 3 if record is None else list(record.values())


def _nominal(value: Corners | None) -> float | None:
    """The nominal one of three values, if they are known."""
    return _corners(value)[1]


def _estimate_parts(answers: Sequence[Estimate]) -> list[Part]:
    """A line for each chip, then what each estimate rests on and the published measurements."""
    workload = answers[0].request.workload
    title = f"{workload.model.name}, {workload.phase.value}: tokens per second per chip"
    headers, rows = list(HEADERS), [_row(answer) for answer in answers]
    _add_ratio(headers, rows, "USD a million", [each.usd_per_million_tokens for each in answers])
    _add_ratio(headers, rows, "tokens a joule", [each.tokens_per_joule for each in answers])
    parts: list[Part] = [ReportTable(headers, rows, title=title)]
    for answer in answers:
        parts.append(_basis(answer))
        if answer.measured:
            parts.append(_measured(answer))
    return parts


def _add_ratio(
    headers: list[str], rows: list[list[str]], name: str, values: Sequence[Corners | None]
) -> None:
    """Add a column of nominal values, if any chip has one."""
    if not any(values):
        return
    headers.append(name)
    for row, value in zip(rows, values, strict=True):
        cell = NONE
        if value is not None:
            cell = shown(value.nominal)
        row.append(cell)


def _row(answer: Estimate) -> list[str]:
    """One chip."""
    tokens = answer.tokens
    figures = [NONE, NONE, NONE]
    if tokens is not None:
        figures = [shown(tokens.low), shown(tokens.nominal), shown(tokens.high)]
    batch = NONE
    if answer.batch is not None:
        batch = display(answer.batch)
    return [
        changed_name(answer.chip, answer.entry.chip.changes),
        *figures,
        answer.bound_by or "missing figures",
        or_dash(answer.layout),
        batch,
        _time(answer.step),
        _time(answer.first_token),
    ]


def shown(value: float) -> str:
    """An estimate for people: three significant digits.

    >>> shown(1685.4), shown(20.456), shown(0.01234)
    ('1,690', '20.5', '0.0123')
    """
    if math.isinf(value):
        return "no limit"
    return significant(value, 3)


def _time(value: Corners | None) -> str:
    """A nominal time with its unit; a dash where nothing runs, or the phase has no such time."""
    if value is None:
        return NONE
    return f"{shown(value.nominal)} ms"


def _basis(answer: Estimate) -> str:
    """What an estimate assumes, what is missing, and how its vendor's measurements came out."""
    name = changed_name(answer.entry.chip.name, answer.entry.chip.changes)
    lines = [f"{name}:"]
    if answer.shortfall is not None:
        lines.append(f"  {_shortfall_word(answer)}: {answer.shortfall}")
    # a script finds the shortfall among the assumptions, but people read it apart from them
    for text in answer.assumptions:
        if text != answer.shortfall:
            lines.append(f"  assumed: {text}")
    lines += [f"  missing: {text}" for text in answer.missing]
    vendor = answer.vendor
    if vendor is None:
        lines.append("  measured: no published measurement of this vendor's chips is known here")
    else:
        inside = display(vendor["inside"] * PERCENT)
        lines.append(
            f"  measured: {inside} % of {vendor['points']:,} published measurements of this "
            f"vendor's chips lie inside the estimate, at a median of "
            f"{display(vendor['measured_over_nominal'])} of nominal"
        )
    return "\n".join(lines)


def _shortfall_word(answer: Estimate) -> str:
    """What keeps the chips from giving tokens: their memory, or a limit of latency."""
    if answer.bound_by == CAPACITY:
        return "does not fit"
    return "too slow"


def _measured(answer: Estimate) -> ReportTable:
    """The published measurements of a chip and model, those nearest to the workload first."""
    nearest = sorted(answer.measured, key=lambda row: _distance(answer, row))
    rows = [_measured_row(row) for row in nearest[:MOST_MEASURED]]
    rest = len(answer.measured) - len(rows)
    title = f"Published for {answer.entry.chip.name}"
    # those nearest to the workload are shown; the rest is not hidden
    if rest:
        title += f" ({rest} more in JSON)"
    return ReportTable(MEASURED_HEADERS, rows, title=title)


def _distance(answer: Estimate, row: Measurement) -> tuple[bool, bool, float]:
    """How far a measured workload is from the one asked about, as a key to sort by.

    Another precision or layout makes more of a difference than other lengths, in this order.
    """
    workload = answer.request.workload
    lengths = abs(row.input - workload.input) + abs(row.output - workload.output)
    sequences = abs((row.batch or 0.0) - (answer.batch or 0.0))
    return row.precision != answer.precision, row.layout != answer.layout, lengths + sequences


def _measured_row(row: Measurement) -> list[str]:
    """One published measurement."""
    source = sources()[row.source]
    batch = "not stated"
    if row.batch:
        batch = display(row.batch)
    return [
        shown(row.value),
        row.precision,
        row.layout or "not stated",
        batch,
        f"{row.input:,}",
        f"{row.output:,}",
        f"{source['title']} ({source['date']})",
    ]


EQUIVALENT_HEADERS = (
    "chip",
    "equal one",
    "low",
    "nominal",
    "high",
    "by TPP",
    "by memory bandwidth",
)


def equivalents_report(answers: Sequence[Equivalence]) -> Report:
    """Report how many of each chip equal one other."""
    estimates = [*(answer.chip for answer in answers), answers[0].of]
    return Report(
        records=lambda: records_of(answers),
        tables=lambda: [_equivalents_table(answers), *map(_basis, estimates)],
        rows=lambda: flat_table([equivalence_row(answer) for answer in answers]),
        notes=[*resolved_names([answer.entry for answer in estimates]), NOT_PREDICTED],
    )


def _equivalents_table(answers: Sequence[Equivalence]) -> ReportTable:
    """A line for each chip."""
    workload = answers[0].chip.request.workload
    title = f"{workload.model.name}, {workload.phase.value}: how many equal one"
    rows: list[list[str]] = []
    for answer in answers:
        ratio = [NONE, NONE, NONE]
        if answer.ratio is not None:
            values = (answer.ratio.low, answer.ratio.nominal, answer.ratio.high)
            ratio = [shown(value) for value in values]
        rows.append(
            [
                changed_name(answer.chip.chip, answer.chip.entry.chip.changes),
                answer.of.chip,
                *ratio,
                _optional(answer.tpp_ratio),
                _optional(answer.memory_bandwidth_ratio),
            ]
        )
    return ReportTable(EQUIVALENT_HEADERS, rows, title=title)


def _optional(value: float | None) -> str:
    """A ratio for people; a dash where a figure of one of the chips is unknown."""
    if value is None:
        return NONE
    return shown(value)

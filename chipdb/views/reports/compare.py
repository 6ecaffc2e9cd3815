"""The report of ``compare``: chips side by side, with ratios to a baseline."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.compare import Comparison, work_name
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.views.comparison import comparison_sheet, comparison_table
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import resolved_names
from chipdb.views.wording import changed_name

OF_SYSTEMS = "a system is compared by one of its chips; its totals are called so"
CAPACITIES = (
    "memory capacities are those that data sheets print, whose GB of DRAM is a GiB: 64 GiB are 64"
)
TPP = "tpp"
CLOSE = 0.12
"""How far a ratio may be from a share that has a name."""
SHARES = (
    (1, "all"),
    (1 / 2, "half"),
    (1 / 3, "a third"),
    (2 / 3, "two thirds"),
    (1 / 4, "a quarter"),
    (3 / 4, "three quarters"),
    (1 / 5, "a fifth"),
    (1 / 6, "a sixth"),
    (1 / 7, "a seventh"),
    (1 / 8, "an eighth"),
    (1 / 9, "a ninth"),
    (1 / 10, "a tenth"),
)
ESTIMATES = (
    "tokens/s are estimates per chip, each in its own best group unless a layout is given; "
    "`chipdb estimate` says what they assume"
)
# the values of one cell of the table for people, which CSV lists separately
NUMBERS = ("chip", "value", "low", "high", "ratio", "position")


def compare_report(lines: Comparison, entries: Sequence[Entry], base: Chip) -> Report:
    """Report a comparison of some chips with a base."""
    notes = resolved_names(entries)
    if lines.has_systems:
        notes.append(OF_SYSTEMS)
    if _state_binary_units(entries):
        notes.append(CAPACITIES)
    if lines.works:
        notes += [*findings(lines), ESTIMATES]
    for work in lines.works:
        notes += [f"assumed: {text}" for text in work.assumptions]
    name = changed_name(base.name, base.changes)
    note = f"ratios are to {name}; ranges in parentheses cover all credible claims"
    return Report(
        records=lines.to_dict,
        tables=lambda: [ReportTable(*comparison_table(lines))],
        rows=lambda: _flat(lines),
        sheets=lambda: [comparison_sheet(lines)],
        notes=[*notes, note],
    )


def findings(lines: Comparison) -> list[str]:
    """A sentence for each chip: its share of the base's TPP, and of each workload."""
    by_name = {line.figure: line for line in lines}
    # the figures that sentences are about, with the word for each
    words = {TPP: "TPP"}
    for work in lines.works:
        figure = work_name(work)
        words[figure] = figure.partition(",")[0]

    sentences: list[str] = []
    for index, first in enumerate(by_name[TPP].cells):
        if lines.is_baseline(first):
            continue
        parts: list[str] = []
        for figure, word in words.items():
            ratio = by_name[figure].cells[index].ratio
            if ratio:
                parts.append(f"{share_in_words(float(ratio))} the {word}")
        if parts:
            name = changed_name(first.chip, first.changes)
            sentences.append(f"{name}: {', '.join(parts)} of {lines.baseline}")
    return sentences


def share_in_words(ratio: float) -> str:
    """A ratio as people express it, with the word that follows: ``a seventh of``, ``1.3 times``.

    >>> share_in_words(0.149), share_in_words(0.52), share_in_words(1.27), share_in_words(0.05)
    ('a seventh of', 'half of', '1.3 times', '0.05 of')
    """
    share, word = min(SHARES, key=lambda named: abs(ratio / named[0] - 1))
    if abs(ratio / share - 1) <= CLOSE:
        return f"{word} of"
    # two significant digits, without an exponent
    number = f"{float(f'{ratio:.2g}'):g}"
    if ratio > 1:
        return f"{number} times"
    return f"{number} of"


def _state_binary_units(entries: Sequence[Entry]) -> bool:
    """Whether a memory capacity of one of the chips, or of a member of one, is stated in GiB."""
    texts: list[str] = []
    for entry in entries:
        for part, _ in entry.chip.processors():
            capacity = part.memory.capacity
            if capacity is not None:
                texts += [claim.text for claim in capacity.claims]
    # GiB, MiB or TiB
    return any("iB" in text for text in texts)


def _flat(lines: Comparison) -> ReportTable:
    """A row for each figure and chip, so that CSV has one value in each cell."""
    rows: list[list[object]] = []
    for line in lines:
        record = line.to_dict()
        for cell in record["values"]:
            values = [cell[name] for name in NUMBERS]
            changes = "; ".join(cell["changes"])
            rows.append([record["figure"], record["unit"], *values, changes, record["of"]])
    return ReportTable(["figure", "unit", *NUMBERS, "changes", "of"], rows)

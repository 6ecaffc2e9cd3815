"""The figures that rows of a portfolio state, compared with those of the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.answers.impact import said_of, turned
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import rows_of
from chipdb.catalog.read_table import TextTable
from chipdb.catalog.table_schema import TableMapping
from chipdb.curation.audit import Auditor
from chipdb.curation.findings import AuditFinding
from chipdb.errors import UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.solver.question import Question
from chipdb.units import display


@dataclass(frozen=True)
class StatedFigures:
    """What the comparison of one row found: remarks, those that change an answer, and the SKU.

    ``chip`` is the id of the SKU that a generic name means by the figures of the row; None where
    they do not settle it.
    """

    chip: str | None
    differences: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()


def compared_with_catalog(
    table: TextTable | None, mapping: TableMapping | None, catalog: Catalog, question: Question
) -> tuple[Mapping[int, StatedFigures], tuple[str, ...]]:
    """The comparison of each row that states a figure, by the number of the row, and notes.

    ``mapping`` is None for a portfolio without figures, and ``table`` for a list of names.
    """
    if table is None or mapping is None:
        return {}, ()
    rows = rows_of(table, mapping)
    auditor = Auditor(catalog, question, rows.names)
    compared: dict[int, StatedFigures] = {}
    for number, why in rows.unread.items():
        compared[number] = StatedFigures(None, (f"row {number}: its figures were not read: {why}",))
    for row in rows.read:
        if not row.values:
            continue
        result = auditor.result(row)
        differences = [f"row {row.number} was read without a cell: {why}" for why in row.unread]
        decisive: list[str] = []
        for finding in result.findings:
            if finding.matters_for:
                decisive.append(_text(row.number, finding))
            else:
                differences.append(_text(row.number, finding))
        chip = None if result.chip is None else result.chip.id
        compared[row.number] = StatedFigures(chip, tuple(differences), tuple(decisive))
    return compared, rows.settled


def as_stated(entry: Entry, stated: StatedFigures, catalog: Catalog) -> Entry:
    """The entry of a row with the SKU that its figures settle.

    A name such as A100 means several SKUs; the one with the fewest disagreements is answered for.
    """
    if stated.chip is None or stated.chip not in entry.siblings:
        return entry
    others = [entry.chip.id, *(chip for chip in entry.siblings if chip != stated.chip)]
    return replace(entry, chip=catalog[stated.chip], siblings=tuple(others))


def as_numbered(entry: Entry, catalog: Catalog, question: Question) -> tuple[Entry, bool]:
    """The entry of a row, held against the chip that the catalog knows by the row's SKU.

    A SKU says which chip of its line a name such as A100 means. One of another chip is a remark;
    the second value is whether that chip's answer is another, so that the row is not settled.
    """
    numbered = _chip_with(entry.sku, catalog)
    if numbered is None or numbered.id == entry.chip.id:
        return entry, False
    if numbered.id in entry.siblings:
        return replace(entry, chip=numbered, siblings=()), False

    named, other = entry.chip, numbered
    text = (
        f"row {entry.row}: the SKU {entry.sku!r} is that of {other.id}, and the name "
        f"{entry.resolved_from or named.id!r} means {named.id}"
    )
    rules = turned(said_of(named, question), said_of(other, question), findings_only=True)
    if rules:
        text += f"; this changes the answer of {', '.join(rules)}"
    return replace(entry, remarks=(*entry.remarks, text)), bool(rules)


def _chip_with(sku: str | None, catalog: Catalog) -> Chip | None:
    """The chip that has a SKU among its names; None for a number that the catalog does not know."""
    if sku is None:
        return None
    try:
        return catalog.find(sku).chip
    except UnknownNameError:
        return None


def _text(row: int, finding: AuditFinding) -> str:
    """A finding as a sentence about a row."""
    theirs, ours = _value(finding.theirs), _value(finding.ours)
    unit = f" {finding.unit}" if finding.unit else ""
    text = f"row {row}: {finding.figure} of {theirs}{unit}, where {finding.chip} has {ours}{unit}"
    if finding.why:
        text += f" ({finding.why})"
    if finding.matters_for:
        text += f"; this changes the answer of {', '.join(finding.matters_for)}"
    return text


def _value(value: float | str | None) -> str:
    """A figure for people, a word as it is, "none" for nothing."""
    if isinstance(value, float):
        return display(value)
    return value or "none"

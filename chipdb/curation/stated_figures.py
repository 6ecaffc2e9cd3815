"""The figures that rows of a portfolio state, compared with those of the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.foreign_table import rows_of
from chipdb.catalog.read_table import TextTable
from chipdb.catalog.table_schema import TableMapping
from chipdb.curation.audit import Auditor
from chipdb.curation.findings import AuditFinding
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
) -> Mapping[int, StatedFigures]:
    """The comparison of each row that states a figure, by the number of the row.

    ``mapping`` is None for a portfolio without figures, and ``table`` for a list of names.
    """
    if table is None or mapping is None:
        return {}
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
    return compared


def as_stated(entry: Entry, stated: StatedFigures, catalog: Catalog) -> Entry:
    """The entry of a row with the SKU that its figures settle.

    A name such as A100 means several SKUs; the one with the fewest disagreements is answered for.
    """
    if stated.chip is None or stated.chip not in entry.siblings:
        return entry
    others = [entry.chip.id, *(chip for chip in entry.siblings if chip != stated.chip)]
    return replace(entry, chip=catalog[stated.chip], siblings=tuple(others))


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

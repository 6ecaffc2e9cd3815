"""``audit``: a third-party table, row by row, against the catalog and against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from chipdb.answers.arguments import File, catalog_of, expect, question_of
from chipdb.answers.impact import Class
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import TableRow, TableRows
from chipdb.curation.findings import AuditFinding
from chipdb.curation.match import Match, match
from chipdb.curation.row_audit import Answers, RowAudit, recomputed
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Spread, measure
from chipdb.notebook import Framed, views
from chipdb.solver.question import Question
from chipdb.vocabulary import FindingKind


@dataclass(frozen=True, kw_only=True, repr=False)
class AuditedRow(Framed):
    """A row recomputed from its own figures, and what the catalog states about the chip."""

    row: TableRow
    match: Match
    chip: Chip | None
    theirs: Class
    ours: Class | None
    findings: tuple[AuditFinding, ...]
    asked: Chip
    """The row's chip as it was classified: with the facts that the catalog lent."""

    def __repr__(self) -> str:
        """The row by number and name, and how many findings it has."""
        return f"<AuditedRow {self.row.number} {self.row.name}: {len(self.findings)} findings>"

    @property
    def recomputed(self) -> Spread | None:
        """The TPP of the row's own throughputs, or the stated one where it has none.

        A lower bound where only vector throughputs are stated; None where nothing gives a TPP.
        """
        return recomputed(self.row.chip)

    @property
    def density(self) -> Fraction | None:
        """The performance density that this TPP and the row's area give, in TPP/mm^2.

        Where one of them is missing, a density that the row states.
        """
        area = measure(self.asked, "applicable_die_area").value
        # With only some throughputs known, TPP and density are at least this.
        if self.recomputed and area:
            return self.recomputed.low / area
        return measure(self.asked, "performance_density").value

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``results`` in ``chipdb audit --format json``."""
        return dict(views("json.curation").result_record(self))


@dataclass(frozen=True, repr=False)
class Audit(Framed):
    """The audit of a table: the table as it was read, and every row that could be."""

    rows: TableRows
    results: tuple[AuditedRow, ...]
    data: str | None = None
    """The hash of the vintage that it was compared with; None for the data of this installation."""

    def __repr__(self) -> str:
        """The table, and how many rows and findings it has."""
        return (
            f"<Audit of {self.rows.table}: {len(self.results)} rows, {len(self.findings)} findings>"
        )

    @property
    def findings(self) -> list[AuditFinding]:
        """The findings of all rows, in the order of the table.

        A row or a cell that could not be read is one, too: nobody compared it.
        """
        findings = [*_unread_rows(self.rows), *_unread_cells(self.rows)]
        for result in self.results:
            findings += result.findings
        return sorted(findings, key=lambda finding: finding.row)

    @property
    def matched(self) -> list[AuditedRow]:
        """The rows that name a chip of the catalog; others are compared only with themselves."""
        matched: list[AuditedRow] = []
        for result in self.results:
            if result.chip is not None:
                matched.append(result)
        return matched

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb audit --format json``."""
        return dict(views("json.curation").audit_record(self))


def _unread_rows(rows: TableRows) -> Iterator[AuditFinding]:
    """A finding for each row that could not be read, but for blank ones, which hold no chip."""
    for number, why in rows.unread_chips.items():
        yield _unread(number, rows.unread_names.get(number, ""), why)


def _unread_cells(rows: TableRows) -> Iterator[AuditFinding]:
    """A finding for each cell that could not be read in a row whose other cells were."""
    for row in rows.read:
        for why in row.unread:
            yield _unread(row.number, row.name, why)


def _unread(number: int, name: str, why: str) -> AuditFinding:
    """The finding that a row, or a cell of it, was not compared. It states no value."""
    return AuditFinding(
        row=number,
        name=name,
        chip=None,
        figure="",
        theirs=None,
        ours=None,
        unit="",
        kind=FindingKind.NOT_READ,
        why=why,
    )


def audit(
    file: File,
    *,
    mapping: File | None = None,
    on: str | date | None = None,
    to: str | None = None,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Audit:
    """Compare a third-party table (CSV, JSON or Parquet) with the catalog and with itself.

    ``mapping`` is a file that states what the columns of the table mean.
    Raises :class:`~chipdb.errors.DataError` for a file that cannot be read as a table.
    """
    # Most users of the library never read a table, and loading what reads one takes time.
    from chipdb.catalog.read_table import read_table

    expect("file", file, str, Path)
    expect("mapping", mapping, str, Path, None)

    chips = catalog_of(catalog, vintage)
    question = question_of(on=on, to=to)
    rows = rows_with(read_table(Path(file)), mapping, chips)
    auditor = Auditor(chips, question, rows.names)
    results = tuple(auditor.result(row) for row in rows.read)
    return Audit(rows, results, chips.data)


def rows_with(table: Any, mapping: File | None, catalog: Catalog) -> TableRows:
    """The rows of a table, read by a mapping file or by what its columns are known to mean.

    Raises :class:`~chipdb.errors.ParameterError` for a mapping that names an unknown chip.
    """
    from chipdb.catalog.foreign_table import rows_of
    from chipdb.catalog.table_mapping import mapping_for

    if not mapping:
        # The mappings of known tables are tested against the catalog; a user's is checked here.
        return rows_of(table, mapping_for(table, None))

    meaning = mapping_for(table, Path(mapping))
    for name, chip in meaning.names.items():
        if chip not in catalog:
            text = f"{mapping}: names.{name}: no chip is called {chip!r}"
            raise ParameterError("mapping", text)
    return rows_of(table, meaning)


class Auditor:
    """Audits the rows of a table for one question: the day, and the place if there is one."""

    def __init__(self, catalog: Catalog, question: Question, names: Mapping[str, str]) -> None:
        """An auditor; ``names`` maps names of the table to ids of chips."""
        self.catalog = catalog
        self.names = names
        self.answers = Answers(catalog, question)

    def result(self, row: TableRow) -> AuditedRow:
        """The audit of one row.

        A generic name means the SKU with the fewest disagreements, so that one odd cell does not
        decide which chip the others are compared with.
        """
        matched = match(row, self.catalog, self.names)
        # A row that matches no chip is still compared with itself: its total, its sparse
        # throughput.
        best = RowAudit(self.answers, row, None)
        if matched.chips:
            best = _closest([RowAudit(self.answers, row, chip) for chip in matched.chips])
        return AuditedRow(
            row=row,
            match=matched,
            chip=best.chip,
            theirs=best.theirs,
            ours=best.ours,
            findings=tuple(best.findings()),
            asked=best.chip_of_row,
        )


def _closest(audits: list[RowAudit]) -> RowAudit:
    """The audit with the fewest disagreements, the first of several: the name means its chip.

    A chip about which little is known has little to disagree with. So that it does not win for
    that reason, a figure that it lacks and the first chip has counts as a disagreement.
    """
    # most names mean one chip
    if len(audits) == 1:
        return audits[0]
    compared_at_best = audits[0].compared

    def distance(audit: RowAudit) -> int:
        """How many figures of the row contradict a chip."""
        return audit.disagreements + max(0, compared_at_best - audit.compared)

    return min(audits, key=distance)

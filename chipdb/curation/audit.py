"""``audit``: a third-party table, row by row, against the catalog and against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from chipdb.answers.arguments import File, catalog_of, expect, question_of
from chipdb.answers.impact import Class, Said, class_of, said_of, turned
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim
from chipdb.catalog.foreign_table import TableRow, TableRows
from chipdb.catalog.formats import format_table
from chipdb.catalog.modify import with_value
from chipdb.curation.catalog_value import CatalogValue, catalog_value
from chipdb.curation.gates import comparisons
from chipdb.curation.match import Match, match, with_facts
from chipdb.errors import ParameterError
from chipdb.metrics import Count, Metric, Spread, measure
from chipdb.notebook import views
from chipdb.solver.question import Question
from chipdb.units import PERCENT, WRITTEN_OUT, display
from chipdb.vocabulary import RuleQuestion

APART = Fraction(3, 100)
"""Figures that differ by more are a finding: less is rounding, or a revision of a data sheet."""
SAME = Fraction(1, 100)
"""Figures this close are taken to be the same."""
SPARSITY = 2
"""How many times the dense throughput 2:4 sparsity states."""

DIFFERS = "differs"
REJECTED = "known-error"
SPARSE = "sparse"
ONE_DIE = "one-die"
BINARY = "binary-unit"
OTHER_FORMAT = "other-format"
TOTAL = "total"
IMPLAUSIBLE = "implausible"
STATUS = "status"
GIBI = WRITTEN_OUT["GiB", "GB"]
OWN_GATES = ("sparse",)
"""The gates that a row alone can fail."""


@dataclass(frozen=True)
class Difference:
    """What is wrong with a figure: the kind of the finding, the reason, the catalog's value."""

    kind: str
    why: str
    ours: Fraction | None


@dataclass(frozen=True, kw_only=True)
class AuditFinding:
    """One thing that a table states differently.

    ``matters_for`` names the rules whose answer depends on it.
    """

    row: int
    name: str
    chip: str | None
    figure: str
    theirs: float | str | None
    ours: float | str | None
    unit: str
    kind: str
    why: str
    sources: tuple[str, ...] = ()
    matters_for: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The row, the figure and the kind of the finding."""
        return f"<AuditFinding row {self.row} {self.figure}: {self.kind}>"

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``findings`` in ``chipdb audit --format json``."""
        return dict(views("json.curation").audit_finding_record(self))


@dataclass(frozen=True, kw_only=True, repr=False)
class AuditedRow:
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
        """The performance density that this TPP and the row's area give."""
        area = measure(self.asked, "applicable_die_area").value
        if self.recomputed and area:
            return self.recomputed.low / area
        return measure(self.asked, "performance_density").value

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``results`` in ``chipdb audit --format json``."""
        return dict(views("json.curation").result_record(self))


@dataclass(frozen=True, repr=False)
class Audit:
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
        """The findings of all rows."""
        return [finding for result in self.results for finding in result.findings]

    @property
    def matched(self) -> list[AuditedRow]:
        """The rows that name a chip of the catalog."""
        return [result for result in self.results if result.chip is not None]

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb audit --format json``."""
        return dict(views("json.curation").audit_record(self))


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

    meaning = mapping_for(table, Path(mapping) if mapping else None)
    # the mappings of known tables are tested against the catalog, a user's is checked here
    if mapping:
        for name, chip in meaning.names.items():
            if chip not in catalog:
                raise ParameterError(
                    "mapping", f"{mapping}: names.{name}: no chip is called {chip!r}"
                )
    return rows_of(table, meaning)


def recomputed(chip: Chip) -> Spread | None:
    """The TPP that a row's throughputs give, whatever total it states; None where nothing does.

    A stated total counts only if the row has no throughput. The spread has no value, but a lower
    bound, if a throughput that may count is missing.
    """
    metrics = dict(chip.metrics)
    if chip.throughput:
        metrics.pop("tpp", None)

    spread = Count(replace(chip, metrics=metrics)).metric("tpp")
    if spread.value is None and not spread.low:
        return None
    return spread


class Auditor:
    """Audits the rows of a table for one question: the day, and the place if there is one."""

    def __init__(self, catalog: Catalog, question: Question, names: Mapping[str, str]) -> None:
        """An auditor; ``names`` maps names of the table to ids of chips."""
        self.catalog = catalog
        self.question = question
        self.names = names
        self._said: dict[str, Said] = {}

    def result(self, row: TableRow) -> AuditedRow:
        """The audit of one row.

        A generic name means the SKU that agrees in every figure, else the one that stands for it.
        """
        matched = match(row, self.catalog, self.names)
        best = self._best([RowAudit(self, row, chip) for chip in matched.chips])
        if best is None:
            best = RowAudit(self, row, None)
        return AuditedRow(
            row=row,
            match=matched,
            chip=best.chip,
            theirs=best.theirs,
            ours=best.ours,
            findings=tuple(best.findings()),
            asked=best.chip_of_row,
        )

    @staticmethod
    def _best(audits: list[RowAudit]) -> RowAudit | None:
        """The audit of the SKU that a generic name means; None where no chip matches.

        The first stands for the name, and is the answer where none agrees in every figure.
        """
        if not audits:
            return None
        for audit in audits:
            # a chip of which little is known agrees with everything, so it must not win by that
            if audit.agrees and audit.compared >= audits[0].compared:
                return audit
        return audits[0]

    def said(self, chip: Chip) -> Said:
        """What the rules say of a chip of the catalog; computed once for each chip."""
        if chip.id not in self._said:
            self._said[chip.id] = said_of(chip, self.question)
        return self._said[chip.id]


class RowAudit:
    """One row against one chip, or against itself alone where it matches no chip."""

    def __init__(self, auditor: Auditor, row: TableRow, chip: Chip | None) -> None:
        """The audit of ``row`` against ``chip``, or against itself for None."""
        self.auditor = auditor
        self.row = row
        self.chip = chip

    @cached_property
    def differing(self) -> list[AuditFinding]:
        """Figures that the catalog has otherwise."""
        return [] if self.chip is None else list(self._against(self.chip))

    @property
    def agrees(self) -> bool:
        """Whether no figure differs except in the unit it is written in (GB for GiB)."""
        return all(finding.kind == BINARY for finding in self.differing)

    @cached_property
    def compared(self) -> int:
        """How many of the row's figures the catalog has for this chip."""
        if self.chip is None:
            return 0
        known = 0
        for paths in self.row.alternatives.values():
            if catalog_value(self.chip, paths).values:
                known += 1
        return known

    @cached_property
    def theirs(self) -> Class:
        """The classification from the row's own figures; market facts come from the catalog."""
        return class_of(
            said_of(self.chip_of_row, self.auditor.question, RuleQuestion.CLASSIFICATION)
        )

    @property
    def chip_of_row(self) -> Chip:
        """The row's own figures, with the market facts of a known chip."""
        return with_facts(self.row.chip, self.chip) if self.chip else self.row.chip

    @property
    def ours(self) -> Class | None:
        """The classification of the catalog's chip."""
        return None if self.chip is None else class_of(self.auditor.said(self.chip))

    def findings(self) -> Iterator[AuditFinding]:
        """Every finding: figures, the row's own total, implausible values, the status."""
        yield from self.differing
        yield from self._total()
        yield from self._implausible()
        if self.chip is not None:
            yield from self._status(self.chip)

    def _finding(
        self, figure: str, theirs: Any, ours: Any, kind: str, why: str, **more: Any
    ) -> AuditFinding:
        """A finding of this row, in the form that all commands print."""
        stated = self.row.values.get(figure)
        return AuditFinding(
            row=self.row.number,
            name=self.row.name,
            chip=self.chip.id if self.chip else None,
            figure=figure,
            theirs=_plain(theirs),
            ours=_plain(ours),
            unit=stated.unit if stated else "",
            kind=kind,
            why=why,
            **more,
        )

    def _against(self, chip: Chip) -> Iterator[AuditFinding]:
        """The figures of the row that the catalog states differently."""
        for path, claim in self.row.values.items():
            known = catalog_value(chip, self.row.alternatives[path])
            difference = self._difference(chip, path, claim, known)
            if difference is not None:
                yield self._finding(
                    path,
                    claim.value,
                    difference.ours,
                    difference.kind,
                    difference.why,
                    sources=known.sources,
                    matters_for=self._matters_for(chip, path, claim.value),
                )

    def _difference(
        self, chip: Chip, path: str, claim: Claim, known: CatalogValue
    ) -> Difference | None:
        """What is wrong with a figure; None where nothing is."""
        value = claim.value
        # the total has a check of its own, and a node is a name rather than a measure
        if path in ("tpp", "process_nm"):
            return None
        if not known.values:
            return self._other_format(chip, path, value)
        if any(_near(value, ours, APART) for ours in known.values):
            return None

        slip = self._known_slip(chip, path, value, known) or self._other_format(chip, path, value)
        if slip is not None:
            return slip

        ours = known.values[0]
        why = "the chip has none"
        if ours:
            why = f"differs by {display(PERCENT * (value / ours - 1), 1)} %"
        return Difference(DIFFERS, why, ours)

    def _known_slip(
        self, chip: Chip, path: str, value: Fraction, known: CatalogValue
    ) -> Difference | None:
        """A common error: one on record, one die of several, GB for GiB, sparse for dense."""
        # an error on record explains a value best, so it is tried first
        slips = [(REJECTED, wrong, why) for wrong, why in known.rejected]
        for part, why in known.parts:
            slips.append((ONE_DIE, part, f"{why}, not of all logic dies of the package"))
        if path == "memory.capacity":
            for ours in known.values:
                slips.append((BINARY, ours / GIBI, "the vendor's number is in GiB"))
        if path.startswith("throughput."):
            for sparse in self._sparse(chip, path, known.values[0]):
                why = "the throughput with sparsity, not the dense one"
                slips.append((SPARSE, sparse, why))

        for kind, wrong, why in slips:
            if _near(value, wrong, SAME):
                return Difference(kind, why, known.values[0])
        return None

    def _sparse(self, chip: Chip, path: str, dense: Fraction) -> list[Fraction]:
        """The chip's own sparse throughputs, or twice the dense one if it has any sparse ones."""
        names = self.row.alternatives[path]
        stated: list[Fraction] = []
        for name in names:
            stated += catalog_value(chip, (f"{name}_sparse",)).values
        if stated:
            return stated

        # sparsity doubles what matrix engines do, not what vector units do
        on_vector_units = any(name.endswith("_vector") for name in names)
        if chip.sparse and not on_vector_units:
            return [SPARSITY * dense]
        return []

    def _other_format(self, chip: Chip, path: str, value: Fraction) -> Difference | None:
        """Whether a throughput is the chip's in another format of the same bit length.

        Tables take FP16 for BF16, or INT8 for FP8, when a data sheet states only one of them.
        """
        if not path.startswith("throughput."):
            return None

        paths = self.row.alternatives[path]
        names = [name.removeprefix("throughput.") for name in paths]
        values = catalog_value(chip, paths).values
        ours = values[0] if values else None
        # a vector throughput that nobody states is no error of the table
        if ours is None and names[0].endswith("_vector"):
            return None

        other = _format_with(chip, names, value)
        if other is None:
            return None
        why = f"the {other} throughput"
        if ours is None:
            why += f"; no {names[0]} throughput is known"
        return Difference(OTHER_FORMAT, why, ours)

    def _matters_for(self, chip: Chip, path: str, value: Fraction) -> tuple[str, ...]:
        """The rules that answer otherwise if the chip had their value."""
        # a figure of a system is a total over its chips, and rules read one chip
        if chip.members:
            return ()
        # rules read the applicable die area, which a table's area of the die stands for
        metric = "applicable_die_area" if path == "die_area" else path
        changed = with_value(chip, metric, value)
        # no metric reads this figure, so no answer can depend on it
        if changed is chip:
            return ()
        return tuple(turned(self.auditor.said(chip), said_of(changed, self.auditor.question)))

    def _total(self) -> Iterator[AuditFinding]:
        """The row's own TPP, against the catalog's range and against the row's own throughputs."""
        stated = self.row.values.get("tpp")
        if stated is None:
            return
        value = stated.value

        ours: Fraction | None = None
        matters_for: tuple[str, ...] = ()
        if self.chip is not None:
            if self._agreed(self.chip, value):
                return
            ours = measure(self.chip, "tpp").value
            matters_for = self._matters_for(self.chip, "tpp", value)

        own_total = self._own_total()
        # the row contradicting itself is the plainer finding, so it comes before the catalog's
        if own_total and not _near(value, own_total, APART):
            why = f"the row's own throughputs give {display(own_total)}"
            yield self._finding("tpp", value, own_total, TOTAL, why, matters_for=matters_for)
        elif ours:
            why = f"chipdb computes {display(ours)}"
            yield self._finding("tpp", value, ours, DIFFERS, why, matters_for=matters_for)

    def _own_total(self) -> Fraction | None:
        """The TPP of the row's own throughputs at least; None where it states none."""
        if not self.row.chip.throughput:
            return None
        spread = recomputed(self.row.chip)
        return spread.low if spread else None

    @staticmethod
    def _agreed(chip: Chip, value: Fraction) -> bool:
        """Whether a total is in the credible range, or, for a system, that of all its chips."""
        if _within(value, measure(chip, "tpp")):
            return True
        totals = catalog_value(chip, ("tpp",)).values if chip.members else ()
        return any(_near(value, total, APART) for total in totals)

    def _implausible(self) -> Iterator[AuditFinding]:
        """The gates that the row's own figures fail."""
        for comparison in comparisons(self.row.chip):
            # the other gates need figures that tables do not state
            if comparison.holds or comparison.gate not in OWN_GATES:
                continue
            figure = "die_area" if comparison.path.startswith("dies") else comparison.path
            stated = self.row.values.get(figure)
            yield self._finding(
                figure,
                stated.value if stated else None,
                None,
                IMPLAUSIBLE,
                f"{comparison.gate}: {comparison.text}",
            )

    def _status(self, chip: Chip) -> Iterator[AuditFinding]:
        """A classification that the row's figures give and those of the catalog do not."""
        theirs = self.theirs
        ours = class_of(self.auditor.said(chip))
        # figures that do not suffice contradict nothing, and rules do not classify systems
        if chip.members or not (ours.decided and theirs.decided):
            return
        if theirs.finding in (ours.finding, *ours.sides) or _is_entry_of(theirs, ours):
            return

        rules: list[str] = []
        for name, verdict in self.auditor.said(chip).items():
            if verdict.rule.question == RuleQuestion.CLASSIFICATION:
                rules.append(name)

        why = f"their figures give {theirs.text}, chipdb's {ours.text}"
        yield self._finding(
            "classification", theirs.text, ours.text, STATUS, why, matters_for=tuple(rules)
        )


def _is_entry_of(theirs: Class, ours: Class) -> bool:
    """Whether one classification is the entry (3A090) of the paragraph that the other gives."""
    entry, paragraph = theirs.finding.outcome, ours.finding.outcome
    return bool(entry and paragraph and paragraph.startswith(f"{entry}."))


def _format_with(chip: Chip, names: list[str], value: Fraction) -> str | None:
    """The format, other than some names but of their bit length, in which a chip has a value."""
    bits = {_bits(name.removesuffix("_sparse")) for name in names}
    for name, figure in chip.throughput.items():
        if name in names or _bits(name) not in bits:
            continue
        claim = figure.preferred()
        if claim is not None and _near(value, claim.value, SAME):
            return name
    return None


def _bits(format_name: str) -> int:
    """The bit length of a number format, on matrix or vector units."""
    return format_table().bits[format_name.removesuffix("_vector")]


def _plain(value: Fraction | str | None) -> float | str | None:
    """A value as JSON has it: exact fractions become floating-point numbers."""
    return float(value) if isinstance(value, Fraction) else value


def _within(value: Fraction, metric: Metric) -> bool:
    """Whether a value lies in the credible range of a metric, or close to it."""
    if metric.value is None or metric.low is None or metric.high is None:
        return False
    return metric.low * (1 - APART) <= value <= metric.high * (1 + APART)


def _near(value: Fraction, other: Fraction, within: Fraction) -> bool:
    """Whether two values differ by at most a share of the second."""
    return abs(value - other) <= within * abs(other)

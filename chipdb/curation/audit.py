"""``audit``: somebody else's table, row by row, against the catalog and against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from chipdb.answers.impact import Class, Said, class_of, said_of, turned
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim
from chipdb.catalog.foreign_table import TableRow, TableRows
from chipdb.catalog.formats import format_table
from chipdb.catalog.modify import valued
from chipdb.curation.catalog_value import Stated, stated_of
from chipdb.curation.gates import comparisons
from chipdb.curation.match import Match, match, with_facts
from chipdb.metrics import Count, Metric, Spread, measure
from chipdb.notebook import views
from chipdb.solver.question import Question
from chipdb.units import WRITTEN_OUT, display
from chipdb.vocabulary import RuleQuestion

APART = Fraction(3, 100)
"""Figures that differ by more are a finding: less is rounding, or a revision of a data sheet."""
SAME = Fraction(1, 100)
"""Figures this close are taken for one and the same."""
SPARSITY = 2

DIFFERS, REJECTED, SPARSE, ONE_DIE, BINARY = (
    "differs",
    "known-error",
    "sparse",
    "one-die",
    "binary-unit",
)
OTHER_FORMAT, TOTAL, IMPLAUSIBLE, STATUS = "other-format", "total", "implausible", "status"
GIBI = WRITTEN_OUT["GiB", "GB"]
OWN_GATES = ("sparse",)
"""The gates that a row alone can fail."""


Told = tuple[str, str, Fraction | None]
"""The kind of a finding, the reason, and the catalog's value."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a table has otherwise; ``matters_for`` names the rules whose answer turns on it."""

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

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb audit --format json`` prints for it."""
        return dict(views("json.curation").audit_finding_record(self))


@dataclass(frozen=True, kw_only=True)
class Result:
    """A row recomputed from its own figures, and what the catalog says of the chip."""

    row: TableRow
    match: Match
    chip: Chip | None
    theirs: Class
    ours: Class | None
    findings: tuple[Finding, ...]
    asked: Chip
    """The row's chip as it was classified: with the facts that the catalog lent."""

    @property
    def recomputed(self) -> Spread | None:
        """The TPP of the row's own rates (else the stated one); a lower bound where only vector rates are stated."""
        return recomputed(self.row.chip)

    @property
    def density(self) -> Fraction | None:
        """The density of that TPP over the row's area."""
        area = measure(self.asked, "applicable_die_area").value
        return (
            self.recomputed.low / area
            if self.recomputed and area
            else measure(self.asked, "performance_density").value
        )

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb audit --format json`` prints for it."""
        return dict(views("json.curation").result_record(self))


def recomputed(chip: Chip) -> Spread | None:
    """The TPP that a row's rates give, whatever total it states; None where nothing gives one."""
    rated = replace(
        chip,
        metrics={
            key: figure
            for key, figure in chip.metrics.items()
            if key != "tpp" or not chip.throughput
        },
    )
    spread = Count(rated).metric("tpp")
    return spread if spread.value is not None or spread.low else None


class Auditor:
    """Judges the rows of a table for one question (the day, and the place if there is one)."""

    def __init__(self, catalog: Catalog, question: Question, names: Mapping[str, str]) -> None:
        self.catalog = catalog
        self.question = question
        self.names = names
        self._said: dict[str, Said] = {}

    def result(self, row: TableRow) -> Result:
        """Everything about one row. A generic name means the SKU that agrees in every figure, else the one that stands for it."""
        found = match(row, self.catalog, self.names)
        audits = [RowAudit(self, row, chip) for chip in found.chips]
        agreeing = (
            audit for audit in audits if audit.agrees and audit.compared >= audits[0].compared
        )
        best = next(agreeing, audits[0]) if audits else RowAudit(self, row, None)
        return Result(
            row=row,
            match=found,
            chip=best.chip,
            theirs=best.theirs,
            ours=best.ours,
            findings=tuple(best.findings()),
            asked=best.chip_of_row,
        )

    def said(self, chip: Chip) -> Said:
        """What the rules say of a chip of the catalog, asked once."""
        if chip.id not in self._said:
            self._said[chip.id] = said_of(chip, self.question)
        return self._said[chip.id]


class RowAudit:
    """One row against one chip, or against itself alone where no chip is meant."""

    def __init__(self, auditor: Auditor, row: TableRow, chip: Chip | None) -> None:
        self.auditor = auditor
        self.row = row
        self.chip = chip

    @cached_property
    def differing(self) -> list[Finding]:
        """Figures that the catalog has otherwise."""
        return [] if self.chip is None else list(self._against(self.chip))

    @property
    def agrees(self) -> bool:
        """Whether no figure differs but for the way it is written (GB for GiB)."""
        return all(found.kind == BINARY for found in self.differing)

    @cached_property
    def compared(self) -> int:
        """How many of the row's figures the catalog has for this chip: a chip of which nothing is known agrees with nothing."""
        asked = self.row.alternatives.values() if self.chip else ()
        return sum(bool(stated_of(self.chip, names).values) for names in asked if self.chip)

    @cached_property
    def theirs(self) -> Class:
        """The classification from the row's own figures; facts of a known chip's market are the catalog's."""
        return class_of(
            said_of(self.chip_of_row, self.auditor.question, RuleQuestion.CLASSIFICATION)
        )

    @property
    def chip_of_row(self) -> Chip:
        """The row's own figures, with facts of a known chip's market."""
        return with_facts(self.row.chip, self.chip) if self.chip else self.row.chip

    @property
    def ours(self) -> Class | None:
        """The classification of the catalog's chip."""
        return None if self.chip is None else class_of(self.auditor.said(self.chip))

    def findings(self) -> Iterator[Finding]:
        """Everything found: figures, the row's own total, what cannot be, the status."""
        yield from self.differing
        yield from self._total()
        yield from self._implausible()
        yield from self._status()

    def _finding(
        self, figure: str, theirs: Any, ours: Any, kind: str, why: str, **more: Any
    ) -> Finding:
        unit = self.row.values[figure].unit if figure in self.row.values else ""
        key = self.chip.id if self.chip else None
        return Finding(
            row=self.row.number,
            name=self.row.name,
            chip=key,
            figure=figure,
            theirs=_plain(theirs),
            ours=_plain(ours),
            unit=unit,
            kind=kind,
            why=why,
            **more,
        )

    def _against(self, chip: Chip) -> Iterator[Finding]:
        for path, claim in self.row.values.items():
            stated = stated_of(chip, self.row.alternatives[path])
            told = self._told(chip, path, claim, stated)
            if told:
                kind, why, ours = told
                matters = self._matters(chip, path, claim.value)
                yield self._finding(
                    path, claim.value, ours, kind, why, sources=stated.sources, matters_for=matters
                )

    def _told(self, chip: Chip, path: str, claim: Claim, stated: Stated) -> Told | None:
        """What is wrong with a figure, None where nothing is."""
        value = claim.value
        if path in ("tpp", "process_nm"):
            return None
        if not stated.values:
            return self._format(chip, path, value)
        if any(_near(value, own, APART) for own in stated.values):
            return None
        ours = stated.values[0]
        apart = (
            f"differs by {display(100 * (value / ours - 1), 1)} %" if ours else "the chip has none"
        )
        return (
            self._known_slip(chip, path, value, stated)
            or self._format(chip, path, value)
            or (DIFFERS, apart, ours)
        )

    def _known_slip(self, chip: Chip, path: str, value: Fraction, stated: Stated) -> Told | None:
        """A slip that others made before: an error on record, one die of several, GB for GiB, sparse for dense."""
        ours = stated.values[0]
        slips = [(REJECTED, wrong, why) for wrong, why in stated.rejected]
        slips += [
            (ONE_DIE, part, f"{why}, not of all logic dies of the package")
            for part, why in stated.parts
        ]
        if path == "memory.capacity":
            slips += [(BINARY, own / GIBI, "the maker's number is in GiB") for own in stated.values]
        if path.startswith("throughput."):
            slips += [
                (SPARSE, rate, "the rate with sparsity, not the dense one")
                for rate in self._sparse(chip, path, ours)
            ]
        return next(
            ((kind, why, ours) for kind, wrong, why in slips if _near(value, wrong, SAME)), None
        )

    def _sparse(self, chip: Chip, path: str, ours: Fraction) -> list[Fraction]:
        """The rates with sparsity: the chip's own, or twice the dense one of a part that has such rates."""
        names = self.row.alternatives[path]
        rates = [rate for name in names for rate in stated_of(chip, (f"{name}_sparse",)).values]
        matrix = chip.sparse and not any(name.endswith("_vector") for name in names)
        return rates or ([SPARSITY * ours] if matrix else [])

    def _format(self, chip: Chip, path: str, value: Fraction) -> Told | None:
        """Whether a rate is the chip's rate of another format: of the other kind of the same length, or of the matrix engine."""
        if not path.startswith("throughput."):
            return None
        names = [name.removeprefix("throughput.") for name in self.row.alternatives[path]]
        own = next(iter(stated_of(chip, self.row.alternatives[path]).values), None)
        if own is None and names[0].endswith("_vector"):
            return None
        bits = {
            format_table().bits[name.removesuffix("_vector").removesuffix("_sparse")]
            for name in names
        }
        for name, figure in chip.throughput.items():
            length = format_table().bits[name.removesuffix("_vector")]
            claim = figure.preferred()
            if name not in names and length in bits and claim and _near(value, claim.value, SAME):
                none = "" if own is not None else f"; no {names[0]} rate is known"
                return OTHER_FORMAT, f"the {name} rate{none}", own
        return None

    def _matters(self, chip: Chip, path: str, value: Fraction) -> tuple[str, ...]:
        """The rules that answer otherwise if the chip had their value."""
        if chip.members:
            return ()
        name = "applicable_die_area" if path == "die_area" else path
        changed = valued(chip, name, value)
        return (
            ()
            if changed is chip
            else tuple(turned(self.auditor.said(chip), said_of(changed, self.auditor.question)))
        )

    def _total(self) -> Iterator[Finding]:
        """The row's own total: against the catalog's range where the chip is known, and against the row's own rates."""
        stated = self.row.values.get("tpp")
        if stated is None or (self.chip is not None and self._agreed(self.chip, stated.value)):
            return
        rates = recomputed(self.row.chip) if self.row.chip.throughput else None
        made = rates.low if rates else None
        ours = measure(self.chip, "tpp").value if self.chip is not None else None
        if made and not _near(stated.value, made, APART):
            kind, right, why = TOTAL, made, f"the row's own rates come to {display(made)}"
        elif ours:
            kind, right, why = DIFFERS, ours, f"chipdb computes {display(ours)}"
        else:
            return
        yield self._finding(
            "tpp", stated.value, right, kind, why, matters_for=self._matters_for_total(stated.value)
        )

    @staticmethod
    def _agreed(chip: Chip, value: Fraction) -> bool:
        """Whether a total lies in the chip's credible range; of a system, whether it is that of all its chips."""
        totals = stated_of(chip, ("tpp",)).values if chip.members else ()
        return _within(value, measure(chip, "tpp")) or any(
            _near(value, total, APART) for total in totals
        )

    def _matters_for_total(self, value: Fraction) -> tuple[str, ...]:
        return self._matters(self.chip, "tpp", value) if self.chip else ()

    def _implausible(self) -> Iterator[Finding]:
        for made in comparisons(self.row.chip):
            if not made.holds and made.gate in OWN_GATES:
                figure = "die_area" if made.path.startswith("dies") else made.path
                yield self._finding(
                    figure, _value(self.row, figure), None, IMPLAUSIBLE, f"{made.gate}: {made.text}"
                )

    def _status(self) -> Iterator[Finding]:
        ours = self.ours
        if ours is None or self._known.members or not (ours.decided and self.theirs.decided):
            return
        if self.theirs.finding not in (ours.finding, *ours.sides) and not _leaves_open(
            self.theirs, ours
        ):
            why = f"their figures give {self.theirs.text}, chipdb's {ours.text}"
            rules = tuple(
                name
                for name, verdict in self.auditor.said(self._known).items()
                if verdict.rule.question == RuleQuestion.CLASSIFICATION
            )
            yield self._finding(
                "classification", self.theirs.text, ours.text, STATUS, why, matters_for=rules
            )

    @property
    def _known(self) -> Chip:
        assert self.chip is not None, "only rows with a chip have a status to differ from"
        return self.chip


def _leaves_open(theirs: Class, ours: Class) -> bool:
    """Whether one names the entry (3A090) and only leaves open in which paragraph the other finds the chip."""
    return bool(
        theirs.finding.outcome
        and ours.finding.outcome
        and ours.finding.outcome.startswith(f"{theirs.finding.outcome}.")
    )


def _plain(value: Fraction | str | None) -> float | str | None:
    return float(value) if isinstance(value, Fraction) else value


def _value(row: TableRow, figure: str) -> Fraction | None:
    return row.values[figure].value if figure in row.values else None


def _within(value: Fraction, metric: Metric) -> bool:
    """Whether a value lies in the credible range of a metric, or close to it."""
    if metric.value is None or metric.low is None or metric.high is None:
        return False
    return metric.low * (1 - APART) <= value <= metric.high * (1 + APART)


def _near(value: Fraction, other: Fraction, within: Fraction) -> bool:
    return abs(value - other) <= within * abs(other)


def audit(rows: TableRows, auditor: Auditor) -> Iterator[Result]:
    """The rows that could be read, one after the other."""
    return (auditor.result(row) for row in rows.read)

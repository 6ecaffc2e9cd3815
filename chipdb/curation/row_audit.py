"""One row of a third-party table compared with one chip of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from chipdb.answers.impact import (
    Class,
    Said,
    class_of,
    said_of,
    turned_between,
)
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import TableRow
from chipdb.catalog.modify import with_value
from chipdb.curation.catalog_value import catalog_value
from chipdb.curation.explanations import (
    APART,
    StatedFigure,
    explained,
    first_fit,
    format_label,
    is_documented,
    near,
    of_formats_alike,
    of_other_formats,
    slip,
)
from chipdb.curation.findings import AuditFinding, Difference
from chipdb.curation.match import with_facts
from chipdb.lazy_dataclasses import replace
from chipdb.metrics import Count, Metric, Spread, measure
from chipdb.solver.item import item_of
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling
from chipdb.units import PERCENT, display
from chipdb.vocabulary import FindingKind, RuleQuestion

DIGITS_OF_FLOATS = Fraction(1, 10**9)
"""How far a number may be from the same number in a file."""
NOT_COMPARED = ("tpp", "process_nm")
"""The total has a check of its own, and a node is a name rather than a measure."""


def recomputed(chip: Chip) -> Spread | None:
    """The TPP that a row's throughputs give, ignoring a stated total; None if there are none.

    A stated total counts only if the row has no throughput. The spread has no value, but a lower
    bound, if a throughput that may count is missing.

    >>> import chipdb
    >>> int(recomputed(chipdb.load()["A100"]).value)
    4992
    """
    metrics = dict(chip.metrics)
    # A stated TPP would replace the one that the throughputs give, which is to be checked.
    if chip.throughput:
        metrics.pop("tpp", None)

    spread = Count(replace(chip, metrics=metrics)).metric("tpp")
    if spread.value is None and not spread.low:
        return None
    return spread


class Answers:
    """What the rules say of the chips of a catalog, each computed once."""

    def __init__(self, catalog: Catalog, question: Question) -> None:
        """Answers to one question: the day, and the place if there is one."""
        self.catalog = catalog
        self.question = question
        # The rows of a table name the same chips again and again, and evaluating rules is slow.
        self._rulings: dict[str, Ruling] = {}
        self._turned: dict[tuple[str, str, Fraction], tuple[str, ...]] = {}

    def said(self, chip: Chip) -> Said:
        """What the rules say of a chip of the catalog."""
        return self._ruling(chip).verdicts()

    def _ruling(self, chip: Chip) -> Ruling:
        """The ruling of a chip of the catalog, which remembers what each rule says."""
        if chip.id not in self._rulings:
            self._rulings[chip.id] = Ruling(item_of(chip), self.question)
        return self._rulings[chip.id]

    def turned_by(self, chip: Chip, path: str, value: Fraction) -> tuple[str, ...]:
        """The ids of the rules that give another answer if a chip has another value of a figure."""
        key = (chip.id, path, value)
        if key not in self._turned:
            self._turned[key] = tuple(self._rules_turned(chip, path, value))
        return self._turned[key]

    def turned_from(
        self, chip: Chip, path: str, known: Sequence[Fraction], value: Fraction
    ) -> tuple[str, ...]:
        """The rules that give another answer because a value is not the nearest known one.

        A range that becomes one value can change an answer by itself, which is not an error of the
        table.
        """
        if not known:
            return self.turned_by(chip, path, value)
        nearest = min(known, key=lambda each: abs(each - value))
        # A file has the digits of a float, and a third of something has no last digit.
        if near(value, nearest, DIGITS_OF_FLOATS):
            return ()
        as_known = self.turned_by(chip, path, nearest)
        return tuple(rule for rule in self.turned_by(chip, path, value) if rule not in as_known)

    def _rules_turned(self, chip: Chip, path: str, value: Fraction) -> list[str]:
        """The rules that give another answer, computed each time."""
        # A figure of a system is a total over its chips, and rules read one chip.
        if chip.members:
            return []

        # Rules read the applicable die area, and the area of the die in a table stands for it.
        metric = path
        if path == "die_area":
            metric = "applicable_die_area"
        changed = with_value(chip, metric, value)
        # No metric reads this figure.
        if changed is chip:
            return []
        return turned_between(self._ruling(chip), changed)

    @cached_property
    def formats(self) -> Mapping[str | None, frozenset[str]]:
        """The number formats that any chip of an architecture has, by a credible claim."""
        formats: dict[str | None, set[str]] = {}
        for chip in self.catalog:
            formats.setdefault(chip.architecture, set()).update(_credible_formats(chip))
        return {name: frozenset(each) for name, each in formats.items()}


def _credible_formats(chip: Chip) -> Iterator[str]:
    """The formats of a chip, dense and sparse, apart from those kept only as known errors.

    >>> import chipdb
    >>> list(_credible_formats(chipdb.load()["A100"]))[:4]
    ['fp64', 'fp64_vector', 'fp32', 'tf32']
    """
    for name, figure in (*chip.throughput.items(), *chip.sparse.items()):
        if figure.preferred() is not None:
            yield name


class RowAudit:
    """One row compared with one chip, or only with itself where it matches no chip."""

    def __init__(self, answers: Answers, row: TableRow, chip: Chip | None) -> None:
        """The audit of ``row`` against ``chip``, or against itself for None."""
        self.answers = answers
        self.row = row
        self.chip = chip

    @cached_property
    def differing(self) -> list[AuditFinding]:
        """Figures for which the catalog has another value."""
        if self.chip is None:
            return []
        return [self._differing_finding(self.chip, *each) for each in self._differences]

    @property
    def disagreements(self) -> int:
        """How many figures differ, except in the unit in which they are written (GB for GiB)."""
        # Finding the answers that a figure changes is slow, so it is done for the closest chip
        # only.
        kinds = [difference.kind for _, difference in self._differences]
        return len(kinds) - kinds.count(FindingKind.BINARY_UNIT)

    @cached_property
    def compared(self) -> int:
        """How many of the row's figures the catalog has for this chip; 0 if it matches none."""
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
        # The other questions read facts of the deal, which a table does not have.
        said = said_of(self.chip_of_row, self.answers.question, RuleQuestion.CLASSIFICATION)
        return class_of(said)

    @property
    def chip_of_row(self) -> Chip:
        """The row's own figures, with the market facts of a known chip."""
        if self.chip is None:
            return self.row.chip
        return with_facts(self.row.chip, self.chip)

    @property
    def ours(self) -> Class | None:
        """The classification of the catalog's chip."""
        if self.chip is None:
            return None
        return class_of(self.answers.said(self.chip))

    def findings(self) -> Iterator[AuditFinding]:
        """Every finding: figures, the row's own total and sparse throughput, the status."""
        # Figures come first, because they explain a total or a status that differs.
        yield from self.differing
        yield from self._total()
        yield from self._dense_above_sparse()
        if self.chip is not None:
            yield from self._status(self.chip)

    def _finding(
        self, figure: str, theirs: Any, ours: Any, kind: FindingKind, why: str, **more: Any
    ) -> AuditFinding:
        """A finding of this row, in the form that all commands print."""
        unit = ""
        stated = self.row.values.get(figure)
        if stated is not None:
            unit = stated.unit
        return AuditFinding(
            row=self.row.number,
            name=self.row.name,
            chip=None if self.chip is None else self.chip.id,
            figure=figure,
            theirs=_plain(theirs),
            ours=_plain(ours),
            unit=unit,
            kind=kind,
            why=why,
            **more,
        )

    @cached_property
    def _differences(self) -> list[tuple[StatedFigure, Difference]]:
        """The figures of the row that the catalog states differently, each with the difference."""
        differences: list[tuple[StatedFigure, Difference]] = []
        if self.chip is None:
            return differences
        for path, claim in self.row.values.items():
            if path in NOT_COMPARED:
                continue
            # A column may mean one of several figures, and a value of any of them is right.
            paths = self.row.alternatives[path]
            figure = StatedFigure(path, paths, claim, catalog_value(self.chip, paths))
            difference = self._difference(self.chip, figure)
            if difference is not None:
                differences.append((figure, difference))
        return differences

    def _differing_finding(
        self, chip: Chip, figure: StatedFigure, difference: Difference
    ) -> AuditFinding:
        """The finding for a figure that the catalog states differently."""
        return self._finding(
            figure.path,
            figure.claim.value,
            difference.ours,
            difference.kind,
            difference.why,
            sources=figure.known.sources,
            matters_for=self.answers.turned_by(chip, figure.path, figure.claim.value),
        )

    def _difference(self, chip: Chip, figure: StatedFigure) -> Difference | None:
        """What is wrong with a figure; None where nothing is."""
        values = figure.known.values
        if not values:
            return self._unknown_format(chip, figure)
        if _is_near_any(figure.claim.value, values):
            return self._small_difference(chip, figure)

        # A bare percentage sends the reader to the data sheet; the reason says what to correct.
        explanation = explained(chip, figure)
        ours = values[0]
        if explanation is not None:
            return Difference(explanation.kind, explanation.why, ours)
        return Difference(FindingKind.DIFFERS, _by_how_much(figure.claim.value, ours), ours)

    def _small_difference(self, chip: Chip, figure: StatedFigure) -> Difference | None:
        """A difference within :data:`APART` that changes an answer; None for any other.

        However small, it would put the chip on the other side of a threshold.
        """
        value, values = figure.claim.value, figure.known.values
        if not self.answers.turned_from(chip, figure.path, values, value):
            return None
        why = f"{_by_how_much(value, values[0])}, which changes an answer"
        return Difference(FindingKind.DIFFERS, why, values[0])

    def _unknown_format(self, chip: Chip, figure: StatedFigure) -> Difference | None:
        """A throughput in a format that the catalog lacks; None where it may be right."""
        if not figure.formats or self._says_nothing(chip, figure):
            return None
        label = format_label(figure.formats[0])

        # FP4 in a column of INT4 is a mix-up of names: the hardware has the rate, not the format.
        # Where it has both, mostly at one rate, the table may be right.
        alike = first_fit(of_formats_alike(chip, figure.formats), figure)
        if alike is not None and not self._siblings_have(chip, figure.formats):
            why = f"{alike.why}; no {label} throughput is known"
            return Difference(FindingKind.OTHER_FORMAT, why, None)
        if not self._lacks(chip, figure.formats):
            return None

        why = f"no {label} throughput of any {chip.architecture} chip is known"
        other = first_fit(of_other_formats(chip, figure.formats), figure)
        if other is not None:
            why += f"; this is {other.why}"
        return Difference(FindingKind.NO_SUCH_FORMAT, why, None)

    @staticmethod
    def _says_nothing(chip: Chip, figure: StatedFigure) -> bool:
        """Whether a throughput that the catalog does not have contradicts nothing.

        A vector throughput that no source states is not an error of the table, nor is 0 for a
        format that a chip lacks, nor the plain name of a format that only the vector units have.
        """
        if figure.formats[0].endswith("_vector") or figure.claim.value == 0:
            return True
        vector_paths = [f"{path}_vector" for path in figure.paths]
        return _is_near_any(figure.claim.value, catalog_value(chip, vector_paths).values)

    def _lacks(self, chip: Chip, formats: list[str]) -> bool:
        """Whether no chip of an architecture that is well documented has any of some formats.

        Only then is a throughput in one of them an error rather than a figure that has not been
        read.
        """
        if chip.architecture is None or not is_documented(chip):
            return False
        return not self._siblings_have(chip, formats)

    def _siblings_have(self, chip: Chip, formats: list[str]) -> bool:
        """Whether some chip of the architecture has one of some formats, with or without sparsity.

        Then the hardware has the format, and the catalog just lacks the rate of this chip.
        """
        if chip.architecture is None:
            return False
        had = self.answers.formats[chip.architecture]
        sparse = [f"{name}_sparse" for name in formats]
        return not had.isdisjoint([*formats, *sparse])

    def _total(self) -> Iterator[AuditFinding]:
        """The row's own TPP, against the catalog's range and against the row's own throughputs."""
        stated = self.row.values.get("tpp")
        if stated is None:
            return
        value = stated.value
        ours, matters_for = self._total_of_catalog(value)
        # A total on the other side of a threshold is a finding, however close to the catalog's.
        if self._total_agrees(value) and not matters_for:
            return

        own_total = self._own_total()
        # The row contradicting itself is the plainer finding, so it comes before the catalog's.
        if own_total and not near(value, own_total, APART):
            why = f"the row's own throughputs give {display(own_total)}"
            yield self._finding(
                "tpp", value, own_total, FindingKind.TOTAL, why, matters_for=matters_for
            )
        elif ours:
            why = f"chipdb computes {display(ours)}"
            yield self._finding(
                "tpp", value, ours, FindingKind.DIFFERS, why, matters_for=matters_for
            )

    def _total_agrees(self, value: Fraction) -> bool:
        """Whether the catalog has this TPP for the chip; False where the row matches no chip."""
        return self.chip is not None and _agrees(self.chip, value)

    def _total_of_catalog(self, value: Fraction) -> tuple[Fraction | None, tuple[str, ...]]:
        """The catalog's TPP, and the rules that give another answer for that of the row."""
        if self.chip is None:
            return None, ()
        metric = measure(self.chip, "tpp")
        # A total at an end of the credible range is someone's figure, not an error of the table.
        known = [end for end in (metric.value, metric.low, metric.high) if end is not None]
        return metric.value, self.answers.turned_from(self.chip, "tpp", known, value)

    def _own_total(self) -> Fraction | None:
        """The TPP of the row's own throughputs at least; None where it states none."""
        if not self.row.chip.throughput:
            return None
        spread = recomputed(self.row.chip)
        if spread is None:
            return None
        return spread.low

    def _dense_above_sparse(self) -> Iterator[AuditFinding]:
        """A dense throughput above the row's own sparse one of the same format.

        It needs no catalog, so it applies to chips that are not in any list.
        """
        for path, sparse in self.row.values.items():
            if not path.endswith("_sparse"):
                continue
            dense_path = path.removesuffix("_sparse")
            dense = self.row.values.get(dense_path)
            if dense is None or dense.value <= sparse.value:
                continue
            why = f"above the row's own {display(sparse.value)} {sparse.unit} with sparsity"
            yield self._finding(
                dense_path, dense.value, self._known_dense(dense_path), FindingKind.SPARSE, why
            )

    def _known_dense(self, path: str) -> Fraction | None:
        """The catalog's dense throughput in TOPS; None if it has none."""
        if self.chip is None:
            return None
        values = catalog_value(self.chip, (path,)).values
        if not values:
            return None
        return values[0]

    def _status(self, chip: Chip) -> Iterator[AuditFinding]:
        """A classification that the row's figures give and those of the catalog do not."""
        theirs = self.theirs
        ours = class_of(self.answers.said(chip))
        # Figures that do not suffice contradict nothing, and rules do not classify systems.
        if chip.members or not (ours.decided and theirs.decided):
            return
        if theirs.finding in (ours.finding, *ours.sides) or _is_entry_of(theirs, ours):
            return

        why = f"by the figures of the table {theirs.text}, by those of chipdb {ours.text}"
        yield self._finding(
            "classification",
            theirs.text,
            ours.text,
            FindingKind.STATUS,
            why,
            matters_for=_classifying(self.answers.said(chip)),
        )


def _classifying(said: Said) -> tuple[str, ...]:
    """The rules that classify, by id; a license follows from them, so the others are not named."""
    rules: list[str] = []
    for name, verdict in said.items():
        if verdict.rule.question == RuleQuestion.CLASSIFICATION:
            rules.append(name)
    return tuple(rules)


def _by_how_much(value: Fraction, ours: Fraction) -> str:
    """The difference of a table's value in percent of the catalog's.

    >>> _by_how_much(Fraction(80), Fraction(100))
    'differs by -20 %'
    """
    if not ours:
        return "the chip has none"
    return f"differs by {display(PERCENT * (value / ours - 1), 1)} %{slip(value, ours)}"


def _agrees(chip: Chip, total: Fraction) -> bool:
    """Whether a total is in the credible range, or, for a system, that of all its chips.

    >>> import chipdb
    >>> _agrees(chipdb.load()["A100"], Fraction(4992))
    True
    """
    if _within(total, measure(chip, "tpp")):
        return True
    if not chip.members:
        return False
    return _is_near_any(total, catalog_value(chip, ("tpp",)).values)


def _is_near_any(value: Fraction, known: Iterable[Fraction]) -> bool:
    """Whether a value is one of the known ones, up to rounding and revisions.

    >>> _is_near_any(Fraction(80), [Fraction(40), Fraction(81)])
    True
    """
    return any(near(value, each, APART) for each in known)


def _within(value: Fraction, metric: Metric) -> bool:
    """Whether a value lies in the credible range of a metric, or close to it.

    False for a metric that is unknown or has no upper bound: nothing is close to its end.

    >>> import chipdb
    >>> _within(Fraction(4900), measure(chipdb.load()["A100"], "tpp"))
    True
    """
    if metric.value is None or metric.low is None or metric.high is None:
        return False
    lowest = metric.low * (1 - APART)
    highest = metric.high * (1 + APART)
    return lowest <= value <= highest


def _is_entry_of(theirs: Class, ours: Class) -> bool:
    """Whether one classification is the entry (3A090) of the paragraph that the other gives.

    Figures that allow several of its paragraphs settle only the entry.
    """
    entry = theirs.finding.outcome
    paragraph = ours.finding.outcome
    if not entry or not paragraph:
        return False
    return paragraph.startswith(f"{entry}.")


def _plain(value: Fraction | str | None) -> float | str | None:
    """A value as JSON has it: exact fractions become floating-point numbers.

    >>> _plain(Fraction(1, 4)), _plain("3A090.a"), _plain(None)
    (0.25, '3A090.a', None)
    """
    if isinstance(value, Fraction):
        return float(value)
    return value

"""``sources``: the figures that each source supports, the weakest source first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from chipdb.answers.arguments import Chips, File, catalog_of, chips_of, question_of
from chipdb.answers.impact import class_of, said_of
from chipdb.catalog.bibliography import Source, bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import BASES, Figure
from chipdb.catalog.modify import map_figures
from chipdb.notebook import views
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import RuleQuestion

READ_BY_METRICS = (
    "throughput",
    "units",
    "dies",
    "memory",
    "links",
    "transistors",
    "package_area",
)
"""The fields of a chip whose figures metrics read."""


@dataclass(frozen=True, kw_only=True)
class SourcedFigure:
    """A figure of a chip and the sources of its credible claims, the preferred one first."""

    chip: str
    figure: str
    basis: str
    sources: tuple[str, ...]
    decides: bool
    """Whether the classification changes without the figure."""
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    @property
    def alone(self) -> bool:
        """Whether the figure has a single source."""
        return len(self.sources) == 1

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb sources CHIP --format json``."""
        return dict(views("json.curation").sourced_figure_record(self))


@dataclass(kw_only=True)
class Support:
    """A source and the figures that it supports."""

    source: Source
    claims: int = 0
    chips: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    alone: int = 0
    decides: set[str] = field(default_factory=set)
    data: str | None = None
    """The hash of the vintage that the chips come from; None for the data of this installation."""

    def __repr__(self) -> str:
        return f"<Support {self.source.id}: {self.claims} claims of {len(self.chips)} chips>"

    @property
    def sorted_bases(self) -> list[str]:
        """The bases of the claims that quote it, the most trusted first."""
        return sorted(self.bases, key=BASES.index)

    @property
    def weakest(self) -> str:
        """The least trusted basis of a claim that quotes it."""
        return self.sorted_bases[-1] if self.bases else ""

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb sources --format json``."""
        return dict(views("json.curation").source_record(self))


def sources(
    chips: Chips | None = None,
    *,
    on: str | date | None = None,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Support] | list[SourcedFigure]:
    """List the sources of the catalog, the weakest first, or the figures of chips with theirs.

    Raises :class:`~chipdb.errors.UnknownNameError` for a chip that does not exist.

    >>> import chipdb
    >>> figures = {entry.figure: entry for entry in chipdb.sources("H20", on="2024-06-01")}
    >>> figures["dies[0].area"].decides
    True
    """
    asked, known = question_of(on=on), catalog_of(catalog, vintage)
    if chips is None:
        return supports(known, asked)
    figures = [entry for chip in chips_of(chips, known) for entry in sourced_figures(chip, asked)]
    return decisive_first(figures)


def decisive_first(figures: Iterable[SourcedFigure]) -> list[SourcedFigure]:
    """The figures in the order in which they are listed: by chip, those that decide first."""
    return sorted(figures, key=lambda entry: (entry.chip, not entry.decides, not entry.alone))


def sourced_figures(chip: Chip, question: Question) -> Iterator[SourcedFigure]:
    """Every figure of a chip with its sources, and whether the classification depends on it."""
    with_all = None if chip.members else _finding(chip, question)
    for figure in chip.figures():
        preferred = figure.preferred()
        if preferred is None:
            continue
        others = [
            claim for claim in figure.claims if claim.rejected is None and claim is not preferred
        ]
        keys = [claim.source for claim in (preferred, *others) if claim.source]
        decides = False
        if with_all is not None and _field(figure) in READ_BY_METRICS:
            decides = _finding(without(chip, figure), question) != with_all
        yield SourcedFigure(
            chip=chip.id,
            figure=figure.path,
            basis=preferred.basis,
            sources=tuple(dict.fromkeys(keys)),
            decides=decides,
            data=chip.data,
        )


def _field(figure: Figure) -> str:
    """The field of a chip that a figure is in: ``dies`` of ``dies[0].area``."""
    return figure.path.partition(".")[0].partition("[")[0]


def _finding(chip: Chip, question: Question) -> Finding:
    return class_of(said_of(chip, question, RuleQuestion.CLASSIFICATION)).finding


def without(chip: Chip, gone: Figure) -> Chip:
    """The chip as if nobody had stated a figure."""

    def blank(figure: Figure) -> Any:
        return None if figure is gone else figure

    fields = map_figures(chip, blank)
    # a missing figure is None in a field of its own, and absent from a mapping
    for name in ("throughput", "sparse", "power", "clocks", "metrics"):
        fields[name] = _present(fields[name])
    fields["units"] = tuple(
        replace(unit, throughput=_present(unit.throughput)) for unit in fields["units"]
    )
    return replace(chip, **fields)


def _present(figures: dict[str, Figure | None]) -> dict[str, Figure]:
    return {name: figure for name, figure in figures.items() if figure is not None}


def supports(chips: Iterable[Chip], question: Question) -> list[Support]:
    """The sources that figures of some chips rest on, the weakest first.

    Unlinked sources come before linked ones, then those that decide a classification alone.
    """
    known = bibliography()
    by_key: dict[str, Support] = {}
    for chip in chips:
        for figure in chip.figures():
            for claim in figure.claims:
                if claim.source not in known or claim.rejected is not None:
                    continue
                support = by_key.setdefault(
                    claim.source, Support(source=known[claim.source], data=chip.data)
                )
                support.claims += 1
                support.chips.add(chip.id)
                support.bases.add(claim.basis)
        for entry in sourced_figures(chip, question):
            if entry.alone and entry.sources[0] in by_key:
                support = by_key[entry.sources[0]]
                support.alone += 1
                if entry.decides:
                    support.decides.add(chip.id)
    return sorted(by_key.values(), key=_strength)


def _strength(support: Support) -> tuple[bool, int, int, int, str]:
    linked = support.source.url is not None
    basis = BASES.index(support.weakest)
    return (linked, -basis, -len(support.decides), -support.alone, support.source.id)

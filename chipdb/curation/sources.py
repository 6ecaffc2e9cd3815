"""``sources``: the figures that each source supports, the weakest source first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chipdb.answers.arguments import Chips, File, catalog_of, chips_of, question_of
from chipdb.answers.impact import classified_as, said_of
from chipdb.catalog.bibliography import READINGS, Source, bibliography, nearest_reading
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import BASES, Claim, Figure
from chipdb.catalog.modify import map_figures
from chipdb.curation.catalog_value import sources_of
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.notebook import Framed, views
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import ReadAs, RuleQuestion

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
class SourcedFigure(Framed):
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
    def read_as(self) -> ReadAs | None:
        """The nearest reading of its sources; None if none of them is in the bibliography."""
        return nearest_reading(self.sources)

    @property
    def alone(self) -> bool:
        """Whether the figure has a single source."""
        return len(self.sources) == 1

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb sources CHIP --format json``."""
        return dict(views("json.curation").sourced_figure_record(self))


@dataclass(kw_only=True)
class Support(Framed):
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
        """The source, and how many claims of how many chips quote it."""
        return f"<Support {self.source.id}: {self.claims} claims of {len(self.chips)} chips>"

    @property
    def sorted_bases(self) -> list[str]:
        """The bases of the claims that quote it, the most trusted first."""
        return sorted(self.bases, key=BASES.index)

    @property
    def weakest(self) -> str:
        """The least trusted basis of a claim that quotes it; empty where nothing does."""
        if not self.bases:
            return ""
        return self.sorted_bases[-1]

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

    For ids of sources, these sources are listed, with the figures that they support.

    Raises :class:`~chipdb.errors.UnknownNameError` for a chip that does not exist, and
    :class:`~chipdb.errors.UsageError` for sources and chips in one call.

    >>> import chipdb
    >>> figures = {entry.figure: entry for entry in chipdb.sources("H20", on="2024-06-01")}
    >>> figures["dies[0].area"].decides
    True
    """
    question = question_of(on=on)
    known = catalog_of(catalog, vintage)
    # Without chips the question is about the sources, with chips about the sources of their
    # figures.
    if chips is None:
        return supports(known, question)
    keys = source_ids([chips] if isinstance(chips, str) else chips)
    if keys:
        return supports_of(keys, known, question)

    figures: list[SourcedFigure] = []
    for chip in chips_of(chips, known):
        figures += sourced_figures(chip, question)
    return decisive_first(figures)


def source_ids(names: Any) -> list[str]:
    """The names, if they are ids of sources; none if they are those of chips.

    Ids of sources, chips and rules never coincide. Raises :class:`~chipdb.errors.UsageError` for
    sources and chips together, which are two different questions.
    """
    if not isinstance(names, list | tuple):
        return []
    known = bibliography()
    keys = [name for name in names if isinstance(name, str) and name in known]
    if keys and len(keys) < len(names):
        (other, *_) = [name for name in names if name not in keys]
        raise UsageError(
            f"{keys[0]!r} is a source and {other!r} is not; ask about sources or about chips"
        )
    return keys


def supports_of(keys: Iterable[str], chips: Iterable[Chip], question: Question) -> list[Support]:
    """Some sources, in their order, with the figures that they support."""
    wanted = list(dict.fromkeys(keys))
    # only chips that quote a source are weighed, which takes time
    quoting = [chip for chip in chips if not _quoted_by(chip).isdisjoint(wanted)]
    found = {support.source.id: support for support in supports(quoting, question)}
    known = bibliography()
    # a source of rules or places supports no figure
    return [found.get(key) or Support(source=known[key]) for key in wanted]


def _quoted_by(chip: Chip) -> set[str | None]:
    """The sources that the credible claims of a chip quote."""
    keys: set[str | None] = set()
    for figure in chip.figures():
        keys.update(claim.source for claim in figure.unrejected())
    return keys


def decisive_first(figures: Iterable[SourcedFigure]) -> list[SourcedFigure]:
    """The figures as listed: by chip, those that decide first, then those on one source."""
    return sorted(figures, key=lambda entry: (entry.chip, not entry.decides, not entry.alone))


def sourced_figures(chip: Chip, question: Question) -> Iterator[SourcedFigure]:
    """Every figure of a chip with its sources, and whether the classification depends on it.

    A figure decides if the classification changes without it. Those of a system decide
    nothing, because rules read one chip. Figures without a credible claim are left out.
    """
    with_all: Finding | None = None
    if not chip.members:
        with_all = _finding(chip, question)

    for figure in chip.figures():
        preferred = figure.preferred()
        if preferred is None:
            continue

        # Classifying is slow, so it is done only for figures that a metric reads.
        decides = False
        if with_all is not None and _field(figure) in READ_BY_METRICS:
            decides = _finding(without(chip, figure), question) != with_all

        yield SourcedFigure(
            chip=chip.id,
            figure=figure.path,
            basis=preferred.basis,
            sources=_credible_sources(figure, preferred),
            decides=decides,
            data=chip.data,
        )


def _credible_sources(figure: Figure, preferred: Claim) -> tuple[str, ...]:
    """The sources of the credible claims, each once, starting with that of the preferred claim.

    >>> import chipdb
    >>> bandwidth = chipdb.load()["A100"].memory.bandwidth
    >>> "nvidia-a100-datasheet-zh" in _credible_sources(bandwidth, bandwidth.preferred())
    True
    """
    return sources_of([preferred, *figure.unrejected()])


def _field(figure: Figure) -> str:
    """The field of a chip that a figure is in: ``dies`` of ``dies[0].area``.

    >>> _field(Figure("dies[0].area", "mm^2", ()))
    'dies'
    """
    return figure.path.partition(".")[0].partition("[")[0]


def _finding(chip: Chip, question: Question) -> Finding:
    """The classification of a chip, which is what a figure may decide.

    The license follows from it, and depends on places that a source knows nothing of.
    """
    return classified_as(said_of(chip, question, RuleQuestion.CLASSIFICATION))


def without(chip: Chip, gone: Figure) -> Chip:
    """The chip without one of its own figures.

    >>> import chipdb
    >>> chip = chipdb.load()["H20"]
    >>> without(chip, chip.throughput["int8"]).tpp, "int8" in chip.throughput
    (2368.0, True)
    """

    def blank(figure: Figure) -> Any:
        """None for the figure that is left out, any other figure as it is."""
        # By identity, since two dies may have equal figures.
        if figure is gone:
            return None
        return figure

    fields = map_figures(chip, blank)
    # A missing figure is None in a field of its own, and absent from a mapping.
    for name in ("throughput", "sparse", "power", "clocks", "scaling", "metrics"):
        fields[name] = _present(fields[name])
    fields["units"] = tuple(
        replace(unit, throughput=_present(unit.throughput)) for unit in fields["units"]
    )
    return replace(chip, **fields)


def _present(figures: dict[str, Figure | None]) -> dict[str, Figure]:
    """The figures that are still there, by their names.

    An unknown throughput in a mapping would count as a format that the chip has.
    """
    return {name: figure for name, figure in figures.items() if figure is not None}


def supports(chips: Iterable[Chip], question: Question) -> list[Support]:
    """The sources of the figures of some chips, the weakest first.

    Unlinked sources come before linked ones, then those that decide a classification by themselves.
    """
    by_key: dict[str, Support] = {}
    for chip in chips:
        _add_claims(by_key, chip)
        for entry in sourced_figures(chip, question):
            # A user's own source is not in the bibliography and is not listed.
            if entry.alone and entry.sources[0] in by_key:
                _add_lone_figure(by_key[entry.sources[0]], entry)
    return sorted(by_key.values(), key=_strength)


def _add_lone_figure(support: Support, entry: SourcedFigure) -> None:
    """Add a figure to a source that is its only one.

    If the source were wrong, nothing else would show it.
    """
    support.alone += 1
    if entry.decides:
        support.decides.add(entry.chip)


def _add_claims(by_key: dict[str, Support], chip: Chip) -> None:
    """Add the credible claims of a chip to what their sources support."""
    known = bibliography()
    for figure in chip.figures():
        # A rejected claim supports no answer.
        for claim in figure.unrejected():
            # A user's own source is not in the bibliography.
            if claim.source is None or claim.source not in known:
                continue
            support = by_key.get(claim.source)
            if support is None:
                support = Support(source=known[claim.source], data=chip.data)
                by_key[claim.source] = support
            support.claims += 1
            support.chips.add(chip.id)
            support.bases.add(claim.basis)


def _strength(support: Support) -> tuple[bool, int, int, int, int, str]:
    """The sort key of a source: the hardest to verify come first.

    Sources without a link, then by the weakest basis, then by how many classifications and
    figures have no other source. The id comes last, so that the order is the same everywhere.
    """
    linked = support.source.url is not None
    basis = BASES.index(support.weakest)
    reading = READINGS.index(support.source.read_as)
    return (linked, -basis, -reading, -len(support.decides), -support.alone, support.source.id)

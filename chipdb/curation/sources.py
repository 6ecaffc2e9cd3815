"""``sources``: what rests on what, the weakest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from chipdb.answers.impact import class_of, said_of
from chipdb.catalog.bibliography import Source, bibliography
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import BASES, Figure
from chipdb.catalog.modify import mapped
from chipdb.notebook import views
from chipdb.solver.question import Question
from chipdb.vocabulary import RuleQuestion

DECIDING = ("throughput", "units", "dies", "memory", "links", "transistors", "package_area")
"""Where the figures stand that metrics read."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """A figure of a chip and the sources of its credible claims, that of the preferred one first."""

    chip: str
    figure: str
    basis: str
    sources: tuple[str, ...]
    decides: bool

    @property
    def alone(self) -> bool:
        """Whether one source is all that the figure has."""
        return len(self.sources) == 1


@dataclass(kw_only=True)
class Support:
    """A source and what it carries."""

    source: Source
    claims: int = 0
    chips: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    alone: int = 0
    decides: set[str] = field(default_factory=set)

    @property
    def weakest(self) -> str:
        """The least trusted basis on which it is quoted."""
        return max(self.bases, key=BASES.index, default="")

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb sources --format json`` prints for it."""
        return dict(views("json.curation").source_record(self))


def rests(chip: Chip, question: Question) -> Iterator[Rest]:
    """Every figure of a chip with its sources, and whether the classification turns undetermined or otherwise without it."""
    base = (
        class_of(said_of(chip, question, RuleQuestion.CLASSIFICATION)).finding
        if not chip.members
        else None
    )
    for figure in chip.figures():
        preferred = figure.preferred()
        if preferred is None:
            continue
        claims = [
            preferred,
            *(
                claim
                for claim in figure.claims
                if claim.rejected is None and claim is not preferred
            ),
        ]
        sources = tuple(dict.fromkeys(claim.source for claim in claims if claim.source))
        relevant = base is not None and figure.path.partition(".")[0].partition("[")[0] in DECIDING
        decides = (
            relevant
            and class_of(
                said_of(without(chip, figure), question, RuleQuestion.CLASSIFICATION)
            ).finding
            != base
        )
        yield Rest(
            chip=chip.id,
            figure=figure.path,
            basis=preferred.basis,
            sources=sources,
            decides=decides,
        )


def without(chip: Chip, gone: Figure) -> Chip:
    """The chip as if nobody had stated a figure."""

    def blank(figure: Figure) -> Any:
        return None if figure is gone else figure

    fields = mapped(chip, blank)
    for name in ("throughput", "sparse", "power", "clocks", "metrics"):
        fields[name] = {key: figure for key, figure in fields[name].items() if figure is not None}
    fields["units"] = tuple(
        replace(
            unit,
            throughput={
                key: figure for key, figure in unit.throughput.items() if figure is not None
            },
        )
        for unit in fields["units"]
    )
    return replace(chip, **fields)


def supports(chips: Iterable[Chip], question: Question) -> list[Support]:
    """The sources that figures of some chips rest on, the weakest first: unlinked before linked, deciding before idle."""
    known = bibliography()
    found: dict[str, Support] = {}
    for chip in chips:
        for figure in chip.figures():
            for claim in figure.claims:
                if claim.source in known and claim.rejected is None:
                    entry = found.setdefault(claim.source, Support(source=known[claim.source]))
                    entry.claims += 1
                    entry.chips.add(chip.id)
                    entry.bases.add(claim.basis)
        for rest in rests(chip, question):
            if rest.alone and rest.sources[0] in found:
                found[rest.sources[0]].alone += 1
                if rest.decides:
                    found[rest.sources[0]].decides.add(chip.id)
    return sorted(found.values(), key=_strength)


def _strength(entry: Support) -> tuple[bool, int, int, int, str]:
    linked = entry.source.url is not None
    return (linked, -BASES.index(entry.weakest), -len(entry.decides), -entry.alone, entry.source.id)

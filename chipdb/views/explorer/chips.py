"""Chips for the page: what the solver sees of each (spreads by reading), and every claim with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.modify import KNOBS, scale_knob, scaled_fields
from chipdb.errors import UsageError
from chipdb.metrics import Count, Spread
from chipdb.solver.item import OF_THE_WHOLE, Item
from chipdb.solver.memory_facts import package_facts
from chipdb.units import METRIC_UNITS
from chipdb.views.explorer.exact_text import text_of

Record = dict[str, Any]
ENDS = ("value", "low", "high", "least", "most")
PARTLY = {
    "link-bandwidth": ("aggregate_io_bandwidth", "letter_io_bandwidth"),
    "die-area": ("applicable_die_area",),
}
"""Metrics of which a knob turns only a part: the chip-to-chip links of all links, the compute dies of all dies."""
TURNS = {
    knob: tuple(dict.fromkeys((*metrics, *PARTLY.get(knob, ())))) for knob, metrics in KNOBS.items()
}
"""The metrics that each knob turns."""
LINKED = ("http://", "https://")


def chip_record(chip: Chip) -> Record:
    """One chip of the page; of a system its chips by id, the leading one first, and the spreads of the whole."""
    subject = Item(chip)
    record: Record = {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "kind": chip.kind,
        "architecture": chip.architecture,
        "model": chip.model,
        "aliases": list(chip.aliases),
        "announced": chip.announced.isoformat() if chip.announced else None,
        "datacenter": chip.datacenter,
        "digital": chip.digital,
        "hypothetical": chip.hypothetical,
        "since": chip.us_available.since.isoformat() if chip.us_available.since else None,
        "declared": _declared(chip),
        "readings": [[point.reading, point.because] for point in subject.plain({})],
        "figures": [_figure(figure) for figure in chip.figures()],
        "note": chip.note,
    }
    if chip.members:
        counts = {part.id: count for part, count in chip.processors()}
        parts = {
            "facts": subject.facts(),
            "of": [[part.id, counts[part.id]] for part in subject.chips],
        }
        return (
            record
            | parts
            | {"spreads": dict(_spreads(subject, list(OF_THE_WHOLE), _doubled(chip)))}
        )
    names = list(subject.plain({})[0].lead().intervals)
    knobs = [knob for knob in KNOBS if _turns(chip, knob)]
    return record | {
        "knobs": knobs,
        "package": package_facts(chip),
        "inputs": {name: [_input(*pair) for pair in subject.spread(name).inputs] for name in names},
        "spreads": dict(_spreads(subject, names, _doubled(chip))),
    }


def _doubled(chip: Chip) -> dict[str, Item]:
    """The chip with a knob at twice its amount, by the metrics of which the knob may turn only a part.

    Of a system a knob turns the figures of its chips, and leaves what is given of the whole.
    """
    knobs = [knob for knob in KNOBS if all(_turns(part, knob) for part in Item(chip).chips)]
    partly = (
        {knob: [name for name in TURNS[knob] if name in OF_THE_WHOLE] for knob in knobs}
        if chip.members
        else PARTLY
    )
    return {
        name: Item(scale_knob(chip, knob, Fraction(2)))
        for knob in knobs
        for name in partly.get(knob, ())
    }


def _spreads(
    subject: Item, names: list[str], doubled: Mapping[str, Item]
) -> Iterator[tuple[str, Record]]:
    """The spreads of each reading; of readings beside the plain one only those that differ."""
    plain: Record = {}
    for reading in subject.readings():
        found = {
            name: _spread(subject.spread(name, reading), _twice(doubled.get(name), name, reading))
            for name in names
        }
        yield (
            reading or "",
            {name: entry for name, entry in found.items() if plain.get(name) != entry},
        )
        plain = plain or found


def _twice(doubled: Item | None, name: str, reading: str | None) -> Spread | None:
    return doubled.spread(name, reading) if doubled else None


def _spread(spread: Spread, twice: Spread | None) -> Any:
    """``value``, or ``[value, low, high, least, most, missing, what no knob turns]`` with empty ends left out."""
    ends = [text_of(getattr(spread, end)) for end in ENDS]
    fixed = (
        [text_of(_fixed(getattr(spread, end), getattr(twice, end))) for end in ENDS]
        if twice
        else []
    )
    fixed = fixed if any(end not in (None, "0") for end in fixed) else []
    if len(set(ends)) == 1 and not fixed and not spread.missing:
        return ends[0]
    return [*ends, list(spread.missing), *([fixed] if fixed else [])]


def _fixed(once: Fraction | None, twice: Fraction | None) -> Fraction | None:
    """What stays of a quantity where its knob goes to nothing: it is linear in the knob's multiple."""
    return None if once is None or twice is None else 2 * once - twice


def _turns(chip: Chip, knob: str) -> bool:
    """Whether the page offers a knob; a given density ties area and TPP together, and is left to the command line."""
    if "performance_density" in chip.metrics:
        return False
    try:
        scaled_fields(chip, knob, Fraction(1))
    except UsageError:
        return False
    return True


def _declared(chip: Chip) -> Record | None:
    declared = chip.declared
    if declared is None:
        return None
    return {
        "tpp": text_of(declared.tpp),
        "eccn": declared.eccn,
        "source": declared.source,
        "as_of": declared.as_of,
    }


def _input(path: str, claim: Claim) -> list[str | None]:
    return [path, claim.text, claim.basis, claim.source]


def _figure(figure: Figure) -> list[Any]:
    """A figure: path, then its claims, the preferred one first."""
    preferred = figure.preferred()
    claims = sorted(figure.claims, key=lambda claim: claim is not preferred)
    return [figure.path, [_claim(claim) for claim in claims]]


def _claim(claim: Claim) -> list[str | None]:
    """Text, basis, source, reading, remark; what is empty at the end left out."""
    remark = f"rejected: {claim.rejected}" if claim.rejected else claim.note
    entry = [claim.text, claim.basis, claim.source, claim.reading, remark]
    while entry[-1] is None:
        entry.pop()
    return entry


def source_records(named: Iterable[str]) -> Record:
    """The sources of some keys: title, publisher, date, and an address where it is one of the web."""
    known = bibliography()
    return {
        key: [known[key].title, known[key].publisher, known[key].date, web_address(known[key].url)]
        for key in sorted(set(named))
        if key in known
    }


def web_address(url: str | None) -> str | None:
    """An address that a link may carry; None for any other, ``javascript:`` among them."""
    return url if url is not None and url.lower().startswith(LINKED) else None


def sources_of(chip: Chip) -> Iterator[str]:
    """The keys of the sources of a chip's figures."""
    for figure in chip.figures():
        yield from (claim.source for claim in figure.claims if claim.source)
    for name in METRIC_UNITS if not chip.members else ():
        yield from (claim.source for _, claim in Count(chip).metric(name).inputs if claim.source)
    if chip.declared and chip.declared.source:
        yield chip.declared.source

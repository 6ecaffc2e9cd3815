"""Chips for the page: what the solver reads of each, and every claim with its source.

The solver reads spreads: for each reading (each way that the rules allow to count a chip) the
value of every metric, the range of the credible claims and the range with rounding and tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from chipdb.answers.compare import as_printed
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.knobs import KNOBS, scale_knob, scaled_fields
from chipdb.errors import UsageError
from chipdb.metrics import Count, Spread
from chipdb.solver.declared import declared_entries
from chipdb.solver.estimated import is_half_of_sparse
from chipdb.solver.item import OF_THE_WHOLE, Item
from chipdb.solver.memory_facts import package_facts
from chipdb.units import METRIC_UNITS
from chipdb.views.explorer.exact_text import text_of
from chipdb.views.json.answers import day
from chipdb.views.words import reading_text

Record = dict[str, Any]
ENDS = ("value", "low", "high", "least", "most")

PARTLY = {
    "link-bandwidth": ("aggregate_io_bandwidth", "letter_io_bandwidth"),
    "die-area": ("applicable_die_area",),
}
"""Metrics that a knob turns only in part.

These are the chip-to-chip links of all links, and the compute dies of all dies.
"""


def _turns() -> dict[str, tuple[str, ...]]:
    """The metrics that each knob turns, those that it turns only in part last."""
    turns = {}
    for knob, metrics in KNOBS.items():
        partly = [name for name in PARTLY.get(knob, ()) if name not in metrics]
        turns[knob] = (*metrics, *partly)
    return turns


TURNS = _turns()
"""The metrics that each knob turns."""

WEB = ("http://", "https://")


def chip_record(chip: Chip) -> Record:
    """One chip of the page, as JSON holds it.

    A system has its chips by id, the leading one first, and the spreads of the whole. All numbers
    are exact text (see :func:`~chipdb.views.explorer.exact_text.text_of`), since the page computes
    with fractions as the library does.
    """
    subject = Item(chip)
    readings = [[plain.reading, plain.because] for plain in subject.plain({})]
    figures = [_figure(figure) for figure in chip.figures()]
    record: Record = {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "kind": chip.kind,
        "architecture": chip.architecture,
        "model": chip.model,
        "form": chip.form,
        "aliases": list(chip.aliases),
        "announced": day(chip.announced),
        "datacenter": chip.datacenter,
        "digital": chip.digital,
        "hypothetical": chip.hypothetical,
        "sale": _sale(chip),
        "declared": _declared(chip),
        "declaredEntries": declared_entries(chip),
        "readings": readings,
        "figures": figures,
        "note": chip.note,
    }
    # only a chip of the user's own starts from another
    if chip.extends:
        record["extends"] = chip.extends
    if chip.members:
        return record | _system_record(chip, subject)
    return record | _processor_record(chip, subject)


def _sale(chip: Chip) -> Record:
    """Whether it is known if a chip was on sale in the United States, and since when."""
    # A changed chip was never on sale, even if the product was.
    if chip.derating or chip.changes:
        return {"isKnown": True, "since": None}

    sale = chip.us_available
    # a day that nobody has sourced decides nothing
    is_unsourced = sale.since is not None and sale.source is None
    if not sale.known or is_unsourced:
        return {"isKnown": False, "since": None}
    return {"isKnown": True, "since": day(sale.since)}


def _system_record(chip: Chip, subject: Item) -> Record:
    """What only a system has: its chips with their counts, and the spreads of the whole."""
    counts = {part.id: count for part, count in chip.processors()}
    return {
        "facts": subject.facts(),
        "of": [[part.id, counts[part.id]] for part in subject.chips],
        "spreads": _spreads(subject, list(OF_THE_WHOLE), _doubled(chip)),
    }


def _processor_record(chip: Chip, subject: Item) -> Record:
    """What only a single chip has: its knobs, the facts of its package, its inputs."""
    # The metrics that the solver keeps: the page evaluates the same intervals, and computes the
    # derived ones from these.
    names = list(subject.plain({})[0].lead().intervals)
    # the claims that enter each metric: path, text, basis, source
    inputs: dict[str, list[list[str | None]]] = {}
    for name in names:
        inputs[name] = []
        for path, claim in subject.spread(name).inputs:
            inputs[name].append([path, claim.text, claim.basis, claim.source])

    return {
        "knobs": [knob for knob in KNOBS if _is_offered(chip, knob)],
        "package": package_facts(chip),
        "printedMemory": _printed_memory(chip),
        "inputs": inputs,
        "isHalved": is_half_of_sparse(subject, "tpp"),
        "spreads": _spreads(subject, names, _doubled(chip)),
    }


def _printed_memory(chip: Chip) -> str | None:
    """The memory as a data sheet prints it, where it is stated in GiB; a comparison shows that.

    A data sheet's GB of DRAM is a GiB, so 64 GiB are not more than 64 GB.
    """
    figure = chip.metrics.get("memory_capacity") or chip.memory.capacity
    claim = None if figure is None else figure.preferred()
    if claim is None or as_printed(claim) == claim.value:
        return None
    return text_of(as_printed(claim))


def _is_offered(chip: Chip, knob: str) -> bool:
    """Whether the page offers a knob for a chip; not if it has no figure that the knob turns."""
    # A given density ties die area and TPP together, so that a knob turns more than its own
    # metrics; the command line can do that.
    if "performance_density" in chip.metrics:
        return False
    try:
        scaled_fields(chip, knob, Fraction(1))
    except UsageError:
        return False
    return True


def _doubled(chip: Chip) -> dict[str, Item]:
    """The chip with a knob at twice its amount, by the metrics that this knob may turn in part.

    In a system a knob turns the figures of its chips, and leaves what is given of the whole. The
    page gets no formulas of metrics; two points of each are enough, because a metric is linear in
    its knob.
    """
    doubled = {}
    for knob in KNOBS:
        is_offered = all(_is_offered(part, knob) for part in Item(chip).chips)
        if not is_offered:
            continue

        partly = PARTLY.get(knob, ())
        if chip.members:
            partly = tuple(name for name in TURNS[knob] if name in OF_THE_WHOLE)
        for name in partly:
            doubled[name] = Item(scale_knob(chip, knob, Fraction(2)))
    return doubled


def _spreads(subject: Item, names: list[str], doubled: Mapping[str, Item]) -> Record:
    """The spreads by reading; of readings after the first only those that differ from it."""
    by_reading: Record = {}
    first: Record = {}
    for reading in subject.readings():
        spreads = {}
        for name in names:
            twice = None
            if name in doubled:
                twice = doubled[name].spread(name, reading)
            spreads[name] = _spread(subject.spread(name, reading), twice)

        # most readings change one metric, and the page would be several times as large
        differing = {name: spread for name, spread in spreads.items() if first.get(name) != spread}
        by_reading[reading or ""] = differing
        first = first or spreads
    return by_reading


def _spread(spread: Spread, twice: Spread | None) -> str | list[Any] | None:
    """``value``, or ``[value, low, high, least, most, missing, what no knob turns]``.

    The last is left out where there is none. The short form keeps the page small: most metrics
    have one value on which all claims agree.
    """
    ends = [text_of(getattr(spread, end)) for end in ENDS]
    fixed: list[str | None] = []
    if twice:
        fixed = [text_of(_fixed(spread, twice, end)) for end in ENDS]
    # an end that the knob turns to nothing needs no mention, nor does an unknown one
    has_fixed = not set(fixed) <= {None, "0"}

    is_one_value = len(set(ends)) == 1
    if is_one_value and not has_fixed and not spread.missing:
        return ends[0]

    record: list[Any] = [*ends, list(spread.missing)]
    if has_fixed:
        record.append(fixed)
    return record


def _fixed(once: Spread, twice: Spread, end: str) -> Fraction | None:
    """What remains of a quantity where its knob is turned to zero; None if an end is unknown."""
    single = getattr(once, end)
    double = getattr(twice, end)
    if single is None or double is None:
        return None
    # The quantity is linear in the knob's multiple, so its values at 1 and 2 give that at 0.
    return Fraction(2 * single - double)


def _declared(chip: Chip) -> Record | None:
    """What the vendor declares, which the page shows and never computes with."""
    declared = chip.declared
    if declared is None:
        return None
    return {
        "tpp": text_of(declared.tpp),
        "eccn": declared.eccn,
        "source": declared.source,
        "as_of": declared.as_of,
    }


def _figure(figure: Figure) -> list[Any]:
    """A figure: its path, then its claims, the preferred one first."""
    preferred = figure.preferred()
    claims = sorted(figure.claims, key=lambda claim: claim is not preferred)
    return [figure.path, [_claim(claim) for claim in claims]]


def _claim(claim: Claim) -> list[str | None]:
    """Text, basis, source, reading and remark, without the empty ones at the end."""
    remark = claim.note
    if claim.rejected:
        remark = f"rejected: {claim.rejected}"
    entry = [claim.text, claim.basis, claim.source, claim.reading, remark]
    # Thousands of claims have no remark; the text is never empty, so this ends.
    while entry[-1] is None:
        # a page with every chip has thousands of these lists
        entry.pop()
    return entry


def source_records(keys: Iterable[str]) -> Record:
    """Sources by key: title, publisher, date, address if it is a web address, how it was read.

    A key that is not in the bibliography, as a user's file may have, is left out.
    """
    sources = bibliography()
    records = {}
    for key in sorted(set(keys)):
        source = sources.get(key)
        if source is not None:
            address = web_address(source.url)
            reading = reading_text(source.read_as)
            records[key] = [source.title, source.publisher, source.date, address, reading]
    return records


def web_address(url: str | None) -> str | None:
    """An address that a link may carry; None for any other, such as ``javascript:``.

    >>> web_address("https://example.com/h20"), web_address("javascript:alert(1)")
    ('https://example.com/h20', None)
    """
    if url is None or not url.lower().startswith(WEB):
        return None
    return url


def sources_of(chip: Chip) -> Iterator[str]:
    """The keys of the sources of a chip's figures; a key may come several times.

    Rejected claims are included, since the page lists them with their sources.
    """
    for claim in _claims_of(chip):
        if claim.source:
            yield claim.source

    if chip.declared and chip.declared.source:
        yield chip.declared.source


def _claims_of(chip: Chip) -> Iterator[Claim]:
    """The claims of a chip's figures, then those that enter its metrics."""
    for figure in chip.figures():
        yield from figure.claims
    # the metrics of a system are those of its chips, which are on the page themselves
    if chip.members:
        return
    # The bandwidth of a standard link comes from its specification (PCI-SIG), which is not among
    # the claims of the chip.
    for name in METRIC_UNITS:
        for _, claim in Count(chip).metric(name).inputs:
            yield claim

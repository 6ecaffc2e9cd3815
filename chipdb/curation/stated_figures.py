"""The figures stated in the rows of a portfolio, compared with those of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chipdb.answers.impact import said_of, turned
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import TableRow, rows_of
from chipdb.catalog.lookup import squash
from chipdb.catalog.not_found import NotFound
from chipdb.catalog.read_table import TextTable
from chipdb.catalog.row_numbers import place_of
from chipdb.catalog.table_schema import TableMapping
from chipdb.curation.audit import Auditor
from chipdb.curation.findings import AuditFinding
from chipdb.errors import UnknownNameError
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
) -> tuple[Mapping[int, StatedFigures], tuple[str, ...]]:
    """The comparison of each row that states a figure, by the number of the row, and notes.

    ``mapping`` is None for a portfolio without figures, and ``table`` for a list of names.
    """
    if table is None or mapping is None:
        return {}, ()
    rows = rows_of(table, mapping)
    # One auditor for all rows, since it remembers what the rules say of each chip.
    auditor = Auditor(catalog, question, rows.names)
    compared: dict[int, StatedFigures] = {}
    # Such a row is answered by its name only. Its figures may contradict the catalog, so the
    # answer is not clear before someone has read them.
    for number, why in rows.unread.items():
        text = f"{place_of(number)}: its figures were not read, so they were not compared: {why}"
        compared[number] = StatedFigures(None, decisive=(text,))
    for row in rows.read:
        if row.values or row.chip.datacenter is not None:
            compared[row.number] = _comparison(row, auditor, question)
    return compared, rows.remarks


def _comparison(row: TableRow, auditor: Auditor, question: Question) -> StatedFigures:
    """The comparison of one row: what was not read, then each finding as a sentence."""
    result = auditor.result(row)
    differences = [f"{place_of(row.number)} was read without a cell: {why}" for why in row.unread]
    decisive: list[str] = []
    for finding in result.findings:
        text = _text(row.number, finding)
        # A finding that changes an answer is shown with the answer, the others at its end.
        if finding.matters_for:
            decisive.append(text)
        else:
            differences.append(text)

    sku: str | None = None
    if result.chip is not None:
        sku = result.chip.id
        market, is_decisive = _market_difference(row, result.chip, question)
        if market is not None:
            (decisive if is_decisive else differences).append(market)
    return StatedFigures(sku, tuple(differences), tuple(decisive))


def _market_difference(row: TableRow, chip: Chip, question: Question) -> tuple[str | None, bool]:
    """How the market that a row states differs from the chip's, and whether that changes an answer.

    Note 2 to 3A090 looks at whether a chip is designed or marketed for data centers.
    """
    stated = row.chip.datacenter
    if stated is None or stated == chip.datacenter:
        return None, False
    other = replace(chip, designed_for=row.chip.designed_for, marketed_for=row.chip.marketed_for)
    ours = _MARKETS[chip.datacenter]
    text = f"{place_of(row.number)}: {_MARKETS[stated]}, where {chip.id} is {ours}"
    rules = turned(said_of(chip, question), said_of(other, question), findings_only=True)
    if rules:
        text += f"; this changes the answer of {', '.join(rules)}"
    return text, bool(rules)


_MARKETS = {
    True: "for data centers",
    False: "not for data centers",
    None: "of unknown market",
}


_MOST_LISTED = 5
"""How many SKUs that the catalog does not have a note lists, and chips with longer ones."""
_SHORTEST_SKU = 6
"""Vendors' part numbers have at least so many letters and digits; most models have fewer."""


def as_stated(entry: Entry, stated: StatedFigures, catalog: Catalog) -> Entry:
    """The entry of a row with the SKU that its figures settle, and with how they differ.

    A name such as A100 means several SKUs; the one with the fewest disagreements is answered for.
    The others stay its siblings, so that a remark can name them.
    """
    entry = _of_settled_sku(entry, stated, catalog)
    return replace(
        entry,
        remarks=(*entry.remarks, *stated.decisive, *stated.differences),
        unsettled=(*entry.unsettled, *stated.decisive),
    )


def _of_settled_sku(entry: Entry, stated: StatedFigures, catalog: Catalog) -> Entry:
    """The entry with the chip that the figures of its row settle, if they do."""
    if stated.chip is None or stated.chip not in entry.siblings:
        return entry
    # The chip that the name meant by itself becomes one of the others.
    siblings = [entry.chip.id, *entry.siblings]
    siblings.remove(stated.chip)
    return replace(entry, chip=catalog[stated.chip], siblings=tuple(siblings))


def as_numbered(entry: Entry, catalog: Catalog, question: Question) -> Entry:
    """The entry of a row, compared with the chip that the catalog knows by the row's SKU.

    A SKU says which chip of its line a name such as A100 means. One of another chip is a remark,
    and leaves the row unsettled if that chip has another answer.
    """
    numbered = _chip_with(entry.sku, catalog)
    if numbered is None or numbered.id == entry.chip.id:
        return entry
    if numbered.id in entry.siblings:
        return replace(entry, chip=numbered, siblings=())

    named, other = entry.chip, numbered
    text = (
        f"{place_of(entry.row or 0)}: the SKU {entry.sku!r} is that of {other.id}, and the name "
        f"{entry.resolved_from or named.id!r} means {named.id}"
    )
    rules = turned(said_of(named, question), said_of(other, question), findings_only=True)
    if not rules:
        return replace(entry, remarks=(*entry.remarks, text))
    text += f"; this changes the answer of {', '.join(rules)}"
    return replace(entry, remarks=(*entry.remarks, text), unsettled=(*entry.unsettled, text))


def unknown_skus(entries: Iterable[Entry | NotFound], catalog: Catalog) -> Iterator[str]:
    """A note on the SKUs that the catalog does not have, so that the names alone say which chip.

    Without it, an answer looks as if the SKU had been read. A SKU that is cut off is said to be the
    beginning of others.
    """
    unknown: list[tuple[str, int]] = []
    for entry in entries:
        if entry.sku and entry.row is not None and not _has_sku(entry.sku, catalog):
            unknown.append((entry.sku, entry.row))
    if not unknown:
        return
    more = ""
    if len(unknown) > _MOST_LISTED:
        more = f" and {len(unknown) - _MOST_LISTED:,} more"
    listed: list[str] = []
    for sku, row in unknown[:_MOST_LISTED]:
        text = f"{sku} ({place_of(row)}"
        begun = _chips_with_skus_like(sku, catalog)
        if begun:
            text += f"; part numbers of {', '.join(begun[:_MOST_LISTED])} begin so"
        listed.append(f"{text})")
    skus = ", ".join(listed)
    yield f"SKUs that the catalog does not have, so that only the name counts: {skus}{more}"


def _has_sku(sku: str, catalog: Catalog) -> bool:
    """Whether any chip of the catalog has a SKU."""
    return catalog.is_name(sku) and _chip_with(sku, catalog) is not None


def _chips_with_skus_like(sku: str, catalog: Catalog) -> list[str]:
    """The ids of the chips with a longer name that begins like a SKU, each once."""
    beginning = squash(sku)
    # a few letters begin the names of many chips
    if len(beginning) < _SHORTEST_SKU:
        return []
    names = catalog.name_index()["names"]
    return list(dict.fromkeys(chip for name, chip in names.items() if name.startswith(beginning)))


def _chip_with(sku: str | None, catalog: Catalog) -> Chip | None:
    """The chip that has a SKU among its names; None for a number that the catalog does not know.

    A short one that is not written like the model is a number of the user's own: A-2 in a list of
    products does not mean the A2.
    """
    if sku is None:
        return None
    try:
        chip = catalog.find(sku).chip
    except UnknownNameError:
        return None
    is_model = chip.model is not None and sku.casefold() == chip.model.casefold()
    if len(squash(sku)) < _SHORTEST_SKU and not is_model:
        return None
    return chip


def _text(row: int, finding: AuditFinding) -> str:
    """A finding as a sentence about a row; its reason and its weight follow where there are any."""
    unit = f" {finding.unit}".rstrip()
    theirs = f"{_value(finding.theirs)}{unit}"
    ours = f"{_value(finding.ours)}{unit}"
    text = f"{place_of(row)}: {finding.figure} of {theirs}, where {finding.chip} has {ours}"
    if finding.why:
        text += f" ({finding.why})"
    if finding.matters_for:
        text += f"; this changes the answer of {', '.join(finding.matters_for)}"
    return text


def _value(value: float | str | None) -> str:
    """A figure for people, a word as it is, "none" for nothing.

    >>> _value(80.0), _value("3A090.a"), _value(None)
    ('80', '3A090.a', 'none')
    """
    if isinstance(value, float):
        return display(value)
    return value or "none"

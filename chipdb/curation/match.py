"""Which chip of the catalog a row of a third-party table means, without guessing."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Die, Figure
from chipdb.catalog.foreign_table import TableRow, outside_matrix
from chipdb.catalog.lookup import squash
from chipdb.errors import AmbiguousNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.places import places


@dataclass(frozen=True)
class Match:
    """The chips that a name may mean, the likeliest first; none, with the reason."""

    chips: tuple[Chip, ...] = ()
    why: str = ""


def match(row: TableRow, catalog: Catalog, names: Mapping[str, str]) -> Match:
    """The chip that a row's name means: an id, name or alias, with or without its vendor.

    A generic name (H100) means any of its SKUs. If the row names a different vendor of the catalog,
    nothing matches. A vendor that the catalog does not know is usually the board or server company
    that sells the chip, so the row matches, with a remark.
    """
    spellings = _spellings(row)
    # A mapping file states what a name means, so nothing else is tried.
    if names.get(row.name):
        spellings = [names[row.name]]

    why = "no chip of the catalog has this name"
    for name in spellings:
        # Asked first, because an error lists names that resemble an unknown one, and finding them
        # among all names takes longer than everything else about such a row.
        if not catalog.is_name(name):
            continue
        try:
            entry = catalog.find(name)
        # Another spelling may be exact where this one is ambiguous, so the search continues.
        except AmbiguousNameError as error:
            why = str(error)
        else:
            return _match_of_vendor(row, entry, catalog)
    return Match(why=why)


def _match_of_vendor(row: TableRow, entry: Entry, catalog: Catalog) -> Match:
    """The match of a row with a chip of its name, unless the row's chip is another vendor's."""
    vendor = entry.chip.vendor
    # The same name of another vendor is another product, even if the figures agree.
    if _is_other_vendor(row.vendor, vendor, catalog):
        return Match(
            why=f"{row.name!r} is a chip of {vendor}, and the row's vendor is {row.vendor}"
        )
    return Match(_meant(entry, catalog), _remark_on_vendor(row.vendor, vendor))


def _spellings(row: TableRow) -> list[str]:
    """The row's name as it is, after its vendor, and without it; each once.

    Some tables put the vendor before the name, others into a column, and the catalog has aliases
    of both kinds.
    """
    if not row.vendor:
        return [row.name]
    bare = row.name.removeprefix(f"{row.vendor} ")
    return list(dict.fromkeys([row.name, f"{row.vendor} {row.name}", bare]))


def _meant(entry: Entry, catalog: Catalog) -> tuple[Chip, ...]:
    """The chip, and the siblings that a generic name could also have meant.

    >>> import chipdb
    >>> catalog = chipdb.load()
    >>> [chip.id for chip in _meant(catalog.find("A800"), catalog)][:2]
    ['nvidia-a800-sxm4-80gb', 'nvidia-a800-sxm4-40gb']
    """
    # The chip comes first: audits prefer it among those that fit the row equally well.
    siblings = [catalog[sibling] for sibling in entry.siblings]
    return (entry.chip, *siblings)


def _is_other_vendor(stated: str | None, vendor: str | None, catalog: Catalog) -> bool:
    """Whether the row names a maker of chips that is not the chip's.

    A maker is a vendor of the catalog or one of ``data/places.yaml``, by any of its names: ATI is
    AMD. False where one of the two is not known. "NVIDIA Corporation" names NVIDIA, no matter what
    the catalog lists.
    """
    if stated is None or vendor is None:
        return False
    theirs = squash(stated)
    if squash(vendor) in theirs:
        return False
    makers = places().makers
    if theirs in makers:
        return makers[theirs] != makers.get(squash(vendor), vendor)
    return theirs in catalog.vendors


def _remark_on_vendor(stated: str | None, vendor: str | None) -> str:
    """What to remark where the row's vendor is not the chip's; empty where it is.

    >>> _remark_on_vendor("Gigabyte", "NVIDIA")
    "the row's vendor is Gigabyte, the chip's NVIDIA"
    >>> _remark_on_vendor("NVIDIA Corporation", "NVIDIA")
    ''
    """
    if stated is None or vendor is None:
        return ""

    ours = squash(vendor)
    theirs = squash(stated)
    # Either may be the longer form: AMD of a table, Advanced Micro Devices (AMD) of the catalog.
    if ours in theirs or theirs in ours:
        return ""
    return f"the row's vendor is {stated}, the chip's {vendor}"


def with_facts(chip: Chip, known: Chip) -> Chip:
    """A row's chip with facts that tables do not state and the catalog has sourced.

    These are markets, whether it is digital, and whether a die of unstated node is planar: it is if
    all dies of the known chip are. If the catalog knows only throughputs outside the matrix
    engines, the chip has no others.
    """
    # A table that states the market is asked first: that may be what it is audited for.
    designed_for = chip.designed_for
    marketed_for = chip.marketed_for
    if chip.datacenter is None:
        designed_for = known.designed_for
        marketed_for = known.marketed_for

    return replace(
        chip,
        dies=_with_kind_of_transistors(chip.dies, known),
        designed_for=designed_for,
        marketed_for=marketed_for,
        digital=known.digital,
        rates_partial=chip.rates_partial and _has_matrix_engine(known),
    )


def _with_kind_of_transistors(dies: tuple[Die, ...] | None, known: Chip) -> tuple[Die, ...] | None:
    """The dies of a row with the kind of transistors that the known chip's dies have in common.

    A row has one die, whose area may be that of any of them; where they differ in kind, it is not
    known which.
    """
    kinds = {die.non_planar for die in known.active_dies()}
    if not dies or dies[0].non_planar is not None or len(kinds) != 1:
        return dies
    return (replace(dies[0], non_planar=kinds.pop()),)


def _has_matrix_engine(chip: Chip) -> bool:
    """Whether any throughput of a chip is one of a matrix engine, or none is known.

    For a system, this is asked of its chips.

    >>> import chipdb
    >>> _has_matrix_engine(chipdb.load()["A100"])
    True
    """
    is_any_known = False
    for part, _ in chip.processors():
        for name, figure in part.throughput.items():
            is_any_known = True
            if not outside_matrix(name) and not _is_of_vector_units(figure):
                return True
    # Which engines a chip without a known throughput has is not known.
    return not is_any_known


def _is_of_vector_units(figure: Figure) -> bool:
    """Whether the source of a throughput says that the vector units have it; its name need not."""
    claim = figure.preferred()
    return claim is not None and claim.engine == "vector"

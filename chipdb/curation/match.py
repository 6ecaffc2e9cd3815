"""Which chip of the catalog a row of a third-party table means; never a guess."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import TableRow, outside_matrix
from chipdb.catalog.lookup import squash
from chipdb.errors import AmbiguousNameError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace


@dataclass(frozen=True)
class Match:
    """The chips that a name may mean, the likeliest first; none, with the reason."""

    chips: tuple[Chip, ...] = ()
    why: str = ""


def match(row: TableRow, catalog: Catalog, names: Mapping[str, str]) -> Match:
    """The chip that a row's name means: an id, name or alias, with or without its vendor.

    A generic name (H100) means any of its SKUs. If the row names a different vendor of the catalog,
    nothing matches. A vendor that the catalog does not know is usually the board or server house
    that sells the chip, so the row matches, with a remark.
    """
    spellings = _spellings(row)
    # a mapping file states what a name means, so nothing else is tried
    if names.get(row.name):
        spellings = [names[row.name]]

    why = "no chip of the catalog has this name"
    for name in spellings:
        try:
            entry = catalog.find(name)
        except AmbiguousNameError as error:
            why = str(error)
            continue
        except UnknownNameError:
            continue
        vendor = entry.chip.vendor
        # the same name of another vendor is another product, even if the figures agree
        if _is_other_vendor(row.vendor, vendor, catalog):
            return Match(
                why=f"{row.name!r} is a chip of {vendor}, and the row's vendor is {row.vendor}"
            )
        return Match(_meant(entry, catalog), _remark_on_vendor(row.vendor, vendor))

    return Match(why=why)


def _spellings(row: TableRow) -> list[str]:
    """The row's name as it is, after its vendor, and without it."""
    if not row.vendor:
        return [row.name]
    bare = row.name.removeprefix(f"{row.vendor} ")
    return list(dict.fromkeys([row.name, f"{row.vendor} {row.name}", bare]))


def _meant(entry: Entry, catalog: Catalog) -> tuple[Chip, ...]:
    """The chip, and the siblings that a generic name could also have meant."""
    return (entry.chip, *(catalog[sibling] for sibling in entry.siblings))


def _is_other_vendor(stated: str | None, vendor: str | None, catalog: Catalog) -> bool:
    """Whether the row names a vendor of the catalog that is not the chip's."""
    if stated is None or vendor is None or squash(stated) == squash(vendor):
        return False
    # "NVIDIA Corporation" names NVIDIA, whatever else the catalog lists
    names_the_vendor = squash(vendor) in squash(stated)
    return squash(stated) in catalog.vendors and not names_the_vendor


def _remark_on_vendor(stated: str | None, vendor: str | None) -> str:
    """What to remark where the row's vendor is not the chip's; empty where it is."""
    if stated is None or vendor is None:
        return ""

    ours = squash(vendor)
    theirs = squash(stated)
    if ours in theirs or theirs in ours:
        return ""
    return f"the row's vendor is {stated}, the chip's {vendor}"


def with_facts(chip: Chip, known: Chip) -> Chip:
    """A row's chip with facts that tables do not state and the catalog has sourced.

    These are markets, whether it is digital, and whether a die of unstated node is planar: it is if
    all dies of the known chip are. Throughputs outside the matrix engines are all that a chip has
    if the catalog knows no others of it.
    """
    kinds = {die.non_planar for die in known.active_dies()}
    dies = chip.dies
    # with dies of both kinds it is not known which of them the row's area is of
    if dies and dies[0].non_planar is None and len(kinds) == 1:
        dies = (replace(dies[0], non_planar=kinds.pop()),)

    designed_for = chip.designed_for
    marketed_for = chip.marketed_for
    if chip.datacenter is None:
        designed_for = known.designed_for
        marketed_for = known.marketed_for

    return replace(
        chip,
        dies=dies,
        designed_for=designed_for,
        marketed_for=marketed_for,
        digital=known.digital,
        rates_partial=chip.rates_partial and _has_matrix_engine(known),
    )


def _has_matrix_engine(chip: Chip) -> bool:
    """Whether any throughput of a chip is one of a matrix engine, or none is known.

    For a system that is asked of its chips.
    """
    names: set[str] = set()
    for part, _ in chip.processors():
        for name, figure in part.throughput.items():
            claim = figure.preferred()
            on_vector_units = claim is not None and claim.engine == "vector"
            if not outside_matrix(name) and not on_vector_units:
                return True
            names.add(name)
    # Of a chip without a known throughput nobody knows which engines it has.
    return not names

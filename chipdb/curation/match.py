"""Which chip of the catalog a row of somebody else's table speaks of; never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.foreign_table import TableRow, outside_matrix
from chipdb.catalog.lookup import squash


@dataclass(frozen=True)
class Match:
    """The chips that a name may mean, the likeliest first; none, with the reason."""

    chips: tuple[Chip, ...] = ()
    why: str = ""


def match(row: TableRow, catalog: Catalog, names: Mapping[str, str]) -> Match:
    """The chip that a row's name means: an id, name or alias, with or without its maker.

    A generic name (H100) means any of its SKUs. Where the row's maker is another maker of the catalog, it is no match; a maker
    that the catalog does not know (a board or server house) is, and the match says so.
    """
    named = names.get(row.name)
    for name in [named] if named else _spellings(row):
        if name not in catalog:
            continue
        entry = catalog.find(name)
        if _other_maker(row.vendor, entry.chip.vendor, catalog):
            return Match(
                why=f"{row.name!r} is a chip of {entry.chip.vendor}, and the row's maker is {row.vendor}"
            )
        return Match(_meant(entry, catalog), _unknown_maker(row.vendor, entry.chip.vendor))
    return Match(why="no chip of the catalog has this name")


def _unknown_maker(stated: str | None, maker: str | None) -> str:
    same = (
        stated is None
        or maker is None
        or squash(maker) in squash(stated)
        or squash(stated) in squash(maker)
    )
    return "" if same else f"the row's maker is {stated}, the chip's {maker}"


def _spellings(row: TableRow) -> list[str]:
    maker = row.vendor or ""
    bare = row.name.removeprefix(f"{maker} ")
    return list(dict.fromkeys([row.name, *([f"{maker} {row.name}", bare] if maker else [])]))


def _meant(entry: Entry, catalog: Catalog) -> tuple[Chip, ...]:
    """The chip, and the siblings that a generic name could also have meant."""
    return (entry.chip, *(catalog[sibling] for sibling in entry.siblings))


def _other_maker(stated: str | None, maker: str | None, catalog: Catalog) -> bool:
    """Whether the row names a maker that the catalog knows and that is not the chip's."""
    if stated is None or maker is None or squash(stated) == squash(maker):
        return False
    return squash(stated) in catalog.vendors and squash(maker) not in squash(stated)


def with_facts(chip: Chip, known: Chip) -> Chip:
    """A row's chip with facts that no table states and the catalog has sourced: markets, digital or not.

    A die whose node the row does not state is planar or not as all those of the known chip are. Rates outside the matrix engines
    are all there are of a chip that has no others.
    """
    kinds = {die.non_planar for die in known.dies or () if die.role != "passive"}
    dies = chip.dies
    if dies and dies[0].non_planar is None and len(kinds) == 1:
        dies = (replace(dies[0], non_planar=kinds.pop()),)
    markets = (
        (known.designed_for, known.marketed_for)
        if chip.datacenter is None
        else (chip.designed_for, chip.marketed_for)
    )
    partial = chip.rates_partial and any(
        not outside_matrix(name) and not _by_vector(known, name) for name in known.throughput
    )
    return replace(
        chip,
        dies=dies,
        designed_for=markets[0],
        marketed_for=markets[1],
        digital=known.digital,
        rates_partial=partial,
    )


def _by_vector(chip: Chip, name: str) -> bool:
    """Whether a rate of a known chip is one of its vector pipes, so that it has no matrix engine for it."""
    claim = chip.throughput[name].preferred()
    return claim is not None and claim.engine == "vector"

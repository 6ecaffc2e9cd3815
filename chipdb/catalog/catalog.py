"""The catalog: chips by name, from the compiled copy or from YAML, with a user's own chips beside them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chipdb import data_files
from chipdb.catalog.chip import SPARSE_RATIO, Chip
from chipdb.catalog.lookup import Index, Locate, build_index, found, resolve, slug, squash
from chipdb.catalog.records import Record, from_record, to_record
from chipdb.errors import DataError, Problem, UnknownNameError
from chipdb.notebook import Shown

if TYPE_CHECKING:
    import pandas

    from chipdb.catalog import schema
    from chipdb.catalog.yaml_lists import Read
    from chipdb.catalog.yaml_text import Place


class Records(Protocol):
    """Anything that gives a chip's record by id."""

    def record(self, key: str) -> Record:
        """The record; :class:`KeyError` if there is none."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A chip that somebody named, with how the name was understood."""

    chip: Chip
    resolved_from: str | None = None
    siblings: tuple[str, ...] = ()
    row: int | None = None
    """The row of a table that it was read from."""
    remarks: tuple[str, ...] = ()
    """What was taken from elsewhere to answer about it."""
    digest: str | None = None
    """The SHA-256 of the user's file that it was read from."""

    @property
    def understood(self) -> str | None:
        """How a name that could mean several chips was taken."""
        if not (self.resolved_from and self.siblings):
            return None
        return f"{self.resolved_from!r} is taken as {self.chip.name}; it could also mean: {', '.join(self.siblings)}"


class _Held:
    def __init__(self, records: dict[str, Record]) -> None:
        self.records = records

    def record(self, key: str) -> Record:
        return self.records[key]


class Catalog(Shown):
    """Chips by id, name, alias or generic name.

    >>> import chipdb
    >>> chipdb.load()["H20"].name
    'NVIDIA H20 96GB'
    """

    def __init__(
        self, index: Index, records: Records, ids: list[str], data: str | None = None
    ) -> None:
        self._index = index
        self._records = records
        self.ids = ids
        self.data = data
        """The hash of the dated data it holds; None for the data of this installation."""

    def __getitem__(self, name: str) -> Chip:
        return self.find(name).chip

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and found(self._index, name) is not None

    def __iter__(self) -> Iterator[Chip]:
        return (self._chip(key) for key in self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"<Catalog of {len(self)} chips>"

    def find(self, name: str) -> Entry:
        """The chip that a name means; raises :class:`UnknownNameError` with suggestions, never guesses."""
        meant = resolve(self._index, name)
        return Entry(
            chip=self._chip(meant.id),
            resolved_from=None if name == meant.id else name,
            siblings=meant.siblings,
        )

    @functools.cached_property
    def makers(self) -> frozenset[str]:
        """The makers of its chips, as lookup compares names."""
        return frozenset(squash(chip.vendor) for chip in self if chip.vendor)

    def record(self, name: str) -> Record:
        """The validated record behind a chip, as the data format has it."""
        return self._records.record(resolve(self._index, name).id)

    def _chip(self, key: str) -> Chip:
        chip = from_record(self._records.record(key), self._chip)
        return replace(chip, data=self.data) if self.data else chip

    def with_file(self, path: Path) -> Catalog:
        """This catalog and the chips of a user's file beside it.

        Raises :class:`~chipdb.errors.DataError` if the file is wrong or an id, name or alias is taken.
        """
        from chipdb.catalog.yaml_text import read_bytes

        own = user_records(read_bytes(path), str(path), self)
        taken = [entry for entry in own if entry.record["id"] in self.ids]
        if taken:
            raise DataError(
                [
                    entry.read.problem(("id",), f"{entry.record['id']!r} is taken by the catalog")
                    for entry in taken
                ]
            )
        held = {key: self._records.record(key) for key in self.ids}
        reads = {entry.record["id"]: entry.read for entry in own}

        def locate(chip: str, field: str, message: str) -> Problem:
            return (
                reads[chip].problem((field,), message)
                if chip in reads
                else Problem(str(path), 0, field, message)
            )

        return _from_records(
            {**held, **{entry.record["id"]: entry.record for entry in own}}, locate, self.data
        )

    def adopt(self, data: bytes, name: str) -> list[Chip]:
        """The chips of a user's file: any subset of fields, ``extends:`` starting from a known chip.

        Raises :class:`~chipdb.errors.DataError` with every problem of the file.
        """
        own = {entry.record["id"]: entry.record for entry in user_records(data, name, self)}

        def member(key: str) -> Chip:
            return (
                replace(from_record(own[key], member), data=self.data)
                if key in own
                else self._chip(key)
            )

        return [member(key) for key in own]

    def frame(self) -> pandas.DataFrame:
        """One row a chip, plain floats, units in ``frame.attrs["units"]``."""
        from chipdb.metrics import catalog_frame

        return catalog_frame(self)


@functools.lru_cache(maxsize=4)
def load(vintage: str | None = None) -> Catalog:
    """The catalog of this installation, or that of a dated vintage such as ``"2026.11"``.

    Raises :class:`~chipdb.errors.UnknownNameError` for a vintage that there is not.
    """
    if vintage is not None:
        from chipdb.catalog.vintages import opened

        dated = opened(vintage)
        return Catalog(dated.header["index"], dated, dated.header["ids"], dated.header["hash"])
    lines = data_files.compiled("catalog.json", data_files.data_hash())
    if lines is not None:
        return Catalog(lines.header["index"], lines, lines.header["ids"])
    return _from_records(read_records(), _in_catalog)


def _in_catalog(chip: str, field: str, message: str) -> Problem:
    return Problem("data/chips.yaml", 0, f"{chip}.{field}", message)


def _from_records(records: dict[str, Record], locate: Locate, data: str | None = None) -> Catalog:
    return Catalog(build_index(records.values(), locate), _Held(records), list(records), data)


def read_records() -> dict[str, Record]:
    """The records of ``data/chips.yaml``, validated; :class:`DataError` lists all that is wrong."""
    from chipdb.catalog.yaml_lists import raise_any

    own, problems = read_own()
    raise_any(problems)
    return {entry.record["id"]: entry.record for entry in own}


def read_own() -> tuple[list[Own], list[Problem]]:
    """The records of ``data/chips.yaml`` with where they stand, and what is wrong with the others."""
    from chipdb.catalog.yaml_lists import read_chips
    from chipdb.catalog.yaml_text import no_collector, read_bytes

    with no_collector():
        chips, problems = read_chips(
            read_bytes(data_files.data_folder() / "chips.yaml"), "data/chips.yaml", sourced=True
        )
        own = [Own(to_record(read.model), read) for read in chips]
    return own, [*problems, *_twice(own)]


@dataclass(frozen=True)
class Own:
    """The record of a chip of a file, and where it was read."""

    record: Record
    read: Read[schema.Chip]


def user_records(data: bytes, name: str, catalog: Catalog) -> list[Own]:
    """The records of a user's file; :class:`DataError` lists all that is wrong."""
    from chipdb.catalog.yaml_lists import raise_any

    own, problems = read_user(data, name, catalog)
    raise_any(problems)
    return own


def read_user(data: bytes, name: str, catalog: Catalog) -> tuple[list[Own], list[Problem]]:
    """The records of a user's file (names filled in, ``extends`` merged, hypothetical), and what is wrong with the others.

    Raises :class:`DataError` where the file is no list of chips at all.
    """
    from chipdb.catalog.yaml_lists import read_chips

    chips, problems = read_chips(data, name, sourced=False)
    own: list[Own] = []
    here = {read.model.id for read in chips if read.model.id}
    for index, read in enumerate(chips):
        missing = [*_missing_names(read.model, here, catalog), *_loops(read, chips)]
        problems += [read.problem(place, message) for place, message in missing]
        if not missing:
            problems += [
                read.problem(place, message)
                for place, message in _sparse_looking(read.model, catalog)
            ]
            own.append(
                Own(
                    _with_members(_user_record(read.model, name, index, catalog), here, catalog),
                    read,
                )
            )
    return own, [*problems, *_twice(own)]


def _with_members(record: Record, here: set[str], catalog: Catalog) -> Record:
    """The record with the chips of a system by id."""
    if not record.get("members"):
        return record
    named = [(entry["chip"], entry) for entry in record["members"]]
    members = [
        {**entry, "chip": name if name in here else catalog.find(name).chip.id}
        for name, entry in named
    ]
    return {**record, "kind": record.get("kind") or "system", "members": members}


def _loops(read: Read[schema.Chip], chips: list[Read[schema.Chip]]) -> Iterator[tuple[Place, str]]:
    """Systems of a file that contain themselves, over one another or at once."""
    members = {
        other.model.id: [member.chip for member in other.model.members or ()]
        for other in chips
        if other.model.id
    }
    for index, member in enumerate(read.model.members or ()):
        inside, seen = [member.chip], set[str]()
        while inside:
            name = inside.pop()
            if name not in seen:
                seen.add(name)
                inside += members.get(name, [])
        if read.model.id in seen:
            yield ("members", index, "chip"), "a system cannot contain itself"


def _twice(own: list[Own]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for entry in own:
        key = entry.record["id"]
        if key in seen:
            problems.append(entry.read.problem(("id",), f"{key!r} stands twice"))
        seen.add(key)
    return problems


def _missing_names(
    chip: schema.Chip, here: set[str], catalog: Catalog
) -> Iterator[tuple[Place, str]]:
    """Chips that a user's chip names and neither the catalog nor, for members, its own file has."""
    named: list[tuple[Place, str]] = [(("extends",), chip.extends)] if chip.extends else []
    members = enumerate(chip.members or ())
    named += [
        (("members", index, "chip"), member.chip)
        for index, member in members
        if member.chip not in here
    ]
    for place, name in named:
        try:
            catalog.find(name)
        except UnknownNameError as error:
            yield place, str(error)


def _user_record(chip: schema.Chip, file: str, index: int, catalog: Catalog) -> Record:
    own = to_record(chip)
    stem = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-") or "chip"
    label = stem if index == 0 else f"{stem}-{index + 1}"
    if chip.extends is None:
        name = own.get("name") or own.get("id") or label
        return {
            **own,
            "id": own.get("id") or slug(name) or label,
            "name": name,
            "hypothetical": True,
        }
    base = catalog.record(chip.extends)
    identity = (
        "represents",
        "stands_for",
        "aliases",
        "declared",
        "us_available",
        "announced",
        "prices",
        "extends",
    )
    kept = {key: value for key, value in base.items() if key not in identity}
    name = own.get("name") or f"{base['name']}, changed"
    merged = _merge(_without_causes(kept, own), own)
    return {
        **merged,
        "id": own.get("id") or f"{base['id']}-changed",
        "name": name,
        "extends": base["id"],
        "hypothetical": True,
    }


def _without_causes(base: Record, own: Record) -> Record:
    """The base without what its rates came from, where the user states other rates: cores and clocks no longer explain them."""
    kept = dict(base)
    if "throughput" in own:
        kept.pop("cores", None)
    if "bandwidth" in own.get("memory", {}):
        kept["memory"] = {
            name: value
            for name, value in base.get("memory", {}).items()
            if name not in ("bus", "pin_rate")
        }
    return kept


def _merge(base: Record, own: Record) -> Record:
    merged = dict(base)
    for key, value in own.items():
        held = merged.get(key)
        merged[key] = (
            _merge(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
        )
    return merged


def _sparse_looking(chip: schema.Chip, catalog: Catalog) -> Iterator[tuple[Place, str]]:
    """Rates that look like the sparse figure of a chip the catalog knows under that name."""
    known = next(
        (name for name in (chip.extends, chip.id, chip.name) if name and name in catalog), None
    )
    if known is None:
        return
    base = catalog[known]
    for name, claims in (chip.throughput or {}).items():
        credible = [claim for claim in claims if claim.rejected is None]
        claim = base.throughput[name].preferred() if name in base.throughput else None
        top = max(credible, key=lambda entry: entry.amount.value, default=None)
        if claim is not None and top is not None and top.amount.value >= claim.value * SPARSE_RATIO:
            known_rate = f"{base.name} has {claim.text} dense ({claim.source})"
            yield (
                ("throughput", name),
                f"{top.value} looks like a sparse rate: {known_rate}; write it under {name}_sparse",
            )


def header_of(records: dict[str, Record]) -> dict[str, Any]:
    """What a compiled catalog says before its records: the hash, the order, every name."""
    return {
        "hash": data_files.data_hash(),
        "ids": list(records),
        "index": build_index(records.values(), _in_catalog),
    }


def compile_catalog() -> None:
    """Write the compiled catalog; only the build hook does."""
    from chipdb.catalog.formats import read_record

    records = read_records()
    data_files.write_lines(
        data_files.COMPILED / "catalog.json",
        {**header_of(records), "terms": read_record()},
        records,
    )

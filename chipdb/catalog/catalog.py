"""The catalog: chips by name, from the compiled copy, from YAML or from a dated vintage."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chipdb import data_files
from chipdb.catalog.chip import Chip
from chipdb.catalog.lookup import (
    FIRST_PARTS,
    Locate,
    NameIndex,
    StoredIndex,
    build_index,
    match_name,
    resolve,
    squash,
)
from chipdb.catalog.records import Record, from_record
from chipdb.errors import AmbiguousNameError, DataError, Problem
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import Shown

if TYPE_CHECKING:
    pass


class RecordStore(Protocol):
    """Anything that returns the record of a chip by its id."""

    def record(self, key: str) -> Record:
        """The record of a chip; :class:`KeyError` if there is none."""


class _RecordsInMemory:
    """Records that were read from YAML."""

    def __init__(self, records: dict[str, Record]) -> None:
        """Hold the records by the ids of their chips."""
        self.records = records

    def record(self, key: str) -> Record:
        """The record of a chip; :class:`KeyError` if there is none."""
        return self.records[key]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A chip that was asked about by name, with how the name was resolved.

    ``resolved_from`` is the name as given, None if it is the chip's id. ``siblings`` are the ids
    of other chips that the name could have meant. ``row`` is the row of the table that the chip
    was read from, counted from 1. ``remarks`` say what was taken from elsewhere to answer about
    the chip. ``digest`` is the SHA-256 of the user's file that it was read from. ``position`` is
    that of the argument that named it, counted from 1. ``sku`` and ``quantity`` are the user's.
    ``given`` is the name that a tool printed for a device of an inventory.
    ``unsettled`` is what the user states about the chip that would change an answer.
    """

    chip: Chip
    resolved_from: str | None = None
    siblings: tuple[str, ...] = ()
    row: int | None = None
    remarks: tuple[str, ...] = ()
    digest: str | None = None
    position: int = 1
    sku: str | None = None
    quantity: int | None = None
    given: str | None = None
    unsettled: tuple[str, ...] = ()

    @property
    def understood(self) -> str | None:
        """How a name that could mean several chips was resolved; None if it means only one.

        >>> import chipdb
        >>> chipdb.load().find("nvidia-h20-96gb").understood is None
        True
        """
        if not self.resolved_from or not self.siblings:
            return None
        others = ", ".join(self.siblings[:MOST_SIBLINGS])
        further = len(self.siblings) - MOST_SIBLINGS
        if further > 0:
            others += f" and {further} more"
        return f"{self.resolved_from!r} resolved to {self.chip.name}; it could also mean: {others}"


MOST_SIBLINGS = 12
"""How many other chips a note on a name lists: the Blackwell family would fill a screen."""


class Catalog(Shown):
    """Chips by id, name, alias or generic name.

    ``ids`` lists the chips in the order of the data file. ``data`` is the hash of the vintage,
    None for the data of this installation.

    >>> import chipdb
    >>> chipdb.load()["H20"].name
    'NVIDIA H20 96GB'
    """

    def __init__(
        self, index: NameIndex, records: RecordStore, ids: list[str], data: str | None = None
    ) -> None:
        """Combine an index of names with the records that its ids lead to."""
        self._index = index
        self._records = records
        self.ids = ids
        self.data = data
        self._chips: dict[str, Chip] = {}

    def __getitem__(self, name: str) -> Chip:
        """The chip that a name means; :class:`~chipdb.errors.UnknownNameError` if none does."""
        return self.find(name).chip

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of a chip, or an ambiguous one of several.

        >>> import chipdb
        >>> chipdb.load().is_name("h20"), chipdb.load().is_name("h2o")
        (True, False)
        """
        try:
            return match_name(self._index, text) is not None
        # The text names chips, although it does not say which: it is not the path of a file.
        except AmbiguousNameError:
            return True

    def __contains__(self, name: object) -> bool:
        """Whether a name means a chip, as :meth:`find` would resolve it.

        >>> import chipdb
        >>> "H20" in chipdb.load(), "H2O" in chipdb.load()
        (True, False)
        """
        if not isinstance(name, str):
            return False
        try:
            return match_name(self._index, name) is not None
        except AmbiguousNameError:
            return False

    def __iter__(self) -> Iterator[Chip]:
        """Every chip, in the order of the data file; each is built when it is reached."""
        return (self._chip(key) for key in self.ids)

    def __len__(self) -> int:
        """How many chips the catalog has."""
        return len(self.ids)

    def __repr__(self) -> str:
        """The size, and the hash of a vintage; a list of all chips would fill pages."""
        if self.data is None:
            return f"<Catalog of {len(self):,} chips>"
        return f"<Catalog of {len(self):,} chips, data {self.data}>"

    def find(self, name: str) -> Entry:
        """The chip that a name means, with the other chips that it could have meant.

        Raises :class:`~chipdb.errors.UnknownNameError` with suggestions for an unknown name, and
        :class:`~chipdb.errors.AmbiguousNameError` for one that chips of two vendors have.

        >>> import chipdb
        >>> chipdb.load().find("h20 96gb").chip.name
        'NVIDIA H20 96GB'
        """
        if not isinstance(name, str):
            raise TypeError(f"name must be str, not {name!r}")
        match = resolve(self._index, name)
        chip = self._chip(match.id)
        # An id means one chip only, so there is nothing to explain.
        if name == match.id:
            return Entry(chip=chip, siblings=match.siblings)
        return Entry(chip=chip, resolved_from=name, siblings=match.siblings)

    def written_names(self) -> Iterator[tuple[str, str]]:
        """Every name as it is written, with the id of the chip that it means; completion offers it.

        >>> import chipdb
        >>> "nvidia-h20-96gb" in dict(chipdb.load().written_names()).values()
        True
        """
        shown = self._index["shown"]
        for squashed, key in self._index["names"].items():
            yield shown.get(squashed, squashed), key
        # Of several chips, a generic name means the first.
        for squashed, keys in self._index["generic"].items():
            yield shown.get(squashed, squashed), keys[0]

    @functools.cached_property
    def vendors(self) -> frozenset[str]:
        """The vendors of the chips, squashed as lookup compares names.

        >>> import chipdb
        >>> "nvidia" in chipdb.load().vendors
        True
        """
        vendors = {chip.vendor for chip in self if chip.vendor}
        return frozenset(map(squash, vendors))

    def record(self, name: str) -> Record:
        """The validated record of a chip in the terms of the data format.

        Raises :class:`~chipdb.errors.UnknownNameError` for an unknown name.
        """
        return self._records.record(resolve(self._index, name).id)

    def name_index(self) -> NameIndex:
        """What lookup reads: squashed names, generic names, ambiguous names and vendors.

        The explorer page looks names up by the same index.

        >>> import chipdb
        >>> chipdb.load().name_index()["names"]["h2096gb"]
        'nvidia-h20-96gb'
        """
        index = self._index
        return {
            "names": index["names"],
            "generic": index["generic"],
            # an index of an older vintage has no ambiguous names and no vendors
            "ambiguous": index.get("ambiguous", {}),
            "vendors": index.get("vendors", []),
        }

    def _chip(self, key: str) -> Chip:
        """The chip with an id; its members, if any, come from this catalog too.

        It is the same object each time, because its metrics are kept by its identity.
        """
        if key not in self._chips:
            chip = from_record(self._records.record(key), self._chip)
            # An answer about a dated catalog cites its hash.
            if self.data is not None:
                chip = replace(chip, data=self.data)
            self._chips[key] = chip
        return self._chips[key]

    def with_file(self, path: Path) -> Catalog:
        """A copy of this catalog with the chips of a user's file added.

        Raises :class:`~chipdb.errors.DataError` if the file is invalid, or if an id, name or alias
        is already taken.
        """
        from chipdb.catalog.user_files import user_records
        from chipdb.catalog.yaml_text import read_bytes

        added = user_records(read_bytes(path), str(path), self)
        taken: list[Problem] = []
        for chip in added:
            key = chip.record["id"]
            if key in self.ids:
                taken.append(chip.origin.problem(("id",), f"the catalog already has {key!r}"))

        if taken:
            raise DataError(taken)

        # A clash of names can also lie in the catalog's own chip, which has no line in the file.
        origins = {chip.record["id"]: chip.origin for chip in added}

        def locate(chip: str, field: str, message: str) -> Problem:
            """A problem with a name of a chip, on its line if the chip is one of the file."""
            if chip in origins:
                return origins[chip].problem((field,), message)
            return Problem(str(path), 0, field, message)

        records = {key: self._records.record(key) for key in self.ids}
        records.update({chip.record["id"]: chip.record for chip in added})
        return _from_records(records, locate, self.data)

    def adopt(self, data: bytes, name: str) -> list[Chip]:
        """The chips of a user's file without adding them to the catalog.

        ``name`` is the file's name for error messages. Raises :class:`~chipdb.errors.DataError`
        with every problem of the file.
        """
        from chipdb.catalog.user_files import user_records

        records = {chip.record["id"]: chip.record for chip in user_records(data, name, self)}

        # A system of the file may consist of chips of the file and of the catalog.
        def chip_of(key: str) -> Chip:
            """The chip with an id, of the file if it has that id."""
            if key not in records:
                return self._chip(key)
            return replace(from_record(records[key], chip_of), data=self.data)

        return [chip_of(key) for key in records]

    def frame(
        self,
        *,
        figures: str | Sequence[str] = (),
        kind: str | None = None,
        backend: str = "pandas",
    ) -> Any:
        """One row for each chip; metrics and their ranges are plain floats, NaN where unknown.

        ``figures="all"`` adds a column for each figure, by the path that ``show`` prints, or name
        some; ``kind`` keeps one kind of item; ``backend`` is pandas, polars or pyarrow. ``country``
        is that of the vendor. Units are in ``attrs["units"]`` of a pandas frame, in the names of
        the columns of a polars frame (``memory_bandwidth [GB/s]``), and in the metadata of the
        fields of a pyarrow table. :func:`chipdb.check_frame` answers the rows as
        :func:`chipdb.check` answers for the chips.

        Raises :class:`~chipdb.errors.ParameterError` for a figure, kind or backend that does not
        exist.
        """
        # Metrics and places belong to layers above the catalog, which are looked up by name.
        metrics = importlib.import_module("chipdb.metrics.catalog_frame")
        places = importlib.import_module("chipdb.rules.places").places()
        homes = {chip.id: places.home_of(chip.vendor) for chip in self}
        return metrics.catalog_frame(self, homes, figures=figures, kind=kind, backend=backend)


@functools.lru_cache(maxsize=4)
def load(vintage: str | None = None) -> Catalog:
    """The catalog of this installation, or of a dated vintage such as ``"2026.11"``.

    Raises :class:`~chipdb.errors.UnknownNameError` for a vintage that does not exist.
    """
    if vintage is not None and not isinstance(vintage, str):
        raise TypeError(f"vintage must be str or None, not {vintage!r}")
    if vintage is not None:
        from chipdb.catalog.vintages import open_vintage

        dated = open_vintage(vintage)
        return Catalog(dated.header["index"], dated, dated.header["ids"], dated.header["hash"])

    # Reading one chip from the compiled copy takes milliseconds, all of them from YAML seconds.
    lines = data_files.compiled(data_files.CATALOG)
    # Names that an older version compiled are read again from the data.
    if lines is not None and lines.header["index"].keys() >= set(FIRST_PARTS):
        index = StoredIndex(lines.header["index"], lines.record)
        return Catalog(index, lines, lines.header["ids"])

    from chipdb.catalog.chip_files import catalog_problem, read_chip_records

    return _from_records(read_chip_records(), catalog_problem)


def _from_records(records: dict[str, Record], locate: Locate, data: str | None = None) -> Catalog:
    """A catalog of records in memory; :class:`DataError` if two chips claim one name."""
    index = build_index(records.values(), locate)
    return Catalog(index, _RecordsInMemory(records), list(records), data)

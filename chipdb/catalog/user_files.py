"""Chips from a user's file: any subset of fields, ``extends:`` starting from a known chip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.bounds import MOST_LEVELS, MOST_MEMBERS
from chipdb.catalog import schema
from chipdb.catalog.chip_files import FileChip, duplicate_ids, read_chips
from chipdb.catalog.figures import SPARSE_RATIO, preferred_claim
from chipdb.catalog.lookup import slug
from chipdb.catalog.records import Record
from chipdb.catalog.schema_records import to_record
from chipdb.catalog.schema_types import Claim
from chipdb.catalog.yaml_lists import raise_any
from chipdb.catalog.yaml_text import Place
from chipdb.errors import Problem, UnknownNameError
from chipdb.lazy_dataclasses import dataclass
from chipdb.vocabulary import Kind

if TYPE_CHECKING:
    from chipdb.catalog.catalog import Catalog
    from chipdb.catalog.chip import Chip

_NOT_INHERITED = frozenset(
    {
        "represents",
        "stands_for",
        "shared_names",
        "aliases",
        "declared",
        "attested",
        "us_available",
        "announced",
        "stage_as_of",
        "prices",
        "extends",
    }
)
"""Fields that identify a product on sale; a changed chip is another product.

What its vendor declared and charged, and where it was sold, say nothing about the new one.
"""


def user_records(data: bytes, name: str, catalog: Catalog) -> list[FileChip]:
    """The chips of a user's file; :class:`DataError` lists everything that is wrong in it."""
    chips, problems = read_user_file(data, name, catalog)
    raise_any(problems)
    return chips


def read_user_file(
    data: bytes, name: str, catalog: Catalog
) -> tuple[list[FileChip], list[Problem]]:
    """The valid chips of a user's file, and what is wrong with the others.

    Names are filled in, ``extends`` is merged and every chip is marked as hypothetical. Raises
    :class:`DataError` if the file is not a list of chips at all.
    """
    entries, problems = read_chips(data, name, sourced=False)
    ids_here = {entry.model.id for entry in entries if entry.model.id}
    chips: list[FileChip] = []
    for index, entry in enumerate(entries):
        # A chip with an unknown base or member has no record to merge with.
        unresolved = list(_unknown_chips(entry.model, ids_here, catalog))
        for place, message in unresolved:
            problems.append(entry.problem(place, message))
        if unresolved:
            continue

        for place, message in _looks_sparse(entry.model, catalog):
            problems.append(entry.problem(place, message))
        record = _user_record(entry.model, name, index, catalog)
        chips.append(FileChip(_with_member_ids(record, ids_here, catalog), entry))

    # Only now is it known which chip of the file an alias such as "H20" stands for.
    chips, without_end = _without_endless_systems(chips)
    return chips, [*problems, *without_end, *duplicate_ids(chips)]


def _unknown_chips(
    chip: schema.Chip, ids_here: set[str], catalog: Catalog
) -> Iterator[tuple[Place, str]]:
    """References that neither the catalog nor, for members, the file itself resolves."""
    # Both kinds are collected before any is looked up, so that one loop reports them alike.
    references: list[tuple[Place, str]] = []
    if chip.extends:
        references.append((("extends",), chip.extends))
    for index, member in enumerate(chip.members or ()):
        # The file's own ids come first; `extends` must name a chip that exists without the file.
        if member.chip not in ids_here:
            references.append((("members", index, "chip"), member.chip))

    for place, name in references:
        try:
            catalog.find(name)
        except UnknownNameError as error:
            yield place, str(error)


def _without_endless_systems(chips: list[FileChip]) -> tuple[list[FileChip], list[Problem]]:
    """The chips without systems that cannot be resolved, and a problem for each of these.

    A system that contains itself, directly or through other systems, would have chips without end;
    nested lists of members multiply. Only chips of the same file can cause this, because those of
    the catalog have no members of a user's.
    """
    members_of = {chip.record["id"]: _member_ids(chip.record) for chip in chips}
    extents = _extents(members_of)
    kept: list[FileChip] = []
    problems: list[Problem] = []
    for chip in chips:
        wrong = _too_much(extents.get(chip.record["id"]))
        if wrong is None:
            kept.append(chip)
        else:
            problems.append(chip.origin.problem(("members",), wrong))
    return kept, problems


def _too_much(extent: _Extent | None) -> str | None:
    """Why a chip or system of some extent is not read; None if it is."""
    if extent is None:
        return "a system cannot contain itself, directly or through its members"
    if extent.levels > MOST_LEVELS:
        return f"systems are nested {extent.levels} levels deep; the limit is {MOST_LEVELS}"
    if extent.members > MOST_MEMBERS:
        return f"more than {MOST_MEMBERS} members with those of its members; write equal ones once"
    return None


def _member_ids(record: Record) -> list[str]:
    """The ids of the chips that the record of a system lists; none for a chip.

    >>> _member_ids({"id": "node", "members": [{"chip": "h20", "count": 8}, {"chip": "b30"}]})
    ['h20', 'b30']
    """
    return [member["chip"] for member in record.get("members") or ()]


@dataclass
class _Extent:
    """How large a system is: its levels of systems and its members with those of its members.

    A chip has neither. ``waiting_for`` counts the members whose extent is not known yet.
    """

    levels: int = 0
    members: int = 0
    waiting_for: int = 0

    def add(self, member: _Extent) -> None:
        """Count a member, with its own members in its place."""
        self.levels = max(self.levels, member.levels + 1)
        # beyond what is allowed the number does not matter, and it may have thousands of digits
        self.members = min(self.members + max(member.members, 1), MOST_MEMBERS + 1)


def _extents(members_of: Mapping[str, list[str]]) -> dict[str, _Extent]:
    """The extent of each chip; one that contains itself, or a system that does, has none.

    Works from the chips upward and visits each member once, so that no file can make it slow.

    >>> extents = _extents({"rack": ["node"], "node": ["h20", "b30"], "loop": ["loop"]})
    >>> {system: (extent.levels, extent.members) for system, extent in extents.items()}
    {'node': (1, 2), 'rack': (2, 2)}
    """
    containing: dict[str, list[str]] = {}
    growing: dict[str, _Extent] = {system: _Extent() for system in members_of}
    for system, members in members_of.items():
        for member in members:
            if member in members_of:
                growing[system].waiting_for += 1
                containing.setdefault(member, []).append(system)
            else:
                # one of the catalog, which cannot contain systems of the file
                growing[system].add(_Extent())

    ready = [system for system, extent in growing.items() if not extent.waiting_for]
    known: dict[str, _Extent] = {}
    while ready:
        member = ready.pop()
        known[member] = growing[member]
        for system in containing.get(member, ()):
            growing[system].add(known[member])
            growing[system].waiting_for -= 1
            if not growing[system].waiting_for:
                ready.append(system)
    return known


def _looks_sparse(chip: schema.Chip, catalog: Catalog) -> Iterator[tuple[Place, str]]:
    """Throughput that looks like the sparse figure of the catalog's chip of the same name.

    Data sheets print the sparse number first, and only the dense one counts for TPP (3A090,
    Technical Note 3).
    """
    base = _chip_in_catalog(chip, catalog)
    if base is None:
        return

    for name, claims in (chip.throughput or {}).items():
        known = preferred_claim(base.throughput.get(name))
        highest = _highest_credible(claims)
        if known is None or highest is None:
            continue
        if highest.amount.value >= known.value * SPARSE_RATIO:
            dense = f"{base.name} has {known.text} dense ({known.source})"
            message = f"{highest.value} looks like sparse throughput: {dense}"
            yield ("throughput", name), f"{message}; write it under {name}_sparse"


def _highest_credible(claims: list[Claim]) -> Claim | None:
    """The highest of the claims that are not rejected; None if there is none.

    A user may keep a sparse number as rejected, with the reason, next to the dense one.
    """
    credible = [claim for claim in claims if claim.rejected is None]
    return max(credible, key=lambda claim: claim.amount.value, default=None)


def _chip_in_catalog(chip: schema.Chip, catalog: Catalog) -> Chip | None:
    """The catalog's chip that a user's chip extends or shares a name with; None if there is none.

    What it extends comes first: its own name may be that of another product.
    """
    for name in (chip.extends, chip.id, chip.name):
        if name and name in catalog:
            return catalog[name]
    return None


def _user_record(chip: schema.Chip, file: str, index: int, catalog: Catalog) -> Record:
    """The record of a user's chip with an id and a name, merged with the chip that it extends.

    ``index`` is the chip's in its file, which gives a name to one that has none.
    """
    stated = to_record(chip)
    if chip.extends is not None:
        return _extended_record(stated, catalog.record(chip.extends))

    label = _label(file, index)
    name = stated.get("name") or stated.get("id") or label
    # A name of nothing but symbols has no slug.
    key = stated.get("id") or slug(name) or label
    return {**stated, "id": key, "name": name, "hypothetical": True}


def _extended_record(stated: Record, base: Record) -> Record:
    """The record of a chip that starts from ``base`` and differs where the user says so.

    >>> base = {"id": "nvidia-h20", "name": "NVIDIA H20", "aliases": ["H20"], "vendor": "NVIDIA"}
    >>> _extended_record({"memory": {"stacks": 6}}, base)["id"]
    'nvidia-h20-changed'
    """
    # A changed chip starts from the product's figures, not from what identifies the product.
    inherited = {key: value for key, value in base.items() if key not in _NOT_INHERITED}
    merged = _merge(_without_explanations(inherited, stated), stated)
    # A name of its own keeps the changed chip from being mistaken for the product.
    return {
        **merged,
        "id": stated.get("id") or f"{base['id']}-changed",
        "name": stated.get("name") or f"{base['name']}, changed",
        "extends": base["id"],
        "hypothetical": True,
    }


def _label(file: str, index: int) -> str:
    """A name for a chip without one: that of the file, numbered from the second chip on.

    >>> _label("plans/My chips.yaml", 0), _label("plans/My chips.yaml", 1)
    ('my-chips', 'my-chips-2')
    """
    # Ids have only these characters, and a file name may have any.
    stem = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-") or "chip"
    if index == 0:
        return stem
    return f"{stem}-{index + 1}"


def _without_explanations(base: Record, stated: Record) -> Record:
    """The base without the figures that explained what the user now states otherwise.

    Cores and clocks no longer explain a throughput that the user changed, nor bus width and pin
    rate a memory bandwidth; the gates would report a contradiction where there is none.

    >>> _without_explanations({"cores": {}, "memory": {}}, {"throughput": {}})
    {'memory': {}}
    """
    kept = dict(base)
    if "throughput" in stated:
        kept.pop("cores", None)
    if "bandwidth" in stated.get("memory", {}):
        memory = dict(base.get("memory", {}))
        memory.pop("bus", None)
        memory.pop("pin_rate", None)
        kept["memory"] = memory
    return kept


def _merge(base: Record, stated: Record) -> Record:
    """The base with the stated fields in place of its own; nested mappings are merged.

    Lists are replaced as a whole: a die or link that is left out of a list is meant to be gone.

    >>> base = {"memory": {"kind": "HBM3"}, "links": [1, 2]}
    >>> _merge(base, {"memory": {"stacks": 6}, "links": [1]})
    {'memory': {'kind': 'HBM3', 'stacks': 6}, 'links': [1]}
    """
    merged = dict(base)
    for key, value in stated.items():
        inherited = merged.get(key)
        if isinstance(inherited, dict) and isinstance(value, dict):
            merged[key] = _merge(inherited, value)
        else:
            merged[key] = value
    return merged


def _with_member_ids(record: Record, ids_here: set[str], catalog: Catalog) -> Record:
    """The record of a system with the ids of its chips in place of their names."""
    if not record.get("members"):
        return record

    members: list[Record] = []
    for member in record["members"]:
        key = member["chip"]
        # The file's own ids come first, as in the check of references above.
        if key not in ids_here:
            key = catalog.find(key).chip.id
        members.append({**member, "chip": key})
    return {**record, "kind": record.get("kind") or Kind.SYSTEM, "members": members}

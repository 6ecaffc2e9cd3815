"""Lookup: which chip a name means.

A name matches an id, a name or an alias exactly, or has the same letters and digits. Lookup never
guesses: in this field one character ("H20", "H200") decides whether a license is required.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from chipdb.errors import (
    AmbiguousNameError,
    DataError,
    Problem,
    UnknownNameError,
    did_you_mean,
    expected_one_of,
)
from chipdb.lazy_dataclasses import dataclass

NameIndex = dict[str, Any]
"""Every name of a catalog, as plain data that the build hook stores:

``names``      squashed name to the id of the one chip that has it
``generic``    squashed model or family name to the ids it may mean, the representative first
``shown``      squashed name to the name as it is written
``families``   squashed architecture, vendor or model to the ids of its chips, for suggestions
``vendors``    squashed vendors, the longest first
``ambiguous``  squashed name to the ids of the chips of several vendors that it may mean
"""

FIRST_PARTS = ("vendors", "ambiguous")
"""What every lookup reads. An index without one of these was compiled by an older version."""

BY_INITIAL = ("names", "generic")
"""The parts in which a name is looked up. They are nine tenths of an index; a name needs little.

They are stored whole, and apart for each first character of the names.
"""

LATER_PARTS = (*BY_INITIAL, "shown", "families")
"""The parts that are read only when they are needed."""


class StoredIndex(NameIndex):
    """An index that reads :data:`LATER_PARTS` only when they are first needed."""

    def __init__(self, parts: NameIndex, read: Callable[[str], Any]) -> None:
        """Start with the parts that were read; ``read`` returns the record of another one."""
        super().__init__(parts)
        self._read = read

    def __missing__(self, part: str) -> Any:
        """A part that is asked for the first time; :class:`KeyError` if there is none."""
        self[part] = self._read(stored_as(part))
        return self[part]

    def with_initial_of(self, part: str, key: str) -> dict[str, Any]:
        """The names of a part that begin with the first character of ``key``."""
        try:
            names: dict[str, Any] = self[_initial_part(part, key)]
        except KeyError:
            # no name begins with it
            return {}
        return names


def _initial_part(part: str, key: str) -> str:
    """The name of the part for the names that begin with the first character of ``key``."""
    return f"{part} {key[:1]}"


def stored_parts(index: NameIndex) -> dict[str, Any]:
    """The records that :class:`StoredIndex` reads later, by their keys."""
    parts = {part: index[part] for part in LATER_PARTS}
    for part in BY_INITIAL:
        for key, meant in index[part].items():
            parts.setdefault(_initial_part(part, key), {})[key] = meant
    return {stored_as(part): record for part, record in parts.items()}


def stored_as(part: str) -> str:
    """The key under which a part of the index is stored among the records of chips.

    Ids of chips have no blank, so this key cannot be the id of a chip.

    >>> stored_as("shown")
    'index shown'
    """
    return f"index {part}"


Locate = Callable[[str, str, str], Problem]
"""Makes a problem from a chip's id, a field and a message."""

_KINDS_OF_CHIP = frozenset({"ipu", "gpu", "tpu", "npu", "lpu", "dpu", "accelerator", "card"})
"""Words at the end of a model's name that people leave out."""

_MAX_SUGGESTIONS = 5
_SHORTEST_CONTAINED = 3
"""Letters and digits; shorter names are contained in too many others."""
_MAX_CHOICES = 30
"""An error message lists all valid names only up to this many."""


_WITHOUT_SIGNS = dict.fromkeys(map(ord, "™℠®©"))
"""The signs of trademarks, which are not part of a name."""


@functools.lru_cache(maxsize=4096)
def squash(name: str) -> str:
    """The letters and digits of a name after NFKC and case folding; Chinese characters are kept.

    >>> squash("昇腾910B"), squash("RTX 4090 D")
    ('昇腾910b', 'rtx4090d')
    """
    # Loading Unicode tables for every ASCII name would double the time of a large name file.
    if not name.isascii():
        # as letters, the signs would make another name: NFKC reads ™ as TM
        name = unicodedata.normalize("NFKC", name.translate(_WITHOUT_SIGNS))
    return "".join(filter(str.isalnum, name.casefold()))


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script, joined by hyphens.

    >>> slug("昇腾910B (v1)")
    '昇腾910b-v1'
    """
    # A point stays, as in x1.5; an underscore divides words as a hyphen does.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w.]+|_", "-", folded).strip("-.")


@dataclass(frozen=True)
class ResolvedName:
    """The chip that a name resolved to.

    ``siblings`` are the ids of the other chips that a generic name could have meant.
    """

    id: str
    siblings: tuple[str, ...] = ()


def build_index(records: Iterable[Mapping[str, Any]], locate: Locate) -> NameIndex:
    """Index every name of every chip.

    Raises :class:`DataError` where two chips claim the same name.
    """
    chips = list(records)
    builder = _IndexBuilder(locate)
    # All exact names come first: a generic name must not take a name that a chip bears itself.
    for chip in chips:
        builder.add_own_names(chip)
    generic_problems = builder.add_generic_names(chips)
    problems = builder.problems + generic_problems
    if problems:
        raise DataError(problems)
    builder.add_shared_names(chips)
    return {
        "names": builder.names,
        "generic": builder.generic,
        "shown": builder.shown,
        "families": _families(chips),
        "vendors": _vendors(chips),
        "ambiguous": builder.ambiguous(chips),
    }


class _IndexBuilder:
    """Collects the names of a catalog and the clashes between them."""

    def __init__(self, locate: Locate) -> None:
        """Start without names; ``locate`` makes the problem where two chips clash."""
        self.locate = locate
        self.names: dict[str, str] = {}
        self.generic: dict[str, list[str]] = {}
        self.shown: dict[str, str] = {}
        # squashed name to the field in which the chip that has it states it, for messages
        self.fields: dict[str, str] = {}
        self.problems: list[Problem] = []

    def add_own_names(self, chip: Mapping[str, Any]) -> None:
        """Add the id, name and aliases of a chip; a name that another chip has is a problem."""
        for name in _own_names(chip):
            key = squash(name)
            owner = self.names.setdefault(key, chip["id"])
            self.fields.setdefault(key, _field_of(name, chip))
            if owner != chip["id"]:
                self.problems.append(self._clash(chip, name, owner))
            self.shown.setdefault(key, name)

    def _clash(self, chip: Mapping[str, Any], name: str, owner: str) -> Problem:
        """The problem that a chip has a name of another one, at the field that states the name."""
        field = _field_of(name, chip)
        message = f"both {owner} and {chip['id']} are called {name!r}"
        return self.locate(chip["id"], field, message)

    def add_generic_names(self, chips: list[Mapping[str, Any]]) -> list[Problem]:
        """Add model and family names; return the clashes."""
        # Two vendors may use one model name for different chips: siblings are of the same vendor.
        by_vendor: dict[str | None, list[_GroupMember]] = {}
        for chip in chips:
            by_vendor.setdefault(chip.get("vendor"), []).append(_GroupMember(chip))

        problems: list[Problem] = []
        for chip in chips:
            # What a chip stands for is wider than its model: a family such as Blackwell.
            families = chip.get("stands_for", ())
            for name in [*_model_names(chip), *families]:
                message = self._add_generic_name(
                    name, chip, by_vendor[chip.get("vendor")], is_family=name in families
                )
                if message is not None:
                    problems.append(message)
        return problems

    def _add_generic_name(
        self, name: str, chip: Mapping[str, Any], group: list[_GroupMember], *, is_family: bool
    ) -> Problem | None:
        """Add one generic name with the chips that it may mean; return the clash, if any.

        ``group`` are the chips of the vendor, among which the siblings are looked for.
        """
        key = squash(name)
        owner = self.names.get(key, chip["id"])
        # A chip's own name always means that chip, so it cannot stand for another one.
        if owner != chip["id"]:
            field = self.fields[key]
            way_out = "give it another name"
            if field == "aliases":
                way_out = "leave this alias out"
            message = (
                f"{owner} is called {name!r}, which already stands for {chip['id']}; {way_out}"
            )
            return self.locate(owner, field, message)

        siblings: list[str] = []
        for other in group:
            if other.chip is not chip and other.belongs(chip, key, is_family=is_family):
                siblings.append(other.chip["id"])
        representative = self.generic.setdefault(key, [chip["id"], *siblings])[0]
        self.shown.setdefault(key, name)
        if representative != chip["id"]:
            message = f"both {representative} and {chip['id']} stand for {name!r}"
            return self.locate(chip["id"], "aliases", message)
        return None

    def add_shared_names(self, chips: list[Mapping[str, Any]]) -> None:
        """List chips that bear a generic name too, though it usually means another chip.

        The SoC name of a first-generation Ascend is Ascend910B, which people write for the 910B of
        2023: the answer is about the latter, and names the former.
        """
        for chip in chips:
            for name in chip.get("shared_names", ()):
                meant = self.generic.get(squash(name), [])
                # The first of them is what the name means; at the end this one is only named.
                if meant and chip["id"] not in meant:
                    meant.append(chip["id"])

    def ambiguous(self, chips: list[Mapping[str, Any]]) -> dict[str, list[str]]:
        """Names that mean a chip of one vendor and are also those of a product line of another.

        A name that no chip has is not ambiguous but unknown.
        """
        vendor_of = {chip["id"]: chip.get("vendor") for chip in chips}
        candidates: dict[str, list[str]] = {}
        for chip in chips:
            for name in _bare_model_names(chip):
                key = squash(name)
                meant = self._meant(key)
                if not meant:
                    continue
                # A chip without a vendor is a user's own, which may have any name.
                if vendor_of[meant[0]] not in (None, chip.get("vendor")):
                    candidates.setdefault(key, list(meant)).append(chip["id"])
        return candidates

    def _meant(self, key: str) -> list[str]:
        """The ids of the chips that a squashed name resolves to, the one that is meant first."""
        if key in self.names:
            return [self.names[key]]
        return self.generic.get(key, [])


def _bare_model_names(chip: Mapping[str, Any]) -> Iterator[str]:
    """Yield the short names by which people ask for one of several product lines.

    They are the words of the model without the kind of chip, without the line's first word
    ("MTT S60" is an S60), and the first word by itself ("Atlas 300I" is an Atlas).

    >>> list(_bare_model_names({"vendor": "Moore Threads", "model": "MTT S60"}))
    ['MTT S60', 'MTT S60', 'S60', 'MTT']
    """
    words = (chip.get("model") or "").split()
    if not chip.get("vendor"):
        return
    bare = [word for word in words if word.casefold() not in _KINDS_OF_CHIP]
    for some_words in (words, bare, bare[1:], bare[:1]):
        name = " ".join(some_words)
        # Nobody looks up a bare number or an empty name.
        if name and not squash(name).isdecimal():
            yield name


def _vendors(chips: list[Mapping[str, Any]]) -> list[str]:
    """The squashed vendors, the longest first, so that a longer name is recognized as such.

    >>> _vendors([{"vendor": "AMD"}, {"vendor": "NVIDIA"}, {"vendor": None}])
    ['nvidia', 'amd']
    """
    vendors = {squash(chip["vendor"]) for chip in chips if chip.get("vendor")}
    return sorted(vendors, key=lambda vendor: (-len(vendor), vendor))


def _field_of(name: str, chip: Mapping[str, Any]) -> str:
    """The field of a chip that states one of its names, ``aliases`` or ``name``.

    >>> _field_of("H20", {"id": "foo", "name": "Foo", "aliases": ["H20"]})
    'aliases'
    """
    if name in chip.get("aliases", ()):
        return "aliases"
    return "name"


def _own_names(chip: Mapping[str, Any]) -> list[str]:
    """The id, the name with and without the vendor, and the aliases of a chip, each once.

    >>> _own_names({"id": "nvidia-h20", "name": "NVIDIA H20", "vendor": "NVIDIA"})
    ['nvidia-h20', 'NVIDIA H20', 'H20']
    """
    vendor = chip.get("vendor") or ""
    bare_name = chip["name"].removeprefix(f"{vendor} ")
    return list(dict.fromkeys([chip["id"], chip["name"], bare_name, *chip.get("aliases", ())]))


def _model_names(chip: Mapping[str, Any]) -> list[str]:
    """The names of a product line, if the chip represents it.

    >>> _model_names({"represents": True, "vendor": "NVIDIA", "model": "H100"})
    ['H100', 'NVIDIA H100']
    """
    if not chip.get("represents"):
        return []
    return [chip["model"], f"{chip.get('vendor')} {chip['model']}"]


def _families(chips: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Architectures, vendors and models with their chips, which are suggested for such a name.

    >>> _families([{"id": "nvidia-h20", "vendor": "NVIDIA", "architecture": "Hopper"}])
    {'hopper': ['nvidia-h20'], 'nvidia': ['nvidia-h20']}
    """
    families: dict[str, list[str]] = {}
    for chip in chips:
        for field in ("architecture", "vendor", "model"):
            if chip.get(field):
                families.setdefault(squash(chip[field]), []).append(chip["id"])
    return families


class _GroupMember:
    """A chip among those of its vendor, with the squashed names of its architecture and model."""

    def __init__(self, chip: Mapping[str, Any]) -> None:
        """Squash the names once, since every generic name of the vendor is compared with them."""
        self.chip = chip
        self.groups = [squash(chip.get(field) or "") for field in ("architecture", "model")]

    def belongs(self, representative: Mapping[str, Any], key: str, *, is_family: bool) -> bool:
        """Whether a generic name could have meant this chip; ``key`` is the name, squashed.

        It could if the name is its model, or a family that its architecture or model begins with
        (MI300, Blackwell), or if it is of the same model as the representative.

        >>> mi325x = _GroupMember({"model": "MI325X", "architecture": "CDNA 3"})
        >>> mi325x.belongs({"model": "MI300X"}, "cdna3", is_family=True)
        True
        """
        if self.chip.get("model") == representative.get("model"):
            return True
        if is_family:
            return any(group.startswith(key) for group in self.groups)
        return key in self.groups


def match_name(index: NameIndex, name: str) -> ResolvedName | None:
    """The chip that a name means; None if no chip has the name.

    A chip's own name can also be the name of its model. The other chips of the model are then its
    siblings, so that the answer says what else could be meant.

    Raises :class:`AmbiguousNameError` for a name that chips of two vendors have.

    >>> index = build_index([{"id": "nvidia-h20", "name": "NVIDIA H20", "vendor": "NVIDIA"}], print)
    >>> match_name(index, "h 20").id, match_name(index, "H200")
    ('nvidia-h20', None)
    """
    key = squash(name)
    # An index of an older vintage has no ambiguous names.
    candidates = index.get("ambiguous", {}).get(key)
    if candidates:
        raise AmbiguousNameError("chip", name, _once(candidates))
    return _meant_by(index, key) or _after_vendor(index, name, key)


def _meant_by(index: NameIndex, key: str) -> ResolvedName | None:
    """The chip that has a squashed name, or that stands for it; None if there is none."""
    generic = _part_with(index, "generic", key).get(key, [])
    siblings = tuple(generic[1:])
    names = _part_with(index, "names", key)
    # A chip's own name comes first; it may be that of its model as well.
    if key in names:
        return ResolvedName(names[key], siblings)
    if generic:
        return ResolvedName(generic[0], siblings)
    return None


def _part_with(index: NameIndex, part: str, key: str) -> dict[str, Any]:
    """A part of an index, or as much of it as could have a name."""
    if isinstance(index, StoredIndex):
        return index.with_initial_of(part, key)
    names: dict[str, Any] = index[part]
    return names


def _after_vendor(index: NameIndex, name: str, key: str) -> ResolvedName | None:
    """The chip that has a name without the vendor in front of it; None if no chip has it.

    Raises :class:`AmbiguousNameError` if several product lines of the vendor have it.
    """
    # An index of an older vintage has no vendors, so no name is tried without one.
    for vendor in index.get("vendors", ()):
        bare = key.removeprefix(vendor)
        # Neither a name without this vendor in front of it, nor just the vendor.
        if bare in (key, ""):
            continue
        for spelling in _without_legal_form(bare):
            resolved = _of_vendor(index, name, spelling, index["families"].get(vendor, []))
            if resolved is not None:
                return resolved
    return None


_LEGAL_FORMS = ("corporation", "corp", "incorporated", "inc", "limited", "ltd")
"""What is written behind a vendor's name, the longer of two spellings first."""


def _without_legal_form(bare: str) -> Iterable[str]:
    """A squashed name, and what is left of it behind the legal form of the vendor's company.

    >>> list(_without_legal_form("corporationl40s")), list(_without_legal_form("h100"))
    (['corporationl40s', 'l40s'], ['h100'])
    """
    yield bare
    for form in _LEGAL_FORMS:
        if bare.startswith(form) and bare != form:
            yield bare.removeprefix(form)
            return


def _of_vendor(index: NameIndex, name: str, bare: str, of_vendor: list[str]) -> ResolvedName | None:
    """The chip of one vendor that a squashed name means; None if it means no chip.

    Raises :class:`AmbiguousNameError`, which quotes ``name``, if several product lines share it.
    """
    match = _meant_by(index, bare)
    if match is not None and match.id in of_vendor:
        return match
    # A name that is ambiguous between vendors may be clear within one.
    candidates = [chip for chip in _once(index["ambiguous"].get(bare, [])) if chip in of_vendor]
    if not candidates:
        return None
    return _of_one_line(index, name, candidates)


def _of_one_line(index: NameIndex, name: str, candidates: list[str]) -> ResolvedName:
    """The representative of the product line of all candidates, with the others as its siblings.

    Raises :class:`AmbiguousNameError` if they belong to several.

    >>> _of_one_line({"generic": {"s60": ["mtt-s60", "mtt-s60-pro"]}}, "S60", ["mtt-s60"]).siblings
    ('mtt-s60-pro',)
    """
    for meant in index["generic"].values():
        representative, *siblings = meant
        # A family has more chips than the line, and another representative.
        if representative in candidates and set(candidates) <= set(meant):
            return ResolvedName(representative, tuple(siblings))
    if len(candidates) == 1:
        return ResolvedName(candidates[0])
    raise AmbiguousNameError("chip", name, candidates)


def _once(ids: Iterable[str]) -> list[str]:
    """The ids without repetition, in their order.

    >>> _once(["nvidia-h20", "amd-mi300x", "nvidia-h20"])
    ['nvidia-h20', 'amd-mi300x']
    """
    return list(dict.fromkeys(ids))


def resolve(index: NameIndex, name: str) -> ResolvedName:
    """The chip that a name means.

    Raises :class:`UnknownNameError` with suggestions; for an architecture or vendor that no chip
    represents, these are its chips. Raises :class:`AmbiguousNameError` for a name that chips of two
    vendors have.
    """
    match = match_name(index, name)
    if match is not None:
        return match
    # An architecture such as Hopper resembles no name, but it has chips.
    key = squash(name)
    suggestions = index["families"].get(key) or _suggestions(index, key)
    raise UnknownNameError("chip", name, suggestions)


def _suggestions(index: NameIndex, key: str) -> list[str]:
    """Names that an unknown one may mean: those in it or around it, then those spelled like it.

    At most five, as they are written. An empty key, from a name without letters or digits,
    resembles none.
    """
    shown: dict[str, str] = index["shown"]
    # Imported here because only a name that does not exist needs it.
    import difflib

    similar = difflib.get_close_matches(key, shown, n=4, cutoff=0.6)
    # The shortest adds least to what was typed.
    around = sorted((other for other in shown if key in other), key=len)
    if len(key) >= _SHORTEST_CONTAINED:
        # "4090" is a part of RTX 4090, and only spelled like T400; two leave room for misspellings
        similar = [*around[:2], *similar, *around]
    elif key:
        # An empty key, from a name without letters or digits, is contained in every name.
        similar += around
    # "H100 Tensor Core GPU" and "8x H100": the longest name in it is what is meant, if any is
    within = [other for other in shown if len(other) >= _SHORTEST_CONTAINED and other in key]
    if within:
        similar.insert(0, max(within, key=len))
    return _once(shown[other] for other in similar)[:_MAX_SUGGESTIONS]


def nearest(given: str, valid: Sequence[str]) -> str:
    """The end of an error message: the names that the writer may have meant, or all valid ones.

    >>> nearest("thruput", ["throughput", "memory"])
    "; did you mean 'throughput'?"
    >>> nearest("x", ["compute", "die-area"])
    '; expected compute or die-area'
    """
    similar = similar_names(given, valid)
    if similar:
        return did_you_mean(similar)
    if len(valid) <= _MAX_CHOICES:
        return expected_one_of(valid)
    return ""


def similar_names(given: str, valid: Sequence[str]) -> list[str]:
    """At most two valid names that resemble the given one.

    >>> similar_names("Thruput", ["throughput", "memory"])
    ['throughput']
    >>> similar_names("Nvidai", ["NVIDIA", "AMD"])
    ['NVIDIA']
    """
    # Imported here because only a name that does not exist needs it.
    import difflib

    spelled = {name.lower(): name for name in valid}
    close = difflib.get_close_matches(given.lower(), spelled, n=2, cutoff=0.5)
    return [spelled[name] for name in close]

"""Names. Exact, alias, or the same letters and digits; never a guess, since in this field one character is the law."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chipdb.errors import DataError, Problem, UnknownNameError

Index = dict[str, Any]


@functools.lru_cache(maxsize=4096)
def squash(name: str) -> str:
    """The letters and digits of a name, case-folded after NFKC; Chinese characters are kept.

    >>> squash("昇腾910B"), squash("RTX 4090 D")
    ('昇腾910b', 'rtx4090d')
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return "".join(filter(str.isalnum, plain.casefold()))


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script, joined by hyphens.

    >>> slug("昇腾910B (v1)")
    '昇腾910b-v1'
    """
    return re.sub(r"[^\w.]+|_", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-.")


@dataclass(frozen=True)
class Found:
    """What a name resolved to; ``siblings`` are the other parts that a generic name could have meant."""

    id: str
    siblings: tuple[str, ...] = ()


Locate = Callable[[str, str, str], Problem]
"""A problem out of a chip's id, a field and a message."""


def build_index(records: Iterable[Mapping[str, Any]], locate: Locate) -> Index:
    """Every name of every chip; :class:`DataError` where two chips claim one."""
    chips = list(records)
    names: dict[str, str] = {}
    shown: dict[str, str] = {}
    problems: list[Problem] = []
    for chip in chips:
        for name in _own_names(chip):
            key = squash(name)
            if names.setdefault(key, chip["id"]) != chip["id"]:
                field = "aliases" if name in chip.get("aliases", ()) else "name"
                message = f"{name!r} names both {names[key]} and {chip['id']}"
                problems.append(locate(chip["id"], field, message))
            shown.setdefault(key, name)
    clashes: list[tuple[str, str]] = []
    generic = _generic(chips, names, shown, clashes)
    problems += [locate(chip, "aliases", message) for chip, message in clashes]
    if problems:
        raise DataError(problems)
    return {"names": names, "generic": generic, "shown": shown, "families": _families(chips)}


def _families(chips: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Architectures and makers with their chips, to suggest where such a name has no representative."""
    families: dict[str, list[str]] = {}
    for chip in chips:
        for name in (chip.get("architecture"), chip.get("vendor"), chip.get("model")):
            if name:
                families.setdefault(squash(name), []).append(chip["id"])
    return families


def _own_names(chip: Mapping[str, Any]) -> list[str]:
    bare = chip["name"].removeprefix(f"{chip.get('vendor') or ''} ")
    return list(dict.fromkeys([chip["id"], chip["name"], bare, *chip.get("aliases", ())]))


def _generic(
    chips: list[Mapping[str, Any]],
    names: dict[str, str],
    shown: dict[str, str],
    problems: list[tuple[str, str]],
) -> dict[str, list[str]]:
    """Model, architecture and family names: the representative first, then its siblings."""
    generic: dict[str, list[str]] = {}
    makers: dict[Any, list[_Member]] = {}
    for chip in chips:
        makers.setdefault(chip.get("vendor"), []).append(_Member(chip))
    for chip in chips:
        models = (
            [chip["model"], f"{chip.get('vendor')} {chip['model']}"]
            if chip.get("represents")
            else []
        )
        families = chip.get("stands_for", ())
        for name in [*models, *families]:
            key = squash(name)
            if names.get(key, chip["id"]) != chip["id"]:
                problems.append(
                    (names[key], f"{name!r} stands for {chip['id']} and names {names[key]}")
                )
                continue
            others = (other for other in makers[chip.get("vendor")] if other.chip is not chip)
            siblings = [
                other.chip["id"] for other in others if other.belongs(chip, key, name in families)
            ]
            if generic.setdefault(key, [chip["id"], *siblings])[0] != chip["id"]:
                problems.append(
                    (chip["id"], f"both {generic[key][0]} and {chip['id']} stand for {name!r}")
                )
            shown.setdefault(key, name)
    return generic


class _Member:
    """A chip among those of its maker, with the names of the groups that it is of."""

    def __init__(self, chip: Mapping[str, Any]) -> None:
        self.chip = chip
        self.groups = [squash(chip.get(field) or "") for field in ("architecture", "model")]

    def belongs(self, other: Mapping[str, Any], key: str, family: bool) -> bool:
        """Whether a generic name could have meant this chip: its model, or a family (MI300, Blackwell) it belongs to."""
        within = (
            any(group.startswith(key) for group in self.groups) if family else key in self.groups
        )
        return within or self.chip.get("model") == other.get("model")


def found(index: Index, name: str) -> Found | None:
    """The chip that a name means, None where no chip has it."""
    key = squash(name)
    generic = index["generic"].get(key)
    if key in index["names"]:
        return Found(index["names"][key], tuple(generic[1:]) if generic else ())
    return Found(generic[0], tuple(generic[1:])) if generic else None


def resolve(index: Index, name: str) -> Found:
    """The chip that a name means.

    Raises :class:`UnknownNameError` with suggestions; an architecture or maker without a representative suggests its chips.
    """
    meant = found(index, name)
    if meant is None:
        key = squash(name)
        raise UnknownNameError("chip", name, index["families"].get(key) or _suggestions(index, key))
    return meant


def _suggestions(index: Index, key: str) -> list[str]:
    shown: dict[str, str] = index["shown"]
    close = difflib.get_close_matches(key, shown, n=4, cutoff=0.6)
    starts = [known for known in shown if key and (known.startswith(key) or key in known)]
    return list(dict.fromkeys(shown[known] for known in [*close, *sorted(starts, key=len)]))[:5]


def nearest(given: str, valid: list[str]) -> str:
    """``; nearest: X`` for an error message, with what the writer may have meant."""
    close = difflib.get_close_matches(given.lower(), valid, n=2, cutoff=0.5)
    if close:
        return f"; nearest: {', '.join(close)}"
    return f"; one of {', '.join(valid)}" if len(valid) <= 30 else ""

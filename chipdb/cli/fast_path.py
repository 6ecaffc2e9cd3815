"""The plain forms of ``check`` and ``show``, answered before the option parser loads, which takes longer than the answer.

Anything but ``check NAME... --option value ...`` and ``show NAME --option value ...`` with each option in full is left to the
parser: help, errors, the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from chipdb.cli.groups import (
    CatalogOptions,
    ModifyOptions,
    OutputOptions,
    PlaceOptions,
    RuleOptions,
    ScopeOptions,
)

ONCE: dict[str, tuple[type | None, str]] = {
    "--on": (None, "on"),
    "--to": (PlaceOptions, "to"),
    "--from": (PlaceOptions, "origin"),
    "--law": (RuleOptions, "law"),
    "--format": (OutputOptions, "style"),
    "--output": (OutputOptions, "output"),
    "-o": (OutputOptions, "output"),
}
MANY: dict[str, tuple[type | None, str]] = {
    "--headquarters": (PlaceOptions, "headquarters"),
    "--rule": (ScopeOptions, "rule"),
    "--set": (ModifyOptions, "sets"),
    "--drop": (ModifyOptions, "drops"),
    "--derate": (ModifyOptions, "derates"),
}
FLAGS: dict[str, tuple[type | None, str]] = {
    "--explain": (None, "explain"),
    "--strict": (ScopeOptions, "strict"),
}
"""The options, each with its group (None where it stands alone) and its name there."""
OF_SHOW = {ModifyOptions, OutputOptions}
"""The groups that ``show`` has."""

Given = dict[type | None, dict[str, Any]]
Group = TypeVar("Group")


def quick(arguments: Sequence[str]) -> int | None:
    """The exit status of a plain ``check`` or ``show``; None where the arguments are for the parser."""
    if not arguments or arguments[0] not in ("check", "show"):
        return None
    read = _read(list(arguments[1:]))
    if read is None:
        return None
    chips, given = read
    if arguments[0] == "show" and (len(chips) > 1 or not given.keys() <= OF_SHOW):
        return None
    changes, printed = _made(ModifyOptions, given), _made(OutputOptions, given)
    if arguments[0] == "show":
        from chipdb.cli.showing import shown

        shown(chips[0], changes, CatalogOptions(), printed)
        return 0
    from chipdb.cli.checking import checked

    alone = given.get(None, {})
    where, book, manner = (
        _made(PlaceOptions, given),
        _made(RuleOptions, given),
        _made(ScopeOptions, given),
    )
    on, explain = alone.get("on"), alone.get("explain", False)
    return checked(
        chips, on, where, book, manner, changes, CatalogOptions(), printed, explain=explain
    )


def _made(group: type[Group], given: Given) -> Group:
    return group(**given.get(group, {}))


def _read(left: list[str]) -> tuple[list[str], Given] | None:
    chips: list[str] = []
    given: Given = {}
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            chips.append(word)
            continue
        group, name = (ONCE | MANY | FLAGS).get(word, (None, ""))
        there = given.setdefault(group, {})
        if word in FLAGS:
            there[name] = True
            continue
        if not name or not left or left[0].startswith("-") or (word in ONCE and name in there):
            return None
        value = left.pop(0)
        there[name] = value if word in ONCE else [*there.get(name, []), value]
    return (chips, given) if chips else None

"""The plain forms of ``check`` and ``show``, answered before the option parser loads, which takes longer than the answer.

Anything but ``check NAME... --option value ...`` and ``show NAME --option value ...`` with each option in full is left to the
parser: help, errors, the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from chipdb.cli.groups import Book, Changes, Known, Manner, Printed, Where

ONCE: dict[str, tuple[type | None, str]] = {
    "--on": (None, "on"),
    "--to": (Where, "to"),
    "--from": (Where, "origin"),
    "--law": (Book, "law"),
    "--format": (Printed, "style"),
    "--output": (Printed, "output"),
    "-o": (Printed, "output"),
}
MANY: dict[str, tuple[type | None, str]] = {
    "--headquarters": (Where, "headquarters"),
    "--rule": (Manner, "rule"),
    "--set": (Changes, "sets"),
    "--drop": (Changes, "drops"),
    "--derate": (Changes, "derates"),
}
FLAGS: dict[str, tuple[type | None, str]] = {
    "--explain": (None, "explain"),
    "--strict": (Manner, "strict"),
}
"""The options, each with its group (None where it stands alone) and its name there."""
OF_SHOW = {Changes, Printed}
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
    changes, printed = _made(Changes, given), _made(Printed, given)
    if arguments[0] == "show":
        from chipdb.cli.showing import shown

        shown(chips[0], changes, Known(), printed)
        return 0
    from chipdb.cli.checking import checked

    alone = given.get(None, {})
    where, book, manner = _made(Where, given), _made(Book, given), _made(Manner, given)
    on, explain = alone.get("on"), alone.get("explain", False)
    return checked(chips, on, where, book, manner, changes, Known(), printed, explain=explain)


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

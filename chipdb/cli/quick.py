"""The plain forms of ``check`` and ``show``, answered before the option parser loads, which takes longer than the answer.

Anything but ``check NAME... --option value ...`` and ``show NAME --option value ...`` with each option in full is left to the
parser: help, errors, the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ONCE = {"--on": "on", "--to": "to", "--from": "origin", "--law": "law", "--format": "style", "--output": "output", "-o": "output"}
MANY = {"--headquarters": "headquarters", "--rule": "rule"}
CHANGES = {"--set": "sets", "--drop": "drops", "--derate": "derates"}
FLAGS = {"--explain": "explain", "--strict": "strict"}
OF_SHOW = ("style", "output")
"""The options that ``show`` has too, beside those that change a chip."""


def quick(arguments: Sequence[str]) -> int | None:
    """The exit status of a plain ``check`` or ``show``; None where the arguments are for the parser."""
    if not arguments or arguments[0] not in ("check", "show"):
        return None
    read = _read(list(arguments[1:]))
    if read is None:
        return None
    from chipdb.cli.changes import Changes

    chips, options, changes = read
    if arguments[0] == "check":
        from chipdb.cli.checking import checked

        return checked(chips, **options, changes=Changes(**changes))
    if len(chips) > 1 or not set(options) <= set(OF_SHOW):
        return None
    from chipdb.cli.showing import shown

    shown(chips[0], Changes(**changes), **options)
    return 0


def _read(left: list[str]) -> tuple[list[str], dict[str, Any], dict[str, list[str]]] | None:
    chips: list[str] = []
    options: dict[str, Any] = {}
    changes: dict[str, list[str]] = {}
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            chips.append(word)
            continue
        if word in FLAGS:
            options[FLAGS[word]] = True
            continue
        if word not in ONCE | MANY | CHANGES or not left or left[0].startswith("-") or ONCE.get(word) in options:
            return None
        value = left.pop(0)
        if word in ONCE:
            options[ONCE[word]] = value
        elif word in MANY:
            options.setdefault(MANY[word], []).append(value)
        else:
            changes.setdefault(CHANGES[word], []).append(value)
    return (chips, options, changes) if chips else None

"""The plain form of ``check``, answered before the option parser loads, which takes longer than the answer.

Anything but ``check NAME... --option value ...`` with each option in full is left to the parser: help, errors, the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

ONCE = {"--on": "on", "--to": "to", "--from": "origin", "--law": "law", "--format": "style", "--output": "output", "-o": "output"}
MANY = {"--headquarters": "headquarters", "--rule": "rule"}
CHANGES = {"--set": "sets", "--drop": "drops", "--derate": "derates"}
FLAGS = {"--explain": "explain", "--strict": "strict"}


def quick(arguments: Sequence[str]) -> int | None:
    """The exit status of a plain ``check``; None where the arguments are for the parser."""
    if not arguments or arguments[0] != "check":
        return None
    read = _read(list(arguments[1:]))
    if read is None:
        return None
    from chipdb.cli.changes import Changes
    from chipdb.cli.checking import checked

    chips, once, many, changes, flags = read
    return checked(chips, **once, **many, changes=Changes(**changes), **flags)


_Read = tuple[list[str], dict[str, str], dict[str, list[str]], dict[str, list[str]], dict[str, bool]]


def _read(left: list[str]) -> _Read | None:
    chips: list[str] = []
    once: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    changes: dict[str, list[str]] = {}
    flags: dict[str, bool] = {}
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            chips.append(word)
            continue
        if word in FLAGS:
            flags[FLAGS[word]] = True
            continue
        if word not in ONCE | MANY | CHANGES or not left or left[0].startswith("-") or ONCE.get(word) in once:
            return None
        value = left.pop(0)
        if word in ONCE:
            once[ONCE[word]] = value
        elif word in MANY:
            many.setdefault(MANY[word], []).append(value)
        else:
            changes.setdefault(CHANGES[word], []).append(value)
    return (chips, once, many, changes, flags) if chips else None

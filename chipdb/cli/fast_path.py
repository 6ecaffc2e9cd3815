"""Plain calls of ``check``, ``show`` and ``estimate``, answered without the option parser.

The parser takes longer to load than a check takes. A plain call names its chips and writes every
option in full, as ``--option value``; any other call, and every wrong one, is left to the parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from chipdb.cli.options import (
    CatalogOptions,
    DestinationOptions,
    FileOptions,
    ModifyOptions,
    OutputOptions,
    RuleOptions,
    ScopeOptions,
    WorkloadOptions,
)
from chipdb.errors import QuantityError
from chipdb.units import whole_number

ONCE: dict[str, tuple[type | None, str]] = {
    "--on": (None, "on"),
    "--from": (DestinationOptions, "origin"),
    "--law": (RuleOptions, "law"),
    "--format": (OutputOptions, "style"),
    "--output": (OutputOptions, "output"),
    "-o": (OutputOptions, "output"),
}
"""Options with a value that may be given once: their group, if any, and their name in it."""
REPEATABLE: dict[str, tuple[type | None, str]] = {
    "--to": (DestinationOptions, "to"),
    "--headquarters": (DestinationOptions, "headquarters"),
    "--rule": (ScopeOptions, "rule"),
    "--set": (ModifyOptions, "sets"),
    "--drop": (ModifyOptions, "drops"),
    "--derate": (ModifyOptions, "derates"),
}
FLAGS: dict[str, tuple[type | None, str]] = {
    "--explain": (None, "explain"),
    "--strict": (ScopeOptions, "strict"),
}
# the options that a plain call may have; all others are for the parser
OPTIONS = ONCE | REPEATABLE | FLAGS
CHANGES = {name: REPEATABLE[name] for name in ("--set", "--drop", "--derate")}
OF_ESTIMATE: dict[str, tuple[type | None, str]] = {
    "--model": (WorkloadOptions, "model"),
    "--phase": (WorkloadOptions, "phase"),
    "--precision": (WorkloadOptions, "precision"),
    "--chips": (WorkloadOptions, "group"),
    "--layout": (WorkloadOptions, "layout"),
    "--batch": (WorkloadOptions, "batch"),
    "--input": (WorkloadOptions, "prompt"),
    "--output": (WorkloadOptions, "generated"),
    "--latency": (WorkloadOptions, "latency"),
    "--draft": (WorkloadOptions, "draft"),
    "--format": (FileOptions, "style"),
    "-o": (FileOptions, "output"),
    **CHANGES,
}
"""The options of ``estimate``, where ``--output`` counts tokens; the parser reads decimals."""
WHOLE_NUMBERS = ("group", "batch", "prompt", "generated", "draft")
OF_SHOW = {ModifyOptions, OutputOptions}
"""The groups of options that ``show`` has."""

Options = dict[str, tuple[type | None, str]]
"""The group and the name in it of each option of a command."""
Given = dict[type | None, dict[str, Any]]
"""The values of options by group."""
Group = TypeVar("Group")


def quick(arguments: Sequence[str]) -> int | None:
    """Answer a plain call and return its exit status; None for a call that needs the parser."""
    if not arguments or arguments[0] not in ("check", "show", "estimate"):
        return None
    options = OPTIONS
    if arguments[0] == "estimate":
        options = OF_ESTIMATE
    plain = _read(list(arguments[1:]), options)
    if plain is None:
        return None
    chips, given = plain
    if arguments[0] == "estimate":
        return _estimate(chips, given)
    changes, output = _group(ModifyOptions, given), _group(OutputOptions, given)
    # loaded only for a plain call, since the parser's help needs none of it
    from chipdb.cli.output import finish

    if arguments[0] == "show":
        # the parser words the error for options that `show` does not have
        if len(chips) > 1 or not given.keys() <= OF_SHOW:
            return None
        from chipdb.cli.commands.show import show

        report = show(chips[0], changes=changes, catalog=CatalogOptions())
        return finish(report, output)
    from chipdb.cli.commands.check import check

    # options that belong to no group
    alone = given.get(None, {})
    report = check(
        chips,
        alone.get("on"),
        places=_group(DestinationOptions, given),
        rules=_group(RuleOptions, given),
        scope=_group(ScopeOptions, given),
        changes=changes,
        catalog=CatalogOptions(),
        explain=alone.get("explain", False),
        output=output,
    )
    return finish(report, output)


def _estimate(chips: list[str], given: Given) -> int | None:
    """Answer a plain call of ``estimate``; None where a number is not a whole one."""
    workload = given.setdefault(WorkloadOptions, {})
    for name in WHOLE_NUMBERS:
        text = workload.get(name)
        if text is None:
            continue
        try:
            workload[name] = whole_number(text)
        except QuantityError:
            # refused in the words of the parser
            return None
    output = _group(FileOptions, given)

    from chipdb.cli.commands.estimate import estimate
    from chipdb.cli.output import finish

    report = estimate(
        chips,
        workload=_group(WorkloadOptions, given),
        changes=_group(ModifyOptions, given),
        catalog=CatalogOptions(),
        output=output,
    )
    return finish(report, output)


def _group(group: type[Group], given: Given) -> Group:
    """Return a group of options with the given values; the others have their defaults."""
    return group(**given.get(group, {}))


def _read(words: list[str], options: Options) -> tuple[list[str], Given] | None:
    """Return the chips and options of a plain call, None for any other."""
    chips: list[str] = []
    given: Given = {}
    while words:
        word = words.pop(0)
        # a single `-`, which means standard input, starts with a dash too and goes to the parser
        if not word.startswith("-"):
            chips.append(word)
        elif not _take_option(word, words, given, options):
            return None
    if not chips:
        return None
    return chips, given


def _take_option(word: str, words: list[str], given: Given, options: Options) -> bool:
    """Take an option and its value from the words of a call; whether that was possible.

    What is not plain is for the parser to read or to refuse.
    """
    group, name = options.get(word, (None, ""))
    if not name:
        return False
    values = given.setdefault(group, {})
    if word in FLAGS:
        values[name] = True
        return True

    if not words or not _is_plain_value(word, words[0]):
        return False
    value = words.pop(0)
    if word in REPEATABLE:
        values.setdefault(name, []).append(value)
        return True
    # a repeated option is refused by the parser, which names both values
    if name in values:
        return False
    values[name] = value
    return True


def _is_plain_value(option: str, value: str) -> bool:
    """Whether a word is certainly the value of an option, and is read as it is."""
    # whether a word with a dash is a value or an option is for the parser to decide
    if value.startswith("-"):
        return False
    # a day such as +30d is resolved by the parser, which notes the date that it is
    return option != "--on" or value[:1].isdigit()

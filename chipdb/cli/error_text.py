"""Errors as the command line prints them: in its words, with a line for each problem."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.bounds import bounded_message
from chipdb.errors import ChipdbError

WRITTEN_AS = {"output": "-o", "before": "BEFORE", "after": "AFTER", "chip": "CHIP", "chips": "CHIP"}
"""Parameters that the command line does not write as an option of that name."""


def error_lines(error: ChipdbError) -> list[str]:
    """The lines that the command line prints for an error."""
    # not splitlines, which also splits at separators that a name may hold
    lines = _with_option(error).split("\n")
    return [f"chipdb: {bounded_message(line)}" for line in lines]


def _with_option(error: ChipdbError) -> str:
    """Return the message of an error with the option in place of the parameter it begins with.

    An argument is written as the help names it.
    """
    text = str(error)
    if error.parameter is None:
        return text
    written = WRITTEN_AS.get(error.parameter, f"--{error.parameter.strip('_')}")
    return written + text.removeprefix(error.parameter)


def repeated_text(option: str, values: Sequence[str | tuple[str, ...]]) -> str:
    """Return the error for an option that was given several values.

    >>> repeated_text("--to", ["VN", "IN"])
    "--to was given twice: 'VN' and 'IN'; give it once"
    >>> repeated_text("--on", ["2024-01-01", "2025-01-01", "2026-01-01"])
    "--on was given 3 times: '2024-01-01', '2025-01-01' and '2026-01-01'; give it once"
    """
    quoted = []
    for value in values:
        # an option with two values, such as `--diff BEFORE AFTER`, comes as a tuple
        text = value if isinstance(value, str) else " ".join(value)
        quoted.append(repr(text))
    *first, last = quoted
    times = "twice" if len(values) == 2 else f"{len(values)} times"
    return f"{option} was given {times}: {', '.join(first)} and {last}; give it once"

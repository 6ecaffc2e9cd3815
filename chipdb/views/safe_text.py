"""Text that is safe to print: control characters of names and notes are shown, not obeyed."""

from __future__ import annotations

import re
from typing import Any

# Names and notes come from files of other people. ESC and the C1 codes could clear the screen, set
# the title of the window or write to the clipboard; a bidirectional override prints "not
# controlled" in another order; a line separator forges a line of output. Tab and newline stay:
# reports and the tabulate formats need them.
_UNSAFE = re.compile(
    "["
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f"
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
    "\\u2028\\u2029"
    "]"
)
_LINE_BREAKS = str.maketrans({"\n": "\\u000a", "\t": "\\u0009"})


def printable(text: str) -> str:
    r"""Return a text with every control character written as its escape, such as ``\u001b``.

    The escapes are those of JSON, so that JSON that was escaped here still holds the same values.
    A text that was escaped already stays as it is.

    >>> print(printable("\x1b[2Jevil\u202e"))
    \u001b[2Jevil\u202e
    """
    return _UNSAFE.sub(_escape, text)


def printable_cell(text: str) -> str:
    r"""Return a text for one cell of a table, where a line break or a tab is escaped as well.

    >>> print(printable_cell("two\nlines"))
    two\u000alines
    """
    return printable(text).translate(_LINE_BREAKS)


def printable_values(value: Any) -> Any:
    r"""Return a JSON value with every string in it made printable.

    >>> printable_values({"names": ["A100", "B\x1b"]})["names"][1]
    'B\\u001b'
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return [printable_values(item) for item in value]
    if isinstance(value, dict):
        return {name: printable_values(item) for name, item in value.items()}
    return value


def _escape(match: re.Match[str]) -> str:
    r"""Return the escape of the one character of a match. All of them have at most 4 hex digits."""
    return f"\\u{ord(match[0]):04x}"

"""Text that is safe to print: control characters in names and notes are shown, not executed."""

from __future__ import annotations

from typing import Any

# Names and notes come from other people's files. ESC and the C1 codes could clear the screen, set
# the title of the window or write to the clipboard; a bidirectional override prints "not
# controlled" in another order; a line separator forges a line of output. Tab and newline stay:
# reports and the tabulate formats need them.
_UNSAFE = (
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
)
# A table, since compiling a regular expression for these takes a fortieth of a plain call.
_ESCAPES = {code: f"\\u{code:04x}" for code in _UNSAFE}
_LINE_BREAKS = str.maketrans({"\n": "\\u000a", "\t": "\\u0009"})


def printable(text: str) -> str:
    r"""Return a text with every control character written as its escape, such as ``\u001b``.

    The escapes are those of JSON, so that JSON that was escaped here still holds the same values.
    A text that was escaped already stays as it is.

    >>> print(printable("\x1b[2Jevil\u202e"))
    \u001b[2Jevil\u202e
    """
    # Hardly a line has anything to escape, and to look is much quicker than to translate.
    lines = text.split("\n")
    return "\n".join(line if line.isprintable() else line.translate(_ESCAPES) for line in lines)


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

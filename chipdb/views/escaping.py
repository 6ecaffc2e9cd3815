"""Text of data and users on its way into Markdown and HTML: one line, no invisible letters, no mark-up."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_ALWAYS = re.compile(r"[\\`*\[\]|~$]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"^(?=[#>+=-])|^(\d+)(?=[.)](?:\s|$))")
_WEB = re.compile(r"(?i)(https?|ftp)(?=://)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)")


def one_line(text: str) -> str:
    r"""The text in one line, control and direction letters replaced by spaces.

    >>> one_line("a\n# b\u202e")
    'a # b'
    """
    return " ".join(
        "".join(
            " " if unicodedata.category(letter) in _UNSEEN else letter for letter in text
        ).split()
    )


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is: no tag, table cell, link, heading or emphasis comes of it.

    >>> print(escaped("| a | <script> [x](y) tpp >= 1000 us-3a991-p applicable_die_area"))
    \| a \| \<script> \[x\](y) tpp >= 1000 us-3a991-p applicable_die_area
    """
    text = _ALWAYS.sub(lambda found: f"\\{found.group()}", one_line(text))
    text = _EMPHASIS.sub(r"\\_", _ENTITY.sub(r"\&", _TAG.sub(r"\\<", text)))
    return _WEB.sub(lambda found: f"{found.group()}\\", text)


def opening(text: str) -> str:
    """Escaped text at the start of a line or of a list item, where a mark would make a heading or a list of it."""
    return _START.sub(lambda found: f"{found.group(1) or ''}\\", escaped(text))

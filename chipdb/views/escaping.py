"""Text from data and users, made safe for Markdown and HTML: one line, no markup."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of control and direction characters, and of line and paragraph breaks."""
_ALWAYS = re.compile(r"[\\`*\[\]|~$]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"^(?=[#>+=-])|^(\d+)(?=[.)](?:\s|$))")
_WEB = re.compile(r"(?i)(https?|ftp)(?=://)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)")


def one_line(text: str) -> str:
    r"""Return a text in one line, its control and direction characters replaced by spaces.

    >>> one_line("a\n# b\u202e")
    'a # b'
    """
    visible = [" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in text]
    return " ".join("".join(visible).split())


def escaped(text: str) -> str:
    r"""Return text that Markdown shows unchanged, with no tag, cell, link or emphasis in it.

    >>> print(escaped("| a | <script> [x](y) tpp >= 1000 us-3a991-p applicable_die_area"))
    \| a \| \<script> \[x\](y) tpp >= 1000 us-3a991-p applicable_die_area
    """
    text = _ALWAYS.sub(lambda match: f"\\{match.group()}", one_line(text))
    text = _TAG.sub(r"\\<", text)
    text = _ENTITY.sub(r"\&", text)
    text = _EMPHASIS.sub(r"\\_", text)
    # a backslash behind the scheme keeps Markdown from making a link of a bare address
    return _WEB.sub(lambda match: f"{match.group()}\\", text)


def opening(text: str) -> str:
    """Escape text for the start of a line, where a character could make a heading or a list."""
    return _START.sub(lambda match: f"{match.group(1) or ''}\\", escaped(text))

"""Text from data and users, made safe for Markdown and HTML: one line, no markup."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of control and direction characters, and of line and paragraph breaks."""
_ALWAYS = re.compile(r"[\\`*\[\]|~$]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# An underscore within a word, as in applicable_die_area, does not start emphasis and stays as it
# is.
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"^(?=[#>+=-])|^(\d+)(?=[.)](?:\s|$))")
_WEB = re.compile(r"(?i)(https?|ftp)(?=://)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)")


def one_line(text: str) -> str:
    r"""Return a text in one line, its control and direction characters replaced by spaces.

    A direction character could make a document show its text in a different order, and a
    line break could begin a heading of a stranger's choice.

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
    # Only what Markdown would act on is escaped: these files are also read as plain text.
    text = _ALWAYS.sub(lambda match: f"\\{match.group()}", one_line(text))
    text = _TAG.sub(r"\\<", text)
    text = _ENTITY.sub(r"\&", text)
    text = _EMPHASIS.sub(r"\\_", text)
    # a backslash after the scheme keeps Markdown from turning a bare address into a link
    return _WEB.sub(lambda match: f"{match.group()}\\", text)


def opening(text: str) -> str:
    r"""Escape text for the start of a line, where a character could make a heading or a list.

    >>> print(opening("# 1"), opening("1. first"))
    \# 1 1\. first
    """
    return _START.sub(lambda match: f"{match.group(1) or ''}\\", escaped(text))

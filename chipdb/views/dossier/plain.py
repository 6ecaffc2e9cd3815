"""Text that goes into a document: one line, without invisible letters; addresses only of the web."""

from __future__ import annotations

import re
import unicodedata

from chipdb.answers.dossier.tree import Cell

_ADDRESS = re.compile(r"https?://[^\s<>\"`\\|]+")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(text: str) -> str:
    r"""The text in one line, control and direction letters replaced by spaces.

    >>> one_line("a\n# b\u202e")
    'a # b'
    """
    return " ".join("".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in text).split())


def address(cell: Cell) -> str | None:
    """The address of a cell where it is one of the web and can stand in a document as it is.

    >>> address(Cell("x", None, "javascript:alert(1)")) is None
    True
    """
    return cell.url if cell.url is not None and _ADDRESS.fullmatch(cell.url) else None

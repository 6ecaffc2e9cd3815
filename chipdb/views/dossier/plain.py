"""Addresses that go into a document: only those of the web."""

from __future__ import annotations

import re

from chipdb.views.dossier.document import Cell

_ADDRESS = re.compile(r"https?://[^\s<>\"`\\|]+")


def address(cell: Cell) -> str | None:
    """The address of a cell where it is one of the web and can stand in a document as it is.

    >>> address(Cell("x", None, "javascript:alert(1)")) is None
    True
    """
    return cell.url if cell.url is not None and _ADDRESS.fullmatch(cell.url) else None

"""The base class of everything that a notebook shows: chips, figures, answers, comparisons.

How they look is decided by ``chipdb.views``, a layer above. Its modules are imported by name when
a notebook asks, so that figures and answers do not depend on them.
"""

from __future__ import annotations

import importlib
from typing import Any

VIEWS = "chipdb.views"


class Shown:
    """An object that Jupyter shows as a table, in HTML and Markdown."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(views("notebook").html(self))

    def _repr_markdown_(self) -> str:
        return str(views("notebook").markdown(self))


def views(module: str) -> Any:
    """The module of ``chipdb.views`` with a name."""
    return importlib.import_module(f"{VIEWS}.{module}")

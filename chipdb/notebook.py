"""What notebooks show: a chip, an answer and a comparison say that they can be shown; ``views`` says how.

Figures and answers know no views, so the module is looked up by its name when a notebook asks, and not before.
"""

from __future__ import annotations

import importlib
from typing import Any

VIEWS = "chipdb.views"


class Shown:
    """Something that Jupyter shows as a table, in HTML and Markdown."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(views("notebook").html(self))

    def _repr_markdown_(self) -> str:
        return str(views("notebook").markdown(self))


def views(module: str) -> Any:
    """A module of the views by its name below ``chipdb.views``: answers know no views, and the linter holds them to it."""
    return importlib.import_module(f"{VIEWS}.{module}")

"""chipdb: sourced figures of AI chips, dated export rules, and the answers that follow.

>>> import chipdb
>>> chipdb.check("H20", on="2024-01-01", to="CN").license.required
'no'

Importing the package imports nothing else; each public name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chipdb.answers.check import Check, check
    from chipdb.answers.compare import compare
    from chipdb.answers.headroom import headroom
    from chipdb.bulk.frames import check_frame
    from chipdb.catalog.catalog import Catalog, load
    from chipdb.catalog.chip import Chip
    from chipdb.catalog.figures import Figure
    from chipdb.errors import ChipdbError
    from chipdb.rules.rulebook import load_rules
    from chipdb.views.charts import chart

__version__ = "0.1.0"

_WHERE = {
    "Catalog": "chipdb.catalog.catalog",
    "Check": "chipdb.answers.check",
    "Chip": "chipdb.catalog.chip",
    "ChipdbError": "chipdb.errors",
    "Figure": "chipdb.catalog.chip",
    "chart": "chipdb.views.charts",
    "check": "chipdb.answers.check",
    "check_frame": "chipdb.bulk.frames",
    "compare": "chipdb.answers.compare",
    "headroom": "chipdb.answers.headroom",
    "load": "chipdb.catalog.catalog",
    "load_rules": "chipdb.rules.rulebook",
}

__all__ = [
    "Catalog",
    "Check",
    "Chip",
    "ChipdbError",
    "Figure",
    "chart",
    "check",
    "check_frame",
    "compare",
    "headroom",
    "load",
    "load_rules",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'chipdb' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

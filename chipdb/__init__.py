"""chipdb: sourced figures of AI chips, dated export rules, and the answers that follow.

>>> import chipdb
>>> chipdb.check("H20", on="2024-01-01", to="CN").license.required
'no'

Every command that answers or writes is a function here, with the command's options as parameters.
Importing the package imports nothing else; each public name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chipdb.answers.budget import budget
    from chipdb.answers.check import Check, check
    from chipdb.answers.compare import compare
    from chipdb.answers.envelope import envelope
    from chipdb.answers.equivalents import equivalents
    from chipdb.answers.estimate import estimate
    from chipdb.answers.flips import flips
    from chipdb.answers.headroom import headroom
    from chipdb.answers.identify import identify
    from chipdb.answers.near import near
    from chipdb.answers.timeline import timeline
    from chipdb.bulk.frames import check_frame
    from chipdb.bulk.sweep.command import sweep
    from chipdb.catalog.catalog import Catalog, load
    from chipdb.catalog.chip import Chip
    from chipdb.catalog.figures import Figure
    from chipdb.curation.audit import audit
    from chipdb.curation.conflicts import conflicts
    from chipdb.curation.sources import sources
    from chipdb.curation.stale import stale
    from chipdb.curation.validate import validate
    from chipdb.errors import ChipdbError
    from chipdb.rules.rulebook import load_rules
    from chipdb.views.charts import chart
    from chipdb.views.citation import cite
    from chipdb.views.writing import dossier, explore, export, site

__version__ = "0.1.0"

_MODULES = {
    "Catalog": "chipdb.catalog.catalog",
    "Check": "chipdb.answers.check",
    "Chip": "chipdb.catalog.chip",
    "ChipdbError": "chipdb.errors",
    "Figure": "chipdb.catalog.figures",
    "audit": "chipdb.curation.audit",
    "budget": "chipdb.answers.budget",
    "chart": "chipdb.views.charts",
    "check": "chipdb.answers.check",
    "check_frame": "chipdb.bulk.frames",
    "cite": "chipdb.views.citation",
    "compare": "chipdb.answers.compare",
    "conflicts": "chipdb.curation.conflicts",
    "dossier": "chipdb.views.writing",
    "envelope": "chipdb.answers.envelope",
    "equivalents": "chipdb.answers.equivalents",
    "estimate": "chipdb.answers.estimate",
    "explore": "chipdb.views.writing",
    "export": "chipdb.views.writing",
    "flips": "chipdb.answers.flips",
    "headroom": "chipdb.answers.headroom",
    "identify": "chipdb.answers.identify",
    "load": "chipdb.catalog.catalog",
    "load_rules": "chipdb.rules.rulebook",
    "near": "chipdb.answers.near",
    "site": "chipdb.views.writing",
    "sources": "chipdb.curation.sources",
    "stale": "chipdb.curation.stale",
    "sweep": "chipdb.bulk.sweep.command",
    "timeline": "chipdb.answers.timeline",
    "validate": "chipdb.curation.validate",
}
"""The module of each public name."""

__all__ = [
    "Catalog",
    "Check",
    "Chip",
    "ChipdbError",
    "Figure",
    "audit",
    "budget",
    "chart",
    "check",
    "check_frame",
    "cite",
    "compare",
    "conflicts",
    "dossier",
    "envelope",
    "equivalents",
    "estimate",
    "explore",
    "export",
    "flips",
    "headroom",
    "identify",
    "load",
    "load_rules",
    "near",
    "site",
    "sources",
    "stale",
    "sweep",
    "timeline",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'chipdb' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""The page as one text: data, scripts, style, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import chipdb
from chipdb.answers.check import SCOPE_TEXT
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.formats import format_table
from chipdb.rules.conditions import FACTS, OF_THE_DEAL, OPERATORS
from chipdb.rules.rule import POLICIES
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.labels import NAMES, metric_text
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.notes import ROLES
from chipdb.units import METRIC_UNITS
from chipdb.views.explorer.chips import TURNS, chip_record, source_records, sources_of
from chipdb.views.explorer.law import LawRecords
from chipdb.views.json.envelope import envelope_json

SCRIPTS = (
    "exact",
    "conditions",
    "intervals",
    "item",
    "evaluate",
    "verdict",
    "missing",
    "places",
    "check",
    "review",
    "licensing",
    "hypothetical",
    "headroom",
    "data",
    "elements",
    "state",
    "query",
    "chart",
    "table",
    "trace",
    "license_text",
    "details",
    "builder",
    "compare",
    "download",
    "main",
)
"""The scripts of the page in the order in which they are joined."""


def page(catalog: Catalog, book: Rulebook, on: date | None = None, to: str | None = None) -> str:
    """The explorer page of a catalog and a rulebook; ``on`` and ``to`` are where it starts."""
    style = _part("page.css")
    script = "\n".join(
        ['"use strict";(() => {', *(_part(f"js/{name}.js") for name in SCRIPTS), "})();"]
    )
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data: blob:"
    data = json.dumps(page_data(catalog, book, on, to), ensure_ascii=False, separators=(",", ":"))
    parts = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        "data": data.replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029"),
    }
    text = _part("template.html")
    for name, part in parts.items():
        head, mark, tail = text.partition(f"{{{{{name}}}}}")
        assert mark, f"the template has no place for {name}"
        text = head + part + tail
    return text


def page_data(
    catalog: Catalog, book: Rulebook, on: date | None = None, to: str | None = None
) -> dict[str, Any]:
    """Everything that the page knows, as plain values."""
    law, chips = LawRecords(book), list(catalog)
    rules = law.rules()
    named = [
        *(key for chip in chips for key in sources_of(chip)),
        *(rule["source"] for rule in rules if rule["source"]),
    ]
    record = {
        "version": chipdb.__version__,
        "chips": [chip_record(chip) for chip in chips],
        "rules": rules,
        "places": law.places(),
        "embargoed": law.embargoed(_makers(chips)),
        "notices": law.notices(),
        "begins": book.begins().isoformat(),
        "sources": source_records(named),
        "units": METRIC_UNITS,
        "shown": list(NAMES),
        "names": {name: metric_text(name) for name in METRIC_UNITS},
        "turns": TURNS,
        "longest": str(max(format_table().bits.values())),
        "symbols": {name: symbol for name, (symbol, _) in OPERATORS.items()},
        "facts": {**FACTS, **OF_THE_DEAL},
        "policies": POLICIES,
        "roles": ROLES,
        "scopeText": SCOPE_TEXT,
        "notChecked": list(NOT_CHECKED),
        "starts": {"on": on.isoformat() if on else None, "to": to},
    }
    stamp = envelope_json({}, catalog.data)
    return {**stamp, **record, "rulesHash": stamp["rules"]}


def _makers(chips: list[Chip]) -> Iterator[str]:
    for chip in chips:
        yield from (
            part.vendor for part in (chip, *(part for part, _ in chip.processors())) if part.vendor
        )


def _part(name: str) -> str:
    return files("chipdb.views.explorer").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a policy calls a script or style by."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

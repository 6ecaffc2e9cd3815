"""The page as one text: data, scripts, style, and a policy that lets nothing else in."""

from __future__ import annotations

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
from chipdb.rules.conditions import FACTS, OF_THE_DEAL
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.cautions import ABOUT_ITEM, TEXTS
from chipdb.solver.estimated import MAY_BE_ESTIMATED, REACH
from chipdb.solver.labels import NAMES, finding_words, metric_text
from chipdb.solver.license_exceptions import BARRED, MAY_BE_BARRED
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.notes import ROLES
from chipdb.solver.verdict import Finding
from chipdb.units import METRIC_UNITS, display
from chipdb.views.explorer.chips import TURNS, chip_record, source_records, sources_of
from chipdb.views.explorer.estimates import estimates_record
from chipdb.views.explorer.rules import RuleRecords
from chipdb.views.explorer.texts import texts
from chipdb.views.json.answers import day
from chipdb.views.json.envelope import envelope_json
from chipdb.views.page_policy import allowed_by_hash
from chipdb.views.verdict_sentence import LONGEST
from chipdb.views.wording import policy_text, state_text
from chipdb.vocabulary import PolicyState, Status

SCRIPTS = (
    "exact",
    "conditions",
    "intervals",
    "cells",
    "item",
    "evaluate",
    "verdict",
    "missing",
    "labels",
    "search",
    "places",
    "ruling",
    "review",
    "licensing",
    "cautions",
    "hypothetical",
    "headroom",
    "data",
    "texts",
    "elements",
    "state",
    "query",
    "axes",
    "chart_names",
    "chart",
    "filter",
    "table",
    "trace",
    "license_text",
    "details",
    "sentence",
    "headline",
    "throughput",
    "estimates",
    "near",
    "knobs",
    "builder",
    "compare",
    "download",
    "tools",
    "ahead",
    "main",
)
"""The scripts of the page, in the order in which they are joined.

They become one script without modules: a page that is opened from disk may not import any.
"""

STYLES = ("page", "chart", "print")
"""The style sheets of the page, in the order in which they are joined."""


def page(catalog: Catalog, book: Rulebook, on: date | None = None, to: str | None = None) -> str:
    """The explorer page of a catalog and a rulebook; ``on`` and ``to`` are where it starts.

    It is one HTML text without a newline at its end, and depends on no other file or network.
    """
    style = "".join(_part(f"{name}.css") for name in STYLES)
    # One function around everything keeps the scripts' names out of the window.
    scripts = [_part(f"js/{name}.js") for name in SCRIPTS]
    script = "\n".join(['"use strict";(() => {', *scripts, "})();"])
    parts = {
        "policy": _policy(script, style),
        "style": style,
        "script": script,
        "data": _script_json(page_data(catalog, book, on, to)),
    }
    text = _part("template.html")
    for name, part in parts.items():
        # Split at the first mark and not replaced everywhere: the data could hold such a mark.
        before, mark, after = text.partition(f"{{{{{name}}}}}")
        assert mark, f"the template has no place for {name}"
        text = before + part + after
    return text


def _policy(script: str, style: str) -> str:
    """The content security policy: this script, this style, pictures from memory, nothing else."""
    allowed = [
        "default-src 'none'",
        f"script-src {allowed_by_hash(script)}",
        f"style-src {allowed_by_hash(style)}",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(allowed)


def _script_json(record: dict[str, Any]) -> str:
    """JSON that is safe inside a script element.

    A ``<`` could end the element, and JavaScript of old browsers takes U+2028 and U+2029 for line
    ends.
    """
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    for letter in "<\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def page_data(
    catalog: Catalog, book: Rulebook, on: date | None = None, to: str | None = None
) -> dict[str, Any]:
    """Everything that the page knows, as plain values for JSON.

    The keys are read by the scripts of the page (``js/data.js``) and are not a public interface.
    """
    records = RuleRecords(book)
    chips = list(catalog)
    # The rules come before the places, because writing them collects the sets of places.
    rules = records.rules()

    sources: set[str] = set()
    for chip in chips:
        sources.update(sources_of(chip))
    for rule in rules:
        if rule["source"]:
            sources.add(rule["source"])

    # Rules and notices name sets of places, so the table of places is written after both.
    notices = records.notices()
    envelope = envelope_json({}, catalog.data)
    record = {
        "version": chipdb.__version__,
        "chips": [chip_record(chip) for chip in chips],
        "rules": rules,
        "places": records.places(),
        "embargoed": records.embargoed(_vendors(chips)),
        "notices": notices,
        "cautionTexts": {**TEXTS, "barred": BARRED, "may_be_barred": MAY_BE_BARRED},
        "aboutItem": sorted(ABOUT_ITEM),
        "mayBeEstimated": MAY_BE_ESTIMATED,
        "reach": display(REACH),
        "groupsSeen": places().groups["D:5"].seen.isoformat(),
        "begins": book.begins().isoformat(),
        # only those that the page cites; the bibliography has many more
        "sources": source_records(sources),
        "units": METRIC_UNITS,
        "shown": list(NAMES),
        "texts": texts(),
        "estimates": estimates_record(chips),
        "lookup": catalog.name_index(),
        "names": {name: metric_text(name) for name in METRIC_UNITS},
        "turns": TURNS,
        "longest": str(max(format_table().bits.values())),
        "facts": {**FACTS, **OF_THE_DEAL},
        "policies": POLICIES,
        "policyWords": {policy: policy_text(policy) for policy in POLICIES},
        "noPolicy": state_text(PolicyState.NONE),
        "roles": ROLES,
        "scopeText": SCOPE_TEXT,
        "longestVerdict": LONGEST,
        "statusWords": {status: finding_words(Finding(status)) for status in Status},
        # the limits of an answer, in the words of the command line
        "notChecked": list(NOT_CHECKED),
        "starts": {"on": day(on), "to": to},
    }
    # the scripts name the rules of the page by "rules", so their hash needs another name
    return {**envelope, **record, "rulesHash": envelope["rules"]}


def _vendors(chips: list[Chip]) -> Iterator[str]:
    """The vendors of some chips and systems, and of the chips in these systems."""
    for chip in chips:
        parts = [part for part, _ in chip.processors()]
        for item in (chip, *parts):
            if item.vendor:
                yield item.vendor


def _part(name: str) -> str:
    """A file of the page that is part of the package: template, style or script."""
    return files("chipdb.views.explorer").joinpath(name).read_text(encoding="utf-8")

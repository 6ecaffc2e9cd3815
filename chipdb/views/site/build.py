"""Writes the site: pages and JSON files of chips and rules, lists, the explorer.

Each address is made of an id, and ids are never used again, so an address that was cited stays
valid: a site that is built into its own folder again keeps files of entries that are gone.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.answers.arguments import question_of, questions_of
from chipdb.answers.survey import Survey
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.lookup import slug
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.metrics import measure
from chipdb.rules.rulebook import Rulebook
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.question import Question
from chipdb.views import rule_pages
from chipdb.views.chip_text import sources_of_chip
from chipdb.views.citation import Citation, cite
from chipdb.views.escaping import escaped
from chipdb.views.explorer.page import page as explorer_page
from chipdb.views.json.answers import day
from chipdb.views.json.catalog import list_record, rule_record, show_record, source_records
from chipdb.views.json.envelope import envelope_json
from chipdb.views.page_parts import pipe_table
from chipdb.views.safe_text import printable
from chipdb.views.site.chip_page import chip_page, cited_section
from chipdb.views.site.layout import Page, html_of
from chipdb.views.tables import or_blank
from chipdb.whole_files import whole_file

PLACES = ("CN", "AE", "IN", "DE")
"""The destinations that the page of a chip answers for: an arms-embargoed country, two for which
license requirements differ from year to year, and an ally."""

MANIFEST = "site.json"
"""The file that marks a folder as a site that chipdb wrote, with what it was built from."""
UNFINISHED = ".unfinished"
"""The file that marks a folder as a site that is being written, or whose writing broke off."""

_RULES = "rules/"
"""The folder of the rules' files."""
_CHIP_FILE = re.compile(r"chips/([^/]+)\.(?:html|json)")

NEWEST_FIRST = "The newest are listed first, those without a known date of announcement last."

Files = Iterator[tuple[str, str]]
"""Files of the site by address, with their text."""


def questions_on(day: str | date | None) -> list[Question]:
    """The questions that the page of a chip answers: its classification, then its licenses."""
    return [question_of(on=day), *questions_of(on=day, to=PLACES)]


class Site:
    """The files of a site by their address, each made when it is asked for.

    ``questions`` are those of :func:`questions_on`; their first has the day of the answers.
    """

    def __init__(self, catalog: Catalog, book: Rulebook, questions: Sequence[Question]) -> None:
        """Keep what the pages are made from; nothing is computed yet."""
        self._catalog = catalog
        self._book = book
        self._questions = questions
        self._foot = _foot(catalog, questions[0])

    def files(self) -> Files:
        """Every file with its address."""
        rules = [rule.id for rule in self._book]
        # one chip at a time, so that the pages of the whole catalog are never in memory together
        for name in self._catalog.ids:
            entry = self._catalog.find(name)
            yield from _chip_files(entry, self._questions, rules, self._foot, self._catalog)
        yield from self._of_rules.items()
        yield from self._of_the_rest.items()

    def text(self, address: str) -> str | None:
        """The file with an address; None if there is none."""
        match = _CHIP_FILE.fullmatch(address)
        if match is None:
            # the files of rules take seconds, which no other address should wait for
            if address.startswith(_RULES):
                return self._of_rules.get(address)
            return self._of_the_rest.get(address)
        if match[1] not in self._catalog.ids:
            return None
        rules = [rule.id for rule in self._book]
        entry = self._catalog.find(match[1])
        made = _chip_files(entry, self._questions, rules, self._foot, self._catalog)
        return dict(made)[address]

    @functools.cached_property
    def _of_rules(self) -> dict[str, str]:
        """The files of rules, which ask every chip about every rule and take seconds together."""
        return dict(_rule_files(self._catalog, self._book, self._foot))

    @functools.cached_property
    def _of_the_rest(self) -> dict[str, str]:
        """The lists, the explorer and the manifest."""
        catalog = self._catalog
        manifest = _manifest(catalog, self._questions[0])
        return {
            **dict(_vendor_files(catalog, self._foot)),
            "index.html": html_of(_index(catalog), self._foot),
            "explorer.html": f"{explorer_page(catalog, self._book, None, None)}\n",
            MANIFEST: _json(envelope_json(manifest, catalog.data)),
        }


def write_site(folder: Path, files: Files) -> int:
    """Write the files into a folder and return how many there are.

    Raises :class:`~chipdb.errors.UsageError` for a folder that holds something other than a site.
    """
    if folder.exists() and not _is_site(folder):
        raise UsageError(f"-o {folder}: is neither empty nor a site that chipdb wrote")
    count = 0
    # The manifest is written last, so a run that is interrupted leaves this mark for the next.
    unfinished = folder / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    for address, text in files:
        path = folder / address
        # a page that is being served is replaced at once, and is never half written
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as fresh:
            fresh.write_text(text, encoding="utf-8")
        count += 1
    unfinished.unlink()
    return count


def _is_site(folder: Path) -> bool:
    """Whether a folder can be written to: it is empty, or a site was built into it, or begun."""
    if not folder.is_dir():
        return False
    marks = (folder / MANIFEST, folder / UNFINISHED)
    return any(mark.is_file() for mark in marks) or not any(folder.iterdir())


def _chip_files(
    entry: Entry, questions: Sequence[Question], rules: list[str], foot: str, catalog: Catalog
) -> Files:
    """The page and the JSON of a chip."""
    # the day of the answers is another one than that of reading, which is today's
    citation = cite(entry.chip.id)
    page = chip_page(entry, questions, citation, rules, catalog)
    yield f"chips/{entry.chip.id}.html", html_of(page, foot)
    record = show_record(entry)
    record["sources"] = source_records(sources_of_chip(entry.chip))
    record["cite"] = _citation_record(citation)
    yield f"chips/{entry.chip.id}.json", _json(record)


def _citation_record(citation: Citation) -> dict[str, Any]:
    """How to cite the JSON file of an entry, which is named `cite` in it.

    A rule's record has a `citation` of its own, that of the legal document.
    """
    keys = ("vintage", "vintage_exact", "date", "text", "bibtex", "csl_json")
    whole = citation.to_dict()
    return {key: whole[key] for key in keys}


def _rule_files(catalog: Catalog, book: Rulebook, foot: str) -> Files:
    """The page and the JSON of each rule, and the list of rules; they are cited as read today."""
    # all rules are asked first, because the list needs the counts of every page
    survey = Survey(catalog, book)
    surveyed = [survey.of(rule) for rule in book]
    for each in surveyed:
        rule = each.rule
        text = _unmarked(rule_pages.page(each, book))
        citation = cite(rule.id)
        how_to_cite = "\n\n".join(cited_section("Cite this rule", citation))
        page = Page(
            title=rule.title,
            description=rule.cited(),
            markdown=f"{text}\n{how_to_cite}\n\n[This rule as JSON]({rule.id}.json)\n",
            up="../",
            json=f"{rule.id}.json",
        )
        yield f"{_RULES}{rule.id}.html", html_of(page, foot)
        record = rule_record(rule) | {"cite": _citation_record(citation)}
        yield f"{_RULES}{rule.id}.json", _json(envelope_json(record))
    index = Page(
        title="Rules",
        description="Every rule that chipdb reads, with its dates",
        markdown=_unmarked(rule_pages.index(surveyed)),
        up="../",
    )
    yield f"{_RULES}index.html", html_of(index, foot)


def _unmarked(markdown: str) -> str:
    """The text of a page without the comment that says how the documentation was made."""
    return markdown.removeprefix(rule_pages.MADE).lstrip("\n")


def _vendor_files(catalog: Catalog, foot: str) -> Files:
    """The page and the JSON of each vendor with its entries; they are cited as read today."""
    # a vendor has no entry of its own to cite, so its list is cited as a part of the whole
    citation = cite()
    how_to_cite = "\n\n".join(cited_section("Cite this list", citation))
    for vendor, names in _by_vendor(catalog).items():
        entries = [catalog.find(name) for name in names]
        address = slug(vendor)
        page = Page(
            title=vendor,
            description=f"The {len(entries)} entries of {vendor}",
            markdown=(
                f"# {escaped(vendor)}\n\n{NEWEST_FIRST}\n\n{_list(entries, '../')}\n\n"
                f"{how_to_cite}\n\n[This list as JSON]({address}.json)\n"
            ),
            up="../",
            json=f"{address}.json",
        )
        yield f"vendors/{address}.html", html_of(page, foot)
        record = {
            "vendor": vendor,
            "chips": [list_record(entry.chip) for entry in entries],
            "cite": _citation_record(citation),
        }
        yield f"vendors/{address}.json", _json(envelope_json(record, catalog.data))


def _by_vendor(catalog: Catalog) -> dict[str, list[str]]:
    """The ids of the entries of each vendor."""
    vendors: dict[str, list[str]] = {}
    for chip in catalog:
        if chip.vendor:
            vendors.setdefault(chip.vendor, []).append(chip.id)
    return dict(sorted(vendors.items()))


def _index(catalog: Catalog) -> Page:
    """The first page: all entries, searched as one types, and the vendors."""
    vendors = [f"[{escaped(name)}](vendors/{slug(name)}.html)" for name in _by_vendor(catalog)]
    entries = [catalog.find(name) for name in catalog.ids]
    markdown = (
        "# AI chips and export rules\n\n"
        f"{len(entries)} chips, systems and memory stacks, each figure with its source. "
        f"By vendor: {', '.join(vendors)}.\n\n{NEWEST_FIRST}\n\n{_list(entries, '')}\n"
    )
    # the search runs in the page itself, since a site from a folder has no server to ask
    script = (Path(__file__).parent / "search.js").read_text(encoding="utf-8")
    return Page(
        title="AI chips and export rules",
        description="A sourced catalog of AI chips, and the export rules as dated data",
        markdown=markdown,
        script=script,
    )


def _list(entries: list[Entry], up: str) -> str:
    """A table of entries with links to their pages, the newest first."""
    # stable, so that entries of one day, and those without one, stay in the order of the catalog
    dated = [entry for entry in entries if entry.chip.announced]
    undated = [entry for entry in entries if not entry.chip.announced]
    dated.sort(key=lambda entry: entry.chip.announced or date.min, reverse=True)
    rows = []
    for entry in [*dated, *undated]:
        chip = entry.chip
        value = measure(chip, "tpp").value
        tpp = ""
        if value is not None:
            tpp = metric_value_text("tpp", value)
        cells = [
            f"[{escaped(chip.name)}]({up}chips/{chip.id}.html)",
            escaped(chip.vendor or ""),
            str(chip.kind),
            or_blank(day(chip.announced)),
            tpp,
            escaped(", ".join(chip.aliases)),
        ]
        rows.append(cells)
    return pipe_table(("name", "vendor", "kind", "announced", "TPP", "also called"), rows)


def _foot(catalog: Catalog, question: Question) -> str:
    """What every page says of itself: the version, the hashes, and the day of its answers."""
    data = catalog.data or data_files.data_hash()
    state = replace(cite(), data=data, rules=data_files.rules_hash()).state
    return f"chipdb {state}; answers of {question.on}. Data: CC BY 4.0. Not legal advice."


def _manifest(catalog: Catalog, question: Question) -> dict[str, Any]:
    """What the site was built from, with the addresses of its entries."""
    return {
        "version": chipdb.__version__,
        "vintage": cite().vintage,
        "on": question.on.isoformat(),
        "chips": {name: f"chips/{name}.html" for name in catalog.ids},
    }


def _json(record: dict[str, Any]) -> str:
    """A JSON file."""
    return printable(json.dumps(record, ensure_ascii=False, indent=2)) + "\n"

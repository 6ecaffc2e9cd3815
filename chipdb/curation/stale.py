"""``stale``: what was read how long ago and has probably changed since, as a work list.

Nothing here says that a figure or a rule is wrong. Each entry names the document to read again, and
why: the evidence ends before the day, a period begins or ends around it, or a product that was only
announced may have come or gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from chipdb.answers.arguments import File, catalog_of, expect, question_of
from chipdb.catalog.bibliography import Source, bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import Framed, views
from chipdb.rules.periods import has_come
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook, load_rules
from chipdb.vocabulary import StaleKind

DAYS = 90
"""How long a reading counts as fresh: a quarter, in which most of the vendors' tables change."""

LONGEST = 36500
"""The most days that can be asked for: a century, within which every day is a date."""

WAITING = ("announced", "sampling")
"""The stages of a product that is not known to be delivered."""

KINDS = tuple(StaleKind)


@dataclass(frozen=True, kw_only=True)
class Stale(Framed):
    """Something to read again: a rule, a country group, a declaration, a chip or sources.

    ``entry`` is the id of what to look at. ``day`` is the day since which (or, for a period, on
    which) it may have changed; ``count`` how many entries it stands for.
    """

    kind: StaleKind
    entry: str
    day: date
    text: str
    count: int = 1

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb stale --format json``."""
        return dict(views("json.curation").stale_record(self))


def stale(
    *,
    on: str | date | None = None,
    days: int = DAYS,
    catalog: Catalog | File | None = None,
    rulebook: Rulebook | None = None,
) -> list[Stale]:
    """List what has probably changed since it was read: rules first, then chips, then sources.

    ``on`` is the day of the question, today by default. What was read at most ``days`` before it
    counts as fresh, and periods that begin or end in the ``days`` after it are listed.
    Raises :class:`~chipdb.errors.UsageError` for a number of days outside 0 to 36,500.

    >>> import chipdb
    >>> found = chipdb.stale(on="2026-12-01", days=60)
    >>> [entry.kind.value for entry in found if entry.entry == "us-note-1-2025"]
    ['evidence', 'ends']
    """
    expect("days", days, int)
    if not 0 <= days <= LONGEST:
        raise UsageError(f"days must be from 0 to {LONGEST:,}, not {days}")
    asked = question_of(on=on, rulebook=rulebook).on
    known = catalog_of(catalog)
    rules = load_rules() if rulebook is None else rulebook

    found = [
        *_evidence(rules, asked, days),
        *_periods(rules, asked, days),
        *_groups(asked, days),
        *_declarations(known, asked, days),
        *_waiting(known, asked, days),
        *_sources(bibliography().values(), asked, days),
    ]
    # Rules come first, since a change of one may alter the answers about every chip.
    return sorted(found, key=lambda entry: (KINDS.index(entry.kind), entry.day, entry.entry))


def _is_old(day: date, on: date, days: int) -> bool:
    """Whether a day is more than some days before another.

    >>> _is_old(date(2026, 8, 31), date(2026, 11, 30), 90)
    True
    """
    return day < on - timedelta(days=days)


def _is_soon(day: date | None, on: date, days: int) -> bool:
    """Whether a day comes after another, by some days at most; one that is not stated never does.

    >>> _is_soon(date(2026, 12, 31), date(2026, 11, 30), 90), _is_soon(None, date(2026, 11, 30), 90)
    (True, False)
    """
    if day is None:
        return False
    return on < day <= on + timedelta(days=days)


def _name(rule: Rule) -> str:
    """What a rule is called; a user's own rule may have no title."""
    return rule.title or rule.id


def _periods(rules: Iterable[Rule], on: date, days: int) -> Iterator[Stale]:
    """Rules whose period ends or begins soon."""
    for rule in rules:
        ends = rule.dates.ends
        if ends is not None and _is_soon(ends, on, days):
            text = f"{_name(rule)} ends; what follows it may have been changed since"
            yield Stale(kind=StaleKind.ENDS, entry=rule.id, day=ends, text=text)

        # A later day of compliance may be postponed; 89 FR 96790 set such a day.
        begins = rule.dates.compliance or rule.dates.effective
        if begins is not None and _is_soon(begins, on, days):
            text = f"{_name(rule)} begins; the day may have been moved"
            yield Stale(kind=StaleKind.BEGINS, entry=rule.id, day=begins, text=text)


def _evidence(rules: Iterable[Rule], on: date, days: int) -> Iterator[Stale]:
    """Rules that have not ended and whose sources were read long ago."""
    for rule in rules:
        # The evidence on a rule that has ended is complete: no later text changes that period.
        if has_come(rule.dates.ends, on):
            continue
        seen = rule.dates.evidence_to
        if seen is not None and _is_old(seen, on, days):
            text = f"{_name(rule)}: sources were read up to this day only"
            yield Stale(kind=StaleKind.EVIDENCE, entry=rule.id, day=seen, text=text)


def _groups(on: date, days: int) -> Iterator[Stale]:
    """Country groups whose table was read long ago."""
    for key, group in places().groups.items():
        if _is_old(group.seen, on, days):
            text = f"country group {key}: the table of this day was read"
            yield Stale(kind=StaleKind.GROUP, entry=key, day=group.seen, text=text)


def _declarations(chips: Iterable[Chip], on: date, days: int) -> Iterator[Stale]:
    """Export tables of vendors that were read long ago, with how many chips they declare."""
    tables = Counter(_declared_in(chips))
    for (source, day), count in tables.items():
        if not _is_old(day, on, days):
            continue
        text = "vendors change their export tables without notice; compare what they declare"
        yield Stale(kind=StaleKind.DECLARED, entry=source, day=day, text=text, count=count)


def _declared_in(chips: Iterable[Chip]) -> Iterator[tuple[str, date]]:
    """The source of each chip's declaration and the day on which it was read.

    The source is empty where none is named. A declaration without a day cannot be too old.
    """
    for chip in chips:
        if chip.declared is None or chip.declared.as_of is None:
            continue
        yield chip.declared.source or "", date.fromisoformat(chip.declared.as_of)


def _waiting(chips: Iterable[Chip], on: date, days: int) -> Iterator[Stale]:
    """Products not known to be delivered that were announced, or last looked up, long ago."""
    for chip in chips:
        # Without a day of announcement it is not known how long they have been due.
        if chip.stage not in WAITING or chip.announced is None:
            continue
        # What was looked up without result is not due again for as long as a reading is fresh.
        known = max(chip.announced, chip.stage_as_of or chip.announced)
        if _is_old(known, on, days):
            text = f"{chip.name}: {chip.stage}; it may have been delivered, changed or cancelled"
            yield Stale(kind=StaleKind.ANNOUNCED, entry=chip.id, day=known, text=text)


def _sources(sources: Iterable[Source], on: date, days: int) -> Iterator[Stale]:
    """The days on which sources were read, where these are long ago, with how many were."""
    read = Counter(date.fromisoformat(source.read) for source in sources)
    for day, count in read.items():
        if _is_old(day, on, days):
            text = "sources were last read on this day; read those again that decide an answer"
            yield Stale(
                kind=StaleKind.SOURCES, entry="data/sources.yaml", day=day, text=text, count=count
            )

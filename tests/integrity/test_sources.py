"""The bibliography: every source that the data name is there, dated, and used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from . import FILES, mappings, read

SOURCES = read("sources.yaml")
IDS = {entry["id"] for entry in SOURCES}


def named(file: str) -> Iterator[str]:
    """The sources that a file names under ``source``, and under ``sources`` for facts."""
    for entry in mappings(read(file)):
        if "source" in entry:
            yield entry["source"]
        sources = entry.get("sources") or ()
        yield from sources.values() if isinstance(sources, dict) else sources


def notes(file: str) -> Iterator[str]:
    """The remarks of a file, which may point to further sources."""
    return (entry["note"] for entry in mappings(read(file)) if isinstance(entry.get("note"), str))


def days(text: str) -> tuple[date, date]:
    """The first and the last day that a date of a source may mean: a year, a month or a day."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


class TestEntries:
    """A source has a title, publisher, date and date read; 95 % of them have an address."""

    @pytest.mark.parametrize("field", ["id", "title", "publisher", "date", "read", "read_as"])
    def test_every_entry_states(self, field: str) -> None:
        assert [entry for entry in SOURCES if not entry.get(field)] == []

    def test_ids_are_unique_and_lower_case(self) -> None:
        assert [
            key for key, count in Counter(entry["id"] for entry in SOURCES).items() if count > 1
        ] == []
        assert [key for key in IDS if key != key.lower() or " " in key] == []

    def test_at_least_95_percent_have_an_address(self) -> None:
        with_address = [
            entry for entry in SOURCES if entry.get("url", "").startswith(("https://", "http://"))
        ]
        assert len(with_address) / len(SOURCES) >= 0.95

    def test_no_address_is_a_local_one(self) -> None:
        assert [
            entry["id"]
            for entry in SOURCES
            if "localhost" in entry.get("url", "") or " " in entry.get("url", "")
        ] == []

    def test_what_was_read_was_published_before(self) -> None:
        """A date is a year, month or calendar day, and no source was read before it existed."""
        dated = [entry for entry in SOURCES if entry["date"] != "undated"]
        late = [
            entry["id"]
            for entry in dated
            if days(entry["date"])[0] > date.fromisoformat(entry["read"])
        ]
        assert late == []

    def test_every_day_is_of_this_age(self) -> None:
        """A date such as 1022 or 20023 is a slip."""
        dated = [entry for entry in SOURCES if entry["date"] != "undated"]
        assert [
            entry["id"]
            for entry in dated
            if not date(1990, 1, 1) <= days(entry["date"])[1] < date(2031, 1, 1)
        ] == []
        assert [
            entry["id"] for entry in SOURCES if date.fromisoformat(entry["read"]) < date(2026, 1, 1)
        ] == []


class TestUse:
    """The specification: every figure names a source entry; none is left over."""

    @pytest.mark.parametrize("file", FILES)
    def test_every_source_named_exists(self, file: str) -> None:
        used = set(named(file))
        assert used, f"{file} names no source at all"
        assert used - IDS == set()

    def test_no_source_is_unused(self) -> None:
        used = {key for file in FILES for key in named(file)}
        remarks = " ".join(text for file in FILES for text in notes(file))
        assert {key for key in IDS - used if key not in remarks} == set()

    def test_every_claim_names_a_source_and_a_basis(self) -> None:
        bases = {"official", "declared", "teardown", "third-party", "reported", "estimated"}
        claims = [entry for entry in mappings(read("chips.yaml")) if "value" in entry]
        assert len(claims) > 1000
        assert [claim for claim in claims if claim.get("source") not in IDS] == []
        assert [claim for claim in claims if claim.get("basis") not in bases] == []

    def test_a_rejected_claim_says_why(self) -> None:
        rejected = [
            entry["rejected"] for entry in mappings(read("chips.yaml")) if "rejected" in entry
        ]
        assert rejected
        assert [why for why in rejected if len(why.split()) < 2] == []

"""``stale``: issue of the catalog, "Freshness": what was read when, what has probably changed.

The days come from the data files: a rule ends on the day that its ``dates`` state, and a source was
read on the day that ``data/sources.yaml`` states.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from running import has, run

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.curation.stale import Stale, stale
from chipdb.errors import UsageError

DAY = "2026-12-01"
CENTURY = 36500


def of(kind: str, found: list[Stale]) -> dict[str, Stale]:
    """The entries of one kind, by what they name."""
    return {entry.entry: entry for entry in found if entry.kind == kind}


class TestRules:
    """Rules whose evidence is old, and periods that begin or end soon."""

    def test_a_period_that_ends_soon(self) -> None:
        """The presumption of January 2025 ends with 2026-12-30 (90 FR 5298, as extended)."""
        assert of("ends", stale(on=DAY, days=60))["us-note-1-2025"].day == date(2026, 12, 31)

    def test_a_period_that_ends_later(self) -> None:
        assert "us-note-1-2025" not in of("ends", stale(on=DAY, days=29))
        assert "us-note-1-2025" in of("ends", stale(on=DAY, days=30))

    def test_a_period_that_begins_soon(self) -> None:
        assert of("begins", stale(on=DAY, days=60))["us-note-1-2027"].day == date(2027, 1, 1)

    def test_old_evidence(self) -> None:
        seen = chipdb.load_rules()["us-3a090-2023"].dates.evidence_to
        assert seen is not None
        old = seen + timedelta(days=91)
        assert "us-3a090-2023" in of("evidence", stale(on=old))
        assert "us-3a090-2023" not in of("evidence", stale(on=seen + timedelta(days=90)))

    def test_a_rule_that_has_ended_is_complete(self) -> None:
        """The rule of 2022 was replaced on 2023-11-17 (88 FR 73458)."""
        assert "us-3a090-2022" not in of("evidence", stale(on=DAY, days=0))


class TestChips:
    """Products that were only announced, and what vendors declare."""

    def test_announced_long_ago(self, tmp_path: Path) -> None:
        """Without a day of looking up, the day of the announcement counts."""
        path = tmp_path / "chips.yaml"
        path.write_text(
            "- {id: mine, kind: processor, name: Mine, vendor: Me, announced: 2024-03-18,"
            " stage: announced}\n"
        )
        assert of("announced", stale(on=DAY, catalog=path))["mine"].day == date(2024, 3, 18)

    def test_looked_up_long_ago(self) -> None:
        """NVIDIA announced the B100 on 2024-03-18; no delivery was sourced on 2026-11-30."""
        assert of("announced", stale(on="2027-06-01"))["nvidia-b100"].day == date(2026, 11, 30)

    def test_looked_up_without_result(self) -> None:
        """What was looked up is not due again for as long as a reading is fresh."""
        assert "nvidia-b100" not in of("announced", stale(on="2027-02-28", days=90))
        assert "nvidia-b100" in of("announced", stale(on="2027-03-01", days=90))

    def test_delivered(self) -> None:
        assert "nvidia-h100-sxm5-80gb" not in of("announced", stale(on=DAY, days=0))

    def test_an_export_table(self) -> None:
        """NVIDIA's table of 2026-04-27 declares many chips at once."""
        table = of("declared", stale(on=DAY))["nvidia-export-table-2026-04"]
        declared = [
            chip
            for chip in chipdb.load()
            if chip.declared is not None and chip.declared.as_of == "2026-04-27"
        ]
        assert (table.day, table.count) == (date(2026, 4, 27), len(declared))


class TestSources:
    """The days on which sources were read."""

    def test_counts_by_day(self) -> None:
        days = [source.read for source in bibliography().values()]
        later = date.fromisoformat(max(days)) + timedelta(days=91)
        counts = {
            entry.day.isoformat(): entry.count
            for entry in stale(on=later)
            if entry.kind == "sources"
        }
        assert counts == {day: days.count(day) for day in set(days)}

    def test_fresh_sources_are_not_listed(self) -> None:
        newest = max(source.read for source in bibliography().values())
        assert of("sources", stale(on=newest, days=CENTURY)) == {}


class TestCommand:
    """The command, its exit status and its JSON."""

    def test_findings(self) -> None:
        ran = run("stale", "--on", DAY, "--format", "json")
        assert ran.status == 1
        has(ran.json[0], kind=str, entry=str, day=str, count=int, text=str, schema=int)
        assert ran.json == [entry.to_dict() for entry in chipdb.stale(on=DAY)]

    def test_clean(self) -> None:
        """No reading is a century old in 2100, and no period of the data begins after it."""
        ran = run("stale", "--on", "2100-01-01", "--days", str(CENTURY))
        assert (ran.status, ran.err.strip()) == (0, "note: 0 findings")

    @pytest.mark.parametrize("days", [-1, CENTURY + 1, 10**30])
    def test_impossible_days(self, days: int) -> None:
        with pytest.raises(UsageError, match="days must be from 0 to 36,500"):
            chipdb.stale(on=DAY, days=days)
        assert run("stale", "--on", DAY, "--days", str(days)).status == 2

    def test_a_wrong_type(self) -> None:
        with pytest.raises(TypeError, match="days must be"):
            chipdb.stale(on=DAY, days="30")  # type: ignore[arg-type]

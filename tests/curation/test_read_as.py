"""How sources were read: issue of the catalog, "How a source was read".

Each source says original, archived-copy, transcription, summary, press or aggregator; every view
of sources shows it, and a figure that decides a status on weak readings alone is named.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import chipdb
from chipdb.catalog.bibliography import Source, bibliography, nearest_reading, reading_of
from chipdb.vocabulary import ReadAs
from tests.helpers.running import run

DAY = "2026-06-01"
WORDS = ["original", "archived-copy", "transcription", "summary", "press", "aggregator"]


def weak_notes(name: str) -> list[str]:
    """What the answer about a chip says of weak readings."""
    answer = chipdb.check(name, on=DAY)
    return [note for note in answer.warnings if "weak reading" in note]


class TestWords:
    """The six words, the nearest reading first."""

    def test_the_order_is_from_the_document_away(self) -> None:
        assert [str(word) for word in ReadAs] == WORDS

    def test_the_nearest_reading_of_several_sources(self) -> None:
        """The H20's table is a retailer's listing in the press; AWS's page is AWS's own."""
        assert nearest_reading(["tomshardware-h20-2023"]) == ReadAs.PRESS
        assert nearest_reading(["tomshardware-h20-2023", "aws-trainium2-docs"]) == ReadAs.ORIGINAL

    def test_a_users_own_source_has_none(self) -> None:
        assert nearest_reading(["my-own-notes", None]) is None

    def test_compiled_and_written_readings_agree(self) -> None:
        for key, source in bibliography().items():
            assert reading_of(key) is source.read_as


class TestData:
    """The notes of an entry and its reading must not contradict each other."""

    @pytest.mark.parametrize(
        ("words", "never"),
        [
            ("read through a transcription", {"original", "archived-copy"}),
            ("read through transcriptions", {"original", "archived-copy"}),
            ("read through a summary", {"original", "archived-copy", "transcription"}),
            ("read through press accounts", {"original", "archived-copy", "transcription"}),
            ("address is a copy", {"original"}),
        ],
    )
    def test_what_a_note_admits(self, words: str, never: set[str]) -> None:
        stated = [source for source in bibliography().values() if words in (source.note or "")]
        assert stated, f"no note says {words!r} any more"
        assert [source.id for source in stated if source.read_as in never] == []

    def test_an_original_has_an_address(self) -> None:
        def without_address(source: Source) -> bool:
            return source.read_as == ReadAs.ORIGINAL and not source.url

        assert [source.id for source in bibliography().values() if without_address(source)] == []


class TestShown:
    """Wherever sources are listed, the reading stands beside them."""

    def test_show_with_sources(self) -> None:
        shown = run("show", "H20", "--sources").out
        line = next(line for line in shown.splitlines() if "New Nvidia AI GPUs for China" in line)
        for part in ("tomshardware-h20-2023", "Tom's Hardware", "2023-11", "press", "https://"):
            assert part in line

    def test_show_without_sources_lists_no_titles(self) -> None:
        assert "New Nvidia AI GPUs for China" not in run("show", "H20").out

    def test_show_in_json(self) -> None:
        record = run("show", "H20", "--sources", "--format", "json").json
        by_key = {source["source"]: source for source in record["sources"]}
        assert by_key["tomshardware-h20-2023"]["read_as"] == "press"
        claims = record["figures"]["memory.capacity"]["claims"]
        assert [claim["read_as"] for claim in claims if claim["source"] == "tomshardware-h20-2023"]

    def test_sources_in_json(self) -> None:
        records = run("sources", "--on", DAY, "--format", "json").json
        assert {record["read_as"] for record in records} == set(WORDS)

    def test_sources_of_a_chip(self) -> None:
        records = run("sources", "H20", "--on", DAY, "--format", "json").json
        assert all(record["read_as"] in WORDS for record in records)

    def test_dossier(self) -> None:
        record = run("dossier", "H20", "--on", DAY, "--to", "CN", "--format", "json").json
        assert '"read_as": "press"' in str(record).replace("'", '"')


class TestNamed:
    """A figure that decides a status and rests on weak readings alone is named in the answer."""

    def test_the_hanguang_800(self) -> None:
        """The Hanguang 800's rate was read in press notes of a talk; it puts it above 4,800."""
        (note,) = [note for note in weak_notes("Hanguang 800") if note.startswith("TPP")]
        assert note.endswith("weak reading: throughput.int8 (press)")

    def test_a_rate_of_the_vendors_software_is_not_named(self) -> None:
        """NVIDIA's TensorRT-LLM has rates of the H20, 1 % below those that the press copied."""
        assert [note for note in weak_notes("H20") if note.startswith("TPP")] == []

    def test_a_vendors_own_page_is_not_named(self) -> None:
        """AWS's documentation of the Trainium2 was read as an original."""
        assert weak_notes("Trainium2") == []

    def test_what_a_user_states_is_not_named(self, tmp_path: Path) -> None:
        """Nobody read what a user states of an own chip."""
        (tmp_path / "mine.yaml").write_text(
            "- {id: x-y-z, name: Mine, kind: processor, designed_for: [datacenter], "
            "throughput: {fp16: 100 TFLOPS}}"
        )
        (record,) = run("check", "mine.yaml", "--on", DAY, "--format", "json", folder=tmp_path).json
        assert [note for note in record["warnings"] if "weak reading" in note] == []

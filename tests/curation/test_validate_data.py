"""``validate`` without a file: a fault in any file of ``data/`` is found, with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import chipdb
from chipdb import data_files
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.consistency import gates
from chipdb.catalog.formats import format_table
from chipdb.curation.data_checks import check_data
from chipdb.errors import Problem
from chipdb.rules.places import places
from chipdb.rules.rulebook import load_rules

CACHED = (data_files.data_hash, data_files.rules_hash, format_table, places, gates, bibliography)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of ``data/`` that the checks read instead."""
    for warmed in (*CACHED, load_rules):
        warmed()  # so that a fault of the copy stays out of what other tests read
    copy = tmp_path / "data"
    shutil.copytree(data_files.data_folder(), copy)
    monkeypatch.setattr(data_files, "data_folder", lambda: copy)
    return copy


def problems(file: str) -> list[Problem]:
    """The problems of one file."""
    (checked,) = [checked for checked in check_data() if checked.file == f"data/{file}"]
    return list(checked.problems)


FAULTS = [
    ("formats.yaml", "kind: float, app", "kind: flote, app", "flote"),
    ("formats.yaml", "id: fp32, bits", "id: fp64, bits", "duplicate id 'fp64'"),
    ("pcie.yaml", "31.5 GB/s", "31.5 GB", "bandwidth"),
    ("pcie.yaml", 'generation: "2"', 'generation: "1"', "duplicate generation '1'"),
    ("gates.yaml", "of: tf32, to: fp16", "of: tf33, to: fp16", "tf33"),
    ("gates.yaml", "- gate: dates", "- gate: days", "days"),
    ("sources.yaml", "  publisher:", "  publicher:", "publicher"),
    ("places.yaml", "headquarters: US", "headquarters: ZZ", "ZZ"),
    ("places.yaml", "{code: AE, name", "{code: AD, name", "AD"),
    ("places.yaml", "  - {code: AL, name", "  - {cod: AL, name", "cod"),
    ("notices.yaml", "until: 2025-11-10", "until: 2025-01-10", "after"),
    ("notices.yaml", "scope: {any: [{to: [ET]}", "scope: {any: [{to: [ZZ]}", "ZZ"),
    ("budgets.yaml", "at_most: 26900000", "at_least: 26900000", "at_least"),
    ("budgets.yaml", "source: fr-2025-01-15", "source: fr-2025-01-51", "fr-2025-01-51"),
    ("worksheets.yaml", "fill: tpp}", "fill: ttp}", "ttp"),
    ("jurisdictions.yaml", "modeled: [eu-3a501-2025]", "modeled: [eu-3a501]", "eu-3a501"),
    ("jurisdictions.yaml", "sources: [uksi-2025-1197]", "sources: [uksi-2025]", "uksi-2025"),
    ("tables/epoch.yaml", "nvidia-l20\n", "nvidia-l21\n", "nvidia-l21"),
    ("rules/us/3a090.yaml", "metric: tpp, ge", "metric: ttp, ge", "ttp"),
    ("rules/us/3a090.yaml", "question: classification", "question: class", "class"),
    ("rules/us/hbm.yaml", "question: ", "qestion: ", "qestion"),
]


class TestFaults:
    """Each fault is planted alone; the line is that of the fault."""

    @pytest.mark.parametrize(("file", "right", "wrong", "words"), FAULTS)
    def test_is_found_with_its_line(
        self, folder: Path, file: str, right: str, wrong: str, words: str
    ) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert right in text
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        line = text[: text.index(right)].count("\n") + 1
        found = problems(file)
        assert [problem for problem in found if words in problem.message], found
        assert line in {problem.line for problem in found}
        assert {problem.file for problem in found} == {f"data/{file}"}

    @pytest.mark.parametrize("file", ["formats.yaml", "gates.yaml", "places.yaml", "pcie.yaml"])
    def test_a_broken_file_that_others_are_read_with(self, folder: Path, file: str) -> None:
        """Nothing is held in memory, as in a new process: the fault is reported, not raised."""
        for cached in (*CACHED, data_files.compiled):
            cached.cache_clear()
        try:
            (folder / file).write_text("- {id: 1}\n", encoding="utf-8")
            report = chipdb.validate()
        finally:
            for cached in (*CACHED, data_files.compiled):
                cached.cache_clear()
        assert f"data/{file}" in {found.problem.file for found in report.found}

    def test_text_that_is_not_yaml(self, folder: Path) -> None:
        (folder / "budgets.yaml").write_text("- id: a\n  title: [\n", encoding="utf-8")
        (problem,) = problems("budgets.yaml")
        assert problem.file == "data/budgets.yaml"
        assert problem.line

    def test_a_rule_that_stands_in_two_files(self, folder: Path) -> None:
        copy = folder / "rules" / "us" / "zz.yaml"
        copy.write_text((folder / "rules" / "us" / "hbm.yaml").read_text("utf-8"), "utf-8")
        assert "duplicate id" in problems("rules/us/zz.yaml")[0].message

    def test_an_outcome_that_no_rule_gives(self, folder: Path) -> None:
        path = folder / "rules" / "us" / "review-2026.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("outcome: [3A090.a", "outcome: [3A099.a", 1), "utf-8")
        assert "3A099.a" in problems("rules/us/review-2026.yaml")[0].message

    def test_a_changed_vintage(self, folder: Path) -> None:
        path, *_ = sorted((folder / "vintages").iterdir())
        path.write_bytes(path.read_bytes().replace(b"NVIDIA", b"NVIDEA"))
        (problem,) = problems(f"vintages/{path.name}")
        assert problem.line == 1
        path.write_bytes(b"{}\n")
        assert problems(f"vintages/{path.name}")[0].line == 1


PATTERNS = (
    "*.yaml",
    "rules/**/*.yaml",
    "tables/*.yaml",
    "workloads/*.yaml",
    "vintages/*.jsonl",
)
"""The files that `validate` reads."""


class TestWhole:
    """The report of everything, and of single files."""

    def test_a_fault_of_a_chip_has_its_line(self, folder: Path) -> None:
        path = folder / "chips.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("basis: official", "basis: oficial", 1), "utf-8")
        line = text[: text.index("basis: official")].count("\n") + 1
        report = chipdb.validate()
        assert [found.problem.line for found in report.found] == [line]
        assert report.found[0].problem.file == "data/chips.yaml"

    def test_a_chip_of_the_wrong_form_is_named_as_not_compared(self, folder: Path) -> None:
        """Every other gate reads figures, and a chip with an unknown field has none yet."""
        path = folder / "chips.yaml"
        text = path.read_text()
        assert "- id: nvidia-t4\n" in text
        path.write_text(text.replace("- id: nvidia-t4\n", "- id: nvidia-t4\n  foo: 1\n"))
        report = chipdb.validate()
        assert report.unread == ("nvidia-t4",)
        assert report.chips == len(chipdb.load()) - 1

    def test_chips_are_not_read_with_broken_formats(self, folder: Path) -> None:
        path = folder / "formats.yaml"
        path.write_text(path.read_text("utf-8").replace("bits: 64", "bits: many"), "utf-8")
        report = chipdb.validate()
        files = [found.problem.file for found in report.found]
        assert files == ["data/formats.yaml", "data/chips.yaml"]

    def test_the_data_is_clean(self) -> None:
        record = chipdb.validate().to_dict()
        assert record["findings"] == []
        named = {entry["file"] for entry in record["files"]}
        folder = data_files.data_folder()
        expected = {
            f"data/{path.relative_to(folder).as_posix()}"
            for pattern in PATTERNS
            for path in folder.glob(pattern)
        }
        assert named == expected - {"data/chips.yaml"}

    def test_a_file_of_rules(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text(
            "id: mine\nquestion: classification\nprovisions:\n- {id: a, when: {metric: ttp, ge: 1}}\n"
        )
        (found,) = chipdb.validate(path).found
        assert (found.problem.file, found.problem.line) == (str(path), 4)
        path.write_text(path.read_text().replace("ttp", "tpp"))
        assert chipdb.validate(path).found == ()

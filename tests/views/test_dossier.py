"""``chipdb dossier``: the worksheet that a compliance engineer files about a chip."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dossiers import CHINA, DAY, HYPOTHETICAL, by, sheet, sheets, values
from running import only, run, says

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.metrics import Count, readings
from chipdb.metrics.derivation import COUNTED, die_steps, link_steps, rate_steps, way
from chipdb.rules.worksheets import worksheets
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.views.dossier import written
from chipdb.views.dossier.build import dossier

SAMPLE = chipdb.load().ids[::16]


@pytest.fixture(scope="module")
def h20() -> dict[str, Any]:
    return sheet("H20", *CHINA)


class TestH20ToChina:
    """Not controlled by 3A090; a license is required by the letter of April 2025."""

    def test_the_matrix_row(self, h20: dict[str, Any]) -> None:
        row = h20["matrix"]
        assert (row["maker"], row["part_id"]) == ("NVIDIA", "nvidia-h20-96gb")
        assert row["tpp"] == 296 * 8
        assert row["applicable_die_area"] == 814
        assert row["performance_density"] == pytest.approx(296 * 8 / 814)
        assert row["memory_bandwidth"] == 4000
        assert row["aggregate_io_bandwidth"] == 900 + 126
        assert row["datacenter"] is True
        assert (row["parameters_met"], row["declared_eccn"]) == (None, "4A994.l")
        assert (row["license_required"], row["exceptions"], row["review"]) == ("yes", [], None)

    def test_the_result_is_one_sentence_with_day_and_places(self, h20: dict[str, Any]) -> None:
        sentence = h20["result"]["sentence"]
        assert says(sentence, "2026-06-01 H20 United States China license is required")
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0

    def test_every_rule_of_the_check_with_every_provision(self, h20: dict[str, Any]) -> None:
        (answered,) = run("check", "H20", *CHINA, "--format", "json").json
        asked = by(h20["rules_asked"]["asked"], "rule")
        assert list(asked) == [answer["rule"] for answer in answered["answers"]]
        for answer in answered["answers"]:
            told = asked[answer["rule"]]
            assert told["citation"] == answer["citation"]
            assert told["answer"]["status"] == answer["status"]
            trace = [
                (step["provision"], step["condition"], step["holds"], step["values"])
                for step in answer["trace"]
            ]
            provisions = told["provisions"]
            assert [
                (step["provision"], step["condition"], step["holds"], step["figures"])
                for step in provisions
            ] == trace

    def test_rejected_and_lower_claims_are_listed_with_those_that_entered(
        self, h20: dict[str, Any]
    ) -> None:
        claims = [row for row in h20["inputs"]["figures"] if row["figure"] == "memory.capacity"]
        rejected = [row for row in claims if row["use"] == "rejected"]
        assert [(row["value"], row["source"]) for row in rejected] == [
            (80.0, "arthurchiao-gpu-data-sheets")
        ]
        assert rejected[0]["note"].startswith("rejected: ")

    def test_the_derivation_has_rate_bit_length_and_product(self, h20: dict[str, Any]) -> None:
        rates = by(h20["derivation"]["chips"][0]["rates"], "format")
        assert (rates["fp8"]["rate"], rates["fp8"]["bits"], rates["fp8"]["product"]) == (
            296,
            8,
            2368,
        )
        assert [name for name, row in rates.items() if row["use"] == "highest, counted"] == ["bf16"]

    def test_the_letter_is_a_requirement_and_defeats_nac(self, h20: dict[str, Any]) -> None:
        assert [entry["rule"] for entry in h20["license"]["requirements"]] == ["us-letter-2025"]
        assert "not known to be open" in h20["nac_notice"]["status"]

    def test_no_data_sheet_of_another_part_is_offered(self, h20: dict[str, Any]) -> None:
        """NVIDIA's software has the H20's memory bandwidth; what is about the H100 is left out."""
        entry = by(h20["nac_notice"]["facts"], "id")["data-sheet"]["entry"]
        assert entry == ["nvidia-tensorrt-llm-cluster-info"]

    def test_assumptions_and_what_was_not_checked_have_blank_boxes(
        self, h20: dict[str, Any]
    ) -> None:
        points = h20["open_points"]
        assert [row["id"] for row in points["not_checked"]] == list(NOT_CHECKED)
        assert len(points["assumptions"]) == 3
        assert {row["checked"] for row in [*points["not_checked"], *points["assumptions"]]} == {
            None
        }

    def test_reviewer_and_decision_are_blank(self, h20: dict[str, Any]) -> None:
        assert {"reviewer", "date", "decision", "reasons", "counsel"} <= set(h20["sign_off"])
        assert set(h20["sign_off"].values()) == {None}


class TestNotice:
    """15 CFR 740.8(c)(1), as 90 FR 4544 prints it: six points, the last with three below it."""

    def test_a_part_that_may_qualify(self) -> None:
        made = sheet("RTX 4090", *CHINA)
        facts = by(made["nac_notice"]["facts"], "id")
        assert facts["tpp"]["entry"] == pytest.approx(660.6 * 8)
        assert facts["performance-density"]["entry"] == pytest.approx(660.6 * 8 / 608.5)
        assert facts["memory-bandwidth"]["entry"] == 1008
        assert "client" in facts["market"]["entry"]
        assert facts["data-sheet"]["entry"]
        blank = {"approvals", "cluster", "cluster-tpp", "cluster-internal", "cluster-others"}
        assert {name for name, row in facts.items() if row["entry"] is None} == blank
        assert "may qualify for NAC" in made["nac_notice"]["status"]
        (exception,) = made["license"]["exceptions"]
        assert exception["name"] == "NAC"
        assert any("25 calendar days" in text for text in exception["conditions"])
        assert made["license"]["review_conditions"]

    def test_it_says_why_the_review_of_2026_does_not_apply(self) -> None:
        """91 FR 1684: case by case below a TPP of 21,000; the B200 has 36,000."""
        (reason,) = sheet("B200", *CHINA)["license"]["not_eased"]
        assert "91 FR 1684" in reason

    def test_without_a_license_requirement_there_is_no_exception(self) -> None:
        made = sheet("RTX 4090", *DAY, "--to", "DE")
        assert (
            made["matrix"]["license_required"],
            made["matrix"]["exceptions"],
            made["matrix"]["review"],
        ) == ("no", [], None)
        assert "no license requirement was found" in made["nac_notice"]["status"]

    def test_every_point_of_the_paragraph_is_asked(self) -> None:
        lower = ["(c)(1)(vi)(A)", "(c)(1)(vi)(B)(1)", "(c)(1)(vi)(B)(2)"]
        asked = [line.part for line in worksheets()["us-nac-notice"].lines]
        assert (
            list(dict.fromkeys(asked))
            == [f"(c)(1)({point})" for point in ("i", "ii", "iii", "iv", "v", "vi")] + lower
        )

    def test_it_warns_of_a_day_before_the_list(self) -> None:
        notes = sheet("RTX 4090", "--on", "2024-06-01", "--to", "CN")["nac_notice"]["notes"]
        assert any("2025-01-13" in text and "was not read" in text for text in notes)

    def test_without_a_destination_nac_is_not_asked(self) -> None:
        assert "was not asked" in sheet("RTX 4090", *DAY)["nac_notice"]["status"]


class TestOtherChips:
    """Jurisdiction, a missing figure, a changed chip, a system."""

    def test_a_vendor_in_d5_leaves_the_license_undetermined(self) -> None:
        made = sheet("Ascend 910B4", *CHINA)
        assert made["matrix"]["license_required"] == "undetermined"
        assert "undetermined" in made["nac_notice"]["status"]
        assert any("jurisdiction is not established" in text for text in made["core"]["cautions"])
        assert "contested" in made["result"]["sentence"]
        assert made["result"]["contested"] is True
        assert any("cube-only" in text and "3A090.b" in text for text in made["result"]["sides"])
        told = made["derivation"]["chips"][0]["readings"]
        tpps = {row["reading"]: row["value"] for row in told if row["metric"] == "tpp"}
        assert tpps == {"plain": 280 * 16, "cube-only": pytest.approx(245.8 * 16)}

    def test_a_missing_die_area_is_asked_for_with_its_break_evens(self, tmp_path: Path) -> None:
        (tmp_path / "part.yaml").write_text(HYPOTHETICAL)
        made = sheet("part.yaml", *CHINA, folder=tmp_path)
        assert made["matrix"]["applicable_die_area"] is None
        assert made["result"]["classification"] == "undetermined"
        need = next(
            row for row in made["open_points"]["missing"] if row["needed_by"] == "us-3a090-2023"
        )
        assert need["figure"] == "applicable_die_area"
        assert need["break_evens"] == [
            pytest.approx(4799 / 5.92, abs=0.01),
            pytest.approx(4799 / 1.6, abs=0.01),
        ]
        assert need["checked"] is None
        assert re.fullmatch(r"[0-9a-f]{64}", made["question"]["file_sha256"])

    def test_a_derated_chip_is_never_mistaken_for_the_chip_as_sold(self) -> None:
        made = sheet("B200", "--derate", "compute=30%", *CHINA)
        assert made["matrix"]["tpp"] == pytest.approx(36000 * 0.7)
        for text in (made["name"], made["matrix"]["name"], made["result"]["sentence"]):
            assert "compute=30%" in text
        assert made["question"]["changes"] == ["compute=30%"]
        assert made["matrix"]["declared_eccn"] is None
        assert by(made["nac_notice"]["facts"], "id")["data-sheet"]["entry"] is None
        claim = next(row for row in made["inputs"]["figures"] if row["figure"] == "throughput.fp8")
        assert claim["value"] != float(claim["stated"].split()[0].replace(",", ""))
        assert "as sold" in made["inputs"]["changed"]

    def test_a_system_shows_its_chip_and_its_totals(self) -> None:
        made = sheet("GB200-NVL72", *CHINA)
        assert made["matrix"]["tpp"] == 40000
        assert made["matrix"]["total_tpp"] == 72 * 40000
        assert made["matrix"]["parameters_met"] == "4A090.a"
        assert by(made["derivation"]["totals"], "metric")["tpp"]["value"] == 72 * 40000
        assert [chip["chip"] for chip in made["derivation"]["chips"]] == ["nvidia-gb200-gpu"]
        assert by(made["nac_notice"]["facts"], "id")["cluster-tpp"]["entry"] == 72 * 40000

    def test_a_memory_stack_shows_the_density_it_is_judged_by(self) -> None:
        made = sheet("sk-hynix-hbm3e-36gb", *CHINA)
        assert made["matrix"]["parameters_met"] == "3A090.c"
        assert made["matrix"]["memory_bandwidth_density"] == pytest.approx(1230 / 121)
        (step,) = by(made["rules_asked"]["asked"], "question")["classification"]["provisions"]
        assert step["figures"] == {"memory_bandwidth_density": pytest.approx(1230 / 121)}

    def test_a_row_of_a_table_is_pinned_with_its_file_and_its_mapping(self, tmp_path: Path) -> None:
        (tmp_path / "parts.csv").write_text("part,peak\nOne,400\nTwo,100\n")
        (tmp_path / "map.yaml").write_text(
            "name: part\ncolumns: [{column: peak, figure: throughput.fp16, unit: TFLOPS}]\n"
        )
        made = sheets("parts.csv", "--mapping", "map.yaml", *CHINA, folder=tmp_path)
        answered = run(
            "check",
            "parts.csv",
            "--mapping",
            "map.yaml",
            *CHINA,
            "--format",
            "json",
            folder=tmp_path,
        ).json
        assert [part["question"]["row"] for part in made] == [answer["row"] for answer in answered]
        assert [part["matrix"]["tpp"] for part in made] == [400 * 16, 100 * 16]
        sums = {part["question"]["file_sha256"] for part in made}
        assert sums == {sha256((tmp_path / "parts.csv").read_bytes()).hexdigest()}
        assert (
            made[0]["question"]["mapping_sha256"]
            == sha256((tmp_path / "map.yaml").read_bytes()).hexdigest()
        )

    def test_a_row_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "parts.csv").write_text("name,throughput.fp16\nOne,much\nTwo,100 TFLOPS\n")
        ran = run("dossier", "parts.csv", *CHINA, folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert says(only(ran.lines), "parts.csv line was not read")

    def test_a_vintage_is_named_by_its_own_hash(self) -> None:
        (answered,) = run("check", "H20", *DAY, "--vintage", "2026.11", "--format", "json").json
        made = sheet("H20", *DAY, "--vintage", "2026.11")
        assert made["data"] == made["limits"]["data_hash"] == answered["data"]
        assert (
            f"data {answered['data']},"
            in run("dossier", "H20", *DAY, "--vintage", "2026.11").out.splitlines()[2]
        )

    def test_several_chips_are_parts_of_one_document(self) -> None:
        made = sheets("H20", "A100", *CHINA)
        assert [part["chip"] for part in made] == ["nvidia-h20-96gb", "nvidia-a100-sxm4-80gb"]
        text = run("dossier", "H20", "A100", *CHINA).out
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## NVIDIA H20 96GB",
            "## NVIDIA A100 SXM4 80GB",
        ]

    def test_rules_asked_by_name_are_listed_alone_with_a_note(self) -> None:
        made = sheet("H20", *CHINA, "--rule", "us-3a090-2023")
        assert [rule["rule"] for rule in made["rules_asked"]["asked"]] == ["us-3a090-2023"]
        assert made["question"]["asked_rules"] == ["us-3a090-2023"]
        assert any("asked for by name" in text for text in made["rules_asked"]["note"])


class TestSources:
    """Every source that is named is listed with title, publisher, date and address."""

    @pytest.mark.parametrize("chip", [*SAMPLE, "nvidia-gb200-nvl72", "huawei-ascend-910b4"])
    def test_every_source_named_is_listed(self, chip: str) -> None:
        tree = dossier([chipdb.check(chip, on="2026-06-01", to="CN")])
        (made,) = json.loads(written(tree, "json"))
        sections = ("references", "inputs", "rules_asked", "license", "nac_notice")
        lists = [made[key]["sources"] for key in sections]
        listed = {row["key"]: row for rows in lists for row in rows}
        assert {
            value for value in values(made) if isinstance(value, str) and value in bibliography()
        } == set(listed)
        for key, row in listed.items():
            source = bibliography()[key]
            stated = (source.title, source.publisher, source.date, source.url)
            assert (row["title"], row["publisher"], row["date"], row["url"]) == stated
        text = written(tree, "markdown")
        defined = re.findall(r"(?m)^- \*\*(S\d+)\*\*: (\S+)$", text)
        assert [key for _, key in defined] == list(listed)
        assert [mark for mark, _ in defined] == [
            f"S{number}" for number in range(1, len(listed) + 1)
        ]
        for row in listed.values():
            assert (f"<{row['url']}>" if row["url"] else "no public address") in text

    def test_every_mark_is_defined_and_every_source_marked(self) -> None:
        text = run("dossier", "H20", *CHINA).out
        defined = set(re.findall(r"(?m)^- \*\*(S\d+)\*\*", text))
        used = {
            mark
            for line in text.splitlines()
            if not line.startswith("- **S")
            for mark in re.findall(r"(?<![\w-])S\d+\b", line)
        }
        assert used == defined


class TestSteps:
    """The steps shown add up to the metrics that the rules are asked with."""

    @pytest.mark.parametrize(
        "chip", [chip for chip in chipdb.load() if not chip.members], ids=lambda chip: chip.id
    )
    def test_they_add_up(self, chip: chipdb.Chip) -> None:
        for reading in readings(chip):
            count = Count(chip, reading)
            tpp = count.metric("tpp").value
            if way(count, "tpp") == COUNTED and tpp is not None:
                assert sum(step.product or 0 for step in rate_steps(count) if step.counted) == tpp
            area = count.metric("applicable_die_area").value
            if way(count, "applicable_die_area") == COUNTED and area is not None:
                assert sum(step.adds or 0 for step in die_steps(count)) == area
            links = count.metric("aggregate_io_bandwidth").value
            if way(count, "aggregate_io_bandwidth") == COUNTED and links is not None:
                assert sum(step.adds or 0 for step in link_steps(count)) == links


def test_exceptions_that_depend_are_named_in_every_section() -> None:
    """Whether RPL (740.10), GOV (740.11(b)) and TMP (740.9(a)(6)) apply depends on the purpose of
    the export, which is not stated: no section may say that none is open.
    """
    call = ("L40S", "--on", "2026-12-30", "--to", "UAE", "--headquarters", "China")
    sections = sheet(*call)
    names = sections["license"]["unsettled_exceptions"]
    states = {
        entry["name"]: entry["state"]
        for requirement in sections["license"]["requirements"]
        for entry in requirement["exceptions"]
    }
    assert set(names) == {"RPL", "GOV", "TMP"}
    assert {states[name] for name in names} == {"depends"}

    text = run("dossier", *call).out
    words = f"{', '.join(names)} depend on what is not stated"
    # the row of the matrix and the sentence of the result
    assert text.count(f"none known to be open under every requirement; {words}") == 1
    assert f"no exception is known to be open under every requirement; {words}" in text

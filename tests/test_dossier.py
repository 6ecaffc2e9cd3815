"""``chipdb dossier``: what a compliance engineer files, the same to the byte from the same inputs."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from running import only, refused, run, says

import chipdb
from chipdb.answers.dossier import dossier
from chipdb.answers.license import NOT_CHECKED
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.files import read_list
from chipdb.errors import DataError
from chipdb.metrics import Count, readings
from chipdb.metrics.steps import COUNTED, die_steps, link_steps, rate_steps, way
from chipdb.rules.worksheets import Worksheet, worksheets
from chipdb.units import METRIC_UNITS
from chipdb.views.dossier import FORMATS, written
from chipdb.views.tables import width

ROOT = Path(__file__).parent.parent
DAY = ("--on", "2026-06-01")
CHINA = (*DAY, "--to", "CN")
NASTY = "<script>alert(1)</script> | a | b | [x](javascript:alert(1)) ![i](data:x) `c` **b** &lt; <https://evil.example>"
HYPOTHETICAL = """
name: Part under design
designed_for: [datacenter]
marketed_for: [datacenter]
metrics: {tpp: 4799}
"""
HASHES = r"(?:data|rules) ([0-9a-f]{16})"
SAMPLE = chipdb.load().ids[::16]


def sheets(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    """The JSON of a dossier."""
    ran = run("dossier", *arguments, "--format", "json", **options)
    assert ran.status == 0, ran.err
    return list(ran.json)


def sheet(*arguments: str, **options: Any) -> dict[str, Any]:
    """The JSON of a dossier of one chip."""
    (found,) = sheets(*arguments, **options)
    return found


def values(record: Any) -> Iterator[Any]:
    """Every plain value of a record."""
    for inner in record.values() if isinstance(record, dict) else record if isinstance(record, list) else ():
        yield from values(inner)
    if not isinstance(record, dict | list):
        yield record


def by(records: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Records by one of their values."""
    return {record[key]: record for record in records}


@pytest.fixture(scope="module")
def h20() -> dict[str, Any]:
    return sheet("H20", *CHINA)


class TestH20ToChina:
    """Outside 3A090, caught by the letter of April 2025."""

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
            trace = [(step["provision"], step["condition"], step["holds"], step["values"]) for step in answer["trace"]]
            provisions = told["provisions"]
            assert [(step["provision"], step["condition"], step["holds"], step["figures"]) for step in provisions] == trace

    def test_rejected_and_lower_claims_stand_beside_those_that_entered(self, h20: dict[str, Any]) -> None:
        claims = [row for row in h20["inputs"]["figures"] if row["figure"] == "memory.capacity"]
        rejected = [row for row in claims if row["use"] == "rejected"]
        assert [(row["value"], row["source"]) for row in rejected] == [(80.0, "arthurchiao-gpu-data-sheets")]
        assert rejected[0]["note"].startswith("rejected: ")

    def test_the_derivation_has_rate_bit_length_and_product(self, h20: dict[str, Any]) -> None:
        rates = by(h20["derivation"]["chips"][0]["rates"], "format")
        assert (rates["fp8"]["rate"], rates["fp8"]["bits"], rates["fp8"]["product"]) == (296, 8, 2368)
        assert [name for name, row in rates.items() if row["use"] == "highest, counted"] == ["bf16"]

    def test_the_letter_is_a_requirement_and_defeats_nac(self, h20: dict[str, Any]) -> None:
        assert [entry["rule"] for entry in h20["license"]["requirements"]] == ["us-letter-2025"]
        assert "not known to be open" in h20["nac_notice"]["status"]

    def test_no_data_sheet_of_another_part_is_offered(self, h20: dict[str, Any]) -> None:
        assert by(h20["nac_notice"]["facts"], "id")["data-sheet"]["entry"] is None

    def test_assumptions_and_what_was_not_checked_have_blank_boxes(self, h20: dict[str, Any]) -> None:
        points = h20["open_points"]
        assert [row["id"] for row in points["not_checked"]] == list(NOT_CHECKED)
        assert len(points["assumptions"]) == 3
        assert {row["checked"] for row in [*points["not_checked"], *points["assumptions"]]} == {None}

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

    def test_where_no_license_is_required_none_is_eased(self) -> None:
        made = sheet("RTX 4090", *DAY, "--to", "DE")
        assert (made["matrix"]["license_required"], made["matrix"]["exceptions"], made["matrix"]["review"]) == ("no", [], None)
        assert "was not found" in made["nac_notice"]["status"]

    def test_every_point_of_the_paragraph_is_asked(self) -> None:
        lower = ["(c)(1)(vi)(A)", "(c)(1)(vi)(B)(1)", "(c)(1)(vi)(B)(2)"]
        asked = [line.part for line in worksheets()["us-nac-notice"].lines]
        assert list(dict.fromkeys(asked)) == [f"(c)(1)({point})" for point in ("i", "ii", "iii", "iv", "v", "vi")] + lower

    def test_before_the_list_began_it_says_so(self) -> None:
        notes = sheet("RTX 4090", "--on", "2024-06-01", "--to", "CN")["nac_notice"]["notes"]
        assert any("2025-01-13" in text and "was not read" in text for text in notes)

    def test_without_a_destination_nothing_is_said_of_nac(self) -> None:
        assert "was not asked" in sheet("RTX 4090", *DAY)["nac_notice"]["status"]


class TestOtherChips:
    """Jurisdiction, a missing figure, a changed part, a system."""

    def test_a_maker_in_an_embargoed_place_leaves_the_license_open(self) -> None:
        made = sheet("Ascend 910B4", *CHINA)
        assert made["matrix"]["license_required"] == "undetermined"
        assert "undetermined" in made["nac_notice"]["status"]
        assert any("jurisdiction is not established" in text for text in made["license"]["remarks"])
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
        need = next(row for row in made["open_points"]["missing"] if row["needed_by"] == "us-3a090-2023")
        assert need["figure"] == "applicable_die_area"
        assert need["break_evens"] == [pytest.approx(4799 / 5.92, abs=0.01), pytest.approx(4799 / 1.6, abs=0.01)]
        assert need["checked"] is None
        assert re.fullmatch(r"[0-9a-f]{64}", made["question"]["file_sha256"])

    def test_a_derated_part_is_never_taken_for_the_one_sold(self) -> None:
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
        (tmp_path / "map.yaml").write_text("name: part\ncolumns: [{column: peak, figure: throughput.fp16, unit: TFLOPS}]\n")
        made = sheets("parts.csv", "--mapping", "map.yaml", *CHINA, folder=tmp_path)
        answered = run("check", "parts.csv", "--mapping", "map.yaml", *CHINA, "--format", "json", folder=tmp_path).json
        assert [part["question"]["row"] for part in made] == [answer["row"] for answer in answered]
        assert [part["matrix"]["tpp"] for part in made] == [400 * 16, 100 * 16]
        sums = {part["question"]["file_sha256"] for part in made}
        assert sums == {sha256((tmp_path / "parts.csv").read_bytes()).hexdigest()}
        assert made[0]["question"]["mapping_sha256"] == sha256((tmp_path / "map.yaml").read_bytes()).hexdigest()

    def test_a_row_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "parts.csv").write_text("name,throughput.fp16\nOne,much\nTwo,100 TFLOPS\n")
        ran = run("dossier", "parts.csv", *CHINA, folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert says(only(ran.lines), "parts.csv row was not read")

    def test_a_vintage_is_named_by_its_own_hash(self) -> None:
        (answered,) = run("check", "H20", *DAY, "--vintage", "2026.11", "--format", "json").json
        made = sheet("H20", *DAY, "--vintage", "2026.11")
        assert made["data"] == made["limits"]["data_hash"] == answered["data"]
        assert f"data {answered['data']}," in run("dossier", "H20", *DAY, "--vintage", "2026.11").out.splitlines()[2]

    def test_several_chips_are_parts_of_one_document(self) -> None:
        made = sheets("H20", "A100", *CHINA)
        assert [part["chip"] for part in made] == ["nvidia-h20-96gb", "nvidia-a100-sxm4-80gb"]
        text = run("dossier", "H20", "A100", *CHINA).out
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## NVIDIA H20 96GB",
            "## NVIDIA A100 SXM4 80GB",
        ]

    def test_rules_asked_by_name_stand_alone_and_it_says_so(self) -> None:
        made = sheet("H20", *CHINA, "--rule", "us-3a090-2023")
        assert [rule["rule"] for rule in made["rules_asked"]["asked"]] == ["us-3a090-2023"]
        assert made["question"]["asked_rules"] == ["us-3a090-2023"]
        assert any("asked for by name" in text for text in made["rules_asked"]["note"])


class TestSources:
    """Whatever source is named stands in a list with title, publisher, date and address."""

    @pytest.mark.parametrize("chip", [*SAMPLE, "nvidia-gb200-nvl72", "huawei-ascend-910b4"])
    def test_every_source_named_is_listed(self, chip: str) -> None:
        tree = dossier([chipdb.check(chip, on="2026-06-01", to="CN")])
        (made,) = json.loads(written(tree, "json"))
        lists = [made[key]["sources"] for key in ("inputs", "rules_asked", "license", "nac_notice")]
        listed = {row["key"]: row for rows in lists for row in rows}
        assert {value for value in values(made) if isinstance(value, str) and value in bibliography()} == set(listed)
        for key, row in listed.items():
            source = bibliography()[key]
            stated = (source.title, source.publisher, source.date, source.url)
            assert (row["title"], row["publisher"], row["date"], row["url"]) == stated
        text = written(tree, "markdown")
        defined = re.findall(r"(?m)^- \*\*(S\d+)\*\*: (\S+)$", text)
        assert [key for _, key in defined] == list(listed)
        assert [mark for mark, _ in defined] == [f"S{number}" for number in range(1, len(listed) + 1)]
        for row in listed.values():
            assert (f"<{row['url']}>" if row["url"] else "no public address") in text

    def test_every_mark_is_defined_and_every_source_marked(self) -> None:
        text = run("dossier", "H20", *CHINA).out
        defined = set(re.findall(r"(?m)^- \*\*(S\d+)\*\*", text))
        used = {
            mark for line in text.splitlines() if not line.startswith("- **S") for mark in re.findall(r"(?<![\w-])S\d+\b", line)
        }
        assert used == defined


class TestSteps:
    """The steps shown add up to the metrics that the rules are asked with."""

    @pytest.mark.parametrize("chip", [chip for chip in chipdb.load() if not chip.members], ids=lambda chip: chip.id)
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


def written_in(folder: Path, *arguments: str, root: Path = ROOT, **environment: str) -> bytes:
    """The bytes that a process of its own writes in a folder."""
    folder.mkdir(exist_ok=True)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    call = [sys.executable, "-m", "chipdb", "dossier", *arguments]
    ran = subprocess.run(call, cwd=folder, env=env, check=False, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


class TestReproducible:
    """The same inputs give the same bytes, wherever, whenever and whoever asks."""

    @pytest.mark.parametrize("style", FORMATS)
    def test_in_another_folder_and_environment(self, style: str, tmp_path: Path) -> None:
        for folder, name in ((tmp_path / "a", "part.yaml"), (tmp_path / "b", "other-name.yaml")):
            folder.mkdir()
            (folder / name).write_text(HYPOTHETICAL)
        asked = ("H20", "GB200-NVL72", "Ascend 910B4", *CHINA, "--format", style)
        one = written_in(tmp_path / "a", "./part.yaml", *asked, TZ="UTC", PYTHONHASHSEED="1", LANG="C", HOME="/")
        other = written_in(
            tmp_path / "b",
            str(tmp_path / "b" / "other-name.yaml"),
            *asked,
            TZ="Pacific/Kiritimati",
            PYTHONHASHSEED="4242",
            LANG="de_DE.UTF-8",
            HOME=str(tmp_path),
            USER="somebody",
        )
        assert one == other
        for secret in (str(tmp_path), str(ROOT), socket.gethostname(), "part.yaml", "somebody"):
            assert secret.encode() not in one
        assert not re.search(rb"\b\d\d:\d\d(:\d\d)?\b", re.sub(rb"https?://\S+", b"", one))

    def test_the_user_is_not_named(self) -> None:
        text = run("dossier", "H20", *CHINA).out
        assert not re.search(rf"\b{re.escape(getpass.getuser())}\b", text)

    def test_the_day_is_today_where_none_is_given(self) -> None:
        from datetime import date

        before = date.today().isoformat()
        assert sheet("H20")["on"] in (before, date.today().isoformat())

    def test_standard_input_is_pinned_like_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "part.yaml").write_text(HYPOTHETICAL)
        assert run("dossier", "-", *CHINA, stdin=HYPOTHETICAL).out == run("dossier", "part.yaml", *CHINA, folder=tmp_path).out
        changed = sheet("-", *CHINA, stdin=HYPOTHETICAL + "# a remark\n")
        assert changed["question"]["file_sha256"] != sheet("-", *CHINA, stdin=HYPOTHETICAL)["question"]["file_sha256"]

    def test_a_file_of_rules_and_one_of_chips_are_pinned(self, tmp_path: Path) -> None:
        rule = "- {id: own, question: license, provisions: [{id: one, when: {metric: tpp, ge: %s}}]}\n"
        (tmp_path / "chips.yaml").write_text("id: mine\nname: Mine\nmetrics: {tpp: 10}\n")
        hashes = []
        for limit in ("1000", "3000"):
            (tmp_path / "rules.yaml").write_text(rule % limit)
            made = sheet("mine", *CHINA, "--rules", "rules.yaml", "--catalog", "chips.yaml", folder=tmp_path)
            hashes.append((made["question"]["rules_sha256"], made["question"]["catalog_sha256"]))
        assert hashes[0][0] != hashes[1][0]
        assert hashes[0][1] == hashes[1][1]

    def test_hashes_follow_the_data_and_the_rules(self, tmp_path: Path) -> None:
        root = tmp_path / "copy"
        for name in ("chipdb", "data"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "vintages"))
        call = ("H20", *DAY)
        before = written_in(tmp_path / "in", *call, root=root).decode().splitlines()[2]
        data, rules = re.findall(HASHES, before)
        worksheet = root / "data" / "worksheets.yaml"
        worksheet.write_text(worksheet.read_text() + "# a remark\n")
        after = written_in(tmp_path / "in", *call, root=root).decode().splitlines()[2]
        assert re.findall(HASHES, after)[0] == data
        assert re.findall(HASHES, after)[1] != rules
        chips = root / "data" / "chips.yaml"
        chips.write_text(chips.read_text() + "# a remark\n")
        last = written_in(tmp_path / "in", *call, root=root).decode().splitlines()[2]
        assert re.findall(HASHES, last)[0] != data
        assert re.findall(HASHES, last)[1] == re.findall(HASHES, after)[1]


class Page(HTMLParser):
    """What a browser would see of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def nasty(tmp_path: Path) -> Path:
    """A user's chip whose every text is hostile."""
    path = tmp_path / "nasty.yaml"
    record = {
        "name": NASTY,
        "vendor": "# heading\n- list",
        "aliases": [NASTY + " alias"],
        "designed_for": ["datacenter"],
        "marketed_for": ["datacenter"],
        "throughput": {
            "fp16": {"value": "400 TFLOPS", "source": "javascript:alert(2)", "note": NASTY},
            "bf16": {"value": "300 TFLOPS", "source": 'https://evil.example/"><script>alert(3)</script>'},
            "fp8": {"value": "300 TFLOPS", "source": "https://own.example/sheet"},
        },
    }
    path.write_text(json.dumps(record))
    return path


class TestEscaping:
    """Names and notes are text, whatever they hold."""

    def test_html_has_no_tag_or_address_of_the_data(self, tmp_path: Path) -> None:
        page = Page(run("dossier", str(nasty(tmp_path)), "H20", *CHINA, "--format", "html").out)
        assert not page.tags & {"script", "img", "iframe", "object", "link", "form", "b", "i"}
        assert page.addresses
        assert all(address.startswith(("https://", "http://")) for address in page.addresses)
        assert not any(name.startswith("on") for name in page.attributes)
        assert NASTY in "".join(page.text)

    def test_markdown_shows_the_name_as_it_is(self, tmp_path: Path) -> None:
        text = run("dossier", str(nasty(tmp_path)), "H20", *CHINA).out
        page = Page(MarkdownIt("commonmark").enable("table").render(text))
        assert not page.tags & {"script", "img", "code"}
        assert all(address.startswith(("https://", "http://")) for address in page.addresses)
        assert not [address for address in page.addresses if address.startswith("https://evil.example")]
        assert "https://own.example/sheet" in page.addresses
        assert NASTY in "".join(page.text)
        headings = re.findall(r"(?m)^# .*$", text)
        assert headings == ["# Export control worksheet of 2026-06-01"]

    def test_no_pipe_of_the_data_makes_a_cell(self, tmp_path: Path) -> None:
        text = run("dossier", str(nasty(tmp_path)), *CHINA).out
        for table in tables(text):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
            assert len(counts) == 1, table

    @pytest.mark.parametrize("style", FORMATS)
    def test_it_is_all_there_in_every_format(self, style: str, tmp_path: Path) -> None:
        out = run("dossier", str(nasty(tmp_path)), *CHINA, "--format", style).out
        assert "alert(1)" in out
        assert out.endswith("\n")


def tables(text: str) -> list[list[str]]:
    """The pipe tables of a Markdown text."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


class TestPlainReading:
    """Markdown is read as it is: columns line up."""

    @pytest.mark.parametrize("chip", ["H20", "Ascend 910B", "GB200-NVL72", "RTX 4090"])
    def test_columns_line_up_up_to_the_first_long_cell(self, chip: str) -> None:
        found = tables(run("dossier", chip, *CHINA).out)
        assert len(found) > 8
        for table in found:
            rule = table[1]
            for line in table:
                cells = re.split(r"(?<!\\)\|", line)[1:-1]
                for cell, under in zip(cells, rule.split("|")[1:-1], strict=True):
                    if width(cell) > width(under):
                        assert width(cell.strip()) > 60, line
                        break
                    assert width(cell) == width(under), line

    def test_no_line_ends_in_a_space(self) -> None:
        assert [line for line in run("dossier", "H20", *CHINA).out.splitlines() if line != line.rstrip()] == []


class TestCall:
    """Formats, files, status."""

    @pytest.mark.parametrize(("ending", "start"), [("md", "# Export"), ("html", "<!DOCTYPE html>"), ("json", "[\n  {")])
    def test_the_ending_names_the_format(self, ending: str, start: str, tmp_path: Path) -> None:
        ran = run("dossier", "H20", *CHINA, "-o", f"sheet.{ending}", folder=tmp_path)
        assert (ran.status, ran.out) == (0, "")
        assert (tmp_path / f"sheet.{ending}").read_text("utf-8").startswith(start)
        assert [path.name for path in tmp_path.iterdir()] == [f"sheet.{ending}"]

    def test_a_named_format_wins(self, tmp_path: Path) -> None:
        run("dossier", "H20", *CHINA, "--format", "html", "-o", "sheet.txt", folder=tmp_path)
        assert (tmp_path / "sheet.txt").read_text("utf-8").startswith("<!DOCTYPE html>")

    @pytest.mark.parametrize("chip", ["H100", "Ascend 910B4", "RTX 3090"])
    def test_the_answer_never_sets_the_status(self, chip: str) -> None:
        assert run("dossier", chip, *CHINA).status == 0

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("H20", "--format", "table"), "table markdown, html, json"),
            (("H20", "--format", "pdf"), "pdf markdown, html, json"),
            (("H2O",), "H2O H20"),
            ((), "dossier of what?"),
            (("H20", "--on", "2026-13-01"), "2026-13-01 YYYY-MM-DD"),
            (("H20", "--to", "Atlantis"), "Atlantis"),
            (("H20", "--rules", "none.yaml"), "none.yaml"),
            (("none.yaml",), "none.yaml"),
        ],
    )
    def test_a_wrong_call_is_refused_in_one_line(self, arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
        named = arguments if "--format" in arguments else (*arguments, "--format", "json")
        assert says(only(refused(tmp_path, "dossier", *named)), words)

    def test_an_ending_that_names_no_format_is_refused(self, tmp_path: Path) -> None:
        ran = run("dossier", "H20", *CHINA, "-o", "sheet.txt", folder=tmp_path)
        assert ran.status == 2
        assert says(only(ran.lines), "sheet.txt .md .html .json --format")
        assert list(tmp_path.iterdir()) == []

    def test_a_pipe_cannot_be_pinned(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "rules.yaml")
        ran = run("dossier", "H20", *CHINA, "--rules", "rules.yaml", folder=tmp_path)
        assert ran.status == 2
        assert says(only(ran.lines), "rules.yaml plain file")


class TestWorksheets:
    """``data/worksheets.yaml``: the lists are data, with their citation."""

    def test_the_points_not_checked_are_those_of_every_answer(self) -> None:
        assert [line.id for line in worksheets()["not-checked"].lines] == list(NOT_CHECKED)

    def test_what_is_filled_in_is_a_metric_or_known_by_name(self) -> None:
        filled = {line.fill for entry in worksheets().values() for line in entry.lines if line.fill}
        assert filled - set(METRIC_UNITS) == {"market", "documents", "total_tpp"}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("- {id: a, title: A, lines: [{id: x, text: one}, {id: x, text: two}]}", "'x' stands twice"),
            ("- {id: a, title: A, lines: [{id: x, text: one, fill: price}]}", "price tpp"),
            ("- {id: a, title: A, lines: []}", "lines"),
            ("- {id: a, title: A, line: []}", "line no such field lines"),
        ],
    )
    def test_a_wrong_line_is_refused(self, text: str, words: str, tmp_path: Path) -> None:
        path = tmp_path / "worksheets.yaml"
        path.write_text(text)
        with pytest.raises(DataError) as caught:
            read_list(path, Worksheet)
        assert says(str(caught.value), words)

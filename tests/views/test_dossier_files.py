"""``dossier`` as a file: the same bytes from the same inputs; the lists it reads from data."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from dossiers import CHINA, DAY, HYPOTHETICAL, ROOT, sheet
from running import only, refused, run, says

from chipdb.catalog.yaml_lists import read_list
from chipdb.errors import DataError
from chipdb.rules.worksheets import Worksheet, worksheets
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.units import METRIC_UNITS
from chipdb.views.dossier import FORMATS

HASHES = r"(?:data|rules) ([0-9a-f]{16})"


def written_in(folder: Path, *arguments: str, root: Path = ROOT, **environment: str) -> bytes:
    """What a separate process prints when it runs in a folder."""
    folder.mkdir(exist_ok=True)
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        **environment,
    }
    call = [sys.executable, "-m", "chipdb", "dossier", *arguments]
    ran = subprocess.run(call, cwd=folder, env=env, check=False, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


class TestReproducible:
    """The same inputs give the same bytes, wherever, whenever and for whomever it runs."""

    @pytest.mark.parametrize("style", FORMATS)
    def test_in_another_folder_and_environment(self, style: str, tmp_path: Path) -> None:
        for folder, name in ((tmp_path / "a", "part.yaml"), (tmp_path / "b", "other-name.yaml")):
            folder.mkdir()
            (folder / name).write_text(HYPOTHETICAL)
        asked = ("H20", "GB200-NVL72", "Ascend 910B4", *CHINA, "--format", style)
        one = written_in(
            tmp_path / "a", "./part.yaml", *asked, TZ="UTC", PYTHONHASHSEED="1", LANG="C", HOME="/"
        )
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
        assert (
            run("dossier", "-", *CHINA, stdin=HYPOTHETICAL).out
            == run("dossier", "part.yaml", *CHINA, folder=tmp_path).out
        )
        changed = sheet("-", *CHINA, stdin=HYPOTHETICAL + "# a remark\n")
        assert (
            changed["question"]["file_sha256"]
            != sheet("-", *CHINA, stdin=HYPOTHETICAL)["question"]["file_sha256"]
        )

    def test_a_file_of_rules_and_one_of_chips_are_pinned(self, tmp_path: Path) -> None:
        rule = (
            "- {id: own, question: license, provisions: [{id: one, when: {metric: tpp, ge: %s}}]}\n"
        )
        (tmp_path / "chips.yaml").write_text("id: mine\nname: Mine\nmetrics: {tpp: 10}\n")
        hashes = []
        for limit in ("1000", "3000"):
            (tmp_path / "rules.yaml").write_text(rule % limit)
            made = sheet(
                "mine", *CHINA, "--rules", "rules.yaml", "--catalog", "chips.yaml", folder=tmp_path
            )
            hashes.append((made["question"]["rules_sha256"], made["question"]["catalog_sha256"]))
        assert hashes[0][0] != hashes[1][0]
        assert hashes[0][1] == hashes[1][1]

    def test_hashes_follow_the_data_and_the_rules(self, tmp_path: Path) -> None:
        root = tmp_path / "copy"
        for name in ("chipdb", "data"):
            shutil.copytree(
                ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "vintages")
            )
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


class TestCall:
    """Formats, files, status."""

    @pytest.mark.parametrize(
        ("ending", "start"), [("md", "# Export"), ("html", "<!DOCTYPE html>"), ("json", "[\n  {")]
    )
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
            ((), "missing CHIP"),
            (("H20", "--on", "2026-13-01"), "2026-13-01 --on date"),
            (("H20", "--to", "Atlantis"), "Atlantis"),
            (("H20", "--rules", "none.yaml"), "none.yaml"),
            (("none.yaml",), "none.yaml"),
        ],
    )
    def test_a_wrong_call_is_refused_in_one_line(
        self, arguments: tuple[str, ...], words: str, tmp_path: Path
    ) -> None:
        named = arguments if "--format" in arguments else (*arguments, "--format", "json")
        assert says(only(refused(tmp_path, "dossier", *named)), words)

    def test_an_ending_that_names_no_format_is_refused(self, tmp_path: Path) -> None:
        ran = run("dossier", "H20", *CHINA, "-o", "sheet.txt", folder=tmp_path)
        assert ran.status == 2
        assert says(only(ran.lines), "sheet.txt .md .html .json format")
        assert list(tmp_path.iterdir()) == []

    def test_a_pipe_cannot_be_pinned(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "rules.yaml")
        ran = run("dossier", "H20", *CHINA, "--rules", "rules.yaml", folder=tmp_path)
        assert ran.status == 2
        assert says(only(ran.lines), "rules.yaml plain file")


class TestWorksheets:
    """``data/worksheets.yaml``: the lists are data, with their citations."""

    def test_the_points_not_checked_are_those_of_every_answer(self) -> None:
        assert [line.id for line in worksheets()["not-checked"].lines] == list(NOT_CHECKED)

    def test_what_is_filled_in_is_a_metric_or_known_by_name(self) -> None:
        filled = {line.fill for entry in worksheets().values() for line in entry.lines if line.fill}
        assert filled - set(METRIC_UNITS) == {"market", "documents", "total_tpp"}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                "- {id: a, title: A, lines: [{id: x, text: one}, {id: x, text: two}]}",
                "'x' appears twice",
            ),
            ("- {id: a, title: A, lines: [{id: x, text: one, fill: price}]}", "price tpp"),
            ("- {id: a, title: A, lines: []}", "lines"),
            ("- {id: a, title: A, line: []}", "line unknown field lines"),
        ],
    )
    def test_a_wrong_line_is_refused(self, text: str, words: str, tmp_path: Path) -> None:
        path = tmp_path / "worksheets.yaml"
        path.write_text(text)
        with pytest.raises(DataError) as caught:
            read_list(path, Worksheet)
        assert says(str(caught.value), words)

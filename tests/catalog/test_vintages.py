"""Dated vintages: the catalog as released, proven by its hash, which answers carry."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from running import only, refused, run

import chipdb
from chipdb import data_files
from chipdb.catalog import compilation, vintages
from chipdb.errors import DataError, UnknownNameError, UsageError

NAME = vintages.vintage_names()[-1]
DAY = "2026-11-01"


def test_there_is_one() -> None:
    assert "2026.11" in vintages.vintage_names()


@pytest.mark.parametrize("name", vintages.vintage_names())
def test_its_content_is_what_its_hash_says(name: str) -> None:
    assert vintages.open_vintage(name).header["vintage"] == name


def test_its_chips_are_whole() -> None:
    dated = chipdb.load(NAME)
    assert len(dated) > 450
    assert dated["A100"].throughput["fp16"].value == 312


@pytest.mark.parametrize("name", ["A100", "GB200 NVL72"])
def test_answers_carry_its_hash(name: str) -> None:
    dated = chipdb.load(NAME)
    answer = chipdb.check(dated[name], on=DAY).to_dict()
    assert answer["data"] == dated.data == vintages.open_vintage(NAME).header["hash"]
    assert chipdb.check(dated[name].derate(compute="30%"), on=DAY).to_dict()["data"] == dated.data


def test_the_present_catalog_carries_its_own() -> None:
    assert chipdb.check("A100", on=DAY).to_dict()["data"] == data_files.data_hash()


COMMANDS = [
    ["show", "a100"],
    ["check", "a100", "--on", DAY],
    ["headroom", "a100", "--on", DAY],
    ["compare", "a100", "h100"],
    ["list", "--vendor", "Hygon"],
    ["conflicts", "a100-sxm4-40gb", "--on", DAY],
    ["sources", "h20", "--on", DAY],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_on_the_command_line(command: list[str]) -> None:
    """Also where the present data are others: the hash is the vintage's."""
    with patch.object(data_files, "data_hash", lambda: "0" * 16):
        ran = run(*command, "--vintage", NAME, "--format", "json")
    record = ran.json if isinstance(ran.json, dict) else ran.json[0]
    assert record["data"] == chipdb.load(NAME).data


def test_exported(tmp_path: Path) -> None:
    with patch.object(data_files, "data_hash", lambda: "0" * 16):
        assert run("export", "-o", "all.json", "--vintage", NAME, folder=tmp_path).status == 0
    assert json.loads((tmp_path / "all.json").read_text())["data"] == chipdb.load(NAME).data


def test_a_users_chip_on_a_vintage(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: a100\nname: Mine\n")
    ran = run(
        "check", "mine.yaml", "--vintage", NAME, "--on", DAY, "--format", "json", folder=tmp_path
    )
    assert ran.json[0]["data"] == chipdb.load(NAME).data


class TestRefused:
    """No vintage of that name, one that was changed, one that is there already."""

    def test_unknown(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownNameError, match=r"2026\.11"):
            chipdb.load("2019.01")
        assert "2019.01" in only(refused(tmp_path, "show", "a100", "--vintage", "2019.01"))

    @pytest.mark.parametrize("name", ["../2026.11", "", "2026.11.jsonl"])
    def test_no_path_is_a_name(self, name: str) -> None:
        with pytest.raises(UnknownNameError):
            vintages.open_vintage(name)

    def test_changed(self, tmp_path: Path) -> None:
        folder = tmp_path / "vintages"
        folder.mkdir()
        text = (data_files.data_folder() / "vintages" / f"{NAME}.jsonl").read_text(encoding="utf-8")
        (folder / f"{NAME}.jsonl").write_text(
            text.replace('"312 TFLOPS"', '"313 TFLOPS"'), encoding="utf-8"
        )
        with (
            patch.object(data_files, "data_folder", lambda: tmp_path),
            pytest.raises(DataError, match="hash"),
        ):
            vintages.open_vintage(NAME)

    def test_freezing_twice(self) -> None:
        with pytest.raises(UsageError, match="never changes"):
            compilation.freeze(NAME)


def test_freezing_writes_what_load_reads(tmp_path: Path) -> None:
    """A copy of the data frozen under a new name reads back the same, record for record."""
    (tmp_path / "vintages").mkdir()
    gates = data_files.data_folder() / "gates.yaml"
    for path in [*data_files.catalog_files(), gates]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with patch.object(data_files, "data_folder", lambda: tmp_path):
        compilation.freeze("2030.01")
        lines = vintages.open_vintage("2030.01")
    live = chipdb.load()
    assert lines.header["ids"] == live.ids
    some = "nvidia-a100-sxm4-80gb"
    assert json.dumps(lines.record(some), sort_keys=True) == json.dumps(
        live.record(some), sort_keys=True
    )

"""A system may consist of systems, but of no more than can be worked out (specification: Data)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import chipdb
from chipdb.errors import DataError

CHIP = {"id": "chip", "metrics": {"tpp": 100}}


def system(name: str, *members: str) -> dict[str, Any]:
    """The entry of a system with one of each member."""
    return {"id": name, "members": [{"chip": member, "count": 1} for member in members]}


def refusal(tmp_path: Path, *entries: dict[str, Any]) -> list[str]:
    """What is wrong with the entries of a file, by the command's and by the validating reader."""
    text = json.dumps(entries)
    (tmp_path / "own.json").write_text(text)
    with pytest.raises(DataError) as error:
        chipdb.load().adopt(text.encode(), "own.json")
    said = [problem.message for problem in error.value.problems]
    report = chipdb.validate(tmp_path / "own.json")
    assert [found.problem.message for found in report.found if found.gate == "form"] == said
    return said


@pytest.mark.parametrize(
    "entries",
    [
        [system("nvidia-h20-96gb", "H20")],
        [{"name": "NVIDIA H20 96GB", **system("nvidia-h20-96gb", "h20 96gb")}],
        [{"name": "nvidia-h20-96gb", "members": [{"chip": "H20", "count": 2}]}],
        [system("loop", "loop")],
    ],
    ids=["alias", "name", "id-from-the-name", "id"],
)
def test_a_system_that_contains_itself(tmp_path: Path, entries: list[dict[str, Any]]) -> None:
    assert refusal(tmp_path, *entries) == [
        "a system cannot contain itself, directly or through its members"
    ]


def test_two_systems_that_contain_each_other_by_aliases(tmp_path: Path) -> None:
    said = refusal(
        tmp_path, system("nvidia-h20-96gb", "DGX H100"), system("nvidia-dgx-h100", "H20"), CHIP
    )
    assert len(said) == 2


def test_an_override_of_a_member_of_a_catalog_system_is_no_circle() -> None:
    """The catalog's DGX H100 keeps the catalog's H100: a file's chip of that id is another."""
    entries = [system("nvidia-h100-sxm-80gb", "DGX H100")]
    chips = chipdb.load().adopt(json.dumps(entries).encode(), "own.json")
    assert [chip.id for chip in chips] == ["nvidia-h100-sxm-80gb"]


def test_systems_in_systems(tmp_path: Path) -> None:
    """Eight levels are read; each further one is refused with its number."""
    levels = [system(f"level-{i}", f"level-{i - 1}") for i in range(2, 10)]
    entries = [system("level-1", "chip"), *levels, CHIP]
    assert refusal(tmp_path, *entries) == ["systems are nested 9 levels deep; the limit is 8"]
    assert len(chipdb.load().adopt(json.dumps([*entries[:8], CHIP]).encode(), "own.json")) == 9


def test_members_multiply(tmp_path: Path) -> None:
    """17 x 16 members are more than the 256 that are worked out; 16 x 16 are not."""
    board, rack = system("board", *["chip"] * 16), system("rack", *["board"] * 16)
    assert len(chipdb.load().adopt(json.dumps([rack, board, CHIP]).encode(), "own.json")) == 3
    rack["members"].append({"chip": "board", "count": 1})
    said = refusal(tmp_path, rack, board, CHIP)
    assert said == ["more than 256 members with those of its members; write equal ones once"]

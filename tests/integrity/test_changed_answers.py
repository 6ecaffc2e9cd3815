"""The list of changed answers: what it records, what it counts as a change, how it groups."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ASKED = {
    "chips": {"nvidia-h20-96gb": {}, "nvidia-h100-sxm5-80gb": {}, "no-such-chip": {}},
    "places": ["CN", "DE"],
    "days": ["2025-06-01"],
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The script as a module."""
    path = ROOT / "tools/changed_answers.py"
    spec = importlib.util.spec_from_file_location("changed_answers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["changed_answers"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def record(tool: ModuleType) -> dict[str, Any]:
    """The answers about two chips to two places on one day."""
    recorded = tool.recorded(like=ASKED)
    # a record is read back from its file
    return dict(json.loads(json.dumps(recorded)))


def test_a_record_has_the_answers_of_check(record: dict[str, Any]) -> None:
    """NVIDIA's 8-K of 2025-04-15: a license for the H20 to China, named; it meets no 3A090.

    The H100 is in 3A090.a.1 and needs one to China by 742.6(a)(6)(iii)(A); Germany is in
    Supplement No. 5(a) to part 740. A chip that the catalog lacks is left out.
    """
    assert list(record["chips"]) == ["nvidia-h20-96gb", "nvidia-h100-sxm5-80gb"]
    h20 = record["chips"]["nvidia-h20-96gb"]["answers"]
    letter = ["letters of April 2025, named parts"]
    assert h20["2025-06-01 CN"] == ["yes", False, None, 1, letter, []]
    assert h20["2025-06-01 DE"][:4] == ["no", False, None, 0]
    h100 = record["chips"]["nvidia-h100-sxm5-80gb"]["answers"]
    assert h100["2025-06-01 CN"][:4] == ["yes", False, "presumption-of-denial", 1]
    assert "742.6(a)(6)(iii)(A)" in h100["2025-06-01 CN"][4]


def test_equal_records_have_no_change(tool: ModuleType, record: dict[str, Any]) -> None:
    assert list(tool.changes(record, record)) == []
    first, *_ = tool.table(record, record).splitlines()
    assert first == "4 answers about 2 chips of both; 0 differ"


def test_changes_are_grouped_by_their_reason(tool: ModuleType, record: dict[str, Any]) -> None:
    """Two chips with one change are one group; a section or a caution alone is no change."""
    before = copy.deepcopy(record)
    for chip in before["chips"].values():
        chip["answers"]["2025-06-01 DE"] = ["no", True, None, 3, [], ["codified"]]
    h20 = before["chips"]["nvidia-h20-96gb"]
    h20["answers"]["2025-06-01 CN"][4] = ["another section"]
    ((reason, group),) = tool.grouped(before, record).items()
    assert (reason.before, reason.now) == ("license no, contested (3)", "license no (0)")
    assert (group.answers, list(group.places)) == (2, ["DE"])
    assert list(group.chips) == ["nvidia-h20-96gb", "nvidia-h100-sxm5-80gb"]
    assert not reason.data_differ

    # the same change of a chip whose figures were corrected is a group of its own
    h20["facts"] = ["another vendor"]
    groups = tool.grouped(before, record)
    assert [each.data_differ for each in groups] == [True, False]
    assert tool.table(before, record).startswith("4 answers about 2 chips of both; 2 differ\n")


def test_a_file_of_another_kind_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("[]")
    with pytest.raises(SystemExit, match="not a record of answers"):
        tool.main(["compare", str(other), str(other)])

"""What the checks install is fixed by hashes, and what is published says nothing of a machine."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCK = (ROOT / "tools" / "dev-lock.txt").read_text(encoding="utf-8")
ENTRY = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.M)


@pytest.fixture(scope="module")
def bills() -> ModuleType:
    """The tool that checks a bill of materials."""
    spec = importlib.util.spec_from_file_location("bills", ROOT / "tools/bill_of_materials.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_has_a_hash() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) > 100
    for block in blocks:
        assert ENTRY.match(block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_the_lock_names_no_index_and_no_machine() -> None:
    assert not re.search(
        r"https?://|file:|--index|--find-links|--extra|/(opt|tmp|home|root)/", LOCK
    )


def test_the_lock_has_what_the_project_asks_for(bills: ModuleType) -> None:
    locked = {name.lower() for name, _ in ENTRY.findall(LOCK)}
    assert {name.lower() for name in bills.required_packages()} <= locked
    assert {"pytest", "ruff", "mypy", "hypothesis", "hatchling", "cyclonedx-bom"} <= locked


def test_bills_of_materials(bills: ModuleType) -> None:
    bill = {"bomFormat": "CycloneDX", "components": [{"name": "numpy"}, {"name": "PyYAML"}]}
    assert bills.problems_of(bill, json.dumps(bill), ["NumPy", "pyyaml"]) == []
    assert bills.problems_of(bill, "{}", ["rich"]) == ["does not list rich"]
    bill["components"] = [{"name": "numpy", "url": "file:///opt/wheels/numpy.whl"}]
    (problem,) = bills.problems_of(bill, json.dumps(bill), ["numpy"])
    assert problem.startswith("has a path of this machine: file:///opt")

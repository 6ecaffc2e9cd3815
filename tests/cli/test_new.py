"""Files to start from can be read as they are, and state nothing about a chip."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.views.new_files import KINDS, new_file

DAY = "2026-06-01"


def written(folder: Path, kind: str) -> Path:
    """The file that the command writes."""
    path = folder / f"{kind}.yaml"
    assert run("new", kind, "-o", str(path)).status == 0
    return path


def test_a_new_chip_is_valid_and_undetermined(tmp_path: Path) -> None:
    path = written(tmp_path, "chip")
    assert run("validate", str(path)).status == 0
    (answer,) = chipdb.check(path, on=DAY, to="CN")
    assert answer.classification.outcome is None
    assert answer.license.required == "undetermined"


def test_each_comment_of_a_new_chip_becomes_a_field_that_is_known(tmp_path: Path) -> None:
    """With its comments removed and its question marks answered, the file is a chip."""
    fields = []
    for line in new_file("chip").splitlines():
        uncommented = line.replace("  # ", "  ", 1) if line.startswith("  #") else line
        fields.append(uncommented.replace("?", "4"))
    path = tmp_path / "full.yaml"
    path.write_text("\n".join(fields))
    (answer,) = chipdb.check(path, on=DAY)
    assert answer.chip.metric("tpp").value == 64  # 4 TFLOPS at 16 bits
    assert answer.chip.metric("applicable_die_area").value == 4
    assert answer.chip.metric("memory_bandwidth").value == 4000


def test_a_new_rule_is_valid_and_answered(tmp_path: Path) -> None:
    path = written(tmp_path, "rule")
    assert run("validate", str(path)).status == 0
    ran = run("check", "H100", "--rules", str(path), "--on", DAY)
    assert ran.status == 1
    assert "my-rule" in ran.out


def test_a_new_sweep_counts_its_designs(tmp_path: Path) -> None:
    """Nine values of TPP by three areas and two memories, also for a destination."""
    path = written(tmp_path, "sweep")
    assert sum(chipdb.sweep(path, on=DAY).counts.values()) == 54
    assert sum(chipdb.sweep(path, on=DAY, to="CN").counts.values()) == 54


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_file_it_is_printed(kind: str) -> None:
    assert run("new", kind).out.rstrip("\n") == new_file(kind).rstrip("\n")


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    ran = run("new", "chip", "-o", str(path))
    assert ran.status == 2
    assert "exists already" in ran.err
    assert path.read_text() == "mine"


def test_another_kind_is_refused() -> None:
    ran = run("new", "rules")
    assert ran.status == 2
    assert "KIND must be one of chip, rule, sweep, not 'rules'" in ran.err


def test_a_new_chip_names_the_sale_on_which_the_policy_for_china_depends() -> None:
    """742.6(b)(10): case-by-case review only for parts that were on sale in the United States."""
    assert "us_available: null" in new_file("chip")


def test_a_field_that_belongs_inside_another_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("- id: a-b\n  name: B\n  vendor: A\n  tdp: 300 W\n  thruput: {}\n")
    out = " ".join(run("validate", str(path)).out.split())
    assert "unknown field 'tdp'; did you mean 'power.tdp'?" in out
    assert "unknown field 'thruput'; did you mean 'throughput'?" in out

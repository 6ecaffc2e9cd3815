"""A file of another kind than a command expects is named, with the command that reads it.

docs/specification.md, "Files": rules are given with ``--rules``, grids to ``sweep``, mappings with
``--mapping``, and ``validate`` reads chips and rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import only, refused, run

RULE = """
id: own-rule
question: proposal
provisions:
  - {id: a, when: {metric: tpp, ge: 1000}}
"""
GRID = "knobs: {tpp: [1000, 2000]}\n"
MAPPING = "name: GPU\ncolumns: [{column: TPP, figure: metrics.tpp}]\n"
CHIP = "- {id: own-chip, throughput: {fp8: 100 TFLOPS}}\n"
FILES = {"rule.yaml": RULE, "grid.yaml": GRID, "mapping.yaml": MAPPING, "chip.yaml": CHIP}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("rule.yaml", "this is a rule, not a chip; write chipdb check CHIP --rules rule.yaml"),
        ("grid.yaml", "this is a grid of designs, not a chip; write chipdb sweep grid.yaml"),
        ("mapping.yaml", "a mapping of a table's columns, not a chip"),
    ],
)
@pytest.mark.parametrize("command", ["check", "headroom", "timeline", "dossier", "show"])
def test_a_file_that_holds_no_chips(command: str, name: str, says: str, folder: Path) -> None:
    assert says in only(refused(folder, command, name, outputs=False))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["sweep", "rule.yaml"], "this is a rule, not a grid of designs"),
        (["sweep", "chip.yaml"], "this is a chip, not a grid of designs"),
        (["check", "H20", "--rules", "grid.yaml"], "this is a grid of designs, not a rule"),
        (["check", "H20", "--rules", "chip.yaml"], "this is a chip, not a rule"),
        (["check", "H20", "--catalog", "rule.yaml"], "this is a rule, not a chip"),
        (
            ["estimate", "H20", "--model", "rule.yaml", "--phase", "decode"],
            "this is a rule, not a language model",
        ),
        (["validate", "grid.yaml"], "write chipdb sweep grid.yaml"),
    ],
)
def test_a_file_given_where_another_is_expected(call: list[str], says: str, folder: Path) -> None:
    assert says in only(refused(folder, *call, outputs=False))


def test_what_is_piped_in_has_no_name_to_repeat(folder: Path) -> None:
    error = only(refused(folder, "check", "-", stdin=RULE, outputs=False))
    assert error.endswith("write chipdb check CHIP --rules FILE")


def test_validate_names_the_rules_of_a_file(folder: Path) -> None:
    ran = run("validate", "rule.yaml", folder=folder)
    assert ran.out.splitlines() == ["rule.yaml: 1 rule (own-rule), 0 findings"]
    assert run("validate", "rule.yaml", "--format", "json", folder=folder).json["own_rules"] == [
        "own-rule"
    ]


def test_validate_says_that_rules_cannot_be_read(folder: Path) -> None:
    (folder / "bad.yaml").write_text(RULE.replace("ge:", "gte:"), encoding="utf-8")
    ran = run("validate", "bad.yaml", folder=folder)
    assert ran.status == 1
    assert ran.out.startswith("bad.yaml: rules that cannot be read, 1 finding")
    assert "gates" not in ran.out

"""A small sample of changed rules and code, each of which a test must notice; see tools/mutants.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent


def mutants(*words: str) -> tuple[int, str]:
    """The exit status and the lines of the tool."""
    command = [sys.executable, "tools/mutants.py", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


def every_mutant_of_the_data() -> list[Any]:
    """What the tool would try of the rules and the groups of places."""
    sys.path.insert(0, str(ROOT / "tools"))
    import rule_mutants

    return [make() for make in rule_mutants.data_mutants("")]


@pytest.mark.parametrize(
    "sample",
    [
        ("data", "--only", "us/3a090", "--sample", "3", "--tests", "tests/answers/test_cases.py"),
        ("code", "--only", "chipdb/metrics/spread", "--sample", "3", "--tests", "tests/metrics"),
    ],
    ids=lambda sample: sample[0],
)
def test_changes_are_noticed(sample: tuple[str, ...]) -> None:
    """Few tests look at few mutants here, so that one of three may pass them by.

    A change that is listed as without effect is not tried.
    """
    status, lines = mutants(*sample, "--seed", "7", "--least", "60")
    tried = re.search(r"of (\d) tried noticed .* (\d) without effect", lines)
    assert status == 0, lines
    assert tried is not None, lines
    assert int(tried[1]) + int(tried[2]) == 3


def test_what_is_without_effect_has_a_reason() -> None:
    """An entry names a file that exists; of code, a line that is still in it; else a real mutant.

    Of the data the tool makes every mutant, so one that is not among them is out of date.
    """
    made = {(mutant.group, mutant.text) for mutant in every_mutant_of_the_data()}
    entries = yaml.safe_load((ROOT / "tools" / "mutants_without_effect.yaml").read_text("utf-8"))
    for entry in entries:
        assert entry["why"]
        if "code" in entry:
            lines = (ROOT / entry["file"]).read_text("utf-8").splitlines()
            assert entry["code"] in [line.strip() for line in lines]
        else:
            assert (entry["file"], entry["change"]) in made


def test_a_change_that_no_test_reads_is_listed() -> None:
    """The tool reports what it found: these tests read no rule."""
    status, lines = mutants(
        *("data", "--only", "us/section-232", "--sample", "1", "--least", "99"),
        *("--tests", "tests/test_lazy_dataclasses.py"),
    )
    assert status == 1
    assert "\nnot noticed: us/section-232: " in lines
    assert "0 of 1 tried noticed" in lines

"""A small sample of changed rules and code, each of which a test must notice; see tools/mutants.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def mutants(*words: str) -> tuple[int, str]:
    """The exit status and the lines of the tool."""
    command = [sys.executable, "tools/mutants.py", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


@pytest.mark.parametrize(
    "sample",
    [
        ("data", "--only", "us/3a090", "--sample", "3", "--tests", "tests/answers/test_cases.py"),
        ("code", "--only", "chipdb/metrics/spread", "--sample", "3", "--tests", "tests/metrics"),
    ],
    ids=lambda sample: sample[0],
)
def test_changes_are_noticed(sample: tuple[str, ...]) -> None:
    """Few tests look at few mutants here, so that one of three may pass them by."""
    status, lines = mutants(*sample, "--seed", "7", "--least", "60")
    assert (status, "of 3 tried noticed" in lines) == (0, True), lines


def test_a_change_that_no_test_reads_is_listed() -> None:
    """The tool reports what it found: these tests read no rule."""
    status, lines = mutants(
        *("data", "--only", "us/section-232", "--sample", "1", "--least", "99"),
        *("--tests", "tests/test_lazy_dataclasses.py"),
    )
    assert status == 1
    assert "\nnot noticed: us/section-232: " in lines
    assert "0 of 1 tried noticed" in lines

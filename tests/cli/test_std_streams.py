"""Standard streams that are closed, full, or of few characters change neither the answer nor the
status.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

CALLS = [
    ("show a100", 0),
    ("check b200 --to CN --on 2026-06-01", 1),
    ("check a100 --to IN --on 2026-06-01", 3),
    ("check t4 --on 2024-06-01", 0),
    ("check nosuchchip", 2),
    ("check a100 --nosuchoption", 2),
    ("list --vendor Biren", 0),
    ("rules --on 2024-06-01", 0),
]


def called(line: str, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = f"{sys.executable} -m chipdb {line} {redirect}"
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, env={**os.environ, **environment}, check=False
    )


def same(one: Any, other: Any) -> bool:
    return bool((one.returncode, one.stdout) == (other.returncode, other.stdout))


@pytest.mark.parametrize(("line", "status"), CALLS)
def test_notes_that_go_nowhere(line: str, status: int) -> None:
    plain = called(line)
    assert plain.returncode == status, plain.stderr
    for redirect in ("2>&-", "2>/dev/full", "<&-"):
        assert same(called(line, redirect), plain), redirect


@pytest.mark.parametrize("line", [line for line, status in CALLS if status != 2])
def test_an_answer_that_goes_nowhere_is_told(line: str) -> None:
    for redirect, why in (
        (">&-", b"Bad file descriptor"),
        (">/dev/full", b"No space left on device"),
    ):
        ended = called(line, redirect)
        assert ended.returncode == 2
        assert b"chipdb: standard output: " + why in ended.stderr.splitlines()


@pytest.mark.parametrize(("line", "status"), CALLS[:4])
def test_both_streams_into_a_closed_pipe(line: str, status: int) -> None:
    assert _piped(line) == status


def _piped(line: str) -> int:
    """The status of a call whose standard output and error are a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = ["sh", "-c", f"exec {sys.executable} -m chipdb {line}"]
        return subprocess.run(command, stdout=writing, stderr=writing, check=False).returncode
    finally:
        os.close(writing)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_characters_that_the_terminal_does_not_have_are_escaped(encoding: str) -> None:
    ended = called("show 昇腾910B", PYTHONIOENCODING=encoding)
    assert ended.returncode == 0, ended.stderr
    plain = called("show 昇腾910B", PYTHONIOENCODING="utf-8").stdout.decode()
    assert "昇腾" in plain
    assert ended.stdout.decode(encoding) == plain.encode(encoding, "backslashreplace").decode(
        encoding
    )


def test_no_standard_input_has_no_chip() -> None:
    ended = called("check - --on 2024-06-01", "<&-")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"chipdb: standard input: no chip")

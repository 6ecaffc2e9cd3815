"""Running the command line inside the test process, and what the JSON of every command has in
common.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chipdb.cli import main

Record = dict[str, Any]
STAMP = {"schema", "data", "rules"}
METRICS = {
    "tpp": "",
    "performance_density": "TPP/mm^2",
    "applicable_die_area": "mm^2",
    "memory_bandwidth": "GB/s",
    "aggregate_io_bandwidth": "GB/s",
    "interconnect_bandwidth": "GB/s",
}
ALL_METRICS = METRICS | {
    "letter_io_bandwidth": "GB/s",
    "memory_and_io_bandwidth": "GB/s",
    "tops": "TOPS",
    "memory_capacity": "GB",
    "transistors": "",
    "memory_bandwidth_density": "GB/s/mm^2",
    "app": "",
}


@dataclass(frozen=True)
class Ran:
    """A finished call."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of standard error that are not empty."""
        return [line for line in self.err.splitlines() if line]


def run(*arguments: str, stdin: str | bytes = b"", folder: Path | None = None) -> Ran:
    """Call ``chipdb`` with arguments, in a folder."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin))
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(folder or Path.cwd()))
        stack.enter_context(patch.object(sys, "argv", ["chipdb", *arguments]))
        stack.enter_context(patch.object(sys, "stdin", given))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        try:
            main()
        except SystemExit as end:
            return Ran(end.code if isinstance(end.code, int) else 0, out.getvalue(), err.getvalue())
    return Ran(0, out.getvalue(), err.getvalue())


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every path below a folder with its size and time of change; of a folder only that it is
    there.
    """
    stats = {
        path.relative_to(folder).as_posix(): path.stat()
        for path in folder.rglob("*")
        if path.is_file()
    }
    folders = {
        path.relative_to(folder).as_posix(): (0, 0) for path in folder.rglob("*") if path.is_dir()
    }
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()} | folders


def refused(
    folder: Path, *arguments: str, stdin: str | bytes = b"", outputs: bool = True
) -> list[str]:
    """Make a call that must be refused, also with output to a new file and over an old one; the
    lines it says.
    """
    (folder / "kept.txt").write_text("as it was")
    before = tree(folder)
    said = []
    for output in ((), ("-o", "new.txt"), ("-o", "kept.txt")) if outputs else ((),):
        ran = run(*arguments, *output, stdin=stdin, folder=folder)
        assert (ran.status, ran.out) == (2, ""), ran
        assert "Traceback" not in ran.err
        assert tree(folder) == before
        said.append(ran.lines)
    assert all(lines == said[0] for lines in said)
    return said[0]


def only(lines: list[str]) -> str:
    """The one line of a refusal."""
    assert len(lines) == 1, lines
    return lines[0]


def says(line: str, words: str) -> bool:
    """Whether a line has every word of a text."""
    return all(word in line for word in words.split())


def has(record: Record, **types: Any) -> None:
    """Each key is there with a value of its type."""
    for key, kind in types.items():
        assert key in record, key
        assert isinstance(record[key], kind), (key, record[key])


def check_metric(name: str, metric: Record) -> None:
    """Value, low, high, unit, state; null together when unknown."""
    assert set(metric) == {"value", "low", "high", "unit", "state"}
    assert metric["unit"] == ALL_METRICS[name]
    assert metric["state"] in {"known", "unknown", "undefined"}
    numbers = [metric[key] for key in ("low", "value", "high")]
    if metric["state"] == "known":
        assert all(isinstance(number, float) for number in numbers)
        assert numbers == sorted(numbers)
    else:
        assert metric["value"] is None
        assert metric["state"] == "undefined" or numbers == [None, None, None]

"""Blocks shared out to threads: every row once, and nobody goes on after a fault."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from chipdb.bulk.blocks import THREADS_FROM, share_blocks

BLOCK = THREADS_FROM // 16

FORKED = """
import os, sys
import numpy as np
import chipdb

figures = {"tpp": np.full(2_000_000, 5000.0), "applicable_die_area": np.full(2_000_000, 800.0)}
rows = {**figures, "datacenter": np.ones(2_000_000, bool)}
here = chipdb.check_frame(rows, on="2026-06-01")["status"].sum()
child = os.fork()
if child == 0:
    os._exit(int(chipdb.check_frame(rows, on="2026-06-01")["status"].sum() != here))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("rows", [0, 1, BLOCK, THREADS_FROM - 1, THREADS_FROM, THREADS_FROM + 1])
def test_every_row_is_done_once(rows: int) -> None:
    done: list[tuple[int, int]] = []
    share_blocks(done.extend, rows, BLOCK)
    ends = sorted(done)
    assert [start for start, _ in ends] == [0, *(stop for _, stop in ends[:-1])][: len(ends)]
    assert (ends[-1][1] if ends else 0) == rows


def test_a_fault_of_one_thread_is_told_and_the_other_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    both = threading.Barrier(2, timeout=10)
    done: list[int] = []

    def work(spans: Iterator[tuple[int, int]]) -> None:
        for start, _ in spans:
            if not done:
                both.wait()
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt
            time.sleep(0.01)
            done.append(start)

    with pytest.raises(KeyboardInterrupt):
        share_blocks(work, THREADS_FROM, BLOCK)
    assert len(done) < 4


def test_a_process_that_was_forked_off_has_its_own_threads() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (ended.returncode, ended.stderr) == (0, "")

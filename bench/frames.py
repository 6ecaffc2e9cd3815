"""Rules over columns and grids, each beside a peer or a bound. ``measured.py`` runs it."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import peers
import polars as pl
import pyarrow as pa
from pyarrow import parquet

import chipdb
from chipdb.bulk import arrays
from chipdb.bulk.sweep.grid_file import read_grid
from chipdb.bulk.sweep.sweep import sweep
from chipdb.solver.question import question

DAY = "2026-06-01"
BYTES = 8 + 8 + 1 + 1 + 1 + 1
"""Read: TPP, area, market. Written: status, outcome, contested."""
Row = tuple[str, str, float, str]
GRID = """
knobs:
  cores: {{from: 1, to: {cores}, step: 1}}
  clock: {{from: 0.501, to: {clock}, step: 0.001}}
  width: {{from: 10, to: {width}, step: 1}}
  height: {{from: 0.01, to: {height}, step: 0.01}}
derived:
  tpp: {{product: [cores, clock, 8]}}
  applicable_die_area: {{product: [width, height]}}
facts: {{datacenter: true}}
"""


def seconds(work: Callable[[], Any], runs: int = 5) -> float:
    """The shortest wall time of some runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def rows(count: int) -> dict[str, Any]:
    """Hypothetical chips: 5 % of each figure is missing, a tenth of the markets is not known."""
    random = np.random.default_rng(0)
    tpp, area = (
        np.round(random.uniform(0, 8000, count), 6),
        np.round(random.uniform(50, 2000, count), 6),
    )
    for figure in (tpp, area):
        figure[random.random(count) < 0.05] = np.nan
    return {
        "tpp": tpp,
        "applicable_die_area": area,
        "datacenter": random.choice(np.array([0, 1, 1, 1, 2], np.int8), count),
    }


def markets(columns: dict[str, Any]) -> dict[str, Any]:
    """The same with true, false and null."""
    codes = columns["datacenter"]
    return {**columns, "datacenter": pa.array(codes == 1, mask=codes == 2)}


def copied(count: int) -> float:
    """Rows a second at the best copy of the bytes that a row reads and writes, one thread."""
    source = np.random.default_rng(1).random(count * BYTES // 16)
    target = np.empty_like(source)
    return count / seconds(lambda: np.copyto(target, source))


def in_memory(count: int) -> list[Row]:
    """Arrays in, codes out: blocks of numpy, and the compiled loop."""
    columns = rows(count)
    columns["datacenter"] = columns["datacenter"] == 1
    found: list[Row] = []
    for name, threshold, least in (
        ("numpy in, codes out", 1 << 60, "0.15"),
        ("the same with [fast]", 0, "0.7"),
    ):
        arrays.COMPILE_FROM_ROWS = threshold
        chipdb.check_frame(columns, on=DAY)
        rounds = [
            (seconds(lambda: chipdb.check_frame(columns, on=DAY)), count / copied(count))
            for _ in range(8)
        ]
        ratio = min(copy for _, copy in rounds) / min(ours for ours, _ in rounds)
        found.append((name, "np.copyto of the bytes read and written", ratio, least))
    arrays.COMPILE_FROM_ROWS = 4_000_000
    return found


def engines(count: int) -> list[Row]:
    """Each engine beside the best that we could write for it by hand."""
    table = pa.table(markets(rows(count)))
    lazy, frame, base = pl.from_arrow(table).lazy(), table.to_pandas(), duckdb.connect()
    base.execute(peers.TYPES)
    base.register("rows", table)
    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "polars lazy": (
            lambda: chipdb.check_frame(lazy, on=DAY).collect(),
            lambda: peers.with_polars(lazy).collect(),
        ),
        "duckdb": (
            lambda: chipdb.check_frame(base.sql("from rows"), on=DAY).to_arrow_table(),
            lambda: base.sql(peers.SQL).to_arrow_table(),
        ),
        "pandas": (lambda: chipdb.check_frame(frame, on=DAY), lambda: peers.with_pandas(frame)),
    }
    found: list[Row] = []
    for name, (ours, theirs) in pairs.items():
        ours()
        times = [(seconds(ours, 2), seconds(theirs, 2)) for _ in range(5)]
        found.append(
            (
                f"through {name}",
                "the expression written by hand",
                min(b for _, b in times) / min(a for a, _ in times),
                "0.8",
            )
        )
    return found


def grids(share: int) -> list[Row]:
    """Counting 10^12 designs, and looking at 10^9."""
    whole = read_grid(GRID.format(cores=1000, clock="1.5", width=1009, height=10).encode(), "grid")
    took = seconds(lambda: sweep(whole, question(DAY)), 3)
    found: list[Row] = [(f"count {whole.size:.0e} designs (seconds)", "–", took, "at most 2")]
    wanted = "best: {maximize: tpp}\npareto: {maximize: [tpp], minimize: [applicable_die_area]}\n"
    text = GRID.format(cores=1000 // share, clock="0.6", width=109, height=1) + wanted
    some = read_grid(text.encode(), "grid")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grid.yaml"
        path.write_text(text)
        took, peak = in_child(SWEEP, path)
    found.append(
        (
            f"enumerate and rank {some.size:.0e} designs (seconds, with start-up)",
            "–",
            took,
            "at most 60",
        )
    )
    return [*found, ("the same (gigabytes)", "–", peak / 1e9, "at most 1")]


CHECK = "import sys; from pathlib import Path; from chipdb.solver.question import question; "
SWEEP = (
    CHECK
    + "from chipdb.bulk.sweep.grid_file import read_grid; "
    + "from chipdb.bulk.sweep.sweep import sweep; "
)
SWEEP += f"sweep(read_grid(Path(sys.argv[1]).read_bytes(), 'grid'), question({DAY!r}))"
CHECK += "from chipdb.bulk.parquet import check_file; "
CHECK += f"check_file(Path(sys.argv[1]), Path(sys.argv[2]), question({DAY!r}))"
LEAST_MEMORY = 400_000_000
"""Starting alone takes nearly as much."""
COPY = "import sys, polars; polars.scan_parquet(sys.argv[1]).sink_parquet(sys.argv[2])"
PEAK = (
    "; lines = open('/proc/self/status')"
    "; print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))"
)


def in_child(
    code: str, *arguments: Path, limit: int = resource.RLIM_INFINITY
) -> tuple[float, float]:
    """Seconds and bytes at most of a process of its own, whose private memory the system limits."""
    start = time.perf_counter()
    bound = f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({limit}, {limit})); "
    command = [sys.executable, "-c", bound + code + PEAK, *map(str, arguments)]
    # the command is made here, of nothing that a user typed
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return time.perf_counter() - start, int(ended.stdout) * 1024


def files(count: int) -> list[Row]:
    """A Parquet file with its answers, against the same file rewritten unchanged."""
    part = 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "rows.parquet", Path(folder) / "out.parquet"
        table = pa.table(markets(rows(part)))
        with parquet.ParquetWriter(source, table.schema, use_dictionary=False) as writer:
            for _ in range(count // part):
                writer.write_table(table)
        decoded = count * 17
        copied_in, _ = in_child(COPY, source, target)
        took, peak = in_child(CHECK, source, target, limit=max(decoded // 2, LEAST_MEMORY))
    return [
        (
            f"{count:.0e} rows, Parquet in and out",
            "polars sink_parquet of the file unchanged (ratio of times)",
            took / copied_in,
            "at most 2.5",
        ),
        (
            "its memory, limited to half",
            "the rows decoded",
            peak / decoded,
            "at most 0.5 at 1e+08 rows",
        ),
    ]


def answered(columns: dict[str, Any], times: int) -> None:
    """Ask about the same rows so many times."""
    for _ in range(times):
        chipdb.check_frame(columns, on=DAY)


def line(most: int) -> list[tuple[int, float]]:
    """Seconds for so many rows in blocks of ten million: cost must grow with the rows alone."""
    block = rows(min(most, 10_000_000))
    block["datacenter"] = block["datacenter"] == 1
    found = []
    for power in range(6, 10):
        count = 10**power
        if count > most * 100:
            break
        here = {name: array[:count] for name, array in block.items()}
        times = max(1, count // len(here["tpp"]))
        found.append((count, seconds(partial(answered, here, times), 5 if times == 1 else 1)))
    return found

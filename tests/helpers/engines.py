"""The engines that frames are tried on, tables for them, and their answers in one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from frame_rows import (
    SPECIAL,
    around,
    every_cell,
    near_thresholds,
    rows_of,
    scalar,
    texts,
    thresholds,
)

import chipdb

ROWS = 200_000
ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": lambda table: table.to_pandas(),
    "pandas nullable": lambda table: table.to_pandas(
        types_mapper={pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}.get
    ),
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),
    "pyarrow": lambda table: table,
    "duckdb": duckdb.from_arrow,
}


def assert_answers_as_scalar(columns: dict[str, Any], on: str, to: str | None) -> None:
    """Check that every row of arrays is answered as the same chip is."""
    answers = texts(chipdb.check_frame(columns, on=on, to=to))
    wrong = []
    for row, answer in zip(rows_of(columns), answers, strict=True):
        expected = scalar(row, on, to)
        if answer != expected:
            wrong.append((row, answer, expected))
    assert not wrong, wrong[:3]


def with_densities(rows: int, seed: int) -> dict[str, Any]:
    """Rows that state a density in place of the area."""
    random, columns = np.random.default_rng(seed), near_thresholds(rows, seed)
    del columns["applicable_die_area"]
    edges = around(thresholds("performance_density"))
    columns["performance_density"] = np.where(
        random.random(rows) < 0.8, random.choice(edges, rows), random.choice(SPECIAL, rows)
    )
    return columns


def arrow_table_of(columns: dict[str, Any]) -> pa.Table:
    """An Arrow table in which half of the NaN are null: both are a missing figure."""
    odd = np.arange(len(columns["tpp"])) % 2 == 1
    arrays = {}
    for name, array in columns.items():
        if array.dtype.kind == "f":
            arrays[name] = pa.array(array, mask=odd & np.isnan(array))
        else:
            arrays[name] = array.tolist()
    return pa.table(arrays)


def answers_of(frame: Any) -> pd.DataFrame:
    """The answers of any kind of frame, as objects."""
    arrow = as_arrow(frame)
    columns = {}
    for name in ("status", "outcome", "contested", "license_required", "review", "caution"):
        if name in arrow.column_names:
            columns[name] = pd.Series(arrow[name].to_pylist(), dtype=object)
    return pd.DataFrame(columns)


def as_arrow(frame: Any) -> pa.Table:
    """Any kind of frame as an Arrow table."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.to_arrow()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.to_arrow_table()
    if isinstance(frame, pd.DataFrame):
        return pa.Table.from_pandas(frame)
    return frame


def boundary() -> dict[str, Any]:
    """Rows at the thresholds: every combination of some thresholds, and random ones of all."""
    cells = every_cell()
    count = len(cells["tpp"])
    near = near_thresholds(ROWS - count, 7)
    rows = {}
    for name, values in near.items():
        first = cells[name] if name in cells else np.full(count, 100.0)
        rows[name] = np.concatenate([values, first])
    return rows

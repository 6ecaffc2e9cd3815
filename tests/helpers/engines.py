"""The engines that frames are tried on, tables for them, and their answers in one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from frame_rows import SPECIAL, around, every_cell, limits, on_the_lines, rows_of, scalar, texts

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


def asked_row_by_row(columns: dict[str, Any], on: str, to: str | None) -> None:
    found = texts(chipdb.check_frame(columns, on=on, to=to))
    wrong = [
        (row, got, want)
        for row, got in zip(rows_of(columns), found, strict=True)
        if got != (want := scalar(row, on, to))
    ]
    assert not wrong, wrong[:3]


def with_densities(rows: int, seed: int) -> dict[str, Any]:
    """Rows that state a density in place of the area."""
    random, columns = np.random.default_rng(seed), on_the_lines(rows, seed)
    del columns["applicable_die_area"]
    edges = around(limits("performance_density"))
    columns["performance_density"] = np.where(
        random.random(rows) < 0.8, random.choice(edges, rows), random.choice(SPECIAL, rows)
    )
    return columns


def table_of(columns: dict[str, Any]) -> pa.Table:
    """Half of the NaN as NULL: both are a missing figure."""
    odd = np.arange(len(columns["tpp"])) % 2 == 1
    return pa.table(
        {
            name: pa.array(array, mask=odd & np.isnan(array))
            if array.dtype.kind == "f"
            else array.tolist()
            for name, array in columns.items()
        }
    )


def answers_of(frame: Any) -> pd.DataFrame:
    """The answers of any kind of frame, as objects."""
    native = (
        frame.collect()
        if isinstance(frame, pl.LazyFrame)
        else frame.to_arrow_table()
        if isinstance(frame, duckdb.DuckDBPyRelation)
        else frame
    )
    arrow = (
        native.to_arrow()
        if isinstance(native, pl.DataFrame)
        else pa.Table.from_pandas(native)
        if isinstance(native, pd.DataFrame)
        else native
    )
    names = [
        name
        for name in ("status", "outcome", "contested", "license_required", "review")
        if name in arrow.column_names
    ]
    return pd.DataFrame({name: pd.Series(arrow[name].to_pylist(), dtype=object) for name in names})


def boundary() -> dict[str, Any]:
    """All rows of the lines: the product of the limits, and limits of everything drawn at random."""
    cells = every_cell()
    lines = on_the_lines(ROWS - len(cells["tpp"]), 7)
    padded = {name: np.full(len(cells["tpp"]), 100.0) for name in lines if name not in cells}
    return {name: np.concatenate([lines[name], {**cells, **padded}[name]]) for name in lines}

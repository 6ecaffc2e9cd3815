"""A missing value is missing in every container, and what is no figure or fact is refused by name.

The rows say what must come out: under 3A090 of 2023 a TPP of 5000 is controlled, a TPP of 100 is
not, and without its TPP the same chip is undetermined.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import dask.dataframe as dask
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from engines import answers_of
from frame_rows import texts
from pyarrow import compute, parquet

import chipdb
from chipdb.bulk.parquet import check_file
from chipdb.solver.question import question

ON = "2024-06-01"
FIGURES = [5000.0, None, 100.0]
FIGURE_ANSWERS = ["met", "undetermined", "not-met"]
FACTS = [True, None, False]
FACT_ANSWERS = ["met", "undetermined", "not-met"]
ALL_MISSING = ["undetermined"] * 3
HIDDEN = np.array([5000.0, 5000.0, 100.0])
MASK = [False, True, False]


def numpy_mask(values: Any) -> Any:
    """Hide the second value under a mask."""
    return np.ma.array(values, mask=MASK)


def arrow_dictionary(values: list[Any]) -> pa.Array:
    """An Arrow dictionary whose second index points to a null of the dictionary."""
    dictionary = pa.array([values[0], values[2], None])
    return pa.DictionaryArray.from_arrays(pa.array([0, 2, 1]), dictionary)


def chunks(array: pa.Array) -> pa.ChunkedArray:
    """The values in two chunks, each with a dictionary of its own if there is one."""
    plain = array.cast(array.type.value_type)
    return pa.chunked_array(
        [plain.slice(0, 1).dictionary_encode(), plain.slice(1).dictionary_encode()]
    )


FIGURE_ARRAYS: dict[str, Any] = {
    "NaN": np.array([5000.0, np.nan, 100.0]),
    "float32": np.array([5000.0, np.nan, 100.0], np.float32),
    "mask over float": numpy_mask(HIDDEN),
    "mask over int": numpy_mask(HIDDEN.astype(np.int64)),
    "mask over unsigned": numpy_mask(HIDDEN.astype(np.uint16)),
    "mask over objects": numpy_mask(np.array([5000, "hidden", 100], object)),
    "None": np.array(FIGURES, object),
    "pandas.NA": np.array([5000, pd.NA, 100], object),
    "NaT": np.array([5000, pd.NaT, 100], object),
    "masked among objects": np.array([5000, np.ma.masked, 100], object),
    "list": [5000.0, np.nan, 100.0],
    "list with masked": [5000.0, np.ma.masked, 100.0],
    "Decimal": np.array([Decimal(5000), Decimal("NaN"), Decimal(100)], object),
    "signaling Decimal": np.array([Decimal(5000), Decimal("sNaN"), Decimal(100)], object),
    "Fraction": np.array([Fraction(10000, 2), None, Fraction(100)], object),
    "int beyond float64": np.array([5000, 10**400, 100], object),
    "Arrow": pa.array(FIGURES),
    "Arrow dictionary": pa.array(FIGURES).dictionary_encode(),
    "Arrow chunks": chunks(pa.array(FIGURES).dictionary_encode()),
    "pandas": pd.Series(FIGURES),
    "pandas Float64": pd.array(FIGURES, "Float64"),
    "polars": pl.Series(FIGURES),
}
FACT_ARRAYS: dict[str, Any] = {
    "mask over bool": numpy_mask([True, True, False]),
    "mask over int": numpy_mask([1, 7, 0]),
    "mask over float": numpy_mask([1.0, 1.0, 0.0]),
    "mask over objects": numpy_mask(np.array([True, "hidden", False], object)),
    "NaN": np.array([1.0, np.nan, 0.0]),
    "None": np.array(FACTS, object),
    "pandas.NA": np.array([True, pd.NA, False], object),
    "NaT": np.array([True, pd.NaT, False], object),
    "np.bool_": np.array([np.True_, None, np.False_], object),
    "list with masked": [True, np.ma.masked, False],
    "Decimal": np.array([Decimal(1), Decimal("NaN"), Decimal(0)], object),
    "Fraction": np.array([Fraction(1), None, Fraction(0)], object),
    "Arrow": pa.array(FACTS),
    "Arrow dictionary": pa.array(FACTS).dictionary_encode(),
    "pandas boolean": pd.array(FACTS, "boolean"),
    "polars": pl.Series(FACTS),
}


class TestArrays:
    """Dicts of arrays."""

    @pytest.mark.parametrize("kind", FIGURE_ARRAYS)
    def test_a_missing_tpp_is_undetermined(self, kind: str) -> None:
        columns = {"tpp": FIGURE_ARRAYS[kind], **plain_area(), "datacenter": np.ones(3, bool)}
        assert statuses_of_arrays(columns) == FIGURE_ANSWERS

    @pytest.mark.parametrize("kind", FACT_ARRAYS)
    def test_a_missing_fact_is_undetermined(self, kind: str) -> None:
        columns = {"tpp": np.full(3, 2500.0), **plain_area(), "datacenter": FACT_ARRAYS[kind]}
        assert statuses_of_arrays(columns) == FACT_ANSWERS

    def test_a_mask_over_every_row(self) -> None:
        columns = {
            "tpp": np.full(3, 2000.0),
            "performance_density": np.ma.array(np.ones(3), mask=True),
            "datacenter": np.ones(3, bool),
        }
        assert statuses_of_arrays(columns) == ALL_MISSING

    def test_a_mask_over_no_row(self) -> None:
        columns = {
            "tpp": np.ma.array([5000.0, 100.0]),
            **plain_area(2),
            "datacenter": np.ma.array([True, True]),
        }
        assert statuses_of_arrays(columns) == ["met", "not-met"]


TO_FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "pandas nullable": lambda table: table.to_pandas(
        types_mapper={
            pa.float64(): pd.Float64Dtype(),
            pa.int64(): pd.Int64Dtype(),
            pa.bool_(): pd.BooleanDtype(),
        }.get
    ),
    "pandas over Arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),
    "duckdb": duckdb.from_arrow,
}
FIGURE_COLUMNS = {
    "float64": pa.array(FIGURES),
    "float32": pa.array(FIGURES, pa.float32()),
    "int64": pa.array([5000, None, 100]),
    "uint16": pa.array([5000, None, 100], pa.uint16()),
    "decimal128": pa.array([Decimal(5000), None, Decimal(100)], pa.decimal128(10, 2)),
}
ENCODED_FIGURES = {
    "dictionary": pa.array(FIGURES).dictionary_encode(),
    "dictionary in chunks": chunks(pa.array(FIGURES).dictionary_encode()),
    "dictionary with a null": arrow_dictionary(FIGURES),
    "dictionary of integers": pa.array([5000, None, 100]).dictionary_encode(),
    "run-end encoded": compute.run_end_encode(pa.array(FIGURES)),
    "float16": pa.array(FIGURES, pa.float16()),
    "decimal256": pa.array([Decimal(5000), None, Decimal(100)], pa.decimal256(50, 2)),
}
FACT_COLUMNS = {
    "bool": pa.array(FACTS),
    "int8": pa.array([1, None, 0], pa.int8()),
    "float64": pa.array([1.0, None, 0.0]),
}
ENCODED_FACTS = {
    "dictionary": pa.array(FACTS).dictionary_encode(),
    "dictionary with a null": arrow_dictionary(FACTS),
    "run-end encoded": compute.run_end_encode(pa.array(FACTS)),
    "decimal128": pa.array([Decimal(1), None, Decimal(0)], pa.decimal128(3, 1)),
}


class TestFrames:
    """Frames of every engine."""

    @pytest.mark.parametrize("kind", FIGURE_COLUMNS)
    @pytest.mark.parametrize("engine", TO_FRAMES)
    def test_a_null_tpp_is_undetermined(self, engine: str, kind: str) -> None:
        frame = TO_FRAMES[engine](table_of_figure(FIGURE_COLUMNS[kind]))
        assert statuses_of_frame(frame) == FIGURE_ANSWERS

    @pytest.mark.parametrize("kind", ENCODED_FIGURES)
    def test_a_null_of_an_encoded_arrow_column_is_undetermined(self, kind: str) -> None:
        table = table_of_figure(ENCODED_FIGURES[kind])
        assert statuses_of_frame(table) == FIGURE_ANSWERS

    @pytest.mark.parametrize("kind", FACT_COLUMNS)
    @pytest.mark.parametrize("engine", TO_FRAMES)
    def test_a_null_fact_is_undetermined(self, engine: str, kind: str) -> None:
        frame = TO_FRAMES[engine](table_of_fact(FACT_COLUMNS[kind]))
        assert statuses_of_frame(frame) == FACT_ANSWERS

    @pytest.mark.parametrize("kind", ENCODED_FACTS)
    def test_a_null_fact_of_an_encoded_arrow_column_is_undetermined(self, kind: str) -> None:
        assert statuses_of_frame(table_of_fact(ENCODED_FACTS[kind])) == FACT_ANSWERS

    @pytest.mark.parametrize("encode", [False, True])
    def test_a_column_with_nothing_but_a_null(self, encode: bool) -> None:
        nulls = pa.array([None], pa.float64())
        column = nulls.dictionary_encode() if encode else nulls
        assert statuses_of_frame(table_of_figure(column)) == ["undetermined"]

    @pytest.mark.parametrize("engine", TO_FRAMES)
    def test_a_column_of_the_null_type(self, engine: str) -> None:
        frame = TO_FRAMES[engine](table_of_figure(pa.nulls(3)))
        assert statuses_of_frame(frame) == ALL_MISSING

    @pytest.mark.parametrize(
        "column",
        [
            pd.Series(FIGURES).astype("category"),
            pd.Series(pd.array([5000, None, 100], "Int64")).astype("category"),
            pd.Series(pd.array(FIGURES, "Float64")),
            pd.Series(pd.array([5000, None, 100], "Int64")),
            pd.Series(pd.arrays.SparseArray([5000.0, np.nan, 100.0])),
            pd.Series(FIGURES, dtype=object),
            pd.Series([5000, pd.NA, 100], dtype=object),
            pd.Series([5000, pd.NaT, 100], dtype=object),
            pd.Series(
                pd.arrays.ArrowExtensionArray(
                    pa.chunked_array([pa.array(FIGURES).dictionary_encode()])
                )
            ),
        ],
        ids=lambda column: str(column.dtype),
    )
    def test_each_way_of_pandas_to_miss_a_value(self, column: Any) -> None:
        frame = pd.DataFrame({"tpp": column, "applicable_die_area": 800.0, "datacenter": True})
        assert statuses_of_frame(frame) == FIGURE_ANSWERS

    def test_a_dictionary_in_a_file(self, tmp_path: Path) -> None:
        table = table_of_figure(pa.array(FIGURES).dictionary_encode())
        parquet.write_table(table, tmp_path / "in.parquet")
        check_file(tmp_path / "in.parquet", tmp_path / "out.parquet", question(ON))
        answered = parquet.read_table(tmp_path / "out.parquet")
        assert answered["status"].to_pylist() == FIGURE_ANSWERS


ODD_OBJECTS = {
    "str": ["1"],
    "bytes": [b"1"],
    "complex": [1 + 0j],
    "list": [[1.0]],
    "dict": [{"a": 1.0}],
    "set": [{1.0}],
    "ndarray": [np.array([1.0])],
    "datetime": [datetime(2024, 1, 1, tzinfo=UTC)],
    "timedelta64": [np.timedelta64(1, "s")],
}
ODD_ARRAYS = {
    "bytes": np.array([b"1"]),
    "text": np.array(["1"]),
    "date": np.array(["2024"], "M8[D]"),
    "time span": np.array([1], "m8[s]"),
    "complex": np.array([1 + 0j]),
    "struct": np.array([(1.0,)], [("a", float)]),
    "masked text": np.ma.array(["1"], mask=[False]),
    "masked date": np.ma.array(np.array(["2024"], "M8[D]"), mask=[False]),
    "masked struct": np.ma.array(np.array([(1.0,)], [("a", float)])),
}
ODD_COLUMNS = {
    "text": pa.array(["1"]),
    "dictionary of texts": pa.array(["1"]).dictionary_encode(),
    "timestamp": pa.array([datetime(2024, 1, 1, tzinfo=UTC)]),
    "date": pa.array([date(2024, 1, 1)]),
    "struct": pa.array([{"a": 1.0}]),
    "list": pa.array([[1.0]]),
    "list of one": pa.array([[1.0]], pa.list_(pa.float64(), 1)),
}
REFUSED = {
    "tpp": "'tpp' holds .*, but numbers are expected",
    "datacenter": "'datacenter' holds .*; a fact is true, false or null",
}


@pytest.mark.parametrize("column", REFUSED)
class TestRefused:
    """What is no figure, or no fact, names the column and its type; it is never answered."""

    @pytest.mark.parametrize("kind", ODD_OBJECTS)
    def test_objects_in_pandas(self, kind: str, column: str) -> None:
        frame = pd.DataFrame(one_row(column, pd.Series(ODD_OBJECTS[kind], dtype=object)))
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame(frame, on=ON)

    @pytest.mark.parametrize("kind", ODD_ARRAYS)
    def test_arrays(self, kind: str, column: str) -> None:
        arrays = {name: np.asarray(value) for name, value in one_row(column, None).items()}
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame({**arrays, column: ODD_ARRAYS[kind]}, on=ON)

    @pytest.mark.parametrize("kind", ODD_COLUMNS)
    @pytest.mark.parametrize("engine", TO_FRAMES)
    def test_columns_of_every_engine(self, engine: str, kind: str, column: str) -> None:
        frame = TO_FRAMES[engine](pa.table(one_row(column, ODD_COLUMNS[kind])))
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame(frame, on=ON)

    @pytest.mark.parametrize("lazy", [False, True])
    def test_objects_in_polars(self, lazy: bool, column: str) -> None:
        frame = pl.DataFrame(one_row(column, pl.Series([{1.0}], dtype=pl.Object)))
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame(frame.lazy() if lazy else frame, on=ON)

    @pytest.mark.parametrize("kind", ["BIT", "UUID", "INTERVAL", "UNION(a INTEGER)"])
    def test_types_of_duckdb(self, kind: str, column: str) -> None:
        values = {"tpp": "1.0", "applicable_die_area": "800.0", "datacenter": "true"}
        values[column] = f"NULL::{kind}"
        selected = ", ".join(f"{value} AS {name}" for name, value in values.items())
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame(duckdb.sql(f"SELECT {selected}"), on=ON)

    def test_complex_numbers_in_dask(self, column: str) -> None:
        frame = pd.DataFrame(one_row(column, np.array([1 + 0j])))
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            chipdb.check_frame(dask.from_pandas(frame, npartitions=1), on=ON)

    @pytest.mark.parametrize("kind", ["struct", "text"])
    def test_files(self, kind: str, column: str, tmp_path: Path) -> None:
        table = pa.table(one_row(column, ODD_COLUMNS[kind]))
        parquet.write_table(table, tmp_path / "in.parquet")
        with pytest.raises(chipdb.ChipdbError, match=REFUSED[column]):
            check_file(tmp_path / "in.parquet", tmp_path / "out.parquet", question(ON))
        assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize(
    "value", [2, -1, 0.5, Decimal(2), Fraction(1, 2), Fraction(10**20, 10**20 - 1)]
)
def test_another_number_is_no_fact(value: Any) -> None:
    frame = pd.DataFrame(one_row("datacenter", pd.Series([value], dtype=object)))
    with pytest.raises(chipdb.ChipdbError, match=REFUSED["datacenter"]):
        chipdb.check_frame(frame, on=ON)


def plain_area(rows: int = 3) -> dict[str, Any]:
    """A die whose density never decides."""
    return {"applicable_die_area": np.full(rows, 800.0)}


def statuses_of_arrays(columns: dict[str, Any]) -> list[str]:
    """The status of each row of a dict of arrays."""
    return [row[0] for row in texts(chipdb.check_frame(columns, on=ON))]


def statuses_of_frame(frame: Any) -> list[str]:
    """The status of each row of a frame."""
    answered = chipdb.check_frame(frame, on=ON)
    if not isinstance(answered, pd.DataFrame):
        answered = answers_of(answered)
    statuses: list[str] = answered["status"].tolist()
    return statuses


def table_of_figure(tpp: Any) -> pa.Table:
    """Rows that differ in their TPP."""
    rows = len(tpp)
    return pa.table(
        {"tpp": tpp, "applicable_die_area": [800.0] * rows, "datacenter": [True] * rows}
    )


def table_of_fact(datacenter: Any) -> pa.Table:
    """Rows that differ in a fact: a TPP of 2500 is controlled only for datacenters."""
    return pa.table(
        {"tpp": [2500.0] * 3, "applicable_die_area": [800.0] * 3, "datacenter": datacenter}
    )


def one_row(column: str, values: Any) -> dict[str, Any]:
    """A row with some values in one of its columns."""
    return {"tpp": [1.0], "applicable_die_area": [800.0], "datacenter": [True], column: values}


DAY = "2024-06-01"


def test_lists_of_several_lengths_are_refused() -> None:
    """NumPy cannot make an array of them; neither is a figure."""
    columns = {"performance_density": [6.0, 1.0], "datacenter": [True, True]}
    with pytest.raises(
        chipdb.ChipdbError, match="the column 'tpp' holds lists, but numbers are expected"
    ):
        chipdb.check_frame({"tpp": [[1.0], [2.0, 3.0]], **columns}, on=DAY)
    facts = {"tpp": [1700.0, 1700.0], "performance_density": [4.0, 4.0]}
    with pytest.raises(
        chipdb.ChipdbError, match="the column 'datacenter' holds lists; a fact is true"
    ):
        chipdb.check_frame({**facts, "datacenter": [[True], [True, False]]}, on=DAY)


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128])
def test_integers_of_polars_that_numpy_does_not_have(kind: Any) -> None:
    """3A090.a.1 begins at 4,800, and a null is no number."""
    frame = pl.DataFrame(
        {
            "tpp": pl.Series([4800, None, 1000], dtype=kind),
            "performance_density": [6.0, 6.0, 1.0],
            "datacenter": [True, True, True],
        }
    )
    checked = chipdb.check_frame(frame, on=DAY)
    assert checked["status"].to_list() == ["met", "undetermined", "not-met"]


@pytest.mark.parametrize("name", ["kind", "id"])
def test_lists_of_one_length_in_a_column_of_texts(name: str) -> None:
    """A list names no chip and no kind; the row is answered by its figures."""
    columns = {"tpp": [4800.0], "performance_density": [6.0], "datacenter": [True]}
    checked = chipdb.check_frame({**columns, name: [["H20"]]}, on=DAY)
    assert checked.names["status"][checked["status"][0]] == "met"

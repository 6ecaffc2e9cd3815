"""Ends of ranges, last blocks, single steps of circuits, and negative or missing quantities."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from grids import grid_of

import chipdb
from chipdb.bulk import parquet
from chipdb.bulk.blocks import BlockRunner
from chipdb.bulk.circuit import SCALE, Circuit
from chipdb.bulk.circuit_known import scaled_threshold
from chipdb.bulk.expressions import _gate
from chipdb.bulk.lookup_table import Threshold
from chipdb.bulk.output_file import _codecs
from chipdb.bulk.sweep.command import parquet_target
from chipdb.bulk.sweep.count import NotSeparable, count
from chipdb.bulk.sweep.front import pareto_front, round_for_ranking
from chipdb.bulk.sweep.grid_file import EXACT_INTEGERS, _evenly_spaced
from chipdb.bulk.values import numbers
from chipdb.catalog.unfolded_parquet import unfolded_size
from chipdb.errors import ChipdbError, UsageError

NAMES = "abcdefgh"


def runner_of(circuit: Circuit, roots: tuple[int, ...]) -> Any:
    """What answers the roots for columns of any length, in blocks of eight rows."""
    runner = BlockRunner(circuit, roots)
    workspace = runner.workspace(8)

    def answer(columns: dict[str, np.ndarray[Any, Any]]) -> list[list[bool]]:
        rows = len(columns["a"])

        def fill(_: str, name: str, out: np.ndarray[Any, Any]) -> None:
            out[...] = columns[name]

        with np.errstate(all="ignore"):
            found = runner.run(fill, rows, workspace)
        return [found[root].tolist() for root in roots]

    return answer


class TestBlocks:
    """Slots are shared by what is no longer read; a last block may be shorter."""

    def random_rows(self, rows: int, seed: int) -> dict[str, np.ndarray[Any, Any]]:
        random = np.random.default_rng(seed)
        return {name: random.integers(0, 4, rows).astype(float) for name in NAMES}

    @pytest.mark.parametrize("rows", [8, 7, 3, 1])
    def test_many_columns_and_several_answers(self, rows: int) -> None:
        """Sums and comparisons of eight columns: no slot is overwritten before it is read."""
        circuit = Circuit()
        columns = {name: circuit.column(name) for name in NAMES}
        sums = [circuit.plus(columns[x], columns[y]) for x, y in itertools.pairwise(NAMES)]
        reached = [circuit.reaches(total, "ge", 3.0) for total in sums]
        total = sums[0]
        for other in sums[1:]:
            total = circuit.plus(total, other)
        roots = (
            circuit.all_of(reached[:3]),
            circuit.any_of(reached[3:]),
            circuit.reaches(total, "gt", 20.0),
            circuit.negated(reached[0]),
            *reached,
        )
        answer = runner_of(circuit, roots)
        for seed in range(20):
            row = self.random_rows(rows, seed)
            pairs = [row[x] + row[y] for x, y in itertools.pairwise(NAMES)]
            over = [pair >= 3.0 for pair in pairs]
            expected = [
                over[0] & over[1] & over[2],
                over[3] | over[4] | over[5] | over[6],
                sum(pairs) > 20.0,
                ~over[0],
                *over,
            ]
            assert answer(row) == [each.tolist() for each in expected]

    def test_a_constant_is_as_long_as_a_block(self) -> None:
        circuit = Circuit()
        over = circuit.over(circuit.column("a"), circuit.column("b"))
        answer = runner_of(circuit, (circuit.reaches(over, "ge", 2.0, (2, 1)),))
        columns = {"a": np.array([4.0, 3.0, 2.0]), "b": np.array([2.0, 2.0, 1.0])}
        assert answer(columns) == [[True, False, True]]


class TestSteps:
    """Single steps whose result can be worked out by hand."""

    @pytest.mark.parametrize(
        ("kind", "parts", "expected"),
        [
            ("and", [True, True], True),
            ("and", [True, False], False),
            ("or", [False, False], False),
            ("or", [False, True], True),
            ("and", [], True),
            ("or", [], False),
        ],
    )
    def test_gates_of_constants(self, kind: str, parts: list[bool], expected: bool) -> None:
        assert _gate(kind, parts) is expected

    @pytest.mark.parametrize(
        ("value", "ge", "gt"),
        [
            # in millionths: an integer is at least 5.5 if it is 6, and above 5.5 if it is above 5
            (Fraction(11, 2 * int(SCALE)), 6.0, 5.0),
            (Fraction(5, int(SCALE)), 5.0, 5.0),
            (Fraction(4800), 4800.0 * SCALE, 4800.0 * SCALE),
        ],
    )
    def test_thresholds_as_integers(self, value: Fraction, ge: float, gt: float) -> None:
        assert scaled_threshold(Threshold(value, "ge")) == ge
        assert scaled_threshold(Threshold(value, "gt")) == gt

    @pytest.mark.parametrize(
        ("uncompressed", "nested", "expected"),
        [
            ([], False, "snappy"),
            (["a"], True, "snappy"),
            (["a"], False, {"a": "none", "b": "snappy"}),
        ],
    )
    def test_compression_by_column(self, uncompressed: Any, nested: bool, expected: Any) -> None:
        """Columns that do not compress are left as they are, unless a column is nested."""
        import pyarrow as pa

        kind = pa.list_(pa.float64()) if nested else pa.float64()
        schema = pa.schema([("a", pa.float64()), ("b", kind)])
        assert _codecs(schema, uncompressed) == expected

    def test_ranks_have_twelve_digits(self) -> None:
        """What differs after the twelfth digit is equal, what differs in it is not."""
        close, apart = 1.000000000004, 1.00000000006
        assert round_for_ranking(np.array([1.0, close])).tolist() == [1.0, 1.0]
        ranked = round_for_ranking(np.array([1.0, apart])).tolist()
        assert ranked[0] < ranked[1]

    def test_evenly_spaced_near_the_largest_exact_integer(self) -> None:
        """Each number is the float nearest to its exact value, however large."""
        start = Fraction(EXACT_INTEGERS) - 2
        expected = [float(start + index) for index in range(4)]
        assert _evenly_spaced(start, Fraction(1), 4).tolist() == expected
        third = Fraction(EXACT_INTEGERS, 3)
        assert _evenly_spaced(third, Fraction(1, 7), 3).tolist() == [
            float(third + Fraction(index, 7)) for index in range(3)
        ]

    @pytest.mark.parametrize(
        ("points", "front"),
        [
            ([[1, 2, 3], [3, 2, 1]], {0, 1, 2}),
            ([[1, 2, 2], [1, 2, 1]], {1}),
            ([[1, 1], [1, 1]], {0}),
            ([[3, 2, 1], [1, 1, 2], [1, 2, 2]], {0, 1, 2}),
            ([[3, 2, 3], [1, 1, 1], [1, 1, 2]], {2}),
        ],
    )
    def test_fronts(self, points: Any, front: set[int]) -> None:
        assert set(pareto_front(np.array(points, float)).tolist()) == front


class TestOutput:
    """The file of a sweep is refused before a long run."""

    def test_a_new_file_in_a_folder(self, tmp_path: Path) -> None:
        target = tmp_path / "designs.parquet"
        assert parquet_target(target) == target

    def test_the_limit_of_a_row_is_allowed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A row that unfolds to exactly the limit is read, one of a byte more is not."""
        source = tmp_path / "rows.parquet"
        pl.DataFrame({"tpp": [1.0, 2.0]}).write_parquet(source)
        in_a_row = unfolded_size(source).in_a_row
        monkeypatch.setattr(parquet, "MOST_UNFOLDED", in_a_row)
        assert parquet._rows_at_once(source) == 1
        monkeypatch.setattr(parquet, "MOST_UNFOLDED", in_a_row - 1)
        with pytest.raises(ChipdbError, match="a row unfolds to"):
            parquet._rows_at_once(source)

    def test_what_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "folder.parquet").mkdir()
        for name in ("designs.csv", "folder.parquet", "missing/designs.parquet"):
            with pytest.raises(ChipdbError, match=r"\.parquet file in an existing folder"):
                parquet_target(tmp_path / name)


class TestGrids:
    """Bounds of whole numbers include both ends; what is negative is not counted by its parts."""

    @pytest.mark.parametrize("keep", [1, 1000])
    def test_the_least_and_the_most_to_keep(self, keep: int) -> None:
        grid = grid_of(f"knobs: {{tpp: [1, 2]}}\nbest: {{maximize: tpp, keep: {keep}}}\n")
        assert grid.best is not None
        assert grid.best.keep == keep

    @pytest.mark.parametrize("least", [2, 3])
    def test_the_least_count_of_values(self, least: int) -> None:
        grid = grid_of(f"knobs: {{tpp: {{from: 1, to: 2, count: {least}}}}}\n")
        assert len(grid.knobs["tpp"]) == least

    @pytest.mark.parametrize(
        ("area", "separable"),
        [("{sum: [a, 1]}", True), ("{sum: [a, -3]}", False), ("{over: [1, a]}", False)],
    )
    def test_a_quantity_below_zero_or_without_a_value(self, area: str, separable: bool) -> None:
        from chipdb.bulk.frames import prepare
        from chipdb.solver.question import question

        knobs = "{a: [0, 1, 2], tpp: [1000, 5000]}"
        grid = grid_of(f"knobs: {knobs}\nderived: {{applicable_die_area: {area}}}\n")
        program = prepare([*grid.metrics(), "datacenter"], question("2026-06-01"), {})[1]
        if separable:
            assert count(grid, program).total() == 6
            return
        with pytest.raises(NotSeparable):
            count(grid, program)


class TestFrames:
    """Units of arrays, and the types of answers and errors."""

    @pytest.mark.parametrize(
        ("bandwidth", "unit", "expected"),
        [(4.0, "TB/s", True), (4000.0, "GB/s", True), (4.0, "GB/s", False)],
    )
    def test_units_of_arrays(self, bandwidth: float, unit: str, expected: bool) -> None:
        """4 TB/s are 4,000 GB/s, which the letters of 2025 name; 4 GB/s are not."""
        rows = {
            "tpp": np.full(3, 1000.0),
            "applicable_die_area": np.full(3, 800.0),
            "memory_bandwidth": np.full(3, bandwidth),
            "aggregate_io_bandwidth": np.full(3, 64.0),
            "datacenter": np.ones(3, bool),
        }
        answers = chipdb.check_frame(
            rows, on="2025-06-01", to="CN", units={"memory_bandwidth": unit}
        )
        required = [answers.names["license_required"][code] for code in answers["license_required"]]
        assert (required != ["no"] * 3) == expected

    def test_lazy_answers_are_categories(self) -> None:
        """Polars has a type for words that repeat, so answers have it, lazy or not."""
        figures = {"tpp": [5000.0, 100.0], "applicable_die_area": [800.0, 800.0]}
        rows = {**figures, "datacenter": [True, True]}
        eager = chipdb.check_frame(pl.DataFrame(rows), on="2024-06-01")
        lazy = chipdb.check_frame(pl.DataFrame(rows).lazy(), on="2024-06-01").collect()
        assert lazy["status"].dtype == eager["status"].dtype
        assert lazy["status"].to_list() == eager["status"].to_list()

    def test_a_table_is_no_column_of_numbers(self) -> None:
        """The error is that of a figure, not that of a fact."""
        table = np.array([[1, 2], [3, 4]], dtype=object)
        with pytest.raises(UsageError, match="numbers are expected"):
            numbers(table, "tpp")

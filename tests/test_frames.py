"""Rules over frames: every engine and the scalar code agree, row by row, on and beside every limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from frame_rows import (
    QUESTIONS,
    SPECIAL,
    around,
    chip_of,
    every_cell,
    limits,
    on_the_lines,
    rows_of,
    scalar,
    six_places,
    stated,
    texts,
)

import chipdb
from chipdb.answers.check import law_of, rules_asked
from chipdb.answers.columns import arrays, kernels
from chipdb.answers.columns.layout import layout_of
from chipdb.answers.columns.program import program_of
from chipdb.answers.deal import question
from chipdb.answers.spans import View
from chipdb.answers.subject import Standpoint, Subject
from chipdb.answers.verdict import finding_of, joined
from chipdb.rules.rulebook import Rulebook

ROWS = 200_000
FIGURES = ("tpp", "applicable_die_area", "memory_bandwidth", "aggregate_io_bandwidth")
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
    wrong = [(row, got, want) for row, got in zip(rows_of(columns), found, strict=True) if got != (want := scalar(row, on, to))]
    assert not wrong, wrong[:3]


@pytest.mark.parametrize(("on", "to"), QUESTIONS)
def test_rows_on_the_lines_are_answered_as_the_scalar_code_answers(on: str, to: str | None) -> None:
    asked_row_by_row(on_the_lines(120, 1), on, to)


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "2026-06-01", "to": "CN", "from_": "DE"},
        {"on": "2026-06-01", "to": "US", "from_": "NL"},
        {"on": "2026-06-01", "to": "FR", "from_": "DE"},
        {"on": "2026-06-01", "to": "CN", "strict": True},
        {"on": "2025-06-01", "to": "DE", "strict": True},
        {"on": "2026-06-01", "to": "SG", "headquarters": ["CN"]},
        {"on": "2024-06-01", "to": "CN", "law": "text"},
        {"on": "2023-10-30", "to": "CN", "law": "text"},
    ],
)
def test_other_exporters_parties_and_laws_are_answered_as_the_scalar_code_answers(asked: dict[str, Any]) -> None:
    """The Union's own entry among them, which reads TPP alone."""
    columns = on_the_lines(100, 31)
    assert texts(chipdb.check_frame(columns, **asked)) == [scalar(row, **asked) for row in rows_of(columns)]


def test_every_pair_of_a_line_and_a_density_is_answered_as_the_scalar_code_answers() -> None:
    cells = every_cell()
    some = np.random.default_rng(2).permutation(len(cells["tpp"]))[:1500]
    asked_row_by_row({name: array[some] for name, array in cells.items()}, "2026-06-01", None)


def with_densities(rows: int, seed: int) -> dict[str, Any]:
    """Rows that state a density in place of the area."""
    random, columns = np.random.default_rng(seed), on_the_lines(rows, seed)
    del columns["applicable_die_area"]
    edges = around(limits("performance_density"))
    columns["performance_density"] = np.where(random.random(rows) < 0.8, random.choice(edges, rows), random.choice(SPECIAL, rows))
    return columns


@pytest.mark.parametrize(("on", "to"), QUESTIONS[:4])
def test_a_stated_density_is_as_good_as_an_area(on: str, to: str | None) -> None:
    asked_row_by_row(with_densities(150, 3), on, to)


@pytest.mark.parametrize(("on", "to"), QUESTIONS[:2])
def test_two_of_tpp_area_and_density_give_the_third(on: str, to: str | None) -> None:
    random, columns = np.random.default_rng(4), on_the_lines(150, 4)
    columns["performance_density"] = random.choice(around(limits("performance_density")), 150)
    left_out = random.integers(0, 3, 150)
    for index, name in enumerate(("tpp", "applicable_die_area", "performance_density")):
        columns[name][left_out == index] = np.nan
    asked_row_by_row(columns, on, to)


@pytest.mark.parametrize(("on", "to"), [("2024-06-01", None), ("2026-06-01", "CN")])
def test_a_density_that_does_not_fit_contests_as_further_claims_of_tpp_and_area_do(on: str, to: str | None) -> None:
    random, columns = np.random.default_rng(10), on_the_lines(400, 10)
    columns = {name: array[np.nan_to_num(columns["tpp"]) > 100] for name, array in columns.items()}
    tpp, area = columns["tpp"], columns["applicable_die_area"]
    with np.errstate(all="ignore"):
        density = np.round(tpp / area * random.choice([1, 0.2, 0.5, 2, 5], len(tpp)), 3)
        made = {"tpp": np.round(area * density, 6), "applicable_die_area": np.round(tpp / density, 6)}
        off = np.abs(tpp / area - density) > np.maximum(density / 100, 0.005)
    odd = np.isfinite(density) & (density > 0) & off
    further = {f"{name}_{end}": np.where(odd, values, np.nan) for name, values in made.items() for end in ("low", "high")}
    expected = [scalar(row, on, to) for row in rows_of({**columns, **further})]
    assert texts(chipdb.check_frame({**columns, "performance_density": density}, on=on, to=to)) == expected
    assert {row[2] for row in expected} == {True, False}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_contests_where_the_density_does_not_fit(engine: str) -> None:
    table = pa.table({"tpp": [4000.0] * 3, "applicable_die_area": [800.0] * 3, "performance_density": [5.0, 1.0, None]})
    found = answers_of(chipdb.check_frame(ENGINES[engine](table.append_column("datacenter", [[True] * 3])), on="2024-06-01"))
    # 4000 over 800 is 5: .b; a density of 1 would make the area 4000 mm^2, which no paragraph catches
    assert found["outcome"].tolist() == ["3A090.b"] * 3
    assert found["contested"].tolist() == [False, True, False]


@pytest.mark.parametrize(("on", "to"), [*QUESTIONS[:4], QUESTIONS[9]])
def test_low_and_high_contest_as_further_claims_do(on: str, to: str | None) -> None:
    random, columns = np.random.default_rng(5), on_the_lines(120, 5)
    for name in FIGURES:
        known = np.isfinite(columns[name]) & (columns[name] >= 0)
        for end, factors in (("low", [1, 1, 0.999999, 0.95, 0.7]), ("high", [1, 1, 1.000001, 1.05, 1.4])):
            values = np.where(known, columns[name], np.nan) * random.choice(factors, 120)
            columns[f"{name}_{end}"] = np.where(random.random(120) < 0.3, np.nan, np.round(values, 6))
    asked_row_by_row(columns, on, to)
    assert chipdb.check_frame(columns, on=on)["contested"].any()


def solved(row: dict[str, Any], on: str) -> tuple[str, str | None]:
    """The classification over every value between low and high, by the solver of single chips."""
    asked = question(on)
    rules, _ = rules_asked(asked, Subject(chip_of({})))
    rule = next(rule for rule in rules if rule.question == "classification")
    spans = {name: span(row, name) for name in (*FIGURES, "tops")}
    planar = frozenset({"performance_density"} if spans["applicable_die_area"][1] == 0 else ())
    view = View(spans, {"datacenter": row["datacenter"], "digital": True}, None, planar)
    law = law_of(asked)
    found = joined(finding_of(rule, law, sample) for sample in law.samples(rule, Standpoint(None, (view,)), "processor"))
    return found.status, found.outcome


def span(row: dict[str, Any], name: str) -> tuple[Fraction, Fraction | None]:
    """A value, or from low to high in whichever order they stand."""
    value, low, high = (row.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    if stated(value):
        return (six_places(value),) * 2
    ends = [six_places(low) if stated(low) else Fraction(0), six_places(high) if stated(high) else None]
    return (ends[0], None) if ends[1] is None else (min(ends), max(ends))


@pytest.mark.parametrize("on", ["2026-06-01", "2022-12-01"])
def test_a_missing_figure_between_bounds_is_decided_where_all_values_agree(on: str) -> None:
    random, columns = np.random.default_rng(6), on_the_lines(900, 6)
    del columns["interconnect_bandwidth"]  # it bounds the sum of all links, which the solver is not told here
    for name in FIGURES:
        wide, base = random.choice([0, 1e-6, 0.01, 0.1, 0.5], 900), np.abs(np.nan_to_num(columns[name], posinf=100, neginf=100))
        columns[f"{name}_low"] = np.where(random.random(900) < 0.1, random.choice(SPECIAL, 900), np.round(base * (1 - wide), 6))
        columns[f"{name}_high"] = np.where(
            random.random(900) < 0.1, random.choice(SPECIAL, 900), np.round(base * (1 + 3 * wide), 6)
        )
        columns[name][random.random(900) < 0.75] = np.nan
    found = [answer[:2] for answer in texts(chipdb.check_frame(columns, on=on))]
    wrong = [(row, got) for row, got in zip(rows_of(columns), found, strict=True) if got != solved(row, on)]
    assert not wrong, wrong[:3]
    assert ("met", "3A090") in found or on < "2023", "a paragraph is open somewhere"


def table_of(columns: dict[str, Any]) -> pa.Table:
    """Half of the NaN as NULL: both are a missing figure."""
    odd = np.arange(len(columns["tpp"])) % 2 == 1
    return pa.table(
        {
            name: pa.array(array, mask=odd & np.isnan(array)) if array.dtype.kind == "f" else array.tolist()
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
    names = [name for name in ("status", "outcome", "contested", "license_required", "review") if name in arrow.column_names]
    return pd.DataFrame({name: pd.Series(arrow[name].to_pylist(), dtype=object) for name in names})


@pytest.fixture(scope="module")
def boundary() -> dict[str, Any]:
    cells = every_cell()
    lines = on_the_lines(ROWS - len(cells["tpp"]), 7)
    padded = {name: np.full(len(cells["tpp"]), 100.0) for name in lines if name not in cells}
    return {name: np.concatenate([lines[name], {**cells, **padded}[name]]) for name in lines}


@pytest.mark.parametrize(("on", "to"), [("2026-06-01", None), ("2026-06-01", "CN"), ("2022-12-01", None)])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_on_200_000_rows_of_the_lines(
    engine: str, on: str, to: str | None, boundary: dict[str, Any]
) -> None:
    found = answers_of(chipdb.check_frame(ENGINES[engine](table_of(boundary)), on=on, to=to))
    expected = texts(chipdb.check_frame(boundary, on=on, to=to))
    assert len(found) == ROWS
    assert list(found.itertuples(index=False, name=None)) == [tuple(row) for row in expected]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_honors_low_and_high(engine: str) -> None:
    random, columns = np.random.default_rng(8), on_the_lines(4000, 8)
    columns["tpp_low"], columns["tpp_high"] = columns["tpp"] * 0.99, columns["tpp"] * 1.3
    columns["applicable_die_area_high"] = np.abs(columns["applicable_die_area"]) * 2
    columns["tpp"][random.random(4000) < 0.3] = np.nan
    columns["applicable_die_area"][random.random(4000) < 0.3] = np.nan
    found = answers_of(chipdb.check_frame(ENGINES[engine](table_of(columns)), on="2026-06-01", to="CN"))
    assert list(found.itertuples(index=False, name=None)) == texts(chipdb.check_frame(columns, on="2026-06-01", to="CN"))
    assert found["contested"].any()
    assert "3A090" in set(found["outcome"])


class TestShape:
    """What comes back, beside the answers."""

    table = pa.table(
        {"name": ["x", "y"], "tpp": [4800.0, None], "applicable_die_area": [800.0, 100.0], "datacenter": [True, None]}
    )

    @pytest.mark.parametrize("engine", ENGINES)
    def test_the_same_kind_comes_back_with_its_columns_first(self, engine: str) -> None:
        frame = ENGINES[engine](self.table)
        found = chipdb.check_frame(frame, on="2024-06-01", to="CN")
        assert type(found) is type(frame)
        names = list(
            found.collect_schema().names()
            if isinstance(found, pl.LazyFrame)
            else found.column_names
            if isinstance(found, pa.Table)
            else found.columns
        )
        assert names == [*self.table.column_names, "status", "outcome", "contested", "license_required", "review"]

    def test_texts_are_categories(self) -> None:
        pandas, polars, arrow = (
            chipdb.check_frame(ENGINES[name](self.table), on="2024-06-01") for name in ("pandas", "polars lazy", "pyarrow")
        )
        assert pandas["status"].dtype == pd.CategoricalDtype(["not-met", "met", "undetermined"])
        assert polars.collect_schema()["outcome"] == pl.Enum(["3A090.a", "3A090.b", "3A090"])
        assert pa.types.is_dictionary(arrow.schema.field("status").type)

    def test_the_frame_that_was_given_is_left_as_it_was(self) -> None:
        frame = self.table.to_pandas()
        chipdb.check_frame(frame, on="2024-06-01")
        assert list(frame.columns) == self.table.column_names

    def test_no_row_at_all(self) -> None:
        for engine in ENGINES.values():
            found = answers_of(chipdb.check_frame(engine(self.table.slice(0, 0)), on="2024-06-01"))
            assert len(found) == 0

    def test_an_index_stays(self) -> None:
        frame = self.table.to_pandas().set_index("name")
        assert list(chipdb.check_frame(frame, on="2024-06-01").index) == ["x", "y"]

    def test_a_dict_gives_codes_with_their_names(self) -> None:
        found = chipdb.check_frame(
            {"tpp": np.array([4800.0, 1.0]), "applicable_die_area": np.array([1.0, 1.0]), "datacenter": np.array([True, False])},
            on="2024-06-01",
        )
        assert found["status"].dtype == np.int8
        assert found["outcome"].tolist() == [0, -1]
        assert found.names["outcome"] == ("3A090.a", "3A090.b", "3A090")


class TestFigures:
    """Figures of which metrics are made, in units that are declared."""

    def test_rates_and_areas_make_the_metrics(self) -> None:
        frame = pd.DataFrame(
            {
                "throughput.fp16": [0.3, 0.2999],
                "throughput.int8": [0.6, 0.1],
                "die_area": [826.0, 3000.0],
                "process_nm": [7, 7],
                "datacenter": True,
            }
        )
        found = chipdb.check_frame(
            frame, on="2024-06-01", units={"throughput.fp16": "PFLOPS", "throughput.int8": "POPS", "die_area": "mm^2"}
        )
        assert found["outcome"].tolist()[:1] == ["3A090.a"]
        assert found["status"].tolist() == ["met", "not-met"]

    def test_a_die_of_unknown_transistors_may_be_planar(self) -> None:
        frame = pd.DataFrame(
            {"tpp": [2500.0, 2500.0, 2500.0], "die_area": [800.0, 800.0, 800.0], "process_nm": [7, 28, None], "datacenter": True}
        )
        found = chipdb.check_frame(frame, on="2024-06-01", units={"die_area": "mm^2"})
        assert found["status"].tolist() == ["met", "not-met", "undetermined"]

    def test_a_figure_needs_a_unit(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match=r"'throughput.fp16' needs a unit: units=\{'throughput.fp16': 'TFLOPS'\}"):
            chipdb.check_frame(pd.DataFrame({"throughput.fp16": [300.0]}), on="2024-06-01")

    def test_a_unit_may_stand_in_the_header(self) -> None:
        columns = {"tpp": [1.0], "performance_density": [1.0], "datacenter": [True], "aggregate_io_bandwidth": [1.0]}
        found = chipdb.check_frame(pd.DataFrame({**columns, "memory_bandwidth [TB/s]": [1.4]}), on="2026-06-01", to="CN")
        assert found["license_required"].tolist() == ["undetermined"]
        found = chipdb.check_frame(pd.DataFrame({**columns, "memory_bandwidth [GB/s]": [1.4]}), on="2026-06-01", to="CN")
        assert found["license_required"].tolist() == ["no"]

    def test_the_catalogs_own_frame_is_answered_as_the_catalog(self) -> None:
        frame = chipdb.load().frame()
        some = frame[(frame["kind"] == "processor") & frame["tpp"].notna()].head(40)
        found = chipdb.check_frame(some, on="2024-06-01")
        assert found["status"].notna().all()
        assert found.loc["nvidia-a100-sxm4-80gb", "outcome"] == "3A090.a"


class TestErrors:
    """One clear error, before anything is computed."""

    @pytest.mark.parametrize(
        ("columns", "question", "message"),
        [
            ({"tpp": [1.0]}, {}, "applicable_die_area or performance_density; datacenter; it has: tpp"),
            ({"tpp": [1.0], "applicable_die_area": [1.0]}, {}, "does not have: datacenter"),
            ({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": [True]}, {"to": "CN"}, "memory_bandwidth"),
            ({"tpp": [1.0], "status": [1.0]}, {}, "has a column 'status' already"),
            ({"tpp": [1.0], "tpp []": [1.0]}, {}, "state the same figure"),
            (
                {"tpp": [1.0], "datacenter": [True], "datacenter []": [False]},
                {},
                "'datacenter' and 'datacenter []' state the same",
            ),
            ({"tpp": [1.0], "die_area [mm^2]": [1.0], "die_area (mm^2)": [2.0]}, {}, "state the same figure"),
            ({"throughput.fp16 [TOPS]": [1.0], "throughput.fp16 [TFLOPS]": [2.0]}, {}, "state the same figure"),
            ({"tpp": ["high"], "applicable_die_area": [1.0], "datacenter": [True]}, {}, "'tpp' holds"),
            ({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": ["maybe"]}, {}, "a fact is true, false or null"),
            ({"tpp": [1.0], "throughput.fp99 [TFLOPS]": [1.0]}, {}, "no figure that rules read"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, columns: dict[str, Any], question: dict[str, str], message: str) -> None:
        with pytest.raises(chipdb.ChipdbError, match="(?s)" + re.escape(message)):
            chipdb.check_frame(pd.DataFrame(columns), on="2026-06-01", **question)

    def test_a_unit_of_another_kind_or_of_no_column(self) -> None:
        frame = pd.DataFrame({"tpp": [1.0], "memory_bandwidth": [1.0]})
        with pytest.raises(chipdb.ChipdbError, match="did you mean"):
            chipdb.check_frame(frame, on="2026-06-01", units={"memory_bandwidth": "TB"})
        with pytest.raises(chipdb.ChipdbError, match=r"there is no column 'memory_bandwith'.*memory_bandwidth"):
            chipdb.check_frame(frame, on="2026-06-01", units={"memory_bandwith": "TB/s"})

    def test_a_fact_in_texts_is_refused_by_lazy_frames_too(self) -> None:
        frame = pl.LazyFrame({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": ["true"]})
        with pytest.raises(chipdb.ChipdbError, match="'datacenter' holds texts"):
            chipdb.check_frame(frame, on="2026-06-01")

    def test_a_day_past_the_evidence_warns(self) -> None:
        frame = pd.DataFrame({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": [True]})
        rule = next(rule for rule in chipdb.load_rules() if rule.question == "classification" and rule.dates.ends is None)
        assert rule.dates.evidence_to is not None
        chipdb.check_frame(frame, on=rule.dates.evidence_to)
        with pytest.warns(UserWarning, match=f"evidence ends on {rule.dates.evidence_to} for .*{rule.id}") as told:
            chipdb.check_frame(frame, on=rule.dates.evidence_to + timedelta(days=1))
        assert told[0].filename == __file__, "it points at who asks"

    def test_what_is_no_frame(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match="a int is no frame"):
            chipdb.check_frame(3, on="2026-06-01")

    def test_arrays_of_different_lengths(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match="one length"):
            chipdb.check_frame(
                {"tpp": np.ones(2), "applicable_die_area": np.ones(3), "datacenter": np.ones(2, bool)}, on="2026-06-01"
            )


class TestFast:
    """The compiled loop is the same net."""

    @pytest.mark.parametrize(("on", "to"), [("2026-06-01", None), ("2026-06-01", "RU")])
    def test_the_compiled_loop_gives_the_same_on_200_000_rows_of_the_lines(
        self, on: str, to: str | None, boundary: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kernels, "ready", lambda _: False)
        expected = texts(chipdb.check_frame(boundary, on=on, to=to))
        monkeypatch.setattr(arrays, "COMPILED_FROM", 0)
        assert texts(chipdb.check_frame(boundary, on=on, to=to)) == expected

    @pytest.mark.parametrize(("on", "to"), [("2026-06-01", None), ("2026-06-01", "CN")])
    def test_the_compiled_loop_reads_a_stated_density_as_the_scalar_code_does(
        self, on: str, to: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(arrays, "COMPILED_FROM", 0)
        columns = with_densities(200, 9)
        columns["performance_density"][:20] = 0.0
        asked_row_by_row(columns, on, to)

    def test_no_number_of_a_rule_is_held_in_float32(self) -> None:
        columns = {"tpp": np.array([4800, 4799.9995], np.float32), "applicable_die_area": np.array([5000, 5000], np.float32)}
        found = chipdb.check_frame({**columns, "datacenter": np.array([True, True])}, on="2026-06-01")
        assert texts(found) == [("met", "3A090.a", False), ("not-met", None, False)]
        source = kernels.source_of(
            program_of(question("2026-06-01"), layout_of(["tpp", "applicable_die_area", "datacenter"], {}).have()).fast
        )
        assert "float32" not in source
        assert "4800000000.0" in source


OPEN_ENDS = """
- id: below-and-dense
  question: classification
  provisions: [{id: x, when: {all: [{metric: tpp, lt: 5000}, {metric: performance_density, ge: 2}]}}]
"""


@pytest.mark.parametrize(
    ("most", "area", "status"),
    [(5000.0, 2500.0, "not-met"), (5000.0, 2499.999999, "undetermined"), (4999.999999, 2500.0, "not-met")],
)
def test_an_end_that_is_only_approached_is_not_reached(most: float, area: float, status: str) -> None:
    """At 2500 mm^2 the density is 2 only from 5000 on, which lies outside the provision."""
    book = Rulebook([], chipdb.load_rules().notices).with_file(OPEN_ENDS.encode(), "own.yaml")
    found = chipdb.check_frame(
        {"tpp_low": np.array([4000.0]), "tpp_high": np.array([most]), "applicable_die_area": np.array([area])},
        on="2024-06-01",
        rulebook=book,
    )
    assert texts(found) == [(status, None, False)]

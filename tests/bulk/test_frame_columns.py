"""Frames: what is returned with the answers, what columns state, and what is wrong with them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from engines import ENGINES, answers_of

import chipdb

CATEGORIES = pa.array(["1"]).dictionary_encode()


class TestShape:
    """What comes back, beside the answers."""

    table = pa.table(
        {
            "name": ["x", "y"],
            "tpp": [4800.0, None],
            "applicable_die_area": [800.0, 100.0],
            "datacenter": [True, None],
        }
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
        assert names == [
            *self.table.column_names,
            "status",
            "outcome",
            "contested",
            "license_required",
            "review",
            "caution",
        ]

    def test_texts_are_categories(self) -> None:
        pandas, polars, arrow = (
            chipdb.check_frame(ENGINES[name](self.table), on="2024-06-01")
            for name in ("pandas", "polars lazy", "pyarrow")
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
            {
                "tpp": np.array([4800.0, 1.0]),
                "applicable_die_area": np.array([1.0, 1.0]),
                "datacenter": np.array([True, False]),
            },
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
            frame,
            on="2024-06-01",
            units={"throughput.fp16": "PFLOPS", "throughput.int8": "POPS", "die_area": "mm^2"},
        )
        assert found["outcome"].tolist()[:1] == ["3A090.a"]
        assert found["status"].tolist() == ["met", "not-met"]

    def test_a_die_of_unknown_transistors_may_be_planar(self) -> None:
        frame = pd.DataFrame(
            {
                "tpp": [2500.0, 2500.0, 2500.0],
                "die_area": [800.0, 800.0, 800.0],
                "process_nm": [7, 28, None],
                "datacenter": True,
            }
        )
        found = chipdb.check_frame(frame, on="2024-06-01", units={"die_area": "mm^2"})
        assert found["status"].tolist() == ["met", "not-met", "undetermined"]

    @pytest.mark.parametrize("engine", ENGINES)
    def test_a_planar_die_is_not_disputed(self, engine: str) -> None:
        """Planar logic (from 20 nm on) has no density; without a node the die may be planar."""
        table = pa.table(
            {
                "tpp": [4000.0] * 7,
                "die_area [mm^2]": [800.0, 800.0, 800.0, None, None, 800.0, 800.0],
                "process_nm": [7, 28, None, 28, 7, 16, 20],
                "datacenter": [True] * 7,
            }
        )
        found = answers_of(chipdb.check_frame(ENGINES[engine](table), on="2024-06-01"))
        assert found["status"].tolist() == [
            "met",
            "not-met",
            "undetermined",
            "not-met",
            "undetermined",
            "met",
            "not-met",
        ]
        assert found["contested"].tolist() == [False] * 7

    @pytest.mark.parametrize("engine", ENGINES)
    def test_figures_have_ranges_too(self, engine: str) -> None:
        """A TPP of 4000 on up to 675.6 mm^2 has a density of 5.92 and meets .a."""
        table = pa.table(
            {
                "tpp": [4000.0] * 5,
                "die_area [mm^2]": [800.0, 800.0, 800.0, None, None],
                "die_area_low [mm^2]": [700.0, 670.0, None, 700.0, 670.0],
                "die_area_high [mm^2]": [900.0, None, 3000.0, 900.0, 900.0],
                "process_nm": [7] * 5,
                "datacenter": [True] * 5,
            }
        )
        found = answers_of(chipdb.check_frame(ENGINES[engine](table), on="2024-06-01"))
        assert found["status"].tolist() == ["met"] * 5
        assert found["outcome"].tolist() == ["3A090.b"] * 4 + ["3A090"]
        assert found["contested"].tolist() == [False, True, True, False, False]

    @pytest.mark.parametrize("engine", ENGINES)
    def test_tf32_has_19_bits_or_32_and_the_stricter_decides(self, engine: str) -> None:
        """Point B17: 150 TFLOPS are a TPP of 2850 or 4800; it never clears by the fewer bits."""
        table = pa.table(
            {
                "throughput.tf32 [TFLOPS]": [150.0, 149.9, 253.0, 80.0, None],
                "throughput.fp16 [TFLOPS]": [None, None, None, None, 300.0],
                "die_area [mm^2]": [3000.0] * 5,
                "process_nm": [7] * 5,
                "datacenter": [True] * 5,
            }
        )
        found = answers_of(chipdb.check_frame(ENGINES[engine](table), on="2024-06-01"))
        assert found["status"].tolist() == ["met", "not-met", "met", "not-met", "met"]
        assert found["contested"].tolist() == [True, False, False, False, False]
        stated = table.append_column("tpp", pa.array([4799.0] * 5))
        found = answers_of(chipdb.check_frame(ENGINES[engine](stated), on="2024-06-01"))
        assert (set(found["status"]), set(found["contested"])) == ({"not-met"}, {False}), (
            "a stated TPP replaces what rates give"
        )

    @pytest.mark.parametrize("engine", ENGINES)
    @pytest.mark.parametrize("ranged", [False, True])
    def test_an_area_of_zero_makes_no_tpp(self, engine: str, ranged: bool) -> None:
        """Whatever the density is, the TPP is unknown and may reach 4800."""
        columns = {
            "applicable_die_area": [0.0, 0.0, 0.0, 500.0],
            "performance_density": [0.0, 3.2, None, 3.2],
        }
        high = {"tpp_high": [None, 4799.0, None, None]} if ranged else {}
        table = pa.table({**columns, **high, "datacenter": [True] * 4})
        for each in (table, table.append_column("tpp", pa.nulls(4, pa.float64()))):
            found = answers_of(chipdb.check_frame(ENGINES[engine](each), on="2024-06-01"))
            second = "not-met" if ranged else "undetermined"
            assert found["status"].tolist() == ["undetermined", second, "undetermined", "met"]

    def test_the_range_of_the_memory_is_that_of_its_figure(self) -> None:
        columns = {
            "tpp": [1.0] * 3,
            "performance_density": 1.0,
            "datacenter": True,
            "aggregate_io_bandwidth": 1.0,
        }
        figures = {
            "memory.bandwidth [TB/s]": [1.3, None, None],
            "memory.bandwidth_high [GB/s]": [None, 1300.0, None],
        }
        found = chipdb.check_frame(pd.DataFrame({**columns, **figures}), on="2026-06-01", to="CN")
        assert found["license_required"].tolist() == ["no", "no", "undetermined"]

    def test_a_figure_needs_a_unit(self) -> None:
        with pytest.raises(
            chipdb.ChipdbError,
            match=r"'throughput.fp16' needs a unit: units=\{'throughput.fp16': 'TFLOPS'\}",
        ):
            chipdb.check_frame(pd.DataFrame({"throughput.fp16": [300.0]}), on="2024-06-01")

    def test_a_unit_may_stand_in_the_header(self) -> None:
        columns = {
            "tpp": [1.0],
            "performance_density": [1.0],
            "datacenter": [True],
            "aggregate_io_bandwidth": [1.0],
        }
        found = chipdb.check_frame(
            pd.DataFrame({**columns, "memory_bandwidth [TB/s]": [1.4]}), on="2026-06-01", to="CN"
        )
        assert found["license_required"].tolist() == ["undetermined"]
        found = chipdb.check_frame(
            pd.DataFrame({**columns, "memory_bandwidth [GB/s]": [1.4]}), on="2026-06-01", to="CN"
        )
        assert found["license_required"].tolist() == ["no"]

    def test_the_catalogs_own_frame_is_answered_as_the_catalog(self) -> None:
        frame = chipdb.load().frame()
        some = frame[(frame["kind"] == "processor") & frame["tpp"].notna()].head(40)
        found = chipdb.check_frame(some, on="2024-06-01")
        assert found["status"].notna().all()
        assert found.loc["nvidia-a100-sxm4-80gb", "outcome"] == "3A090.a"


class TestFacts:
    """What a row says beside its figures."""

    table = pa.table(
        {
            "tpp": [5000.0] * 3,
            "applicable_die_area": [800.0] * 3,
            "datacenter": [True] * 3,
            "digital": pa.array([None, True, False], pa.bool_()),
        }
    )

    @pytest.mark.parametrize("kind", [pa.bool_(), pa.int8(), pa.float64()])
    @pytest.mark.parametrize("engine", ENGINES)
    def test_a_row_without_a_word_on_digital_is_digital(
        self, engine: str, kind: pa.DataType
    ) -> None:
        table = self.table.set_column(3, "digital", self.table["digital"].cast(kind))
        found = answers_of(chipdb.check_frame(ENGINES[engine](table), on="2024-06-01"))
        assert found["status"].tolist() == ["met", "met", "not-met"]


class TestErrors:
    """One clear error, before anything is computed."""

    @pytest.mark.parametrize(
        ("columns", "question", "message"),
        [
            (
                {"tpp": [1.0]},
                {},
                "applicable_die_area or performance_density; datacenter; it has: tpp",
            ),
            ({"tpp": [1.0], "applicable_die_area": [1.0]}, {}, "does not have: datacenter"),
            (
                {"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": [True]},
                {"to": "CN"},
                "memory_bandwidth",
            ),
            ({"tpp": [1.0], "status": [1.0]}, {}, "has a column 'status' already"),
            ({"tpp": [1.0], "tpp []": [1.0]}, {}, "state the same figure"),
            (
                {"tpp": [1.0], "datacenter": [True], "datacenter []": [False]},
                {},
                "'datacenter' and 'datacenter []' state the same",
            ),
            (
                {"tpp": [1.0], "die_area [mm^2]": [1.0], "die_area (mm^2)": [2.0]},
                {},
                "state the same figure",
            ),
            (
                {"throughput.fp16 [TOPS]": [1.0], "throughput.fp16 [TFLOPS]": [2.0]},
                {},
                "state the same figure",
            ),
            (
                {"tpp": ["high"], "applicable_die_area": [1.0], "datacenter": [True]},
                {},
                "'tpp' holds",
            ),
            (
                {"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": ["maybe"]},
                {},
                "a fact is true, false or null",
            ),
            ({"tpp": [1.0], "throughput.fp99 [TFLOPS]": [1.0]}, {}, "not a figure that rules read"),
            (
                {"throughput.fp16 [TOPS]": [1.0], "throughput.fp16_low [TOPS]": [1.0]},
                {},
                "stated as tpp_low and tpp_high",
            ),
            ({"tpp": [1.0], "die_area_max [mm^2]": [1.0]}, {}, "not a figure that rules read"),
            ({"tpp": [1.0], "die_area_low": [1.0]}, {}, "'die_area_low' needs a unit"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(
        self, columns: dict[str, Any], question: dict[str, str], message: str
    ) -> None:
        with pytest.raises(chipdb.ChipdbError, match="(?s)" + re.escape(message)):
            chipdb.check_frame(pd.DataFrame(columns), on="2026-06-01", **question)

    def test_a_unit_of_another_kind_or_of_no_column(self) -> None:
        frame = pd.DataFrame({"tpp": [1.0], "memory_bandwidth": [1.0]})
        with pytest.raises(chipdb.ChipdbError, match="did you mean"):
            chipdb.check_frame(frame, on="2026-06-01", units={"memory_bandwidth": "TB"})
        with pytest.raises(
            chipdb.ChipdbError, match=r"there is no column 'memory_bandwith'.*memory_bandwidth"
        ):
            chipdb.check_frame(frame, on="2026-06-01", units={"memory_bandwith": "TB/s"})

    def test_a_fact_in_texts_is_refused_by_lazy_frames_too(self) -> None:
        frame = pl.LazyFrame({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": ["true"]})
        with pytest.raises(chipdb.ChipdbError, match="'datacenter' holds texts"):
            chipdb.check_frame(frame, on="2026-06-01")

    @pytest.mark.parametrize("engine", ENGINES)
    @pytest.mark.parametrize(
        "cells",
        [
            ["4800"],
            [True],
            [datetime(2024, 1, 1, tzinfo=UTC)],
            [timedelta(days=1)],
            [[4800]],
            CATEGORIES,
        ],
    )
    def test_what_is_no_number_is_refused_by_every_engine(self, cells: Any, engine: str) -> None:
        table = pa.table({"tpp": cells, "applicable_die_area": [800.0], "datacenter": [True]})
        with pytest.raises(chipdb.ChipdbError, match=r"'tpp' holds .* but numbers are expected"):
            chipdb.check_frame(ENGINES[engine](table), on="2026-06-01")

    @pytest.mark.parametrize("engine", ENGINES)
    def test_a_category_is_no_fact(self, engine: str) -> None:
        table = pa.table(
            {
                "tpp": [1.0],
                "applicable_die_area": [1.0],
                "datacenter": pa.array(["true"]).dictionary_encode(),
            }
        )
        with pytest.raises(chipdb.ChipdbError, match="a fact is true, false or null"):
            chipdb.check_frame(ENGINES[engine](table), on="2026-06-01")

    @pytest.mark.parametrize("kind", ["pandas", "pyarrow"])
    @pytest.mark.parametrize("name", ["tpp", "note"])
    def test_several_columns_of_one_name_are_named(self, kind: str, name: str) -> None:
        names = ["note", "tpp", "applicable_die_area", "datacenter", name]
        table = pa.table([pa.array([1.0])] * 5, names=names)
        frame = table if kind == "pyarrow" else pd.DataFrame([[1.0] * 5], columns=names)
        with pytest.raises(chipdb.ChipdbError, match=f"several columns named '{name}'"):
            chipdb.check_frame(frame, on="2026-06-01")

    def test_a_day_past_the_evidence_warns(self) -> None:
        frame = pd.DataFrame({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": [True]})
        rule = next(
            rule
            for rule in chipdb.load_rules()
            if rule.question == "classification" and rule.dates.ends is None
        )
        assert rule.dates.evidence_to is not None
        chipdb.check_frame(frame, on=rule.dates.evidence_to)
        with pytest.warns(
            UserWarning, match=f"evidence ends on {rule.dates.evidence_to} for .*{rule.id}"
        ) as told:
            chipdb.check_frame(frame, on=rule.dates.evidence_to + timedelta(days=1))
        assert told[0].filename == __file__, "it points at who asks"

    def test_a_day_before_the_rulebook_warns(self) -> None:
        frame = pd.DataFrame({"tpp": [1.0], "applicable_die_area": [1.0], "datacenter": [True]})
        with pytest.warns(
            UserWarning,
            match=r"no classification rules for a processor on 1999-01-01 \(it begins on ",
        ):
            found = chipdb.check_frame(frame, on="1999-01-01")
        assert found["status"].tolist() == ["undetermined"]

    def test_what_is_no_frame(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match="a int is not a frame"):
            chipdb.check_frame(3, on="2026-06-01")

    def test_arrays_of_different_lengths(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match="one length"):
            chipdb.check_frame(
                {
                    "tpp": np.ones(2),
                    "applicable_die_area": np.ones(3),
                    "datacenter": np.ones(2, bool),
                },
                on="2026-06-01",
            )

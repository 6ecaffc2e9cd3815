"""Rows of ``catalog.frame()`` are answered as their chips; other systems are never answered as
chips.

What is expected is what ``check`` answers about the same chip (docs/specification.md: the frame and
the single answer agree), and that 4A090 classifies a computer by the chips in it, which the figures
of a row cannot show.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from engines import ENGINES, answers_of, as_arrow

import chipdb

ROW = {"tpp": [15832.0] * 4, "applicable_die_area": [814.0] * 4, "datacenter": [True] * 4}
KINDS = ["processor", "system", "memory-stack", None]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return chipdb.load().frame()


def single_answer(chip: Any, on: str, to: str | None) -> tuple[Any, ...]:
    """What the JSON of ``check`` says about a chip, in the words of a frame's columns."""
    record = chipdb.check(chip, on=on, to=to).to_dict()
    classification = record["classification"]
    answers = (
        classification["status"],
        classification["outcome"],
        classification["contested"] or bool(to and record["license"]["contested"]),
    )
    if to is None:
        return answers
    kinds = [
        caution["kind"]
        for caution in record["cautions"]
        if caution["about"] == "item" and caution["could_require_license"]
    ]
    required, review = record["license"]["required"], record["license"]["review"]
    return (*answers, required, review, ";".join(dict.fromkeys(kinds)))


def rows_of_answers(checked: Any) -> list[tuple[Any, ...]]:
    """The answers of a frame, row by row."""
    answers = answers_of(checked)
    return list(answers.itertuples(index=False, name=None))


@pytest.mark.parametrize(("on", "to"), [("2024-06-01", None), ("2026-06-01", "IN")])
def test_every_entry_of_the_catalog_has_the_answer_of_check(
    frame: pd.DataFrame, on: str, to: str | None
) -> None:
    """Systems by their members (4A090), memory by 3A090.c, chips with their claims and vendors."""
    chips = list(chipdb.load())
    answers = rows_of_answers(chipdb.check_frame(frame, on=on, to=to))
    wrong = []
    for chip, answer in zip(chips, answers, strict=True):
        expected = single_answer(chip, on, to)
        if answer != expected:
            wrong.append((chip.id, answer, expected))
    assert len(answers) == len(chips) >= 480
    assert not wrong, wrong[:3]


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow"])
def test_rows_with_an_id_column_on_every_engine_that_is_looked_into(
    frame: pd.DataFrame, engine: str
) -> None:
    names = ["nvidia-hgx-h100-8-gpu", "huawei-ascend-910b2", "nvidia-h20-96gb"]
    some = frame.loc[[name for name in names if name in frame.index]].reset_index()
    assert len(some) >= 2
    table = pa.Table.from_pandas(some, preserve_index=False)
    answers = rows_of_answers(chipdb.check_frame(ENGINES[engine](table), on="2026-06-01", to="IN"))
    catalog = chipdb.load()
    assert answers == [single_answer(catalog[key], "2026-06-01", "IN") for key in some["id"]]


def test_arrays_of_the_catalog(frame: pd.DataFrame) -> None:
    some = frame.loc[["nvidia-hgx-h100-8-gpu"]].reset_index()
    arrays = {name: some[name].to_numpy() for name in some.columns}
    codes = chipdb.check_frame(arrays, on="2026-06-01")
    assert codes.names["outcome"][codes["outcome"][0]] == "4A090.a"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_row_of_another_kind_is_undetermined(engine: str) -> None:
    """Its figures alone would be controlled; neither a system nor memory is answered by them."""
    table = pa.table({**ROW, "kind": pa.array(KINDS, pa.string())})
    make = ENGINES[engine]
    if "lazy" in engine or engine == "duckdb":
        checked = chipdb.check_frame(make(table), on="2024-06-01", to="CN")
    else:
        with pytest.warns(UserWarning, match=r"rows of systems and memory stacks .*rows: 2\)"):
            checked = chipdb.check_frame(make(table), on="2024-06-01", to="CN")
    as_chip = ("met", "3A090.a", False, "yes", "presumption-of-denial", "")
    as_other = ("undetermined", None, False, "undetermined", None, "")
    assert rows_of_answers(checked) == [as_chip, as_other, as_other, as_chip]
    assert as_arrow(checked).column_names[:4] == [*ROW, "kind"]


def test_a_changed_row_is_no_longer_the_chip(frame: pd.DataFrame) -> None:
    """A derated H100 is hypothetical; a system with other figures says nothing of its chips."""
    ids = ["nvidia-h100-sxm5-80gb", "nvidia-hgx-h100-8-gpu"]
    changed = frame.loc[ids, ["tpp", "applicable_die_area", "datacenter"]].copy()
    changed["tpp"] = 1000.0
    with pytest.warns(UserWarning, match=r"rows: 1\)"):
        answers = rows_of_answers(chipdb.check_frame(changed, on="2024-06-01"))
    assert answers == [("not-met", None, False), ("undetermined", None, False)]


def test_a_few_columns_of_the_catalog_are_enough(frame: pd.DataFrame) -> None:
    """The index still says which chips the rows are."""
    some = frame.loc[["nvidia-hgx-h100-8-gpu"], ["tpp", "applicable_die_area", "datacenter"]]
    [answer] = rows_of_answers(chipdb.check_frame(some, on="2024-06-01"))
    assert answer[:2] == ("met", "4A090.a")


def test_a_catalog_of_ones_own(tmp_path: Any) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "id: my-box\nname: My box\nkind: system\nmembers: [{chip: H100, count: 8}]\n",
        encoding="utf-8",
    )
    own = chipdb.load().with_file(path)
    row = own.frame().loc[["my-box"]]
    [answer] = rows_of_answers(chipdb.check_frame(row, on="2024-06-01", catalog=own))
    assert answer == ("met", "4A090.a", False)
    [same] = rows_of_answers(chipdb.check_frame(row, on="2024-06-01", catalog=str(path)))
    assert same == answer
    with pytest.warns(UserWarning, match="pass catalog="):
        [unknown] = rows_of_answers(chipdb.check_frame(row, on="2024-06-01"))
    assert unknown == ("undetermined", None, False)


def test_the_frame_states_the_range_of_each_metric(frame: pd.DataFrame) -> None:
    """The 910B4 is 4,480 by 280 TFLOPS in FP16 and 3,932.8 by 245.8 (facts: cube-only)."""
    row = frame.loc["huawei-ascend-910b4"]
    assert (row["tpp_low"], row["tpp"]) == (245.8 * 16, 280 * 16)
    assert np.isnan(frame.loc["samsung-hbm2-aquabolt-8gb", "tpp_low"])
    assert frame.attrs["units"]["memory_bandwidth_high"] == "GB/s"


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_a_lazy_frame_says_that_ids_are_not_looked_up(engine: str, frame: pd.DataFrame) -> None:
    """An eager row with the id of a chip is that chip; a lazy one is not, and the answer says so."""
    some = frame.loc[["nvidia-h100-sxm5-80gb"], ["tpp", "applicable_die_area", "datacenter"]]
    table = pa.Table.from_pandas(some.reset_index())
    with pytest.warns(UserWarning, match="collect the frame first"):
        chipdb.check_frame(ENGINES[engine](table), on="2024-06-01")

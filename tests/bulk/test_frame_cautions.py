"""Cautions of frames: what could turn "no license is required", on every engine, as for one chip."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from engines import ENGINES, answers_of, arrow_table_of, assert_answers_as_scalar, with_densities
from frame_rows import near_thresholds, rows_of, scalar, texts
from running import run

import chipdb

BELOW = 0.000001
PLACES = ("CN", "HK", "IN", "DE", "CA", "BR", "SA", "AE")


def row(
    tpp: float, area: float, datacenter: bool | None = True, **figures: float
) -> dict[str, Any]:
    """A table of one row, with bandwidths below the numbers of every letter."""
    stated = {
        "tpp": tpp,
        "applicable_die_area": area,
        "memory_bandwidth": 100.0,
        "aggregate_io_bandwidth": 50.0,
        "interconnect_bandwidth": 50.0,
        **figures,
    }
    columns: dict[str, Any] = {name: np.array([value]) for name, value in stated.items()}
    columns["datacenter"] = np.array([datacenter], object)
    return columns


def answers_on_every_engine(columns: dict[str, Any], **asked: Any) -> set[tuple[str, str]]:
    """License and caution of the one row of a table, on every engine and for the same chip."""
    answers = {(answer[3], answer[5]) for answer in texts(chipdb.check_frame(columns, **asked))}
    for make in ENGINES.values():
        frame = answers_of(chipdb.check_frame(make(arrow_table_of(columns)), **asked))
        answers.update(zip(frame["license_required"], frame["caution"], strict=True))
    for one in rows_of(columns):
        answers.add((scalar(one, **asked)[3], scalar(one, **asked)[5]))
    return answers


@pytest.mark.parametrize(
    ("tpp", "datacenter", "on", "to", "expected"),
    [
        (4800, True, "2026-06-01", "IN", ("no", "codified")),
        (4800 - BELOW, True, "2026-06-01", "IN", ("no", "")),
        (4800, None, "2026-06-01", "IN", ("no", "codified")),
        (4800, False, "2026-06-01", "IN", ("no", "")),
        (4800, True, "2026-06-01", "DE", ("no", "")),
        (4800, True, "2026-06-01", "CA", ("no", "")),
        (4800, True, "2026-06-01", "BR", ("no", "codified")),
        (4800, True, "2025-05-15", "IN", ("no", "codified")),
        (4800, True, "2025-05-14", "IN", ("no", "")),
        (4800, True, "2026-06-01", "SA", ("yes", "")),
    ],
)
def test_printed_text_that_nothing_lifts(
    tpp: float, datacenter: bool | None, on: str, to: str, expected: tuple[str, str]
) -> None:
    """742.6(a)(6)(iii)(A) as printed: 3A090.a worldwide, compliance 2025-05-15, not enforced.

    AIA (740.27) lifts it for Germany and Canada (Supplement No. 5(a) to part 740), ACA (740.8) for
    parts that are not for data centers; where the market is unknown ACA may or may not apply.
    3,100 mm^2 keep the density below 1.6, so 4,800 TPP is the only threshold (3A090.a.1).
    """
    assert answers_on_every_engine(row(tpp, 3100.0, datacenter), on=on, to=to) == {expected}


def test_a_headquarters_outside_the_listed_places_closes_aia() -> None:
    """740.27: the headquarters of every party, too, must be in Supplement No. 5(a)."""
    asked = {"on": "2026-06-01", "to": "DE", "headquarters": ["IN"]}
    assert answers_on_every_engine(row(4800, 3100.0), **asked) == {("no", "codified")}


@pytest.mark.parametrize(
    ("tpp", "datacenter", "to", "expected"),
    [
        (1600, True, "CN", ("no", "interpretation")),
        (1600 - BELOW, True, "CN", ("no", "")),
        (4800, True, "CN", ("yes", "")),
        (1600, True, "DE", ("no", "")),
        (1600, False, "CN", ("no", "interpretation")),
    ],
)
def test_planar_logic_where_a_density_would_be_controlled(
    tpp: float, datacenter: bool | None, to: str, expected: tuple[str, str]
) -> None:
    """Technical Note 4 to 3A090 counts non-planar dies only; 3A090.a.2 starts at 1,600 TPP.

    Note 2 takes parts that are not for data centers out below 4,800 TPP.
    """
    if datacenter is False:
        expected = ("no", "")
    columns = row(tpp, 0.0, datacenter)
    assert answers_on_every_engine(columns, on="2024-06-01", to=to) == {expected}


@pytest.mark.parametrize(
    ("bandwidth", "to", "expected"),
    [
        (1400.0, "CN", ("undetermined", "letter")),
        (1400.0 - BELOW, "CN", ("no", "")),
        (1400.0, "DE", ("no", "")),
    ],
)
def test_the_numbers_of_a_letter(bandwidth: float, to: str, expected: tuple[str, str]) -> None:
    """The letters of April 2025 start at 1,400 GB/s of memory; a row is not known to be named."""
    columns = row(1000.0, 3100.0, memory_bandwidth=bandwidth)
    assert answers_on_every_engine(columns, on="2025-06-01", to=to) == {expected}


def test_a_license_that_only_a_higher_claim_asks_for_is_contested() -> None:
    """Its classification is not: the letters read the memory bandwidth, 3A090 does not."""
    columns = row(1000.0, 3100.0, memory_bandwidth=1000.0, memory_bandwidth_high=2000.0)
    expected = ("not-met", None, True, "no", None, "")
    assert texts(chipdb.check_frame(columns, on="2025-06-01", to="CN")) == [expected]
    for make in ENGINES.values():
        frame = answers_of(
            chipdb.check_frame(make(arrow_table_of(columns)), on="2025-06-01", to="CN")
        )
        assert frame["contested"].tolist() == [True]
    assert_answers_as_scalar(columns, "2025-06-01", "CN")


@pytest.mark.parametrize("to", PLACES)
@pytest.mark.parametrize("on", ["2025-03-01", "2026-06-01"])
def test_rows_at_thresholds_have_the_cautions_of_the_same_chips(on: str, to: str) -> None:
    assert_answers_as_scalar(near_thresholds(80, 41), on, to)


def test_a_row_of_densities_has_the_cautions_of_the_same_chip() -> None:
    assert_answers_as_scalar(with_densities(80, 42), "2026-06-01", "IN")


@pytest.mark.parametrize("to", ["IN", "CN"])
def test_claims_on_both_sides_of_a_threshold(to: str) -> None:
    """Printed text that only a credible claim reaches is a caution, as for a chip."""
    random, columns = np.random.default_rng(43), near_thresholds(100, 43)
    for name in ("tpp", "applicable_die_area", "memory_bandwidth"):
        known = np.isfinite(columns[name]) & (columns[name] >= 0)
        for end, factors in (("low", [1, 0.999999, 0.8]), ("high", [1, 1.000001, 1.3])):
            values = np.where(known, columns[name], np.nan) * random.choice(factors, 100)
            columns[f"{name}_{end}"] = np.round(values, 6)
    assert_answers_as_scalar(columns, "2026-06-01", to)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_has_the_same_cautions_at_the_thresholds(engine: str) -> None:
    columns = near_thresholds(3000, 44)
    frame = answers_of(
        chipdb.check_frame(ENGINES[engine](arrow_table_of(columns)), on="2026-06-01", to="CN")
    )
    expected = texts(chipdb.check_frame(columns, on="2026-06-01", to="CN"))
    assert list(frame.itertuples(index=False, name=None)) == expected
    kinds = {kind for caution in frame["caution"] for kind in caution.split(";")}
    # to China the paragraph that is printed for the whole world is enforced, so it is no caution
    assert kinds == {"", "letter", "interpretation"}


def test_a_caution_without_a_destination_is_no_column() -> None:
    table = pa.table({"tpp": [4800.0], "applicable_die_area": [3100.0], "datacenter": [True]})
    assert "caution" not in chipdb.check_frame(table, on="2026-06-01").column_names


class TestPolicyThatSaleDecides:
    """742.6(b)(10)(iii)(A)(1): below a TPP of 21,000 and 6,500 GB/s an item of 3A090.a is reviewed
    case by case if it was on sale in the United States on 2026-01-15; no row states that.

    TPP 6,400 on 1,200 mm^2 is a density of 5.33, so 3A090.a by the TPP alone (a.1).
    """

    ROWS: ClassVar = {
        "tpp": [6400.0, 21000.0],
        "applicable_die_area": [1200.0, 1200.0],
        "memory_bandwidth": [900.0, 900.0],
        "aggregate_io_bandwidth": [100.0, 100.0],
        "datacenter": [True, True],
    }

    def test_a_row_has_a_policy_only_where_sale_does_not_decide(self) -> None:
        rows = pd.DataFrame(self.ROWS)
        answers = chipdb.check_frame(rows, on="2026-06-01", to="CN")
        assert list(answers["license_required"]) == ["yes", "yes"]
        assert pd.isna(answers["review"][0])
        assert answers["review"][1] == "presumption-of-denial"

    def test_a_note_gives_the_reason(self, tmp_path: Path) -> None:
        table = tmp_path / "rows.csv"
        pd.DataFrame(self.ROWS).to_csv(table, index=False)
        asked = ("check", "rows.csv", "--to", "CN", "-o", "out.parquet")
        for on, is_said in (("2026-06-01", True), ("2026-01-14", False)):
            notes = run(*asked, "--on", on, folder=tmp_path).err
            assert ("whether a design was on sale" in notes) is is_said


@pytest.mark.parametrize(
    ("on", "to", "area", "expected"),
    [
        # no rule, notice or end of evidence: nothing to caution about
        ("2022-12-01", "DE", 3100.0, ("no", "")),
        ("2024-06-01", "DE", 0.0, ("no", "interpretation")),
        # a strict question counts text that AIA (740.27) may lift, and that is not due yet
        ("2026-06-01", "DE", 3100.0, ("no", "codified")),
        ("2025-02-01", "DE", 3100.0, ("no", "codified")),
        ("2026-06-01", "CN", 3100.0, ("yes", "")),
    ],
)
def test_a_strict_question_counts_every_caution(
    on: str, to: str, area: float, expected: tuple[str, str]
) -> None:
    """A strict "no" with any caution is no clear "no", in a frame as for one chip.

    4,800 TPP is 3A090.a.1; 742.6(a)(6)(iii)(A) as printed took effect on 2025-01-13 and was due
    from 2025-05-15; Technical Note 4 of 2023 counts non-planar dies only.
    """
    asked = {"on": on, "to": to, "from_": "US", "headquarters": [to], "strict": True}
    assert answers_on_every_engine(row(4800, area), **asked) == {expected}


def test_end_uses_count_for_a_strict_question_on_every_row() -> None:
    """744.17, 744.21 to 744.23 ask for a license to China by the use, whatever the figures."""
    asked = {"on": "2024-06-01", "to": "CN", "from_": "US", "headquarters": ["CN"]}
    assert answers_on_every_engine(row(100, 800.0), **asked) == {("no", "")}
    assert answers_on_every_engine(row(100, 800.0), **asked, strict=True) == {("no", "end-use")}


@pytest.mark.parametrize(("options", "status"), [("", 0), ("--strict", 3)])
def test_a_table_ends_as_a_chip_does(tmp_path: Path, options: str, status: int) -> None:
    """The same question of a chip and of a table of its figures has one exit status."""
    table = tmp_path / "chips.csv"
    table.write_text(
        "tpp,applicable_die_area,memory_bandwidth,aggregate_io_bandwidth,datacenter\n"
        "1000,800,500,100,true\n"
    )
    asked = f"--on 2024-06-01 --to CN --from US --headquarters CN {options}".split()
    of_table = run("check", str(table), *asked, "-o", str(tmp_path / "answers.parquet"))
    assert of_table.status == run("check", "T4", *asked).status == status

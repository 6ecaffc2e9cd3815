"""Rules over frames: all engines and the scalar code agree on and next to every threshold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engines import (
    ENGINES,
    ROWS,
    answers_of,
    arrow_table_of,
    assert_answers_as_scalar,
    boundary,
    with_densities,
)
from frame_rows import (
    QUESTIONS,
    SPECIAL,
    around,
    chip_of,
    every_cell,
    near_thresholds,
    rows_of,
    scalar,
    six_places,
    stated,
    texts,
    thresholds,
)

import chipdb
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.intervals import KnownFigures
from chipdb.solver.item import Interpretation, Item
from chipdb.solver.question import question
from chipdb.solver.ruling import applicable_rules, control_list_of
from chipdb.solver.verdict import finding_of, joined

FIGURES = ("tpp", "applicable_die_area", "memory_bandwidth", "aggregate_io_bandwidth")


@pytest.mark.filterwarnings(
    "ignore:the rulebook has no classification rules for a processor on 2021-01-01"
)
@pytest.mark.filterwarnings("ignore:evidence ends on 2025-01-27 for us-license-746-7")
@pytest.mark.parametrize(("on", "to"), QUESTIONS)
def test_rows_on_the_lines_are_answered_as_the_scalar_code_answers(on: str, to: str | None) -> None:
    assert_answers_as_scalar(near_thresholds(120, 1), on, to)


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "2026-06-01", "to": "CN", "from_": "DE"},
        {"on": "2026-06-01", "to": "US", "from_": "NL"},
        {"on": "2026-06-01", "to": "FR", "from_": "DE"},
        {"on": "2026-06-01", "to": "CN", "strict": True},
        {"on": "2025-06-01", "to": "DE", "strict": True},
        # with all parties stated, before the evidence of any rule ends
        {"on": "2022-12-01", "to": "DE", "strict": True, "from_": "US", "headquarters": "DE"},
        {"on": "2024-06-01", "to": "DE", "strict": True, "from_": "US", "headquarters": "DE"},
        # printed text that is not due yet, that AIA may lift, and that nothing lifts
        {"on": "2025-02-01", "to": "IN", "strict": True, "from_": "US", "headquarters": "IN"},
        {"on": "2026-06-01", "to": "DE", "strict": True, "from_": "US", "headquarters": "DE"},
        {"on": "2026-06-01", "to": "IN", "strict": True, "from_": "US", "headquarters": "IN"},
        # measures at the destination
        {"on": "2026-06-01", "to": "CN", "strict": True, "from_": "US", "headquarters": "CN"},
        {"on": "2026-06-01", "to": "SG", "headquarters": ["CN"]},
        {"on": "2024-06-01", "to": "CN", "law": "text"},
        {"on": "2023-10-30", "to": "CN", "law": "text"},
    ],
)
def test_other_exporters_parties_and_laws_are_answered_as_the_scalar_code_answers(
    asked: dict[str, Any],
) -> None:
    """The Union's own entry among them, which reads TPP alone."""
    columns = near_thresholds(100, 31)
    assert texts(chipdb.check_frame(columns, **asked)) == [
        scalar(row, **asked) for row in rows_of(columns)
    ]


def test_every_pair_of_a_line_and_a_density_is_answered_as_the_scalar_code_answers() -> None:
    cells = every_cell()
    some = np.random.default_rng(2).permutation(len(cells["tpp"]))[:1500]
    assert_answers_as_scalar(
        {name: array[some] for name, array in cells.items()}, "2026-06-01", None
    )


@pytest.mark.parametrize(("on", "to"), QUESTIONS[:4])
def test_a_stated_density_is_as_good_as_an_area(on: str, to: str | None) -> None:
    assert_answers_as_scalar(with_densities(150, 3), on, to)


@pytest.mark.parametrize(("on", "to"), QUESTIONS[:2])
def test_two_of_tpp_area_and_density_give_the_third(on: str, to: str | None) -> None:
    random, columns = np.random.default_rng(4), near_thresholds(150, 4)
    columns["performance_density"] = random.choice(around(thresholds("performance_density")), 150)
    left_out = random.integers(0, 3, 150)
    for index, name in enumerate(("tpp", "applicable_die_area", "performance_density")):
        columns[name][left_out == index] = np.nan
    assert_answers_as_scalar(columns, on, to)


@pytest.mark.parametrize(("on", "to"), [("2024-06-01", None), ("2026-06-01", "CN")])
def test_a_density_that_does_not_fit_contests_as_further_claims_of_tpp_and_area_do(
    on: str, to: str | None
) -> None:
    random, columns = np.random.default_rng(10), near_thresholds(400, 10)
    columns = {name: array[np.nan_to_num(columns["tpp"]) > 100] for name, array in columns.items()}
    tpp, area = columns["tpp"], columns["applicable_die_area"]
    with np.errstate(all="ignore"):
        density = np.round(tpp / area * random.choice([1, 0.2, 0.5, 2, 5], len(tpp)), 3)
        made = {
            "tpp": np.round(area * density, 6),
            "applicable_die_area": np.round(tpp / density, 6),
        }
        off = np.abs(tpp / area - density) > np.maximum(density / 100, 0.005)
    odd = np.isfinite(density) & (density > 0) & off
    further = {
        f"{name}_{end}": np.where(odd, values, np.nan)
        for name, values in made.items()
        for end in ("low", "high")
    }
    expected = [scalar(row, on, to) for row in rows_of({**columns, **further})]
    assert (
        texts(chipdb.check_frame({**columns, "performance_density": density}, on=on, to=to))
        == expected
    )
    assert {row[2] for row in expected} == {True, False}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_contests_where_the_density_does_not_fit(engine: str) -> None:
    table = pa.table(
        {
            "tpp": [4000.0] * 3,
            "applicable_die_area": [800.0] * 3,
            "performance_density": [5.0, 1.0, None],
        }
    )
    found = answers_of(
        chipdb.check_frame(
            ENGINES[engine](table.append_column("datacenter", [[True] * 3])), on="2024-06-01"
        )
    )
    # 4000 over 800 is 5, which meets .b; a density of 1 would mean 4000 mm^2, which meets nothing
    assert found["outcome"].tolist() == ["3A090.b"] * 3
    assert found["contested"].tolist() == [False, True, False]


@pytest.mark.parametrize(("on", "to"), [*QUESTIONS[:4], QUESTIONS[9]])
def test_low_and_high_contest_as_further_claims_do(on: str, to: str | None) -> None:
    random, columns = np.random.default_rng(5), near_thresholds(120, 5)
    for name in FIGURES:
        known = np.isfinite(columns[name]) & (columns[name] >= 0)
        for end, factors in (
            ("low", [1, 1, 0.999999, 0.95, 0.7]),
            ("high", [1, 1, 1.000001, 1.05, 1.4]),
        ):
            values = np.where(known, columns[name], np.nan) * random.choice(factors, 120)
            columns[f"{name}_{end}"] = np.where(
                random.random(120) < 0.3, np.nan, np.round(values, 6)
            )
    assert_answers_as_scalar(columns, on, to)
    assert chipdb.check_frame(columns, on=on)["contested"].any()


@pytest.mark.parametrize(("on", "to"), [*QUESTIONS[:4], ("2026-06-01", "RU")])
@pytest.mark.parametrize("left_out", [None, "applicable_die_area"])
def test_ranges_of_density_and_area_contest_what_is_made_of_them(
    left_out: str | None, on: str, to: str | None
) -> None:
    """Two of TPP, area and density are stated, or no column states the area; all have ranges."""
    random, columns = np.random.default_rng(12), near_thresholds(150, 12)
    columns["performance_density"] = random.choice(around(thresholds("performance_density")), 150)
    missing = random.integers(0, 3, 150)
    for index, name in enumerate(("tpp", "applicable_die_area", "performance_density")):
        columns[name][missing == index] = np.nan
        for end, factors in (("low", [1, 0.999999, 0.9, 0.5]), ("high", [1, 1.000001, 1.1, 2])):
            with np.errstate(all="ignore"):
                values = np.round(columns[name] * random.choice(factors, 150), 6)
            columns[f"{name}_{end}"] = np.where(random.random(150) < 0.5, np.nan, values)
    assert_answers_as_scalar(
        {name: array for name, array in columns.items() if not left_out or left_out not in name},
        on,
        to,
    )


def solved(row: dict[str, Any], on: str) -> tuple[str, str | None]:
    """The classification over every value between low and high, by the solver of single chips."""
    asked = question(on)
    rules = applicable_rules(asked, Item(chip_of({}))).asked
    rule = next(rule for rule in rules if rule.question == "classification")
    intervals = {name: interval(row, name) for name in (*FIGURES, "tops")}
    planar = frozenset({"performance_density"} if intervals["applicable_die_area"][1] == 0 else ())
    view = KnownFigures(
        intervals=intervals,
        facts={"datacenter": row["datacenter"], "digital": True},
        part=None,
        undefined=planar,
    )
    law = control_list_of(asked)
    found = joined(
        finding_of(rule, law, assignment)
        for assignment in law.assignments(rule, Interpretation(None, (view,)), "processor")
    )
    return found.status, found.outcome


def interval(row: dict[str, Any], name: str) -> tuple[Fraction, Fraction | None]:
    """A value, or from low to high in whichever order they stand."""
    value, low, high = (row.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    if stated(value):
        return (six_places(value),) * 2
    ends = [
        six_places(low) if stated(low) else Fraction(0),
        six_places(high) if stated(high) else None,
    ]
    return (ends[0], None) if ends[1] is None else (min(ends), max(ends))


@pytest.mark.parametrize("on", ["2026-06-01", "2022-12-01"])
def test_a_missing_figure_between_bounds_is_decided_where_all_values_agree(on: str) -> None:
    random, columns = np.random.default_rng(6), near_thresholds(900, 6)
    del columns[
        "interconnect_bandwidth"
    ]  # it bounds the sum of all links, which the solver is not told here
    for name in FIGURES:
        wide, base = (
            random.choice([0, 1e-6, 0.01, 0.1, 0.5], 900),
            np.abs(np.nan_to_num(columns[name], posinf=100, neginf=100)),
        )
        columns[f"{name}_low"] = np.where(
            random.random(900) < 0.1, random.choice(SPECIAL, 900), np.round(base * (1 - wide), 6)
        )
        columns[f"{name}_high"] = np.where(
            random.random(900) < 0.1,
            random.choice(SPECIAL, 900),
            np.round(base * (1 + 3 * wide), 6),
        )
        columns[name][random.random(900) < 0.75] = np.nan
    found = [answer[:2] for answer in texts(chipdb.check_frame(columns, on=on))]
    wrong = [
        (row, got)
        for row, got in zip(rows_of(columns), found, strict=True)
        if got != solved(row, on)
    ]
    assert not wrong, wrong[:3]
    assert ("met", "3A090") in found or on < "2023", "a paragraph is open somewhere"


@pytest.fixture(scope="module")
def lines() -> dict[str, Any]:
    return boundary()


@pytest.mark.parametrize(
    ("on", "to"), [("2026-06-01", None), ("2026-06-01", "CN"), ("2022-12-01", None)]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_on_200_000_rows_of_the_lines(
    engine: str, on: str, to: str | None, lines: dict[str, Any]
) -> None:
    found = answers_of(chipdb.check_frame(ENGINES[engine](arrow_table_of(lines)), on=on, to=to))
    expected = texts(chipdb.check_frame(lines, on=on, to=to))
    assert len(found) == ROWS
    assert list(found.itertuples(index=False, name=None)) == [tuple(row) for row in expected]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_honors_low_and_high(engine: str) -> None:
    random, columns = np.random.default_rng(8), near_thresholds(4000, 8)
    columns["tpp_low"], columns["tpp_high"] = columns["tpp"] * 0.99, columns["tpp"] * 1.3
    columns["applicable_die_area_high"] = np.abs(columns["applicable_die_area"]) * 2
    columns["tpp"][random.random(4000) < 0.3] = np.nan
    columns["applicable_die_area"][random.random(4000) < 0.3] = np.nan
    found = answers_of(
        chipdb.check_frame(ENGINES[engine](arrow_table_of(columns)), on="2026-06-01", to="CN")
    )
    assert list(found.itertuples(index=False, name=None)) == texts(
        chipdb.check_frame(columns, on="2026-06-01", to="CN")
    )
    assert found["contested"].any()
    assert "3A090" in set(found["outcome"])


OPEN_ENDS = """
- id: below-and-dense
  question: classification
  provisions:
  - {id: x, when: {all: [{metric: tpp, lt: 5000}, {metric: performance_density, ge: 2}]}}
"""


@pytest.mark.parametrize(
    ("most", "area", "status"),
    [
        (5000.0, 2500.0, "not-met"),
        (5000.0, 2499.999999, "undetermined"),
        (4999.999999, 2500.0, "not-met"),
    ],
)
def test_an_end_that_is_only_approached_is_not_reached(
    most: float, area: float, status: str
) -> None:
    """At 2500 mm^2 the density is 2 only from 5000 on, which lies outside the provision."""
    book = Rulebook([], chipdb.load_rules().notices).with_file(OPEN_ENDS.encode(), "own.yaml")
    found = chipdb.check_frame(
        {
            "tpp_low": np.array([4000.0]),
            "tpp_high": np.array([most]),
            "applicable_die_area": np.array([area]),
        },
        on="2024-06-01",
        rulebook=book,
    )
    assert texts(found) == [(status, None, False)]

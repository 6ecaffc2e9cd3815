"""How close the model comes to published measurements: the aims that a change must not break."""

from __future__ import annotations

from math import inf
from statistics import median

import pytest

from chipdb.workloads.data import vendor_points
from chipdb.workloads.validation import Point, pair_summary, points, summaries, summary


@pytest.fixture(scope="module")
def rows() -> list[Point]:
    return points()


@pytest.fixture(scope="module")
def others(rows: list[Point]) -> list[Point]:
    """The measurements of chips that nothing was fitted on."""
    return [row for row in rows if not row.is_fitted]


def test_every_measurement_has_an_estimate(rows: list[Point]) -> None:
    assert len(rows) == 617
    assert all(row.nominal > 0 for row in rows)


def test_most_measurements_of_other_chips_lie_inside(others: list[Point]) -> None:
    """At least 93 % inside, with a median width of at most 2.5 and error of at most 15 %."""
    found = summary("other chips", others)
    assert found.inside >= 0.93
    assert found.width <= 2.5
    assert found.error <= 0.15


def test_dense_models_are_closer(others: list[Point]) -> None:
    """A median error of at most 12 %."""
    assert summary("dense", [row for row in others if row.is_dense]).error <= 0.12


def test_a_ratio_of_chips_is_closer_than_the_ratio_of_their_tpp(rows: list[Point]) -> None:
    """At most 16 %, and under two thirds of the error of the TPP ratio."""
    pairs = pair_summary(rows)
    assert pairs.error < 2 / 3 * pairs.tpp_error
    assert pairs.error <= 0.16


def test_sources_with_many_points_are_covered(rows: list[Point]) -> None:
    """At least 90 % inside for each source of ten points or more.

    The exceptions are explained in the documentation: MLPerf Inference does not state the layout,
    and has cards of 350 and 400 W, whose clocks are those of 700 W nowhere in the model.
    """
    explained = {"mlperf-inference-4.1", "mlperf-inference-5.1"}
    for found in summaries(rows, lambda row: row.measured.source):
        if found.points >= 10 and found.name not in explained:
            assert found.inside >= 0.90, found


def measured_over_nominal(row: Point) -> float:
    """How much better a measurement is than its estimate; of times, the smaller is the better."""
    if row.measured.phase == "ttft":
        return row.bias
    # what was measured although the model says that it does not fit
    if not row.nominal:
        return inf
    return 1 / row.bias


def test_the_points_of_each_vendor_are_those_that_answers_state(rows: list[Point]) -> None:
    """vendors.yaml holds what this test works out again from all points, to two decimals."""
    known = [*rows, *points(later=True)]
    for vendor in sorted({row.vendor for row in known}):
        own = [row for row in known if row.vendor == vendor]
        stated = vendor_points(vendor)
        assert stated is not None
        ratios = [measured_over_nominal(row) for row in own]
        assert stated["points"] == len(own)
        assert stated["inside"] == pytest.approx(summary(vendor, own).inside, abs=0.005)
        assert stated["measured_over_nominal"] == pytest.approx(median(ratios), abs=0.005)


def test_later_measurements_are_of_other_publishers(rows: list[Point]) -> None:
    """At least 60 that the model was not developed with, none left out for how it came out."""
    later = points(later=True)
    assert len(later) >= 60
    assert not {row.measured.source for row in later} & {row.measured.source for row in rows}

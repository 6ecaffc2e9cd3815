"""The data of the workload model: everything that one file names is in another."""

from __future__ import annotations

import pytest

import chipdb
from chipdb.curation.data_checks import check_data
from chipdb.workloads.data import (
    Measurement,
    all_measured,
    bands,
    fitted_on,
    models,
    sources,
)
from chipdb.workloads.efficiencies import Corner
from chipdb.workloads.layouts import parse_layout
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.validation import TIME_TO_FIRST
from chipdb.workloads.workload import Phase

ROWS = all_measured()


def test_no_file_has_a_problem() -> None:
    found = [file for file in check_data() if file.file.startswith("data/workloads/")]
    assert len(found) == 6
    assert [problem for file in found for problem in file.problems] == []


def test_every_measurement_has_an_id_of_its_own() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("chip", sorted({row.chip for row in ROWS}))
def test_every_measured_chip_is_in_the_catalog(chip: str) -> None:
    assert chipdb.load()[chip].id == chip


def test_measurements_name_what_exists() -> None:
    for row in ROWS:
        assert row.model in models(), row.id
        assert row.source in sources(), row.id
        assert row.precision in PRECISIONS, row.id
        assert row.phase in {TIME_TO_FIRST, *Phase}, row.id


def test_a_layout_fits_the_chips_that_were_measured() -> None:
    """The rest are copies: in training, or of a package that counts as two in EP320."""
    for row in ROWS:
        if row.layout is not None and row.phase != Phase.TRAIN and row.layout != "EP320":
            assert is_divided(row), row.id


def is_divided(row: Measurement) -> bool:
    """Whether the chips of a measurement are whole copies of its layout."""
    assert row.layout is not None
    chips = parse_layout(row.layout).chips
    # DeepSeek states its units of deployment, CloudMatrix384 counts dies
    return row.chips % chips == 0 or chips % row.chips == 0


def test_every_band_holds_its_nominal_value() -> None:
    """Of shares, the low end is the lower; of times and losses, it is the higher."""
    for name, (low, nominal, high) in bands().bands.items():
        assert low <= nominal <= high or low >= nominal >= high, name


def test_nominal_is_what_the_file_says() -> None:
    nominal = bands().corners[Corner.NOMINAL]
    for name, band in bands().bands.items():
        assert getattr(nominal, name) == pytest.approx(band[1]), name


def test_the_fitted_chips_are_measured() -> None:
    assert set(fitted_on()) <= {row.chip for row in ROWS}

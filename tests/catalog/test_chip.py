"""What a chip says of itself: its metrics, and a short ``repr``."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

import chipdb
from chipdb.catalog.chip import Chip
from chipdb.errors import UnknownNameError

CATALOG = chipdb.load()
MOST_CHARACTERS = 500


class TestMetrics:
    """Specification, section 0: ``chip.tpp`` is a plain float, ``chip.metric`` has the range."""

    def test_tpp_is_a_float(self) -> None:
        tpp = CATALOG["H20"].tpp
        assert tpp == 2368.0
        assert isinstance(tpp, float)

    def test_an_unknown_tpp_is_none(self) -> None:
        unknown = Chip(id="mine", name="Mine")
        assert unknown.tpp is None
        assert unknown.metric("tpp").state == "unknown"

    def test_a_metric_has_a_range_a_unit_and_a_state(self) -> None:
        density = CATALOG["H20"].metric("performance_density")
        assert density.value is not None
        assert density.low is not None
        assert density.high is not None
        assert density.low <= density.value <= density.high
        assert (density.unit, density.state) == ("TPP/mm^2", "known")

    def test_a_system_has_the_tpp_of_its_best_chip(self) -> None:
        system = CATALOG["GB200 NVL72"]
        assert system.tpp == max(chip.tpp or 0.0 for chip, _ in system.processors())

    def test_derating_scales_it(self) -> None:
        half = CATALOG["H20"].derate(compute="50%").metric("tpp").value
        assert half == Fraction(1184)

    def test_an_unknown_metric_lists_the_metrics(self) -> None:
        with pytest.raises(UnknownNameError, match="unknown metric 'speed'; expected tpp, "):
            CATALOG["H20"].metric("speed")


class TestRepr:
    """Specification, section 0: a ``repr`` has under 500 characters."""

    def test_of_the_catalog(self) -> None:
        assert len(repr(CATALOG)) < MOST_CHARACTERS

    def test_of_chips_figures_and_claims(self) -> None:
        for chip in CATALOG:
            assert len(repr(chip)) < MOST_CHARACTERS
            for figure in chip.figures():
                assert len(repr(figure)) < MOST_CHARACTERS
                for claim in figure.claims:
                    assert len(repr(claim)) < MOST_CHARACTERS

    def test_a_figure_shows_its_value(self) -> None:
        bandwidth = CATALOG["H20"].memory.bandwidth
        assert repr(bandwidth) == "<Figure memory.bandwidth: 4,000 GB/s, official, 3 claims>"


class TestUnknownName:
    """An error that crosses processes keeps what it says."""

    def test_it_pickles(self) -> None:
        error = UnknownNameError("knob", "volume", choices=("compute", "die-area"))
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes

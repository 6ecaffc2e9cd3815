"""``to_frame`` of every answer, and the frame of the catalog on each engine."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import chipdb
from chipdb.errors import ParameterError
from chipdb.notebook import Framed

DAY = "2026-06-01"


def answer_classes() -> list[type]:
    """Every class with a ``to_dict`` of its own in the packages that answer."""
    found: set[type] = set()
    for package in ("chipdb.answers", "chipdb.curation", "chipdb.bulk.sweep", "chipdb.catalog"):
        folder = Path(str(importlib.import_module(package).__file__)).parent
        for module in pkgutil.iter_modules([str(folder)]):
            members = vars(importlib.import_module(f"{package}.{module.name}")).values()
            found |= {each for each in members if inspect.isclass(each) and "to_dict" in vars(each)}
    return sorted(found, key=lambda each: each.__name__)


def test_every_answer_has_a_frame() -> None:
    """docs/specification.md, section 5: every answer has ``to_dict`` and ``to_frame``."""
    classes = answer_classes()
    assert len(classes) > 15
    assert [each.__name__ for each in classes if not hasattr(each, "to_frame")] == []


def test_the_frame_of_one_answer_has_its_values() -> None:
    answer = chipdb.check("H20", on=DAY, to="CN")
    frame = answer.to_frame()
    record = answer.to_dict()
    assert len(frame) == 1
    row = frame.iloc[0]
    assert row["chip"] == record["chip"]
    assert row["license.required"] == record["license"]["required"]
    assert row["verdict.text"] == record["verdict"]["text"]
    assert row["metrics.tpp.value"] == record["metrics"]["tpp"]["value"]


def test_an_answer_of_rows_has_a_row_for_each() -> None:
    comparison = chipdb.compare(["H20", "H100"])
    frame = comparison.to_frame()
    assert len(frame) == 2 * len(comparison)
    bandwidth = frame[(frame["figure"] == "memory_bandwidth")].set_index("chip")
    for value in comparison.to_dict()["lines"]:
        if value["figure"] == "memory_bandwidth":
            for each in value["values"]:
                assert bandwidth.loc[each["chip"], "value"] == each["value"]


def test_answers_that_framed_covers_do_not_forget_their_json() -> None:
    with pytest.raises(NotImplementedError):
        Framed().to_dict()


class TestCatalog:
    def test_units_and_country(self) -> None:
        """The H20 has 4.0 TB/s of bandwidth and 400 W; Huawei is a Chinese vendor."""
        frame = chipdb.load().frame(figures=["power.tdp"], kind="processor")
        units = frame.attrs["units"]
        assert (units["memory_bandwidth"], units["power.tdp"]) == ("GB/s", "W")
        assert frame.loc["nvidia-h20-96gb", ["memory_bandwidth", "power.tdp"]].tolist() == [
            4000.0,
            400.0,
        ]
        assert frame.loc["huawei-ascend-910c", "country"] == "CN"
        assert set(frame["kind"]) == {"processor"}

    def test_every_figure(self) -> None:
        catalog = chipdb.load()
        frame = catalog.frame(figures="all")
        chip = catalog["H100"]
        for figure in chip.figures():
            if figure.path != "prices":
                assert frame.loc[chip.id, figure.path] == pytest.approx(figure.value)
                assert frame.attrs["units"][figure.path] == figure.unit

    @pytest.mark.parametrize("backend", ["polars", "pyarrow"])
    def test_other_engines_get_the_answers_of_pandas(self, backend: str) -> None:
        catalog = chipdb.load()
        other = catalog.frame(kind="processor", backend=backend)
        asked = {"on": DAY, "to": "CN"}
        columns = ["status", "outcome", "contested", "license_required"]
        expected = chipdb.check_frame(catalog.frame(kind="processor"), **asked)
        answers = chipdb.check_frame(other, **asked)
        for name in columns:
            own = expected[name].astype(object).where(expected[name].notna(), None).tolist()
            theirs = answers[name]
            listed = theirs.to_list() if backend == "polars" else theirs.to_pylist()
            assert listed == own, name

    def test_units_of_polars_are_in_the_names(self) -> None:
        frame = chipdb.load().frame(figures="all", kind="processor", backend="polars")
        assert {"memory_bandwidth [GB/s]", "dies[0].area [mm^2]", "tpp"} <= set(frame.columns)
        # unknown is null, which NaN is not in polars
        assert not frame["tpp"].is_nan().any()

    def test_an_empty_choice(self) -> None:
        empty = chipdb.load().frame(kind="memory-stack")
        assert set(empty["kind"]) == {"memory-stack"}

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"kind": "gpu"}, "kind must be one of processor"),
            ({"backend": "spark"}, "backend must be one of pandas, polars, pyarrow"),
            ({"figures": ["power.tdpp"]}, "figures must be .* paths of figures, not 'power.tdpp'"),
        ],
    )
    def test_wrong_words(self, wrong: dict[str, str], message: str) -> None:
        with pytest.raises(ParameterError, match=message):
            chipdb.load().frame(**wrong)

"""Charts as pictures: labels that are there and do not overlap, captions, formats, errors."""

from __future__ import annotations

import itertools
import json
import math
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import Loads, measured, parsed, texts, written
from running import run

import chipdb
from chipdb import data_files
from chipdb.errors import ChipdbError
from chipdb.metrics import measure
from chipdb.views.charts import KINDS
from chipdb.views.charts.labels import Anchor, Box, Room, box_around, spread_out, width
from chipdb.views.charts.names import short
from chipdb.views.charts.picture import MIME, VEGA_LITE, Chart
from chipdb.views.charts.theme import DARK, LIGHT, Theme

ROOT = Path(__file__).parents[2]
DAY = "2026-06-01"
CALLS: dict[str, dict[str, Any]] = {
    "tpp-density": {
        "chips": ["A100", "H100", "H800", "H20", "910B4", "L20", "RTX 4090", "MI350X"],
        "derate": [f"{position}:compute=30%" for position in range(1, 9)],
    },
    "bandwidth": {"chips": ["H20", "H200", "MI325X", "A100", "H100"]},
    "timeline": {"chips": ["A100", "A800", "H100", "H20", "RTX 4090"], "to": "CN"},
    "compare": {"chips": ["910B", "910C", "H20", "A100"]},
    "headroom": {"chips": ["H100", "H20"]},
    "roofline": {"chips": ["H100", "910B", "H20"]},
    "price": {"chips": ["H100", "RTX 4090", "MI300X"]},
    "estimate": {
        "chips": ["H20", "H100", "910C"],
        "model": "llama3.1-70b",
        "phase": "decode",
        "layout": "TP4",
        "input": 3000,
    },
    "equivalents": {
        "chips": ["H20", "A100", "910C", "GB200"],
        "baseline": "B200",
        "model": "deepseek-v3",
        "phase": "decode",
        "input": 5000,
        "latency": "50ms",
    },
    "envelope": {
        "chips": ["H100", "B200"],
        "to": "CN",
        "model": "llama3.1-70b",
        "phase": "decode",
        "layout": "TP4",
        "latency": "50ms",
    },
}
LABELS = {
    "tpp-density": [
        "A100",
        "H100",
        "H800",
        "H20, compute −30 %",
        "Ascend 910B4",
        "L20",
        "RTX 4090",
        "MI350X",
    ],
    "bandwidth": ["H20", "H200", "MI325X", "A100", "H100"],
    "timeline": ["A100", "A800", "H100", "H20", "RTX 4090"],
    "compare": [
        "Ascend 910B2",
        "Ascend 910C",
        "H20",
        "TPP, 4,992",
    ],
    "headroom": ["H100, leaves 3A090.a, compute", "H20, enters 3A090.b, compute"],
    "roofline": ["H100 FP8/INT8", "Ascend 910B2 INT8", "H20 FP8/INT8"],
    "price": ["H100", "RTX 4090", "MI300X"],
    "estimate": ["H20", "H100", "Ascend 910C"],
    "equivalents": ["H20", "A100", "by the workload", "by TPP", "GB200"],
    "envelope": ["H100", "B200", "2023-11-17, 88 FR 73458"],
}


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    """A chart of each kind with named chips."""
    return {kind: chipdb.chart(kind, on=DAY, **call) for kind, call in CALLS.items()}


def scales(chart: Chart) -> list[Callable[[float], float]]:
    """From values to pixels on both axes, by the scales of the specification.

    A value beyond an end gets the position of that end.
    """
    (encoding,) = {
        json.dumps(layer["encoding"])
        for layer in chart.spec["layer"]
        if "size" in layer["encoding"]
    }
    sizes = {"x": (0, chart.spec["width"]), "y": (chart.spec["height"], 0)}

    def scale(axis: str) -> Callable[[float], float]:
        low, high = json.loads(encoding)[axis]["scale"]["domain"]
        start, end = sizes[axis]

        def place(value: float) -> float:
            share = math.log(min(max(value, low), high) / low) / math.log(high / low)
            return start + (end - start) * share

        return place

    return [scale("x"), scale("y")]


class TestPictures:
    """Every kind is drawn, in both looks, with what it must say."""

    def test_every_kind_is_here(self) -> None:
        assert set(CALLS) == set(KINDS)

    @pytest.mark.parametrize("kind", KINDS)
    def test_named_chips_are_labeled(self, charts: dict[str, Chart], kind: str) -> None:
        assert set(LABELS[kind]) <= set(written(charts[kind].svg()))

    @pytest.mark.parametrize("kind", KINDS)
    def test_no_text_overlaps_another(self, charts: dict[str, Chart], kind: str) -> None:
        found = texts(charts[kind])
        assert len(found) > 8
        assert [
            (one.text, other.text)
            for one, other in itertools.combinations(found, 2)
            if one.meets(other)
        ] == []

    def test_an_overlap_would_be_seen(self, charts: dict[str, Chart]) -> None:
        """The same chart with every label moved to one height."""
        spec = json.loads(charts["compare"].json())
        for row in (
            row for layer in spec["layer"] for row in layer["data"]["values"] if "text" in row
        ):
            row["py"] = 10
        found = texts(Chart("compare", spec))
        assert any(one.meets(other) for one, other in itertools.combinations(found, 2))

    @pytest.mark.parametrize("kind", ["tpp-density", "bandwidth", "price"])
    def test_no_text_overlaps_another_where_nobody_is_named(self, kind: str) -> None:
        found = texts(chipdb.chart(kind, on=DAY))
        assert [
            (one.text, other.text)
            for one, other in itertools.combinations(found, 2)
            if one.meets(other)
        ] == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_compiles_without_a_warning(
        self, charts: dict[str, Chart], kind: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        compiled = vl_convert.vegalite_to_vega(
            charts[kind].spec, vl_version=VEGA_LITE, show_warnings=True
        )
        assert compiled["marks"]
        assert capfd.readouterr().err == ""

    def test_a_warning_would_be_seen(self, capfd: pytest.CaptureFixture[str]) -> None:
        wrong = {
            "data": {"values": [{"a": 1}]},
            "mark": "bar",
            "encoding": {"shape": {"field": "a", "type": "nominal"}},
        }
        vl_convert.vegalite_to_vega(wrong, vl_version=VEGA_LITE, show_warnings=True)
        assert capfd.readouterr().err != ""

    @pytest.mark.parametrize("kind", KINDS)
    def test_dark(self, charts: dict[str, Chart], kind: str) -> None:
        """Another paper and other inks, the same words."""
        dark = chipdb.chart(kind, on=DAY, theme="dark", **CALLS[kind])
        assert dark.spec["background"] != charts[kind].spec["background"]
        assert written(dark.svg()) == written(charts[kind].svg())

    def test_png_is_of_the_size_of_the_svg_times_the_scale(self, charts: dict[str, Chart]) -> None:
        chart = charts["compare"]
        data, svg = chart.png(scale=2), parsed(chart.svg())
        sides = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        assert data.startswith(b"\x89PNG")
        assert sides == (int(svg.attrib["width"]) * 2, int(svg.attrib["height"]) * 2)

    def test_html_loads_nothing(self, charts: dict[str, Chart]) -> None:
        page = charts["tpp-density"].html()
        loads = Loads()
        loads.feed(page)
        assert loads.found == []
        assert "Ascend 910B4" in page

    def test_no_name_can_break_out(self) -> None:
        """A name that would end a script or an attribute is a text like any other."""
        name = '</script><script>alert("1")</script><!-- & \'x'
        record = {
            "name": name,
            "designed_for": "datacenter",
            "metrics": {"tpp": "4799", "applicable_die_area": "900 mm^2"},
        }
        chart = chipdb.chart(
            "tpp-density", chipdb.load().adopt(json.dumps(record).encode(), "mine.json"), on=DAY
        )
        page = chart.html()
        assert (
            page.lower().count("<script")
            == page.lower().count("</script>")
            == chipdb.chart("compare", ["A100", "H100"], on=DAY).html().lower().count("</script>")
        )
        assert "\\u003c/script>\\u003cscript>alert" in page
        assert name in written(chart.svg())

    def test_a_page_that_loads_would_be_seen(self, charts: dict[str, Chart]) -> None:
        loads = Loads()
        loads.feed(
            vl_convert.vegalite_to_html(charts["compare"].spec, vl_version=VEGA_LITE, bundle=False)
        )
        assert loads.found != []


class TestNamesOfRegions:
    """A name of a region is written over a mark only where it has no other place."""

    def test_the_mark_of_the_h20_is_not_covered(self) -> None:
        """A chart without named chips labels the H20; a name was written over its mark."""
        drawn = chipdb.chart("bandwidth", on=DAY)
        layers = drawn.spec["layer"]
        to_x, to_y = scales(drawn)
        (mark,) = [
            (to_x(row["x"]), to_y(row["y"]))
            for layer in layers
            for row in layer["data"]["values"]
            if row.get("id") == "nvidia-h20-96gb"
        ]
        names = [
            Box(row["px"], row["py"] - 7, row["px"] + width(row["text"], 12.5), row["py"] + 7)
            for layer in layers
            if layer["mark"].get("fontSize") == 12.5
            for row in layer["data"]["values"]
        ]
        assert len(names) > 3
        assert not any(name.meets(box_around(*mark, 4)) for name in names)

    @pytest.mark.parametrize("kind", ["bandwidth", "tpp-density"])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_marks_of_named_chips_are_not_covered(self, kind: str, theme: str) -> None:
        for name in ("H20", "H100", "A800", "L40S", "MI325X", "A100", "RTX 4090", "910B4"):
            drawn = chipdb.chart(kind, name, on=DAY, theme=theme)
            to_x, to_y = scales(drawn)
            layers = drawn.spec["layer"]
            names = [
                Box(row["px"], row["py"] - 7, row["px"] + width(row["text"], 12.5), row["py"] + 7)
                for layer in layers
                if layer["mark"].get("fontSize") == 12.5
                for row in layer["data"]["values"]
            ]
            marks = [
                (to_x(row["x"]), to_y(row["y"]))
                for layer in layers
                if "size" in layer["encoding"]
                for row in layer["data"]["values"]
            ]
            assert names
            assert marks
            assert not [mark for mark in marks for box in names if box.meets(box_around(*mark, 5))]


class TestCaption:
    """Every chart states day, rule and data version."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_day_and_versions(self, charts: dict[str, Chart], kind: str) -> None:
        (caption,) = [text for text in written(charts[kind].svg()) if text.startswith(DAY)]
        assert f"data {data_files.data_hash()[:8]}, chipdb {chipdb.__version__}" in caption

    @pytest.mark.parametrize(
        ("kind", "rules"),
        [
            ("tpp-density", "us-3a090-2023"),
            ("bandwidth", "us-letter-2025, us-review-2026"),
            ("headroom", "us-3a090-2023"),
        ],
    )
    def test_rules(self, charts: dict[str, Chart], kind: str, rules: str) -> None:
        assert f"{DAY}; rules: {rules};" in " ".join(written(charts[kind].svg()))

    def test_a_proposal_is_called_one(self) -> None:
        drawn = chipdb.chart("tpp-density", "H20", on=DAY, rules="us-bill-gain-s3150")
        assert "us-bill-gain-s3150 (a proposal, not law)" in json.dumps(drawn.spec)

    def test_a_rule_of_another_day_is_drawn_and_said(self) -> None:
        drawn = chipdb.chart("tpp-density", "H800", on=DAY, rules="us-3a090-2022")
        assert "us-3a090-2022 (not in force that day)" in json.dumps(drawn.spec)
        assert "I/O bandwidth of 600 GB/s or more" in drawn.spec["description"]

    def test_a_dated_catalog_has_its_own_hash(self) -> None:
        ran = run(
            "plot",
            "compare",
            "A100",
            "H100",
            "--on",
            DAY,
            "--vintage",
            "2026.11",
            "--format",
            "json",
        )
        assert f"data {chipdb.load('2026.11').data[:8]}" in ran.json["description"]


class TestLabels:
    """The room of a label is not less than what it fills, and no two labels share room."""

    @pytest.mark.parametrize("bold", [False, True])
    @pytest.mark.parametrize(
        "text",
        [
            "H100",
            "Ascend 910B4, compute −30 %",
            "MI300X",
            "RTX PRO 6000 Blackwell Max-Q",
            "GeForce RTX 4090 D",
            "WWW mmm",
            "昇腾910B",
        ],
    )
    def test_width_holds_the_text(self, text: str, bold: bool) -> None:
        real = measured(text, 11, "bold" if bold else "normal")
        assert real <= width(text, 11, bold) + 1
        if text.isascii():  # what a machine without a Chinese font draws is narrower than with one
            assert width(text, 11, bold) <= real * 1.35 + 5

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 600),
                st.integers(0, 400),
                st.sampled_from(["H100", "Ascend 910B4", "L2"]),
            ),
            max_size=25,
        )
    )
    def test_those_that_must_be_there_are_and_none_overlap(
        self, points: list[tuple[int, int, str]]
    ) -> None:
        room = Room(Box(0, 0, 660, 470))
        placed = room.place([Anchor(x=x, y=y, text=text, must=True) for x, y, text in points], 11)
        assert sorted(one.anchor.text for one in placed) == sorted(text for _, _, text in points)
        assert not any(one.box.meets(other.box) for one, other in itertools.combinations(placed, 2))
        assert all(one.box.within(room.bounds) for one in placed)

    @settings(max_examples=60)
    @given(st.lists(st.floats(0, 400), min_size=1, max_size=20))
    def test_spread_out(self, wanted: list[float]) -> None:
        found = spread_out(wanted, 15, 0, 400)
        ordered = sorted(found)
        assert all(high - low >= 15 - 1e-6 for low, high in itertools.pairwise(ordered))
        assert ordered[0] >= -1e-6
        assert ordered[-1] <= 400 + 1e-6
        ranks = [sorted(wanted).index(value) for value in wanted]
        assert all(
            found[one] <= found[two]
            for one, two in itertools.combinations(range(len(wanted)), 2)
            if ranks[one] < ranks[two]
        )


class TestContents:
    """What is drawn is what the answers say."""

    def test_many_chips(self) -> None:
        """Sixty named chips: each has its label, and none overlaps another."""
        chips = [
            chip
            for chip in chipdb.load()
            if chip.kind == "processor" and chip.represents and chip.vendor == "NVIDIA"
        ]
        names = [chip.id for chip in chips if measure(chip, "performance_density").value][:60]
        drawn = chipdb.chart("tpp-density", names, on=DAY)
        assert "No room" not in json.dumps(drawn.spec)
        found = texts(drawn)
        assert [
            (one.text, other.text)
            for one, other in itertools.combinations(found, 2)
            if one.meets(other)
        ] == []

    @pytest.mark.parametrize("kind", ["roofline", "timeline", "headroom", "compare"])
    def test_rows_of_many_chips(self, kind: str) -> None:
        names = [
            "V100",
            "A100",
            "H100",
            "H200",
            "B200",
            "MI300X",
            "910B",
            "H20",
            "Gaudi 2",
            "RTX 4090",
            "TPU v4",
        ]
        found = texts(
            chipdb.chart(kind, names, on=DAY, to="CN" if kind in ("timeline", "headroom") else None)
        )
        assert [
            (one.text, other.text)
            for one, other in itertools.combinations(found, 2)
            if one.meets(other)
        ] == []

    @pytest.mark.parametrize("kind", ["tpp-density", "bandwidth"])
    def test_regions_lie_at_their_thresholds_on_the_axes(
        self, charts: dict[str, Chart], kind: str
    ) -> None:
        """Rectangles meet the thresholds to within the pixel that they are rounded to."""
        rows = [
            row
            for layer in charts[kind].spec["layer"]
            for row in layer["data"]["values"]
            if "x_from" in row
        ]
        across, up = scales(charts[kind])
        for row in rows:
            assert row["px"] == pytest.approx(across(row["x_from"]), abs=0.51)
            assert row["px2"] == pytest.approx(across(row["x_to"] or 1e12), abs=0.51)
            assert row["py"] == pytest.approx(up(row["y_from"]), abs=0.51)
            assert row["py2"] == pytest.approx(up(row["y_to"] or 1e12), abs=0.51)
        area = sum((row["px2"] - row["px"]) * (row["py"] - row["py2"]) for row in rows)
        assert area == charts[kind].spec["width"] * charts[kind].spec["height"]

    @pytest.mark.parametrize("kind", ["tpp-density", "bandwidth"])
    def test_labels_stand_beside_their_points_or_are_tied_to_them(self, kind: str) -> None:
        chart = chipdb.chart(kind, ["A100", "H100", "H20", "MI300X", "L20", "910B4"], on=DAY)
        across, up = scales(chart)
        values = [row for layer in chart.spec["layer"] for row in layer["data"]["values"]]
        points = {
            short(chipdb.load()[row["id"]]): (across(row["x"]), up(row["y"]))
            for row in values
            if "size" in row
        }
        ends = [(row["px2"], row["py2"]) for row in values if {"px2", "py2"} <= set(row)]
        labels = {row["text"]: row for row in values if row.get("text") in points}
        assert set(labels) == set(points)
        for name, (x, y) in points.items():
            beside = (
                abs(labels[name]["py"] - y) < 25
                and abs(labels[name]["px"] - x) < 25 + width(name, 11, bold=True) / 2
            )
            assert beside or any(abs(end[0] - x) < 0.2 and abs(end[1] - y) < 0.2 for end in ends), (
                name
            )

    def test_derating_is_a_way_of_points(self) -> None:
        """B200: 36,000 TPP on 1,600 mm2; 30 % less compute is 25,200."""
        drawn = chipdb.chart("tpp-density", "B200", on=DAY, derate={"compute": "30%"})
        rows = [
            row
            for layer in drawn.spec["layer"]
            for row in layer["data"]["values"]
            if row.get("id") == "nvidia-b200-sxm6-180gb"
        ]
        assert {(row["x"], row["y"]) for row in rows} == {(22.5, 36000.0), (15.75, 25200.0)}

    def test_two_forms_of_one_chip_go_their_own_ways(self) -> None:
        """B200 as sold, and on dies smaller by a tenth: 1,440 mm2 instead of 1,600."""
        sold = chipdb.load()["B200"]
        both = ["1:compute=30%", "2:compute=30%"]
        forms = [sold, sold.derate(die_area="10%")]
        drawn = chipdb.chart("tpp-density", forms, on=DAY, derate=both)
        ends = [
            (row["x"], row["y"])
            for layer in drawn.spec["layer"]
            for row in layer["data"]["values"]
            if "size" in row
        ]
        assert sorted(ends) == [(25200 / 1600, 25200.0), (25200 / 1440, 25200.0)]

    def test_chips_at_one_place_are_told_apart(self) -> None:
        """The links, in which H100 and H800 differ, count under the rule of 2022 only."""
        then = chipdb.chart("tpp-density", ["H100", "H800"], on="2023-06-01")
        assert {"H100 (3A090.a)", "H800 (not controlled)"} <= {one.text for one in texts(then)}
        outer, inner = [
            row for layer in then.spec["layer"] for row in layer["data"]["values"] if "size" in row
        ]
        assert (outer["answer"], inner["answer"]) == ("not controlled", "3A090.a")
        assert outer["size"] > inner["size"]
        assert {"H100", "H800"} <= {
            one.text for one in texts(chipdb.chart("tpp-density", ["H100", "H800"], on=DAY))
        }

    def test_contested_chips_have_bars(self) -> None:
        """910B4: 3,932.8 to 4,480."""
        drawn = chipdb.chart("tpp-density", "910B4", on=DAY)
        assert "Thin bars: range of the credible claims." in json.dumps(drawn.spec)
        assert "3,932.8 to 4,480" in json.dumps(drawn.spec)

    def test_roofs_meet_at_the_ridge(self) -> None:
        """A100: 312 TFLOPS over 2,039 GB/s is 153 operations a byte."""
        from chipdb.views.charts.roofs import roofs

        (roof,) = [roof for roof in roofs(chipdb.load()["A100"]) if "fp16" in roof.formats]
        assert float(roof.ridge) == pytest.approx(312000 / 2039)
        assert roof.attainable(roof.ridge) == roof.rate
        assert float(roof.attainable(roof.ridge / 2)) == pytest.approx(156)

    def test_prices_have_their_spread(self) -> None:
        """RTX PRO 6000: 96 GB at 8,565 to 16,000 USD."""
        from chipdb.views.charts.prices import value_of

        found = value_of(chipdb.load()["RTX PRO 6000"], "USD")
        assert found is not None
        assert found.memory is not None
        ends = [float(end) for end in (found.memory.low, found.memory.value, found.memory.high)]
        assert ends == pytest.approx([96000 / 16000, 96000 / 8565, 96000 / 8565])

    def test_bars_reach_from_one_to_the_ratio(self) -> None:
        """H20 over A100: TPP 2,368 / 4,992, memory 4,000 / 2,039; lengths are logarithms."""
        drawn = chipdb.chart("compare", ["H20", "A100"], on=DAY)
        rows = {
            row["figure"].split(",")[0]: row
            for layer in drawn.spec["layer"]
            for row in layer["data"]["values"]
            if "figure" in row
        }
        tpp, memory = rows["TPP"], rows["memory bandwidth"]
        assert tpp["px2"] == memory["px"]
        lengths = [row["px2"] - row["px"] for row in (tpp, memory)]
        assert lengths[1] / lengths[0] == pytest.approx(
            math.log(4000 / 2039) / math.log(4992 / 2368)
        )

    @pytest.mark.parametrize(
        ("chip", "key"),
        [("H100", "leaves a rule or paragraph"), ("H20", "enters a rule or paragraph")],
    )
    def test_headroom_says_whether_a_chip_leaves_or_enters(self, chip: str, key: str) -> None:
        """The H100 is in the strictest paragraph, the H20 in none."""
        found = set(written(chipdb.chart("headroom", chip, on=DAY).svg()))
        keys = {"leaves a rule or paragraph", "enters a rule or paragraph", "enters one"}
        assert found & keys == {key}

    def test_roofs_of_several_chips_are_told_apart_by_their_strokes(
        self, charts: dict[str, Chart]
    ) -> None:
        marks = [
            layer["mark"]
            for layer in charts["roofline"].spec["layer"]
            if layer["mark"].get("strokeCap") == "round"
        ]
        assert (
            len({tuple(mark["strokeDash"]) for mark in marks})
            == len({mark["color"] for mark in marks})
            == 3
        )

    def test_timeline_bands_are_the_spans(self, charts: dict[str, Chart]) -> None:
        """The H20 needs a license for China since the letters of 2025-04-09."""
        rows = [
            row
            for layer in charts["timeline"].spec["layer"]
            for row in layer["data"]["values"]
            if row.get("chip") == "NVIDIA H20 96GB"
        ]
        assert [(row["from"], row["says"]) for row in rows][-1] == (
            "2025-04-09",
            "license, policy not public",
        )


def test_a_timeline_of_several_places_has_a_row_for_each() -> None:
    """To Vietnam (D:1) the H100 needs a license since 2023-11-17; to India only the printed text
    asks for one, from 2025-05-15 (90 FR 4544).
    """
    chart = chipdb.chart("timeline", ["H100"], on="2026-06-01", to=["VN", "IN"])
    rows = [row for layer in chart.spec["layer"] for row in layer["data"]["values"]]
    last = {row["chip"]: row["says"] for row in rows if "says" in row}
    assert last == {
        "NVIDIA H100 SXM5 80GB to Vietnam": "license, presumption of approval",
        "NVIDIA H100 SXM5 80GB to India": "no license as enforced; in doubt",
    }
    assert {"H100 to Vietnam", "H100 to India"} <= {row.get("text") for row in rows}


def test_a_band_of_an_eased_policy_says_its_condition() -> None:
    """742.6(b)(10): from 2026-01-15 case by case if certified, presumption of denial without."""
    chart = chipdb.chart("timeline", "H200", on="2026-06-01", to="CN")
    rows = [row for layer in chart.spec["layer"] for row in layer["data"]["values"]]
    says = {row["from"]: row["says"] for row in rows if "says" in row}
    eased = "license, case-by-case if certified, otherwise presumption of denial"
    assert says["2026-01-15"] == eased
    assert eased in chart.json()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_an_answer_has_the_same_color_on_every_timeline(theme: Theme) -> None:
    """A reader who goes from one chip of the site to the next need not learn the colors again."""
    color_of: dict[str, str] = {}
    asked: list[tuple[str, str | None]] = [("H100", "CN"), ("H20", "CN"), ("H100", "IN")]
    asked += [("A100", "VN"), ("A30", "RU"), ("Gaudi 3", "CN"), ("L4", None), ("H100", None)]
    for chip, to in asked:
        chart = chipdb.chart("timeline", chip, on="2026-06-01", to=to, theme=theme.name)
        rows = [row for layer in chart.spec["layer"] for row in layer["data"]["values"]]
        colors = {row["says"]: row["color"] for row in rows if "says" in row}
        # a policy that is not public and one that was not read are both not known
        unknown = {"license, policy not public", "license, policy not read"} & set(colors)
        assert len(set(colors.values())) == len(colors) - max(len(unknown) - 1, 0), (chip, colors)
        for says, color in colors.items():
            assert color_of.setdefault(says, color) == color, says
    # green would read as permission
    assert theme.controlled[3] not in color_of.values()
    assert {"license, policy of denial", "license, presumption of denial"} <= set(color_of)


@pytest.mark.parametrize("kind", ["tpp-density", "bandwidth", "headroom", "compare"])
def test_other_charts_are_of_one_place(kind: str) -> None:
    with pytest.raises(chipdb.ChipdbError, match="must name one place for a chart of"):
        chipdb.chart(kind, ["H100", "A30"], on="2026-06-01", to=["VN", "IN"])


def test_charts_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The specification and the picture; without the extra the specification alone."""
    chart = chipdb.chart("compare", ["H20", "A100"], on="2026-06-01")
    bundle = chart._repr_mimebundle_()
    assert bundle[MIME] == chart.spec
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "H20 against the A100" in bundle["text/plain"]
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert set(chart._repr_mimebundle_()) == {MIME, "text/plain"}


@pytest.mark.parametrize(
    "name",
    [
        "tpp-density.svg",
        "tpp-density-dark.svg",
        "estimate.svg",
        "equivalents.svg",
        "envelope.svg",
    ],
)
def test_pictures_of_the_documentation_are_current(name: str) -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "pictures.py"))
    kept = (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")
    assert tool["picture"](tool["PICTURES"][name]) == kept, "run make pictures"


class TestEstimates:
    """Charts of the workload model: what their titles find, and what they refuse."""

    def test_a_title_names_the_batch_at_which_the_lead_turns(self) -> None:
        """Below a batch of about ten, an H20 generates faster than an H100 on four chips."""
        title = chipdb.chart("estimate", on=DAY, **CALLS["estimate"]).title
        batch = int(re.search(r"about (\d+)", title)[1])  # type: ignore[index]
        work: dict[str, Any] = {
            "model": "llama3.1-70b",
            "phase": "decode",
            "layout": "TP4",
            "input": 3000,
        }
        rates: dict[tuple[str, int], float] = {}
        for name in ("H20", "H100"):
            for size in (batch - 1, batch):
                tokens = chipdb.estimate(name, batch=size, **work).tokens
                assert tokens is not None
                rates[name, size] = tokens.nominal
        assert rates["H20", batch - 1] > rates["H100", batch - 1]
        assert rates["H20", batch] < rates["H100", batch]

    def test_measurements_are_marked(self) -> None:
        """TensorRT-LLM's tables have Llama 3.1 70B on four H100 at prompts and answers of 2,048."""
        call: dict[str, Any] = {"model": "llama3.1-70b", "phase": "serve", "layout": "TP4"}
        drawn = chipdb.chart("estimate", "H100", on=DAY, input=2048, **call)
        rows = [
            row
            for layer in drawn.spec["layer"]
            if layer["mark"]["type"] == "point" and layer["mark"].get("opacity") == 1
            for row in layer["data"]["values"]
            # the key of the legend lies above the chart
            if row["py"] >= 0
        ]
        known = chipdb.estimate("H100", input=2048, **call).measured
        alike = [
            row
            for row in known
            if (row.layout, row.precision) == ("TP4", "fp8")
            and 1024 <= row.input <= 4096
            and 128 <= row.output <= 512
        ]
        assert len(rows) == len(alike) > 0

    def test_a_rule_of_the_day_leaves_less(self) -> None:
        """The largest TPP on one reticle: 4,800 with links of 600 GB/s or more, then 2,400."""
        drawn = chipdb.chart("envelope", "A100", on="2024-06-01", to="CN")
        assert drawn.title == (
            "Smaller designs keep up to 48 % of the A100's TPP outside the license rules for China; "
            "the A100 itself requires a license"
        )

    @pytest.mark.parametrize(
        ("kind", "call", "words"),
        [
            ("estimate", {"chips": "H100"}, "model is needed with phase"),
            ("estimate", {"chips": "H100", "model": "llama3.1-8b"}, "phase is needed"),
            ("estimate", {"chips": (), "model": "llama3.1-8b", "phase": "decode"}, "one chip"),
            (
                "estimate",
                {"chips": "H100", "model": "llama3.1-8b", "phase": "train"},
                "training has no batch",
            ),
            (
                "estimate",
                {"chips": "hanguang-800", "model": "llama3.1-8b", "phase": "decode"},
                "has no estimate",
            ),
            ("equivalents", {"chips": "H20", "model": "llama3.1-8b", "phase": "decode"}, "two or"),
            ("envelope", {"chips": "H100"}, "depends on the destination"),
            ("roofline", {"chips": "H100", "model": "llama3.1-8b", "phase": "decode"}, "not apply"),
        ],
    )
    def test_refusals(self, kind: str, call: dict[str, Any], words: str) -> None:
        with pytest.raises(ChipdbError, match=words):
            chipdb.chart(kind, on=DAY, **call)

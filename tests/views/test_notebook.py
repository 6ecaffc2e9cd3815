"""What notebooks show: chips, figures, answers, comparisons and the catalog as tables; frames carry
units.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

import chipdb
from chipdb.notebook import Shown
from chipdb.units import METRIC_UNITS

VOID = {"br", "hr", "img", "meta"}


class Balanced(HTMLParser):
    """Tags that open and close in order, and the texts between them."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "style", "iframe"}
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        self.opened += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def shown(thing: Any) -> list[str]:
    """The texts of a thing's HTML, whose tags are balanced."""
    parser = Balanced()
    parser.feed(thing._repr_html_())
    parser.close()
    assert parser.opened == []
    return [text for text in parser.texts if text]


def things() -> dict[str, Shown]:
    h20 = chipdb.load()["H20"]
    answer = chipdb.check(h20, on="2025-05-01", to="CN")
    compared = chipdb.compare(["910B2", "A100"])
    assert h20.memory.bandwidth is not None
    return {
        "chip": h20,
        "figure": h20.memory.bandwidth,
        "check": answer,
        "verdict": answer.classification,
        "comparison": compared,
        "line": compared[0],
        "catalog": chipdb.load(),
    }


SAYS = {
    "chip": [
        "NVIDIA H20 96GB",
        "performance_density",
        "2.91 TPP/mm^2",
        "third-party",
        "epoch-ml-hardware (aggregator)",
    ],
    "figure": ["memory.bandwidth", "4000 GB/s", "third-party"],
    "check": [
        "TPP",
        "2,368",
        "classification",
        "not 3A090 or 4A090 (other entries: 3A991.p, AT)",
        "license",
        "required",
    ],
    "verdict": ["us-3a090-2023 (classification): not controlled"],
    "comparison": [
        "throughput, 16 bits",
        "376 (353.9-376)",
        "1.21",
        "312",
        "huawei-ascend-910b2",
        "nvidia-a100-sxm4-80gb",
    ],
    "line": ["nvidia-a100-sxm4-80gb"],
    "catalog": ["Huawei", "NVIDIA"],
}


@pytest.mark.parametrize("name", SAYS)
def test_html(name: str) -> None:
    texts = shown(things()[name])
    assert [words for words in SAYS[name] if words not in texts] == []


@pytest.mark.parametrize("name", SAYS)
def test_markdown(name: str) -> None:
    """Every row of a table has as many cells as its head."""
    text = things()[name]._repr_markdown_()
    for table in [part for part in text.split("\n\n") if part.startswith("|")]:
        counts = {line.replace("\\|", "").count("|") for line in table.splitlines()}
        assert len(counts) == 1
    assert SAYS[name][-1] in text.replace("\\", "")


def test_words_of_a_user_are_not_marked_up() -> None:
    record = {
        "name": "<b>Mine</b> | *yours*",
        "note": "<script>alert(1)</script> a | b",
        "metrics": {"tpp": "4799"},
    }
    mine = chipdb.load().adopt(json.dumps(record).encode(), "mine.json")[0]
    assert "<b>Mine</b> | *yours*" in shown(mine)
    assert "\\*yours\\*" in mine._repr_markdown_()
    assert "a \\| b" in mine._repr_markdown_()
    read = MarkdownIt("commonmark").enable("table").render(mine._repr_markdown_())
    assert not re.search(r"<(script|b|em|a|img)\b", read)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; a | b" in read


def test_derated_chips_say_so() -> None:
    assert "changed: compute=30%" in shown(chipdb.load()["B200"].derate(compute="30%"))


def test_what_is_missing_is_said() -> None:
    mine = chipdb.load().adopt(
        b"name: Mine\ndesigned_for: datacenter\nmetrics: {tpp: 4799}\n", "mine.yaml"
    )[0]
    assert any(
        "2,999.4" in text and "810.6" in text
        for text in shown(chipdb.check(mine, on="2024-06-01").classification)
    )


def test_a_comparison_is_a_list_of_lines_with_its_baseline() -> None:
    compared = chipdb.compare(["H20", "A100"])
    assert isinstance(compared, list)
    assert compared.baseline == "nvidia-a100-sxm4-80gb"
    assert [line.figure for line in compared] == [line.figure for line in compared[:]]


def test_frames_carry_units() -> None:
    frame = chipdb.load().frame()
    units = frame.attrs["units"]
    assert {name: units[name] for name in METRIC_UNITS} == METRIC_UNITS
    assert units["tpp_low"] == units["tpp_high"] == METRIC_UNITS["tpp"]
    assert set(METRIC_UNITS) <= set(frame.columns)
    assert frame.loc["nvidia-h20-96gb", "memory_bandwidth"] == 4000


ASKING = """
import sys, chipdb
h20 = chipdb.load()["H20"]
print("chipdb.views.notebook" in sys.modules)
h20._repr_html_()
print("chipdb.views.notebook" in sys.modules)
"""


def test_views_load_when_a_notebook_asks() -> None:
    """A chip is loaded without anything of the views."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]

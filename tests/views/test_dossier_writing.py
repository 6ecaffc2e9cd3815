"""``dossier`` as text: names stay text whatever they hold, and Markdown reads as plain text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from dossiers import CHINA, tables
from markdown_it import MarkdownIt
from running import run

from chipdb.views.dossier import FORMATS
from chipdb.views.tables import width

NASTY = (
    "<script>alert(1)</script> | a | b | [x](javascript:alert(1)) ![i](data:x) `c` **b** "
    "&lt; <https://evil.example>"
)


class Page(HTMLParser):
    """What a browser would see in a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action")
        ]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def nasty(tmp_path: Path) -> Path:
    """A user's chip whose every text is hostile."""
    path = tmp_path / "nasty.yaml"
    record = {
        "name": NASTY,
        "vendor": "# heading\n- list",
        "aliases": [NASTY + " alias"],
        "designed_for": ["datacenter"],
        "marketed_for": ["datacenter"],
        "throughput": {
            "fp16": {"value": "400 TFLOPS", "source": "javascript:alert(2)", "note": NASTY},
            "bf16": {
                "value": "300 TFLOPS",
                "source": 'https://evil.example/"><script>alert(3)</script>',
            },
            "fp8": {"value": "300 TFLOPS", "source": "https://own.example/sheet"},
        },
    }
    path.write_text(json.dumps(record))
    return path


class TestEscaping:
    """Names and notes stay text, whatever they hold."""

    def test_html_has_no_tag_or_address_of_the_data(self, tmp_path: Path) -> None:
        page = Page(run("dossier", str(nasty(tmp_path)), "H20", *CHINA, "--format", "html").out)
        assert not page.tags & {"script", "img", "iframe", "object", "link", "form", "b", "i"}
        assert page.addresses
        assert all(address.startswith(("https://", "http://")) for address in page.addresses)
        assert not any(name.startswith("on") for name in page.attributes)
        assert NASTY in "".join(page.text)

    def test_markdown_shows_the_name_as_it_is(self, tmp_path: Path) -> None:
        text = run("dossier", str(nasty(tmp_path)), "H20", *CHINA).out
        page = Page(MarkdownIt("commonmark").enable("table").render(text))
        assert not page.tags & {"script", "img", "code"}
        assert all(address.startswith(("https://", "http://")) for address in page.addresses)
        assert not [
            address for address in page.addresses if address.startswith("https://evil.example")
        ]
        assert "https://own.example/sheet" in page.addresses
        assert NASTY in "".join(page.text)
        headings = re.findall(r"(?m)^# .*$", text)
        assert headings == ["# Export control worksheet of 2026-06-01"]

    def test_no_pipe_of_the_data_makes_a_cell(self, tmp_path: Path) -> None:
        text = run("dossier", str(nasty(tmp_path)), *CHINA).out
        for table in tables(text):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
            assert len(counts) == 1, table

    @pytest.mark.parametrize("style", FORMATS)
    def test_it_is_all_there_in_every_format(self, style: str, tmp_path: Path) -> None:
        out = run("dossier", str(nasty(tmp_path)), *CHINA, "--format", style).out
        assert "alert(1)" in out
        assert out.endswith("\n")


class TestPlainReading:
    """Markdown reads as plain text: columns line up."""

    @pytest.mark.parametrize("chip", ["H20", "Ascend 910B", "GB200-NVL72", "RTX 4090"])
    def test_columns_line_up_up_to_the_first_long_cell(self, chip: str) -> None:
        found = tables(run("dossier", chip, *CHINA).out)
        assert len(found) > 8
        for table in found:
            rule = table[1]
            for line in table:
                cells = re.split(r"(?<!\\)\|", line)[1:-1]
                for cell, under in zip(cells, rule.split("|")[1:-1], strict=True):
                    if width(cell) > width(under):
                        assert width(cell.strip()) > 60, line
                        break
                    assert width(cell) == width(under), line

    def test_no_line_ends_in_a_space(self) -> None:
        assert [
            line for line in run("dossier", "H20", *CHINA).out.splitlines() if line != line.rstrip()
        ] == []

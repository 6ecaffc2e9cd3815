"""The notebook of the documentation, executed as Jupyter does, and what its cells show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

TOUR = Path(__file__).parents[2] / "docs" / "tour.ipynb"

pytestmark = [
    pytest.mark.slow,
    # of the kernel's own packages, about event loops and their configuration
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def shown() -> list[dict[str, Any]]:
    """What each code cell shows, by media type."""
    book = nbformat.read(TOUR, as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    results = []
    for cell in book.cells:
        if cell.cell_type == "code":
            texts = [output.data for output in cell.outputs if output.output_type != "stream"]
            results.append(dict(texts[0]) if texts else {})
    return results


def text_of(result: dict[str, Any]) -> str:
    return re.sub(r"<[^>]+>", " ", result["text/html"])


def test_nothing_is_committed_with_it() -> None:
    """Outputs would go stale: they are made anew wherever the notebook is opened."""
    book = nbformat.read(TOUR, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)


def test_answers_show_themselves_as_tables(shown: list[dict[str, Any]]) -> None:
    """The H20 needs a license for China since the letters of 2025-04-09 (NVIDIA's Form 8-K)."""
    catalog, chip, check = shown[:3]
    assert "chips of" in text_of(catalog)
    assert "NVIDIA H20 96GB" in text_of(chip)
    assert "<table" in check["text/html"]
    assert "required" in text_of(check)
    assert "2026-06-01" in text_of(check)


def test_frames(shown: list[dict[str, Any]]) -> None:
    """742.6(a)(6)(iii)(A) requires a license for the H100 to China, and none for it to Germany."""
    matrix = text_of(shown[3])
    (h100,) = re.findall(r"nvidia-h100-sxm5-80gb\s+(\w+)\s+(\w+)\s+(\w+)", matrix)
    assert h100[:2] == ("yes", "no")
    assert "('TOPS', 'GB/s')" in shown[6]["text/plain"]
    assert "memory_bandwidth [GB/s]" in text_of(shown[8])
    # the 3A090 of 2022-10-21 (87 FR 62186) begins a period of the A100; that of 2023-11-17 keeps
    # its paragraph and policy. 742.6(b)(10): without the certifications the application is denied.
    periods = text_of(shown[9])
    assert "2022-10-21" in periods
    assert re.search(r"2026-01-15.*case-by-case\s+presumption-of-denial", periods, re.DOTALL)

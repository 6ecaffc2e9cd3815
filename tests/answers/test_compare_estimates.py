"""``compare --model``: estimates beside the figures of chips."""

from __future__ import annotations

import json
from typing import Any

import pytest
from running import run

import chipdb
from chipdb.errors import ParameterError

WORK: dict[str, Any] = {"model": "llama3.1-70b", "layout": "TP4", "batch": 256, "input": 3000}


def test_a_model_adds_prefill_and_decode() -> None:
    """An H20 has a seventh of the TPP of an H100, a third of its prefill and half of its decode.

    The decode ratio of paired corners at a batch of 256 lies between 0.48 and 0.58.
    """
    lines = {line.figure: line for line in chipdb.compare(["H20", "H100"], **WORK)}
    assert float(lines["tpp"].cells[0].ratio or 0) == pytest.approx(1 / 7, rel=0.06)
    assert 0.27 < float(lines["prefill, llama3.1-70b"].cells[0].ratio or 0) < 0.33
    assert 0.48 < float(lines["decode, llama3.1-70b"].cells[0].ratio or 0) < 0.58


def test_the_values_are_those_of_estimate() -> None:
    lines = {line.figure: line for line in chipdb.compare(["H20", "H100"], phase="decode", **WORK)}
    tokens = chipdb.estimate("H20", phase="decode", **WORK).tokens
    assert tokens is not None
    cell = lines["decode, llama3.1-70b"].cells[0]
    assert "prefill, llama3.1-70b" not in lines
    assert float(cell.value or 0) == pytest.approx(tokens.nominal, rel=1e-3)
    assert float(cell.low or 0) == pytest.approx(tokens.low, rel=1e-3)


def test_the_shares_are_said_in_words() -> None:
    words = ("compare", "H20", "H100", "--model", "llama3.1-70b", "--layout", "TP4")
    ran = run(*words, "--batch", "256", "--input", "3000")
    said = "a seventh of the TPP, a third of the prefill, half of the decode"
    assert f"nvidia-h20-96gb: {said} of nvidia-h100-sxm5-80gb" in ran.err


def test_a_chip_without_an_estimate_keeps_its_column() -> None:
    words = ("compare", "hanguang-800", "H100", "--model", "llama3.1-8b", "--format", "json")
    record = json.loads(run(*words).out)
    (decode,) = [line for line in record["lines"] if line["figure"] == "decode, llama3.1-8b"]
    assert decode["values"][0]["value"] is None


def test_a_workload_needs_a_model() -> None:
    with pytest.raises(ParameterError, match="model is needed with layout"):
        chipdb.compare(["H20", "H100"], layout="TP4")


def test_output_still_names_a_file() -> None:
    assert "--output FILE" in " ".join(run("compare", "--help").out.split())

"""Estimates for the page: what a language model gives on each chip, in two standard questions.

They are modeled and not measured, and are of the chip as sold; ``chipdb estimate`` has every other
question. The page shows them beside TPP, because two chips of one TPP may serve a model unlike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chipdb.answers.estimate import Estimate, estimate_entry
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.workloads.request import Request, WrittenWorkload, request_of

Record = dict[str, Any]

MODEL = "llama3.1-70b"
BATCH = 64
QUESTIONS = {
    "prefill": WrittenWorkload(model=MODEL, phase="prefill"),
    "decode": WrittenWorkload(model=MODEL, phase="decode", batch=BATCH),
}
"""The standard questions by their names on the page; the best group of chips answers each."""


def estimates_record(chips: Iterable[Chip]) -> Record:
    """The model and the batch of the questions, and the answers by chip and question.

    Systems are left out, since an estimate is of one chip and of how many of it work together.
    """
    requests = {name: request_of(options) for name, options in QUESTIONS.items()}
    answers = {}
    for chip in chips:
        if not chip.members:
            answers[chip.id] = _answers(chip, requests)
    return {
        "model": requests["decode"].workload.model.name,
        "batch": BATCH,
        "chips": {chip: answer for chip, answer in answers.items() if answer},
    }


def _answers(chip: Chip, requests: dict[str, Request]) -> Record:
    """The estimates of one chip by question; without those whose figures are missing."""
    answers = {}
    for name, request in requests.items():
        answer = estimate_entry(Entry(chip=chip), request)
        if answer.tokens is not None:
            answers[name] = _answer(answer)
    return answers


def _answer(answer: Estimate) -> list[Any]:
    """Low, nominal and high in tokens per second per chip, the chips, the layout, the precision."""
    tokens = answer.tokens
    assert tokens is not None, "only answers with a throughput are written"
    rates = [_three_digits(rate) for rate in (tokens.low, tokens.nominal, tokens.high)]
    return [*rates, answer.chips, answer.layout, answer.precision]


def _three_digits(rate: float) -> float:
    """A throughput with three digits: a band of a factor of two has no more.

    >>> _three_digits(1234.5), _three_digits(0.0)
    (1230.0, 0.0)
    """
    return float(f"{rate:.3g}")

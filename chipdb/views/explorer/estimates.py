"""Estimates for the page: what a language model gives on each chip, in two standard questions.

They are modeled and not measured; ``chipdb estimate`` has every other question. The page shows them
next to TPP, because two chips of one TPP may serve a model differently. Those of chips as sold are
made here. The page makes those of derated chips and of a chip of the reader's own, in the same
steps (``js/throughput.js``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chipdb.answers.estimate import Estimate, estimate_entry
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.vocabulary import Kind
from chipdb.workloads.chip_figures import design_hardware, figures_of
from chipdb.workloads.data import bands, workspace
from chipdb.workloads.efficiencies import Efficiencies
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.models import GroupedAttention
from chipdb.workloads.precisions import DESIGN_PRECISION, PRECISIONS, Precision
from chipdb.workloads.request import Request, WrittenWorkload, request_of
from chipdb.workloads.throughput import MOST_CHIPS
from chipdb.workloads.work import work_of
from chipdb.workloads.workload import Phase

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

    Systems and memory stacks are left out, since an estimate is of one chip that computes and of
    how many of it work together. ``needed`` are the missing figures of chips without an estimate.
    """
    requests = {name: request_of(options) for name, options in QUESTIONS.items()}
    answers: Record = {}
    machines: Record = {}
    needed: Record = {}
    for chip in chips:
        if chip.kind != Kind.PROCESSOR:
            continue
        answer = _answers(chip, requests)
        if answer:
            answers[chip.id] = answer
        figures = figures_of(chip)
        if figures.hardware is None:
            needed[chip.id] = list(figures.needed)
        else:
            machines[chip.id] = _machine(figures.hardware, figures.precision)
    return {
        "id": MODEL,
        "model": requests["decode"].workload.model.name,
        "batch": BATCH,
        "chips": answers,
        "machines": machines,
        "needed": needed,
        "design": _design(),
        "known": _known(requests),
    }


def _machine(hardware: Hardware, precision: Precision) -> Record:
    """What the page needs of a chip to estimate it once its knobs are turned, in base units."""
    return {
        "precision": precision.id,
        "bits": precision.bits,
        "weightBytes": precision.weight_bytes,
        "cacheBytes": precision.cache_bytes,
        "operations": dict(hardware.operations),
        "memoryBandwidth": hardware.memory_bandwidth,
        "capacity": hardware.capacity,
        "link": hardware.link,
        "hostLink": hardware.host_link,
        "network": hardware.network,
        "domain": hardware.domain,
        "node": hardware.node,
    }


def _design() -> Record:
    """The machine of a design whose every figure is 1, from which the page makes any other.

    Each of its figures is proportional to one of the design: the operations to its TPP, the rest
    to the figure of that name, and the link to its chip-to-chip bandwidth.
    """
    unit = design_hardware(tpp=1, memory_bandwidth=1, io_bandwidth=1, capacity=1)
    return _machine(unit, PRECISIONS[DESIGN_PRECISION])


def _shares(share: Efficiencies) -> Record:
    """The efficiencies of a corner, without the ridge, which is the same for all of them."""
    # every byte is loaded with the page, so what the corners share is written once
    shares = dict(vars(share))
    del shares["ridge"]
    return shares


def _known(requests: dict[str, Request]) -> Record:
    """What an estimate rests on besides the chip: model, questions and bands of efficiencies.

    The scripts of the page have the steps of a dense model with grouped attention only.
    """
    model = requests["decode"].workload.model
    attention = model.attention
    assert isinstance(attention, GroupedAttention), "the page's model has grouped attention"
    assert model.experts is None, "the page's model is dense"
    questions: Record = {}
    for name, request in requests.items():
        work = work_of(request.workload)
        questions[name] = {
            "tokens": work.batch,
            "sequences": work.sequences,
            "input": request.workload.input,
            "isPrompt": request.workload.phase is Phase.PREFILL,
        }
    known = bands()
    return {
        "questions": questions,
        "mostChips": MOST_CHIPS,
        "workspace": workspace(),
        "ridge": dict(vars(known.ridge)),
        "mostProducts": known.most_products,
        "corners": {corner.value: _shares(share) for corner, share in known.corners.items()},
        "model": {
            "layers": model.layers,
            "width": model.width,
            "linear": model.linear_parameters,
            "head": model.head_parameters,
            "cachedValues": model.cached_values,
            "heads": attention.query_heads,
            "keyValueHeads": attention.key_value_heads,
            "promptOperations": attention.prompt_operations,
            "decodeOperations": attention.decode_operations,
        },
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

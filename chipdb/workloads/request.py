"""A workload as users ask for it: names and texts read, defaults filled in and listed."""

from __future__ import annotations

import math
import re

from chipdb.catalog.lookup import similar_names
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.notebook import short_repr
from chipdb.workloads.layouts import Layout, parse_layout
from chipdb.workloads.model_files import model_named
from chipdb.workloads.models import Model
from chipdb.workloads.phases import NO_DRAFT, PROMPT_TOKENS, Draft
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.workload import Phase, Workload

INPUT = 2048
"""Tokens of a prompt by default."""
OUTPUT = 256
"""Generated tokens of a sequence in ``serve`` by default."""
MOST_STATED_CHIPS = 1_000_000
"""More chips than any system has; layouts are sought for every divisor of their number."""
_LATENCY = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s)\s*")
MILLI = 1000


@short_repr
@dataclass(frozen=True, kw_only=True)
class Request:
    """A workload with the assumptions that its defaults are, and the price of a chip and hour."""

    workload: Workload
    assumptions: tuple[str, ...] = ()
    price: float | None = None


@dataclass(frozen=True, kw_only=True)
class WrittenWorkload:
    """What a caller says of a workload, as it was written."""

    model: str
    phase: str
    precision: str | None = None
    chips: int | None = None
    layout: str | None = None
    batch: int | None = None
    input: int | None = None
    output: int | None = None
    latency: str | None = None
    draft: int | None = None
    accepted: float | None = None
    price: float | None = None


@dataclass
class _Defaults:
    """The defaults that were used."""

    used: list[str] = field(default_factory=list)

    def of(self, value: int | None, default: int, text: str) -> int:
        """A value, or its default, which is listed."""
        if value is not None:
            return value
        self.used.append(text)
        return default


def request_of(options: WrittenWorkload) -> Request:
    """The workload that a caller asks about.

    Raises :class:`~chipdb.errors.ParameterError` for a value that cannot be used and
    :class:`~chipdb.errors.UnknownNameError` for an unknown model, phase or precision.
    """
    # Words and numbers are checked before a model is looked up, since that may read a file.
    phase = Phase(_one_of("phase", options.phase, list(Phase)))
    if options.precision is not None:
        _one_of("precision", options.precision, list(PRECISIONS))
    _check_numbers(options, phase)
    _check_phase(options, phase)
    layout = None
    if options.layout is not None:
        layout = parse_layout(options.layout)
    model = model_named(options.model)
    if layout is not None:
        _check_layout(layout, model, options.chips)

    defaults = _Defaults()
    workload = Workload(
        model=model,
        phase=phase,
        input=defaults.of(options.input, INPUT, f"{INPUT:,} tokens of input"),
        output=_output(options, phase, defaults),
        precision=options.precision,
        chips=options.chips,
        layout=layout,
        batch=options.batch,
        latency=_latency(options.latency),
        draft=_draft(options),
    )
    if phase is Phase.PREFILL and options.batch is None:
        defaults.used.append(f"{PROMPT_TOKENS:,} prompt tokens in one pass")
    assumptions = (*defaults.used, *model.notes)
    return Request(workload=workload, assumptions=assumptions, price=options.price)


def _output(options: WrittenWorkload, phase: Phase, defaults: _Defaults) -> int:
    """The generated tokens.

    Serving has a default, since without them it would be nothing but prefill; in decode they only
    move the context, so none are assumed.
    """
    if phase is not Phase.SERVE:
        return defaults.of(options.output, 0, "0 tokens of output")
    return defaults.of(options.output, OUTPUT, f"{OUTPUT:,} tokens of output")


def _one_of(parameter: str, value: str, choices: list[str]) -> str:
    """A word of a closed list.

    Raises :class:`~chipdb.errors.UnknownNameError` with the nearest word for any other.
    """
    if value in choices:
        return value
    raise UnknownNameError(parameter, value, similar_names(value, choices), choices)


def _check_numbers(options: WrittenWorkload, phase: Phase) -> None:
    """Refuse numbers that no workload has."""
    least = {"chips": 1, "batch": 1, "input": 1, "output": 0}
    if phase is Phase.SERVE:
        least["output"] = 1
    for name, smallest in least.items():
        value = getattr(options, name)
        if value is not None and value < smallest:
            raise ParameterError(name, f"must be {smallest} or more, not {value}")
    if options.chips is not None and options.chips > MOST_STATED_CHIPS:
        raise ParameterError(
            "chips", f"must be {MOST_STATED_CHIPS:,} or fewer, not {options.chips:,}"
        )
    if options.price is not None and not 0 < options.price < math.inf:
        raise ParameterError("price", f"must be above 0 USD an hour, not {options.price}")


def _check_phase(options: WrittenWorkload, phase: Phase) -> None:
    """Refuse options that the phase does not have.

    Only generated tokens follow each other, so only they have a latency and drafts.
    """
    if phase in (Phase.DECODE, Phase.SERVE):
        return
    for name, verb in (("latency", "limits"), ("draft", "applies to")):
        if getattr(options, name) is not None:
            raise ParameterError(name, f"{verb} decode and serve, not {phase.value}")


def _check_layout(layout: Layout, model: Model, chips: int | None) -> None:
    """Refuse a layout that the model or the number of chips does not allow.

    If the number of chips is not a multiple of the layout's, some are idle, and the rate for each
    chip would depend on whether they are counted.
    """
    if layout.expert > 1 and model.experts is None:
        raise ParameterError(
            "layout", f"{layout} divides experts, and {model.id} has none; use TP or PP"
        )
    if chips is not None and chips % layout.chips:
        raise ParameterError(
            "chips", f"must be a multiple of {layout.chips}, the chips of {layout}, not {chips}"
        )


def _latency(text: str | None) -> float | None:
    """Seconds from a text; None where there is no limit.

    A number without a unit is refused: between 50 ms and 50 s lies a factor that no default
    should decide.

    >>> _latency("50ms"), _latency("0.05 s")
    (0.05, 0.05)
    """
    if text is None:
        return None
    match = _LATENCY.fullmatch(text)
    if match is None or not float(match[1]) > 0:
        raise ParameterError("latency", f"must be a time above 0 such as 50ms, not {text!r}")
    number, unit = match.groups()
    if unit == "ms":
        return float(number) / MILLI
    return float(number)


def _draft(options: WrittenWorkload) -> Draft:
    """The drafted tokens.

    How many of them are accepted depends on the text that users ask for, so it must be said.
    """
    if options.draft is None:
        if options.accepted is not None:
            raise ParameterError("accepted", "needs draft, the number of drafted tokens")
        return NO_DRAFT
    if options.draft < 1:
        raise ParameterError("draft", f"must be 1 or more, not {options.draft}")

    # a step yields one token if no draft is accepted, and at most all that were drafted in addition
    most = options.draft + 1
    if options.accepted is None:
        raise ParameterError(
            "draft", f"needs accepted, the tokens that a step yields, from 1 to {most}, such as 1.8"
        )
    if not 1 <= options.accepted <= most:
        raise ParameterError("accepted", f"must be from 1 to {most}, not {options.accepted}")
    return Draft(tokens=options.draft, accepted=options.accepted)

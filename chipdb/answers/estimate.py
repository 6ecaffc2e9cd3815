"""``estimate``: the throughput of a language model on a chip, as an interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Required, TypedDict, overload

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    OneChip,
    at_least_one,
    catalog_of,
    entries_of,
    expect,
    is_one,
)
from chipdb.answers.estimate_texts import chosen_texts, shortfall_text
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import views
from chipdb.units import significant
from chipdb.workloads.chip_figures import ChipFigures, figures_of
from chipdb.workloads.data import (
    HourlyCost,
    Measurement,
    bands,
    hourly_costs,
    measured,
    vendor_points,
    workspace,
)
from chipdb.workloads.efficiencies import CORNERS, Corner
from chipdb.workloads.models import HALF
from chipdb.workloads.request import Request, WrittenWorkload, request_of
from chipdb.workloads.throughput import CAPACITY, ByCorner, Machine, Throughput, throughput
from chipdb.workloads.workload import Phase, Workload

if TYPE_CHECKING:
    from typing import Unpack

    import pandas

MILLI = 1000.0
MILLION = 10**6
HOUR = 3600.0


@dataclass(frozen=True)
class Corners:
    """One quantity of an estimate: its smallest, nominal and largest value.

    >>> str(Corners(900.0, 1234.5, 1500.0))
    '1,230 (900 to 1,500)'
    """

    low: float
    nominal: float
    high: float

    def __str__(self) -> str:
        """The nominal value, with the range behind it."""
        low, nominal, high = (
            significant(value, 3) for value in (self.low, self.nominal, self.high)
        )
        return f"{nominal} ({low} to {high})"


@dataclass(frozen=True, kw_only=True, repr=False)
class Estimate:
    """The throughput of a workload on a chip, with what the estimate is based on.

    ``tokens`` is in tokens per second per chip: None where a figure is missing that ``missing``
    names, 0 where the model does not fit. Times are in milliseconds. ``bound_by`` is throughput,
    memory, link, overhead or capacity. ``measured`` are the published measurements of this chip and
    model in this phase, ``vendor`` how estimates of the vendor's chips compare with measurements in
    general.
    """

    entry: Entry
    request: Request
    precision: str
    chips: int | None
    layout: str | None
    batch: float | None
    tokens: Corners | None
    step: Corners | None
    first_token: Corners | None
    bound_by: str | None
    watts: float | None
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]
    measured: tuple[Measurement, ...]
    vendor: dict[str, float] | None
    costs: tuple[HourlyCost, ...] = ()
    """What an hour of the chip costs, as published; nothing is counted without a price."""
    shortfall: str | None = None
    """Why the chips give nothing, which ``assumptions`` also has; None where they give tokens."""

    @property
    def chip(self) -> str:
        """The id of the chip."""
        return self.entry.chip.id

    @property
    def usd_per_million_tokens(self) -> Corners | None:
        """The price of a million tokens in USD; None without a price or throughput.

        The high price belongs to the low throughput; it is infinite if that is zero.
        """
        price = self.request.price
        if price is None or self.tokens is None or not self.tokens.nominal:
            return None
        return _inverted(self.tokens, price * MILLION / HOUR)

    @property
    def tokens_per_joule(self) -> Corners | None:
        """Tokens per joule at the rated power; None without that power or an estimate."""
        if self.watts is None or self.tokens is None:
            return None
        tokens = self.tokens
        return Corners(
            tokens.low / self.watts, tokens.nominal / self.watts, tokens.high / self.watts
        )

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb estimate --format json``."""
        return dict(views("json.workloads").estimate_record(self))

    def to_frame(self) -> pandas.DataFrame:
        """The estimate as a data frame of one row."""
        frame: pandas.DataFrame = views("json.workloads").estimate_frame([self])
        return frame

    def __repr__(self) -> str:
        """The chip, the model, the phase and the tokens per second per chip."""
        workload = self.request.workload
        asked = f"{self.chip}, {workload.model.id}, {workload.phase.value}"
        if self.tokens is None:
            return f"<Estimate {asked}: figures are missing>"
        return f"<Estimate {asked}: {self.tokens} tokens/s per chip>"


class EstimateOptions(TypedDict, total=False):
    """The parameters of ``estimate`` besides the chips."""

    model: Required[str]
    phase: Required[str]
    precision: str | None
    chips: int | None
    layout: str | None
    batch: int | None
    input: int | None
    output: int | None
    latency: str | None
    draft: int | None
    accepted: float | None
    price: float | None
    derate: Changes
    set: Changes
    drop: Names
    catalog: Catalog | File | None
    vintage: str | None


# The overloads have no text of their own: help and documentation show that of the function below.
@overload
def estimate(  # type: ignore[overload-overlap] # text is an iterable of texts
    chip: OneChip, **options: Unpack[EstimateOptions]
) -> Estimate: ...


@overload
def estimate(chip: Chips, **options: Unpack[EstimateOptions]) -> list[Estimate]: ...


def estimate(
    chip: Chips,
    *,
    model: str,
    phase: str,
    precision: str | None = None,
    chips: int | None = None,
    layout: str | None = None,
    batch: int | None = None,
    input: int | None = None,  # noqa: A002 - the option's name
    output: int | None = None,
    latency: str | None = None,
    draft: int | None = None,
    accepted: float | None = None,
    price: float | None = None,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Estimate | list[Estimate]:
    """Estimate tokens per second per chip of a language model; one chip gives one estimate.

    ``model`` is the id of a model or a file, ``phase`` is prefill, decode, serve or train.
    ``layout`` is written TP8, PP4 or EP32, joined in any order. Without it, or without ``batch``,
    the best one is chosen. ``latency`` is the longest time between two tokens, such as ``50ms``.
    ``price`` is in USD an hour and chip.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown chip or model and
    :class:`~chipdb.errors.ParameterError` for a value that cannot be used.

    >>> import chipdb
    >>> h20 = chipdb.estimate("H20", model="llama3.1-70b", phase="prefill", layout="TP4")
    >>> h20.bound_by, h20.tokens.low < h20.tokens.nominal < h20.tokens.high
    ('throughput', True)
    """
    request = request_of(written_workload(locals()))
    known = catalog_of(catalog, vintage)
    entries = entries_of(
        chip, known, derate=derate, set=set, drop=drop, parameter="chip", every_chip=True
    )
    at_least_one(entries, "chip")
    answers = [estimate_entry(entry, request) for entry in entries]
    if is_one(chip):
        return answers[0]
    return answers


NOT_EVERYWHERE = ("chips", "output", "price")
"""The parameters of a workload that only some functions have."""


def written_workload(parameters: Mapping[str, Any]) -> WrittenWorkload:
    """The workload among the parameters of a call, which are those of more than one function.

    Raises :class:`TypeError` for a value of a wrong type.
    """
    given: dict[str, Any] = {}
    for name in WrittenWorkload.__annotations__:
        if name in NOT_EVERYWHERE:
            given[name] = parameters.get(name)
        else:
            # a parameter under another name must not pass for one that was not given
            given[name] = parameters[name]
    for name in ("model", "phase"):
        expect(name, given[name], str)
    for name in ("precision", "layout", "latency"):
        expect(name, given[name], str, None)
    for name in ("chips", "batch", "input", "output", "draft"):
        expect(name, given[name], int, None)
    for name in ("accepted", "price"):
        expect(name, given[name], int, float, None)
    return WrittenWorkload(**given)


def workload_asked(parameters: Mapping[str, Any]) -> Request | None:
    """The workload among the parameters of a call that may have none.

    Raises :class:`~chipdb.errors.ParameterError` for a workload without a model or a phase.
    """
    if parameters["model"] is None and parameters["phase"] is None:
        return None
    for name in ("model", "phase"):
        if parameters[name] is None:
            raise ParameterError(name, "is needed for a workload, which has a model and a phase")
    return request_of(written_workload(parameters))


def estimate_entry(entry: Entry, request: Request) -> Estimate:
    """The estimate for a chip that a caller named.

    If it lacks figures, it has no tokens, and ``missing`` names these figures.
    """
    figures = figures_of(entry.chip, request.workload.precision)
    workload = _on_all_members(request.workload, figures)
    found = None
    shortfall = None
    watts = None
    if figures.hardware is not None:
        watts = figures.hardware.watts
        machine = machine_of(figures)
        found = throughput(workload, machine)
        shortfall = shortfall_text(workload, machine, found)

    assumptions = [*request.assumptions, *_precision_text(request, figures), *figures.assumptions]
    if shortfall is not None:
        assumptions.append(shortfall)
    elif found is not None:
        assumptions += chosen_texts(workload, found)
    return Estimate(
        entry=entry,
        request=request,
        precision=figures.precision.id,
        chips=found.chips if found else workload.chips or workload.members,
        layout=str(found.layout) if found else None,
        batch=found.batch if found else workload.batch,
        tokens=_tokens(figures, found),
        step=_milliseconds(found, lambda answer: answer.step),
        first_token=_milliseconds(found, lambda answer: answer.first_token),
        bound_by=_bound(figures, found),
        watts=watts,
        assumptions=tuple(assumptions),
        missing=figures.missing,
        measured=_measured(entry, figures, request),
        vendor=_vendor(figures),
        costs=() if entry.chip.altered else hourly_costs(figures.chip.id),
        shortfall=shortfall,
    )


def tokens_of(chip: Chip, request: Request) -> Corners | None:
    """Only the tokens per second per chip; None if a figure is missing."""
    figures = figures_of(chip, request.workload.precision)
    if figures.hardware is None:
        return None
    workload = _on_all_members(request.workload, figures)
    return _tokens(figures, throughput(workload, machine_of(figures)))


def _on_all_members(workload: Workload, figures: ChipFigures) -> Workload:
    """The workload on all accelerators of a system, where their number is not stated.

    A layout that does not divide them was meant for some of them.
    """
    if figures.count == 1 or workload.chips is not None:
        return workload
    if workload.phase is Phase.TRAIN:
        return replace(workload, chips=figures.count)
    if workload.layout is not None and figures.count % workload.layout.chips:
        return workload
    return replace(workload, members=figures.count)


def machine_of(figures: ChipFigures) -> Machine:
    """The figures of a chip with the efficiencies of the installation.

    The chip must have every figure that an estimate needs.
    """
    assert figures.hardware is not None, "callers ask only where there is an estimate"
    return Machine(
        hardware=figures.hardware,
        precision=figures.precision,
        bands=bands(),
        workspace=workspace(),
    )


def _tokens(figures: ChipFigures, found: Throughput | None) -> Corners | None:
    """Tokens per second per chip: 0 where no group holds the model, None without its figures."""
    if figures.hardware is None:
        return None
    if found is None:
        # a layout that does not hold the model is an answer, not a missing one
        return Corners(0.0, 0.0, 0.0)
    return _corners(found.rate)


def _bound(figures: ChipFigures, found: Throughput | None) -> str | None:
    """What bounds the throughput; None if figures are missing.

    If no group of chips holds the model, the memory capacity does.
    """
    if figures.hardware is None:
        return None
    if found is None:
        return CAPACITY
    return found.bound_by


def _corners(values: ByCorner, factor: float = 1.0) -> Corners:
    """Values at the corners, the smallest first: where throughput is low, times are long."""
    # low is the smallest value, whichever corner it comes from
    ordered = sorted(values[corner] * factor for corner in CORNERS)
    return Corners(ordered[0], values[Corner.NOMINAL] * factor, ordered[-1])


def _inverted(tokens: Corners, total: float) -> Corners:
    """A total for each token; without limit where the low corner gives none."""
    highest = math.inf
    if tokens.low:
        highest = total / tokens.low
    return Corners(total / tokens.high, total / tokens.nominal, highest)


def _milliseconds(
    found: Throughput | None, part: Callable[[Throughput], ByCorner | None]
) -> Corners | None:
    """Times in milliseconds; None where nothing runs.

    ``part`` takes a time in seconds from the throughput, which may have none.
    """
    if found is None:
        return None
    seconds = part(found)
    if seconds is None:
        return None
    return _corners(seconds, MILLI)


def _precision_text(request: Request, figures: ChipFigures) -> list[str]:
    """The precision, for an answer whose caller did not state it, and that of the cache.

    Empty for a chip that lacks figures, because no precision was chosen for it.
    """
    if figures.hardware is None:
        return []
    texts: list[str] = []
    if request.workload.precision is None:
        texts.append(f"runs in {figures.precision.id}")

    # Some systems cache 16 bits with weights of 8: half as many sequences fit then.
    generates = request.workload.phase in (Phase.DECODE, Phase.SERVE)
    if generates and figures.precision.cache_bytes < HALF:
        bits = round(8 * figures.precision.cache_bytes)
        texts.append(f"keys and values are cached in {bits} bits")
    return texts


def _measured(entry: Entry, figures: ChipFigures, request: Request) -> tuple[Measurement, ...]:
    """The published measurements of this chip, model and phase; a changed chip has none."""
    # nobody measured a chip that does not exist
    if entry.chip.altered:
        return ()
    workload = request.workload
    rows: list[Measurement] = []
    for row in measured(figures.chip.id):
        if row.model == workload.model.id and row.phase == workload.phase:
            rows.append(row)
    return tuple(rows)


def _vendor(figures: ChipFigures) -> dict[str, float] | None:
    """How estimates compare with measurements of the vendor's chips; None where there are none."""
    found = vendor_points(figures.chip.vendor)
    if found is None:
        return None
    return dict(found)

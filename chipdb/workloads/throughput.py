"""The throughput of a workload on a chip: layout and batch are chosen where they are not given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.workloads.capacity import MOST_SEQUENCES, Memory, memory_of, trains_on
from chipdb.workloads.efficiencies import CORNERS, Bands, Corner
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.layouts import Layout, layouts_on, training_layout
from chipdb.workloads.phases import (
    PROMPT_TOKENS,
    decode_latency,
    decode_rate,
    decode_seconds,
    first_token_seconds,
    prefill_rate,
    prompt_seconds,
    prompts_together,
    serve_rate,
    training_products,
    training_rate,
    training_traffic,
)
from chipdb.workloads.precisions import Precision
from chipdb.workloads.step import Seconds, Step
from chipdb.workloads.workload import Phase, Workload

MOST_CHIPS = 128
"""The largest group that is tried where the number of chips is not given."""
MOST_TRAINING_CHIPS = 8192

ByCorner = Mapping[Corner, float]
NOTHING: ByCorner = dict.fromkeys(CORNERS, 0.0)


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """What a workload gives on a chip, at each corner.

    ``rate`` is in tokens a second and chip, times in seconds. ``bound_by`` is what takes the most
    time at the nominal corner: throughput, memory, link or overhead; capacity where nothing fits.
    ``chips`` are those that are stated, else those of the layout; chips beyond it are replicas.
    """

    layout: Layout
    chips: int
    batch: float | None
    rate: ByCorner
    step: ByCorner | None = None
    first_token: ByCorner | None = None
    bound_by: str = "capacity"

    @property
    def nominal(self) -> float:
        """The rate at the nominal corner."""
        return self.rate[Corner.NOMINAL]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A chip, the precision that a model runs in on it, and what is known of efficiencies."""

    hardware: Hardware
    precision: Precision
    bands: Bands
    workspace: float

    def step(self, workload: Workload, layout: Layout, corner: Corner) -> Step:
        """The steps of a workload in a layout at a corner."""
        efficiencies = self.bands.corners[corner]
        return Step(workload.model, self.precision, self.hardware, layout, efficiencies)

    def memory(self, workload: Workload, layout: Layout) -> Memory:
        """What one chip of a layout holds."""
        return memory_of(workload.model, self.precision, layout, self.workspace)


def throughput(workload: Workload, machine: Machine) -> Throughput | None:
    """What a workload gives, in its layout or in the best; None where no group holds the model.

    A stated layout that does not hold the model gives 0.
    """
    if workload.layout is not None:
        return throughput_in(workload, machine, workload.layout)
    if workload.phase is Phase.TRAIN:
        return _training(workload, machine)
    best: Layout | None = None
    best_rate = 0.0
    for layout in candidates(workload, machine.hardware):
        rate = nominal_rate(workload, machine, layout, better_than=best_rate)
        if rate > best_rate:
            best, best_rate = layout, rate
    if best is None:
        return None
    return throughput_in(workload, machine, best)


def candidates(workload: Workload, hardware: Hardware) -> Iterator[Layout]:
    """The layouts that are tried for a workload.

    Without a number of chips, groups of 1, 2, 4 and so on are tried.
    """
    model = workload.model
    for chips in _group_sizes(workload.chips, MOST_CHIPS):
        yield from layouts_on(
            chips,
            domain=hardware.domain if hardware.link else 1,
            layers=model.layers,
            heads=model.attention.query_heads,
            experts=_experts(workload),
        )


def _experts(workload: Workload) -> int:
    experts = workload.model.experts
    return 0 if experts is None else experts.count


def _group_sizes(chips: int | None, most: int) -> Iterator[int]:
    """The number of chips that is stated, or 1, 2, 4 and so on up to ``most``."""
    if chips is not None:
        yield chips
        return
    size = 1
    while size <= most:
        yield size
        size *= 2


def _training(workload: Workload, machine: Machine) -> Throughput | None:
    """Training on the stated number of chips, or on the fewest that hold the model."""
    for chips in _group_sizes(workload.chips, MOST_TRAINING_CHIPS):
        domain = machine.hardware.domain if machine.hardware.link else 1
        layout = training_layout(chips, domain=domain, experts=_experts(workload))
        on_chips = replace(workload, chips=chips)
        if workload.chips is not None or fits(on_chips, machine, layout):
            return throughput_in(on_chips, machine, layout)
    return None


def nominal_rate(
    workload: Workload, machine: Machine, layout: Layout, *, better_than: float = 0.0
) -> float:
    """The nominal rate in a layout; 0 where the model does not fit or no batch is fast enough.

    A layout that cannot exceed ``better_than`` gives 0, too: the search needs only better ones.
    """
    if not fits(workload, machine, layout):
        return 0.0
    step = machine.step(workload, layout, Corner.NOMINAL)
    most = largest_batch(workload, machine, step)
    # the rate grows with the batch, so that of the largest one is a bound; latency is slow to meet
    if most is None or rate_of(workload, step, most) <= better_than:
        return 0.0
    batch = batch_in_time(workload, step, most)
    if batch is None:
        return 0.0
    return rate_of(workload, step, batch)


def throughput_in(workload: Workload, machine: Machine, layout: Layout) -> Throughput:
    """What a workload gives in one layout, at every corner."""
    chips = workload.chips or layout.chips
    none = Throughput(layout=layout, chips=chips, batch=workload.batch, rate=NOTHING)
    if not fits(workload, machine, layout):
        return none
    steps = {corner: machine.step(workload, layout, corner) for corner in CORNERS}
    batches = _batches(workload, machine, steps)
    nominal_batch = batches[Corner.NOMINAL]
    if nominal_batch is None:
        return none

    rate: dict[Corner, float] = {}
    times: dict[Corner, float] = {}
    first: dict[Corner, float] = {}
    for corner, step in steps.items():
        batch = batches[corner]
        if batch is None:
            rate[corner] = 0.0
            batch = 1.0
        else:
            rate[corner] = rate_of(workload, step, batch)
        times[corner] = _step_seconds(workload, step, batch)
        first[corner] = first_token_seconds(step, workload.input).total
    trains = workload.phase is Phase.TRAIN
    return Throughput(
        layout=layout,
        chips=chips,
        batch=None if trains else nominal_batch,
        rate=rate,
        step=None if trains else times,
        first_token=None if trains else first,
        bound_by=_bound(workload, steps[Corner.NOMINAL], nominal_batch),
    )


def _batches(
    workload: Workload, machine: Machine, steps: Mapping[Corner, Step]
) -> dict[Corner, float | None]:
    """The batch at each corner: what is given, or the largest that fits and is fast enough."""
    batches = {corner: batch_of(workload, machine, step) for corner, step in steps.items()}
    nominal = batches[Corner.NOMINAL]
    # a model that fits at the nominal corner is served with at least one sequence at the low one
    if nominal is not None and batches[Corner.LOW] is None and workload.latency is None:
        batches[Corner.LOW] = 1.0
    return batches


def fits(workload: Workload, machine: Machine, layout: Layout) -> bool:
    """Whether the chips hold the weights, and the sequences of a stated batch."""
    capacity = machine.hardware.capacity
    if workload.phase is Phase.TRAIN:
        # data-parallel copies of a layout divide the state of the optimizer among them
        chips = max(layout.chips, workload.chips or 1)
        return trains_on(workload.model, chips, capacity, machine.workspace)
    memory = machine.memory(workload, layout)
    sequences = 1.0
    if workload.batch is not None and workload.phase is not Phase.PREFILL:
        sequences = workload.batch
    return memory.sequences(capacity, workload.length) >= sequences


def batch_of(workload: Workload, machine: Machine, step: Step) -> float | None:
    """The batch of a step; None where not one sequence fits or is fast enough."""
    most = largest_batch(workload, machine, step)
    return None if most is None else batch_in_time(workload, step, most)


def largest_batch(workload: Workload, machine: Machine, step: Step) -> float | None:
    """The batch that is given, or the largest that fits; None where not one sequence fits."""
    if workload.phase is Phase.TRAIN:
        return 1.0
    if workload.batch is not None:
        return workload.batch
    if workload.phase is Phase.PREFILL:
        return float(PROMPT_TOKENS)
    memory = machine.memory(workload, step.layout)
    usable = machine.hardware.capacity * step.efficiencies.capacity
    room = memory.sequences(usable, workload.length) * step.efficiencies.occupancy
    most = int(min(room, MOST_SEQUENCES))
    return float(most) if most >= 1 else None


def batch_in_time(workload: Workload, step: Step, most: float) -> float | None:
    """The largest batch up to ``most`` that meets the limit of latency; a given one does or not.

    Steps take longer with every sequence, so the largest is found by halving.
    """
    if _is_fast_enough(workload, step, most):
        return most
    if workload.batch is not None:
        return None
    enough, too_many = 0, int(most)
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if _is_fast_enough(workload, step, middle):
            enough = middle
        else:
            too_many = middle
    return float(enough) if enough else None


def _is_fast_enough(workload: Workload, step: Step, batch: float) -> bool:
    """Whether tokens of a sequence follow each other within the limit; prompts have none."""
    if workload.latency is None or workload.phase in (Phase.PREFILL, Phase.TRAIN):
        return True
    seconds = decode_latency(step, batch, workload.context, workload.draft)
    return seconds <= workload.latency


def rate_of(workload: Workload, step: Step, batch: float) -> float:
    """Tokens a second and chip of a workload at a batch."""
    if workload.phase is Phase.TRAIN:
        return training_rate(step, workload.input)
    if workload.phase is Phase.PREFILL:
        return prefill_rate(step, batch, workload.input)
    if workload.phase is Phase.DECODE:
        return decode_rate(step, batch, workload.context, workload.draft)
    return serve_rate(
        step, batch, prompt=workload.input, output=workload.output, draft=workload.draft
    )


def _step_seconds(workload: Workload, step: Step, batch: float) -> float:
    """The seconds of one pass: over prompts in prefill, else between two tokens."""
    if workload.phase is Phase.PREFILL:
        return prompt_seconds(step, batch, workload.input).total / step.efficiencies.serving
    return decode_latency(step, batch, workload.context, workload.draft)


def _bound(workload: Workload, step: Step, batch: float) -> str:
    """What takes the most time."""
    shares = _shares(workload, step, batch)
    return max(shares, key=lambda name: shares[name])


def _shares(workload: Workload, step: Step, batch: float) -> dict[str, float]:
    """The seconds that a workload spends on each thing."""
    if workload.phase is Phase.TRAIN:
        products = training_products(step, workload.input)
        return {"throughput": products, "link": training_traffic(step)}
    if workload.phase is Phase.PREFILL:
        return _named(prompt_seconds(step, batch, workload.input))
    writing = _named(decode_seconds(step, batch, workload.context, workload.draft))
    if workload.phase is Phase.DECODE:
        return writing
    together = prompts_together(step, batch, workload.input)
    reading = _named(prompt_seconds(step, together, workload.input))
    passes = batch * workload.input / together
    steps = workload.output / workload.draft.accepted
    return {name: reading[name] * passes + writing[name] * steps for name in writing}


def _named(seconds: Seconds) -> dict[str, float]:
    return {
        "throughput": seconds.products,
        "memory": seconds.memory,
        "link": seconds.link,
        "overhead": seconds.overhead,
    }

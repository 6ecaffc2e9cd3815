"""The throughput of a workload on a chip; layout and batch are chosen where they are not given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.workloads.capacity import MOST_SEQUENCES, Memory, memory_of, trains_on
from chipdb.workloads.efficiencies import CORNERS, Bands, Corner
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.layouts import Layout, divisors, layouts_on, training_layout
from chipdb.workloads.phases import first_token_seconds
from chipdb.workloads.precisions import Precision
from chipdb.workloads.step import Step
from chipdb.workloads.work import Work, work_of
from chipdb.workloads.workload import Phase, Workload

MOST_CHIPS = 128
"""The largest group that is tried where the number of chips is not given."""
MOST_TRAINING_CHIPS = 8192
"""The same for training, which keeps eight times the bytes of weights in 16 bits."""

CAPACITY = "capacity"
"""What bounds a model that does not fit."""

ByCorner = Mapping[Corner, float]
NOTHING: ByCorner = dict.fromkeys(CORNERS, 0.0)


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """What a workload gives on a chip, at each corner.

    ``rate`` is in tokens per second per chip, times in seconds. ``bound_by`` is what takes the most
    time at the nominal corner: throughput, memory, link or overhead; capacity where nothing fits.
    ``chips`` are those that are stated, else those of the layout; chips beyond it are replicas.
    """

    layout: Layout
    chips: int
    batch: float | None
    rate: ByCorner
    step: ByCorner | None = None
    first_token: ByCorner | None = None
    bound_by: str = CAPACITY

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

    A stated layout that does not hold the model gives 0. The best layout is that with the highest
    nominal rate for each chip, so that answers do not depend on how many chips are at hand.
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
    if best is not None:
        return throughput_in(workload, machine, best)
    if workload.latency is None:
        return None
    # The model may fit and every step be too slow; then what bounds the step is the answer.
    return too_slow(workload, machine, candidates(workload, machine.hardware))


def candidates(workload: Workload, hardware: Hardware) -> Iterator[Layout]:
    """The layouts that are tried for a workload.

    Without a number of chips, groups of 1, 2, 4 and so on up to 128 are tried, as the specification
    says; a larger group is used only if it is asked for. A stated number of chips, or those of a
    system, are divided into equal groups: into one, or into copies of a smaller layout.
    """
    model = workload.model
    at_hand = workload.chips or workload.members
    sizes: Iterable[int] = _group_sizes(MOST_CHIPS)
    if at_hand is not None:
        sizes = divisors(at_hand)
    for chips in sizes:
        yield from layouts_on(
            chips,
            near=hardware.near,
            layers=model.layers,
            heads=model.attention.query_heads,
            experts=_experts(workload),
        )


def _experts(workload: Workload) -> int:
    """The routed experts of a layer, 0 of a dense model."""
    experts = workload.model.experts
    if experts is None:
        return 0
    return experts.count


def _group_sizes(most: int) -> Iterator[int]:
    """The numbers of chips that are tried where none is stated: 1, 2, 4 and so on up to ``most``.

    >>> list(_group_sizes(8))
    [1, 2, 4, 8]
    """
    size = 1
    while size <= most:
        yield size
        size *= 2


def _training(workload: Workload, machine: Machine) -> Throughput | None:
    """Training on the stated number of chips, or on the fewest that hold the model.

    The rate of each chip hardly depends on their number, so the fewest stand for all.
    """
    domain = 1
    if machine.hardware.is_linked:
        domain = machine.hardware.domain
    sizes: Iterable[int] = _group_sizes(MOST_TRAINING_CHIPS)
    if workload.chips is not None:
        sizes = [workload.chips]
    for chips in sizes:
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
    work = work_of(workload)
    step = machine.step(workload, layout, Corner.NOMINAL)
    most = largest_batch(work, machine, step)

    # The rate grows with the batch, so that of the largest batch is a bound. Most layouts are out
    # by it, and the search for the largest batch in time is what takes long.
    if most is None or work.rate(step, most) <= better_than:
        return 0.0
    batch = batch_in_time(work, step, most)
    if batch is None:
        return 0.0
    return work.rate(step, batch)


def throughput_in(workload: Workload, machine: Machine, layout: Layout) -> Throughput:
    """What a workload gives in one layout, at every corner."""
    chips = workload.chips or workload.members or layout.chips
    none = Throughput(layout=layout, chips=chips, batch=workload.batch, rate=NOTHING)
    if not fits(workload, machine, layout):
        return none

    # Each corner has a batch of its own: where software is worse, less memory is left for the
    # cache, and fewer sequences meet a limit of latency.
    work = work_of(workload)
    steps = {corner: machine.step(workload, layout, corner) for corner in CORNERS}
    batches = _batches(work, machine, steps)
    nominal_batch = batches[Corner.NOMINAL]
    if nominal_batch is None and workload.latency is not None:
        return too_slow(workload, machine, [layout]) or none
    if nominal_batch is None:
        return none

    rate = {corner: _rate(work, step, batches[corner]) for corner, step in steps.items()}
    spent = work.spent(steps[Corner.NOMINAL], nominal_batch)
    found = Throughput(
        layout=layout,
        chips=chips,
        batch=nominal_batch,
        rate=rate,
        bound_by=max(spent, key=lambda name: spent[name]),
    )
    return _with_times(found, work, steps, batches)


def too_slow(workload: Workload, machine: Machine, layouts: Iterable[Layout]) -> Throughput | None:
    """Nothing, with the times of the fastest layout, which say how far the limit is off.

    They are those of the batch that is stated, or of a single sequence, for which a step is as
    fast as it gets. None where no layout holds the model.
    """
    batch = workload.batch or 1.0
    unlimited = replace(workload, latency=None, batch=batch)
    work = work_of(unlimited)
    fastest: Layout | None = None
    least = math.inf
    for layout in layouts:
        if not fits(unlimited, machine, layout):
            continue
        step = machine.step(unlimited, layout, Corner.NOMINAL)
        seconds = work.pass_seconds(step, batch) or math.inf
        if seconds < least:
            fastest, least = layout, seconds
    if fastest is None:
        return None
    found = throughput_in(unlimited, machine, fastest)
    return replace(found, rate=NOTHING, batch=workload.batch)


def _rate(work: Work, step: Step, batch: float | None) -> float:
    """The rate at a corner: nothing where no batch fits or is fast enough."""
    if batch is None:
        return 0.0
    return work.rate(step, batch)


def _with_times(
    found: Throughput,
    work: Work,
    steps: Mapping[Corner, Step],
    batches: Mapping[Corner, float | None],
) -> Throughput:
    """The same with the times that users wait; training has neither times nor a batch."""
    passes: dict[Corner, float] = {}
    first: dict[Corner, float] = {}
    for corner, step in steps.items():
        # where no batch is fast enough, the time of a single sequence says how far it is off
        seconds = work.pass_seconds(step, batches[corner] or 1.0)
        if seconds is None:
            return replace(found, batch=None)
        passes[corner] = seconds
        first[corner] = first_token_seconds(step, work.workload.input).total
    return replace(found, step=passes, first_token=first)


def _batches(
    work: Work, machine: Machine, steps: Mapping[Corner, Step]
) -> dict[Corner, float | None]:
    """The batch at each corner: what is given, or the largest that fits and is fast enough."""
    batches: dict[Corner, float | None] = {}
    for corner, step in steps.items():
        most = largest_batch(work, machine, step)
        batches[corner] = None if most is None else batch_in_time(work, step, most)

    # A model that fits at the nominal corner is served at the low one, too, if barely: whether it
    # fits is a fact of the chip, and the band of memory only says how much of the rest is used.
    # A batch that is given is not made smaller.
    is_chosen = work.batch is None
    if is_chosen and batches[Corner.NOMINAL] and work.is_fast_enough(steps[Corner.LOW], 1.0):
        batches[Corner.LOW] = batches[Corner.LOW] or 1.0
    return batches


def fits(workload: Workload, machine: Machine, layout: Layout) -> bool:
    """Whether the chips hold the weights, and the sequences of a stated batch.

    All of the memory counts here: the band of what serving systems use of it is for batches that
    are chosen, and a stated batch is one that was run.
    """
    capacity = machine.hardware.capacity
    if workload.phase is Phase.TRAIN:
        # data-parallel copies of a layout divide the state of the optimizer among them
        chips = max(layout.chips, workload.chips or 1)
        return trains_on(workload.model, chips, capacity, machine.workspace)
    memory = machine.memory(workload, layout)
    return memory.sequences(capacity, workload.length) >= work_of(workload).sequences


def largest_batch(work: Work, machine: Machine, step: Step) -> float | None:
    """The batch that is given, or the largest that fits; None where not one sequence fits."""
    if work.batch is not None:
        return work.batch
    memory = machine.memory(work.workload, step.layout)
    usable = machine.hardware.capacity * step.efficiencies.capacity

    # memory is reserved for finished sequences, and most in flight are shorter
    room = memory.sequences(usable, work.workload.length) * step.efficiencies.occupancy
    most = int(min(room, MOST_SEQUENCES))
    if most < 1:
        return None
    return float(most)


def batch_in_time(work: Work, step: Step, most: float) -> float | None:
    """The largest batch up to ``most`` that meets the limit of latency; a given one does or not.

    Steps take longer with every sequence, so the largest is found by halving.
    """
    if work.is_fast_enough(step, most):
        return most
    if work.batch is not None:
        return None
    enough, too_many = 0, int(most)
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if work.is_fast_enough(step, middle):
            enough = middle
        else:
            too_many = middle
    # not even one sequence may be fast enough
    if not enough:
        return None
    return float(enough)

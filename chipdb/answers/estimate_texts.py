"""What an estimate says of its result: what was chosen, or why the chips give nothing."""

from __future__ import annotations

from chipdb.units import counted, display
from chipdb.workloads.capacity import TRAINING_BYTES
from chipdb.workloads.data import GIGA
from chipdb.workloads.efficiencies import Corner
from chipdb.workloads.throughput import CAPACITY, MOST_CHIPS, Machine, Throughput
from chipdb.workloads.workload import Phase, Workload

MILLI = 1000.0


def shortfall_text(workload: Workload, machine: Machine, found: Throughput | None) -> str | None:
    """Why the chips give nothing; None where they give tokens.

    ``found`` is the best throughput, None where no layout holds the model.
    """
    if found is None:
        return _no_group_text(workload)
    if found.nominal:
        return None
    if found.bound_by == CAPACITY:
        return _too_large_text(workload, machine, found)
    return _too_slow_text(workload, found)


def _no_group_text(workload: Workload) -> str:
    """Why there is no layout: no group that was tried holds the model.

    Where no number of chips was stated, the text says how large the tried groups were.
    """
    chips = workload.chips or workload.members
    if chips is None:
        return f"no group of up to {MOST_CHIPS} chips that was tried holds the model"
    return f"no layout on {counted(chips, 'chip')} holds the model"


def _too_large_text(workload: Workload, machine: Machine, found: Throughput) -> str:
    """What a layout would have to hold, and what its chips have, in decimal GB.

    Training divides what it keeps among all chips; a step of inference needs its weights and its
    cache in each.
    """
    capacity = machine.hardware.capacity
    # What training keeps does not depend on the layout, which only divides it.
    if workload.phase is Phase.TRAIN:
        needed = workload.model.parameters * TRAINING_BYTES
        return (
            f"training keeps {_gigabytes(needed)} of weights, gradients and optimizer; "
            f"{counted(found.chips, 'chip')} have {_gigabytes(capacity * found.chips)}"
        )
    memory = machine.memory(workload, found.layout)
    text = f"each chip of {found.layout} would hold {_gigabytes(memory.weights)} of weights"
    sequences = workload.batch
    if sequences is not None and workload.phase is not Phase.PREFILL:
        cache = sequences * memory.cache_of_token * workload.length
        text += f" and {_gigabytes(cache)} of cache"
    return f"{text}; it has {_gigabytes(capacity)}"


def _gigabytes(count: float) -> str:
    """Bytes in decimal GB, for people: three significant digits.

    >>> _gigabytes(140_250_000_000)
    '140 GB'
    """
    return f"{display(float(f'{count / GIGA:.3g}'))} GB"


def _too_slow_text(workload: Workload, found: Throughput) -> str:
    """By how much the fastest step misses the limit of latency, both in milliseconds."""
    assert found.step is not None, "what is too slow has a time"
    assert workload.latency is not None, "only a limit makes a step too slow"
    limit = f"the latency limit of {display(workload.latency * MILLI)} ms"
    step = f"{found.step[Corner.NOMINAL] * MILLI:.3g} ms"
    # A batch of one is the fastest, so if it is too slow, every other batch is.
    if workload.batch is None:
        return (
            f"no batch meets {limit}: with one sequence, each token takes {step} in {found.layout}"
        )
    batch = counted(int(workload.batch), "sequence")
    return f"a batch of {batch} does not meet {limit}: a token takes {step} in {found.layout}"


def chosen_texts(workload: Workload, found: Throughput) -> list[str]:
    """The layout and the batch, where they were chosen as the best: a sentence for each.

    What the user stated is not repeated.
    """
    if workload.phase is Phase.TRAIN:
        return _training_text(workload, found)
    texts: list[str] = []
    if workload.layout is None:
        group = counted(found.layout.chips, "chip")
        texts.append(f"the best layout was chosen: {found.layout} on {group}")
    copies = found.chips // found.layout.chips
    if copies > 1:
        texts.append(f"{counted(found.chips, 'chip')} run {copies:,} copies of the layout")
    # in prefill a batch is not a number of sequences
    if workload.phase is not Phase.PREFILL and workload.batch is None and found.batch:
        largest = "the largest batch that fits"
        if workload.latency:
            largest += f" and meets the latency limit of {display(workload.latency * MILLI)} ms"
        texts.append(f"{largest}: {found.batch:,.0f}")
    return texts


def _training_text(workload: Workload, found: Throughput) -> list[str]:
    """How training is divided, as far as it was not stated."""
    texts: list[str] = []
    if workload.chips is None:
        group = counted(found.chips, "chip")
        texts.append(f"the fewest chips that hold weights, gradients and optimizer: {group}")
    if workload.layout is None and found.layout.expert > 1:
        texts.append(f"experts are divided among {found.layout.expert:,} chips")
    return texts

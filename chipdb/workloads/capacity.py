"""How many sequences fit into the memory of a group of chips."""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.layouts import Layout
from chipdb.workloads.models import HALF, Model
from chipdb.workloads.precisions import Precision

MOST_SEQUENCES = 2048
"""More sequences than this are not put in flight at once by serving systems."""
TRAINING_BYTES = 16
"""Bytes for each weight in training: weight and gradient in 16 bits, and a copy with two moments
of the optimizer in 32."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The memory that a layout takes on one chip, in bytes: weights, and cache per token."""

    weights: float
    cache_of_token: float
    workspace: float

    def sequences(self, capacity: float, tokens: float) -> float:
        """How many sequences of ``tokens`` fit next to the weights; negative if not even those fit.

        The sequences are those of one group of chips that share layers.

        >>> chip = Memory(weights=60e9, cache_of_token=100e3, workspace=2e9)
        >>> chip.sequences(capacity=82e9, tokens=2000)
        100.0
        """
        free = capacity - self.weights - self.workspace
        return free / (self.cache_of_token * max(tokens, 1.0))


def memory_of(model: Model, precision: Precision, layout: Layout, workspace: float) -> Memory:
    """What one chip holds. Embedding and output head stay in 16 bits."""
    # Expert parallelism divides only the experts: each group has a copy of all other weights. With
    # the copies among them every chip holds as many experts as the fullest one.
    shared_by = layout.tensor * layout.pipeline
    linear = model.linear_parameters / shared_by
    routed = model.routed_parameters * _copies(model, layout) / layout.chips
    ends = 2 * model.head_parameters / shared_by
    parts = layout.pipeline * model.attention.cache_parts(layout.tensor)
    return Memory(
        weights=(linear + routed) * precision.weight_bytes + ends * HALF,
        cache_of_token=model.cached_values * precision.cache_bytes / parts,
        workspace=workspace,
    )


def _copies(model: Model, layout: Layout) -> float:
    """How often the layout holds each expert."""
    if model.experts is None:
        return 1.0
    return layout.copies(model.experts.count)


def trains_on(model: Model, chips: int, capacity: float, workspace: float) -> bool:
    """Whether a number of chips hold the weights, gradients and optimizer of a model.

    Activations are left out: they can be recomputed, and a workload does not say how many are.
    """
    return model.parameters * TRAINING_BYTES <= chips * (capacity - workspace)

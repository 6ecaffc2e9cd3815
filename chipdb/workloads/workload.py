"""A workload: what is asked of a chip, with every default filled in."""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass
from chipdb.vocabulary import Word
from chipdb.workloads.layouts import Layout
from chipdb.workloads.models import Model
from chipdb.workloads.phases import NO_DRAFT, Draft


class Phase(Word):
    """What a chip does with a model."""

    PREFILL = "prefill"
    DECODE = "decode"
    SERVE = "serve"
    TRAIN = "train"


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A model and what is done with it; None where the best choice is taken.

    ``input`` and ``output`` are tokens of one sequence. ``batch`` is the number of sequences in
    flight in one group of chips (with expert parallelism: on each chip); in prefill it is the
    number of prompt tokens in one pass. ``latency`` is the most seconds between two tokens.
    ``members`` are the chips of a system, which copies of one layout fill.
    """

    model: Model
    phase: Phase
    input: int
    output: int = 0
    precision: str | None = None
    chips: int | None = None
    layout: Layout | None = None
    batch: float | None = None
    latency: float | None = None
    draft: Draft = NO_DRAFT
    members: int | None = None

    @property
    def context(self) -> float:
        """The tokens that a generated token sees on average."""
        return self.input + self.output / 2

    @property
    def length(self) -> int:
        """The tokens of a finished sequence."""
        return self.input + self.output

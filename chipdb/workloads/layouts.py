"""How a model is divided among chips: tensor, pipeline and expert parallelism."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass

MOST_EXPERT_COPIES = 1.25
"""Copies of an expert on average, at most, where a layout is chosen: 320 experts are held for the
256 of the model in CloudMatrix384, the most that was published."""
_PART = re.compile(r"(TP|PP|EP)([1-9]\d{0,5})")
WORDS = "TP, PP and EP with a number each, such as TP8, EP32 or PP16EP64"


@dataclass(frozen=True)
class Layout:
    """A division of a model among chips.

    ``tensor`` chips share each layer, ``pipeline`` stages follow each other, ``expert`` chips
    divide the experts. With expert parallelism every chip holds the attention of its own
    sequences, unless ``tensor`` chips share it.
    """

    tensor: int = 1
    pipeline: int = 1
    expert: int = 1

    @property
    def stage_chips(self) -> int:
        """The chips of one pipeline stage."""
        return max(self.tensor, self.expert)

    @property
    def chips(self) -> int:
        """The chips of one copy of the model."""
        return self.pipeline * self.stage_chips

    @property
    def groups(self) -> int:
        """The groups of a stage that work on sequences of their own.

        >>> parse_layout("TP2EP64").groups
        32
        """
        return max(1, self.expert // self.tensor)

    def copies(self, experts: int) -> float:
        """How often each of a layer's ``experts`` is held, on average over them.

        An expert is held whole, so every chip has room for as many as the fullest one: where they
        do not divide evenly the rest is filled with copies of the busiest. 256 experts on 72 chips
        are four on each, 288 in all.

        >>> [parse_layout(text).copies(256) for text in ("EP32", "EP72", "EP512")]
        [1.0, 1.125, 2.0]
        """
        on_fullest = math.ceil(experts / self.expert)
        return on_fullest * self.expert / experts

    def __str__(self) -> str:
        """The layout as users write it.

        >>> str(Layout(tensor=8)), str(Layout(pipeline=16, expert=64)), str(Layout())
        ('TP8', 'PP16EP64', 'TP1')
        """
        parts = (("TP", self.tensor), ("PP", self.pipeline), ("EP", self.expert))
        text = ""
        for word, number in parts:
            if number > 1:
                text += f"{word}{number}"
        return text or "TP1"


def parse_layout(text: str) -> Layout:
    """The layout that a text such as ``TP4PP8`` names; the parts may be in any order.

    Raises :class:`~chipdb.errors.ParameterError` for anything else, and for a part named twice.

    >>> parse_layout("EP64PP16")
    Layout(tensor=1, pipeline=16, expert=64)
    """
    written = text.strip().upper()
    parts = _PART.findall(written)
    sizes = {name: int(number) for name, number in parts}

    # findall skips what it does not know, so what it found must be all that was written
    found = "".join(name + number for name, number in parts)
    if not parts or found != written or len(sizes) < len(parts):
        raise ParameterError("layout", f"must be {WORDS}, not {text!r}")

    layout = Layout(sizes.get("TP", 1), sizes.get("PP", 1), sizes.get("EP", 1))
    # groups that share attention are the same size everywhere, or experts would lie across them
    if max(layout.tensor, layout.expert) % min(layout.tensor, layout.expert):
        raise ParameterError("layout", f"{text!r}: TP and EP must divide each other")
    return layout


def layouts_on(chips: int, *, near: int, layers: int, heads: int, experts: int) -> Iterator[Layout]:
    """The layouts that use exactly ``chips`` chips.

    Tensor parallelism stays among the ``near`` chips that exchange data without the network, since
    two all-reduces a layer over it cost more than they save. Chips that divide experts do not share
    attention as well: every one keeps the cache of its own sequences, which is what serving systems
    do with latent attention, whose cache cannot be divided.

    >>> shape = {"layers": 80, "heads": 64}
    >>> [str(layout) for layout in layouts_on(4, near=8, experts=0, **shape)]
    ['TP4', 'TP2PP2', 'PP4']
    >>> [str(layout) for layout in layouts_on(16, near=8, experts=0, **shape)]
    ['TP8PP2', 'TP4PP4', 'TP2PP8', 'PP16']
    >>> [str(layout) for layout in layouts_on(2, near=8, experts=256, **shape)]
    ['TP2', 'EP2', 'PP2']
    """
    # Few stages come first: most searches end with one of them, and the others are out sooner.
    for pipeline in divisors(chips):
        in_stage = chips // pipeline
        if pipeline > layers:
            continue
        if in_stage <= near and heads % in_stage == 0:
            yield Layout(tensor=in_stage, pipeline=pipeline)
        # a single chip with all experts is among the layouts that share layers
        if in_stage > 1 and experts and _holds_evenly(experts, in_stage):
            yield Layout(pipeline=pipeline, expert=in_stage)


def _holds_evenly(experts: int, chips: int) -> bool:
    """Whether each chip holds as many experts, with few copies of the busiest among them.

    More chips than experts hold one each, in several complete sets.
    """
    if chips > experts:
        return chips % experts == 0
    return Layout(expert=chips).copies(experts) <= MOST_EXPERT_COPIES


def training_layout(chips: int, *, domain: int, experts: int) -> Layout:
    """The layout in which a model is trained: its experts divided inside a scale-up domain.

    Other chips hold copies or further stages; what they cost is in the band of training.

    >>> str(training_layout(1024, domain=8, experts=256))
    'EP8'
    """
    if not experts:
        return Layout()

    # Experts that are further apart than a domain exchange tokens over the network in every layer,
    # forward and backward; published runs keep them together.
    most = min(chips, domain)
    sizes = [size for size in divisors(experts) if size <= most]
    return Layout(expert=max(sizes))


def divisors(number: int) -> list[int]:
    """The divisors of a number in ascending order.

    >>> divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    # each divisor up to the root has a partner above it
    small = [divisor for divisor in range(1, math.isqrt(number) + 1) if number % divisor == 0]
    return sorted({*small, *(number // divisor for divisor in small)})

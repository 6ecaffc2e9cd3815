"""The seconds of one pass through a model on one group of chips.

A pass has parts that run one after the other. Each part is bound by products or by memory, and
traffic between chips and the launch of kernels come on top.
"""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.efficiencies import Efficiencies
from chipdb.workloads.elementwise import smaller
from chipdb.workloads.hardware import Hardware, Rates, rates_of
from chipdb.workloads.layouts import Layout
from chipdb.workloads.models import HALF, Model
from chipdb.workloads.precisions import Precision

DISPATCHED_BYTES = 3
"""Bytes for each value of a token and expert: sent to it in 8 bits, returned in 16."""
MOST_TOKEN_COPIES = 4
"""Copies of a token that leave the scale-up domain: routing is limited to this number of nodes."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What one pass works on.

    ``tokens`` go through each group of tensor-parallel chips at once, of ``sequences`` sequences,
    and each sees ``context`` tokens on average. ``prompt`` says whether they are prompts, whose
    keys and values are computed rather than read from the cache. ``scored`` tokens get an output.
    """

    tokens: float
    sequences: float
    context: float
    prompt: bool
    scored: float


@dataclass(slots=True)
class Seconds:
    """The seconds of a pass by what they are spent on."""

    products: float = 0.0
    memory: float = 0.0
    link: float = 0.0
    overhead: float = 0.0
    hidden: float = 0.0
    """What runs at the same time as something longer, and so does not count."""

    @property
    def total(self) -> float:
        """All seconds that count."""
        return self.products + self.memory + self.link + self.overhead - self.hidden


class Step:
    """The costs of passes of one model in one precision on one chip in one layout, at a corner.

    What does not depend on the pass is computed once, since a search over batches makes many.
    """

    def __init__(
        self,
        model: Model,
        precision: Precision,
        hardware: Hardware,
        layout: Layout,
        efficiencies: Efficiencies,
    ) -> None:
        self.model = model
        self.precision = precision
        self.hardware = hardware
        self.layout = layout
        self.efficiencies = efficiencies
        self.rates: Rates = rates_of(hardware, efficiencies)
        self._products = self.rates.products[precision.bits]

    def seconds(self, work: Pass) -> Seconds:
        """The seconds of one pass through all layers."""
        total = Seconds()
        self._linear(work, total)
        self._experts(work, total)
        self._attention(work, total)
        self._head(work, total)
        # chips that share attention hold the same tokens, and each sends a part of them to experts
        sent = work.tokens / self.layout.tensor
        total.link += self._tensor_traffic(work) + self.expert_seconds(sent)
        total.overhead += self.overhead(prompt=work.prompt)
        # stages wait for each other, as neither layers nor sequences divide evenly among them
        stages = self.layout.pipeline - 1
        total.overhead += stages * self.efficiencies.stage * total.total
        return total

    def overhead(self, *, prompt: bool) -> float:
        """The seconds that launching the kernels of all layers takes.

        It does not shrink with more chips, so it bounds how fast one sequence can be generated.
        """
        each = self.efficiencies.layer_seconds
        if prompt:
            each = self.efficiencies.prompt_layer_seconds
        return self.model.layers * each

    def _linear(self, work: Pass, total: Seconds) -> None:
        """Add attention projections, dense feed-forward parts and shared experts.

        They are alike in that every token passes all of their weights.
        """
        # Every chip reads its share of the weights once a pass, however many tokens there are: this
        # is why decode is bound by memory, and why a larger batch costs little.
        weights = self.model.linear_parameters / self.layout.tensor
        self._add(
            total,
            products=2 * weights * work.tokens / self._products,
            memory=weights * self.precision.weight_bytes / self.rates.memory,
        )

    def _experts(self, work: Pass, total: Seconds) -> None:
        """Add the routed experts."""
        experts = self.model.experts
        if experts is None:
            return

        # With expert parallelism, the experts of a chip serve the tokens of all groups. Each chip
        # then has fewer weights to read, and more tokens for each of them.
        chips = self.layout.stage_chips
        tokens = work.tokens * self.layout.groups
        operations = 2 * self.model.active_routed_parameters * tokens / chips

        # An expert is not divided, so where experts do not divide evenly among the chips, or chips
        # outnumber them, some are read more than once. The copies of an expert share its tokens.
        copies = self.layout.copies(experts.count)
        hit = self.model.experts_hit(tokens / copies)
        read = self.model.routed_parameters * copies * hit / chips

        # many small products reach less of a chip than one large one, and all wait for the chip
        # whose experts are asked for most
        factor = 1 / self.efficiencies.expert_products
        if self.layout.expert > 1:
            factor *= self.efficiencies.expert_imbalance
        self._add(
            total,
            products=factor * operations / self._products,
            memory=factor * read * self.precision.weight_bytes / self.rates.memory,
        )

    def _attention(self, work: Pass, total: Seconds) -> None:
        """Add scores and sums over the tokens that each token sees."""
        # Keys and values of a prompt have just been computed; those of earlier tokens are read.
        attention = self.model.attention
        if work.prompt:
            each = attention.prompt_operations
        else:
            each = attention.decode_operations
        operations = self.model.layers * each * work.context * work.tokens / self.layout.tensor
        read = 0.0
        if not work.prompt:
            values = self.model.cached_values * work.context * work.sequences
            parts = attention.cache_parts(self.layout.tensor)
            read = values * self.precision.cache_bytes / parts
        self._add(
            total,
            products=operations / self.rates.prompt_attention,
            memory=read / self.rates.memory,
        )

    def _head(self, work: Pass, total: Seconds) -> None:
        """Add the output head, which stays in 16 bits."""
        weights = self.model.head_parameters / self.layout.tensor
        self._add(
            total,
            products=2 * weights * work.scored / self.rates.products[16],
            memory=weights * HALF / self.rates.memory,
        )

    def _add(self, total: Seconds, *, products: float, memory: float) -> None:
        """Add a part that takes products and memory traffic.

        At the high corner the shorter of the two hides behind the longer. At the others they add
        up: no system overlaps them perfectly, and the nominal corner was found without any overlap.
        """
        # not added in place: of many designs these are arrays, which other parts may share
        total.products = total.products + products
        total.memory = total.memory + memory
        if self.efficiencies.overlapped:
            total.hidden = total.hidden + smaller(products, memory)

    def _tensor_traffic(self, work: Pass) -> float:
        """The seconds of two all-reduces of the hidden state in each layer.

        One follows attention and one the feed-forward part, as both end in a matrix whose input is
        divided among the chips.
        """
        chips = self.layout.tensor
        if chips == 1:
            return 0.0

        # A ring sends every value twice around but for the chip's own part; trees and switches that
        # add on the way save latency, and the band of links covers what they save of the rest.
        state = work.tokens * self.model.width * HALF
        each = 2 * (chips - 1) / chips * state / self._link_rate(chips)
        return 2 * self.model.layers * (each + self.efficiencies.collective_seconds)

    def expert_seconds(self, tokens: float) -> float:
        """The seconds of sending tokens to their experts and back, as far as nothing hides them."""
        model, chips = self.model, self.layout.expert
        if model.experts is None or chips == 1:
            return 0.0

        # Inside a domain each token goes to each of its experts. Over the network it goes to a few
        # nodes and is handed on there, as routing is limited to a few.
        values = tokens * model.width * DISPATCHED_BYTES
        reach = min(chips, self._reach())
        inside = reach / chips
        near = values * model.experts.active * inside / self._link_rate(reach)
        copies = min(MOST_TOKEN_COPIES, model.experts.active) * (1 - inside)
        far = values * copies / (self.hardware.network * self.efficiencies.link)

        # two batches in turn hide the traffic of one behind the products of the other
        shown = self.efficiencies.shown_expert_traffic
        each = shown * (near + far) + 2 * shown * self.efficiencies.collective_seconds
        return model.expert_layers * each

    def _reach(self) -> int:
        """The chips of one node, to a few of which routing limits the experts of a token.

        They are those of a scale-up domain; without links of their own those of one machine, even
        if no host link is known, since routing does not depend on it.
        """
        if self.hardware.is_linked:
            return self.hardware.domain
        return self.hardware.node

    def _link_rate(self, chips: int) -> float:
        """The bytes/s, one way, that each of some chips exchanges with the others.

        Chips of one scale-up domain use their links. Chips of one machine without such links use
        the host link, which all of them share, so that little of it is left for each. Any others
        use the network.
        """
        hardware, efficiencies = self.hardware, self.efficiencies
        if hardware.is_linked and chips <= hardware.domain:
            return hardware.link * efficiencies.link
        through_host = hardware.host_link * efficiencies.host_link
        if through_host and chips <= hardware.node:
            return through_host
        network = hardware.network * efficiencies.link
        # without links of their own, chips reach the network through the same host link
        if through_host and not hardware.is_linked:
            return min(network, through_host)
        return network

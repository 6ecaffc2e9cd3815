"""A language model: the shape of its layers, and what one token costs in operations and bytes."""

from __future__ import annotations

from functools import cached_property

from chipdb.lazy_dataclasses import dataclass

HALF = 2
"""Bytes of a 16-bit value, in which the output head, the embedding and activations are kept."""


@dataclass(frozen=True, kw_only=True)
class GroupedAttention:
    """Attention whose query heads share key and value heads, in groups of equal size.

    With as many key and value heads as query heads this is plain multi-head attention.
    """

    query_heads: int
    key_value_heads: int
    head_width: int

    def parameters(self, width: int) -> int:
        """The weights of one layer's attention in a model of ``width``."""
        heads = 2 * self.query_heads + 2 * self.key_value_heads
        return width * self.head_width * heads

    @property
    def cached_values(self) -> int:
        """The values that one layer keeps for one token: a key and a value for each of the heads.

        Fewer key and value heads than query heads are what made long contexts affordable.
        """
        return 2 * self.key_value_heads * self.head_width

    @property
    def prompt_operations(self) -> int:
        """The operations of one layer and token for each token that it sees, in a prompt."""
        return 4 * self.query_heads * self.head_width

    @property
    def decode_operations(self) -> int:
        """The same for the generation of tokens."""
        return self.prompt_operations

    def cache_parts(self, chips: int) -> int:
        """The number of parts of the cache among chips that share each layer.

        A key and value head is not divided: with more chips than such heads, some hold copies.
        """
        return min(chips, self.key_value_heads)


@dataclass(frozen=True, kw_only=True)
class LatentAttention:
    """Multi-head latent attention: keys and values are kept as one short vector for each token."""

    query_heads: int
    key_value_rank: int
    rope_width: int
    key_width: int
    value_width: int
    query_rank: int | None = None
    """None where queries are computed in one step, without a compressed vector."""

    def parameters(self, width: int) -> int:
        """The weights of one layer's attention in a model of ``width``."""
        heads = self.query_heads
        query_width = heads * (self.key_width + self.rope_width)
        query = width * query_width
        if self.query_rank is not None:
            query = (width + query_width) * self.query_rank
        down = width * (self.key_value_rank + self.rope_width)
        up = self.key_value_rank * heads * (self.key_width + self.value_width)
        output = heads * self.value_width * width
        return query + down + up + output

    @property
    def cached_values(self) -> int:
        """The values that one layer keeps for one token: the compressed vector and the position.

        All heads share both, so the cache does not grow with their number.
        """
        return self.key_value_rank + self.rope_width

    @property
    def prompt_operations(self) -> int:
        """The operations of one layer and token for each token that it sees, in a prompt."""
        widths = self.key_width + self.rope_width + self.value_width
        return 2 * self.query_heads * widths

    @property
    def decode_operations(self) -> int:
        """The same for the generation of tokens.

        The projections of keys and values are then absorbed into those of queries and outputs, so
        that every head works on the compressed vector: more operations, far fewer bytes.
        """
        return 2 * self.query_heads * (2 * self.key_value_rank + self.rope_width)

    def cache_parts(self, chips: int) -> int:  # noqa: ARG002 - the same question as above
        """The number of parts of the cache: one, since all heads read the same vector."""
        return 1


Attention = GroupedAttention | LatentAttention


@dataclass(frozen=True, kw_only=True)
class Experts:
    """The experts of a mixture: each token visits ``active`` of ``count`` and all ``shared`` ones.

    The first ``dense_layers`` of the model have an ordinary feed-forward part instead.
    """

    count: int
    active: int
    width: int
    shared: int = 0
    dense_layers: int = 0


@dataclass(frozen=True, kw_only=True)
class Model:
    """A decoder-only transformer.

    ``width`` is that of the hidden state, ``feed_forward_width`` that of the dense feed-forward
    part (0 where every layer has experts), and ``feed_forward_matrices`` is 3 with a gate, else 2.
    """

    id: str
    name: str
    layers: int
    width: int
    attention: Attention
    feed_forward_width: int
    feed_forward_matrices: int
    vocabulary: int
    experts: Experts | None = None
    source: str | None = None
    notes: tuple[str, ...] = ()
    """What a user's configuration states and estimates leave out."""

    @cached_property
    def expert_layers(self) -> int:
        """The layers with experts."""
        if self.experts is None:
            return 0
        return self.layers - self.experts.dense_layers

    @cached_property
    def expert_parameters(self) -> int:
        """The weights of one expert in one layer."""
        if self.experts is None:
            return 0
        return self.feed_forward_matrices * self.width * self.experts.width

    @cached_property
    def linear_parameters(self) -> int:
        """The weights that every token passes, without routed experts, embedding and head."""
        attention = self.layers * self.attention.parameters(self.width)
        dense_layers = self.layers - self.expert_layers
        block = self.feed_forward_matrices * self.width * self.feed_forward_width
        total = attention + dense_layers * block
        # the router scores every expert for every token, whichever are visited
        if self.experts is not None:
            router = self.width * self.experts.count
            shared = self.experts.shared * self.expert_parameters
            total += self.expert_layers * (shared + router)
        return total

    @cached_property
    def routed_parameters(self) -> int:
        """The weights of all routed experts."""
        if self.experts is None:
            return 0
        return self.expert_layers * self.experts.count * self.expert_parameters

    @cached_property
    def active_routed_parameters(self) -> int:
        """The weights of the routed experts that one token visits."""
        if self.experts is None:
            return 0
        return self.expert_layers * self.experts.active * self.expert_parameters

    @cached_property
    def head_parameters(self) -> int:
        """The weights of the output head; the embedding has as many."""
        return self.width * self.vocabulary

    @cached_property
    def parameters(self) -> int:
        """All weights; head and embedding are counted separately."""
        return self.linear_parameters + self.routed_parameters + 2 * self.head_parameters

    @cached_property
    def cached_values(self) -> int:
        """The values that the model keeps for each token."""
        return self.layers * self.attention.cached_values

    def experts_hit(self, tokens: float) -> float:
        """The share of the routed experts that at least one of ``tokens`` visits.

        Routing is assumed to be even and independent, which reads the most weights.
        """
        if self.experts is None:
            return 0.0

        # one token leaves out all that it does not visit; each further one that share of the rest
        missed = 1 - self.experts.active / self.experts.count
        return 1 - float(missed**tokens)

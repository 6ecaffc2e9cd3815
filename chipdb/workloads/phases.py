"""Prefill, decode, serving and training: the rates of a group of chips, from its steps.

Rates are tokens per second per chip.
"""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.step import Pass, Seconds, Step

PROMPT_TOKENS = 8192
"""Tokens of prompts that go through the model in one pass, if nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Speculative decoding: ``tokens`` are drafted for each step, which yields ``accepted``.

    ``accepted`` counts the token that every step gives, so it is 1 if no draft is accepted.
    """

    tokens: int = 0
    accepted: float = 1.0


NO_DRAFT = Draft()


def prompt_seconds(step: Step, tokens: float, length: float) -> Seconds:
    """The seconds of one pass over prompts of ``length``, ``tokens`` of them together.

    In a pipeline ``tokens`` are in flight, a share of them in each stage.
    """
    # A stage works on its share while the others work on theirs: all of them finish a pass over
    # ``tokens`` in the time that one share takes through all stages.
    in_stage = tokens / step.layout.pipeline
    return _prompt_pass(step, in_stage, length)


def first_token_seconds(step: Step, length: float) -> Seconds:
    """The seconds until a single prompt of ``length`` has passed all stages."""
    return _prompt_pass(step, length, length)


def _prompt_pass(step: Step, tokens: float, length: float) -> Seconds:
    """The seconds in which ``tokens`` of prompts of ``length`` pass all stages."""
    sequences = tokens / length
    # a token of a prompt sees those in front of it: half of the prompt on average
    return step.seconds(
        Pass(
            tokens=tokens,
            sequences=sequences,
            context=length / 2,
            prompt=True,
            scored=sequences,
        )
    )


def prefill_rate(step: Step, tokens: float, length: float) -> float:
    """Prompt tokens per second per chip, ``tokens`` in one pass of each group."""
    seconds = prompt_seconds(step, tokens, length).total / step.efficiencies.serving
    return tokens / seconds * step.layout.groups / step.layout.chips


def decode_seconds(step: Step, batch: float, context: float, draft: Draft = NO_DRAFT) -> Seconds:
    """The seconds in which every one of ``batch`` sequences gets its next tokens.

    Drafting costs a layer's share of the step for each drafted token.
    """
    in_stage = batch / step.layout.pipeline
    checked = in_stage * (1 + draft.tokens)
    seconds = step.seconds(
        Pass(
            tokens=checked,
            sequences=in_stage,
            context=context,
            prompt=False,
            scored=checked,
        )
    )
    seconds.overhead += draft.tokens * seconds.total / step.model.layers
    return seconds


def decode_latency(step: Step, batch: float, context: float, draft: Draft = NO_DRAFT) -> float:
    """The seconds between two tokens of a sequence, as a user of a serving system sees them."""
    seconds = decode_seconds(step, batch, context, draft).total
    return seconds / step.efficiencies.serving / draft.accepted


def decode_rate(step: Step, batch: float, context: float, draft: Draft = NO_DRAFT) -> float:
    """Generated tokens per second per chip."""
    made = batch / decode_latency(step, batch, context, draft)
    return made * step.layout.groups / step.layout.chips


def prompts_together(step: Step, batch: float, prompt: float) -> float:
    """The prompt tokens that a serving system reads in one pass of a group."""
    return min(PROMPT_TOKENS * step.layout.pipeline, max(batch, 1.0) * prompt)


def serve_rate(
    step: Step, batch: float, *, prompt: float, output: float, draft: Draft = NO_DRAFT
) -> float:
    """Generated tokens per second per chip where the same chips also read the prompts."""
    together = prompts_together(step, batch, prompt)

    # Chips do one or the other at a time, so the seconds of a sequence add up. Systems that mix
    # both in one pass gain what the serving band allows for.
    reading = prompt / prefill_rate(step, together, prompt)
    writing = output / decode_rate(step, batch, prompt + output / 2, draft)
    return output / (reading + writing)


def training_rate(step: Step, length: float) -> float:
    """Trained tokens per second per chip.

    The backward pass takes twice the operations of the forward pass. One band covers how well a
    system hides the rest (gradients, pipeline bubbles, recomputation), since layouts are not
    published.
    """
    share = step.efficiencies.training
    if step.model.experts is not None:
        share = step.efficiencies.expert_training
    forward = training_products(step, length) / share
    return 1 / (3 * (forward + training_traffic(step)))


def training_products(step: Step, length: float) -> float:
    """The seconds of one token's products in a forward pass at full speed."""
    # The embedding is a lookup, so it costs no products; the head counts like any other matrix.
    model, rates = step.model, step.rates
    active = model.linear_parameters + model.active_routed_parameters + model.head_parameters
    attention = model.layers * model.attention.prompt_operations * length / 2
    products = 2 * active / rates.products[step.precision.bits]
    return products + attention / rates.prompt_attention


def training_traffic(step: Step) -> float:
    """The seconds of one token's traffic to its experts; passes share the latency."""
    return step.expert_seconds(PROMPT_TOKENS) / PROMPT_TOKENS

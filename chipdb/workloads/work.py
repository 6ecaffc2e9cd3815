"""What each phase makes of steps: its rate, the time of a pass, and what the time is spent on."""

from __future__ import annotations

from chipdb.workloads.phases import (
    PROMPT_TOKENS,
    decode_latency,
    decode_rate,
    decode_seconds,
    prefill_rate,
    prompt_seconds,
    prompts_together,
    serve_rate,
    training_products,
    training_rate,
    training_traffic,
)
from chipdb.workloads.step import Seconds, Step
from chipdb.workloads.workload import Phase, Workload

Spent = dict[str, float]
"""Seconds by what bounds them: throughput, memory, link or overhead."""


class Work:
    """The work of one phase. The methods take the steps of a layout at one corner, and a batch."""

    def __init__(self, workload: Workload) -> None:
        """Keep the workload, which says the lengths of its sequences and its limits."""
        self.workload = workload

    @property
    def batch(self) -> float | None:
        """The batch where memory does not decide it: the given one."""
        return self.workload.batch

    @property
    def sequences(self) -> float:
        """The sequences that must fit into memory with the weights."""
        return self.workload.batch or 1.0

    def rate(self, step: Step, batch: float) -> float:
        """Tokens per second per chip."""
        raise NotImplementedError

    def pass_seconds(self, step: Step, batch: float) -> float | None:
        """The seconds that users wait for one pass; None where nobody waits."""
        raise NotImplementedError

    def spent(self, step: Step, batch: float) -> Spent:
        """What the time is spent on."""
        raise NotImplementedError

    def is_fast_enough(self, step: Step, batch: float) -> bool:  # noqa: ARG002 - see Decode
        """Whether a limit of latency is met; only generated tokens have one."""
        return True


class Prefill(Work):
    """Reading prompts. The batch is the number of prompt tokens in one pass."""

    @property
    def batch(self) -> float:
        """A pass of stated size, or one that keeps a chip busy."""
        return self.workload.batch or float(PROMPT_TOKENS)

    @property
    def sequences(self) -> float:
        """One prompt: its keys and values leave the chip when it has been read."""
        return 1.0

    def rate(self, step: Step, batch: float) -> float:
        """Prompt tokens per second per chip."""
        return prefill_rate(step, batch, self.workload.input)

    def pass_seconds(self, step: Step, batch: float) -> float:
        """The seconds of one pass over prompts."""
        seconds = prompt_seconds(step, batch, self.workload.input).total
        return seconds / step.efficiencies.serving

    def spent(self, step: Step, batch: float) -> Spent:
        """The parts of one pass."""
        return named(prompt_seconds(step, batch, self.workload.input))


class Decode(Work):
    """Generating tokens."""

    def rate(self, step: Step, batch: float) -> float:
        """Generated tokens per second per chip."""
        return decode_rate(step, batch, self.workload.context, self.workload.draft)

    def pass_seconds(self, step: Step, batch: float) -> float:
        """The seconds between two tokens of a sequence."""
        return decode_latency(step, batch, self.workload.context, self.workload.draft)

    def spent(self, step: Step, batch: float) -> Spent:
        """The parts of one step."""
        return named(decode_seconds(step, batch, self.workload.context, self.workload.draft))

    def is_fast_enough(self, step: Step, batch: float) -> bool:
        """Whether the tokens of a sequence follow each other within the limit."""
        if self.workload.latency is None:
            return True
        return self.pass_seconds(step, batch) <= self.workload.latency


class Serve(Decode):
    """Generating tokens on chips that also read the prompts."""

    def rate(self, step: Step, batch: float) -> float:
        """Generated tokens per second per chip."""
        return serve_rate(
            step,
            batch,
            prompt=self.workload.input,
            output=self.workload.output,
            draft=self.workload.draft,
        )

    def spent(self, step: Step, batch: float) -> Spent:
        """The parts of everything that a batch of sequences needs from first to last token."""
        workload = self.workload
        together = prompts_together(step, batch, workload.input)
        reading = named(prompt_seconds(step, together, workload.input))
        writing = super().spent(step, batch)

        # prompts that do not fit into one pass take several; every step yields what is accepted
        passes = batch * workload.input / together
        steps = workload.output / workload.draft.accepted
        return {name: reading[name] * passes + writing[name] * steps for name in writing}


class Train(Work):
    """Training. The batch is that of the whole system, which the band of training covers."""

    @property
    def batch(self) -> float:
        """Rates do not depend on it here."""
        return 1.0

    def rate(self, step: Step, batch: float) -> float:  # noqa: ARG002 - see batch
        """Trained tokens per second per chip."""
        return training_rate(step, self.workload.input)

    def pass_seconds(self, step: Step, batch: float) -> None:
        """Nobody waits for a step of training.

        How long one takes depends on the batch of the whole system, which is not asked for.
        """

    def spent(self, step: Step, batch: float) -> Spent:  # noqa: ARG002 - see batch
        """Products, and the traffic to experts."""
        return {
            "throughput": training_products(step, self.workload.input),
            "link": training_traffic(step),
        }


WORK: dict[Phase, type[Work]] = {
    Phase.PREFILL: Prefill,
    Phase.DECODE: Decode,
    Phase.SERVE: Serve,
    Phase.TRAIN: Train,
}


def work_of(workload: Workload) -> Work:
    """The work of a workload."""
    return WORK[workload.phase](workload)


def named(seconds: Seconds) -> Spent:
    """The parts of a pass by what bounds them."""
    return {
        "throughput": seconds.products,
        "memory": seconds.memory,
        "link": seconds.link,
        "overhead": seconds.overhead,
    }

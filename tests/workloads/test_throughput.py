"""What must hold for every chip, model and layout, whatever the constants are."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import hardware_of, machine_of, machine_with, workload_of

from chipdb.workloads.data import bands, models
from chipdb.workloads.efficiencies import CORNERS, Corner
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.layouts import Layout, divisors, parse_layout
from chipdb.workloads.phases import decode_seconds
from chipdb.workloads.throughput import throughput
from chipdb.workloads.workload import Workload

EXAMPLES = settings(max_examples=120, deadline=None, derandomize=True, database=None)
MODELS = ("llama3.1-8b", "llama3.1-70b", "mixtral-8x7b", "deepseek-v3", "mpt-7b")
PHASES = ("prefill", "decode", "serve", "train")
LAYOUTS = ("TP1", "TP2", "TP8", "TP4PP2", "EP8", "EP64", "PP2EP16")
KNOBS = ("operations", "memory_bandwidth", "capacity", "link", "host_link", "network")

FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
multiples = st.floats(min_value=0.05, max_value=20)
more = st.floats(min_value=1.001, max_value=8)
limits = st.one_of(st.none(), st.floats(min_value=0.005, max_value=0.2))


@st.composite
def chips(draw: st.DrawFn) -> Hardware:
    """An H100 with every figure turned up or down."""
    chip = hardware_of("H100")
    eight = draw(st.sampled_from((1, 2)))
    sixteen = chip.operations[16] * draw(multiples)
    return replace(
        chip,
        operations={16: sixteen, 8: sixteen * eight, 4: sixteen * eight},
        memory_bandwidth=chip.memory_bandwidth * draw(multiples),
        capacity=chip.capacity * draw(st.floats(min_value=1, max_value=20)),
        link=chip.link * draw(multiples),
        network=chip.network * draw(multiples),
        domain=draw(st.sampled_from((8, 72))),
    )


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """A workload in a layout, with and without a batch and a limit of latency."""
    phase = draw(st.sampled_from(PHASES))
    model = draw(st.sampled_from(MODELS))
    names = LAYOUTS if model in ("mixtral-8x7b", "deepseek-v3") else LAYOUTS[:4]
    return workload_of(
        model,
        phase,
        layout=parse_layout(draw(st.sampled_from(names))),
        batch=draw(st.sampled_from((None, 1, 8, 256))),
        latency=draw(st.sampled_from((None, 0.05))),
        input=draw(st.sampled_from((128, 2048, 20000))),
    )


def turned(hardware: Hardware, knob: str, factor: float) -> Hardware:
    """A chip with one figure turned up."""
    if knob == "operations":
        return replace(
            hardware,
            operations={bits: rate * factor for bits, rate in hardware.operations.items()},
        )
    return replace(hardware, **{knob: getattr(hardware, knob) * factor})


def rates(workload: Workload, hardware: Hardware) -> list[float]:
    """The rate at each corner."""
    found = throughput(workload, machine_with(hardware))
    assert found is not None
    return [found.rate[corner] for corner in CORNERS]


@EXAMPLES
@given(chips(), workloads(), st.sampled_from(KNOBS), st.floats(min_value=1.001, max_value=8))
def test_throughput_never_falls_when_a_knob_rises(
    chip: Hardware, workload: Workload, knob: str, factor: float
) -> None:
    before = rates(workload, chip)
    after = rates(workload, turned(chip, knob, factor))
    for low, high in zip(before, after, strict=True):
        assert high >= low * (1 - 1e-9)


@EXAMPLES
@given(chips(), workloads())
def test_corners_are_ordered(chip: Hardware, workload: Workload) -> None:
    low, nominal, high = rates(workload, chip)
    assert 0 <= low <= nominal * (1 + 1e-9)
    assert nominal <= high * (1 + 1e-9)


@EXAMPLES
@given(chips(), workloads(), st.floats(min_value=0.05, max_value=0.99))
def test_a_chip_scaled_down_keeps_its_share(
    chip: Hardware, workload: Workload, share: float
) -> None:
    """At a fixed batch and layout, x times the rates give at least x times the throughput."""
    fixed = replace(workload, batch=8, latency=None)
    before, after = rates(fixed, chip), rates(fixed, chip.scaled(share))
    for whole, part in zip(before, after, strict=True):
        assert part >= whole * share * (1 - 1e-9)


@EXAMPLES
@given(chips(), st.sampled_from(MODELS), st.floats(min_value=0.005, max_value=0.2))
def test_a_limit_of_latency_is_kept(chip: Hardware, model: str, limit: float) -> None:
    layout = Layout(tensor=8)
    free = throughput(workload_of(model, "decode", layout=layout), machine_with(chip))
    bound = throughput(
        workload_of(model, "decode", layout=layout, latency=limit), machine_with(chip)
    )
    assert free is not None
    assert bound is not None
    assert bound.nominal <= free.nominal * (1 + 1e-9)
    if bound.nominal:
        assert bound.step is not None
        assert bound.step[Corner.NOMINAL] <= limit


@FEW
@given(chips(), st.sampled_from(MODELS), st.sampled_from(PHASES), st.sampled_from(KNOBS), more)
def test_the_best_layout_never_gets_worse_when_a_knob_rises(
    chip: Hardware, model: str, phase: str, knob: str, factor: float
) -> None:
    """No layout falls, so the best of them does not, though it may be another one then."""
    workload = workload_of(model, phase, latency=0.05 if phase == "decode" else None)
    before = throughput(workload, machine_with(chip))
    after = throughput(workload, machine_with(turned(chip, knob, factor)))
    least = before.nominal if before else 0.0
    assert (after.nominal if after else 0.0) >= least * (1 - 1e-9)


@FEW
@given(chips(), st.sampled_from(MODELS), st.sampled_from(("decode", "serve")), limits)
def test_a_chosen_batch_keeps_every_limit(
    chip: Hardware, model: str, phase: str, limit: float | None
) -> None:
    """At most 2,048 sequences, beside the weights in memory, each step within the latency."""
    machine = machine_with(chip)
    workload = workload_of(model, phase, latency=limit)
    found = throughput(workload, machine)
    if found is None or not found.nominal:
        return
    assert found.batch is not None
    assert found.step is not None
    assert 1 <= found.batch <= 2048
    memory = machine.memory(workload, found.layout)
    held = memory.weights + found.batch * memory.cache_of_token * workload.length
    assert held <= chip.capacity
    assert limit is None or found.step[Corner.NOMINAL] <= limit


@FEW
@given(chips(), workloads())
def test_a_stated_batch_is_never_changed(chip: Hardware, workload: Workload) -> None:
    """It fits and is fast enough, or the answer is nothing."""
    found = throughput(workload, machine_with(chip))
    assert found is not None
    # training has no batch of its own, and prefill one of tokens where none is stated
    if workload.batch is not None and workload.phase.value != "train":
        assert found.batch == workload.batch
    # only generated tokens have a limit of latency
    if found.nominal and workload.latency and workload.phase.value in ("decode", "serve"):
        assert found.step is not None
        assert found.step[Corner.NOMINAL] <= workload.latency


def test_what_does_not_fit_gives_nothing() -> None:
    """405 billion weights of one byte are more than eight chips of 24 GiB hold."""
    small = replace(hardware_of("H100"), capacity=24 * 2**30)
    workload = workload_of("llama3.1-405b", "decode", layout=Layout(tensor=8))
    found = throughput(workload, machine_with(small))
    assert found is not None
    assert (found.nominal, found.bound_by) == (0, "capacity")


def test_a_group_that_holds_the_model_is_chosen() -> None:
    found = throughput(workload_of("llama3.1-405b", "decode"), machine_of("H100"))
    assert found is not None
    assert found.layout.chips >= 8


def test_a_stated_number_of_chips_is_used() -> None:
    for chips_used in (1, 3, 8, 24):
        workload = workload_of("llama3.1-8b", "prefill", chips=chips_used)
        found = throughput(workload, machine_of("H100"))
        assert found is not None
        assert found.chips == chips_used
        assert chips_used % found.layout.chips == 0


def stated_layouts(chips: int, *, has_experts: bool) -> list[str]:
    """Every layout on some chips that a user could state, but for attention shared inside EP.

    The specification: chips beyond one layout are replicas.
    """
    texts: list[str] = []
    for group in divisors(chips):
        for stages in divisors(group):
            texts.append(f"TP{group // stages}PP{stages}")
            if has_experts:
                texts.append(f"PP{stages}EP{group // stages}")
    return texts


@pytest.mark.parametrize("chip", ["H100", "MI300X", "910C", "L40S"])
@pytest.mark.parametrize("model", ["llama3.1-8b", "llama3.1-405b", "mixtral-8x7b", "deepseek-v3"])
@pytest.mark.parametrize("phase", ["prefill", "decode", "serve"])
@pytest.mark.parametrize("used", [2, 8, 32])
def test_no_stated_layout_is_better_than_the_chosen_one(
    chip: str, model: str, phase: str, used: int
) -> None:
    """The specification: the best layout on that many chips.

    Pipelines inside a scale-up domain count, too: NVIDIA measured half as many tokens again for
    Llama 3.1 405B in a pipeline of eight H200 as with eight that share each layer.
    """
    machine = machine_of(chip)
    chosen = throughput(workload_of(model, phase, chips=used), machine)
    best = 0.0
    for text in stated_layouts(used, has_experts=models()[model].experts is not None):
        workload = workload_of(model, phase, chips=used, layout=parse_layout(text))
        found = throughput(workload, machine)
        assert found is not None
        best = max(best, found.nominal)
    assert best == pytest.approx(chosen.nominal if chosen else 0.0)


def test_an_expert_is_held_whole() -> None:
    """Thirty-two chips hold 8 experts four times: no less memory for each than eight chips take."""
    machine = machine_of("H100")
    workload = workload_of("mixtral-8x7b", "decode")
    held = [machine.memory(workload, Layout(expert=chips)).weights for chips in (4, 8, 32)]
    assert held[0] > held[1] == held[2]


def test_the_fullest_chip_holds_what_does_not_divide_evenly() -> None:
    """256 experts on 72 chips are four on the fullest, as on 64 chips; on 86 they are three.

    An expert of DeepSeek-V3 is three matrices of 7,168 by 2,048 in each of 58 layers: 2.554 billion
    weights, of one byte in FP8.
    """
    machine = machine_of("H100")
    workload = workload_of("deepseek-v3", "decode")
    held = [machine.memory(workload, Layout(expert=chips)).weights for chips in (64, 72, 85, 86)]
    assert held[0] == pytest.approx(held[1]) == pytest.approx(held[2])
    assert held[2] - held[3] == pytest.approx(3 * 7168 * 2048 * 58)


@EXAMPLES
@given(st.sampled_from(("mixtral-8x7b", "qwen3-30b-a3b", "deepseek-v3")), st.integers(1, 400))
def test_no_chip_holds_a_part_of_an_expert(model: str, chips: int) -> None:
    """Memory is at least that of the experts over the chips, rounded up, of one byte a weight."""
    held = machine_of("H100").memory(workload_of(model, "decode"), Layout(expert=chips)).weights
    shape = models()[model]
    assert shape.experts is not None
    on_fullest = math.ceil(shape.experts.count / chips)
    matrices = shape.feed_forward_matrices * shape.width * shape.experts.width
    layers = shape.layers - shape.experts.dense_layers
    assert held >= on_fullest * matrices * layers


def test_the_fullest_chip_reads_all_that_it_holds() -> None:
    """With 10,000 tokens on each chip no expert is left out: 72 chips read four, as 64 chips do."""
    read: list[float] = []
    for chips in (64, 72, 86):
        layout = Layout(expert=chips)
        workload = workload_of("deepseek-v3", "decode", layout=layout)
        step = machine_of("H100").step(workload, layout, Corner.NOMINAL)
        read.append(decode_seconds(step, 10_000, 1).memory)
    assert read[0] == pytest.approx(read[1])
    assert read[2] < read[1]


def test_the_floor_of_the_ridge_keeps_more_operations_from_harming() -> None:
    """R x share(R) rises if the share is above slope / ln 2, 0.693."""
    ridge = bands().ridge
    assert ridge.least > ridge.slope / 0.6931


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_more_sequences_than_fit_are_refused(factor: float) -> None:
    """The stated batch must fit beside the weights."""
    machine = machine_of("H100")
    memory = machine.memory(workload_of("llama3.1-70b", "decode"), Layout(tensor=2))
    room = memory.sequences(machine.hardware.capacity, 2048)
    workload = workload_of(
        "llama3.1-70b", "decode", layout=Layout(tensor=2), batch=room * factor * 0.999
    )
    found = throughput(workload, machine)
    assert found is not None
    assert (found.nominal > 0) is (factor == 1.0)


def test_chips_that_share_attention_send_each_token_once() -> None:
    """Of two chips with the same tokens each sends half of them to the experts.

    A group of TP2EP64 with 256 sequences sends as many tokens from each chip as EP64 with 128. The
    network is so slow here that what the two chips exchange over their link does not count.
    """
    chip = hardware_of("H100")
    machine = machine_with(replace(chip, network=chip.network / 1000))
    links: list[float] = []
    for text, batch in (("EP64", 128), ("TP2EP64", 256)):
        workload = workload_of("deepseek-v3", "decode")
        step = machine.step(workload, parse_layout(text), Corner.LOW)
        links.append(decode_seconds(step, batch, 2048).link)
    assert links[1] == pytest.approx(links[0], rel=0.01)
    # twice the sequences on each chip send twice as many tokens
    step = machine.step(workload, parse_layout("EP64"), Corner.LOW)
    assert decode_seconds(step, 256, 2048).link == pytest.approx(2 * links[0], rel=0.01)

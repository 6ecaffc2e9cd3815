"""Layouts: how they are written, and which are tried."""

from __future__ import annotations

import pytest

from chipdb.errors import ParameterError
from chipdb.workloads.layouts import Layout, layouts_on, parse_layout


@pytest.mark.parametrize(
    ("text", "chips", "groups"),
    [("TP8", 8, 1), ("EP32", 32, 32), ("PP16EP64", 1024, 64), ("ep64pp2", 128, 64), ("TP1", 1, 1)],
)
def test_a_layout_counts_its_chips(text: str, chips: int, groups: int) -> None:
    layout = parse_layout(text)
    assert (layout.chips, layout.groups) == (chips, groups)


def test_attention_shared_inside_expert_parallelism() -> None:
    """Of 64 chips that divide experts, pairs share attention: 32 groups of sequences."""
    layout = parse_layout("TP2EP64")
    assert (layout.chips, layout.groups) == (64, 32)


@pytest.mark.parametrize("text", ["", "8", "TP", "TP0", "XP8", "TP8TP2", "TP8 PP2", "TP3EP64"])
def test_what_is_no_layout_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="layout"):
        parse_layout(text)


def test_a_layout_is_written_as_it_is_read() -> None:
    tried = list(layouts_on(64, near=8, layers=80, heads=64, experts=256))
    assert Layout(pipeline=2, expert=32) in tried
    for layout in tried:
        assert parse_layout(str(layout)) == layout
        assert layout.chips == 64


def test_tensor_parallelism_stays_off_the_network() -> None:
    tried = list(layouts_on(64, near=8, layers=80, heads=64, experts=0))
    assert max(layout.tensor for layout in tried) == 8
    assert all(layout.expert == 1 for layout in tried)
    assert Layout(tensor=8, pipeline=8) in tried


def test_chips_that_share_nothing_but_a_network_form_pipelines() -> None:
    tried = list(layouts_on(4, near=1, layers=80, heads=64, experts=0))
    assert tried == [Layout(pipeline=4)]


def test_more_chips_than_experts_hold_complete_sets() -> None:
    """Sixteen chips hold the 8 experts of a layer twice; twelve would hold some of them twice.

    Of fewer chips than experts, three hold nine. Six would hold twelve, half as many again: more
    copies than any published system has.
    """
    experts = {layout.expert for layout in layouts_on(16, near=8, layers=32, heads=32, experts=8)}
    assert experts == {1, 2, 4, 8, 16}
    experts = {layout.expert for layout in layouts_on(12, near=8, layers=32, heads=32, experts=8)}
    assert experts == {1, 2, 3, 4}

"""A condition without outcomes says the same as the rules that its outcomes refer to."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import ENTRIES, small_law

from chipdb.rules.conditions import All, AnyOf, Atom, Condition, NamedChip, Not, Outcome, SomeMember
from chipdb.solver.evaluate import ControlList
from chipdb.solver.written_out import written_out
from chipdb.vocabulary import Kind

NAMED = NamedChip(("nvidia-h20-96gb",))
IS_A, IS_B = (Atom("tpp", "ge", Fraction(limit), str(limit)) for limit in (100, 50))


def control_list(entries: str = ENTRIES) -> ControlList:
    """X.a from a TPP of 100 on, X.b from 50 on."""
    return ControlList(tuple(small_law(entries=entries)))


@pytest.mark.parametrize(
    ("kind", "written"), [(Kind.PROCESSOR, NAMED), (Kind.SYSTEM, SomeMember(NAMED))]
)
def test_a_system_is_named_by_any_chip_in_it(kind: Kind, written: Condition) -> None:
    """A letter that names a chip reaches a server with that chip, which has another id."""
    assert written_out(NAMED, control_list(), kind) == written


@pytest.mark.parametrize(
    ("names", "ways"),
    [
        (("X.a",), (All((IS_A,)),)),
        # the first provision that is met gives the outcome, so that the one before it must not be
        (("X.b",), (All((IS_B, Not(IS_A))),)),
        (("X.a", "X.b"), (All((IS_A,)), All((IS_B,)))),
        (("Y.a",), ()),
    ],
)
def test_an_outcome_is_what_its_provisions_ask_for(
    names: tuple[str, ...], ways: tuple[Condition, ...]
) -> None:
    assert written_out(Outcome(names), control_list(), Kind.PROCESSOR) == AnyOf(ways)


def test_what_a_rule_excludes_has_no_outcome() -> None:
    excluding = ENTRIES.replace("  kind:", "  unless: {metric: tpp, ge: 50}\n  kind:")
    (way,) = written_out(Outcome(("X.a",)), control_list(excluding), Kind.PROCESSOR).parts
    assert way == All((IS_A, Not(IS_B)))


def test_a_chip_in_a_system_has_the_outcomes_of_a_processor() -> None:
    asked = SomeMember(Outcome(("X.a",)))
    of_processor = AnyOf((All((IS_A,)),))
    assert written_out(asked, control_list(), Kind.SYSTEM) == SomeMember(of_processor)
    # a processor is the only chip in itself
    assert written_out(asked, control_list(), Kind.PROCESSOR) == of_processor
    # and no entry of processors is one of systems
    assert written_out(Outcome(("X.a",)), control_list(), Kind.SYSTEM) == AnyOf(())

"""Facts of a package for Note 1 to 3A090.a: what is attested, and what is planar (90 FR 5298)."""

from __future__ import annotations

from datetime import date

import pytest
from small_law import made_chip

from chipdb.solver.memory_facts import (
    ATTESTED,
    attestations,
    attested_facts,
    package_facts,
    planar_logic_only,
    with_attested_count,
)

DAY = date(2026, 6, 1)


def attested(text: str, on: date = DAY, days: int | None = 180) -> dict[str, bool | None]:
    """The attestations of a chip that are stated, either way."""
    found = attestations(made_chip("", f"attested: {{{text}}}"), on, days)
    assert set(found) == set(ATTESTED)
    return {name: value for name, value in found.items() if value is not None}


class TestAttestations:
    @pytest.mark.parametrize(
        ("designer", "approved", "authorized"),
        [("approved", True, False), ("authorized", False, True)],
    )
    def test_of_a_designer(self, designer: str, approved: bool, authorized: bool) -> None:
        assert attested(f"designer: {designer}") == {
            "approved_designer": approved,
            "authorized_designer": authorized,
        }

    @pytest.mark.parametrize(
        ("on", "days", "pending"),
        [
            (date(2026, 5, 31), 180, False),
            (date(2026, 6, 1), 180, True),
            (date(2026, 11, 27), 180, True),
            # 180 days after 1 June
            (date(2026, 11, 28), 180, False),
            (date(2026, 6, 1), None, False),
        ],
    )
    def test_of_an_application(self, on: date, days: int | None, pending: bool) -> None:
        """It counts from its day for as long as the rule says, and never without such a time."""
        found = attested("applied: 2026-06-01", on, days)
        assert found == {"application_pending": pending}

    @pytest.mark.parametrize(
        ("packaged", "fabricator", "osat"),
        [
            ("by: approved-osat", False, True),
            # outside Macau and D:5
            ("by: fabricator, packaged_in: TW", True, False),
            ("by: fabricator, packaged_in: CN", False, False),
            ("by: fabricator, packaged_in: MO", False, False),
            ("by: fabricator", None, False),
        ],
    )
    def test_of_who_packaged_it(self, packaged: str, fabricator: bool | None, osat: bool) -> None:
        found = attestations(made_chip("", f"attested: {{{packaged}}}"), DAY, None)
        assert found["packaged_by_fabricator"] is fabricator
        assert found["packaged_by_approved_osat"] is osat

    @pytest.mark.parametrize(("count", "counts"), [("", False), (", transistors: 1000000", True)])
    def test_whoever_packaged_it_attests_a_count(self, count: str, counts: bool) -> None:
        """Without the count there is no attestation; what nobody states was not attested."""
        chip = made_chip("", f"attested: {{by: approved-osat, designer: approved{count}}}")
        assert attested_facts(chip, DAY, None) == {
            "approved_designer": True,
            "authorized_designer": False,
            "application_pending": False,
            "packaged_by_fabricator": False,
            "packaged_by_approved_osat": counts,
        }
        assert set(attested_facts(made_chip(), DAY, None).values()) == {False}

    def test_a_published_count_is_none(self) -> None:
        die = "dies: [{role: compute, transistors: 5000000000}]"
        chip = made_chip("transistors: 7000000000", f"transistors: 6000000000, {die}")
        without = with_attested_count(chip)
        assert package_facts(chip)["transistors_stated"] is True
        assert package_facts(without)["transistors_stated"] is False
        counted = made_chip("", f"attested: {{by: approved-osat, transistors: 8000000000}}, {die}")
        assert package_facts(with_attested_count(counted))["transistors_stated"] is True


PLANAR = "transistors_are: planar"


@pytest.mark.parametrize(
    ("dies", "is_planar"),
    [
        ([f"role: compute, {PLANAR}, process: 28 nm"], True),
        ([f"role: io, {PLANAR}, process: 65 nm", f"role: compute, {PLANAR}, process: 28 nm"], True),
        # a node of the note, where planar is not enough
        ([f"role: compute, {PLANAR}, process: 14 nm"], False),
        ([f"role: compute, {PLANAR}, process: 16 nm"], False),
        ([f"role: compute, {PLANAR}, process: 16FF"], False),
        ([f"role: compute, {PLANAR}, process: 28HPM"], True),
        ([f"role: compute, {PLANAR}"], False),
        (["role: compute, transistors_are: non-planar, process: 28 nm"], False),
        # not stated to be planar
        (["role: compute, process: 28 nm"], False),
        ([f"role: compute, {PLANAR}, process: 28 nm", "role: io"], False),
        # memory and passive dies are no logic
        ([f"role: compute, {PLANAR}, process: 28 nm", "role: passive"], True),
        (["role: passive"], False),
        ([], False),
    ],
)
def test_planar_logic_only(dies: list[str], is_planar: bool) -> None:
    """The presumption stands until the exporter shows that every logic die is planar and large."""
    more = f"dies: [{', '.join(f'{{{die}}}' for die in dies)}]" if dies else ""
    assert planar_logic_only(made_chip("", more)) is is_planar


@pytest.mark.parametrize(
    ("memory", "fact"),
    [
        ("memory: {kind: HBM3}", True),
        ("memory: {kind: GDDR6}", False),
        ("memory: {kind: none}", False),
        ("", None),
    ],
)
def test_high_bandwidth_memory(memory: str, fact: bool | None) -> None:
    """It is not known where nobody states the kind."""
    facts = package_facts(made_chip("", memory))
    assert facts["high_bandwidth_memory"] is fact
    assert facts["text_unsettled"] is None
    assert not any(facts[name] for name in ATTESTED)

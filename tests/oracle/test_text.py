"""The oracle itself, on the lines that the rules print and on circuits whose answer is published."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oracle import notes, paragraphs
from oracle.answers import Answer, answer, classification
from oracle.notes import Die, Rate, Reach, Sheet
from oracle.paragraphs import Circuit
from oracle.places import Deal, required_for_entry
from oracle.unknowns import Known


def circuit(tpp: str, density: str | None = None, **facts: bool) -> Circuit:
    """A digital circuit with a TPP and a performance density."""
    dense = None if density is None else Fraction(density)
    return Circuit(tpp=Fraction(tpp), density=dense, **facts)


class TestEntry:
    """3A090 as of 2023-11-17, at each printed number and just below it."""

    @pytest.mark.parametrize(
        ("tpp", "density", "outcome"),
        [
            ("4800", None, "3A090.a"),
            ("4799.999", None, None),
            ("1600", "5.92", "3A090.a"),
            ("1599.999", "5.92", None),
            ("1600", "5.919", "3A090.b"),
            ("1600", "3.2", "3A090.b"),
            ("1600", "3.199", None),
            ("2400", "1.6", "3A090.b"),
            ("2399.999", "1.6", None),
            ("2400", "1.599", None),
            ("4799.999", "5.919", "3A090.b"),
            ("4800", "3.2", "3A090.a"),
        ],
    )
    def test_each_number(self, tpp: str, density: str | None, outcome: str | None) -> None:
        assert paragraphs.entry(circuit(tpp, density), "2024-06-01") == outcome

    @pytest.mark.parametrize(("tpp", "outcome"), [("4799", None), ("4800", "3A090.a")])
    def test_note_2(self, tpp: str, outcome: str | None) -> None:
        part = circuit(tpp, "10", datacenter=False)
        assert paragraphs.entry(part, "2024-06-01") == outcome

    def test_of_2022_needs_both(self) -> None:
        """A800: TPP 4992, links of 464 GB/s; A100: 664 GB/s."""
        slow = Circuit(tpp=Fraction(4992), all_links=Fraction(464))
        fast = Circuit(tpp=Fraction(4992), all_links=Fraction(664))
        assert paragraphs.entry(slow, "2023-01-01") is None
        assert paragraphs.entry(fast, "2023-01-01") == "3A090.a"
        assert paragraphs.entry(fast, "2022-10-20") is None


class TestNotes:
    """The technical notes' own examples."""

    @pytest.mark.parametrize(("name", "rate"), [("int8", 600), ("fp16", 300)])
    def test_4800(self, name: str, rate: int) -> None:
        """Note 2: 600 tera integer operations at 8 bits, or 300 tera FLOPS at 16 bits."""
        sheet = Sheet(rates=(Rate(name, (Fraction(rate),)),))
        assert notes.tpp(sheet, 19).value == 4800

    def test_planar_dies_do_not_count(self) -> None:
        """Note 4: dies of a non-planar architecture."""
        dies = (Die(area=Fraction(500)), Die(area=Fraction(300), non_planar=False))
        assert notes.applicable_die_area(Sheet(dies=dies)).value == 500

    def test_two_dies_are_added(self) -> None:
        """Note 1.d and Note 4: an MI250X is two dies of 724 mm2 in one package."""
        sheet = Sheet(dies=(Die(count=2, area=Fraction(724)),))
        assert notes.applicable_die_area(sheet).value == 1448


class TestUnknown:
    """What is open, what is decided all the same, and what is contested."""

    def answer(self, **known: Reach) -> Answer:
        one = Known(datacenter=True, **known)
        return answer(classification("2024-06-01"), [one], "2024-06-01")

    def test_area_missing(self) -> None:
        assert self.answer(tpp=Reach.exactly(4799)).status == "undetermined"
        assert self.answer(tpp=Reach.exactly(1599)) == Answer("not-met")
        assert self.answer(tpp=Reach.exactly(4800)) == Answer("met", "3A090.a")

    def test_only_the_paragraph_is_open(self) -> None:
        """TPP 4799 on 700 to 900 mm2: 5.92 is at 810.6 mm2."""
        area = Reach(None, Fraction(700), Fraction(900))
        assert self.answer(tpp=Reach.exactly(4799), area=area) == Answer("met", "3A090")

    def test_a_lower_claim_contests_and_does_not_clear(self) -> None:
        tpp = Reach(Fraction(5000), Fraction(4000), Fraction(5000))
        found = self.answer(tpp=tpp, area=Reach.exactly(3000))
        assert found == Answer("met", "3A090.a", contested=True)

    def test_the_stricter_of_tf32(self) -> None:
        """190 TFLOPS of TF32 are 3610 or 6080 (Trainium1)."""
        sheet = Sheet(rates=(Rate("tf32", (Fraction(190),)),), dies=(Die(area=Fraction(3000)),))
        counted = [
            Known(
                datacenter=True,
                tpp=notes.tpp(sheet, bits),
                area=notes.applicable_die_area(sheet),
            )
            for bits in (19, 32)
        ]
        found = answer(classification("2024-06-01"), counted, "2024-06-01")
        assert found == Answer("met", "3A090.a", contested=True)


class TestPlaces:
    """Where a license is required, on the day before and the day of each change."""

    @pytest.mark.parametrize(
        ("on", "to", "headquarters", "required"),
        [
            ("2022-10-20", "CN", None, False),
            ("2022-10-21", "CN", None, True),
            ("2023-01-16", "MO", None, False),
            ("2023-01-17", "MO", None, True),
            ("2023-11-16", "SA", None, False),
            ("2023-11-17", "SA", None, True),
            ("2023-11-17", "IL", None, False),
            ("2023-11-16", "DE", "CN", False),
            ("2023-11-17", "DE", "CN", True),
            ("2024-03-14", "NI", None, False),
            ("2024-03-15", "NI", None, True),
            ("2026-07-10", "AE", None, True),
            ("2026-11-20", "IN", None, False),
        ],
    )
    def test_of_an_item_of_a(
        self, on: str, to: str, headquarters: str | None, required: bool
    ) -> None:
        deal = Deal(on, to, headquarters=headquarters)
        assert required_for_entry("3A090.a", deal) == required

    def test_printed_text_is_worldwide_for_a_alone(self) -> None:
        """742.6(a)(6)(iii)(A), compliance from 2025-05-15."""
        for outcome, on, required in [
            ("3A090.a", "2025-05-14", False),
            ("3A090.a", "2025-05-15", True),
            ("3A090.b", "2025-05-15", False),
        ]:
            deal = Deal(on, "BR")
            assert required_for_entry(outcome, deal, printed=True) == required
            assert not required_for_entry(outcome, deal)

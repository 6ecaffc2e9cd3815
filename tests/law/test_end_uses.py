"""End uses by destination, and the exporter's own law, beside every "not required".

15 CFR 744.11, .17, .21, .22 and .23 as printed on 2026-07-23.
"""

from __future__ import annotations

import pytest

import chipdb

EMBARGO = ("744.21", "744.22", "744.17", "744.23")


@pytest.fixture
def said(ask):
    """The texts of one kind of caution in an answer about a chip below every threshold."""

    def texts(kind: str, on: str, to: str, chip: str = "RTX 3080 12GB", **more) -> list[str]:
        answer = ask(chip, on, to, **more)
        return [entry["text"] for entry in answer["cautions"] if entry["kind"] == kind]

    return texts


class TestSentenceOfAPlace:
    """A place gets one sentence, with the sections that apply to it."""

    @pytest.mark.parametrize(
        ("to", "sections"),
        [
            # 744.23(a)(1)(ii): Macau or D:5; 744.21(a)(1) and 744.22(a) name the countries; 744.17: D:1
            ("CN", {"744.23", "744.21", "744.22", "744.17"}),
            ("HK", {"744.23", "744.21", "744.22", "744.17"}),
            ("MO", {"744.23", "744.17"}),
            ("MM", {"744.23", "744.21", "744.22", "744.17"}),
            ("VE", {"744.23", "744.21", "744.22", "744.17"}),
            # 744.22(a) does not name Nicaragua
            ("NI", {"744.23", "744.21", "744.17"}),
            # D:1 and no longer D:5
            ("KH", {"744.21", "744.22", "744.17"}),
            ("VN", {"744.17"}),
            ("ZW", {"744.23"}),
        ],
    )
    def test_sections(self, said, to, sections):
        (text,) = said("end-use", "2026-06-01", to)
        assert {section for section in EMBARGO if section in text} == sections
        assert "Entity List" in text

    @pytest.mark.parametrize("to", ["DE", "JP", "BR", "IN", "SG", "CA"])
    def test_no_other_place(self, said, to):
        assert said("end-use", "2026-06-01", to) == []

    def test_it_never_sets_the_exit_status(self, ask):
        """A caution about the transaction: docs/specification.md."""
        answer = ask("RTX 3080 12GB", "2026-06-01", "VN")
        (caution,) = [entry for entry in answer["cautions"] if entry["kind"] == "end-use"]
        assert (caution["about"], caution["could_require_license"]) == ("transaction", True)
        assert answer["exit"] == 0

    def test_not_where_a_license_is_required_anyway(self, said):
        assert said("end-use", "2026-06-01", "CN", chip="H100") == []

    def test_it_is_one_sentence(self, said):
        (text,) = said("end-use", "2026-06-01", "CN")
        assert text.startswith("End uses, parties (Entity List")
        assert text.count("License") == text.count(". ") == 0


class TestDates:
    """Places joined on the days of their rules."""

    @pytest.mark.parametrize(
        ("to", "on", "section", "expected"),
        [
            # 744.23(a)(1) for China from 2022-10-21 (87 FR 62186), for Macau from 2023-01-17
            # (88 FR 2821), for the rest of D:5 from 2023-11-17 (88 FR 73449)
            ("CN", "2022-10-20", "744.23", False),
            ("CN", "2022-10-21", "744.23", True),
            ("MO", "2023-01-16", "744.23", False),
            ("MO", "2023-01-17", "744.23", True),
            ("ZW", "2023-11-16", "744.23", False),
            ("ZW", "2023-11-17", "744.23", True),
            ("CN", "2023-11-17", "744.23", True),
            # Nicaragua: 744.21 (89 FR 18783) and D:1 from 2024-03-15
            ("NI", "2024-03-14", "744.21", False),
            ("NI", "2024-03-15", "744.21", True),
            ("NI", "2024-03-14", "744.17", False),
            ("NI", "2024-03-15", "744.17", True),
            # Cambodia left D:5 on 2025-11-07 (22 CFR 126.1, which controls)
            ("KH", "2025-11-06", "744.23", True),
            ("KH", "2025-11-07", "744.23", False),
        ],
    )
    def test_first_and_last_days(self, said, to, on, section, expected):
        text = " ".join(said("end-use", on, to))
        assert (section in text) is expected


class TestInsideTheUnitedStates:
    """A delivery inside the United States to a buyer of D:5 or Macau: General Prohibition 10."""

    @pytest.mark.parametrize(("headquarters", "count"), [("CN", 1), ("MO", 1), ("DE", 0)])
    def test_known_onward_export(self, said, headquarters, count):
        texts = said("end-use", "2026-06-01", "US", chip="H100", headquarters=headquarters)
        assert len(texts) == count
        assert all("736.2(b)(10)" in text for text in texts)


class TestExporterLaw:
    """the exporter's law is not modeled, and the answer says so."""

    @pytest.mark.parametrize("exporter", ["GB", "JP", "KR", "TW", "MY", "CA", "SG", "HK"])
    def test_not_modeled(self, said, exporter):
        (text,) = said("exporter-law", "2026-06-01", "IN", from_=exporter)
        assert "is not modeled" in text

    @pytest.mark.parametrize("exporter", ["NL", "DE"])
    def test_european_union(self, said, exporter):
        (text,) = said("exporter-law", "2026-06-01", "IN", from_=exporter)
        assert "only 3A501.a.16 and 4A507" in text
        assert "EU001" in text

    def test_one_line_where_no_exporter_is_stated(self, said):
        """With --strict nobody is assumed to export; the line lists the places with remarks."""
        (text,) = said("exporter-law", "2026-06-01", "IN", strict=True)
        for place in ("Canada", "United Kingdom", "Malaysia", "European Union"):
            assert place in text

    def test_inside_the_union_nothing_is_exported(self, said):
        assert said("exporter-law", "2026-06-01", "DE", from_="NL") == []

    def test_not_of_the_united_states(self, said):
        assert said("exporter-law", "2026-06-01", "IN") == []

    def test_united_kingdom_instrument_is_not_verified(self, said):
        (text,) = said("exporter-law", "2026-06-01", "IN", from_="GB")
        assert "not verified" in text

    @pytest.mark.parametrize(("on", "known"), [("2025-07-13", False), ("2025-07-14", True)])
    def test_malaysian_directive(self, said, on, known):
        """Directive No. 1/2025 of the Strategic Trade Controller, issued on 2025-07-14."""
        (text,) = said("exporter-law", on, "IN", from_="MY")
        assert ("Directive No. 1/2025" in text) is known

    def test_it_never_sets_the_exit_status(self, ask):
        assert ask("RTX 3080 12GB", "2026-06-01", "IN", from_="JP")["exit"] == 0


def test_designs_carry_the_same_sentence():
    """What is said of a chip is said of a design for the same places."""
    from chipdb.solver.notes import of_designs
    from chipdb.solver.question import question

    notes = list(of_designs(question("2026-06-01", "VN")))
    assert sum("744.17" in note for note in notes) == 1
    assert not any(note.startswith("a microprocessor") for note in notes)
    assert chipdb.load_rules().notices


class TestPartiesOfEmbargoedPlacesElsewhere:
    """746.2(d), 746.4(e) and 746.7(e): OFAC's controls reach Cuban nationals, North Korean entities
    and what its Iranian rules prohibit, wherever located; chipdb does not check them.
    """

    @pytest.mark.parametrize(
        ("to", "headquarters", "is_said"),
        [
            ("DE", ["IR"], True),
            ("SG", ["DE", "CU"], True),
            ("US", ["KP"], True),
            ("DE", ["SY"], False),
            ("DE", ["CN"], False),
            # to the place itself the rules of part 746 say what OFAC does
            ("IR", ["IR"], False),
        ],
    )
    def test_it_is_said_next_to_the_answer(self, ask, to, headquarters, is_said):
        answer = ask("L20", "2026-06-01", to, headquarters=headquarters)
        found = [each for each in answer["cautions"] if "parties of Cuba" in each["text"]]
        assert bool(found) == is_said
        for caution in found:
            assert (caution["kind"], caution["about"]) == ("party", "transaction")
            assert caution["could_require_license"]

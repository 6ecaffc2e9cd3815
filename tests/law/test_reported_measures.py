"""What is reported at the destination, and what was announced and is no rule: dated reports and announcements."""

from __future__ import annotations

import pytest


@pytest.fixture
def said(ask):
    """The texts of one kind of caution."""

    def texts(kind: str, chip: str, on: str, to: str = "CN", **more) -> list[str]:
        answer = ask(chip, on, to, **more)
        return [entry["text"] for entry in answer["cautions"] if entry["kind"] == kind]

    return texts


class TestMeasuresInChina:
    """Press reports of 2025-09-17, 2025-11-05, 2026-01-14 and 2026-05-20: dated, never law."""

    @pytest.mark.parametrize(
        ("chip", "on", "reported", "expected"),
        [
            ("RTX Pro 6000D", "2025-09-16", "RTX Pro", False),
            ("RTX Pro 6000D", "2025-09-17", "RTX Pro", True),
            ("H20", "2025-09-17", "H20", True),
            ("L20", "2025-09-17", "H20", False),
            # every foreign AI chip, in data centers that received state funds
            ("L20", "2025-11-04", "state funds", False),
            ("L20", "2025-11-05", "state funds", True),
            ("H200", "2026-01-13", "customs", False),
            ("H200", "2026-01-14", "customs", True),
            ("DGX H200", "2026-01-14", "customs", True),
            ("H100", "2026-01-14", "customs", False),
            ("RTX 5090 D V2", "2026-05-19", "halted imports", False),
            ("RTX 5090 D V2", "2026-05-20", "halted imports", True),
            ("RTX 5090 D V2", "2026-06-01", "state funds", False),
            # NVIDIA's Form 10-Q for the quarter to 2026-07-26, whose results were due on 2026-08-26:
            # nobody could read it on the day on which the quarter ended
            ("H200", "2026-07-26", "10-Q", False),
            ("H200", "2026-08-25", "10-Q", False),
            ("H200", "2026-08-26", "10-Q", True),
        ],
    )
    def test_by_day_and_chip(self, said, chip, on, reported, expected):
        assert any(reported in text for text in said("destination-measure", chip, on)) is expected

    def test_it_is_shown_as_a_report(self, said):
        for text in said("destination-measure", "H200", "2026-02-01"):
            assert text.startswith("Reported, not law")

    @pytest.mark.parametrize("to", ["DE", "TW", "MO"])
    def test_nowhere_else(self, said, to):
        assert said("destination-measure", "H200", "2026-11-20", to) == []

    def test_it_never_sets_a_status(self, ask):
        """The specification: the question destination-measure never sets the exit status."""
        answer = ask("H200", "2026-11-20", "CN", rule=["cn-reported-2026-01-14"])
        assert answer["exit"] == 0
        (entry,) = answer["answers"]
        assert (entry["question"], entry["status"]) == ("destination-measure", "met")

    def test_it_could_not_require_a_license(self, ask):
        cautions = ask("L20", "2026-11-20", "CN")["cautions"]
        reported = [entry for entry in cautions if entry["kind"] == "destination-measure"]
        assert reported
        assert not any(entry["could_require_license"] for entry in reported)
        assert {entry["about"] for entry in reported} == {"transaction"}


class TestAffiliates:
    """90 FR 50857 stayed the rule to 2026-11-09; the extension to 2027-01-10 is an announcement."""

    @pytest.mark.parametrize(
        ("on", "count"),
        [
            *(("2025-09-28", 0), ("2025-09-29", 1), ("2025-11-09", 1), ("2025-11-10", 0)),
            *(("2026-11-09", 0), ("2026-11-10", 1), ("2027-01-10", 1), ("2027-01-11", 1)),
        ],
    )
    def test_days(self, said, on, count):
        assert len(said("party", "RTX 3080 12GB", on, "VN")) == count

    def test_both_dates_in_one_caution(self, said):
        (text,) = said("party", "RTX 3080 12GB", "2026-11-10", "VN")
        assert "applies again since 2026-11-10" in text
        assert "2027-01-10 was announced" in " ".join(text.split())
        assert "suspended until 2027-01-10" not in text

    @pytest.mark.parametrize(
        ("to", "headquarters", "count"),
        [("MO", "MO", 1), ("AE", "AE", 1), ("DE", "DE", 0), ("DE", "CN", 1), ("BR", "BR", 0)],
    )
    def test_only_where_it_applies(self, said, to, headquarters, count):
        texts = said("party", "RTX 3080 12GB", "2026-11-20", to, headquarters=headquarters)
        assert len(texts) == count


def test_guidance_is_a_condition_of_the_headquarters_requirement(ask):
    """BIS guidance of 2026-05-31: bona fide data center operators need not cease ongoing use."""
    answer = ask("H100", "2026-11-20", "MY", headquarters="CN")
    assert any("need not cease the ongoing use" in warning for warning in answer["warnings"])
    elsewhere = ask("H100", "2026-11-20", "CN")
    assert not any("ongoing use" in warning for warning in elsewhere["warnings"])


def test_second_phase_is_a_condition_of_the_duty(ask):
    """Section 232, phase 2: announced on 2026-09-02 (Bloomberg), no proclamation seen."""
    (duty,) = [
        entry for entry in ask("H200", "2026-11-20", "US")["answers"] if entry["question"] == "duty"
    ]
    assert any("2026-09-02" in text and "no proclamation" in text for text in duty["conditions"])


@pytest.mark.parametrize(
    "bill",
    ["us-bill-overwatch-hr6875", "us-bill-overwatch-s4456", "us-bill-chip-security-hr3447"],
)
def test_bills_name_their_vehicle(ask, bill):
    """FY27: S. 4784 carries them, cloture failed 50-46; H.R. 8800 passed without chips."""
    warnings = " ".join(ask("H100", "2026-11-20", "CN", rule=[bill])["warnings"])
    assert "S. 4784" in warnings
    assert "50-46" in warnings

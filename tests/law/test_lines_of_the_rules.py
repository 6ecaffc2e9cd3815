"""Every number of the letters, entries, reviews and duties, on it and on both sides of it."""

from __future__ import annotations

import pytest

import chipdb

LETTER_2022, LETTER_2023 = "us-letter-nvidia-2022", "us-letter-nvidia-2023"
LETTER_2025 = "us-letter-2025"


MET = "undetermined"
"""What a letter says of a hypothetical part that meets its numbers: ask whether you have one (B7)."""


@pytest.fixture
def asked(ask, made):
    """The answer of one rule on a hypothetical chip of NVIDIA with the figures given."""

    def answer(rule: str, on: str, to: str = "CN", *, datacenter=True, **metrics: str) -> dict:
        chip = made(datacenter=datacenter, more="vendor: NVIDIA\n", **metrics)
        (found,) = ask(chip, on, to, rules=[rule])["answers"]
        return found

    return answer


@pytest.mark.parametrize(
    ("tpp", "link", "expected", "is_near"),
    [
        ("4992", "600", MET, False),
        ("4993", "601", MET, False),
        ("4991", "600", MET, True),
        ("4800", "600", MET, True),
        ("4799", "600", "not-met", False),
        ("4991", "599", "not-met", False),
        ("4992", "599", "not-met", False),
        ("9000", "599", "not-met", False),
        ("4799", "900", "not-met", False),
    ],
)
def test_letter_of_2022(asked, tpp, link, expected, is_near) -> None:
    """Form 8-K of 2022-08-31: peak performance and chip-to-chip I/O, both, about the A100's.

    The A100's own figures stand in: 312 TFLOPS at 16 bits (4,992) and 600 GB/s. "Roughly" may go
    as low as 4,800, where 87 FR 62186 put it, so whether it does is asked for what is between.
    """
    found = asked(LETTER_2022, "2022-09-15", tpp=tpp, interconnect_bandwidth=f"{link} GB/s")
    assert found["status"] == expected
    needs = [need["figure"] for need in found["needs"]]
    assert ("above_letter_threshold" in needs) == is_near


@pytest.mark.parametrize(
    ("tpp", "datacenter", "expected"),
    [
        ("4800", True, MET),
        ("4801", True, MET),
        ("4799", True, "not-met"),
        ("4800", False, "not-met"),
        ("9000", False, "not-met"),
        ("4800", None, MET),
    ],
)
def test_letter_of_2023(asked, tpp, datacenter, expected) -> None:
    """Form 8-K of 2023-10-24: a TPP of 4800 or more, and designed or marketed for datacenters."""
    found = asked(LETTER_2023, "2023-11-01", datacenter=datacenter, tpp=tpp)
    assert found["status"] == expected


@pytest.mark.parametrize(
    ("memory", "link", "expected"),
    [
        ("1399", "0", "not-met"),
        # reported of a notice to Intel's customers
        ("1400", "0", MET),
        ("3999", "0", MET),
        ("4000", "0", MET),
        ("4001", "0", MET),
        ("100", "1099", "not-met"),
        ("100", "1100", MET),
        ("100", "1101", MET),
        ("1000", "699", "not-met"),
        ("1000", "700", MET),
        ("1000", "701", MET),
    ],
)
def test_letters_of_2025(asked, memory, link, expected) -> None:
    """1,400 GB/s of memory, 1,100 of I/O, or 1,700 of both."""
    total = int(memory) + int(link)
    found = asked(
        LETTER_2025,
        "2025-06-01",
        memory_bandwidth=f"{memory} GB/s",
        letter_io_bandwidth=f"{link} GB/s",
        memory_and_io_bandwidth=f"{total} GB/s",
    )
    assert found["status"] == expected


@pytest.mark.parametrize(
    ("rule", "on", "reached"),
    [
        (LETTER_2022, "2022-09-15", {"CN", "HK", "RU"}),
        ("us-letter-amd-2022", "2022-09-15", {"CN", "HK", "RU"}),
        # as the rule that it brought forward: D:1, D:4 and D:5 less A:5 and A:6
        (LETTER_2023, "2023-11-01", {"CN", "HK", "MO", "RU", "VN", "SA", "SO"}),
        (LETTER_2025, "2025-06-01", {"CN", "HK", "MO", "RU", "SO"}),
    ],
)
def test_destinations_of_the_letters(ask, rule, on, reached) -> None:
    """China with Hong Kong and Russia; the groups; China, Macau and D:5. Never a delivery in the US."""
    chip = "MI250" if "amd" in rule else "A100"
    found = set()
    for to in ("CN", "HK", "MO", "RU", "VN", "SA", "SO", "IL", "DE", "TW", "BR", "US"):
        (answer,) = ask(chip, on, to, rules=[rule], headquarters=["US"])["answers"]
        if answer["status"] != "not-covered":
            found.add(to)
    assert found == reached


@pytest.mark.parametrize(
    ("headquarters", "to", "covered"),
    [
        ("CN", "DE", True),
        ("MO", "DE", True),
        ("SO", "DE", True),
        ("VN", "DE", False),
        ("JP", "DE", False),
        ("CN", "US", False),
    ],
)
def test_headquarters_of_the_letters(ask, headquarters, to, covered) -> None:
    """Form 8-K of 2025-04-15: companies headquartered in, or with a parent in, China or D:5."""
    answers = ask("H20", "2025-06-01", to, rules=[LETTER_2025], headquarters=[headquarters])
    (found,) = answers["answers"]
    assert (found["status"] != "not-covered") == covered


def test_what_the_letters_of_2025_bar() -> None:
    """740.8(b): neither NAC nor ACA where part 744 asks for a license, as a letter does."""
    bars = chipdb.load_rules()[LETTER_2025].bars
    assert bars is not None
    assert (set(bars.exceptions), bars.section) == ({"NAC", "ACA"}, "740.8(b)")


@pytest.mark.parametrize("rule", [LETTER_2022, "us-letter-amd-2022", LETTER_2023, LETTER_2025])
def test_no_policy_of_a_letter_is_public(rule: str) -> None:
    """The filings name no policy of review."""
    (review,) = chipdb.load_rules()[rule].review
    assert (review.policy, review.state) == (None, "not-public")


@pytest.mark.parametrize("rule", ["eu-3a501-2025", "ca-ecl-2026"])
def test_policies_that_were_not_read(rule: str) -> None:
    """The Union's and Canada's policies are printed somewhere and were not read."""
    (review,) = chipdb.load_rules()[rule].review
    assert (review.policy, review.state) == (None, "not-read")


@pytest.mark.parametrize(
    ("rule", "on", "deal"),
    [
        ("eu-3a501-2025", "2026-06-01", {"to": "CN", "from_": "DE"}),
        ("ca-ecl-2026", "2026-06-01", {"to": "CN", "from_": "CA"}),
    ],
)
@pytest.mark.parametrize(
    ("tpp", "expected"), [("5999", "not-met"), ("6000", "met"), ("6001", "met")]
)
def test_limits_of_6000(ask, made, rule, on, deal, tpp, expected) -> None:
    """3A501.a.16, and the order as summarized: a TPP of 6000 or more."""
    (found,) = ask(made(tpp=tpp), on, rules=[rule], **deal)["answers"]
    assert found["status"] == expected


@pytest.mark.parametrize(
    ("tpp", "bandwidth", "expected"),
    [
        ("14000", "4800", "not-met"),
        ("14001", "4501", "met"),
        ("17499", "4999", "met"),
        ("17500", "4800", "not-met"),
        ("15000", "4500", "not-met"),
        ("15000", "5000", "not-met"),
        ("20800", "6000", "not-met"),
        ("20801", "5801", "met"),
        ("21099", "6199", "met"),
        ("21100", "6000", "not-met"),
        ("21000", "5800", "not-met"),
        ("21000", "6200", "not-met"),
        # within one band by TPP and the other by bandwidth
        ("15000", "6000", "not-met"),
        ("21000", "4800", "not-met"),
    ],
)
def test_bands_of_the_duty(asked, tpp, bandwidth, expected) -> None:
    """Note 39(b): more than 14,000 and less than 17,500 with more than 4,500 and less than 5,000
    GB/s; or 20,800 and 21,100 with 5,800 and 6,200. All bounds are outside.
    """
    figures = {"tpp": tpp, "memory_bandwidth": f"{bandwidth} GB/s"}
    assert asked("us-section-232-2026", "2026-06-01", "US", **figures)["status"] == expected


@pytest.mark.parametrize(
    ("figures", "outcome"),
    [
        ({"tops": "8 TOPS", "aggregate_io_bandwidth": "1 GB/s"}, "3A991.p"),
        ({"tops": "7.99 TOPS", "aggregate_io_bandwidth": "1 GB/s"}, None),
        ({"tops": "1 TOPS", "aggregate_io_bandwidth": "150 GB/s"}, "3A991.p"),
        ({"tops": "1 TOPS", "aggregate_io_bandwidth": "149 GB/s"}, None),
    ],
)
def test_3a991_p(asked, figures, outcome) -> None:
    """3A991.p.1: 8 TOPS or more; .p.2: 150 Gbyte/s or more over all inputs and outputs."""
    found = asked("us-3a991-p", "2026-06-01", tpp="10", **figures)
    assert found["outcome"] == outcome

"""4A003.b: computers with an APP exceeding 70 weighted TeraFLOPS (issue of 2026-07-23).

Before 2024-04-04 the limit of the day was not read; it began at 0.75 (71 FR 20876).
"""

from __future__ import annotations

import pytest

import chipdb

RULE = "us-4a003-b"
EARLIER = "us-4a003-b-2006"
DAY = "2026-06-01"


@pytest.fixture
def computer():
    """A computer of chips with one 64-bit throughput, or with a stated APP."""

    def make(count: int, rates: str = "", **metrics: str):
        given = ", ".join(f"{name}: {value}" for name, value in metrics.items())
        part = f"- {{id: part, kind: processor, throughput: {{{rates}}}}}\n"
        box = f"- {{id: box, kind: system, members: [{{chip: part, count: {count}}}], metrics: {{{given}}}}}\n"
        return chipdb.load().adopt((part + box).encode(), "box.yaml")[1]

    return make


class TestLimit:
    """ "Exceeding 70": a value at the threshold is not controlled."""

    @pytest.mark.parametrize(
        ("app", "status"), [("69.999999", "not-met"), ("70", "not-met"), ("70.000001", "met")]
    )
    def test_on_the_line(self, ask, computer, verdict, app, status):
        assert verdict(ask(computer(1, "fp16: 100 TFLOPS", app=app), DAY), RULE)["status"] == status

    def test_a_chip_is_no_computer(self, ask, verdict):
        assert verdict(ask("H100", DAY), RULE) is None


class TestEarlierLimits:
    """71 FR 20876: 4A003.b by APP from 2006-04-24; the limit began at 0.75 and was raised to 70.

    Neither how far nor when it was raised was read, so only what lies outside both is settled.
    """

    @pytest.mark.parametrize(
        ("app", "status"),
        [
            ("0.75", "not-met"),
            ("0.750001", "undetermined"),
            ("70", "undetermined"),
            ("70.000001", "met"),
        ],
    )
    def test_only_between_the_first_and_the_last_limit_it_is_open(
        self, ask, computer, verdict, app, status
    ):
        answer = ask(computer(1, "fp16: 100 TFLOPS", app=app), "2023-06-01")
        assert verdict(answer, EARLIER)["status"] == status

    @pytest.mark.parametrize(("on", "rule"), [("2024-04-03", EARLIER), ("2024-04-04", RULE)])
    def test_one_rule_a_day(self, ask, computer, verdict, on, rule):
        answer = ask(computer(1, app="80"), on)
        asked = {name for name in (EARLIER, RULE) if verdict(answer, name)}
        assert asked == {rule}

    @pytest.mark.parametrize(
        ("app", "place", "required", "exit_status"),
        [
            ("0.75", "DE", "no", 0),
            ("0.750001", "DE", "undetermined", 3),
            ("80", "DE", "undetermined", 3),
            # no X in NS column 1 for Canada; Australia and the United Kingdom had one until 2024-04-19
            ("80", "CA", "no", 0),
            ("80", "AU", "undetermined", 3),
            ("80", "GB", "undetermined", 3),
        ],
    )
    def test_a_license_may_be_required_before_2024(
        self, ask, computer, app, place, required, exit_status
    ):
        answer = ask(computer(1, "fp16: 100 TFLOPS", app=app), "2023-06-01", place)
        assert (answer["license"]["required"], answer["exit"]) == (required, exit_status)

    @pytest.mark.parametrize(("app", "words"), [("80", "is controlled"), ("20", "if its APP")])
    def test_the_caution_says_no_more_than_is_settled(self, ask, computer, app, words):
        answer = ask(computer(1, "fp16: 100 TFLOPS", app=app), "2023-06-01", "DE")
        (text,) = [each["text"] for each in answer["cautions"] if each["kind"] == "other-control"]
        assert words in text

    def test_no_vendor_paragraph_z_before_it_was_printed(self, ask, computer, verdict):
        """Paragraph .z.1 is entered from 2024-04-04."""
        box = computer(8, "fp16: {value: 600 TFLOPS, basis: official}", app="80")
        assert verdict(ask(box, "2024-04-03"), EARLIER)["outcome"] == "4A003.b"


class TestWeights:
    """Category 4, technical note: weight 0.3, or 0.9 for vector processors; a GPU may be either."""

    @pytest.mark.parametrize(
        ("count", "rate", "status"),
        [
            # 0.3 x 8 x 29.1 = 69.84 and 0.3 x 8 x 29.2 = 70.08; 0.9 x 7 x 11.1 = 69.93
            (8, "29.2 TFLOPS", "met"),
            (8, "29.1 TFLOPS", "undetermined"),
            (7, "11.1 TFLOPS", "not-met"),
        ],
    )
    def test_the_sum_over_all_chips(self, ask, computer, verdict, count, rate, status):
        exact = f"fp64: {{value: {rate}, basis: official}}"
        assert verdict(ask(computer(count, exact), DAY), RULE)["status"] == status

    def test_what_is_missing_is_asked_for(self, ask, computer, verdict):
        # 64 x 11 = TPP 704, too little for 4A090, so that only the weight is open
        (need,) = verdict(ask(computer(8, "fp64: 11 TFLOPS"), DAY), RULE)["needs"]
        assert (need["figure"], need["break_evens"]) == ("app", [70.0])

    def test_no_64_bit_rate_is_not_zero(self, ask, computer, verdict):
        """A throughput that no source states may still exist."""
        assert verdict(ask(computer(8, "int8: 1000 TOPS"), DAY), RULE)["status"] == "undetermined"

    @pytest.mark.parametrize("chip", ["H20", "RTX 4090D"])
    def test_it_does_not_reach_a_single_card(self, ask, chip):
        """The press of April 2024 applied the 70 to chips.

        It is for computers, in 64-bit operations.
        """
        answer = ask(chip, "2024-04-04")
        assert answer["classification"]["status"] == "not-met"
        assert RULE not in {entry["rule"] for entry in answer["answers"]}


class TestNationalSecurity:
    """NS column 1 for 4A003.b and .z.1 (15 CFR 742.4(a); Country Chart of 2026-07-23).

    Whether a license is required is undetermined where the chart marks the place: exceptions and
    other entries were not examined.
    """

    @pytest.mark.parametrize(
        ("app", "required", "exit_status"),
        [("70", "no", 0), ("70.000001", "undetermined", 3)],
    )
    def test_undetermined_where_it_is_met(self, ask, computer, app, required, exit_status):
        answer = ask(computer(1, "fp16: {value: 100 TFLOPS}", app=app), DAY, "DE")
        assert (answer["license"]["required"], answer["exit"]) == (required, exit_status)
        kinds = [caution["kind"] for caution in answer["cautions"]]
        assert ("other-control" in kinds) == (required == "undetermined")

    def test_said_where_it_is_open(self, ask, computer):
        answer = ask(computer(8, "fp64: 29 TFLOPS"), DAY, "DE")
        assert any("NS column 1" in text for text in answer["warnings"])

    @pytest.mark.parametrize(
        ("place", "on", "required"),
        [
            ("CA", "2024-04-05", "no"),
            # 89 FR 28594 takes the mark from Australia and the United Kingdom on 2024-04-19
            ("AU", "2024-04-18", "undetermined"),
            ("AU", "2024-04-19", "no"),
            ("GB", "2024-04-18", "undetermined"),
            ("GB", "2024-04-19", "no"),
            ("BR", "2026-07-23", "undetermined"),
            ("JP", "2026-07-23", "undetermined"),
        ],
    )
    def test_places_without_a_mark(self, ask, computer, place, on, required):
        answer = ask(computer(1, "fp16: {value: 100 TFLOPS}", app="80"), on, place)
        assert answer["license"]["required"] == required

    def test_iraq_for_national_security(self, ask, computer):
        """746.3(a)(1): items controlled for NS need a license to Iraq; 4A003.b is controlled for NS."""
        answer = ask(computer(1, "fp16: {value: 50 TFLOPS}", app="80"), DAY, "IQ")
        required_by = [entry["rule"] for entry in answer["license"]["requirements"]]
        assert "us-license-746-3" in required_by

    @pytest.mark.parametrize(
        ("rate", "count", "entry"),
        [
            # TPP 16 x 600 = 9600 is 3A090.a at any density, 16 x 50 = 800 is nothing at any
            ("600 TFLOPS", 8, "4A003.z.1.a"),
            ("50 TFLOPS", 8, "4A003.b"),
        ],
    )
    def test_paragraph_z_where_4a090_is_met_too(self, ask, computer, verdict, rate, count, entry):
        """4A003.z.1.a: commodities of .b or .c that also meet 4A090.a."""
        given = f"fp16: {{value: {rate}, basis: official}}"
        box = computer(count, given, app="80")
        assert verdict(ask(box, DAY), RULE)["outcome"] == entry

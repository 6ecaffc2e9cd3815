"""``budget``: chips counted against limits on total TPP, and what an order comes to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from running import run

import chipdb
from chipdb.answers.budget import tpp_of
from chipdb.rules.allocations import IN_FORCE, NOT_YET, OVER, PRINTED, budgets

DAY = "2025-04-01"
NVEU = "633000000 949500000 1266000000 1582500000 1899000000 2690250000 3481500000 4272750000 5064000000"


def asked(*arguments: str, on: str = DAY) -> list[dict]:
    """The answer as JSON."""
    return run("budget", *arguments, "--on", on, "--format", "json").json


def limit(line: dict, budget: str) -> dict:
    """The one limit of a budget."""
    (found,) = [entry for entry in line["budgets"] if entry["budget"] == budget]
    return found


@pytest.fixture
def part(tmp_path):
    """A file with a datacenter part of a TPP."""

    def write(tpp: str) -> str:
        path = tmp_path / "part.yaml"
        path.write_text(
            f"name: Part\nkind: processor\ndesigned_for: datacenter\nmetrics: {{tpp: {tpp}, applicable_die_area: 800 mm^2}}\n"
        )
        return str(path)

    return write


class TestLimits:
    """The amounts of 90 FR 4544 and 91 FR 1684, each as its paragraph prints it."""

    @pytest.mark.parametrize(
        ("budget", "kind", "amounts"),
        [
            ("us-lpp-year", "cap", "26900000"),
            ("us-lpp-notice", "line", "3200000"),
            ("us-aia-report", "line", "253000000"),
            ("us-country-allocation", "cap", "790000000"),
            ("us-nveu", "cap", NVEU),
            ("us-uveu-outside", "share", "25"),
            ("us-uveu-one-country", "share", "7"),
            ("us-uveu-abroad", "share", "50"),
            ("us-volume-2026", "share", "50"),
        ],
    )
    def test_amounts(self, budget, kind, amounts):
        (found,) = [entry for entry in budgets() if entry.id == budget]
        stated = [one.at_most or one.about or one.percent for one in found.limits]
        assert (stated, {one.kind for one in found.limits}) == (amounts.split(), {kind})

    def test_every_limit_is_tested(self):
        assert len(budgets()) == 9

    @pytest.mark.parametrize(
        ("on", "amount"),
        [
            ("2025-03-31", 633000000),
            ("2025-04-01", 949500000),
            ("2026-03-31", 1899000000),
            ("2026-04-01", 2690250000),
            ("2026-12-31", 4272750000),
            ("2027-01-01", 5064000000),
            ("2027-12-31", 5064000000),
        ],
    )
    def test_quarters(self, on, amount):
        """The ceiling of a day is that of its quarter, of 2027 that of the year."""
        (nveu,) = [entry for entry in budgets() if entry.id == "us-nveu"]
        day = date.fromisoformat(on)
        standing = [
            one.tpp for one in nveu.limits if nveu.standing(one, day) in (IN_FORCE, PRINTED)
        ]
        assert standing == [amount]

    @pytest.mark.parametrize(
        ("on", "budget", "standing"),
        [
            ("2025-01-12", "us-lpp-year", NOT_YET),
            ("2025-01-13", "us-lpp-year", IN_FORCE),
            ("2025-05-12", "us-lpp-year", IN_FORCE),
            ("2025-05-13", "us-lpp-year", PRINTED),
            ("2028-01-01", "us-country-allocation", OVER),
            ("2026-01-14", "us-volume-2026", NOT_YET),
            ("2026-01-15", "us-volume-2026", IN_FORCE),
        ],
    )
    def test_standing(self, on, budget, standing):
        assert limit(asked("H100", on=on)[0], budget)["standing"] == standing


class TestCounting:
    """Whole chips that stay within an amount; the amount itself still fits."""

    @pytest.mark.parametrize(
        ("tpp", "chips"),
        [("26900000", 1), ("26900001", 0), ("13450000", 2), ("13450000.000001", 1)],
    )
    def test_the_cap_itself_fits(self, part, tpp, chips):
        assert limit(asked(part(tpp))[0], "us-lpp-year")["chips"] == chips

    def test_a_line_without_operator_has_two_sides(self):
        """202 H100 stay below the amount of the notice, 203 exceed it."""
        text = run("budget", "H100", "--on", DAY).out
        assert "202 below, 203 above" in text

    @pytest.mark.parametrize(
        ("count", "order"), [("1", "within"), ("2", "on the line"), ("3", "exceeded")]
    )
    def test_an_order_against_a_line(self, part, count, order):
        assert limit(asked(part("1600000"), "--count", count)[0], "us-lpp-notice")["order"] == order

    @pytest.mark.parametrize(
        ("tpp", "order"), [("26899999", "within"), ("26900000", "within"), ("26900001", "exceeded")]
    )
    def test_an_order_against_a_cap(self, part, tpp, order):
        """740.29(d): may not exceed the amount, which itself is within."""
        assert limit(asked(part(tpp), "--count", "1")[0], "us-lpp-year")["order"] == order

    def test_a_range_of_credible_claims(self):
        """More TPP a chip, fewer chips: the low count belongs to the high claim."""
        line = asked("H100")[0]
        found = limit(line, "us-country-allocation")
        assert found["chips_low"] == 790000000 // Fraction(str(line["tpp"]["high"]))
        assert found["chips_high"] == 790000000 // Fraction(str(line["tpp"]["low"]))

    @pytest.mark.parametrize(("base", "chips"), [("10", 5), ("11", 5)])
    def test_half_of_what_was_shipped_at_home(self, base, chips):
        assert (
            limit(asked("H200", "--base", base, on="2026-06-01")[0], "us-volume-2026")["chips"]
            == chips
        )

    @pytest.mark.parametrize(("count", "order"), [("5", "within"), ("6", "exceeded")])
    def test_an_order_against_a_share(self, count, order):
        """At most half of 11 are 5 whole chips; of an order of 6 it is told."""
        found = limit(
            asked("H200", "--base", "11", "--count", count, on="2026-06-01")[0], "us-volume-2026"
        )
        assert (found["order"], found["filled"]) == (order, pytest.approx(int(count) / 5.5))

    def test_a_line_that_chips_meet_exactly(self, part):
        """Two of TPP 1,600,000 are the amount of the notice itself: one stays below, three exceed
        it.
        """
        assert "1 below, 2 on it, 3 above" in run("budget", part("1600000"), "--on", DAY).out

    def test_a_share_of_nothing_named_is_left_open(self):
        assert limit(asked("H200", on="2026-06-01")[0], "us-volume-2026")["chips"] is None


class TestOrders:
    """Totals in TPP and in chips of reference."""

    def test_260000_blackwell(self):
        """260,000 B200 of TPP 36,000 are 9.36 billion."""
        line = asked("Blackwell", "--count", "260000")[0]
        assert line["total_tpp"]["value"] == 260000 * 36000
        h100 = tpp_of(chipdb.load()["H100"]).value
        assert line["equivalents"]["value"] == pytest.approx(float(260000 * 36000 / h100))

    def test_several_chips_make_one_order(self):
        h200, b200, whole = asked("H200", "B200", "--count", "3", "--count", "2")
        assert whole["chip"] is None
        assert whole["members"] == [f"3 x {h200['chip']}", f"2 x {b200['chip']}"]
        assert whole["total_tpp"]["value"] == pytest.approx(
            h200["total_tpp"]["value"] + b200["total_tpp"]["value"]
        )

    def test_a_system_counts_all_its_chips(self):
        """NVL72 holds 72 packages of GB200."""
        rack, chip = chipdb.load()["GB200 NVL72"], chipdb.load()["GB200 GPU"]
        assert tpp_of(rack).value == 72 * tpp_of(chip).value

    def test_a_part_outside_the_paragraphs_does_not_count(self):
        """H20 is in neither 3A090.a nor 4A090.a; in an order with others it adds TPP and fills
        nothing.
        """
        h20, h200, whole = asked("H20", "H200", "--count", "1000")
        assert h20["counts"] is False
        assert limit(h20, "us-lpp-year")["order"] == "not counted"
        assert limit(whole, "us-lpp-year")["filled"] == limit(h200, "us-lpp-year")["filled"]
        assert any("3A090.a" in warning for warning in h20["warnings"])

    def test_a_missing_rate_is_not_zero(self, tmp_path):
        path = tmp_path / "bare.yaml"
        path.write_text("name: Bare\nkind: processor\n")
        line = asked(str(path), "--count", "5")[0]
        assert line["total_tpp"]["value"] is None
        assert limit(line, "us-lpp-year")["chips"] is None
        assert any("unknown" in warning for warning in line["warnings"])

    @pytest.mark.parametrize(
        ("count", "order"), [("15980", "within"), ("15981", "contested"), ("15982", "exceeded")]
    )
    def test_credible_claims_on_both_sides_of_a_limit(self, count, order):
        """253,000,000 hold 15,981 H100 by one claim (15,831.2) and 15,980 by another (15,832)."""
        assert limit(asked("H100", "--count", count)[0], "us-aia-report")["order"] == order

    def test_what_is_known_of_a_total_may_already_exceed(self, tmp_path):
        """A rack of a chip of TPP 30,000,000 and one that is not known: more than the year of LPP,
        whatever the other.
        """
        path = tmp_path / "rack.yaml"
        parts = "- {id: big, name: Big, kind: processor, metrics: {tpp: 30000000}}\n- {id: dark, name: Dark, kind: processor}\n"
        members = "[{chip: big, count: 1}, {chip: dark, count: 1}]"
        path.write_text(f"{parts}- {{id: rack, name: Rack, kind: system, members: {members}}}\n")
        rack = asked(str(path), "--count", "1")[2]
        orders = {
            name: limit(rack, name)["order"] for name in ("us-lpp-year", "us-country-allocation")
        }
        assert orders == {"us-lpp-year": "exceeded", "us-country-allocation": None}
        assert limit(rack, "us-lpp-year")["filled"] is None


class TestWhatIsSaid:
    """What figures do not show goes with every count."""

    def test_whom_a_limit_is_for(self):
        done = run("budget", "H100", "--on", DAY)
        assert any("LPP" in line and "not for D:5, Macau" in line for line in done.lines)
        assert not any("Review of 2026" in line for line in done.lines)
        assert "not for D:5, Macau" in limit(asked("H100")[0], "us-lpp-year")["note"]

    @pytest.mark.parametrize(("on", "said"), [("2026-09-19", False), ("2026-09-20", True)])
    def test_up_to_which_day_the_limits_were_looked_at(self, on, said):
        lines = run("budget", "H100", "--on", on).lines
        assert any("evidence ends on 2026-09-19 for us-lpp-year" in line for line in lines) == said

    def test_the_day_asked(self):
        assert {line["on"] for line in asked("H100", "H200", "--count", "2")} == {DAY}


class TestCalls:
    """One clear error for what cannot be asked; the styles agree."""

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("H100", "--count", "0"), "--count must be a number of chips"),
            (("H100", "--base", "-3"), "-3 is negative"),
            (("H100", "--count", "1000000001"), "1,000,000,000"),
            (("H100", "H200", "B200", "--count", "1", "--count", "2"), "one for each"),
            (("H100", "--reference", "H1OO"), "H1OO"),
            (("H100", "--count", "many"), "many"),
        ],
    )
    def test_wrong_calls(self, arguments, words):
        done = run("budget", *arguments, "--on", DAY)
        assert done.status == 2
        assert words in done.err
        assert done.out == ""

    def test_a_row_a_limit_as_csv(self):
        rows = run(
            "budget", "H100", "--count", "5", "--on", DAY, "--format", "csv"
        ).out.splitlines()
        assert len(rows) == 1 + sum(len(entry.limits) for entry in budgets())
        assert rows[0].startswith("chip,count,total TPP,equivalents,budget")


def test_the_table_says_what_its_numbers_are() -> None:
    """ "over" beside an order would read as a limit that is exceeded; its period has ended.

    The limits on a country's installed base change by the quarter; that of 2025's first ended on
    2025-04-01.
    """
    out = run("budget", "H100", "--count", "100", "--on", "2026-06-01").out
    (line,) = [line for line in out.splitlines() if "2025-01-01 to 2025-04-01" in line]
    assert "633,000,000 TPP" in line
    assert "% of the limit" in line
    assert line.rstrip().endswith("ended")

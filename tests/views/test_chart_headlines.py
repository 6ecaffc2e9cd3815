"""Titles of charts state what the chart shows; the texts agree with the answers of the library."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.errors import ParameterError
from chipdb.views.charts import READABLE_SIZE
from chipdb.views.charts.headroom_titles import license_after
from chipdb.views.charts.picture import Chart

DAY = "2026-06-01"


def title(kind: str, *chips: str, **options: object) -> str:
    """The title of a chart."""
    return chipdb.chart(kind, list(chips), on=DAY, **options).title  # type: ignore[arg-type]


def written(drawn: Chart) -> str:
    """The texts on a chart."""
    rows = [row for layer in drawn.spec["layer"] for row in layer["data"]["values"]]
    return " ".join(row["text"] for row in rows if "text" in row)


class TestPlanes:
    """3A090 of 2023: the H100 has a TPP of 15,832 and the H20 2,368 at 2.9 TPP/mm^2."""

    def test_two_chips_are_named(self) -> None:
        assert title("tpp-density", "H100", "H20") == f"H100 is controlled on {DAY}, H20 is not"

    def test_one_chip_has_its_paragraph(self) -> None:
        assert title("tpp-density", "H100") == f"H100 is in 3A090.a on {DAY}"
        assert title("tpp-density", "H20") == f"H20 is not controlled on {DAY}"

    def test_chips_are_named_by_the_shorter_list(self) -> None:
        names = ["H100", "H200", "A100", "H20"]
        assert title("tpp-density", *names) == (
            f"H100, H200 and A100 are controlled on {DAY}, H20 is not"
        )
        assert title("tpp-density", *names, "B200", "MI300X") == (
            f"Of 6 chips, all but H20 are controlled on {DAY}"
        )
        assert title("tpp-density", *names[:3]) == f"All 3 chips are controlled on {DAY}"

    def test_a_cut_chip_has_both_answers(self) -> None:
        """A B200 cut by 30 % keeps a TPP of 25,200, far above 4,800."""
        cut = title("tpp-density", "B200", derate={"compute": "30%"})
        assert cut == "B200 with compute \N{MINUS SIGN}30 %: 3A090.a, as before"

    def test_a_contested_no_is_no_plain_no(self) -> None:
        """What check calls contested is not titled as a plain answer."""
        name = "nvidia-rtx-4000-ada"
        check = chipdb.check(name, on=DAY)
        assert check.classification.contested
        assert "contested" in title("tpp-density", name)

    def test_contested_answers_are_named_beside_others(self) -> None:
        """Every chip that is drawn is in the title, and no contested "no" looks like a plain one."""
        contested = ["nvidia-rtx-4000-ada", "iluvatar-mr-v100"]
        for name in contested:
            assert chipdb.check(name, on=DAY).classification.contested
        assert title("tpp-density", *contested) == (
            f"RTX 4000 Ada and MR-V100 are not controlled on {DAY}, which is contested"
        )
        assert title("tpp-density", "H100", contested[0]) == (
            f"H100 is controlled on {DAY}, RTX 4000 Ada is not, which is contested"
        )
        assert title("tpp-density", "H20", contested[0]) == (
            f"H20 and RTX 4000 Ada are not controlled on {DAY}; for RTX 4000 Ada this is contested"
        )

    def test_chips_that_nobody_named_are_counted(self) -> None:
        """Each processor that represents its model, from a quarter of the lowest thresholds up
        (a TPP of 400 and a density of 0.4), as ``check`` classifies it.
        """
        drawn = title("tpp-density")
        found = re.fullmatch(
            rf"Of the (\d+) chips shown, (\d+) are controlled on {DAY}; (\d+) are undetermined",
            drawn,
        )
        assert found is not None, drawn
        outcomes = []
        for chip in chipdb.load():
            tpp, density = (chip.metric(name).value for name in ("tpp", "performance_density"))
            if chip.represents and tpp and density and tpp >= 400 and density >= 0.4:
                outcomes.append(chipdb.check(chip, on=DAY, rule="us-3a090-2023").answers[0].status)
        drawn_chips, met, undetermined = map(int, found.groups())
        assert (met, undetermined) == (outcomes.count("met"), outcomes.count("undetermined"))
        caption = chipdb.chart("tpp-density", on=DAY).json()
        assert f"{drawn_chips} chips that represent their model" in caption

    def test_many_chips_under_license_rules_are_counted_by_answer(self) -> None:
        """91 FR 1684: case by case below a TPP of 21,000 and 6,500 GB/s, which holds for the H200
        (15,832 and 4,800) and the MI300X (20,919 and 5,300), not for the B200 (36,000 and 7,700).
        A letter whose policy is not public names the H20.
        """
        names = ["H20", "H200", "B200", "MI300X"]
        drawn = title("bandwidth", *names, to="CN")
        assert drawn == (
            f"All 4 chips require a license for China on {DAY}: H20 (policy not public), H200 and "
            "MI300X (case-by-case if certified, otherwise presumption of denial), B200 "
            "(presumption of denial)"
        )

    def test_a_chip_without_a_license_is_named_beside_others(self) -> None:
        """The A10 meets no rule on exports to China; a B200 has a presumption of denial."""
        assert chipdb.check("A10", on=DAY, to="CN").exit_status == 0
        assert title("bandwidth", "B200", "A10", to="CN") == (
            f"B200 requires a license for China on {DAY}, A10 does not: "
            "B200 (presumption of denial)"
        )
        assert title("bandwidth", "B200", "B300", to="CN") == (
            f"B200 and B300 require a license for China on {DAY} (presumption of denial)"
        )


class TestTimelines:
    """The title agrees with ``check`` on the day of the chart."""

    def test_one_chip_and_place(self) -> None:
        """The letter of April 2025 reached NVIDIA on 2025-04-09."""
        assert title("timeline", "H20", to="CN") == (
            "H20 requires a license for China from 2025-04-09 on"
        )

    def test_a_new_policy_is_no_new_requirement(self) -> None:
        """3A090.a has the H200 since before it was announced on 2023-11-13; 91 FR 1684 only eased
        the review on 2026-01-15.
        """
        before = chipdb.check("H200", on="2025-06-01", to="CN")
        assert before.license.required == "yes"
        assert title("timeline", "H200", to="CN") == (
            "H200 requires a license for China from 2023-11-13 on"
        )

    def test_chips_that_all_need_a_license(self) -> None:
        names = ("H20", "H200", "B200")
        assert all(chipdb.check(name, on=DAY, to="CN").license.required == "yes" for name in names)
        drawn = title("timeline", *names, to="CN")
        assert drawn == f"All 3 chips require a license for China on {DAY}"

    def test_one_chip_and_places(self) -> None:
        places = ["CN", "DE", "IN"]
        answers = [chipdb.check("H20", on=DAY, to=place).license.required for place in places]
        count = answers.count("yes")
        assert 0 < count < len(places)
        drawn = title("timeline", "H20", to=places)
        assert count == 1
        assert drawn == (
            f"H20 requires a license for China on {DAY}, none by these rules for Germany and India"
        )

    def test_chips_and_places_are_named(self) -> None:
        """What check says of each: no license for Germany, and in doubt for India for the H100."""
        answers = {}
        for name in ("H20", "H100", "A10"):
            for place in ("CN", "DE", "IN"):
                check = chipdb.check(name, on=DAY, to=place)
                answers[name, place] = (check.license.required, check.exit_status)
        assert [key for key, answer in answers.items() if answer[0] == "yes"] == [
            ("H20", "CN"),
            ("H100", "CN"),
        ]
        assert [key for key, answer in answers.items() if answer == ("no", 3)] == [("H100", "IN")]
        assert title("timeline", "H20", "H100", "A10", to=["CN", "DE", "IN"]) == (
            f"License required on {DAY} for China: H20 and H100; for Germany: none; "
            "for India: none (H100 in doubt)"
        )

    def test_few_chips_are_named(self) -> None:
        """The A10 is in no paragraph and no letter; 3A090.a has the H100 since 2023."""
        names = ["H100", "A10"]
        required = [chipdb.check(name, on=DAY, to="CN").license.required for name in names]
        assert required == ["yes", "no"]
        assert title("timeline", *names, to="CN") == (
            f"H100 requires a license for China on {DAY}, A10 does not"
        )
        assert title("timeline", "H100", "H20") == f"H100 is controlled on {DAY}, H20 is not"

    def test_a_no_in_doubt_is_no_plain_no(self) -> None:
        """To India the printed text of 742.6(a)(6)(iii)(A) asks for a license for an H100, which
        BIS does not enforce: the answer is "no", so it is known, and only a caution reverses it.
        """
        check = chipdb.check("H100", on=DAY, to="IN")
        assert (check.license.required, check.exit_status) == ("no", 3)
        drawn = title("timeline", "H100", to="IN")
        assert drawn.startswith("H100: no license for India as enforced, but in doubt")
        assert "undetermined" not in drawn

    def test_an_undetermined_answer_is_no_none(self) -> None:
        """What check leaves undetermined is counted apart from what needs no license."""
        names = ["huawei-ascend-910b", "huawei-ascend-910c"]
        for name in names:
            assert chipdb.check(name, on=DAY, to="DE").license.required == "undetermined"
        assert title("timeline", *names, to="DE") == (
            "Whether Ascend 910B2 and Ascend 910C require a license for Germany on "
            f"{DAY} is undetermined"
        )
        # the A10 needs none, and its "no" must not stand for the other two
        assert title("timeline", *names, "A10", to="DE") == (
            f"A10 requires no license for Germany by these rules on {DAY}; "
            "for Ascend 910B2 and Ascend 910C this is undetermined"
        )

    def test_a_doubtful_no_is_counted_apart(self) -> None:
        """Of the chips to India each "no" that exits with 3 is in doubt."""
        names = ["A10", "A100", "H100"]
        status = {}
        for name in names:
            check = chipdb.check(name, on=DAY, to="IN")
            assert check.license.required == "no"
            status[name] = check.exit_status
        assert status == {"A10": 0, "A100": 3, "H100": 3}
        assert title("timeline", *names, to="IN") == (
            f"All 3 chips require no license for India by these rules on {DAY}; "
            "for A100 and H100 this is in doubt"
        )

    def test_an_answer_that_ends_says_when(self) -> None:
        """The chart of 2024 goes on to the letter of 2025-04-09."""
        drawn = chipdb.chart("timeline", ["H20"], on="2024-06-01", to="CN").title
        assert drawn == (
            "H20: no license for China by these rules from 2023-11-09 until 2025-04-09"
        )

    def test_a_day_before_the_rules_says_when_they_begin(self) -> None:
        first = chipdb.load_rules().begins()
        drawn = chipdb.chart("timeline", ["H100", "A100"], on="2022-01-01", to="CN").title
        assert drawn == f"No answer on 2022-01-01: the first rule begins on {first}"

    def test_a_chip_announced_later_has_no_answer_yet(self) -> None:
        """NVIDIA announced the B200 on 2024-03-18; 3A090 has the A100 since 2022."""
        drawn = chipdb.chart("timeline", ["B200"], on="2023-01-01", to="CN").title
        assert drawn == "No answer on 2023-01-01: B200 was announced later"
        drawn = chipdb.chart("timeline", ["A100", "B200"], on="2023-01-01", to="CN").title
        assert drawn == (
            "A100 requires a license for China on 2023-01-01; B200 was announced later"
        )

    def test_days_of_change_name_their_documents(self) -> None:
        """88 FR 73458 took in the RTX 4090, and 91 FR 1684 reviews the H200 case by case."""
        drawn = chipdb.chart("timeline", ["RTX 4090", "H200"], on=DAY, to="CN")
        assert "2023-11-17, 88 FR 73458" in drawn.json()
        assert "2026-01-15, 91 FR 1684" in drawn.json()


class TestHeadroom:
    """3A090.a.1 of 2023: a TPP of 4,800; 3A090.b.1: 2,400."""

    def test_the_nearest_change_of_each_chip(self) -> None:
        """4,800 of the B200's 36,000 are 13.33 %; 2,400 are 1.35 % above the H20's 2,368."""
        assert title("headroom", "B200", "H20") == (
            "B200 leaves 3A090.a if compute is cut by more than 86.67 %; "
            "H20 enters 3A090.b if compute grows by 1.35 %"
        )

    def test_a_destination_has_the_cuts_after_which_no_license_is_required(self) -> None:
        """China, 2026: 3A090.b.1 from a TPP of 2,400, 84.84 % below the H100's 15,831.2; and the
        letters of April 2025, from 1,700 GB/s of memory and I/O together: 674 GB/s of memory beside
        the 1,026 GB/s of links. The H20 is below 2,400, so the letters alone hold it.
        """
        assert title("headroom", "H100", to="CN") == (
            "H100 requires a license for China unless compute and memory bandwidth are both cut "
            "far enough"
        )
        alone = title("headroom", "H20", to="CN")
        cut = 100 * (1 - (1700 - 1026) / 4000)
        assert alone.startswith(
            "H20 requires a license for China unless memory bandwidth is cut by more than "
            f"{cut:.2f} %"
        )
        both = title("headroom", "H100", "H20", to="CN")
        assert both == (
            "H100 requires a license for China unless compute and memory bandwidth are both cut "
            f"far enough; H20{alone.removeprefix('H20 requires a license for China')}"
        )

    def test_those_cuts_are_enough(self) -> None:
        """The H100 with a TPP below 2,400 and memory below 674 GB/s, each by a percent."""
        derate = {"compute": "x0.15", "memory_bandwidth": "x0.199"}
        answer = chipdb.check("H100", on=DAY, to="CN", derate=derate)
        assert (answer.license.required, answer.exit_status) == ("no", 0)
        for knob, amount in derate.items():
            assert chipdb.check("H100", on=DAY, to="CN", derate={knob: amount}).exit_status == 1

    def test_a_license_that_a_chip_enters_is_named(self) -> None:
        """On 2024-06-01 no letter had been sent, so the H20 needs its first license for China where
        it enters 3A090.b, for which 742.6(a)(6)(iii)(A) asks one.
        """
        drawn = chipdb.chart("headroom", ["H20"], on="2024-06-01", to="CN").title
        assert (
            drawn
            == "H20 enters 3A090.b if compute grows by 1.35 %; then a license for China is required"
        )

    @pytest.mark.parametrize(
        ("chip", "place", "knob"), [("H100", "IN", "compute"), ("H20", "CN", "memory_bandwidth")]
    )
    def test_a_doubt_just_beyond_a_threshold_says_where_it_ends(
        self, chip: str, place: str, knob: str
    ) -> None:
        """At the threshold of the preferred claim, rounding and other claims are still beyond it."""
        drawn = title("headroom", chip, to=place)
        found = re.search(r"more than ([\d.]+) %.* \(in doubt up to ([\d.]+) %\)$", drawn)
        assert found is not None, drawn
        threshold, end = map(float, found.groups())
        assert threshold < end < threshold + 1
        for cut, status in ((threshold + 0.001, 3), (end + 0.01, 0)):
            answer = chipdb.check(chip, on=DAY, to=place, derate={knob: f"{cut}%"})
            assert (answer.license.required, answer.exit_status) == ("no", status), cut

    def test_cuts_that_are_needed_together_are_in_the_caption(self) -> None:
        """China, 2026: below 2,400 (3A090.b.1) and, since the letters of April 2025 count memory and
        I/O bandwidth of 1,700 GB/s together, less memory bandwidth.
        """
        drawn = chipdb.chart("headroom", "H100", on=DAY, to="CN").json()
        assert "unless it is cut beyond all of: compute by 84.84 % (TPP 2,400)" in drawn
        assert "memory bandwidth by" in drawn
        alone = chipdb.chart("headroom", "H100", on=DAY).json()
        assert "beyond all of" not in alone

    def test_rules_without_a_bar_are_not_told_apart(self) -> None:
        """No single knob takes the B200 out of the letters, so its bars are of one rule."""
        drawn = chipdb.chart("headroom", "B200", on=DAY, to="CN").json()
        assert '"leaves 3A090.a, compute"' in drawn
        assert "us-3a090-2023, leaves" not in drawn

    def test_a_no_in_doubt_says_on_which_side(self) -> None:
        """The scope of 742.6(a)(6)(iii)(A) that is printed and not enforced reaches 3A090.a in India,
        so the H100 as it is has a "no" in doubt, and one with 30 % of its compute has a clear one.
        """
        before = chipdb.check("H100", on=DAY, to="IN")
        after = chipdb.check("H100", on=DAY, to="IN", derate={"compute": "x0.3"})
        assert [check.license.required for check in (before, after)] == ["no", "no"]
        assert [check.exit_status for check in (before, after)] == [3, 0]
        both = "no license for India by these rules before and after"
        assert license_after(before, after) == f"{both}, in doubt before"
        assert license_after(before, before) == f"{both}, but in doubt"
        assert license_after(after, after) == both

    def test_chips_with_different_answers_name_no_destination(self) -> None:
        """By then the H100 needed a license for China both ways, the H20 only above 2,400."""
        drawn = chipdb.chart("headroom", ["H100", "H20"], on="2024-06-01", to="CN").title
        assert "China" not in drawn
        assert drawn.endswith("H20 enters 3A090.b if compute grows by 1.35 %")

    def test_a_chart_of_another_knob_speaks_of_that_knob(self) -> None:
        """3A090.b.2: a TPP of 1,600 with a density of 3.2; 2,368 over 740 mm^2, of 814, is 3.2.

        The letters ask a B200, which has 1,926 GB/s of links, for no less at any memory bandwidth.
        """
        assert title("headroom", "H20", knob="die-area") == (
            "H20 enters 3A090.b if die area is cut by 9.09 %"
        )
        assert title("headroom", "H100", "B200", to="CN", knob="memory-bandwidth") == (
            "H100 leaves the letters of April 2025 if memory bandwidth is cut by more than "
            "79.89 %; no amount of memory bandwidth changes the answer for B200"
        )

    def test_a_knob_that_changes_nothing_is_named(self) -> None:
        """3A090 does not count memory bandwidth, and an H100 is over it at any die area."""
        for chip, knob, words in (
            ("H20", "memory-bandwidth", "memory bandwidth"),
            ("H100", "die-area", "die area"),
        ):
            with pytest.raises(chipdb.ChipdbError, match=f"no amount of {words} changes what"):
                chipdb.chart("headroom", chip, on=DAY, knob=knob)

    def test_of_many_chips_the_nearest_to_a_change_is_named(self) -> None:
        """The H20's 2,368 are 1.35 % below 2,400; 4,800 are 3.85 % below the A100's 4,992."""
        assert title("headroom", "H20", "H100", "B200", "H200", "A100") == (
            "Of 5 chips, H20 is nearest to a change: it enters 3A090.b if compute grows by 1.35 %"
        )
        assert title("headroom", "A100", "H100", "B200", "H200") == (
            "Of 4 chips, A100 is nearest to a change: it leaves 3A090.a if compute is cut by more "
            "than 3.85 %"
        )

    def test_a_chip_that_no_knob_changes_is_in_the_title(self) -> None:
        """No source has a throughput or die area of the MI308X, so no knob leads to a threshold."""
        assert title("headroom", "H20", "MI308X") == (
            "H20 enters 3A090.b if compute grows by 1.35 %; no single knob changes the answer for "
            "MI308X"
        )

    def test_joint_cuts_in_doubt_say_where_that_ends(self) -> None:
        """Rounding leaves a "no" at 2,400 and 1,700 GB/s in doubt; a little beyond it is clear."""
        drawn = " ".join(
            row["text"]
            for layer in chipdb.chart("headroom", "H100", on=DAY, to="CN").spec["layer"]
            for row in layer["data"]["values"]
            if "text" in row
        )
        found = re.search(
            r"in doubt up to compute by ([\d.]+) % and memory bandwidth by ([\d.]+) %\.", drawn
        )
        assert found is not None, drawn
        ends = list(map(float, found.groups()))
        cuts = [84.84, 79.89]
        assert all(cut < end < cut + 1 for cut, end in zip(cuts, ends, strict=True))
        for (compute, memory), status in ((ends, 0), ([84.845, 79.9], 3)):
            derate = {"compute": f"{compute}%", "memory_bandwidth": f"{memory}%"}
            answer = chipdb.check("H100", on=DAY, to="CN", derate=derate)
            assert (answer.license.required, answer.exit_status) == ("no", status)


class TestRooflines:
    """Data sheets: H20 4.0 TB/s and 296 TOPS in 8 bits, H100 SXM 3.35 TB/s and 1,979."""

    def test_the_first_in_bandwidth_and_in_throughput(self) -> None:
        assert title("roofline", "H20", "H100") == (
            "H20 has the most memory bandwidth, H100 the highest throughput (FP8/INT8)"
        )

    def test_the_format_of_the_highest_throughput_is_said(self) -> None:
        """The white paper of the A100 has 4,992 TOPS of INT1; the H100 has no such format."""
        ends = title("roofline", "H100", "A100")
        assert ends.endswith("A100 the highest throughput (INT1)")

    def test_one_chip_has_its_ridge(self) -> None:
        """296 TOPS over 4.0 TB/s are 74 operations a byte."""
        assert title("roofline", "H20") == (
            f"Memory bandwidth limits H20 below {296 // 4} operations a byte in FP8/INT8"
        )

    def test_a_chip_without_a_roof_is_named_and_the_others_drawn(self) -> None:
        """No source has the memory bandwidth of the MLU590."""
        assert chipdb.load()["MLU590"].metric("memory_bandwidth").value is None
        drawn = chipdb.chart("roofline", ["H20", "MLU590", "H100"], on=DAY)
        assert drawn.title.endswith("H100 the highest throughput (FP8/INT8)")
        assert "Not drawn: MLU590 has no known memory bandwidth." in written(drawn)


class TestComparisons:
    """H20 over H100: TPP 2,368 / 15,832, memory bandwidth 4,000 / 3,352."""

    def test_the_title_has_both_ratios(self) -> None:
        assert title("compare", "H20", "H100") == (
            "H20 against the H100: 0.15× the TPP, 1.19× the memory bandwidth"
        )

    def test_the_value_of_the_baseline_stands_after_the_name(self) -> None:
        assert "memory bandwidth, 3,352 GB/s" in chipdb.chart("compare", ["H20", "H100"]).json()

    def test_what_is_not_drawn_is_named(self) -> None:
        """Google publishes no die area of the TPU v5p, so it has no density to compare."""
        assert chipdb.load()["TPU v5p"].metric("performance_density").value is None
        drawn = chipdb.chart("compare", ["TPU v5p", "A100"], on=DAY)
        written = " ".join(
            row["text"]
            for layer in drawn.spec["layer"]
            for row in layer["data"]["values"]
            if "text" in row
        )
        assert re.search("Not drawn, since a value is unknown: [^.]*performance density", written)


class TestEnvelopes:
    """A design may keep what a chip that needs a license has."""

    def test_the_chip_itself_is_not_said_to_be_free(self) -> None:
        """Letters ask for an H20 by its bandwidth; its TPP of 2,368 is below the 2,400 of 3A090.b."""
        assert chipdb.check("H20", on=DAY, to="CN").license.required == "yes"
        assert title("envelope", "H20", to="CN") == (
            "Smaller designs keep up to 100 % of the H20's TPP outside the license rules for "
            "China; the H20 itself requires a license"
        )
        assert chipdb.check("A10", on=DAY, to="CN").exit_status == 0
        assert title("envelope", "A10", to="CN").endswith(
            "; the A10 itself requires none by these rules"
        )

    def test_days_of_change_name_their_documents_and_the_axis_what_it_counts(self) -> None:
        """88 FR 73458 lowered the TPP of 3A090.b to 2,400 on 2023-11-17."""
        drawn = written(chipdb.chart("envelope", "A100", on=DAY, to="CN"))
        assert "2023-11-17, 88 FR 73458" in drawn
        assert "largest TPP outside the license rules" in drawn


class TestPrices:
    """What USD 1,000 buy: TOPS in 16 bits and GB over the price in thousands."""

    def test_the_first_in_throughput_and_in_memory(self) -> None:
        """H20: 148 TOPS and 96 GB for 12,000; H100: 989 TOPS and 80 GB for 33,600."""
        assert 989 / 33.6 > 148 / 12
        assert 96 / 12 > 80 / 33.6
        assert title("price", "H20", "H100") == (
            "H100 gives the most 16-bit throughput for USD 1,000, H20 the most memory"
        )

    def test_a_chip_without_a_price_is_named_and_the_others_drawn(self) -> None:
        """No source states a price of the A100 SXM4 80GB, and the CS-1 is a whole system."""
        names = ["H20", "A100", "H100", "cerebras-cs1"]
        drawn = chipdb.chart("price", names, on=DAY)
        assert drawn.title == (
            "H100 gives the most 16-bit throughput for USD 1,000, H20 the most memory"
        )
        assert (
            "Not drawn: A100 has no credible price in the catalog; "
            "CS-1 is a system, whose price is not that of one of its chips."
        ) in written(drawn)

    def test_an_unknown_throughput_is_said(self) -> None:
        """No source has a dense 16-bit throughput of the CMP 170HX: 8 GB for USD 4,745."""
        drawn = chipdb.chart("price", ["nvidia-cmp-170hx"], on=DAY)
        assert drawn.title == f"CMP 170HX: USD 1,000 buys {8 / 4.745:.2f} GB of memory"
        assert "No 16-bit throughput is known of CMP 170HX." in written(drawn)

    def test_a_system_is_not_compared_by_the_figures_of_one_chip(self) -> None:
        """The price of a DGX A100 is that of eight A100, whose memory is 40 GB each."""
        drawn = chipdb.chart("price", ["nvidia-dgx-a100-320gb", "H20", "H100"], on=DAY)
        assert "DGX A100 320GB is a system" in written(drawn)
        with pytest.raises(chipdb.ChipdbError, match="DGX A100 320GB is a system"):
            chipdb.chart("price", ["nvidia-dgx-a100-320gb"], on=DAY)

    def test_an_estimated_price_is_named(self) -> None:
        """Google lists no price of the TPU v7; Epoch AI estimates what one costs."""
        for names in ([], ["TPU v7", "H100"], ["TPU v7"]):
            assert title("price", *names).endswith(", by an estimated price")
        assert "12,000 USD, undated, estimate" in chipdb.chart("price", ["TPU v7", "H100"]).json()


class TestWorkloads:
    """Titles of estimates and equivalents."""

    def test_a_place_of_change_has_the_digits_and_the_unit_of_an_estimate(self) -> None:
        drawn = title(
            "estimate", "H20", "H100", "Ascend 910C", model="deepseek-v3", phase="prefill"
        )
        found = re.search(r"below a pass of about ([\d,]+) tokens", drawn)
        assert found is not None, drawn
        assert int(found[1].replace(",", "")) % 100 == 0

    def test_an_order_that_only_nominal_estimates_have_says_so(self) -> None:
        """At the high corner the H100 gives more than the 910C at every pass, at the nominal one
        only at long passes; a B200 gives more than both chips of Hopper at every corner.
        """
        corners = {}
        for name in ("H100", "Ascend 910C"):
            answer = chipdb.estimate(name, model="deepseek-v3", phase="prefill", batch=256)
            assert answer.tokens is not None
            corners[name] = answer.tokens
        assert corners["H100"].nominal < corners["Ascend 910C"].nominal
        assert corners["H100"].high > corners["Ascend 910C"].high
        mixed = title("estimate", "H100", "Ascend 910C", model="deepseek-v3", phase="prefill")
        assert mixed.endswith(", by the nominal estimates")
        clear = title("estimate", "H20", "B200", model="llama3.1-70b", phase="decode")
        assert clear == "B200 gives the most decode throughput per chip at every batch"

    def test_the_key_of_dots_says_that_they_are_measured(self) -> None:
        drawn = chipdb.chart(
            "estimate", "H100", model="llama3.1-70b", phase="serve", layout="TP4", input=2048
        )
        assert "H100, measured (published)" in written(drawn)

    def test_a_baseline_that_is_also_named_has_no_bars(self) -> None:
        """One MI300X equals one MI300X, which is no finding."""
        work = {"model": "llama3.1-70b", "phase": "decode"}
        drawn = chipdb.chart("equivalents", ["H20", "MI300X"], baseline="MI300X", **work)
        assert drawn.title.startswith("One MI300X equals ")
        assert " H20 in decode; their TPP alone says " in drawn.title
        rows = [row.get("text") for layer in drawn.spec["layer"] for row in layer["data"]["values"]]
        assert "H20" in rows
        assert "MI300X" not in rows
        with pytest.raises(chipdb.ChipdbError, match="a chip other than the one of --baseline"):
            chipdb.chart("equivalents", ["MI300X"], baseline="MI300X", **work)


class TestOptions:
    """``--title`` and ``--size``."""

    def test_a_title_of_ones_own(self) -> None:
        drawn = chipdb.chart("timeline", ["H20"], on=DAY, to="CN", title="Our exports")
        assert drawn.title == "Our exports"
        assert drawn.spec["description"].startswith("Our exports.")

    def test_a_picture_of_a_stated_width(self, tmp_path: Path) -> None:
        path = tmp_path / "chart.png"
        drawn = run(
            "plot", "timeline", "H20", "--on", DAY, "--to", "CN", "--size", "900", "-o", str(path)
        )
        assert drawn.status == 0
        wide, _ = struct.unpack(">II", path.read_bytes()[16:24])
        assert abs(wide - 900) <= 2

    def test_an_svg_of_a_stated_width(self) -> None:
        drawn = chipdb.chart("timeline", ["H20"], on=DAY, size=900).svg()
        assert 'width="900"' in drawn[:300]
        natural = chipdb.chart("timeline", ["H20"], on=DAY).svg()
        box = re.search(r'viewBox="[^"]*"', natural)
        assert box is not None
        assert box[0] in drawn[:300]

    @pytest.mark.parametrize(
        ("kind", "options"), [("bandwidth", {"to": "CN"}), ("timeline", {"to": "CN"})]
    )
    def test_a_picture_can_be_read_from_the_width_that_is_said(
        self, kind: str, options: dict[str, str]
    ) -> None:
        """Text of less than 7 pixels cannot be read."""
        drawn = chipdb.chart(kind, ["H20"], on=DAY, size=READABLE_SIZE, **options).svg()
        box = re.search(r'viewBox="0 0 ([\d.]+) ', drawn)
        assert box is not None
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)]
        assert min(sizes) * READABLE_SIZE / float(box[1]) >= 6.9

    @pytest.mark.parametrize(("size", "is_said"), [("400", True), ("559", True), ("560", False)])
    def test_a_note_says_that_small_text_cannot_be_read(self, size: str, is_said: bool) -> None:
        ran = run("plot", "timeline", "H20", "--on", DAY, "--to", "CN", "--size", size)
        assert ran.status == 0
        assert f'width="{size}"' in ran.out[:300]
        assert ("narrower than 560 pixels" in ran.err) == is_said

    @pytest.mark.parametrize("size", [0, -5, 99, 20000])
    def test_a_size_out_of_bounds_is_an_error(self, size: int) -> None:
        with pytest.raises(ParameterError, match=r"size must be from 100 to 10000"):
            chipdb.chart("timeline", ["H20"], on=DAY, size=size)


class TestDestinations:
    """A picture that was asked for one place must not speak of another."""

    def test_the_letters_reach_china_and_not_germany(self) -> None:
        """Letters of April 2025: China, Macau, D:5 and companies headquartered there."""
        china = " ".join(chipdb.chart("bandwidth", "H20", on=DAY, to="CN").spec["title"]["text"])
        assert china == f"H20: license required (policy not public) on {DAY} for China"
        germany = chipdb.chart("bandwidth", "H20", on=DAY, to="DE").spec
        assert "license on" not in germany["description"]
        assert f"for Germany on {DAY}" in germany["description"]
        parent = chipdb.chart("bandwidth", "H20", on=DAY, to="DE", headquarters="CN").spec
        assert "H20: license" in parent["description"]

    def test_without_one_the_title_says_where_the_rules_hold(self) -> None:
        title = " ".join(chipdb.chart("bandwidth", "H20", on=DAY).spec["title"]["text"])
        assert title == f"H20: license by letter on {DAY}, where these rules reach"

    def test_what_no_drawn_rule_asks_for_another_may(self, tmp_path: Path) -> None:
        """742.6(b): 3A090.a to China, never on sale in the United States: presumption of denial.

        The chart draws the letters and the review rule of 91 FR 1684; a TPP of 60,000 with a
        memory bandwidth of 1,000 GB/s meets neither, and needs a license all the same.
        """
        (tmp_path / "big.yaml").write_text(
            "name: Big\nvendor: ExampleCorp\ndesigned_for: datacenter\nus_available: null\n"
            "metrics: {tpp: 60000, applicable_die_area: 1600 mm^2, memory_bandwidth: 1000 GB/s,"
            " aggregate_io_bandwidth: 300 GB/s}\n"
        )
        chart = chipdb.chart("bandwidth", tmp_path / "big.yaml", on=DAY, to="CN")
        title = " ".join(chart.spec["title"]["text"])
        assert title == f"Big: license required (presumption of denial) on {DAY} for China"
        drawn = chart.json()
        assert "neither letter nor review rule met" in drawn
        assert "no rule met" not in drawn
        # a review policy is one of a license
        assert "license, case-by-case" in drawn

    def test_a_turned_knob_keeps_the_answer_of_all_rules(self) -> None:
        """36,000 TPP of the B200 stay above 21,000: less memory bandwidth eases no policy."""
        chart = chipdb.chart(
            "bandwidth", "B200", on=DAY, to="CN", derate={"memory_bandwidth": "90%"}
        )
        title = " ".join(chart.spec["title"]["text"])
        assert "license required (presumption of denial)" in title
        assert title.endswith("as before")

    def test_headroom_names_it_and_asks_the_letters_there(self) -> None:
        """The H100 meets the letters by 3,352 GB/s; a German buyer receives none."""
        china = chipdb.chart("headroom", "H100", on=DAY, to="CN").spec["description"]
        germany = chipdb.chart("headroom", "H100", on=DAY, to="DE").spec["description"]
        assert "requires a license for China unless" in china
        assert "us-letter-2025" in china
        assert "no license for Germany by these rules before and after" in germany
        assert "us-letter-2025" not in germany

    @pytest.mark.parametrize("kind", ["tpp-density", "compare", "roofline", "price"])
    def test_kinds_that_have_none_refuse_it(self, kind: str) -> None:
        with pytest.raises(chipdb.ChipdbError, match=f"does not change a chart of {kind}"):
            chipdb.chart(kind, ["H100", "H20"], on=DAY, to="DE")

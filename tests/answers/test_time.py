"""``timeline``, ``near``, ``flips``: answers by date with the instrument that changed them, and
what sits at a line.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from running import has, only, refused, run

import chipdb
from chipdb.answers.near import margins_of, share_of
from chipdb.catalog.bibliography import bibliography
from chipdb.lazy_dataclasses import replace
from chipdb.solver.question import question
from chipdb.views.report import MarkedText, Standing
from chipdb.views.reports.timeline import timeline_report
from chipdb.vocabulary import Required

DAY = "2026-11-01"


LETTER_2022, LETTER_2023, LETTER_2025 = (
    "nvidia-8k-2022-08-31-quoted",
    "nvidia-8k-2023-10-24-reported",
    "nvidia-8k-2025-04-15",
)
RULE_2023, REVIEW = "fr-2023-10-25", "fr-2026-01-15"

NAMED_FROM_THE_FIRST = [
    ("2022-08-01", None, "no", None),
    ("2022-08-26", None, "yes", None),
    # 742.6(b)(10) of 2022, of 2023 and of 2025 all presume denial for datacenter chips of .a
    ("2022-10-21", "3A090.a", "yes", "presumption-of-denial"),
    ("2026-01-15", "3A090.a", "yes", "case-by-case"),
]

# each: chip, the reports by their keys in the bibliography, the days of change with classification,
# license and review to China
REPORTED = [
    # named in the letter of 2022-08-26; the rules of 2022-10-21 and 2023-11-17; the review of
    # 2026-01-15
    (
        "H100",
        [LETTER_2022, RULE_2023, REVIEW],
        NAMED_FROM_THE_FIRST,
    ),
    (
        "A100",
        [LETTER_2022, RULE_2023, REVIEW],
        NAMED_FROM_THE_FIRST,
    ),
    # made to stay under the rule of 2022, named in the letter of 2023-10-23, caught by the rule;
    # never sold in the United States
    (
        "H800",
        ["tomshardware-h800-2023", LETTER_2023, RULE_2023],
        [
            ("2023-03-21", None, "no", None),
            ("2023-10-23", None, "yes", None),
            ("2023-11-17", "3A090.a", "yes", "presumption-of-denial"),
        ],
    ),
    (
        "A800",
        ["tomshardware-a800-2022", LETTER_2023, RULE_2023],
        [
            ("2022-11-07", None, "no", None),
            ("2023-10-23", None, "yes", None),
            ("2023-11-17", "3A090.a", "yes", "presumption-of-denial"),
        ],
    ),
    # slow links kept it out in 2022; named in the letter of 2023-10-23; on sale in the United
    # States
    (
        "L40S",
        [LETTER_2023, RULE_2023, REVIEW],
        [
            ("2022-08-01", None, "no", None),
            ("2023-10-23", None, "yes", None),
            ("2023-11-17", "3A090.a", "yes", "presumption-of-denial"),
            ("2026-01-15", "3A090.a", "yes", "case-by-case"),
        ],
    ),
    # free until NVIDIA was told on 2025-04-09
    (
        "H20",
        ["tomshardware-h20-2023", LETTER_2025],
        [("2023-11-09", None, "no", None), ("2025-04-09", None, "yes", None)],
    ),
    # 1,792 GB/s: free as a client part below TPP 4800, met by the letters' numbers; its successor
    # was cut to 1,344 GB/s
    (
        "RTX 5090D",
        ["tomshardware-rtx-5090d-v2-2025-08", LETTER_2025],
        [("2025-01-06", None, "no", None), ("2025-04-09", None, "yes", None)],
    ),
    # not for datacenters: the letter of 2023 left it out, the rule of 2023-11-17 reaches TPP 5,286;
    # 742.6(b)(10)(iii)(B)(1) of 89 FR 96790 eases the review of such parts until 90 FR 4544
    (
        "RTX 4090",
        ["evertiq-rtx-4090d-2023-12", RULE_2023, "ecfr-ear-2024-12", REVIEW],
        [
            ("2022-09-20", None, "no", None),
            ("2023-11-17", "3A090.a", "yes", "presumption-of-denial"),
            ("2024-12-02", "3A090.a", "yes", "case-by-case"),
            ("2025-01-13", "3A090.a", "yes", "presumption-of-denial"),
            ("2026-01-15", "3A090.a", "yes", "case-by-case"),
        ],
    ),
    # sold to China throughout
    ("RTX 4090 D", ["evertiq-rtx-4090d-2023-12"], [("2023-12-28", None, "no", None)]),
    # announced days before the rule of 2023 and caught by that of 2022 already; named as an example
    # in the review of 2026
    (
        "H200",
        [RULE_2023, REVIEW],
        [
            ("2023-11-13", "3A090.a", "yes", "presumption-of-denial"),
            ("2026-01-15", "3A090.a", "yes", "case-by-case"),
        ],
    ),
    # the other example named there: below 21,000 and 6,500 GB/s
    (
        "MI325X",
        [RULE_2023, REVIEW],
        [
            ("2024-10-10", "3A090.a", "yes", "presumption-of-denial"),
            ("2026-01-15", "3A090.a", "yes", "case-by-case"),
        ],
    ),
    # above 21,000: never eased
    ("B200", [RULE_2023, REVIEW], [("2024-03-18", "3A090.a", "yes", "presumption-of-denial")]),
]


def spans(*arguments: str) -> list[dict[str, Any]]:
    """What ``timeline --format json`` prints."""
    ran = run("timeline", *arguments, "--format", "json")
    assert ran.status == 0, ran.err
    return list(ran.json)


class TestTimeline:
    """The specification: ``from`` always a date, the last ``until`` null; what was reported at
    each date.
    """

    @pytest.mark.parametrize(
        ("name", "reports", "expected"), REPORTED, ids=[name for name, _, _ in REPORTED]
    )
    def test_agrees_with_what_was_reported(
        self, name: str, reports: list[str], expected: list[tuple[str, str | None, str, str | None]]
    ) -> None:
        assert all(bibliography()[key].url for key in reports)
        found = spans(name, "--to", "CN")
        told = [
            (span["from"], span["classification"], span["license"], span["review"])
            for span in found
        ]
        assert told == expected

    def test_twelve_chips(self) -> None:
        assert len({name for name, _, _ in REPORTED}) == 12

    def test_shape(self) -> None:
        found = spans("H100", "--to", "CN")
        for span in found:
            has(span, chip=str, to=str, because=str, schema=int, data=str, rules=str)
            assert date.fromisoformat(span["from"])
        assert [span["until"] for span in found] == [*(span["from"] for span in found[1:]), None]

    def test_names_the_instrument(self) -> None:
        because = {span["from"]: span["because"] for span in spans("H800", "--to", "CN")}
        assert "us-letter-nvidia-2023 begins" in because["2023-10-23"]
        assert "us-3a090-2023 begins" in because["2023-11-17"]

    @pytest.mark.parametrize("name", ["H100", "A800", "910B4", "RTX 5090D", "GB200 NVL72"])
    def test_each_span_is_what_check_says(self, name: str) -> None:
        """On its first day, and on the day before the next."""
        for span in spans(name, "--to", "CN"):
            answer = chipdb.check(name, on=span["from"], to="CN")
            assert (answer.classification.finding.outcome, answer.license.required) == (
                span["classification"],
                span["license"],
            )
            if span["until"]:
                last = date.fromordinal(date.fromisoformat(span["until"]).toordinal() - 1)
                assert chipdb.check(name, on=last, to="CN").license.required == span["license"]

    def test_the_policy_comes_with_its_conditions(self) -> None:
        """742.6(b)(10): case by case only if certified, presumption of denial without."""
        last = spans("H200", "--to", "CN")[-1]
        answer = chipdb.check("H200", on=DAY, to="CN").to_dict()["license"]
        for key in ("review", "review_if", "review_conditions", "review_otherwise"):
            assert last[key] == answer[key], key
        assert last["review_otherwise"] == "presumption-of-denial"
        assert any("certifies" in condition for condition in last["review_conditions"])
        eased = [each for each in last["requirements"] if each["review"] == "case-by-case"]
        assert {each["review_otherwise"] for each in eased} == {"presumption-of-denial"}

    def test_csv_leaves_empty_what_is_not_there(self) -> None:
        """As the CSV of check does: the H20 needs no license at first, so nothing is reviewed."""
        lines = run("timeline", "H20", "--to", "CN", "--format", "csv").out.splitlines()
        first, last = csv.DictReader(lines)
        assert (first["license"], first["review"]) == ("no", "")
        assert (last["until"], last["review"]) == ("", "policy not public")

    def test_places_move(self) -> None:
        """Macau: in scope by name from 2023-01-17 on, though it is not in D:5."""
        found = spans("A100", "--to", "MO")
        assert [span["license"] for span in found][-1] == "yes"
        assert "2023-01-17" in [span["from"] for span in found]

    def test_without_a_destination(self) -> None:
        ran = run("timeline", "H20")
        assert ran.status == 0
        assert any("--to" in line for line in ran.lines)

    def test_a_derated_chip(self) -> None:
        """25,200 is above 21,000; cut to a half, 18,000, it is below, but was never on sale."""
        reviews = {
            span["review"] for span in spans("B200", "--to", "CN", "--derate", "compute=50%")
        }
        assert reviews == {"presumption-of-denial"}


class TestNear:
    """One metric rises by at most the width and the answer changes."""

    def test_the_h20(self) -> None:
        """2,368 x 1.0135 = 2,400, where its density of 2.91 lies in the band from 1.6 to 5.92: .b."""
        ran = run("near", "h20", "--on", DAY, "--format", "json")
        (found,) = ran.json
        assert (found["metric"], found["limit"], found["now"], found["beyond"]) == (
            "tpp",
            2400.0,
            "outside",
            "3A090.b",
        )
        assert found["margin_percent"] == pytest.approx(100 * (2400 / 2368 - 1), abs=1e-3)

    @pytest.mark.parametrize(("width", "count"), [("1.3%", 0), ("1.4%", 1)])
    def test_the_width(self, width: str, count: int) -> None:
        assert (
            len(run("near", "h20", "--within", width, "--on", DAY, "--format", "json").json)
            == count
        )

    def test_a_review_rule_that_no_longer_applies_is_not_called_not_controlled(self) -> None:
        """91 FR 1684 reviews case by case below a TPP of 21,000; above it 3A090.a still asks.

        So the policy ends there, and a license is required on both sides.
        """
        call = ("near", "mi300x", "--to", "CN", "--on", DAY, "--within", "3%")
        (found,) = run(*call, "--format", "json").json
        assert (found["rule"], found["question"]) == ("us-review-2026", "review")
        assert (found["now"], found["beyond"]) == ("case-by-case", "outside")
        table = run(*call)
        assert "not case-by-case" in table.out
        assert "not controlled" not in table.out
        assert "1 pair of chip and threshold" in table.err
        (margin,) = chipdb.near("MI300X", to="CN", on=DAY, within="3%")
        assert (margin.now, margin.beyond) == ("case-by-case", "not case-by-case")

    def test_a_letter_that_is_not_met_is_no_classification(self) -> None:
        """A letter requires a license and classifies nothing, whatever 3A090 says."""
        margins = chipdb.near("RTX PRO 6000D", to="CN", on=DAY, within="3%")
        (now,) = [margin.now for margin in margins if margin.rule == "us-letter-2025"]
        assert now == "no license required by this rule"

    def test_the_line_itself_is_not_near_it(self) -> None:
        """4,800 is caught already."""
        (chip,) = chipdb.load().adopt(b"name: Mine\nmetrics: {tpp: 4800}\n", "mine.yaml")
        assert list(margins_of([chip], question(DAY), share_of("5%"))) == []

    def test_a_line_that_changes_nothing_is_left_out(self) -> None:
        """TPP 4,700 at density 7: .a by density already, so 4,800 changes nothing."""
        (chip,) = chipdb.load().adopt(
            b"name: Mine\ndesigned_for: datacenter\nmetrics: {tpp: 4700, performance_density: 7}\n",
            "m.yaml",
        )
        assert [margin.metric for margin in margins_of([chip], question(DAY), share_of("5%"))] == []

    def test_the_parts_made_for_china(self) -> None:
        """Cut to sit just under a line: 4090 D, 5090 D, H20, L20."""
        names = {found["chip"] for found in run("near", "--on", DAY, "--format", "json").json}
        assert names >= {"nvidia-rtx-4090d", "nvidia-rtx-5090d", "nvidia-h20-96gb", "nvidia-l20"}

    @pytest.mark.parametrize("width", ["5", "0%", "-1%", "101%", "five%"])
    def test_wrong_widths(self, width: str, tmp_path: Path) -> None:
        assert "5%" in only(refused(tmp_path, "near", "h20", "--within", width, "--on", DAY))


class TestBeforeItWasAnnounced:
    """The H20 was announced on 2023-11-09: its timeline starts there, and check says so before."""

    WORDS = "announced only after"

    def test_the_answer_stays_and_has_a_note(self) -> None:
        ran = run("check", "nvidia-h20-96gb", "--to", "CN", "--on", "2023-06-01")
        assert ran.status == 0
        assert f"{self.WORDS} 2023-06-01" in ran.err
        assert "no license is required" in " ".join(ran.out.split())

    def test_on_the_day_itself_it_has_none(self) -> None:
        for day, is_early in (("2023-11-08", True), ("2023-11-09", False)):
            notes = chipdb.check("H20", on=day).notes
            assert any(self.WORDS in note for note in notes) == is_early, day

    def test_a_changed_chip_is_a_design_of_any_day(self) -> None:
        (changed,) = chipdb.check(["H20"], on="2023-06-01", derate={"compute": "30%"})
        assert not any(self.WORDS in note for note in changed.notes)

    def test_many_share_one_note(self) -> None:
        ran = run("check", "H20", "B200", "H200", "--on", "2023-06-01")
        (note,) = [line for line in ran.err.splitlines() if self.WORDS in line]
        # of all of them, so none is named
        assert note.startswith("note: announced")


class TestFlips:
    """Which chips answer otherwise."""

    def test_between_rules(self) -> None:
        """A800 and H800 were made for the rule of 2022 and are caught by that of 2023."""
        flips = {
            flip["chip"]: flip
            for flip in run("flips", "us-3a090-2022", "us-3a090-2023", "--format", "json").json
        }
        a800 = flips["nvidia-a800-sxm4-80gb"]
        assert (a800["before"]["answer"], a800["after"]["answer"]) == ("outside", "3A090.a")
        assert "nvidia-h100-sxm5-80gb" not in flips, "3A090.a under both"
        assert "nvidia-t4" not in flips, "outside both"

    def test_between_days(self) -> None:
        flips = {
            flip["chip"]
            for flip in run(
                "flips", "2025-04-08", "2025-04-09", "--to", "CN", "--format", "json"
            ).json
        }
        assert {"nvidia-h20-96gb", "nvidia-h20-141gb"} <= flips
        assert "nvidia-a100-sxm4-80gb" not in flips

    def test_an_eased_policy_is_not_one_that_ends(self) -> None:
        """91 FR 1684, from 2026-01-15: case by case if certified and on sale in the United States.

        The A100X: nobody has sourced whether it was on sale. The H200 was (742.6(b)(10)(iii)).
        """
        call = ("flips", "2026-01-14", "2026-01-15", "--to", "CN")
        found = {flip["chip"]: flip for flip in run(*call, "--format", "json").json}
        h200, a100x = found["nvidia-h200-sxm-141gb"]["after"], found["nvidia-a100x"]["after"]
        assert h200["answer"] == "3A090.a; license yes, case-by-case"
        assert (h200["review"], h200["review_otherwise"]) == (
            "case-by-case",
            "presumption-of-denial",
        )
        assert a100x["answer"] == "3A090.a; license yes, case-by-case or presumption-of-denial"
        assert [branch["policy"] for branch in a100x["review_if"]] == [
            "case-by-case",
            "presumption-of-denial",
        ]
        table = run(*call)
        eased = "case-by-case if certified"
        assert f"license yes, {eased}, otherwise presumption of denial" in table.out
        assert f"license yes, {eased} and on sale in the United States" in table.out
        assert f"license yes, {eased}" in table.err

    def test_one_day_with_itself(self) -> None:
        assert run("flips", DAY, DAY, "--to", "CN", "--format", "json").json == []

    @pytest.mark.parametrize(
        ("sides", "words"),
        [(["us-3a090-2022", "us-3a091"], "us-3a09"), (["2025-02-30", DAY], "2025-02-30")],
    )
    def test_wrong_sides(self, sides: list[str], words: str, tmp_path: Path) -> None:
        assert words in only(refused(tmp_path, "flips", *sides))

    def test_a_users_rule(self, tmp_path: Path) -> None:
        """What if the line stood at 2,300? The H20 would be caught."""
        rule = "id: mine\nquestion: classification\nprovisions: [{id: mine.a, when: {metric: tpp, ge: 2300}}]\n"
        (tmp_path / "mine.yaml").write_text(rule)
        ran = run(
            "flips",
            "us-3a090-2023",
            "mine",
            "--rules",
            "mine.yaml",
            "--format",
            "json",
            folder=tmp_path,
        )
        assert "nvidia-h20-96gb" in {flip["chip"] for flip in ran.json}

    def test_a_bill(self) -> None:
        """H.R. 6875 catches the H20 by its bandwidth and leaves out the RTX 4090, no datacenter
        part; both catch the H100.
        """
        sides = ("us-3a090-2023", "us-bill-overwatch-hr6875", "--to", "CN")
        flips = {flip["chip"]: flip for flip in run("flips", *sides, "--format", "json").json}
        assert flips["nvidia-h20-96gb"]["after"]["answer"] == "covered integrated circuit"
        assert flips["nvidia-rtx-4090"]["after"]["answer"] == "outside"
        assert "nvidia-h100-sxm5-80gb" not in flips
        assert not [chip for chip in flips if chip.startswith("nvidia-dgx")], (
            "3A090 is of processors, not of systems"
        )


def test_a_period_says_when_its_no_became_doubtful() -> None:
    """742.6(a)(6)(iii)(A) as printed reaches the H100 in India from 2025-05-15; not enforced.

    In Germany License Exception AIA (740.27) lifts it, so that nothing changes there on that day.
    """
    india = run("timeline", "H100", "--to", "India", "--format", "json").json
    began = {row["from"]: (row["license"], row["contested"]) for row in india}
    assert began["2025-05-15"] == ("no", True)
    (before,) = [row for row in india if row["until"] == "2025-05-15"]
    assert (before["license"], before["contested"]) == ("no", False)
    (printed,) = [row for row in india if row["from"] == "2025-05-15"]
    assert "codified" in printed["cautions"]
    assert "printed and not enforced" in printed["because"]

    germany = run("timeline", "H100", "--to", "Germany", "--format", "json").json
    assert "2025-05-15" not in {row["from"] for row in germany}
    assert not any(row["contested"] for row in germany)

    header, *rows = run("timeline", "H100", "--to", "India", "--format", "csv").out.splitlines()
    assert header.endswith(",contested,cautions,law")
    assert [row for row in rows if row.endswith(",true,codified;notice;evidence,enforced")]


class TestSpan:
    """``--since`` and ``--until``: docs/specification.md, section 3.

    The A100 was announced in 2020, before the rules of 2022-10-07 (87 FR 62186) and 2023-11-17
    (88 FR 73458), whose reviews presume denial, and the review of 2026-01-15 (91 FR 1684).
    """

    def starts(self, **span: Any) -> list[str]:
        return [str(period.start) for period in chipdb.timeline("A100", to="CN", **span)]

    def test_periods_with_a_day_in_the_span(self) -> None:
        whole = self.starts()
        assert {"2022-10-21", "2026-01-15"} <= set(whole)
        # the period from 2022-10-21 on still has its last day, 2026-01-14
        assert self.starts(since="2026-01-14") == ["2022-10-21", "2026-01-15"]
        assert self.starts(since="2026-01-15") == ["2026-01-15"]
        assert self.starts(since="2026-01-01", until="2026-01-14") == ["2022-10-21"]
        assert self.starts(until="2026-01-14") == whole[: whole.index("2026-01-15")]

    def test_the_command_line(self) -> None:
        ran = run("timeline", "A100", "--to", "CN", "--since", "2026-01-15", "--format", "json")
        assert [row["from"] for row in ran.json] == ["2026-01-15"]

    def test_an_end_before_the_beginning(self) -> None:
        ran = run("timeline", "A100", "--since", "2026-01-15", "--until", "2025-01-15")
        assert ran.lines == ["chipdb: --until must not be before 2026-01-15, not 2025-01-15"]
        assert ran.status == 2


@pytest.mark.parametrize(
    ("license_", "standing"),
    [
        (Required.YES, Standing.CONTROLLED),
        (Required.NO, Standing.IN_DOUBT),
        (Required.UNDETERMINED, Standing.IN_DOUBT),
    ],
)
def test_a_contested_period_with_a_license(license_: Required, standing: Standing) -> None:
    """``check`` exits with 1 where a license is required, contested or not; the mark follows it."""
    period = replace(chipdb.timeline("H100", to="CN")[-1], license=license_, contested=True)
    (table,) = timeline_report([period], []).tables()
    (cell,) = [cell for cell in table.rows[0] if isinstance(cell, MarkedText)]
    assert (cell, cell.standing) == (license_, standing)


class TestRequirementsOfAPeriod:
    """A review policy is the strictest; every requirement that is met at once is listed beside it."""

    def test_a_letter_beside_the_entry(self):
        """The letters of April 2025 reach the RTX 5090, of 1,792 GB/s, from 2025-04-09 (1,400 as
        reported), while 742.6(a)(6)(iii)(A) of 90 FR 4544 asks for a license from 2025-01-13 on:
        the days of each, and no further period. Before, 89 FR 96790 has another review.
        """
        first, before, since = spans("RTX 5090", "--to", "CN")
        assert [(row["from"], row["until"]) for row in (first, before, since)] == [
            ("2025-01-06", "2025-01-13"),
            ("2025-01-13", "2026-01-15"),
            ("2026-01-15", None),
        ]
        days = {each["rule"]: (each["from"], each["until"]) for each in before["requirements"]}
        assert days == {
            "us-license-742-6-iii-a-2025": ("2025-01-13", "2026-01-15"),
            "us-letter-2025": ("2025-04-09", "2026-01-15"),
        }
        policies = {each["rule"]: each["review"] for each in since["requirements"]}
        assert policies == {
            "us-license-742-6-iii-a-2025": "case-by-case",
            "us-letter-2025": None,
        }
        states = {each["rule"]: each["policy_state"] for each in since["requirements"]}
        assert states["us-letter-2025"] == "not-public"

    def test_the_embargo_beside_the_entry(self):
        """746.8(a)(1) asks for every ECCN to Russia; 742.6(a)(6)(iii) adds D:5 on 2023-11-17."""
        *_, before, since = spans("A30", "--to", "RU")
        assert (before["until"], since["from"]) == ("2023-11-17", "2023-11-17")
        assert [each["rule"] for each in before["requirements"]] == ["us-license-746-8"]
        rules = {each["rule"] for each in since["requirements"]}
        assert {"us-license-746-8", "us-license-742-6-iii-2023"} <= rules

    def test_the_table_and_csv_name_them(self):
        """The table has the column where a period has several, CSV always."""
        table = run("timeline", "RTX 5090", "--to", "CN").out
        assert "letters of April 2025, memory bandwidth from 2025-04-09: policy not public" in table
        assert "required by" not in run("timeline", "H20", "--to", "CN").out
        header, *_ = run("timeline", "H20", "--to", "CN", "--format", "csv").out.splitlines()
        assert header.endswith(",to,requirements,contested,cautions,law")

    def test_no_license_no_requirement(self):
        """L20: 3A090.b needs no license for Germany, as enforced or as printed."""
        assert all(row["requirements"] == [] for row in spans("L20", "--to", "DE"))

"""The traps around what is unknown and what is contested, one class each."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import chipdb

ON = "2024-06-01"
HEAD = "name: Sample\nkind: processor\ndesigned_for: datacenter\n"
OUTSIDE = 3500  # mm2: below density 1.6 for any TPP under 5600


def claimed(*claims: tuple[int, str], mm2: str = str(OUTSIDE)) -> str:
    """A datacenter chip with several claims of its 16-bit throughput, each a value and a basis."""
    rates = ", ".join(f"{{value: {rate} TFLOPS, basis: {basis}}}" for rate, basis in claims)
    dies = f"dies: [{{name: d, role: compute, transistors_are: non-planar, area: {mm2}}}]\n"
    return (
        HEAD
        + f"throughput: {{fp16: [{rates}]}}\n"
        + dies.replace(f"area: {OUTSIDE}", f"area: {OUTSIDE} mm^2")
    )


class TestTrap1HighestClaim:
    """B2: a lower claim can contest, never clear."""

    def test_lower_official_claim(self, ask, adopt):
        answer = ask(adopt(claimed((310, "official"), (290, "official"))), ON)
        found = answer["classification"]
        assert (found["status"], found["contested"], answer["exit"]) == ("met", True, 1)
        assert [side["status"] for side in found["sides"]] == ["not-met"]

    @pytest.mark.parametrize(("lower", "contested"), [("511", True), ("513", False)])
    def test_operations_by_the_highest_claim(self, ask, adopt, lower, contested):
        """3A991.p.1 asks for 8 TOPS, which a TPP of 512 makes in the longest format, of 64 bits.

        The higher claim of 3,000 is assumed to be right, so the lower one only contests.
        """
        market = "name: Sample\ndesigned_for: workstation\nmarketed_for: workstation\n"
        chip = adopt(f"{market}metrics: {{tpp: [{{value: 3000}}, {{value: {lower}}}]}}\n")
        found = ask(chip, "2025-04-08", "CN")["answers"]
        (verdict,) = [each for each in found if each["rule"] == "us-3a991-p"]
        assert (verdict["status"], verdict["contested"]) == ("met", contested)

    def test_910b3_is_caught_by_its_highest_claim(self, ask):
        """313 against 294.9 TFLOPS: .a either way, by density."""
        assert ask("910B3", ON)["classification"]["outcome"] == "3A090.a"


class TestTrap2ContestedIsNotClear:
    """B4: exit 1 controlled; 3 undetermined or contested; 0 if no credible figure controls it."""

    def test_higher_claim_of_others(self, ask, adopt):
        answer = ask(adopt(claimed((290, "official"), (310, "third-party"))), ON)
        found = answer["classification"]
        assert (found["status"], found["contested"], answer["exit"]) == ("not-met", True, 3)
        assert [side["outcome"] for side in found["sides"]] == ["3A090.a"]

    @pytest.mark.parametrize(("higher", "contested"), [("160", True), ("149", False)])
    def test_higher_claim_on_another_chip_of_a_system(self, ask, higher, contested):
        """4A090 holds computers that contain ICs above the limits of 3A090.b, whichever they are.

        The leading chip has a TPP of 2,240 and a density of 1.12, outside every paragraph. The
        other one has 1,440, or 2,560 by another claim, on 600 mm2: above 2,400 with a density
        above 1.6, in 3A090.b.1. By a claim of 149 TFLOPS it has 2,384, which 3A090.b.2 reaches
        only from a density of 3.2: on 800 mm2 it has 2.98.
        """
        area = 600 if contested else 800
        text = f"""
- {{id: one, kind: processor, designed_for: datacenter, throughput: {{fp16: 140 TFLOPS}},
   dies: [{{name: d, transistors_are: non-planar, area: 2000 mm^2}}]}}
- {{id: two, kind: processor, designed_for: datacenter,
   throughput: {{fp16: [{{value: 90 TFLOPS, basis: official}}, {{value: {higher} TFLOPS, basis: third-party}}]}},
   dies: [{{name: d, transistors_are: non-planar, area: {area} mm^2}}]}}
- {{id: box, kind: system, members: [{{chip: one, count: 2}}, {{chip: two, count: 2}}]}}
"""
        *_, box = chipdb.load().adopt(text.encode(), "chips.yaml")
        found = ask(box, "2026-06-01")["classification"]
        assert (found["status"], found["contested"]) == ("not-met", contested)
        assert [side["outcome"] for side in found["sides"]] == ["4A090.b"] * contested

    def test_the_license_that_follows(self, ask, adopt):
        """The same with a place: the license is then the answer."""
        answer = ask(adopt(claimed((290, "official"), (310, "third-party"))), ON, "CN")
        assert (answer["license"]["required"], answer["license"]["contested"], answer["exit"]) == (
            "no",
            True,
            3,
        )
        assert ask(adopt(claimed((290, "official"), (310, "third-party"))), ON, "DE")["exit"] == 0

    def test_worst_over_all_chips(self, tmp_path):
        """2, 1, 3, 0."""
        unknown = tmp_path / "unknown.yaml"
        unknown.write_text(HEAD + "metrics: {tpp: 4799}\n")
        command = [sys.executable, "-m", "chipdb", "check", "--on", ON, "--to", "CN"]
        lists = {
            0: ["h20"],
            3: ["h20", str(unknown)],
            1: [str(unknown), "a100", "h20"],
            2: ["a100", "no-such-chip"],
        }
        ends = {
            code: subprocess.run([*command, *names], capture_output=True, check=False)
            for code, names in lists.items()
        }
        assert {code: done.returncode for code, done in ends.items()} == {
            code: code for code in lists
        }
        assert ends[2].stdout == b""


class TestTrap3LicenseOverOpenClassifications:
    """B13: an unknown paragraph leaves the license undetermined only if its answers differ."""

    def test_paragraph_open_entry_certain(self, ask, adopt):
        """TPP 4,799 on 700 to 900 mm^2: .a or .b, a license for China either way, NAC not shown."""
        chip = adopt(
            HEAD + "metrics: {tpp: 4799}\ndies:\n"
            "  - {name: known, role: compute, transistors_are: non-planar, area: 700 mm^2}\n"
            "  - {name: of unknown architecture, role: io, area: 200 mm^2}\n"
        )
        answer = ask(chip, ON, "CN")
        assert (answer["classification"]["status"], answer["classification"]["outcome"]) == (
            "met",
            "3A090",
        )
        assert (answer["license"]["required"], answer["license"]["review"]) == (
            "yes",
            "presumption-of-denial",
        )
        assert (answer["license"]["exceptions"], answer["exit"]) == ([], 1)

    def test_paragraph_disputed_license_not(self, ask, adopt):
        areas = "[{value: 700 mm^2, basis: teardown}, {value: 900 mm^2, basis: teardown}]"
        answer = ask(adopt(claimed((299, "official"), mm2=areas)), ON, "CN")
        found = answer["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.a", True)
        assert {side["outcome"] for side in found["sides"]} == {"3A090.b"}
        assert (
            answer["license"]["required"],
            answer["license"]["contested"],
            answer["license"]["exceptions"],
        ) == (
            "yes",
            False,
            [],
        )

    def test_open_where_they_differ(self, ask, made):
        assert ask(made(tpp="4799"), ON, "CN")["license"]["required"] == "undetermined"

    def test_no_where_no_class_needs_one(self, ask, made):
        """No license is required for Germany, whatever the class."""
        answer = ask(made(tpp="4799"), ON, "DE")
        assert (answer["license"]["required"], answer["exit"]) == ("no", 0)


class TestTrap4UnknownMarket:
    """B14: the market matters only below 4,800; break-evens of a missing area are reported."""

    @pytest.mark.parametrize(
        ("tpp", "status"), [("4799.999", "undetermined"), ("4800", "met"), ("1599", "not-met")]
    )
    def test_status(self, ask, made, tpp, status):
        assert (
            ask(made(datacenter=None, tpp=tpp, performance_density="6 TPP/mm^2"), ON)[
                "classification"
            ]["status"]
            == status
        )

    def test_missing_area_of_4799(self, ask, made):
        """Outside only above 2999.4 mm2 (4799 / 1.6), .a up to 810.6 (4799 / 5.92)."""
        answer = ask(made(tpp="4799"), ON)
        [missing] = answer["classification"]["needs"]
        assert (missing["figure"], missing["unit"]) == ("applicable_die_area", "mm^2")
        assert missing["break_evens"] == pytest.approx([4799 / 5.92, 4799 / 1.6], abs=0.01)
        assert [piece["outcome"] for piece in missing["answers"]] == ["3A090.a", "3A090.b", None]
        assert answer["exit"] == 3

    def test_no_value_could_matter(self, ask, made):
        assert ask(made(tpp="5000"), ON)["classification"]["needs"] == []


class TestTrap5DeclaredValue:
    """B18: what the vendor declares never enters the TPP; it contests if it leads elsewhere."""

    def test_contests(self, ask, adopt):
        text = claimed((299, "official")) + "declared: {tpp: 4801, eccn: 4A090.a}\n"
        answer = ask(adopt(text), ON)
        assert answer["metrics"]["tpp"]["value"] == 299 * 16
        assert (
            answer["classification"]["status"],
            answer["classification"]["contested"],
            answer["exit"],
        ) == ("not-met", True, 3)
        assert any("declares" in side["because"] for side in answer["classification"]["sides"])

    def test_never_clears(self, ask, adopt):
        answer = ask(adopt(claimed((301, "official")) + "declared: {tpp: 4700}\n"), ON)
        assert (
            answer["classification"]["status"],
            answer["classification"]["contested"],
            answer["exit"],
        ) == ("met", True, 1)

    def test_is_silent_where_it_agrees(self, ask, adopt):
        assert (
            ask(adopt(claimed((301, "official")) + "declared: {tpp: 4989}\n"), ON)[
                "classification"
            ]["contested"]
            is False
        )

    def test_a100_40gb(self, ask):
        """The vendor's table states 3,822 for the HGX A100 40GB, and 4A090.a."""
        answer = ask("nvidia-a100-sxm4-40gb", ON)
        assert answer["metrics"]["tpp"]["value"] == 4992
        assert (answer["classification"]["outcome"], answer["classification"]["contested"]) == (
            "3A090.a",
            True,
        )


class TestTrap6ToleranceAndRounding:
    """B16, B22.6: a threshold within a figure's rounding or an area's tolerance contests the
    answer.
    """

    @pytest.mark.parametrize(
        ("rate", "contested"), [("150", True), ("150.0", True), ("150.1", False), ("149.7", False)]
    )
    def test_last_digit(self, ask, adopt, rate, contested):
        """2,400 is at the threshold of .b.1: "150" may be 149.5, "150.0" 149.95.

        A stated 150.1 is above it.
        """
        die = "dies: [{name: d, transistors_are: non-planar, area: 1200 mm^2}]\n"
        chip = adopt(
            f"{HEAD}throughput: {{fp16: {{value: {rate} TFLOPS, basis: official}}}}\n{die}"
        )
        assert ask(chip, ON)["classification"]["contested"] is contested

    @pytest.mark.parametrize(
        ("stated", "contested"),
        [
            ("1 %, basis: teardown", True),
            ("0.01 %, basis: teardown", False),
            ("1 %", True),
            ("0.01 %", False),
        ],
    )
    def test_area(self, ask, made, stated, contested):
        """Density 5.907 against 5.92, as for the 910B4: a tolerance of 1 % contests by itself."""
        area = f"{{value: 665.61 mm^2, tolerance: {stated}}}"
        found = ask(made(tpp="3931.76", applicable_die_area=area), ON)["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.b", contested)

    def test_two_claims_on_the_line(self, ask, adopt):
        """A40: 149.7 and 150 TFLOPS lie on either side of 2,400."""
        text = "{value: 149.7 TFLOPS, basis: official}, {value: 150 TFLOPS, basis: third-party}"
        chip = adopt(
            f"{HEAD}throughput: {{fp16: [{text}]}}\ndies: [{{name: d, transistors_are: non-planar, area: 1200 mm^2}}]\n"
        )
        assert ask(chip, ON)["classification"]["contested"] is True

    @pytest.mark.parametrize(
        ("claim", "tolerance", "contested"),
        [("580", "1 %", True), ("580", "0.1 %", False), ("589", "1 %", False)],
    )
    def test_a_claim_and_a_tolerance_together(self, ask, adopt, claim, tolerance, contested):
        """A TPP of 4,720 on 780 mm2 has a density of 6.05, above the 5.92 of .a.2.

        Neither 4,640 on 780 mm2 (5.949) nor 4,720 on 787.8 mm2 (5.991) is below it, but 4,640 on
        787.8 mm2 is (5.890), while 4,712 there is not (5.981).
        """
        rates = f"throughput: {{fp8: [{{value: 590.0 TFLOPS}}, {{value: {claim}.0 TFLOPS}}]}}\n"
        area = f"{{value: 780.0 mm^2, tolerance: {tolerance}}}"
        die = f"dies: [{{name: d, transistors_are: non-planar, area: {area}}}]\n"
        found = ask(adopt(HEAD + rates + die), ON)["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.a", contested)

    def test_910b4(self, ask):
        """.a by 280 TFLOPS, .b by the cube only: contested."""
        found = ask("910B4", ON)["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.a", True)
        assert "3A090.b" in [side["outcome"] for side in found["sides"]]


class TestTrap7Presumptions:
    """B20: what may be presumed against a foundry is not presumed against another exporter."""

    def test_missing_figures_are_not_presumed(self, ask, adopt):
        answer = ask(adopt(HEAD + "transistors: 80e9\nmemory: {kind: HBM3}\n"), ON, "CN")
        assert (answer["classification"]["status"], answer["license"]["required"]) == (
            "undetermined",
            "undetermined",
        )
        assert "presumption" not in [entry["question"] for entry in answer["answers"]]

    @pytest.mark.parametrize("name", ["910B2", "910C", "Hanguang 800", "MTT S4000"])
    def test_makers_of_arms_embargoed_places(self, ask, name):
        """Parameters only: the license is undetermined, jurisdiction not established."""
        answer = ask(name, ON, "CN")
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)
        text = json.dumps(answer["warnings"])
        assert all(
            words in text for words in ("arameters only", "General Prohibition 10", "jurisdiction")
        )


class TestTrap9CorrelatedClaims:
    """Interpretations are consistent: never the TPP of one with the area or engine of another."""

    def test_low_and_high_are_not_crossed(self, ask, adopt):
        """.b under both interpretations (5.50 and 5.59); mixed it would be 6.30."""
        chip = adopt(
            HEAD
            + "throughput: {fp16: [{value: 275 TFLOPS}, {value: 240 TFLOPS, reading: harvested}]}\n"
            "dies: [{name: d, transistors_are: non-planar, area: [{value: 800 mm^2}, {value: 687 mm^2, reading: harvested}]}]\n"
        )
        found = ask(chip, ON)["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.b", False)


class TestTrap10NoIsNotSilence:
    """`no` means evaluated and not met; what was not evaluated is listed, or is not covered."""

    NOT_CHECKED = (
        "jurisdiction parties ownership end-use embargo-detail eccn-of-product other-reasons-for-control"
        " technology-and-software unpublished-letters other-law"
    )

    def test_not_checked(self, ask):
        answer = ask("H20", ON, "CN")
        assert answer["license"]["not_checked"] == self.NOT_CHECKED.split()
        assert "It does not mean you may ship" in answer["scope"]
        assert answer["license"]["assumptions"]

    def test_not_covered(self, ask):
        """A rule asked for by name that does not apply there."""
        [entry] = ask("A100", ON, rules=["us-3a090-2022"])["answers"]
        assert entry["status"] == "not-covered"

    def test_evidence_ends(self, ask):
        """Section 2.2: from 2026-11-10 license answers warn of the affiliates rule.

        They also warn of a day past the evidence.
        """
        late = " ".join(ask("H20", "2026-11-10", "CN")["warnings"])
        assert "ffiliates" in late
        assert "evidence ends" in late
        assert "ffiliates" not in " ".join(ask("H20", "2026-11-09", "CN")["warnings"])

    def test_affiliates_only_where_they_may_matter(self, ask):
        """a notice on owners only for parties in D:1, D:5, Macau or the UAE."""
        assert "ffiliates" not in " ".join(ask("H20", "2026-11-10", "DE")["warnings"])

    @pytest.mark.parametrize(("on", "count"), [("2026-07-09", 0), ("2026-07-10", 1)])
    def test_emirates_notice_is_dated(self, ask, on, count):
        """91 FR 43034, effective 2026-07-10: it names its day."""
        notices = [text for text in ask("A30", on, "AE")["warnings"] if "91 FR 43034" in text]
        assert len(notices) == count
        assert all("need no license" in text for text in notices)
        assert all("since 2026-07-10" in text for text in notices)
        assert all("only if the recipient is one of them" in text for text in notices)


class TestTrap11NotEverythingIsMonotone:
    """B21: more never lowers the entry.

    Duty, review, exceptions and single provisions have bands.
    """

    def test_the_entry_is(self, ask, made):
        order = [None, "3A090.b", "3A090.a"]
        for fixed, grows, values in (
            (
                {"performance_density": "3.5 TPP/mm^2"},
                "tpp",
                ["1500", "1600", "2400", "4799", "4800", "9000"],
            ),
            (
                {"tpp": "1700"},
                "performance_density",
                ["1 TPP/mm^2", "3.2 TPP/mm^2", "5.9 TPP/mm^2", "5.92 TPP/mm^2", "20 TPP/mm^2"],
            ),
        ):
            ranks = [
                order.index(ask(made(**fixed, **{grows: value}), ON)["classification"]["outcome"])
                for value in values
            ]
            assert ranks == sorted(ranks)
            assert ranks[0] < ranks[-1]

    def test_nac_closes_and_the_duty_ends_as_figures_grow(self, ask, made, verdict):
        small, large = (
            ask(made(tpp=tpp, performance_density="5 TPP/mm^2"), ON, "CN")
            for tpp in ("4700", "4900")
        )
        assert [bool(answer["license"]["exceptions"]) for answer in (small, large)] == [True, False]
        duties = [
            ask(made(tpp=tpp, memory_bandwidth="4800 GB/s"), "2026-02-01", "US")
            for tpp in ("17000", "18000")
        ]
        assert [verdict(answer, "us-section-232-2026")["status"] for answer in duties] == [
            "met",
            "not-met",
        ]


class TestTf32:
    """B17: if 19 and 32 bits give different answers, the stricter is the answer, contested."""

    @pytest.mark.parametrize("name", ["Trainium1", "Inferentia2"])
    def test_trainium1_and_inferentia2(self, ask, name):
        answer = ask(name, ON)
        metric = answer["metrics"]["tpp"]
        assert (metric["value"], metric["high"]) == (190 * 19, 190 * 32)
        assert (
            answer["classification"]["status"],
            answer["classification"]["contested"],
            answer["exit"],
        ) == ("met", True, 1)

    def test_not_contested_where_it_decides_nothing(self, ask):
        assert ask(chipdb.load()["H100"], ON)["classification"]["contested"] is False


class TestDeclaredEccn:
    """Point B18: a declared TPP or ECCN never enters the metric; a different status contests."""

    @pytest.mark.parametrize(
        ("tflops", "eccn", "contested"),
        [
            (100, "3A090.b", True),
            (160, "4A090.a", True),
            (160, "4A090.b", False),
            (160, "4A994.l", True),
            (100, "4A994.l", False),
        ],
    )
    def test_contests(self, tflops: int, eccn: str, contested: bool) -> None:
        """On 800 mm^2: 100 TFLOPS x 16 = 1600 at density 2 is outside.

        160 x 16 = 2560 at 3.2 is .b.
        """
        text = (
            f"name: x\ndesigned_for: datacenter\nthroughput: {{fp16: {tflops} TFLOPS}}\ndeclared: {{eccn: {eccn}}}\n"
            "dies: [{name: d, transistors_are: non-planar, area: 800 mm^2}]\n"
        )
        answer = chipdb.check(chipdb.load().adopt(text.encode(), "x.yaml")[0], on="2024-06-01")
        assert answer.classification.contested is contested
        assert ("vendor declares" in str(answer.classification.sides)) is contested

    def test_it_is_read_by_the_entries_of_its_own_day(self, ask):
        """4A090.b, declared in 2026, was reserved until 2024-04-04.

        That does not clear the chip before that day.
        """
        answer = ask("A30", "2023-12-01")["classification"]
        assert (answer["outcome"], answer["contested"]) == ("3A090.b", False)

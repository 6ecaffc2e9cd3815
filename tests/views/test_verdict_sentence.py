"""The verdict: docs/specification.md, and model sentences."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from running import run

import chipdb

NEVER = re.compile(r"\bNLR\b|\bfree\b|may ship|eligible", re.IGNORECASE)


def verdict(name: str, on: str, to: str | None = None, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = chipdb.check(name, on=on, to=to, **options).to_dict()["verdict"]
    return found


class TestLicense:
    """With a destination the verdict is about the license."""

    def test_not_required(self) -> None:
        """Model 1: date, chip, places, parties, and what was not checked."""
        found = verdict("NVIDIA L20", "2026-11-20", "DE")
        assert (found["status"], found["contested"]) == ("license-not-required", False)
        for part in (
            *(
                "On 2026-11-20 no license is required under the chip rules checked here",
                "NVIDIA L20",
            ),
            *("from the United States to Germany", "headquartered in Germany"),
            *("meets no paragraph of ECCN 3A090", "end uses and named parties were not checked"),
        ):
            assert part in found["text"]

    def test_not_required_as_enforced(self) -> None:
        """Model 2: the codified requirement stands in the sentence, with its section."""
        text = verdict("H100", "2026-11-20", "DE")["text"]
        assert "as BIS enforces its rules" in text
        assert "742.6(a)(6)(iii)(A) as printed" in text
        assert "License Exception AIA (740.27), which needs a one-time certification" in text
        assert "(3A090.a)" in text

    def test_required_by_a_letter(self) -> None:
        """Model 3: by the letter, and not by 3A090, which the H20 does not meet."""
        found = verdict("H20", "2025-06-01", "CN")
        assert found["status"] == "license-required"
        assert "letters of April 2025" in found["text"]
        assert "to NVIDIA on 2025-04-09, known from NVIDIA Form 8-K of 2025-04-15" in found["text"]
        assert "policy not public" in found["text"]
        assert "no exception checked here applies" in found["text"]
        assert "not ECCN 3A090 or 4A090, which it does not meet" in found["text"]

    def test_the_day_of_a_letter_is_that_of_its_own_vendor(self) -> None:
        """only NVIDIA's letter is sourced to the day."""
        text = verdict("MI308X", "2025-06-01", "CN")["text"]
        assert "to AMD" in text
        assert "2025-04-09" not in text

    def test_undetermined_by_another_entry(self) -> None:
        """Model 4: a computer of 4A003 under NS column 1, which is marked for Brazil."""
        found = verdict("DGX H200", "2026-11-20", "BR")
        assert found["status"] == "undetermined"
        for part in ("4A003", "NS column 1, which is marked", "was not examined"):
            assert part in found["text"]

    def test_contested_by_the_printed_text(self) -> None:
        """Model 5: no exception lifts the printed text, and no rescission was found."""
        found = verdict("A100", "2026-11-20", "IN")
        assert (found["status"], found["contested"]) == ("license-not-required", True)
        for part in (
            "as BIS enforces its rules",
            "742.6(a)(6)(iii)(A) as printed requires one",
            "no exception checked here lifts it on these facts",
            "no rescission was found up to 2026-09-19",
            "this is contested",
        ):
            assert part in found["text"]

    def test_a_country_group_that_is_not_settled_is_named(self) -> None:
        """whether Cyprus belongs to D:5 on this date is not settled."""
        found = verdict("H100", "2025-06-01", "DE", headquarters=["CY"])
        assert found["status"] == "undetermined"
        assert "whether Cyprus belongs to D:5 on 2025-06-01 is not settled" in found["text"]

    def test_case_by_case_is_never_quoted_without_its_condition(self) -> None:
        """91 FR 1684: the H200, on sale in the United States, below both ceilings."""
        text = verdict("H200", "2026-06-01", "CN")["text"]
        assert "case-by-case if certified, otherwise presumption of denial" in text

    def test_undetermined_says_what_leaves_it_so(self) -> None:
        found = verdict("Ascend 910B", "2026-06-01", "DE")
        assert found["status"] == "undetermined"
        assert "whether this part is subject to the EAR" in found["text"]

    def test_the_headquarters_it_assumes_are_named(self) -> None:
        text = verdict("H100", "2026-06-01", "AE", headquarters=["CN"])["text"]
        assert "to the United Arab Emirates for parties headquartered in China" in text
        strict = verdict("H100", "2026-06-01", "AE", strict=True)["text"]
        assert "headquarters are not stated" in strict

    def test_what_stays_in_one_country_is_transferred(self) -> None:
        """A change of hands within a country is a transfer in-country, and no export (772.1)."""
        text = verdict("H100", "2026-06-01", "SG", from_="SG", headquarters="CN")["text"]
        assert "a license is required to transfer the NVIDIA H100 SXM5 80GB" in text
        assert "within Singapore for parties headquartered in China" in text
        assert "export" not in text

    @pytest.mark.parametrize(
        ("origin", "to", "movement"),
        [
            ("US", "PR", "from the United States to Puerto Rico (treated as the United States)"),
            ("GU", "PR", "from Guam (treated as the United States) to Puerto Rico (treated as"),
            ("US", "VI", "to the U.S. Virgin Islands (treated as the United States)"),
            ("HK", "CN", "from Hong Kong (treated as China) to China"),
        ],
    )
    def test_what_stays_in_one_country_of_the_rules(
        self, origin: str, to: str, movement: str
    ) -> None:
        """Territories are in the United States (772.1), Hong Kong in China (85 FR 83765)."""
        text = verdict("H100", "2026-06-01", to, from_=origin)["text"]
        assert "transfer the NVIDIA H100 SXM5 80GB" in text
        assert movement in text
        assert "export" not in text

    def test_hong_kong_was_a_place_of_its_own_before(self) -> None:
        """It became part of China for the EAR on 2020-12-23 (85 FR 83765)."""
        assert "export the" in verdict("A100", "2020-12-22", "CN", from_="HK")["text"]

    def test_places_named_after_what_they_are_take_an_article(self) -> None:
        for to, name in (("MP", "the Northern Mariana Islands"), ("UA-14", "the Donetsk region")):
            assert f" to {name} " in verdict("H100", "2026-06-01", to)["text"]


class TestClassification:
    """Without a destination, or with a named rule, it is about control."""

    @pytest.mark.parametrize(
        ("name", "status"), [("A100", "controlled"), ("H20", "not-controlled")]
    )
    def test_status(self, name: str, status: str) -> None:
        assert verdict(name, "2024-01-01")["status"] == status

    def test_a_missing_figure_leaves_it_undetermined_and_is_named(self) -> None:
        ran = run(
            *["check", "-", "--on", "2024-06-01", "--format", "json"],
            stdin="metrics: {tpp: 4799}\ndesigned_for: datacenter\n",
        )
        found = ran.json[0]["verdict"]
        assert found["status"] == "undetermined"
        assert "applicable die area" in found["text"]

    def test_two_readings_contest_it(self) -> None:
        found = verdict("910B4", "2024-06-01")
        assert (found["status"], found["contested"]) == ("controlled", True)
        assert "contested" in found["text"]

    def test_a_named_rule_is_about_control_also_with_a_destination(self) -> None:
        found = verdict("A100", "2024-06-01", "CN", rules=["us-3a090-2023"])
        assert found["status"] == "controlled"


CHIPS = ("A100", "H20", "910B", "L40S", "MI308X", "DGX H200", "Hanguang 800", "RTX 4090", "P800")


@pytest.mark.parametrize("to", [None, "CN", "HK", "DE", "AE", "BR", "RU", "CY"])
def test_it_is_one_short_sentence_that_promises_nothing(to: str | None) -> None:
    for name in CHIPS:
        for on in ("2022-11-01", "2023-12-01", "2025-06-01", "2026-11-20"):
            text = verdict(name, on, to)["text"]
            assert len(text) < 400, text
            assert text.startswith(f"On {on} ")
            assert text.endswith(".")
            assert not NEVER.search(text), text


def test_the_table_prints_it_first() -> None:
    ran = run("check", "H20", "--on", "2025-06-01", "--to", "CN")
    assert ran.out.startswith("On 2025-06-01 a license is required")
    assert max(map(len, ran.out.split("\n\n")[0].splitlines())) <= 80


class TestHongKong:
    """Treated as China for these rules since 2020-12-23 (85 FR 83765), and named as it was asked."""

    def test_the_place_that_was_asked_is_kept(self) -> None:
        record = chipdb.check("H100", on="2026-06-01", to="Hong Kong", from_="HK").to_dict()
        assert (record["to"], record["treated_as"]) == ("HK", "CN")
        assert (record["from"], record["headquarters"]) == ("HK", ["HK"])
        assert "within Hong Kong (treated as China)" in record["verdict"]["text"]
        assert record["license"]["required"] == "yes"

    def test_china_is_treated_as_itself(self) -> None:
        assert "treated_as" not in chipdb.check("H100", on="2026-06-01", to="CN").to_dict()

    def test_the_table_and_the_timeline_name_it(self) -> None:
        shown = run("check", "H100", "--on", "2026-06-01", "--to", "HK").out
        assert "to Hong Kong (treated as China)" in shown
        rows = run("timeline", "H100", "--to", "HK", "--format", "json").json
        assert {row["to"] for row in rows} == {"HK"}


class TestWholeSentences:
    """A verdict is one whole sentence of less than 400 characters: clauses go, words are not cut."""

    @pytest.mark.parametrize(
        ("name", "on", "places"),
        [
            ("nvidia-dgx-a100-640gb", "2023-03-01", {"to": "DE"}),
            ("nvidia-dgx-h200", "2026-11-20", {"to": "BR", "headquarters": ["BR", "AE", "CN"]}),
            ("sophgo-sc7-fp150", "2026-03-01", {"to": "BR"}),
        ],
    )
    def test_none_is_cut(self, name: str, on: str, places: dict[str, Any]) -> None:
        text = verdict(name, on, **places)["text"]
        assert len(text) < 400
        assert "..." not in text
        assert text.endswith(".")
        assert text.count("(") == text.count(")")
        assert not re.search(r"[;:,] ?\.$", text)

    def test_that_it_is_contested_is_never_left_out(self) -> None:
        """A computer of 4A003, and text that is not enforced."""
        found = verdict(
            "nvidia-dgx-h200", "2026-11-20", "BR", headquarters=["BR", "AE", "GB", "KR"]
        )
        assert found["contested"]
        assert found["text"].endswith("this is contested.")


class TestNamedRules:
    """Rules by name that set no exit status say what they give."""

    @pytest.mark.parametrize(
        ("name", "on", "rule", "words", "status"),
        [
            # Note 1 to 3A090.a: it stands where nobody attests anything
            (
                "A30",
                "2026-06-01",
                "us-note-1-2025",
                "the presumption of 3A090.a by Note 1 to 3A090.a (us-note-1-2025) stands for",
                "controlled",
            ),
            ("L20", "2026-06-01", "us-3a991-p", "meets us-3a991-p (3A991.p)", "controlled"),
            # 8 TOPS or 150 GB/s: a chip below both
            ("T4G", "2022-10-20", "us-3a991-p", "no rule that was asked applies", "not-controlled"),
        ],
    )
    def test_without_a_destination(
        self, name: str, on: str, rule: str, words: str, status: str
    ) -> None:
        found = chipdb.check(name, on=on, rule=[rule])
        assert words in found.to_dict()["verdict"]["text"]
        assert found.to_dict()["verdict"]["status"] == status
        assert found.exit_status == 0

    @pytest.mark.parametrize(
        ("rule", "to", "words"),
        [
            # note 39: 14,000 < 15,832 < 17,500 and 4,500 < 4,800 < 5,000
            ("us-section-232-2026", "US", "meets us-section-232-2026 (9903.79.01)"),
            ("us-review-2026", "CN", "meets us-review-2026 (case-by-case)"),
        ],
    )
    def test_duty_and_review(self, rule: str, to: str, words: str) -> None:
        found = chipdb.check("H200", on="2026-06-01", to=to, rule=[rule])
        assert words in found.to_dict()["verdict"]["text"]
        assert found.exit_status == 0


class TestScopeNote:
    """That "no" covers chip rules alone stands where some answer is "no"."""

    @pytest.mark.parametrize(
        ("to", "is_said"), [("DE", True), ("CN", False)], ids=["not-required", "required"]
    )
    def test_where_it_stands(self, to: str, is_said: bool) -> None:
        printed = run("check", "H20", "--on", "2026-06-01", "--to", to)
        assert ('"No" covers' in printed.err) == is_said


PRINTED = "by the rules as printed, enforced or not,"


class TestLawAsPrinted:
    """A quoted answer about the printed text must not look like what is enforced.

    742.6(a)(6)(iii)(A), 90 FR 4544: printed and, by BIS's announcement of 2025-05-13, not enforced.
    """

    def test_a_license_is_required_as_printed(self) -> None:
        text = verdict("H100", "2026-06-01", "CH", law="text")["text"]
        assert text.startswith(f"On 2026-06-01, {PRINTED} a license is required to export")

    def test_without_a_destination(self) -> None:
        text = verdict("H100", "2026-06-01", law="text")["text"]
        assert text.startswith(f"On 2026-06-01, {PRINTED} the NVIDIA H100 SXM5 80GB is controlled")

    @pytest.mark.parametrize("to", ["CH", None])
    def test_as_enforced_it_does_not_say_so(self, to: str | None) -> None:
        assert PRINTED not in verdict("H100", "2026-06-01", to)["text"]

    def test_with_a_proposal_treated_as_law(self) -> None:
        """Both are said: neither the text nor the bill is what is enforced."""
        options = {"law": "text", "enact": "us-bill-overwatch-hr6875"}
        text = verdict("H100", "2026-06-01", "CH", **options)["text"]
        assert text.startswith(f"On 2026-06-01, {PRINTED[:-1]}, and as if the ")
        assert len(text) < 400

    def test_a_table_and_csv(self) -> None:
        """A portfolio's table, and every line of its CSV."""
        call = ("check", "H100", "L4", "--to", "CH", "--law", "text", "--on", "2026-06-01")
        assert PRINTED[:-1] in " ".join(run(*call).out.split())
        rows = list(csv.DictReader(io.StringIO(run(*call, "--format", "csv").out)))
        assert rows
        assert all(PRINTED in row["verdict"] for row in rows)

    def test_a_dossier(self, tmp_path: Path) -> None:
        """Its first field is the result, which people quote."""
        path = tmp_path / "dossier.md"
        run("dossier", "H100", "--to", "CH", "--law", "text", "--on", "2026-06-01", "-o", str(path))
        assert "license required by the rules as printed, enforced or not" in path.read_text()


class TestSections:
    """The verdict names what its policy rests on."""

    @pytest.mark.parametrize(
        ("to", "section", "policy"),
        [
            # general policies of denial: 746.2(b) and 746.7(b)
            ("CU", "746.2(a)", "policy of denial"),
            ("IR", "746.7(a)(1)(i)", "policy of denial"),
        ],
    )
    def test_an_embargo_comes_first(self, to: str, section: str, policy: str) -> None:
        text = verdict("MI210", "2026-06-01", to)["text"]
        assert f": {section} and " in text
        assert policy in text

    @pytest.mark.parametrize(
        ("on", "to", "stated"),
        [
            ("2024-04-03", "DE", False),
            ("2024-04-04", "DE", True),
            ("2024-06-01", "CN", True),
            ("2026-06-01", "CN", True),
        ],
    )
    def test_exceptions_that_depend_on_what_was_not_stated_are_named(
        self, on: str, to: str, stated: bool
    ) -> None:
        """740.2(a)(9)(ii), from 88 FR 73458 on, leaves exceptions that depend on the user.

        744.23(c) lets them overcome the headquarters limb, (a)(3)(i), from 89 FR 23876 on
        (2024-04-04); before that day it let no exception do so.

        That none applies is said only where none depends on more.
        """
        text = verdict("L40S", on, to, headquarters=["CN"])["text"]
        assert ("RPL, GOV, TMP depend on what is not stated" in text) == stated
        assert ("no exception checked here applies" in text) == (not stated)


def test_what_strict_leaves_open_is_said_in_words() -> None:
    """742.6(a)(6)(iii): parties headquartered in Macau or D:5 need a license anywhere."""
    text = verdict("RTX 4090", "2026-06-01", "MX", strict=True)["text"]
    assert "a license is required if a party is headquartered where the rule reaches it" in text
    assert "scope" not in text


def test_an_exception_that_depends_is_named_beside_one_that_may_apply() -> None:
    """740.8 (ACA) leaves out items for datacenters, which no source says of the RTX 6000 Ada; 740.28
    and 740.29 (ACM, LPP) leave the same out nowhere.
    """
    text = verdict("RTX 6000 Ada", "2026-06-01", "CH", law="text")["text"]
    assert "License Exceptions ACM (740.28) and LPP (740.29) may apply" in text
    assert "License Exception ACA depends on what is not stated" in text


def test_exceptions_that_may_apply_are_named() -> None:
    """740.8(a): ACA to Vietnam, NAC to China, for the RTX 4090, which is not for datacenters."""
    for to, name in (("VN", "ACA"), ("CN", "NAC")):
        text = chipdb.check("RTX 4090", on="2026-06-01", to=to).to_dict()["verdict"]["text"]
        assert f"License Exception {name} (740.8) may apply under its conditions" in text
        assert len(text) < 400
    closed = chipdb.check("H100", on="2026-06-01", to="VN").to_dict()["verdict"]["text"]
    assert "may apply" not in closed


OWN_FROM_MARCH = (
    "meets one or more of the rules that were asked: mine (met); higher (not met); "
    "ended (not applicable on this date and place)."
)
OWN_BEFORE = (
    "does not meet the rules that were asked: higher (not met); "
    "mine, ended (not applicable on this date and place)."
)


@pytest.mark.parametrize(
    ("on", "words"), [("2026-03-01", OWN_FROM_MARCH), ("2026-02-28", OWN_BEFORE)]
)
def test_each_of_several_rules_has_its_result(tmp_path: Any, on: str, words: str) -> None:
    """The A30 has a TPP of 2,644: it meets the first of these rules from its day on, and no other.

    The specification: with ``--rules`` the item is controlled if one of these is met.
    """
    rules = tmp_path / "own.yaml"
    rules.write_text(
        "- {id: mine, question: license, dates: {effective: 2026-03-01},\n"
        "   provisions: [{id: x, when: {metric: tpp, ge: 1000}}]}\n"
        "- {id: higher, question: license,\n"
        "   provisions: [{id: y, when: {metric: tpp, ge: 3000}}]}\n"
        "- {id: ended, question: license, dates: {effective: 2020-01-01, ends: 2021-01-01},\n"
        "   provisions: [{id: z, when: {metric: tpp, ge: 1000}}]}\n"
    )
    ran = run("check", "A30", "--on", on, "--to", "BR", "--rules", str(rules), "--format", "json")
    (answer,) = ran.json
    assert answer["verdict"]["text"].endswith(words)

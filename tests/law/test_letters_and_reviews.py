"""Letters bind their addressee; how an application is looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

import chipdb
from chipdb.metrics import measure
from chipdb.rules.conditions import Atom, leaves

# One hypothetical part that no 3A090 of 2023 catches, so that only the letters of 2025 can.
SMALL = {
    "tpp": "1000",
    "memory_bandwidth": "100 GB/s",
    "aggregate_io_bandwidth": "64 GB/s",
    "interconnect_bandwidth": "0 GB/s",
}


def lettered(answer: dict) -> bool:
    return any("letter" in entry["section"] for entry in answer["license"]["requirements"])


class TestLetterOf2022:
    """Form 8-K of 2022-08-31: A100, H100 and NVIDIA circuits that equal the A100; China, Russia."""

    @pytest.mark.parametrize(
        "name", ["A100", "nvidia-a100-pcie-40gb", "A100X", "H100", "nvidia-h100-pcie-80gb"]
    )
    def test_named_parts(self, ask, name):
        answer = ask(name, "2022-08-26", "CN")
        assert (answer["license"]["required"], answer["exit"], lettered(answer)) == ("yes", 1, True)
        assert answer["classification"]["outcome"] is None

    @pytest.mark.parametrize(
        "name",
        [
            *("nvidia-a100-sxm4-80gb", "nvidia-a100-sxm4-40gb", "nvidia-a100-pcie-80gb"),
            *("nvidia-a100-pcie-40gb", "nvidia-a100x", "nvidia-h100-sxm5-80gb"),
            *("nvidia-h100-pcie-80gb", "nvidia-h100-nvl-94gb"),
        ],
    )
    def test_every_product_of_a_named_part(self, ask, name):
        """The filing names the A100 and the H100 without their figures, so it is by name."""
        (letter,) = ask(name, "2022-09-15", "CN")["license"]["requirements"]
        assert letter["section"].startswith("letter of 2022-08-26, named parts")

    @pytest.mark.parametrize("name", ["A800", "H800", "A30", "A40", "V100", "RTX 4090", "L40S"])
    def test_both_limits_must_be_met(self, need, name):
        """Point B7: if it read ">= A100", A800 and H800 would be controlled.

        Their links are slower.
        """
        assert need(name, "2022-09-15", "CN") == "no"

    def test_days(self, ask):
        """From 2022-08-26 until 3A090 applies on 2022-10-21, only the letter covers an A100
        (B11).
        """
        assert ask("A100", "2022-08-25", "CN")["license"]["required"] == "no"
        for on in ("2022-10-07", "2022-10-20"):
            assert lettered(ask("A100", on, "CN"))
        taken_over = ask("A100", "2022-10-21", "CN")
        assert (taken_over["license"]["required"], lettered(taken_over)) == ("yes", False)

    @pytest.mark.parametrize(
        ("to", "required"), [("HK", "yes"), ("RU", "yes"), ("MO", "no"), ("VN", "no"), ("DE", "no")]
    )
    def test_places(self, need, to, required):
        assert need("A100", "2022-09-15", to) == required

    def test_others_are_asked_whether_they_have_one(self, ask):
        """Met numbers of a letter to others: undetermined, exit 3."""
        answer = ask("MI250X", "2022-09-15", "CN")
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)
        assert "letter" in json.dumps(answer).lower()

    @pytest.mark.parametrize(
        ("chip", "on", "to", "required"),
        [
            # AMD's statement of 2022-08-31: a notification stops the MI250 to China and Russia
            ("MI250", "2022-08-31", "CN", "yes"),
            ("MI250", "2022-08-31", "RU", "yes"),
            ("MI250", "2022-09-15", "HK", "yes"),
            ("MI250", "2022-09-15", "VN", "no"),
            # the day on which the letter came is not known; its numbers are those of a letter to another
            ("MI250", "2022-08-30", "CN", "undetermined"),
            ("MI250", "2022-08-25", "CN", "no"),
            # 3A090 takes over
            ("MI250", "2022-10-20", "CN", "yes"),
            ("MI250", "2022-10-21", "CN", "yes"),
            # AMD believed that the MI100 was not affected; it is below the A100
            ("MI100", "2022-09-15", "CN", "no"),
        ],
    )
    def test_the_letter_to_amd(self, need, chip, on, to, required):
        """AMD's MI250 is the subject of a letter of its own."""
        assert need(chip, on, to) == required

    def test_the_letter_to_amd_says_how_it_is_known(self, ask):
        answer = ask("MI250", "2022-09-15", "CN")
        requirements = {each["rule"]: each for each in answer["license"]["requirements"]}
        assert requirements["us-letter-amd-2022"]["policy_state"] == "not-public"
        assert "letter of August 2022, named part, to AMD" in answer["verdict"]["text"]
        # that AMD may have a letter like NVIDIA's turns nothing round any more
        assert [each for each in answer["cautions"] if each["kind"] == "letter"] == []

    def test_hypothetical(self, need, made):
        equal = {"tpp": "4992", "interconnect_bandwidth": "600 GB/s"}
        assert need(made(**equal), "2022-09-15", "CN") == "undetermined"
        assert (
            need(made(**{**equal, "interconnect_bandwidth": "300 GB/s"}), "2022-09-15", "CN")
            == "no"
        )
        assert need(made(**{**equal, "tpp": "3000"}), "2022-09-15", "CN") == "no"

    @pytest.mark.parametrize("vendor", ["NVIDIA", "AMD", "Acme"])
    @pytest.mark.parametrize(
        ("tpp", "link", "on", "to", "required"),
        [
            ("4800", "600 GB/s", "2022-09-15", "CN", "undetermined"),
            ("4991", "600 GB/s", "2022-09-15", "HK", "undetermined"),
            ("4800", "600 GB/s", "2022-10-20", "RU", "undetermined"),
            ("4799", "600 GB/s", "2022-09-15", "CN", "no"),
            ("4800", "599 GB/s", "2022-09-15", "CN", "no"),
            # another destination, and the days before the letter and after it
            ("4800", "600 GB/s", "2022-09-15", "VN", "no"),
            ("4800", "600 GB/s", "2022-08-25", "CN", "no"),
            ("4800", "600 GB/s", "2022-10-21", "CN", "yes"),
        ],
    )
    def test_roughly_the_a100(self, ask, made, vendor, tpp, link, on, to, required):
        """NVIDIA's 8-K of 2022-08-31: "thresholds that are roughly equivalent to the A100".

        87 FR 62186, effective 2022-10-21, has 4,800 and 600 GB/s in their place; the A100 has 4,992
        and 600 GB/s. What lies between may have been reached, and nothing else is known of it.
        """
        more = f"vendor: {vendor}\n"
        chip = made(more=more, tpp=tpp, interconnect_bandwidth=link)
        answer = ask(chip, on, to)
        assert answer["license"]["required"] == required
        assert (answer["verdict"]["status"] == "undetermined") == (required == "undetermined")


class TestLetterOf2023:
    """The rule of 2023-11-17, for NVIDIA from 2023-10-23: only TPP 4,800 and for datacenters."""

    @pytest.mark.parametrize("name", ["A800", "H800", "L40S"])
    def test_days(self, ask, name):
        days = ("2023-10-22", "2023-10-23", "2023-11-16", "2023-11-17")
        answers = [ask(name, on, "CN") for on in days]
        assert [answer["license"]["required"] for answer in answers] == ["no", "yes", "yes", "yes"]
        assert [lettered(answer) for answer in answers] == [False, True, True, False]

    @pytest.mark.parametrize("name", ["RTX 4090", "L40", "L4", "A30"])
    def test_all_others_wait(self, need, name):
        """Not for datacenters, or below 4800."""
        assert (need(name, "2023-11-16", "CN"), need(name, "2023-11-17", "CN")) == ("no", "yes")

    @pytest.mark.parametrize(
        ("to", "required"),
        [("VN", "yes"), ("SA", "yes"), ("MO", "yes"), ("IL", "no"), ("DE", "no")],
    )
    def test_places_as_the_rule(self, need, to, required):
        assert need("H100", "2023-11-01", to) == required

    @pytest.mark.parametrize(("tpp", "required"), [("4800", "undetermined"), ("4799.999", "no")])
    def test_not_for_other_makers(self, need, made, tpp, required):
        chip = made(tpp=tpp, aggregate_io_bandwidth="64 GB/s")
        assert need(chip, "2023-11-01", "CN") == required
        assert (
            need(
                made(datacenter=False, tpp=tpp, aggregate_io_bandwidth="64 GB/s"),
                "2023-11-01",
                "CN",
            )
            == "no"
        )


class TestLettersOf2025:
    """Letters of 2025-04-09, addressees only: DRAM 1,400, I/O 1,100 or both 1,700 GB/s, as
    reported.
    """

    @pytest.mark.parametrize(
        ("figures", "required"),
        [
            ({"memory_bandwidth": "1400 GB/s"}, "undetermined"),
            ({"memory_bandwidth": "1399.999 GB/s"}, "no"),
            ({"letter_io_bandwidth": "1100 GB/s"}, "undetermined"),
            ({"letter_io_bandwidth": "1099.999 GB/s"}, "no"),
            ({"memory_bandwidth": "1000 GB/s", "letter_io_bandwidth": "700 GB/s"}, "undetermined"),
            ({"memory_bandwidth": "1000 GB/s", "letter_io_bandwidth": "699.999 GB/s"}, "no"),
            ({"memory_and_io_bandwidth": "1700 GB/s"}, "undetermined"),
            ({"memory_and_io_bandwidth": "1699.999 GB/s"}, "no"),
        ],
    )
    def test_limits_for_a_hypothetical_part(self, ask, made, figures, required):
        """It meets the reported numbers of letters to others: ask whether your company has one."""
        answer = ask(made(**{**SMALL, **figures}), "2025-06-01", "CN")
        assert answer["license"]["required"] == required

    @pytest.mark.parametrize("to", ["CN", "HK", "MO", "RU"])
    def test_places_whoever_is_headquartered_there(self, ask, to):
        """Form 8-K of 2025-04-15: "to China (including Hong Kong and Macau) and D:5 countries"."""
        answer = ask("H20", "2025-06-01", to, headquarters=["US"])
        assert lettered(answer)

    @pytest.mark.parametrize("chip", ["nvidia-h20-96gb", "nvidia-h20-141gb", "amd-mi308x"])
    def test_the_h20_and_the_mi308_are_named(self, ask, verdict, chip):
        """ "The Company's H20 integrated circuits" (NVIDIA, 2025-04-15); the MI308 in AMD's filing."""
        entry = verdict(ask(chip, "2025-06-01", "CN"), "us-letter-2025")
        assert "letters of April 2025, named parts" in entry["provisions"]

    def test_of_another_vendor(self, ask, adopt):
        figures = "{tpp: 1000, memory_bandwidth: 1500 GB/s, letter_io_bandwidth: 64 GB/s}"
        part = adopt(
            f"name: Part\nkind: processor\nvendor: Google\ndesigned_for: datacenter\nmetrics: {figures}\n"
        )
        answer = ask(part, "2025-06-01", "CN")
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)

    @pytest.mark.parametrize(
        ("vendor", "open_question"),
        [
            # one of the three companies that said they received a letter
            ("NVIDIA", "reaches this chip, which is not in the catalog"),
            # nothing is known of a letter to it
            ("Google", "received"),
        ],
    )
    def test_one_reason_in_verdict_and_caution(self, ask, adopt, vendor, open_question):
        """Form 8-K of 2025-04-15: NVIDIA received a letter; of its own design only its reach is
        open, and of another vendor whether it received one.
        """
        figures = "{tpp: 1000, memory_bandwidth: 1500 GB/s, letter_io_bandwidth: 64 GB/s}"
        text = f"name: Part\nkind: processor\nvendor: {vendor}\nmetrics: {figures}\n"
        answer = ask(adopt(text), "2025-06-01", "CN")
        (caution,) = [each for each in answer["cautions"] if each["kind"] == "letter"]
        (needs,) = [each["needs"] for each in answer["answers"] if each["rule"] == "us-letter-2025"]
        said = [answer["verdict"]["text"], caution["text"], needs[0]["text"]]
        assert [open_question in text for text in said] == [True, True, True]
        of_receipt = [
            f"whether {who} received" in text for who in (vendor, "the vendor") for text in said
        ]
        assert any(of_receipt) == (vendor == "Google")

    @pytest.mark.parametrize(
        ("name", "part", "to", "is_said"),
        [
            ("H20", "nvidia-h20-96gb", "CN", True),
            ("nvidia-hgx-h20-8-gpu", "nvidia-h20-96gb", "CN", True),
            # the letters do not reach Vietnam, and name no L20
            ("H20", "nvidia-h20-96gb", "VN", False),
            ("L20", "nvidia-l20", "CN", False),
        ],
    )
    def test_a_changed_named_part_is_another_product(self, ask, name, part, to, is_said):
        """Form 8-K of 2025-04-15: the H20, and circuits that reach its bandwidths.

        16 % of the 4,000 GB/s of the H20 is 640 GB/s, below the 1,400 that the press reports; it
        is no H20, but who ships an H20 all the same must know that the letter names it.
        """
        chip = chipdb.load()[name].derate(memory_bandwidth="84%")
        answer = ask(chip, "2025-06-01", to)
        letters = [each for each in answer["cautions"] if each["kind"] == "letter"]
        assert [each["text"].startswith(part) for each in letters] == [True] * is_said
        assert [each["could_require_license"] for each in letters] == [False] * is_said
        if to == "CN" and is_said:
            assert (answer["license"]["required"], answer["exit"]) == ("no", 0)

    @pytest.mark.parametrize("change", [None, {"memory_bandwidth": "10%"}])
    def test_no_remark_where_the_letter_asks_for_a_license(self, ask, change):
        """3,600 GB/s are above 1,400: a license is required, by number or by name."""
        chip = chipdb.load()["H20"]
        answer = ask(chip.derate(**change) if change else chip, "2025-06-01", "CN")
        assert answer["license"]["required"] == "yes"
        assert [each for each in answer["cautions"] if each["kind"] == "letter"] == []

    def test_a_chip_of_ones_own_that_extends_a_named_part(self, ask, adopt):
        text = "extends: H20\nvendor: Somebody\nmemory: {bandwidth: 600 GB/s}\nlinks: []\n"
        answer = ask(adopt(text), "2025-06-01", "CN")
        letters = [each["text"] for each in answer["cautions"] if each["kind"] == "letter"]
        assert any(text.startswith("nvidia-h20-96gb, which was changed") for text in letters)

    def test_h20(self, ask):
        """Not in 3A090.

        A license by letter from 2025-04-09, without exception or public review policy.
        """
        before, after = ask("H20", "2025-04-08", "CN"), ask("H20", "2025-04-09", "CN")
        assert (before["license"]["required"], before["exit"]) == ("no", 0)
        assert (after["license"]["required"], after["exit"], lettered(after)) == ("yes", 1, True)
        assert after["classification"]["outcome"] is None
        assert (after["license"]["exceptions"], after["license"]["review"]) == ([], None)

    @pytest.mark.parametrize("name", ["MI308X", "H20 141GB"])
    def test_other_named_parts(self, ask, name):
        answer = ask(name, "2025-06-01", "CN")
        assert (answer["license"]["required"], lettered(answer)) == ("yes", True)

    @pytest.mark.parametrize(
        ("to", "headquarters", "required"),
        [
            ("HK", [], "yes"),
            ("MO", [], "yes"),
            ("VE", [], "yes"),
            ("VN", [], "no"),
            ("DE", [], "no"),
            ("DE", ["CN"], "yes"),
            ("DE", ["DE", "MO"], "yes"),
            ("DE", ["VE"], "yes"),
            ("US", ["CN"], "no"),
        ],
    )
    def test_places_and_headquarters(self, need, to, headquarters, required):
        """China, Macau, D:5, or companies headquartered or with an ultimate parent there.

        Not D:1 as such. The letters speak of exports, which a delivery in the United States is not.
        """
        assert need("H20", "2025-06-01", to, headquarters=headquarters) == required

    def test_io_lies_between_the_links(self):
        """Point B12: low is chip-to-chip, high all links; H20 900 to 1,028."""
        metric = measure(chipdb.load()["H20"], "letter_io_bandwidth")
        assert (metric.low, 1025 <= metric.high <= 1028) == (900, True)

    def test_rtx_5090d_and_its_successor(self, ask):
        """1,792 GB/s meets the letters and was withdrawn; V2 has 1,344 and passes."""
        assert ask("RTX 5090D", "2025-06-01", "CN")["license"]["required"] == "yes"
        successor = ask("RTX 5090D V2", "2025-09-01", "CN")
        assert (successor["license"]["required"], successor["exit"]) == ("no", 0)

    @pytest.mark.parametrize(
        ("bandwidth", "contested"),
        [("1400 GB/s", True), ("3999.999 GB/s", True), ("4000 GB/s", False)],
    )
    def test_a_reported_number_is_contested(self, ask, adopt, bandwidth, contested):
        """NVIDIA's filing of 2025-04-15: "the Company's H20 integrated circuits and any other
        circuits achieving the H20's memory bandwidth" (4,000 GB/s); 1,400 is known from the press
        alone. A product of NVIDIA's is addressed.
        """
        figures = f"{{tpp: 1000, memory_bandwidth: {bandwidth}, letter_io_bandwidth: 64 GB/s}}"
        text = f"name: Part\nkind: processor\nvendor: NVIDIA\nmetrics: {figures}\n"
        part = replace(adopt(text), hypothetical=False)
        answer = ask(part, "2025-06-01", "CN")
        found = answer["license"]
        assert (found["required"], found["contested"], answer["exit"]) == ("yes", contested, 1)
        assert [side["required"] for side in found["sides"]] == ["no"] * contested
        assert all("known only from the press" in side["because"] for side in found["sides"])

    @pytest.mark.parametrize("name", ["H20", "H20 141GB", "MI308X"])
    def test_named_parts_are_not_contested(self, ask, name):
        """The filings of NVIDIA and AMD name the H20 and the MI308."""
        answer = ask(name, "2026-06-01", "CN")
        assert (answer["license"]["required"], answer["license"]["contested"]) == ("yes", False)

    def test_rtx_5090_and_5090d(self, ask):
        """1,792 GB/s meets the reported 1,400 alone. For the RTX 5090, of
        3A090.a, 742.6(a)(6)(iii)(A) asks too, which nothing contests; for the RTX 5090 D nothing
        else does.
        """
        for name, contested in (("RTX 5090", False), ("RTX 5090D", True)):
            answer = ask(name, "2026-06-01", "CN")
            assert lettered(answer)
            found = answer["license"]
            assert (found["required"], found["contested"]) == ("yes", contested)
        assert "the number known only from the press" in answer["verdict"]["text"]

    def test_rtx_pro_6000d_has_two_bandwidths(self, ask, verdict):
        """1,398 GB/s (press) stays under 1,400, 1,568 does not: contested."""
        assert (
            verdict(ask("RTX PRO 6000D", "2025-06-01", "CN"), "us-letter-2025")["contested"] is True
        )


class TestReview:
    """742.6(b)(10), 744.23(d): how an application is reviewed, not how it ends (B20, B22.3,
    B22.4).
    """

    @pytest.mark.parametrize(
        ("chip", "on", "deal", "review"),
        [
            # 742.6(b)(10) of 2022: a presumption of denial for China and Macau
            ("A100", "2022-10-21", {"to": "CN"}, "presumption-of-denial"),
            ("A100", "2023-02-01", {"to": "MO"}, "presumption-of-denial"),
            ("A100", "2023-11-17", {"to": "CN"}, "presumption-of-denial"),
            ("A100", "2024-06-01", {"to": "MO"}, "presumption-of-denial"),
            ("A100", "2024-06-01", {"to": "VE"}, "presumption-of-denial"),
            ("A30", "2024-06-01", {"to": "CN"}, "presumption-of-denial"),
            ("A100", "2024-06-01", {"to": "VN"}, "presumption-of-approval"),
            ("A100", "2024-06-01", {"to": "SA"}, "presumption-of-approval"),
            ("A100", "2024-06-01", {"to": "VN", "headquarters": ["CN"]}, "presumption-of-denial"),
            # 744.23(d) of 88 FR 73458 presumes denial only for destinations in Macau and D:5;
            # from 2024-04-04 (d)(1) also for the headquarters, but (d)(3)(i) for the items of NAC
            ("A100", "2023-11-17", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A100", "2024-04-03", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A30", "2024-04-03", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A100", "2024-04-04", {"to": "DE", "headquarters": ["CN"]}, "presumption-of-denial"),
            ("RTX 4090", "2024-04-04", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A30", "2024-04-04", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A30", "2025-01-12", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            # 742.6(b)(10)(iii) of 89 FR 96790, 2024-12-02 to 2025-01-12: case-by-case for .a that
            # is not for datacenters and for .b that is; 742.6(b)(10)(ii) before and (iii), (iv) after
            ("RTX 4090", "2024-12-01", {"to": "CN"}, "presumption-of-denial"),
            ("RTX 4090", "2024-12-02", {"to": "CN"}, "case-by-case"),
            ("RTX 4090", "2025-01-12", {"to": "MO"}, "case-by-case"),
            ("RTX 4090", "2025-01-13", {"to": "CN"}, "presumption-of-denial"),
            ("A30", "2024-12-01", {"to": "VN", "headquarters": ["CN"]}, "presumption-of-denial"),
            ("A30", "2024-12-02", {"to": "VN", "headquarters": ["CN"]}, "case-by-case"),
            ("A100", "2024-12-15", {"to": "CN"}, "presumption-of-denial"),
            ("A100", "2024-12-15", {"to": "SA"}, "presumption-of-approval"),
            ("A30", "2025-01-13", {"to": "VN", "headquarters": ["CN"]}, "presumption-of-denial"),
            (
                "micron-hbm3e-24gb",
                "2024-12-31",
                {"to": "DE", "headquarters": ["CN"]},
                "case-by-case",
            ),
            ("A100", "2025-02-01", {"to": "DE", "headquarters": ["CN"]}, "presumption-of-denial"),
            ("A30", "2025-02-01", {"to": "DE", "headquarters": ["CN"]}, "case-by-case"),
            ("A30", "2025-02-01", {"to": "VN"}, "presumption-of-approval"),
            ("A100", "2024-06-01", {"to": "DE"}, None),
            ("H20", "2025-06-01", {"to": "CN"}, None),
            ("A100", "2025-06-01", {"to": "CN"}, "presumption-of-denial"),
            ("A100", "2024-06-01", {"to": "RU"}, "policy-of-denial"),
        ],
    )
    def test_policy(self, ask, chip, on, deal, review):
        """The strictest of those met; one that is not public counts only if it is the only one."""
        assert ask(chip, on, **deal)["license"]["review"] == review

    @pytest.mark.parametrize(
        ("chip", "on", "to", "said"),
        [
            # 742.6(b)(10) was read in a text that has Macau, not as first printed in 87 FR 62186
            ("A100", "2022-11-01", "CN", "742.6(b)(10) as read in a text of 2023"),
            # 742.6(b)(10)(ii) of 89 FR 96790, the same in the text of 90 FR 4544
            ("micron-hbm3e-24gb", "2026-06-01", "CN", "742.6(b)(10)(ii) as read in texts of"),
            # 746.4(b)(5) refers to 742.19(b)
            ("L20", "2026-06-01", "KP", "as read in a text of 2020"),
        ],
    )
    def test_the_day_of_a_text_that_was_read_earlier(self, ask, chip, on, to, said):
        """A policy read in an older text is not shown as that of the day without saying so."""
        assert said in json.dumps(ask(chip, on, to))

    def test_a_risk_of_diversion_is_no_presumption(self):
        """742.4(b)(1)(i): to places outside D:1 the policy is to approve unless there is a
        significant risk of diversion to D:1; inside, case by case.
        """
        for name in ("us-license-742-4-ns-1", "us-license-742-4-ns-1-declared"):
            inside, elsewhere = chipdb.load_rules()[name].review
            assert (inside.policy, elsewhere.policy) == ("case-by-case", None)
            assert "significant risk of diversion" in elsewhere.text

    @pytest.mark.parametrize(("to", "contested"), [("DE", True), ("VN", False)])
    def test_paragraph_b_by_headquarters_is_contested(self, ask, to, contested):
        """744.23(d)(3)(i) eases .b where 744.23 is the requirement; 742.6(b)(10)(iv)(B) denies it,
        and (d)(3)(iii) would be surplus. In D:1 and D:4 only 742.6 asks.
        """
        found = ask("A30", "2025-02-01", to, headquarters=["CN"])["license"]
        policies = [side["policy"] for side in found["review_sides"]]
        assert policies == (["presumption-of-denial"] if contested else [])


class TestReviewOf2026:
    """91 FR 1684: .a below 21,000 and 6,500 GB/s, US to China or Macau, on US sale by
    2026-01-15.
    """

    CASE, DENIAL = "case-by-case", "presumption-of-denial"
    CONDITIONS = (
        "supply",
        "foundry",
        "50 percent",
        "know-your-customer",
        "barred end use",
        "third party",
        "located in China or Macau",
    )

    @pytest.mark.parametrize("name", ["H200", "MI325X"])
    @pytest.mark.parametrize("to", ["CN", "HK", "MO"])
    def test_parts_that_the_rule_names(self, ask, name, to):
        answer = ask(name, "2026-02-01", to)
        assert (answer["license"]["required"], answer["license"]["review"], answer["exit"]) == (
            "yes",
            self.CASE,
            1,
        )

    def test_days(self, ask):
        reviews = [
            ask("H200", on, "CN")["license"]["review"] for on in ("2026-01-14", "2026-01-15")
        ]
        assert reviews == [self.DENIAL, self.CASE]

    def test_never_without_its_conditions(self, ask):
        """ "Never eligible, never case-by-case without its conditions"."""
        answer = ask("H200", "2026-02-01", "CN")
        found = answer["license"]
        text = " ".join(found["review_conditions"]).lower()
        assert [words for words in self.CONDITIONS if words.lower() not in text] == []
        assert found["review_otherwise"] == self.DENIAL
        assert "exported from the United States" in found["assumptions"]
        assert "eligible" not in json.dumps(answer).lower()

    def test_denial_has_no_conditions(self, ask):
        found = ask("H200", "2026-02-01", "CN", from_="TW")["license"]
        assert (found["review"], found["review_conditions"]) == (self.DENIAL, [])

    @pytest.mark.parametrize(
        ("name", "deal"),
        [
            ("H200", {"to": "CN", "from_": "TW"}),
            ("H200", {"to": "CN", "strict": True}),
            ("H200", {"to": "DE", "headquarters": ["CN"]}),
            ("H200", {"to": "VN", "headquarters": ["CN"]}),
            ("H200", {"to": "VE"}),
            ("B200", {"to": "CN"}),
            ("Gaudi 3", {"to": "CN"}),
            ("H800", {"to": "CN"}),
            ("A800", {"to": "CN"}),
            ("A30", {"to": "CN"}),
        ],
    )
    def test_all_else_stays_denied(self, ask, name, deal):
        """Not reexports, entities elsewhere, chips above a threshold or never on US sale, or .b."""
        assert ask(name, "2026-02-01", **deal)["license"]["review"] == self.DENIAL

    def test_both_ceilings_are_strict(self):
        """ "Less than 21,000", "less than 6,500 GB/s": no chip is at a threshold, so the tree
        is read.
        """
        [provision] = chipdb.load_rules()["us-review-2026"].provisions
        atoms = [leaf for leaf in leaves(provision.when) if isinstance(leaf, Atom)]
        lines = {"tpp": 21000, "memory_bandwidth": 6500}
        assert sorted(atom.metric for atom in atoms) == sorted(lines)
        for atom in atoms:
            line = Fraction(lines[atom.metric])
            assert [atom.holds(line - Fraction(1, 1000)), atom.holds(line)] == [True, False]

    def test_paragraph_b_is_left_out(self, ask, verdict):
        """Point B5: encode .a only."""
        assert verdict(ask("A30", "2026-02-01", "CN"), "us-review-2026")["status"] == "not-met"

    def test_a_step_up_can_ease_the_review(self, ask):
        """Point B21: .a may be looked at case-by-case where .b is denied."""
        assert [ask(name, "2026-02-01", "CN")["license"]["review"] for name in ("A30", "A100")] == [
            self.DENIAL,
            self.CASE,
        ]

    @pytest.mark.parametrize(
        "change", [{"compute": "30%"}, {"compute": "x0.9", "memory-bandwidth": "x0.9"}]
    )
    def test_derated_chips_were_never_on_sale(self, ask, change):
        turned = {knob.replace("-", "_"): amount for knob, amount in change.items()}
        for name in ("B200", "H200"):
            answer = ask(chipdb.load()[name].derate(**turned), "2026-06-01", "CN")
            assert answer["license"]["review"] == self.DENIAL
            assert any("never on sale" in text for text in answer["warnings"])

    def test_it_never_frees(self, ask):
        """The rule changes only the review: classification and requirement stay."""
        before, after = ask("H200", "2026-01-14", "CN"), ask("H200", "2026-01-15", "CN")
        assert before["classification"] == after["classification"]
        assert before["license"]["required"] == after["license"]["required"] == "yes"


class TestSaleInTheUnitedStates:
    """91 FR 1684: "commercially available in the United States at the time of publication of this
    rule" (2026-01-15). Whether a chip was is yes, no or not sourced.
    """

    CASE, DENIAL = "case-by-case", "presumption-of-denial"
    DEPENDS = (
        {"policy": CASE, "if": "on sale in the United States on 2026-01-15"},
        {"policy": DENIAL, "if": "not on sale in the United States on 2026-01-15"},
    )

    @staticmethod
    def figures(**more):
        return {
            "tpp": "20999.999",
            "memory_bandwidth": "6000 GB/s",
            "letter_io_bandwidth": "0 GB/s",
            **more,
        }

    def of(self, ask, made, sale, **more):
        return ask(made(more=sale, **self.figures(**more)), "2026-02-01", "CN")

    @staticmethod
    def kinds(answer):
        return [caution["kind"] for caution in answer["cautions"]]

    @pytest.mark.parametrize("sale", ["", "us_available: {from: 2024-01-01}\n"])
    def test_absent_or_unsourced_is_unknown(self, ask, made, sale):
        """Neither policy is claimed: both stand with the fact that decides between them."""
        answer = self.of(ask, made, sale)
        found = answer["license"]
        assert (found["required"], answer["exit"]) == ("yes", 1)
        assert (found["review"], found["review_if"]) == (None, list(self.DEPENDS))
        # case-by-case never stands without its certifications
        assert found["review_otherwise"] == self.DENIAL
        assert len(found["review_conditions"]) == 8
        (caution,) = [each for each in answer["cautions"] if each["kind"] == "fact-unsourced"]
        assert (caution["about"], caution["could_require_license"]) == ("item", False)
        assert "if certified" in answer["verdict"]["text"]
        assert "otherwise presumption of denial" in answer["verdict"]["text"]

    @pytest.mark.parametrize(
        ("sale", "review"),
        [
            ("us_available: {from: 2026-01-15, source: mine}\n", "case-by-case"),
            ("us_available: {from: 2026-01-16, source: mine}\n", "presumption-of-denial"),
            # null is a claim: it was never sold there
            ("us_available: null\n", "presumption-of-denial"),
        ],
    )
    def test_a_sourced_day_counts_in_a_users_file(self, ask, made, sale, review):
        """On sale "at the time of publication": the day itself counts, the day after does not."""
        answer = self.of(ask, made, sale)
        assert (answer["license"]["review"], answer["license"]["review_if"]) == (review, [])
        assert "fact-unsourced" not in self.kinds(answer)

    @pytest.mark.parametrize(
        "figures", [{"tpp": "21000"}, {"memory_bandwidth": "6500 GB/s"}], ids=["TPP", "bandwidth"]
    )
    def test_it_decides_nothing_at_a_ceiling(self, ask, made, figures):
        """At 21,000 or 6,500 GB/s the review is a presumption of denial, whatever was sold."""
        answer = self.of(ask, made, "", **figures)
        assert (answer["license"]["review"], answer["license"]["review_if"]) == (self.DENIAL, [])
        assert "fact-unsourced" not in self.kinds(answer)

    @pytest.mark.parametrize(
        ("on", "deal"),
        [
            ("2026-01-14", {"to": "CN"}),
            ("2026-02-01", {"to": "VE"}),
            ("2026-02-01", {"to": "CN", "from_": "TW"}),
        ],
    )
    def test_only_where_the_rule_applies(self, ask, made, on, deal):
        """Exports from the United States to China or Macau from 2026-01-15, and nothing else."""
        answer = ask(made(**self.figures()), on, **deal)
        assert (answer["license"]["review"], answer["license"]["review_if"]) == (self.DENIAL, [])

    @pytest.mark.parametrize("name", ["A800 40GB Active", "RTX 6000 Ada", "Gaudi 2 HL-225B"])
    def test_catalog_chips_without_a_source(self, ask, name):
        found = ask(name, "2026-06-01", "CN")["license"]
        assert (found["review"], found["review_if"]) == (None, list(self.DEPENDS))

    @pytest.mark.parametrize("change", ["set", "drop", "derate"])
    def test_a_changed_chip_was_never_sold(self, ask, change):
        """The H200 was on sale by then; one that is derated, set or stripped was not."""
        changes = {"set": ["tpp=10000"], "drop": ["int8"], "derate": ["compute=x0.9"]}
        answer = ask("H200", "2026-06-01", "CN", **{change: changes[change]})
        assert (answer["license"]["review"], answer["license"]["review_if"]) == (self.DENIAL, [])


class TestPolicyState:
    """What is known of a policy: a letter's is not public, a printed one may not have been read,
    and a bill may decide by itself.
    """

    @pytest.mark.parametrize(
        ("chip", "on", "to", "section", "state"),
        [
            ("A100", "2022-09-15", "CN", "letter of 2022-08-26", "not-public"),
            ("A100", "2023-02-01", "CN", "742.6(a)(6)", "known"),
            ("A100", "2023-11-01", "CN", "letter of 2023-10-23", "not-public"),
            ("A100", "2024-06-01", "CN", "742.6(a)(6)(iii)", "known"),
            ("H20", "2025-06-01", "CN", "letters of April 2025", "not-public"),
            ("micron-hbm3e-24gb", "2025-06-01", "CN", "742.6(a)(6)(i)(B)", "known"),
            ("micron-hbm3e-24gb", "2026-06-01", "SY", "746.9(a)", "not-read"),
        ],
    )
    def test_of_each_requirement(self, ask, chip, on, to, section, state):
        """742.6(b)(10) of 2022 and its (ii) of 89 FR 96790, for memory, were read in the codified
        text; 90 FR 42320, on Syria, was not.
        """
        requirements = ask(chip, on, to)["license"]["requirements"]
        states = [
            entry["policy_state"] for entry in requirements if entry["section"].startswith(section)
        ]
        assert set(states) == {state}

    def test_a_bill_that_denies_by_itself_has_none(self):
        """H.R. 6875 denies at first and then waits for Congress: no policy of review."""
        bill = "us-bill-overwatch-hr6875"
        answer = chipdb.check("H20", on="2026-06-01", to="CN", enact=[bill]).to_dict()
        (found,) = [each for each in answer["license"]["requirements"] if each["rule"] == bill]
        assert (found["review"], found["policy_state"]) == (None, "none")

    def test_only_letters_are_called_not_public(self):
        """A policy that is printed somewhere is not a secret: it was not read."""
        for rule in chipdb.load_rules():
            for entry in rule.review:
                if entry.state == "not-public":
                    assert rule.addressees
                assert (entry.policy is None) == (entry.state != "known")
                assert bool(entry.text) == (entry.state == "none")

    def test_it_is_named_beside_a_known_policy(self):
        """RTX 5090 to China: 742.6 is case-by-case if certified; of the letter nothing is known."""
        text = chipdb.check("RTX 5090", on="2026-06-01", to="CN").to_dict()["verdict"]["text"]
        assert "case-by-case if certified, otherwise presumption of denial; for the letter" in text


class TestConditionsOfRequirements:
    """What figures do not show stands with the requirement as a condition."""

    @pytest.mark.parametrize(
        ("chip", "on", "places", "words"),
        [
            # AMD's MI250, and one day sourced for NVIDIA alone
            ("A100", "2022-09-15", {"to": "CN"}, "MI250"),
            ("MI250", "2022-09-15", {"to": "CN"}, "the day on which AMD received it"),
            ("H20", "2025-06-01", {"to": "CN"}, "2025-04-09 is the day of NVIDIA's letter"),
            # 744.23(d)(2): end users of the United States, A:5 or A:6
            ("A30", "2024-06-01", {"to": "DE", "headquarters": ["CN"]}, "744.23(d)(2)"),
            ("A30", "2026-06-01", {"to": "DE", "headquarters": ["CN"]}, "744.23(d)(2)"),
            # 750.7(g) of 90 FR 4544: one year for items of 742.6(a)(6)(iii)(A), else four
            ("H100", "2026-06-01", {"to": "SA"}, "generally lasts one year"),
            ("A30", "2026-06-01", {"to": "SA"}, "generally lasts four years"),
        ],
    )
    def test_is_stated(self, ask, chip, on, places, words):
        assert any(words in text for text in ask(chip, on, **places)["warnings"])

    def test_validity_is_not_that_of_the_rule_before(self, ask):
        """90 FR 4544 brought the year for items of .a on 2025-01-13."""
        for on, count in (("2025-01-12", 0), ("2025-01-13", 1)):
            texts = ask("H100", on, "SA")["warnings"]
            assert sum("750.7(g)" in text for text in texts) == count

    def test_approval_is_of_the_headquarters_rule_alone(self, ask):
        """Only the headquarters limb, 744.23, has the review of 744.23(d)."""
        texts = ask("A30", "2026-06-01", "SA")["warnings"]
        assert not any("744.23(d)(2)" in text for text in texts)


class TestSaleOfWhatWasChanged:
    """91 FR 1684 asks whether an item was on sale in the United States; a changed one never was."""

    WORDS = "never on sale in the United States"

    @pytest.mark.parametrize(
        ("change", "is_said"),
        [({}, False), ({"compute": "1%"}, True), ({"memory_bandwidth": "1%"}, True)],
    )
    def test_it_is_said_of_changed_ones_only(self, ask, change, is_said):
        chip = chipdb.load()["H200"]
        item = chip.derate(**change) if change else chip
        warnings = ask(item, "2026-06-01", "CN")["warnings"]
        assert any(self.WORDS in text for text in warnings) is is_said

    def test_the_chip_stands_for_its_system(self, ask, adopt):
        """No source speaks of a system of one's own, so the sale of the H200 counts."""
        member = chipdb.load()["H200"].id
        box = adopt(f"name: Box\nkind: system\nmembers: [{{chip: {member}, count: 8}}]\n")
        assert ask(box, "2026-06-01", "CN")["license"]["review"] == "case-by-case"

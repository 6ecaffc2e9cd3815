"""High bandwidth memory: ECCN 3A090.c, its license requirements and its exception (89 FR 96790)."""

from __future__ import annotations

import pytest

import chipdb

DAY = "2025-06-01"


@pytest.fixture
def stack(adopt):
    """A stack of 100 mm^2, so that a bandwidth in GB/s is a hundred times the density."""
    return lambda bandwidth: adopt(
        f"name: Stack\nkind: memory-stack\nmemory: {{bandwidth: {bandwidth} GB/s}}\npackage_area: 100 mm^2\n"
    )


class TestParagraphC:
    """3A090.c: memory bandwidth density above 2 GB/s/mm^2; a value at the threshold is not met."""

    @pytest.mark.parametrize(
        ("bandwidth", "outcome"),
        [("199.999999", None), ("200", None), ("200.000001", "3A090.c"), ("1200", "3A090.c")],
    )
    def test_strictly_above_two(self, ask, stack, bandwidth, outcome):
        answer = ask(stack(bandwidth), DAY)
        assert answer["classification"]["outcome"] == outcome
        assert answer["exit"] == (1 if outcome else 0)

    @pytest.mark.parametrize(("on", "outcome"), [("2024-12-01", None), ("2024-12-02", "3A090.c")])
    def test_from_its_day(self, ask, stack, on, outcome):
        assert ask(stack("1000"), on)["classification"]["outcome"] == outcome

    def test_an_area_that_is_missing_decides(self, ask, adopt):
        """1,000 GB/s: above 2 on less than 500 mm^2."""
        answer = ask(adopt("name: S\nkind: memory-stack\nmemory: {bandwidth: 1 TB/s}\n"), DAY)
        assert answer["classification"]["status"] == "undetermined"
        (need,) = answer["classification"]["needs"]
        assert (need["figure"], need["break_evens"]) == ("memory_bandwidth_density", [2.0])

    @pytest.mark.parametrize("name", ["H100", "MI300X", "TPU v7"])
    def test_never_a_processor_that_carries_it(self, ask, name):
        """The paragraph leaves out co-packaged ICs whose dominant function is processing."""
        rules = {answer["rule"] for answer in ask(name, DAY, "CN")["answers"]}
        assert not any("hbm" in rule or rule.endswith("-c-2024") for rule in rules)

    def test_stacks_in_production_exceed_it(self, ask):
        """The preamble says so of all stacks then in production, HBM2E to HBM3E."""
        made = [
            chip
            for chip in chipdb.load()
            if (chip.memory.kind or "").lower() in ("hbm2e", "hbm3", "hbm3e")
        ]
        stacks = [chip for chip in made if chip.kind == "memory-stack"]
        assert len(stacks) > 5
        assert {ask(chip, DAY)["classification"]["outcome"] for chip in stacks} == {"3A090.c"}


class TestLicense:
    """742.6(a)(6)(i)(B): Macau and D:5.

    744.23(a)(3)(i)(B): entities headquartered there, elsewhere.
    """

    @pytest.mark.parametrize(("on", "required"), [("2024-12-30", "no"), ("2024-12-31", "yes")])
    def test_from_the_day_of_compliance(self, need, stack, on, required):
        assert need(stack("1000"), on, "CN") == required

    @pytest.mark.parametrize(
        ("to", "required"),
        [("CN", "yes"), ("HK", "yes"), ("MO", "yes"), ("VN", "no"), ("FR", "no"), ("KR", "no")],
    )
    def test_destinations(self, need, stack, to, required):
        """Macau is in D:1 and D:4, not in D:5, and named; Vietnam is only in D:1."""
        assert need(stack("1000"), DAY, to) == required

    @pytest.mark.parametrize(
        ("headquarters", "section"),
        [(["CN"], "744.23(a)(3)(i)(B)"), (["MO"], "744.23(a)(3)(i)(B)"), (["FR"], None)],
    )
    def test_headquarters(self, ask, stack, headquarters, section):
        found = [
            entry["section"]
            for entry in ask(stack("1000"), DAY, "FR", headquarters=headquarters)["license"][
                "requirements"
            ]
        ]
        assert found == ([section] if section else [])

    @pytest.mark.parametrize(
        ("to", "more"),
        [("CN", {}), ("FR", {"headquarters": ["CN"]})],
        ids=["place", "headquarters"],
    )
    @pytest.mark.parametrize(("bandwidth", "required"), [("200", "no"), ("200.000001", "yes")])
    def test_what_is_not_of_paragraph_c_needs_none(
        self, need, stack, to, more, bandwidth, required
    ):
        assert need(stack(bandwidth), DAY, to, **more) == required

    @pytest.mark.parametrize("place", ["RU", "BY"])
    def test_places_under_part_746(self, need, stack, place):
        assert need(stack("1000"), DAY, place) == "yes"


class TestReview:
    """742.6(b)(10)(ii) of 89 FR 96790: to Macau and D:5, approval is presumed for entities with no
    headquarters or ultimate parent there, denial for all others. 744.23(d)(3)(i): case-by-case.
    """

    @pytest.mark.parametrize(
        ("to", "headquarters", "review"),
        [
            ("CN", "CN", "presumption-of-denial"),
            ("CN", "KR", "presumption-of-approval"),
            ("MO", "US", "presumption-of-approval"),
            ("MO", "VE", "presumption-of-denial"),
            ("KR", "CN", "case-by-case"),
        ],
    )
    @pytest.mark.parametrize("on", ["2025-01-01", "2026-06-01"])
    def test_by_headquarters(self, ask, stack, on, to, headquarters, review):
        answer = ask(stack("1000"), on, to, headquarters=[headquarters])
        assert answer["license"]["review"] == review


class TestExceptionHbm:
    """740.25: density less than 3.3; NAC and ACA do not reach paragraph .c."""

    @pytest.mark.parametrize(
        ("to", "more"), [("CN", {}), ("SG", {"headquarters": "CN"})], ids=["there", "elsewhere"]
    )
    @pytest.mark.parametrize(
        ("paragraph", "words"),
        [
            ("740.25(b)", ["A:5", "no ultimate parent"]),
            ("740.25(c)(1)", ["designer", "directly"]),
            ("(d)(1) and (2)", ["distributors", "hired", "freight forwarding"]),
            # the packaging site itself must have no ultimate parent in Macau or D:5
            ("740.25(c)(2)(i)", ["no ultimate parent", "in writing", "General Order No. 4"]),
            ("740.25(c)(2)(ii)", ["back to the exporter", "3A090.a or 3A090.b"]),
            ("740.25(d)(3)", ["advanced-node"]),
            ("740.25(e)", ["1 percent", "red flag", "60 days"]),
        ],
    )
    def test_its_conditions(self, ask, stack, to, more, paragraph, words):
        """As printed with 89 FR 96790."""
        (entry,) = ask(stack("300"), DAY, to, **more)["license"]["requirements"]
        (hbm,) = [each for each in entry["exceptions"] if each["name"] == "HBM"]
        (condition,) = [text for text in hbm["conditions"] if paragraph in text]
        assert all(word in condition for word in words)

    @pytest.mark.parametrize(
        ("to", "more"), [("CN", {}), ("SG", {"headquarters": "CN"})], ids=["there", "elsewhere"]
    )
    @pytest.mark.parametrize(
        ("bandwidth", "names"), [("329.999999", ["HBM"]), ("330", []), ("1000", [])]
    )
    def test_strictly_below(self, ask, stack, bandwidth, names, to, more):
        license_answer = ask(stack(bandwidth), DAY, to, **more)["license"]
        assert license_answer["required"] == "yes"
        assert [entry["name"] for entry in license_answer["exceptions"]] == names

    def test_it_says_what_is_not_known(self, ask, stack):
        (entry,) = ask(stack("300"), DAY, "CN")["license"]["exceptions"]
        assert entry["section"] == "740.25"
        text = " ".join(entry["conditions"])
        # 740.25(b) on the exporter, (c)(1) on the buyer, (c)(2) and (d) on the site of packaging
        for paragraph in ("740.25(b)", "740.25(c)(1)", "740.25(c)(2)", "740.25(d)(3)"):
            assert paragraph in text

"""Entries that no figure shows and a vendor declares: 4A003.b, .c, .z.1 and 5A002 (NS column 1).

15 CFR 774 Supp. 1 of 2026-07-23: NS column 1 applies to 4A003.b, .c and .z.1 and to 5A002 as a
whole; NS column 2 to 4A003.g and .z.2; 5A992 is controlled for RS and AT alone.
"""

from __future__ import annotations

import pytest

import chipdb

RULE = "us-ns-1-declared"
DAY = "2026-06-01"


@pytest.fixture
def declared(adopt):
    """A chip below 3A090 whose record declares an ECCN."""

    def make(eccn: str | None):
        text = "name: Sample\nvendor: NVIDIA\nkind: processor\n"
        text += "designed_for: client\nmarketed_for: client\n"
        if eccn is not None:
            text += f"declared: {{eccn: {eccn}}}\n"
        return adopt(
            text
            + "metrics: {tpp: 800, memory_bandwidth: 300 GB/s, letter_io_bandwidth: 10 GB/s, tops: 50 TOPS}\n"
        )

    return make


class TestElectronicAssemblies:
    """4A003.c: electronic assemblies specially designed for aggregation above the APP limit.

    The license for NS reasons is undetermined where the chart marks the place (742.4(a)).
    """

    @pytest.mark.parametrize(
        ("eccn", "required", "exit_status"),
        [
            ("4A003.b", "undetermined", 3),
            ("4A003.c", "undetermined", 3),
            ("4A003.z.1", "undetermined", 3),
            ("4A003.z.1.b", "undetermined", 3),
            # the entry alone, or .z alone, leaves open which column is meant
            ("4A003", "undetermined", 3),
            ("4A003.z", "undetermined", 3),
            # NS column 2
            ("4A003.g", "no", 0),
            # NS column 2
            ("4A003.z.2.a", "no", 0),
            ("4A994.l", "no", 0),
            (None, "no", 0),
        ],
    )
    def test_what_a_declaration_leads_to(self, ask, declared, eccn, required, exit_status):
        answer = ask(declared(eccn), DAY, "BR")
        assert (answer["license"]["required"], answer["exit"]) == (required, exit_status)

    @pytest.mark.parametrize(
        ("place", "on", "required"),
        [
            ("CA", DAY, "no"),
            ("AU", "2024-04-18", "undetermined"),
            ("AU", "2024-04-19", "no"),
            ("GB", "2024-04-18", "undetermined"),
            ("GB", "2024-04-19", "no"),
            ("JP", DAY, "undetermined"),
        ],
    )
    def test_places_without_a_mark(self, ask, declared, place, on, required):
        """Supplement No. 1 to part 738; 89 FR 28594 from 2024-04-19."""
        assert ask(declared("4A003.c"), on, place)["license"]["required"] == required

    def test_a_vendor_declares_it_in_the_catalog(self, ask):
        """NVIDIA's export table lists the GH200 as 4A003.z.1."""
        answer = ask("nvidia-gh200", DAY, "DE")
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)
        assert "4A003.z.1, which the vendor declares" in answer["verdict"]["text"]

    def test_it_adds_nothing_where_a_license_is_required(self, ask):
        kinds = {each["kind"] for each in ask("nvidia-gh200", DAY, "CN")["cautions"]}
        assert "other-control" not in kinds

    def test_a_changed_chip_is_not_what_its_vendor_declared(self, ask, verdict):
        chip = chipdb.load()["nvidia-gh200"].derate(memory_bandwidth="50%")
        assert verdict(ask(chip, DAY, "DE"), RULE)["status"] == "not-met"


class TestEncryption:
    """5A002: NS column 1 for the whole entry; 5A992 is not controlled for NS."""

    @pytest.mark.parametrize(
        ("chip", "entry", "required"),
        [
            # NVIDIA's export table: DGX B300 5A002.z.1, HGX B300 5A992.z; 8 x 1.2 TFLOPS in 64 bits
            # are far below an APP of 70
            ("nvidia-dgx-b300", "5A002 as declared", "undetermined"),
            ("nvidia-hgx-b300-8-gpu", None, "no"),
        ],
    )
    def test_declared_entries(self, ask, verdict, chip, entry, required):
        answer = ask(chip, DAY, "DE")
        assert verdict(answer, RULE)["outcome"] == entry
        assert answer["license"]["required"] == required


class TestModules:
    """SXM and OAM boards made for aggregation may be 4A003.c: a caution about the transaction."""

    @pytest.mark.parametrize(
        ("chip", "place", "on", "is_said"),
        [
            ("H20", "DE", "2024-06-01", True),
            ("MI250", "BR", "2023-06-01", True),
            ("H20", "CA", "2024-06-01", False),
            ("H20", "GB", "2024-04-18", True),
            ("H20", "GB", "2024-04-19", False),
            # a card for a slot
            ("L40S", "DE", "2024-06-01", False),
            # a license is required anyway
            ("H100", "CN", "2024-06-01", False),
        ],
    )
    def test_where_it_stands(self, ask, chip, place, on, is_said):
        answer = ask(chip, on, place)
        said = [each for each in answer["cautions"] if "4A003.c" in each["text"]]
        assert bool(said) == is_said
        assert {each["about"] for each in said} <= {"transaction"}

    def test_it_never_sets_the_status_unless_strict(self, ask):
        assert ask("H20", "2024-06-01", "DE")["exit"] == 0
        assert ask("H20", "2024-06-01", "DE", strict=True)["exit"] == 3

    def test_it_names_the_entry_that_the_vendor_declares(self, ask):
        answer = ask("H20", "2024-06-01", "DE")
        (text,) = [each["text"] for each in answer["cautions"] if "4A003.c" in each["text"]]
        assert text.endswith("the vendor declares ECCN 4A994.l")


class TestContestedByTheVendor:
    """15 CFR 748.3: a vendor's ECCN is a self-classification; it contests an answer (point B18).

    "Not required" by the figures is contested where the places need a license for what the vendor
    declares: 742.6(a)(6)(iii) for China, not for Germany.
    """

    @pytest.mark.parametrize(
        ("eccn", "place", "contested", "exit_status"),
        [
            ("4A090.a", "CN", True, 3),
            ("3A090.b", "CN", True, 3),
            ("5A992.z", "CN", True, 3),
            ("4A003.z.2.a", "VN", True, 3),
            # an entry without its paragraph, of a circuit or of a computer with one
            ("3A090", "CN", True, 3),
            ("4A090", "CN", True, 3),
            ("4A994.l", "CN", False, 0),
            ("4A994", "CN", False, 0),
            ("4A090.a", "DE", False, 0),
            ("3A090", "DE", False, 0),
        ],
    )
    def test_not_required_is_contested(self, ask, declared, eccn, place, contested, exit_status):
        license_ = ask(declared(eccn), DAY, place)["license"]
        assert (license_["required"], license_["contested"]) == ("no", contested)
        assert ask(declared(eccn), DAY, place)["exit"] == exit_status

    def test_it_says_why(self, ask, declared):
        (side,) = ask(declared("4A090.a"), DAY, "CN")["license"]["sides"]
        assert side["required"] == "yes"
        assert side["because"].startswith("the vendor declares ECCN 4A090.a")

    @pytest.mark.parametrize(
        ("eccn", "contested"),
        [
            ("3A090.a", False),
            ("3A090", False),
            ("4A090", False),
            ("4A090.a", False),
            ("5A992.z", False),
            ("3A090.b", True),
            ("4A090.b", True),
            ("4A994.l", True),
        ],
    )
    def test_an_entry_does_not_contest_a_paragraph_of_it(self, ask, adopt, eccn, contested):
        """A TPP of 5,000 is in 3A090.a; a vendor that declares 3A090 says nothing else."""
        figures = "metrics: {tpp: 5000, applicable_die_area: 800 mm^2}"
        chip = adopt(f"name: S\n{figures}\ndeclared: {{eccn: {eccn}, source: hp}}\n")
        found = ask(chip, DAY)["classification"]
        assert (found["outcome"], found["contested"]) == ("3A090.a", contested)

"""``list --where``: the grammar and its three-valued logic, as docs/specification.md, section 3,
describes them.

The chips below are made for the tests, so that every expected answer follows from the lines that
state them.
"""

from __future__ import annotations

from datetime import date

import pytest
from running import run

import chipdb
from chipdb.errors import ParameterError
from chipdb.selection.select import Selection, select

CHIPS = """
- {id: slow, name: Slow, vendor: Huawei, announced: 2024-05-01, designed_for: workstation,
   marketed_for: workstation, memory: {kind: HBM2, capacity: {value: 64 GiB}}, metrics: {tpp: 1000}}
- {id: fast, name: Fast, vendor: NVIDIA, announced: 2025-05-01, designed_for: [datacenter, edge],
   memory: {kind: HBM3, capacity: {value: 80 GB}},
   metrics: {tpp: 4800, applicable_die_area: 814 mm^2}}
- {id: dark, name: Dark, vendor: A Startup, memory: {bandwidth: {value: 4 TB/s}}}
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> list[chipdb.Chip]:
    """The three chips, of which `dark` has neither TPP, date, market nor known country."""
    file = tmp_path_factory.mktemp("own") / "mine.yaml"
    file.write_text(CHIPS)
    answers = chipdb.check(file, on="2026-06-01")
    return [answer.chip for answer in answers]


def ids(selection: Selection) -> str:
    return " ".join(chip.id for chip in selection.chips)


@pytest.mark.parametrize(
    ("condition", "meeting", "left_out"),
    [
        # exactly at a threshold
        ("tpp >= 4800", "fast", 1),
        ("tpp > 4800", "", 1),
        ("tpp < 4800", "slow", 1),
        ("tpp == 1000 or tpp == 4800", "slow fast", 1),
        ("tpp != 1000", "fast", 1),
        # unknown, so neither a condition nor its opposite is met
        ("not tpp > 4800", "slow fast", 1),
        ("not tpp <= 4800", "", 1),
        # one part that is known decides
        ("tpp > 4000 and vendor == NVIDIA", "fast", 0),
        ("tpp > 4000 or vendor == 'A Startup'", "fast dark", 0),
        ("not (tpp > 4000 or vendor == 'a-startup')", "slow", 0),
        # and binds more tightly than or
        ("vendor == Huawei or vendor == NVIDIA and tpp < 10", "slow", 0),
        ("(vendor == Huawei or vendor == NVIDIA) and tpp < 10", "", 0),
        ("vendor in [Huawei, 'A Startup']", "slow dark", 0),
        ("vendor not in [Huawei, NVIDIA]", "dark", 0),
        # 64 GiB are 68.719 GB
        ("memory.capacity > 68.7GB", "slow fast", 1),
        ("memory.capacity >= 64 GiB", "slow fast", 1),
        ("memory.capacity < 0.0688TB", "slow", 1),
        ("memory_bandwidth >= 4000GB/s", "dark", 2),
        ("applicable_die_area = 814mm^2", "fast", 2),
        ("applicable_die_area == 814mm^2 and tpp==4800", "fast", 1),
        # the first date is that of `slow`
        ("announced <= 2024-05-01", "slow", 1),
        ("announced > 2024-05-01 and announced < 2025-05-02", "fast", 1),
        # data centers in either settle Note 2, "no" needs both; of `dark` neither is known
        ("datacenter", "fast", 1),
        ("not datacenter", "slow", 1),
        ("datacenter == false", "slow", 1),
        ("designed_for == edge", "fast", 1),
        ("designed_for != edge", "slow", 1),
        ("country == China", "slow", 1),
        ("country in [US, prc]", "slow fast", 1),
        ("country != US", "slow", 1),
        ("kind == processor AND NOT memory.kind == hbm2", "fast", 1),
    ],
)
def test_conditions(
    catalog: list[chipdb.Chip], condition: str, meeting: str, left_out: int
) -> None:
    selection = select(catalog, condition)
    assert ids(selection) == meeting
    assert selection.left_out == left_out


def test_the_note_counts_what_is_unknown(catalog: list[chipdb.Chip]) -> None:
    selection = select(catalog, "tpp > 1 and applicable_die_area > 1 mm^2")
    (note,) = selection.notes()
    assert note == (
        "2 chips are left out because what --where asks is unknown: "
        "applicable_die_area of 2, tpp of 1"
    )


def test_relative_days_are_noted(catalog: list[chipdb.Chip]) -> None:
    notes = select(catalog, "announced < today and digital").notes()
    assert f"today is {date.today()}" in notes
    notes = select(catalog, "announced < 'today'").notes()
    assert f"today is {date.today()}" in notes


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ("", "at character 1: expected a field such as tpp or vendor, not the end"),
        ("tpp >", "at character 6: expected a value such as 4800 or 'Huawei', not the end"),
        ("tpp > 4800 and", "at character 15: expected a field such as tpp or vendor, not the end"),
        ("tpp > and", "at character 7: expected a value such as 4800 or 'Huawei', not 'and'"),
        ("(tpp > 1", "at character 9: expected ')', not the end"),
        ("tpp > 1)", "at character 8: expected and, or, or the end, not ')'"),
        ("memory bandwidth > 4 TB/s", "not 'bandwidth'; did you mean 'memory_bandwidth'?"),
        ("tpp > 1 && tpp < 2", "at character 9: '&' is not read; write and, or, not"),
        ("vendor == 'Huawei", "at character 11: the quote ' has no end"),
        ("tpp > 4,800", "at character 7: write a number without commas, and a list with blanks"),
        ("tpp in [4,800]", "at character 9: write a number without commas"),
        ("tppp > 1", "at character 1: no field is called 'tppp'; did you mean"),
        ("tpp > big", "at character 7: tpp: "),
        ("tpp > 1 GB", "at character 7: tpp: 1 GB has the wrong unit"),
        ("memory_bandwidth > 4000", "at character 20: memory_bandwidth: 4000 has no unit"),
        ("memory_bandwidth > 4000 GB", "at character 20: memory_bandwidth: 4000 GB has the wrong"),
        ("vendor > NVIDIA", "at character 1: vendor is compared with == or !=, not with >"),
        ("vendor == Huawai", "at character 11: no chip has the vendor 'Huawai'; did you mean"),
        ("country == Chinaa", "at character 12: unknown country 'Chinaa'; did you mean 'China'"),
        ("datacenter == yes", "at character 15: expected true or false, not 'yes'"),
        ("announced > 2024", "at character 13: expected a date such as 2024-01-01 or -1y, not"),
        ("vendor", "at character 7: expected an operator such as == after vendor"),
        ("(" * 60 + "tpp > 1" + ")" * 60, "nested more than 50 deep"),
    ],
)
def test_what_cannot_be_read(catalog: list[chipdb.Chip], condition: str, error: str) -> None:
    with pytest.raises(ParameterError) as refused:
        select(catalog, condition)
    assert error in str(refused.value)


def test_long_conditions_are_read(catalog: list[chipdb.Chip]) -> None:
    assert ids(select(catalog, " or ".join(["tpp == 1000"] * 2000))) == "slow"


class TestCommand:
    def test_the_condition_of_the_help(self) -> None:
        ran = run("list", "--where", 'tpp > 4800 and vendor == "Huawei"', "--format", "json")
        assert ran.json
        assert all(row["tpp"] > 4800 and row["vendor"] == "Huawei" for row in ran.json)
        assert any("left out because what --where asks is unknown" in line for line in ran.lines)

    def test_country_and_kind(self) -> None:
        """Samsung and SK hynix are headquartered in South Korea, Micron in the United States."""
        ran = run("list", "--kind", "memory-stack", "--country", "South Korea", "--format", "json")
        assert {row["vendor"] for row in ran.json} == {"Samsung", "SK hynix"}
        assert {row["country"] for row in ran.json} == {"KR"}

    def test_no_chip_is_an_answer(self) -> None:
        ran = run("list", "--where", "tpp > 1e12", "--vendor", "AMD", "--format", "csv")
        assert (ran.status, ran.out.strip()) == (0, "")
        # AMD sells GPUs, but is not Huawei
        ran = run("list", "--vendor", "AMD", "--where", "vendor == Huawei", "--format", "json")
        assert (ran.status, ran.json) == (0, [])
        assert any("no chip meets all conditions" in line for line in ran.lines)

    @pytest.mark.parametrize(
        "wrong", [("--country", "Atlantis"), ("--sort", "bogus"), ("--vendor", "Nvidea")]
    )
    def test_wrong_values_are_refused_whatever_meets_the_condition(
        self, wrong: tuple[str, str]
    ) -> None:
        ran = run("list", *wrong, "--where", "tpp > 1e12")
        assert ran.status == 2
        assert wrong[0] in ran.lines[0]

    def test_errors_name_the_option(self) -> None:
        ran = run("list", "--where", "tpp >")
        assert ran.status == 2
        assert ran.lines[0].startswith("chipdb: --where at character 6: expected a value")

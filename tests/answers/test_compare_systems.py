"""Systems beside chips, and capacities beside each other: like with like."""

from __future__ import annotations

from running import run


class TestSystems:
    """Like with like: one chip of a system beside a chip, totals apart and called so."""

    def lines(self, *names: str) -> dict[str, tuple[str, list[float | None]]]:
        """Return what each figure is of, and its values."""
        record = run("compare", *names, "--format", "json").json
        return {
            line["figure"]: (line["of"], [cell["value"] for cell in line["values"]])
            for line in record["lines"]
        }

    def test_one_chip_of_a_superchip(self) -> None:
        """A GB200 superchip has two GPUs of 10 PFLOPS FP4 dense and 1,200 W, and takes 2,700 W."""
        lines = self.lines("gb200-superchip", "b200")
        assert lines["tpp"] == ("chip", [40_000, 36_000])
        assert lines["rate, 4 bits"] == ("chip", [10_000, 9_000])
        assert lines["power, TDP"] == ("chip", [1_200, 1_000])

    def test_totals(self) -> None:
        lines = self.lines("gb200-superchip", "b200")
        assert lines["tpp, total"] == ("system", [80_000, 36_000])
        assert lines["power, total"] == ("system", [2_700, 1_000])

    def test_no_totals_without_a_system(self) -> None:
        assert {of for of, _ in self.lines("h20", "b200").values()} == {"chip"}

    def test_the_table_says_which(self) -> None:
        ran = run("compare", "gb200-superchip", "b200")
        assert ran.out.splitlines()[0].split()[:3] == ["figure", "of", "unit"]
        rows = [line for line in ran.out.splitlines() if " total" in line]
        assert len(rows) == 5
        assert all("whole system" in row for row in rows)
        assert any("one of its chips" in line for line in ran.lines)

    def test_show_says_which(self) -> None:
        """A DGX A100 320GB has eight A100 of 40 GB, and takes 6.5 kW."""
        out = run("show", "dgx-a100-320gb").out
        whole, one, totals = (
            out.index("of the whole system"),
            out.index("of one chip (NVIDIA A100 SXM4 40GB)"),
            out.rindex("of the whole system"),
        )
        assert whole < out.index("power.tdp") < one < out.index("\ntpp ") < totals
        record = run("show", "dgx-a100-320gb", "--format", "json").json
        assert (record["figures_of"], record["metrics_of"]) == ("system", "nvidia-a100-sxm4-40gb")
        assert record["totals"]["tpp"]["value"] == 8 * record["metrics"]["tpp"]["value"]
        assert run("show", "a100", "--format", "json").json["totals"] == {}

    def test_list_says_so(self) -> None:
        assert any("one of its chips" in line for line in run("list", "--kind", "system").lines)
        assert not run("list", "--kind", "processor").lines


def test_capacities_in_one_convention() -> None:
    """The 910B2's 64 GiB beside the A100's 80 GB, which are GiB as well: 0.80, not 0.86."""
    record = run("compare", "910B2", "A100", "--format", "json").json
    (capacity,) = [line for line in record["lines"] if line["figure"] == "memory_capacity"]
    assert [cell["value"] for cell in capacity["values"]] == [64, 80]
    assert capacity["values"][0]["ratio"] == 0.8
    assert any("64 GiB are 64" in line for line in run("compare", "910B2", "A100").lines)
    assert not any("GiB" in line for line in run("compare", "H20", "A100").lines)

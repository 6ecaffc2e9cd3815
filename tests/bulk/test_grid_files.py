"""Grid files and the command over them: problems have lines, uncertain figures have notes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from grids import SMALL, grid_of
from pyarrow import parquet
from running import run

import chipdb
from chipdb.bulk.sweep.sweep import sweep
from chipdb.errors import DataError
from chipdb.metrics import measure
from chipdb.solver.cautions import kinds_of
from chipdb.solver.question import question

B200 = "nvidia-b200-sxm6-180gb"


class TestFile:
    """What is wrong in a grid is told with its line, all of it at once."""

    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("knobs: {tpp: [1, x]}\n", 1, "'x' is not a number"),
            ("base: H2O\nknobs: {tpp: [1]}\n", 1, "unknown chip 'H2O'"),
            ("knob: {tpp: [1]}\n", 1, "no such key; did you mean 'knobs'?"),
            (
                "knobs:\n  a: [1]\nderived:\n  tpp: {product: [b, 2]}\n",
                4,
                "'b' is neither a number nor a name that is defined before it",
            ),
            ("knobs:\n  tpp: {from: 5, to: 1, step: 1}\n", 2, "from must not lie above to"),
            ("knobs:\n  memory_bandwidth: [3 TB]\n", 2, "did you mean 3 TB/s?"),
            ("knobs: {tpp: [1]}\nfacts: {datacenter: maybe}\n", 2, "expected true or false"),
            ("knobs: {tpp: [1]}\nconstraints: [{of: tdp, ge: 1}]\n", 2, "'tdp' is not a knob"),
            ("knobs: {tpp: [1]}\nbest: {most: tpp}\n", 2, "{maximize: tpp}"),
            (
                "knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 0}\n",
                2,
                "a whole number from 1 to 1,000",
            ),
            (
                "knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 1001}\n",
                2,
                "a whole number from 1 to 1,000",
            ),
            (
                "knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 2.5}\n",
                2,
                "a whole number from 1 to 1,000",
            ),
            ("knobs: {tpp: [1]}\nbest: {maximize: tdp}\n", 2, "'tdp' is not a knob"),
            ("knobs: {tpp: [1]}\npareto: [tpp]\n", 2, "two quantities or more"),
            ("knobs: {tpp: {from: 1, to: 2, count: 1}}\n", 1, "a whole number from 2 to"),
            (
                "knobs: {tpp: [1]}\nderived: {area: {power: [tpp]}}\n",
                2,
                "is one of product, sum, over, max, min",
            ),
            (
                "knobs:\n  tpp: [1]\n  applicable_die_area: [1]\n  performance_density: [2]\n",
                4,
                "two give the third",
            ),
            ("- 1\n", 1, "a grid is one mapping"),
            ("base: [H20]\nknobs: {tpp: [1]}\n", 1, "base: expected the name of one chip"),
            ("knobs: {tpp: [1]}\nbest: {maximize: [tpp]}\n", 2, "['tpp'] is not a knob"),
            ("knobs: {tpp: [1]}\npareto: [[tpp], tpp]\n", 2, "['tpp'] is not a knob"),
            (
                "knobs: {tpp: [1]}\nconstraints: [{of: {a: b}, ge: 1}]\n",
                2,
                "{'a': 'b'} is not a knob",
            ),
            (
                "knobs:\n  datacenter: [0, 1]\n",
                2,
                "write it under facts, such as facts: {datacenter: true}",
            ),
            ("knobs: {tpp: [1]}\nderived:\n  status: tpp\n", 3, "is the name of an answer"),
            ("knobs:\n  base.tpp: [0, 1]\n", 2, "those of the base chip"),
        ],
    )
    def test_each_problem_has_its_line(self, text: str, line: int, message: str) -> None:
        with pytest.raises(DataError) as caught:
            grid_of(text)
        assert f"grid.yaml:{line}:" in str(caught.value)
        assert message in str(caught.value)

    def test_a_range_ends_on_its_last_step(self) -> None:
        assert grid_of("knobs: {tpp: {from: 0.1, to: 0.7, step: 0.2}}").knobs["tpp"].tolist() == [
            0.1,
            0.3,
            0.5,
            0.7,
        ]
        assert grid_of("knobs: {tpp: {from: 0, to: 1, count: 5}}").knobs["tpp"].tolist() == [
            0,
            0.25,
            0.5,
            0.75,
            1,
        ]

    def test_a_range_too_fine_and_long_for_whole_numbers_of_the_machine(self) -> None:
        values = grid_of("knobs: {tpp: {from: 1e-12, to: 1e15, step: 1e14}}").knobs["tpp"].tolist()
        assert (len(values), values[0], values[-1]) == (10, 1e-12, 9e14)

    def test_a_count_of_values_keeps_thirds_exact_to_the_line(self) -> None:
        thirds = grid_of(
            "base: H20\nknobs: {a: {from: 0, to: 64, count: 4}, b: [225]}\n"
            "derived: {tpp: {product: [a, b]}}\n"
            "constraints: [{of: tpp, le: 4800}]\n"
        )
        found = sweep(thirds, question("2024-06-01"))
        assert found.counts[("met", "3A090.a")] == 1, (
            "64/3 times 225 is 4800, which is caught and not above it"
        )


class TestBase:
    """What is not sure about the base is said where it bears on the counts, and only there."""

    def warnings(self, text: str) -> tuple[str, ...]:
        return sweep(grid_of(text), question("2026-06-01")).warnings

    def test_a_name_of_several_chips(self) -> None:
        (said,) = self.warnings("base: Ascend 910B\nknobs: {tpp: [1], applicable_die_area: [1]}\n")
        assert said.startswith("base: 'Ascend 910B' resolved to Huawei Ascend 910B")
        assert "it could also mean: huawei-ascend-910b" in said

    def test_an_estimated_area(self) -> None:
        assert {
            claim.basis for _, claim in measure(chipdb.load()[B200], "applicable_die_area").inputs
        } >= {"estimated"}
        text = f"base: {B200}\nknobs: {{tpp: [1000, 3000]}}\n"
        area = (
            "base: applicable_die_area is taken as 1,600 mm^2; "
            "it rests on figures that are estimated"
        )
        assert self.warnings(text) == (area,)
        assert self.warnings(
            text + "derived: {applicable_die_area: {product: [base.applicable_die_area, 2]}}\n"
        ) == (area,)
        assert (
            self.warnings(f"base: {B200}\nknobs: {{tpp: [1000], applicable_die_area: [1000]}}\n")
            == ()
        )

    def test_a_constraint_reads_the_base(self) -> None:
        text = f"base: {B200}\nknobs: {{tpp: [1000], performance_density: [1]}}\n"
        assert self.warnings(text) == ()
        assert len(self.warnings(text + "constraints: [{of: applicable_die_area, ge: 1}]\n")) == 1

    def test_a_range(self) -> None:
        (said,) = self.warnings("base: amd-mi300x\nknobs: {tpp: [1000, 3000]}\n")
        assert re.fullmatch(
            r"base: applicable_die_area is taken as .* mm\^2; credible claims range from .* to .*",
            said,
        )

    @pytest.mark.parametrize(
        "wants", ["", "best: {maximize: tpp}\npareto: [tpp, memory_bandwidth]\n"]
    )
    @pytest.mark.parametrize("to", ["CN", "US", "VN"])
    def test_jurisdiction_over_chips_of_a_maker_in_an_embargoed_country_stays_open(
        self, to: str, wants: str, tmp_path: Path
    ) -> None:
        """As for one such chip, every license is undetermined and no design passes."""
        text = f"base: Ascend 910C\nknobs: {{tpp: [1000, 5000], memory_bandwidth: [1000]}}\n{wants}"
        target = tmp_path / "passing.parquet" if wants else None
        found = sweep(grid_of(text), question("2026-06-01", to), target)
        by_hand = Counter(
            (
                one.classification.status,
                one.classification.finding.outcome,
                one.license.required,
                one.license.review,
                ";".join(kinds_of(each for each in one.cautions if each.changes_status)),
            )
            for tpp in (1000, 5000)
            for one in [
                chipdb.check(
                    chipdb.load()["Ascend 910C"].set(
                        {"tpp": f"{tpp}", "memory_bandwidth": "1000 GB/s"}
                    ),
                    on="2026-06-01",
                    to=to,
                )
            ]
        )
        assert Counter(found.counts) == by_hand
        assert {license_ for _, _, license_, *_ in found.counts} == {"undetermined"}
        assert (found.best, found.pareto) == ((), ())
        assert target is None or len(parquet.read_table(target)) == 0
        assert [text for text in found.warnings if "jurisdiction is not established" in text]
        assert not [
            text
            for text in sweep(grid_of(text), question("2026-06-01")).warnings
            if "jurisdiction" in text
        ]

    def test_a_system_gives_the_figures_of_one_of_its_chips_and_says_so(self) -> None:
        (said,) = self.warnings("base: DGX H100\nknobs: {tpp: [1, 5000]}\n")
        assert said.startswith("base: NVIDIA DGX H100 is a system; the designs are single chips")
        assert "8 x NVIDIA H100 SXM5 80GB" in said

    def test_a_memory_stack_is_no_base(self) -> None:
        with pytest.raises(
            DataError,
            match=r"grid.yaml:2: base: .* is a memory stack; the designs of a grid are processors",
        ):
            grid_of("knobs: {tpp: [1]}\nbase: micron-hbm3e-24gb\n")

    def test_a_market_that_is_not_stated(self) -> None:
        text = "knobs: {tpp: [1000, 3000], applicable_die_area: [800]}\n"
        (said,) = self.warnings(text)
        assert said.startswith("datacenter is stated neither under facts nor by a base")
        assert ("undetermined", None) in sweep(grid_of(text), question("2026-06-01")).counts
        assert self.warnings(text + "facts: {datacenter: false}\n") == ()

    def test_a_knob_that_nothing_reads_is_named(self) -> None:
        knobs = "tpp: [1], applicable_die_area: [1], memory_bandwith: [1, 2, 3], side: [4, 5]"
        text = f"base: {B200}\nknobs: {{{knobs}}}\n"
        misspelt, idle = self.warnings(text)
        assert misspelt.startswith("knob 'memory_bandwith' is not a metric and no quantity")
        assert misspelt.endswith("counted 3 times; nearest metric: memory_bandwidth")
        assert idle.endswith("counted 2 times")
        used = (
            "derived: {cost: {product: [side, 2]}}\nconstraints: [{of: memory_bandwith, ge: 1}]\n"
        )
        assert self.warnings(text + used) == ()
        assert (
            self.warnings(text + "pareto: {maximize: [tpp], minimize: [side, memory_bandwith]}\n")
            == ()
        )

    def test_the_command_notes_it(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(f"base: {B200}\nknobs: {{tpp: [1000, 3000]}}\n")
        ended = run("sweep", str(path), "--on", "2026-06-01", "--format", "json")
        assert [f"note: {text}" for text in ended.json["warnings"]] == ended.lines[:1]


def test_tf32_counts_with_the_bits_it_is_stored_in() -> None:
    """Point B17: 19 or 32 bits; 200 TFLOPS are 3,800 or 6,400, and the stricter decides."""
    made = (
        "derived: {tpp: {product: [format, 200]}, applicable_die_area: 9000}\n"
        "facts: {datacenter: true}\n"
    )
    found = sweep(grid_of("knobs: {format: [tf32, fp16]}\n" + made), question("2026-06-01"))
    assert found.counts == {("met", "3A090.a"): 1, ("not-met", None): 1}
    assert found.warnings == (
        (
            "tf32 is counted with the 32 bits it is stored in, the stricter interpretation; "
            "the other is 19"
        ),
    )


class TestCommand:
    def test_it_prints_counts_and_how_they_were_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(SMALL)
        ended = run("sweep", str(path), "--on", "2026-06-01", "--format", "json")
        assert ended.status == 0
        assert (
            ended.json["designs"] == sum(entry["designs"] for entry in ended.json["counts"]) == 900
        )
        assert (
            "900 designs, counted by groups of knobs"
            in run("sweep", str(path), "--on", "2026-06-01").out
        )

    def test_what_is_assumed_and_where_the_evidence_ends_is_noted(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(SMALL)
        ended = run("sweep", str(path), "--on", "2031-06-01", "--to", "CN")
        assert "note: assumed: exported from the United States" in ended.err
        assert "note: evidence ends on" in ended.err

    def test_what_was_asked_stands_in_the_record_and_why_a_license_is_open_in_the_notes(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text("base: H20\nknobs: {tpp: [100, 5000]}\nbest: {maximize: tpp}\n")
        ended = run("sweep", str(path), "--on", "2026-06-01", "--to", "HK", "--format", "json")
        record = ended.json
        assert (record["on"], record["to"], record["from"], record["headquarters"]) == (
            "2026-06-01",
            "HK",
            "US",
            ["HK"],
        )
        assert "exported from the United States" in record["assumptions"]
        assert [entry["license_required"] for entry in record["counts"]] == ["yes", "undetermined"]
        assert "note: us-letter-2025 binds those it is addressed to" in ended.err
        assert '"No" means none of these rules asks for a license' in ended.err
        assert (
            "best: no design passes"
            in run("sweep", str(path), "--on", "2026-06-01", "--to", "CN").out
        )
        before = run("sweep", str(path), "--on", "2024-06-01", "--to", "CN")
        assert "us-letter-2025" not in before.err

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                "--on 1999-01-01",
                (
                    "the rulebook has no classification rules for a processor on 1999-01-01 "
                    "(it begins on 2022-08-01)"
                ),
            ),
            ("--on 2026-09-01 --to AE", "United Arab Emirates: since 2026-07-10 its government"),
            ("--on 2026-06-01 --to CN", "us-letter-2025: the letters are not public"),
        ],
    )
    def test_what_the_answers_hang_on_beside_figures_is_noted_as_of_one_chip(
        self, options: str, said: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text("base: H20\nknobs: {tpp: [100, 5000]}\n")
        ended = run("sweep", str(path), *options.split())
        assert [line for line in ended.lines if line.startswith(f"note: {said}")]
        chip = run("check", "H20", "--set", "tpp=5000", *options.split(), "--format", "json")
        assert [text for text in chip.json[0]["warnings"] if text.startswith(said)]
        assert not [
            line
            for line in run("sweep", str(path), "--on", "2024-06-01", "--to", "VN").lines
            if said in line
        ]

    def test_a_missing_outcome_is_an_empty_cell_of_csv(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text("base: H20\nknobs: {tpp: [100]}\n")
        ended = run("sweep", str(path), "--on", "2024-06-01", "--format", "csv")
        assert ended.out.splitlines() == ["status,outcome,designs", "not-met,,1"]

    def test_wrong_calls(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text("knobs: {tpp: [1]}\n")
        ended = run("sweep", str(path), "--on", "2026-06-01")
        assert (ended.status, len(ended.lines)) == (2, 1)
        assert ended.err.startswith(
            f"chipdb: {path}: the rules in force on 2026-06-01 "
            "read applicable_die_area or performance_density"
        )
        assert "add a knob" in ended.err
        assert run("sweep", str(path), "--on", "2026-06-01", "-o", "x.csv").status == 2
        assert run("sweep", str(tmp_path / "none.yaml")).status == 2

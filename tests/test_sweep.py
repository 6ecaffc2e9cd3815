"""Grids: counted by groups and enumerated, the best, the front, the passing designs."""

from __future__ import annotations

import errno
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from frame_rows import scalar
from pyarrow import parquet
from running import run

import chipdb
from chipdb.answers.deal import Question, question
from chipdb.answers.sweep import enumerate as enumerating
from chipdb.answers.sweep.count import NotSeparable, count
from chipdb.answers.sweep.enumerate import Enumeration, Interrupted
from chipdb.answers.sweep.front import front_of
from chipdb.answers.sweep.grid import Grid
from chipdb.answers.sweep.grid_file import read_grid
from chipdb.answers.sweep.sweep import prepared, sweep
from chipdb.errors import DataError, UsageError
from chipdb.metrics import measure
from chipdb.rules.rulebook import load_rules

B200 = "nvidia-b200-sxm6-180gb"
SMALL = """
knobs:
  cores: {from: 20, to: 200, step: 20}
  format: [fp16, fp8]
  applicable_die_area: [0 mm^2, 270.27027 mm^2, 500 mm^2, 810.810811 mm^2, 1500 mm^2]
  stacks: [1, 2, 4]
  rate: [350, 700, 1100]
derived:
  tpp: {product: [cores, format, 3]}
  memory_bandwidth: {product: [stacks, 700]}
  aggregate_io_bandwidth: rate
facts: {datacenter: true}
"""


def grid_of(text: str) -> Grid:
    return read_grid(text.encode(), "grid.yaml")


def enumerated(grid: Grid, on: str, to: str | None) -> Counter[Any]:
    layout, program = prepared([*grid.metrics(), *dict.fromkeys(["datacenter", *grid.facts])], question(on, to), {})
    return +Enumeration(grid, layout, program, None, None).run().counts


def designs(grid: Grid) -> list[dict[str, float]]:
    """Every design, by plain loops."""
    names = [*grid.knobs, *grid.derived, *grid.metrics()]
    return [
        {**grid.facts, **grid.values(dict(zip(grid.knobs, map(float, values), strict=True)), names)}
        for values in itertools.product(*grid.knobs.values())
    ]


class TestCounts:
    """Counting by groups, enumerating, and asking one by one agree."""

    @pytest.mark.parametrize(
        ("on", "to"), [("2026-06-01", None), ("2026-06-01", "CN"), ("2022-12-01", "CN"), ("2026-06-01", "RU")]
    )
    def test_both_ways_give_what_the_scalar_code_gives(self, on: str, to: str | None) -> None:
        grid = grid_of(SMALL)
        found = +count(grid, prepared([*grid.metrics(), "datacenter"], question(on, to), {})[1])
        assert found == enumerated(grid, on, to)
        assert sum(found.values()) == grid.size == 900
        some = [design for design in designs(grid) if design["stacks"] == 2 and design["rate"] == 700 and design["format"] == 16]
        fixed = grid_of(SMALL.replace("[1, 2, 4]", "[2]").replace("[350, 700, 1100]", "[700]").replace("[fp16, fp8]", "[fp16]"))
        by_hand = Counter(
            (answer[0], answer[1], *answer[3:]) for answer in (scalar({**design, "datacenter": True}, on, to) for design in some)
        )
        assert by_hand == enumerated(fixed, on, to)

    @pytest.mark.parametrize("seed", range(12))
    def test_random_grids_are_counted_as_they_are_enumerated(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        steps = [
            f"{{from: {random.integers(1, 9)}, to: {random.integers(40, 90)}, step: {random.integers(1, 9)}}}" for _ in range(4)
        ]
        area = random.choice(
            ["{product: [c, 9]}", "{sum: [{product: [c, 9]}, {product: [d, 2]}]}", "{max: [c, {product: [d, 11.5]}]}"]
        )
        memory = random.choice(["{product: [c, 40]}", "{product: [e, 45]}", "{sum: [{product: [e, 30]}, 200]}"])
        text = f"""
knobs: {{a: {steps[0]}, b: {steps[1]}, c: {steps[2]}, d: [1, 5, 30], e: {steps[3]}, idle: [1, 2]}}
derived:
  tpp: {{product: [a, b, {random.choice(["0.9", "2", "3.7"])}]}}
  applicable_die_area: {area}
  memory_bandwidth: {memory}
  aggregate_io_bandwidth: {{product: [d, 37]}}
constraints: [{{of: {random.choice(["a", "memory_bandwidth"])}, {random.choice(["ge", "lt"])}: 35}}]
{random.choice(["", "facts: {datacenter: true}", "facts: {datacenter: false}"])}
"""
        grid = grid_of(text)
        for on, to in (("2026-06-01", None), ("2026-06-01", "CN")):
            program = prepared([*grid.metrics(), "datacenter"], question(on, to), {})[1]
            try:
                found = +count(grid, program)
            except NotSeparable:
                assert "{product: [c, 40]}" in text or "d" in area
                continue
            assert found == enumerated(grid, on, to)

    @pytest.mark.parametrize(("op", "caught"), [("gt", 1), ("ge", 3)])
    def test_a_limit_across_two_groups_is_on_the_side_of_its_operator(self, op: str, caught: int) -> None:
        """TPP of 100 and 200 on 50 and 100 mm^2: densities of 2, 1, 4 and 2 against a limit of 2."""
        own = f"id: mine\nquestion: classification\nprovisions: [{{id: dense, when: {{metric: performance_density, {op}: 2}}}}]\n"
        asked = question("2022-09-01", book=load_rules().with_file(own.encode(), "mine.yaml"))
        grid = grid_of("knobs:\n  tpp: [100, 200]\n  applicable_die_area: [50 mm^2, 100 mm^2]\nfacts: {datacenter: true}\n")
        _, program = prepared([*grid.metrics(), "datacenter"], asked, {})
        found = count(grid, program)
        assert {status: number for (status, *_), number in found.items()} == {"met": caught, "not-met": 4 - caught}

    def test_some_of_the_random_shapes_are_not_separable_and_say_so(self) -> None:
        grid = grid_of(
            SMALL.replace("aggregate_io_bandwidth: rate", "aggregate_io_bandwidth: {product: [cores, 5]}").replace(
                "{product: [stacks, 700]}", "applicable_die_area"
            )
        )
        found = sweep(grid, question("2026-06-01", "CN"))
        assert found.how == "enumerated: two limits tie the same groups of knobs"
        assert sum(found.counts.values()) == grid.size

    def test_ten_to_the_twelve_designs_are_counted(self) -> None:
        grid = grid_of(
            """
knobs:
  cores: {from: 1, to: 1000, step: 1}
  clock: {from: 0.5, to: 2.498, step: 0.002}
  width: {from: 10, to: 1009, step: 1}
  height: {from: 0.001, to: 1, step: 0.001}
derived:
  tpp: {product: [cores, clock, 4]}
  applicable_die_area: {product: [width, height]}
facts: {datacenter: true}
"""
        )
        found = sweep(grid, question("2026-06-01"))
        assert grid.size == sum(found.counts.values()) == 10**12
        assert found.how == "counted by groups of knobs"
        assert set(found.counts) == {("not-met", None), ("met", "3A090.a"), ("met", "3A090.b")}

    def test_a_base_gives_what_no_knob_turns(self) -> None:
        grid = grid_of("base: H20\nknobs: {tpp: {from: 2000, to: 6000, step: 1000}}\n")
        assert dict(enumerated(grid, "2024-06-01", None)) == dict(
            Counter(
                scalar({"tpp": tpp, "applicable_die_area": 814, "datacenter": True}, "2024-06-01", None)[:2]
                for tpp in range(2000, 6001, 1000)
            )
        )

    def test_a_turned_density_leaves_the_area_of_the_base_behind(self) -> None:
        grid = grid_of("base: H20\nknobs: {performance_density: [1, 6]}\n")
        assert enumerated(grid, "2024-06-01", None) == {("not-met", None): 1, ("met", "3A090.a"): 1}


class TestDesigns:
    """The best, the front, the passing ones."""

    TEXT = SMALL + "best: {maximize: tpp, keep: 3}\npareto: [tpp, memory_bandwidth]\n"

    def passing(self, grid: Grid) -> list[dict[str, float]]:
        return [design for design in designs(grid) if scalar({**design, "datacenter": True}, "2022-12-01", "CN")[3] == "no"]

    def test_they_are_those_of_a_plain_loop(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid = grid_of(self.TEXT)
        target = tmp_path / "passing.parquet"
        found = sweep(grid, question("2022-12-01", "CN"), target)
        passing = self.passing(grid)
        best = sorted((design["tpp"] for design in passing), reverse=True)[:3]
        assert [design["tpp"] for design in found.best] == best
        pairs = {(design["tpp"], design["memory_bandwidth"]) for design in passing}
        front = {one for one in pairs if not any(other != one and other[0] >= one[0] and other[1] >= one[1] for other in pairs)}
        assert {(design["tpp"], design["memory_bandwidth"]) for design in found.pareto} == front
        written = parquet.read_table(target).to_pylist()
        assert len(written) == len(passing)
        assert [row["tpp"] for row in written] == [design["tpp"] for design in passing]
        assert {row["format"] for row in written} <= {"fp16", "fp8"}
        assert {row["license_required"] for row in written} == {"no"}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["passing.parquet"]

    @pytest.mark.parametrize("block", [1, 4, 1 << 18])
    def test_formats_of_the_same_bits_keep_their_names(self, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", block)
        target = tmp_path / "passing.parquet"
        text = "base: H20\nknobs: {tpp: [1, 2], format: [int8, fp8, fp16, bf16], side: [1, 2]}\n"
        sweep(grid_of(text), question("2024-06-01"), target)
        assert [(row["tpp"], row["format"], row["side"]) for row in parquet.read_table(target).to_pylist()] == list(
            itertools.product([1, 2], ["int8", "fp8", "fp16", "bf16"], [1, 2])
        )

    @pytest.mark.parametrize("block", [1, 4, 1 << 18])
    def test_equal_quantities_made_on_two_ways_are_equal(self, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """1 x 0.3 is 3 x 0.1: the first is not worse, and costs less."""
        monkeypatch.setattr(enumerating, "BLOCK", block)
        text = """
base: H20
knobs: {cores: [1, 3], clock: [0.3, 0.1], area: [5, 6]}
derived: {rate: {product: [cores, clock]}, cost: {sum: [area, cores]}}
constraints: [{of: rate, ge: 0.3}, {of: rate, le: 0.3}]
best: {maximize: rate, keep: 3}
pareto: {maximize: [rate], minimize: [cost]}
"""
        found = sweep(grid_of(text), question("2024-06-01"))
        assert [(one["cores"], one["area"]) for one in found.best] == [(1, 5), (1, 6), (3, 5)]
        assert [(one["cores"], one["area"]) for one in found.pareto] == [(1, 5)]

    @pytest.mark.parametrize("size", [2, 3])
    def test_the_front_of_points_is_what_nothing_dominates(self, size: int) -> None:
        points = np.random.default_rng(size).integers(0, 12, (size, 300)).astype(float)
        rows = {tuple(point) for point in points.T}
        expected = {
            one
            for one in rows
            if not any(other != one and all(a >= b for a, b in zip(other, one, strict=True)) for other in rows)
        }
        found = [tuple(points[:, index]) for index in front_of(points)]
        assert set(found) == expected
        assert len(found) == len(expected), "equal points stand once"

    def test_stopped_it_goes_on_where_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, target, notes = grid_of(self.TEXT), tmp_path / "passing.parquet", tmp_path / ".notes"
        whole = sweep(grid, question("2022-12-01", "CN"), tmp_path / "whole.parquet")

        self.stopped_half_way(grid, question("2022-12-01", "CN"), target, notes)
        assert notes.exists()
        assert not target.exists()
        seen: list[int] = []
        found = sweep(grid, question("2022-12-01", "CN"), target, notes, lambda done, _: seen.append(done))
        assert seen[0] > grid.size / 2, "what was done is not done again"
        assert (found.counts, found.best, found.pareto) == (whole.counts, whole.best, whole.pareto)
        assert parquet.read_table(target).equals(parquet.read_table(tmp_path / "whole.parquet"))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["passing.parquet", "whole.parquet"]

    @pytest.mark.parametrize("step", ["_count", "_rank", "_front", "_part"])
    def test_stopped_within_a_block_nothing_is_counted_twice(
        self, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, target, notes = grid_of(self.TEXT), tmp_path / "passing.parquet", tmp_path / ".notes"
        whole = sweep(grid, question("2022-12-01", "CN"), tmp_path / "whole.parquet")
        real, calls = getattr(Enumeration, step), itertools.count()

        def stopped(*arguments: Any) -> None:
            real(*arguments)
            if next(calls) == 3:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Enumeration, step, stopped)
            with pytest.raises(Interrupted):
                sweep(grid, question("2022-12-01", "CN"), target, notes)
        found = sweep(grid, question("2022-12-01", "CN"), target, notes)
        assert (found.counts, found.best, found.pareto) == (whole.counts, whole.best, whole.pareto)
        assert parquet.read_table(target).equals(parquet.read_table(tmp_path / "whole.parquet"))

    def stopped_half_way(self, grid: Grid, asked: Question, target: Path | None, notes: Path) -> Interrupted:
        def stop(done: int, size: int) -> None:
            if done > size / 2:
                raise KeyboardInterrupt

        with pytest.raises(Interrupted) as caught:
            sweep(grid, asked, target, notes, stop)
        return caught.value

    def test_it_says_how_many_blocks_there_are(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        stopped = self.stopped_half_way(grid_of(self.TEXT), question("2022-12-01", "CN"), None, tmp_path / ".notes")
        # 45 designs differ in area, stacks and rate; 64 hold one such block, for each of 10 numbers of cores and 2 formats
        assert (stopped.done, stopped.size) == (11, 20)

    @pytest.mark.parametrize("other", [("2026-06-01", "AE"), ("2024-06-01", "CN"), ("2024-06-01", None)])
    def test_notes_of_another_question_are_not_gone_on_from(
        self, other: tuple[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, notes = grid_of(self.TEXT), tmp_path / ".notes"
        self.stopped_half_way(grid, question("2024-06-01", "AE"), None, notes)
        assert sweep(grid, question(*other), None, notes).counts == sweep(grid, question(*other)).counts

    def test_notes_whose_parts_are_gone_are_not_gone_on_from(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, target, notes = grid_of(self.TEXT), tmp_path / "passing.parquet", tmp_path / ".notes"
        asked = question("2022-12-01", "CN")
        self.stopped_half_way(grid, asked, target, notes)
        next(enumerating.parts_of(target).glob("*.parquet")).unlink()
        sweep(grid, asked, target, notes)
        assert len(parquet.read_table(target)) == len(self.passing(grid))

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"mark": "00"}'])
    def test_notes_that_are_none_are_not_gone_on_from(self, text: str, tmp_path: Path) -> None:
        notes = tmp_path / ".notes"
        notes.write_text(text)
        grid = grid_of(self.TEXT)
        assert sum(sweep(grid, question("2022-12-01", "CN"), None, notes).counts.values()) == grid.size

    def test_a_file_without_designs_has_the_columns_of_one_with_some(self, tmp_path: Path) -> None:
        text = "base: H20\nknobs: {tpp: [10], format: [fp8]}\nderived: {half: {product: [tpp, 0.5]}}\n"
        some, none = tmp_path / "some.parquet", tmp_path / "none.parquet"
        for target, more in ((some, ""), (none, "constraints: [{of: tpp, gt: 10}]\n")):
            sweep(grid_of(text + more), question("2024-06-01", "CN"), target)
        assert (len(parquet.read_table(some)), len(parquet.read_table(none))) == (1, 0)
        assert parquet.read_schema(none) == parquet.read_schema(some)

    @pytest.mark.parametrize("when", ["parts", "whole"])
    def test_a_full_disk_is_told_and_the_work_is_kept(self, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, target, notes = grid_of(self.TEXT), tmp_path / "passing.parquet", tmp_path / ".notes"
        asked = question("2022-12-01", "CN")
        real, calls = parquet.write_table, itertools.count()

        def full(*arguments: Any) -> None:
            if when == "whole" or next(calls) == 3:
                raise OSError(errno.ENOSPC, "Error writing bytes to file")
            real(*arguments)

        with monkeypatch.context() as patched:
            patched.setattr(*((parquet, "write_table", full) if when == "parts" else (enumerating, "joined", full)))
            with pytest.raises(UsageError, match=r"passing.parquet: No space left on device$"):
                sweep(grid, asked, target, notes)
        assert not target.exists()
        seen: list[int] = []
        sweep(grid, asked, target, notes, lambda done, _: seen.append(done))
        assert len(seen) < 20, "what was done is not done again"
        assert len(parquet.read_table(target)) == len(self.passing(grid))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["passing.parquet"]

    def test_a_folder_that_takes_no_file_is_told_before_the_work(self) -> None:
        seen: list[int] = []
        with pytest.raises(UsageError, match=r"^-o /proc/x.parquet: "):
            sweep(grid_of(self.TEXT), question("2022-12-01"), Path("/proc/x.parquet"), None, lambda done, _: seen.append(done))
        assert seen == []

    def test_notes_that_cannot_be_written_stop_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enumerating, "SAVE_EVERY", 0)
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid, notes = grid_of(self.TEXT), Path("/proc/.notes")
        assert sum(sweep(grid, question("2022-12-01"), None, notes).counts.values()) == grid.size
        assert not self.stopped_half_way(grid, question("2022-12-01"), None, notes).noted
        assert self.stopped_half_way(grid, question("2022-12-01"), None, tmp_path / ".notes").noted


class TestFile:
    """What is wrong in a grid is told with its line, all of it at once."""

    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("knobs: {tpp: [1, x]}\n", 1, "'x' is not a number"),
            ("base: H2O\nknobs: {tpp: [1]}\n", 1, "no chip is called 'H2O'"),
            ("knob: {tpp: [1]}\n", 1, "no such key; nearest: knobs"),
            (
                "knobs:\n  a: [1]\nderived:\n  tpp: {product: [b, 2]}\n",
                4,
                "'b' is neither a number nor a name that stands before it",
            ),
            ("knobs:\n  tpp: {from: 5, to: 1, step: 1}\n", 2, "from must not lie above to"),
            ("knobs:\n  memory_bandwidth: [3 TB]\n", 2, "did you mean 3 TB/s?"),
            ("knobs: {tpp: [1]}\nfacts: {datacenter: maybe}\n", 2, "expected true or false"),
            ("knobs: {tpp: [1]}\nconstraints: [{of: tdp, ge: 1}]\n", 2, "'tdp' is no knob"),
            ("knobs: {tpp: [1]}\nbest: {most: tpp}\n", 2, "{maximize: tpp}"),
            ("knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 0}\n", 2, "a whole number from 1 to 1,000"),
            ("knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 1001}\n", 2, "a whole number from 1 to 1,000"),
            ("knobs: {tpp: [1]}\nbest: {maximize: tpp, keep: 2.5}\n", 2, "a whole number from 1 to 1,000"),
            ("knobs: {tpp: [1]}\nbest: {maximize: tdp}\n", 2, "'tdp' is no knob"),
            ("knobs: {tpp: [1]}\npareto: [tpp]\n", 2, "two quantities or more"),
            ("knobs: {tpp: {from: 1, to: 2, count: 1}}\n", 1, "a whole number from 2 to"),
            ("knobs: {tpp: [1]}\nderived: {area: {power: [tpp]}}\n", 2, "is one of product, sum, over, max, min"),
            ("knobs:\n  tpp: [1]\n  applicable_die_area: [1]\n  performance_density: [2]\n", 4, "two give the third"),
            ("- 1\n", 1, "a grid is one mapping"),
            ("base: [H20]\nknobs: {tpp: [1]}\n", 1, "base: expected the name of one chip"),
            ("knobs: {tpp: [1]}\nbest: {maximize: [tpp]}\n", 2, "['tpp'] is no knob"),
            ("knobs: {tpp: [1]}\npareto: [[tpp], tpp]\n", 2, "['tpp'] is no knob"),
            ("knobs: {tpp: [1]}\nconstraints: [{of: {a: b}, ge: 1}]\n", 2, "{'a': 'b'} is no knob"),
            ("knobs:\n  datacenter: [0, 1]\n", 2, "write it under facts, such as facts: {datacenter: true}"),
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
        assert grid_of("knobs: {tpp: {from: 0.1, to: 0.7, step: 0.2}}").knobs["tpp"].tolist() == [0.1, 0.3, 0.5, 0.7]
        assert grid_of("knobs: {tpp: {from: 0, to: 1, count: 5}}").knobs["tpp"].tolist() == [0, 0.25, 0.5, 0.75, 1]

    def test_a_range_too_fine_and_long_for_whole_numbers_of_the_machine(self) -> None:
        values = grid_of("knobs: {tpp: {from: 1e-12, to: 1e15, step: 1e14}}").knobs["tpp"].tolist()
        assert (len(values), values[0], values[-1]) == (10, 1e-12, 9e14)

    def test_a_count_of_values_keeps_thirds_exact_to_the_line(self) -> None:
        thirds = grid_of(
            "base: H20\nknobs: {a: {from: 0, to: 64, count: 4}, b: [225]}\nderived: {tpp: {product: [a, b]}}\n"
            "constraints: [{of: tpp, le: 4800}]\n"
        )
        found = sweep(thirds, question("2024-06-01"))
        assert found.counts[("met", "3A090.a")] == 1, "64/3 times 225 is 4800, which is caught and not above it"


class TestBase:
    """What is not sure about the base is said where it bears on the counts, and only there."""

    def warnings(self, text: str) -> tuple[str, ...]:
        return sweep(grid_of(text), question("2026-06-01")).warnings

    def test_a_name_of_several_chips(self) -> None:
        (said,) = self.warnings("base: Ascend 910B\nknobs: {tpp: [1], applicable_die_area: [1]}\n")
        assert said.startswith("base: 'Ascend 910B' is taken as Huawei Ascend 910B")
        assert "it could also mean: huawei-ascend-910b" in said

    def test_an_estimated_area(self) -> None:
        assert {claim.basis for _, claim in measure(chipdb.load()[B200], "applicable_die_area").inputs} >= {"estimated"}
        text = f"base: {B200}\nknobs: {{tpp: [1000, 3000]}}\n"
        area = "base: applicable_die_area is taken as 1,600 mm^2; it rests on figures that are estimated"
        assert self.warnings(text) == (area,)
        assert self.warnings(text + "derived: {applicable_die_area: {product: [base.applicable_die_area, 2]}}\n") == (area,)
        assert self.warnings(f"base: {B200}\nknobs: {{tpp: [1000], applicable_die_area: [1000]}}\n") == ()

    def test_a_constraint_reads_the_base(self) -> None:
        text = f"base: {B200}\nknobs: {{tpp: [1000], performance_density: [1]}}\n"
        assert self.warnings(text) == ()
        assert len(self.warnings(text + "constraints: [{of: applicable_die_area, ge: 1}]\n")) == 1

    def test_a_range(self) -> None:
        (said,) = self.warnings("base: amd-mi300x\nknobs: {tpp: [1000, 3000]}\n")
        assert re.fullmatch(r"base: applicable_die_area is taken as .* mm\^2; credible claims range from .* to .*", said)

    @pytest.mark.parametrize("wants", ["", "best: {maximize: tpp}\npareto: [tpp, memory_bandwidth]\n"])
    @pytest.mark.parametrize("to", ["CN", "US", "VN"])
    def test_jurisdiction_over_chips_of_a_maker_in_an_embargoed_country_stays_open(
        self, to: str, wants: str, tmp_path: Path
    ) -> None:
        """As one chip with these figures is answered: no license is given or refused, and none passes."""
        text = f"base: Ascend 910C\nknobs: {{tpp: [1000, 5000], memory_bandwidth: [1000]}}\n{wants}"
        target = tmp_path / "passing.parquet" if wants else None
        found = sweep(grid_of(text), question("2026-06-01", to), target)
        by_hand = Counter(
            (one.classification.status, one.classification.finding.outcome, one.license.required, one.license.review)
            for tpp in (1000, 5000)
            for one in [
                chipdb.check(
                    chipdb.load()["Ascend 910C"].set({"tpp": f"{tpp}", "memory_bandwidth": "1000 GB/s"}), on="2026-06-01", to=to
                )
            ]
        )
        assert Counter(found.counts) == by_hand
        assert {license_ for _, _, license_, _ in found.counts} == {"undetermined"}
        assert (found.best, found.pareto) == ((), ())
        assert target is None or len(parquet.read_table(target)) == 0
        assert [text for text in found.warnings if "jurisdiction is not established" in text]
        assert not [text for text in sweep(grid_of(text), question("2026-06-01")).warnings if "jurisdiction" in text]

    def test_a_system_gives_the_figures_of_one_of_its_chips_and_says_so(self) -> None:
        (said,) = self.warnings("base: DGX H100\nknobs: {tpp: [1, 5000]}\n")
        assert said.startswith("base: NVIDIA DGX H100 is a system; the designs are single chips")
        assert "8 x NVIDIA H100 SXM5 80GB" in said

    def test_a_memory_stack_is_no_base(self) -> None:
        with pytest.raises(DataError, match=r"grid.yaml:2: base: .* is a memory stack; the designs of a grid are processors"):
            grid_of("knobs: {tpp: [1]}\nbase: micron-hbm3e-24gb\n")

    def test_a_market_that_is_not_stated(self) -> None:
        text = "knobs: {tpp: [1000, 3000], applicable_die_area: [800]}\n"
        (said,) = self.warnings(text)
        assert said.startswith("datacenter is stated neither under facts nor by a base")
        assert ("undetermined", None) in sweep(grid_of(text), question("2026-06-01")).counts
        assert self.warnings(text + "facts: {datacenter: false}\n") == ()

    def test_a_knob_that_nothing_reads_is_named(self) -> None:
        text = f"base: {B200}\nknobs: {{tpp: [1], applicable_die_area: [1], memory_bandwith: [1, 2, 3], side: [4, 5]}}\n"
        misspelt, idle = self.warnings(text)
        assert misspelt.startswith("knob 'memory_bandwith' is no metric and nothing is made of it")
        assert misspelt.endswith("counted 3 times; nearest metric: memory_bandwidth")
        assert idle.endswith("counted 2 times")
        used = "derived: {cost: {product: [side, 2]}}\nconstraints: [{of: memory_bandwith, ge: 1}]\n"
        assert self.warnings(text + used) == ()
        assert self.warnings(text + "pareto: {maximize: [tpp], minimize: [side, memory_bandwith]}\n") == ()

    def test_the_command_notes_it(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(f"base: {B200}\nknobs: {{tpp: [1000, 3000]}}\n")
        ended = run("sweep", str(path), "--on", "2026-06-01", "--format", "json")
        assert [f"note: {text}" for text in ended.json["warnings"]] == ended.lines[:1]


def test_tf32_counts_with_the_bits_it_is_stored_in() -> None:
    """Law B17: 19 or 32 bits; 200 TFLOPS are 3,800 or 6,400, and the stricter decides."""
    made = "derived: {tpp: {product: [format, 200]}, applicable_die_area: 9000}\nfacts: {datacenter: true}\n"
    found = sweep(grid_of("knobs: {format: [tf32, fp16]}\n" + made), question("2026-06-01"))
    assert found.counts == {("met", "3A090.a"): 1, ("not-met", None): 1}
    assert found.warnings == ("tf32 is counted with the 32 bits it is stored in, the stricter reading; the other is 19",)


class TestCommand:
    def test_it_prints_counts_and_how_they_were_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(SMALL)
        ended = run("sweep", str(path), "--on", "2026-06-01", "--format", "json")
        assert ended.status == 0
        assert ended.json["designs"] == sum(entry["designs"] for entry in ended.json["counts"]) == 900
        assert "900 designs, counted by groups of knobs" in run("sweep", str(path), "--on", "2026-06-01").out

    def test_what_is_assumed_and_where_the_evidence_ends_is_noted(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(SMALL)
        ended = run("sweep", str(path), "--on", "2031-06-01", "--to", "CN")
        assert "note: assumed: exported from the United States" in ended.err
        assert "note: evidence ends on" in ended.err

    def test_what_was_asked_stands_in_the_record_and_why_a_license_is_open_in_the_notes(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text("base: H20\nknobs: {tpp: [100, 5000]}\nbest: {maximize: tpp}\n")
        ended = run("sweep", str(path), "--on", "2026-06-01", "--to", "HK", "--format", "json")
        record = ended.json
        assert (record["on"], record["to"], record["from"], record["headquarters"]) == ("2026-06-01", "CN", "US", ["CN"])
        assert "exported from the United States" in record["assumptions"]
        assert [entry["license_required"] for entry in record["counts"]] == ["yes", "undetermined"]
        assert "note: us-letter-2025 binds those it is addressed to" in ended.err
        assert '"No" means none of these rules asks for a license' in ended.err
        assert "best: no design passes" in run("sweep", str(path), "--on", "2026-06-01", "--to", "CN").out
        before = run("sweep", str(path), "--on", "2024-06-01", "--to", "CN")
        assert "us-letter-2025" not in before.err

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                "--on 1999-01-01",
                "the rulebook has no classification rules for a processor on 1999-01-01 (it begins on 2022-08-01)",
            ),
            ("--on 2026-09-01 --to AE", "United Arab Emirates: its government"),
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
        chip = run("check", "H20", "--set", "tpp=5000", *options.split())
        assert [line for line in chip.lines if line.startswith(f"note: {said}")]
        assert not [line for line in run("sweep", str(path), "--on", "2024-06-01", "--to", "VN").lines if said in line]

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
            f"chipdb: {path}: the rules in force on 2026-06-01 read applicable_die_area or performance_density"
        )
        assert "add a knob" in ended.err
        assert run("sweep", str(path), "--on", "2026-06-01", "-o", "x.csv").status == 2
        assert run("sweep", str(tmp_path / "none.yaml")).status == 2


class TestOverZero:
    """What is divided by zero has no value, in every form and for every use."""

    TEXT = "base: H20\nknobs:\n  tpp: [10, 20]\n  parts: [0, 4]\nderived:\n  share: {over: [tpp, parts]}\n"

    def test_a_design_shows_it_as_missing(self, tmp_path: Path) -> None:
        path, target = tmp_path / "grid.yaml", tmp_path / "out.parquet"
        path.write_text(self.TEXT + "best: {maximize: tpp}\npareto: [share, parts]\n")
        ended = run("sweep", str(path), "--on", "2024-06-01", "--format", "json", "-o", str(target))
        assert ended.status == 0
        assert [(one["tpp"], one["parts"], one["share"]) for one in ended.json["best"]] == [
            (20, 0, None),
            (20, 4, 5),
            (10, 0, None),
            (10, 4, 2.5),
        ]
        assert [one["share"] for one in ended.json["pareto"]] == [5]
        assert parquet.read_table(target)["share"].to_pylist() == [None, 2.5, None, 5]

    def test_it_meets_no_constraint(self) -> None:
        grid = grid_of(self.TEXT + "constraints: [{of: share, gt: 1}]\n")
        assert sweep(grid, question("2024-06-01")).left_out == 2

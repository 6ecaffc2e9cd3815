"""Grids: counted by groups and enumerated, the best, the front, the passing designs."""

from __future__ import annotations

import errno
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from frame_rows import scalar
from grids import SMALL, designs, grid_of
from pyarrow import parquet
from running import run

from chipdb.bulk.frames import prepare
from chipdb.bulk.sweep import enumerate as enumerating
from chipdb.bulk.sweep.count import NotSeparable, count
from chipdb.bulk.sweep.enumerate import Enumeration
from chipdb.bulk.sweep.front import pareto_front
from chipdb.bulk.sweep.grid import Grid
from chipdb.bulk.sweep.sweep import sweep
from chipdb.errors import UsageError
from chipdb.rules.rulebook import load_rules
from chipdb.solver.question import question


def enumerated(grid: Grid, on: str, to: str | None) -> Counter[Any]:
    layout, program = prepare(
        [*grid.metrics(), *dict.fromkeys(["datacenter", *grid.facts])], question(on, to), {}
    )
    return +Enumeration(grid, layout, program).run().counts


class TestCounts:
    """Counting by groups, enumerating, and asking one by one agree."""

    @pytest.mark.parametrize(
        ("on", "to"),
        [("2026-06-01", None), ("2026-06-01", "CN"), ("2022-12-01", "CN"), ("2026-06-01", "RU")],
    )
    def test_both_ways_give_what_the_scalar_code_gives(self, on: str, to: str | None) -> None:
        grid = grid_of(SMALL)
        found = +count(grid, prepare([*grid.metrics(), "datacenter"], question(on, to), {})[1])
        assert found == enumerated(grid, on, to)
        assert sum(found.values()) == grid.size == 900
        some = [
            design
            for design in designs(grid)
            if design["stacks"] == 2 and design["rate"] == 700 and design["format"] == 16
        ]
        fixed = grid_of(
            SMALL.replace("[1, 2, 4]", "[2]")
            .replace("[350, 700, 1100]", "[700]")
            .replace("[fp16, fp8]", "[fp16]")
        )
        by_hand = Counter(
            (answer[0], answer[1], *answer[3:])
            for answer in (scalar({**design, "datacenter": True}, on, to) for design in some)
        )
        assert by_hand == enumerated(fixed, on, to)

    @pytest.mark.parametrize("seed", range(12))
    def test_random_grids_are_counted_as_they_are_enumerated(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        steps = [
            f"{{from: {random.integers(1, 9)}, to: {random.integers(40, 90)}, "
            f"step: {random.integers(1, 9)}}}"
            for _ in range(4)
        ]
        area = random.choice(
            [
                "{product: [c, 9]}",
                "{sum: [{product: [c, 9]}, {product: [d, 2]}]}",
                "{max: [c, {product: [d, 11.5]}]}",
            ]
        )
        memory = random.choice(
            ["{product: [c, 40]}", "{product: [e, 45]}", "{sum: [{product: [e, 30]}, 200]}"]
        )
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
            program = prepare([*grid.metrics(), "datacenter"], question(on, to), {})[1]
            try:
                found = +count(grid, program)
            except NotSeparable:
                assert "{product: [c, 40]}" in text or "d" in area
                continue
            assert found == enumerated(grid, on, to)

    @pytest.mark.parametrize(("op", "caught"), [("gt", 1), ("ge", 3)])
    def test_a_limit_across_two_groups_is_on_the_side_of_its_operator(
        self, op: str, caught: int
    ) -> None:
        """TPP of 100 and 200 on 50 and 100 mm^2 give densities of 2, 1, 4 and 2."""
        when = f"{{metric: performance_density, {op}: 2}}"
        own = f"id: mine\nquestion: classification\nprovisions: [{{id: dense, when: {when}}}]\n"
        asked = question("2022-09-01", book=load_rules().with_file(own.encode(), "mine.yaml"))
        grid = grid_of(
            "knobs:\n  tpp: [100, 200]\n  applicable_die_area: [50 mm^2, 100 mm^2]\n"
            "facts: {datacenter: true}\n"
        )
        _, program = prepare([*grid.metrics(), "datacenter"], asked, {})
        found = count(grid, program)
        assert {status: number for (status, *_), number in found.items()} == {
            "met": caught,
            "not-met": 4 - caught,
        }

    def test_some_of_the_random_shapes_are_not_separable_and_say_so(self) -> None:
        grid = grid_of(
            SMALL.replace(
                "aggregate_io_bandwidth: rate", "aggregate_io_bandwidth: {product: [cores, 5]}"
            ).replace("{product: [stacks, 700]}", "applicable_die_area")
        )
        found = sweep(grid, question("2026-06-01", "CN"))
        assert found.how == "enumerated: two thresholds tie the same groups of knobs"
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
                scalar(
                    {"tpp": tpp, "applicable_die_area": 814, "datacenter": True}, "2024-06-01", None
                )[:2]
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
        return [
            design
            for design in designs(grid)
            if scalar({**design, "datacenter": True}, "2022-12-01", "CN")[3] == "no"
        ]

    def test_they_are_those_of_a_plain_loop(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        grid = grid_of(self.TEXT)
        target = tmp_path / "passing.parquet"
        found = sweep(grid, question("2022-12-01", "CN"), target)
        passing = self.passing(grid)
        best = sorted((design["tpp"] for design in passing), reverse=True)[:3]
        assert [design["tpp"] for design in found.best] == best
        pairs = {(design["tpp"], design["memory_bandwidth"]) for design in passing}
        front = {
            one
            for one in pairs
            if not any(
                other != one and other[0] >= one[0] and other[1] >= one[1] for other in pairs
            )
        }
        assert {(design["tpp"], design["memory_bandwidth"]) for design in found.pareto} == front
        written = parquet.read_table(target).to_pylist()
        assert len(written) == len(passing)
        assert [row["tpp"] for row in written] == [design["tpp"] for design in passing]
        assert {row["format"] for row in written} <= {"fp16", "fp8"}
        assert {row["license_required"] for row in written} == {"no"}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["passing.parquet"]

    @pytest.mark.parametrize("block", [1, 4, 1 << 18])
    def test_formats_of_the_same_bits_keep_their_names(
        self, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", block)
        target = tmp_path / "passing.parquet"
        text = "base: H20\nknobs: {tpp: [1, 2], format: [int8, fp8, fp16, bf16], side: [1, 2]}\n"
        sweep(grid_of(text), question("2024-06-01"), target)
        assert [
            (row["tpp"], row["format"], row["side"])
            for row in parquet.read_table(target).to_pylist()
        ] == list(itertools.product([1, 2], ["int8", "fp8", "fp16", "bf16"], [1, 2]))

    @pytest.mark.parametrize("block", [1, 4, 1 << 18])
    def test_equal_quantities_made_on_two_ways_are_equal(
        self, block: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
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
    def test_the_pareto_front_points_is_what_nothing_dominates(self, size: int) -> None:
        points = np.random.default_rng(size).integers(0, 12, (size, 300)).astype(float)
        rows = {tuple(point) for point in points.T}
        expected = {
            one
            for one in rows
            if not any(
                other != one and all(a >= b for a, b in zip(other, one, strict=True))
                for other in rows
            )
        }
        found = [tuple(points[:, index]) for index in pareto_front(points)]
        assert set(found) == expected
        assert len(found) == len(expected), "equal points stand once"

    def test_an_interruption_leaves_no_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)

        def stop(done: int, size: int) -> None:
            if done > size / 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep(
                grid_of(self.TEXT),
                question("2022-12-01", "CN"),
                tmp_path / "passing.parquet",
                stop,
            )
        assert list(tmp_path.iterdir()) == []

    def test_a_file_without_designs_has_the_columns_of_one_with_some(self, tmp_path: Path) -> None:
        text = (
            "base: H20\nknobs: {tpp: [10], format: [fp8]}\nderived: {half: {product: [tpp, 0.5]}}\n"
        )
        some, none = tmp_path / "some.parquet", tmp_path / "none.parquet"
        for target, more in ((some, ""), (none, "constraints: [{of: tpp, gt: 10}]\n")):
            sweep(grid_of(text + more), question("2024-06-01", "CN"), target)
        assert (len(parquet.read_table(some)), len(parquet.read_table(none))) == (1, 0)
        assert parquet.read_schema(none) == parquet.read_schema(some)

    @pytest.mark.parametrize("method", ["write_table", "close"])
    def test_a_full_disk_is_reported_and_leaves_no_file(
        self, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumerating, "BLOCK", 64)
        real = getattr(parquet.ParquetWriter, method)
        calls = itertools.count()

        def full(*arguments: Any) -> None:
            call = next(calls)
            if call == 3 or (call == 0 and method == "close"):
                raise OSError(errno.ENOSPC, "Error writing bytes to file")
            real(*arguments)

        monkeypatch.setattr(parquet.ParquetWriter, method, full)
        with pytest.raises(UsageError, match=r"passing.parquet: No space left on device$"):
            sweep(grid_of(self.TEXT), question("2022-12-01", "CN"), tmp_path / "passing.parquet")
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_takes_no_file_is_told_before_the_work(self) -> None:
        seen: list[int] = []
        with pytest.raises(UsageError, match=r"^cannot write /proc/x.parquet: "):
            sweep(
                grid_of(self.TEXT),
                question("2022-12-01"),
                Path("/proc/x.parquet"),
                lambda done, _: seen.append(done),
            )
        assert seen == []


class TestOverZero:
    """What is divided by zero has no value, in every form and for every use."""

    TEXT = (
        "base: H20\nknobs:\n  tpp: [10, 20]\n  parts: [0, 4]\n"
        "derived:\n  share: {over: [tpp, parts]}\n"
    )

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

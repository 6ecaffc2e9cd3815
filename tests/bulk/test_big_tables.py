"""``check TABLE -o out.parquet``: Arrow batches in one loop."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from engines import answers_of, arrow_table_of
from frame_rows import near_thresholds
from pyarrow import parquet
from running import run

import chipdb
from chipdb.bulk import parquet as stream
from chipdb.solver.question import question

DAY = ("--on", "2026-06-01")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.parquet"
    parquet.write_table(arrow_table_of(near_thresholds(5000, 11)), path, row_group_size=700)
    return path


def test_the_file_has_the_rows_with_their_answers(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BATCH", 512)
    target = tmp_path / "out.parquet"
    found = stream.check_file(table, target, question("2026-06-01", "CN"))
    read = parquet.read_table(target)
    expected = chipdb.check_frame(parquet.read_table(table), on="2026-06-01", to="CN")
    assert read.column_names == expected.column_names
    assert answers_of(read).equals(answers_of(expected))
    assert np.array_equal(read["tpp"].to_numpy(), expected["tpp"].to_numpy(), equal_nan=True)
    assert sum(found.values()) == 5000
    columns = ["status", "license_required", "contested", "caution"]
    assert {(row.status, row.license_required, row.contested, row.caution) for row in found} == set(
        answers_of(expected)[columns].itertuples(index=False, name=None)
    )


def test_numbers_that_do_not_compress_are_written_as_they_are(tmp_path: Path) -> None:
    """Random digits stay as large when compressed; repeated ones, and short texts, do not."""
    source, target = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    random = np.random.default_rng(3).uniform(0, 8000, 20_000)
    columns = {"tpp": random, "applicable_die_area": np.full(20_000, 800.0)}
    columns["datacenter"] = np.arange(20_000) % 2 == 0
    texts = {"note": ["the same note in every row"] * 20_000}
    parquet.write_table(pa.table(columns | texts), source, use_dictionary=["note"])
    stream.check_file(source, target, question("2026-06-01"))

    group = parquet.read_metadata(target).row_group(0)
    codecs = {}
    for position in range(group.num_columns):
        codecs[group.column(position).path_in_schema] = group.column(position).compression
    assert codecs["tpp"] == "UNCOMPRESSED"
    others = {name: codec for name, codec in codecs.items() if name != "tpp"}
    assert set(others.values()) == {"SNAPPY"}
    assert {"applicable_die_area", "note", "status"} <= others.keys()


def test_a_nested_column_is_written_with_one_compression(tmp_path: Path) -> None:
    source, target = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    random = np.random.default_rng(3).uniform(0, 8000, 2_000)
    columns = {"tpp": random, "applicable_die_area": random, "datacenter": random > 4000}
    table = pa.table({**columns, "more": [[1, 2]] * 2_000})
    parquet.write_table(table, source, use_dictionary=False)
    stream.check_file(source, target, question("2026-06-01"))
    assert parquet.read_table(target)["more"].to_pylist() == [[1, 2]] * 2_000


def test_systems_in_a_big_table_are_undetermined(tmp_path: Path) -> None:
    """4A090 reads the chips in a computer; the figures of its row would be those of one of them."""
    source, target = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    columns = {"tpp": [1000.0] * 3, "applicable_die_area": [800.0] * 3, "datacenter": [True] * 3}
    identity = {
        "kind": [None, "system", None],
        "id": ["mine", "mine-8", "nvidia-hgx-h100-8-gpu"],
    }
    parquet.write_table(pa.table({**columns, **identity}), source)
    found = stream.check_file(source, target, question("2024-06-01"))
    read = answers_of(parquet.read_table(target))
    assert read["status"].tolist() == ["not-met", "undetermined", "undetermined"]
    assert stream.exit_status(found) == 3


def test_the_command_prints_counts_and_ends_as_check_does(table: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    ended = run("check", str(table), *DAY, "-o", str(target), "--format", "json")
    counts = json.loads(ended.out)
    assert ended.status == 1
    assert sum(entry["rows"] for entry in counts) == 5000
    statuses = pl.read_parquet(target)["status"].value_counts()
    assert {row["status"]: row["rows"] for row in counts} == dict(statuses.iter_rows())


@pytest.mark.parametrize(("tpp", "status"), [(100.0, 0), (None, 3), (5000.0, 1)])
def test_the_exit_status_of_one_row(tpp: float | None, status: int, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"tpp,applicable_die_area,datacenter\n{'' if tpp is None else tpp},800,true\n")
    ended = run("check", str(path), *DAY, "-o", str(tmp_path / "out.parquet"))
    assert ended.status == status, ended.err


@pytest.mark.parametrize(
    ("tpp", "to", "status"),
    [(4799.999999, "IN", 0), (4800.0, "IN", 3), (4800.0, "DE", 0), (4800.0, "CN", 1)],
)
def test_a_no_that_a_caution_could_turn_ends_with_3(
    tpp: float, to: str, status: int, tmp_path: Path
) -> None:
    """742.6(a)(6)(iii)(A) as printed reaches 3A090.a worldwide; AIA (740.27) lifts it for Germany.

    At 3,100 mm^2 the density is below 1.6, so 4,800 TPP is the only threshold (3A090.a.1).
    """
    path = tmp_path / "one.csv"
    path.write_text(
        "tpp,applicable_die_area,datacenter,memory_bandwidth,aggregate_io_bandwidth\n"
        f"{tpp},3100,true,100,50\n"
    )
    target = str(tmp_path / "out.parquet")
    ended = run("check", str(path), "--on", "2026-06-01", "--to", to, "-o", target)
    assert ended.status == status, ended.err


def test_a_row_of_a_file_without_a_word_on_digital_is_digital(tmp_path: Path) -> None:
    path, target = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    figures = {
        "tpp": [5000.0] * 2,
        "applicable_die_area": [800.0] * 2,
        "datacenter": [True] * 2,
        "digital": [None, False],
    }
    parquet.write_table(pa.table(figures), path)
    stream.check_file(path, target, question("2026-06-01"))
    assert parquet.read_table(target)["status"].to_pylist() == ["met", "not-met"]


@pytest.mark.parametrize("facts", [[1, 0, None], [1.0, 0.0, None], [True, False, None]])
def test_facts_of_a_file_may_be_ones_and_zeros_as_in_frames(
    facts: list[Any], tmp_path: Path
) -> None:
    path, target = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    table = pa.table({"tpp": [4000.0] * 3, "applicable_die_area": [800.0] * 3, "datacenter": facts})
    parquet.write_table(table, path)
    stream.check_file(path, target, question("2026-06-01"))
    assert parquet.read_table(target)["status"].to_pylist() == ["met", "not-met", "undetermined"]
    table.to_pandas().to_csv(tmp_path / "rows.csv", index=False)
    stream.check_file(tmp_path / "rows.csv", target, question("2026-06-01"))
    assert parquet.read_table(target)["status"].to_pylist() == ["met", "not-met", "undetermined"]
    parquet.write_table(table.set_column(2, "datacenter", pa.nulls(3)), path)
    stream.check_file(path, target, question("2026-06-01"))
    assert parquet.read_table(target)["status"].to_pylist() == ["undetermined"] * 3


@pytest.mark.parametrize("first", ["4800,3000,1,", ",,,", "4800,3000,true,"])
def test_a_column_of_a_csv_is_what_it_is_in_all_its_rows(first: str, tmp_path: Path) -> None:
    """The types are not guessed from the first rows, which may be integers or empty."""
    path, target = tmp_path / "rows.csv", tmp_path / "out.parquet"
    path.write_text(
        "tpp,applicable_die_area,datacenter,note\n"
        + f"{first}\n" * 150_000
        + "4799.999999,3000.5,false,last\n"
    )
    stream.check_file(path, target, question("2026-06-01"))
    last = parquet.read_table(target).to_pylist()[-1]
    assert (last["tpp"], last["datacenter"], last["note"], last["status"]) == (
        4799.999999,
        False,
        "last",
        "not-met",
    )


def test_a_csv_of_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("tpp,applicable_die_area,datacenter\n")
    ended = run("check", str(tmp_path / "rows.csv"), *DAY, "-o", str(tmp_path / "out.parquet"))
    assert ended.status == 0, ended.err
    assert parquet.read_table(tmp_path / "out.parquet").num_rows == 0


def test_a_damaged_page_is_bad_data(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    parquet.write_table(
        pa.table(
            {"tpp": [1.0, 2.0], "applicable_die_area": [1.0, 2.0], "datacenter": [True, False]}
        ),
        path,
    )
    whole = bytearray(path.read_bytes())
    whole[4:60] = b"\xff" * 56
    path.write_bytes(bytes(whole))
    ended = run("check", str(path), *DAY, "-o", str(tmp_path / "out.parquet"))
    assert ended.status == 2, ended.err
    assert "rows.parquet: cannot be read" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("tpp,applicable_die_area,datacenter,tpp\n4800,3000,true,1\n")
    ended = run("check", str(tmp_path / "rows.csv"), *DAY, "-o", str(tmp_path / "out.parquet"))
    assert ended.status == 2
    assert "'tpp' and 'tpp' state the same figure" in ended.err


def test_no_rows_give_an_empty_file_with_its_columns(tmp_path: Path) -> None:
    path, target = tmp_path / "none.parquet", tmp_path / "out.parquet"
    parquet.write_table(arrow_table_of(near_thresholds(4, 1)).slice(0, 0), path)
    stream.check_file(path, target, question("2026-06-01"))
    assert parquet.read_table(target).column_names[-3:] == ["status", "outcome", "contested"]


def test_an_interruption_leaves_no_file(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BATCH", 512)

    def stop(done: int, _: int) -> None:
        if done > 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stream.check_file(table, tmp_path / "out.parquet", question("2026-06-01"), stop)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        ({"tpp": [1.0]}, [], "applicable_die_area or performance_density"),
        (
            {"tpp": [1.0], "performance_density": [1.0], "datacenter": ["no"]},
            [],
            "a fact is true, false or null",
        ),
        ({"tpp": [1.0]}, ["--derate", "compute=30%"], "--derate does not apply to a table"),
        (None, [], "cannot be read"),
    ],
)
def test_errors_are_one_line_and_leave_no_file(
    make: dict[str, Any] | None, options: list[str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    if make is None:
        path.write_bytes(b"PAR1 is not enough")
    else:
        parquet.write_table(pa.table(make), path)
    ended = run("check", str(path), *DAY, "-o", str(tmp_path / "out.parquet"), *options)
    assert ended.status == 2
    assert message in ended.err
    assert ended.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


FULL = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
sys.argv = ["chipdb", *sys.argv[1:]]
runpy.run_module("chipdb", run_name="__main__")
"""


def test_a_disk_without_room_is_named_and_no_file_is_left(tmp_path: Path) -> None:
    path, target = tmp_path / "rows.parquet", tmp_path / "out" / "out.parquet"
    target.parent.mkdir()
    figures = np.random.default_rng(1).uniform(1, 9000, (2, 40_000))
    parquet.write_table(
        pa.table(
            {"tpp": figures[0], "applicable_die_area": figures[1], "datacenter": [True] * 40_000}
        ),
        path,
    )
    call = [sys.executable, "-c", FULL, "check", str(path), *DAY, "-o", str(target)]
    ended = subprocess.run(call, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (
        2,
        f"chipdb: cannot write {target}: File too large\n",
    )
    assert list(target.parent.iterdir()) == []


def test_it_does_not_write_over_what_it_reads(table: Path) -> None:
    before = table.read_bytes()
    ended = run("check", str(table), *DAY, "-o", str(table))
    assert ended.status == 2
    assert "is the file that is read" in ended.err
    assert table.read_bytes() == before


def test_what_is_assumed_and_where_the_evidence_ends_is_noted(table: Path, tmp_path: Path) -> None:
    late = ("--on", "2031-06-01", "--to", "CN")
    ended = run("check", str(table), *late, "-o", str(tmp_path / "out.parquet"))
    one = run("check", "a100", *late, "--format", "json").json[0]
    assert "note: assumed: exported from the United States" in ended.err
    ends = [text for text in one["warnings"] if text.startswith("evidence ends on")]
    assert ends
    assert "note: evidence ends on" in ended.err
    assert "note:" not in run("check", str(table), *DAY, "-o", str(tmp_path / "out.parquet")).err


def test_a_chip_is_no_table(tmp_path: Path) -> None:
    ended = run("check", "a100", *DAY, "-o", str(tmp_path / "out.parquet"))
    assert ended.status == 2
    assert "answers for one table" in ended.err


PEAKS = """
import sys
from pathlib import Path
from chipdb.bulk.parquet import check_file
from chipdb.solver.question import question
for name in ("some", "twice"):
    folder = Path(sys.argv[1])
    check_file(folder / f"{name}.parquet", folder / "out.parquet", question("2026-06-01"))
    print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))
"""


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Twice the rows take no more memory."""
    random = np.random.default_rng(1)
    figures = {
        "tpp": random.uniform(0, 8000, 600_000),
        "applicable_die_area": random.uniform(1, 900, 600_000),
    }
    part = pa.table({**figures, "datacenter": np.ones(600_000, bool)})
    for name, times in (("some", 7), ("twice", 14)):
        with parquet.ParquetWriter(tmp_path / f"{name}.parquet", part.schema) as writer:
            for _ in range(times):
                writer.write_table(part)
    ended = subprocess.run(
        [sys.executable, "-c", PEAKS, str(tmp_path)], check=True, capture_output=True, text=True
    )
    small, large = map(int, ended.stdout.split())
    assert large - small < 45_000, "kilobytes; the further rows are 70,000 when decoded"

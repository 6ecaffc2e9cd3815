"""Tables of any size, as Arrow batches in one loop: one batch is read, one answered and one written at a time."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from chipdb.bulk.arrays import CONTESTED, Columns, answer
from chipdb.bulk.circuit import UNKNOWN
from chipdb.bulk.columns import Layout, layout_of
from chipdb.bulk.frames import (
    ANSWERS,
    arrow_column,
    fact_codes,
    names_of,
    numbers,
    prepared,
    settled,
)
from chipdb.bulk.program import Program
from chipdb.bulk.progress import ReportProgress, ignore_progress
from chipdb.errors import DataError, Problem, UsageError
from chipdb.solver.question import Question
from chipdb.vocabulary import Required, Status
from chipdb.whole_files import whole_file

BATCH = 1 << 19
"""Rows a batch: few enough to stay small beside any limit on memory, enough for every core."""


def check_file(
    source: Path, target: Path, asked: Question, report_progress: ReportProgress = ignore_progress
) -> Counter[tuple[str, str, bool]]:
    """Answer every row of a Parquet or CSV file into a Parquet file: its columns, then the answers.

    Gives how many rows have each status, license (or an empty text) and contest. The file appears whole or not at all.
    Raises :class:`UsageError` where a column is missing or the target cannot be written, :class:`DataError` where the file
    cannot be read.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UsageError(
            f"{source}: reading Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"-o {target}: is the file that is read; name another")
    found: Counter[tuple[str, str, bool]] = Counter()
    try:
        schema, batches, rows = _opened(source)
        layout, program = prepared(schema.names, asked, {})
        with whole_file(target) as path, ThreadPoolExecutor(1) as writing:
            writer = None
            last: Future[None] | None = None
            for batch in _read(source, batches):
                answered = _answered(batch, layout, program, rows, found)
                writer = writer or parquet.ParquetWriter(
                    path, answered.schema, use_dictionary=list(program_names(program))
                )
                if last is not None:
                    last.result()
                last = writing.submit(writer.write_batch, answered)
                report_progress(sum(found.values()), rows)
            if last is not None:
                last.result()
            writer = writer or parquet.ParquetWriter(path, _empty(schema, layout, program).schema)
            writer.close()
    except pyarrow.ArrowException as error:
        detail = str(error).partition("\n")[0]
        raise DataError([Problem(str(source), 0, "", f"cannot be read: {detail}")]) from None
    except OSError as error:  # reading raises none: what is left is a full disk
        raise UsageError(
            f"-o {target}: {os.strerror(error.errno) if error.errno else error}"
        ) from None
    return found


def program_names(program: Program) -> tuple[str, ...]:
    """The names of the answers that are texts."""
    return tuple(output.name for output in program.fast.outputs)


def _opened(source: Path) -> tuple[Any, Iterator[Any], int]:
    from pyarrow import parquet

    try:
        if source.suffix.lower() == ".parquet":
            file = parquet.ParquetFile(source, pre_buffer=False)
            return file.schema_arrow, file.iter_batches(BATCH), file.metadata.num_rows
        reader = _csv(source)
    except OSError as error:
        raise _unreadable(source, error) from None
    return reader.schema, iter(reader), 0


def _csv(source: Path) -> Any:
    """A reader whose columns are of the kinds that the rules need, whatever the first rows look like."""
    import pyarrow
    from pyarrow import csv

    options = csv.ParseOptions(delimiter="\t" if source.suffix.lower() == ".tsv" else ",")
    with csv.open_csv(source, parse_options=options) as reader:
        guessed = reader.schema
    layout = layout_of(guessed.names, {})
    kinds = {field.name: pyarrow.string() for field in guessed if pyarrow.types.is_null(field.type)}
    kinds |= dict.fromkeys(layout.columns(), pyarrow.float64())
    decimal = [
        name
        for name in layout.facts.values()
        if pyarrow.types.is_floating(guessed.field(name).type)
    ]
    kinds |= {
        name: pyarrow.float64() if name in decimal else pyarrow.bool_()
        for name in layout.facts.values()
    }
    return csv.open_csv(
        source, parse_options=options, convert_options=csv.ConvertOptions(column_types=kinds)
    )


def _read(source: Path, batches: Iterator[Any]) -> Iterator[Any]:
    """The batches; a damaged page shows only when it is reached."""
    try:
        yield from batches
    except OSError as error:
        raise _unreadable(source, error) from None


def _unreadable(source: Path, error: OSError) -> DataError:
    detail = error.strerror or str(error).partition("\n")[0]
    return DataError([Problem(str(source), 0, "", f"cannot be read: {detail}")])


def _answered(
    batch: Any, layout: Layout, program: Program, total: int, found: Counter[tuple[str, str, bool]]
) -> Any:
    import pyarrow

    columns = arrow_columns(batch, layout)
    answers = answer(program, columns, total)
    names = names_of(program)
    _count(found, answers, names)
    kept = {
        name: arrow_column(answers[name], names.get(name)) for name in ANSWERS if name in answers
    }
    arrays = [*batch.columns, *kept.values()]
    return pyarrow.RecordBatch.from_arrays(arrays, names=[*batch.schema.names, *kept])


def _empty(schema: Any, layout: Layout, program: Program) -> Any:
    import pyarrow

    none = pyarrow.RecordBatch.from_arrays(
        [pyarrow.array([], field.type) for field in schema], schema=schema
    )
    return _answered(none, layout, program, 0, Counter())


def arrow_columns(batch: Any, layout: Layout) -> Columns:
    """The columns of an Arrow batch that are read, as arrays; without a copy where nothing is null."""
    facts, figures = {}, {}
    for name, column in layout.facts.items():
        facts[name] = settled(name, _fact(batch.column(column), column))
    for column in layout.columns():
        if column not in layout.facts.values():
            figures[column] = numbers(batch.column(column).to_numpy(zero_copy_only=False), column)
    return Columns(layout, figures, facts, batch.num_rows)


def _fact(array: Any, column: str) -> Any:
    import pyarrow

    if pyarrow.types.is_boolean(array.type):
        return array.cast(pyarrow.int8()).fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
    if (
        pyarrow.types.is_integer(array.type)
        or pyarrow.types.is_floating(array.type)
        or pyarrow.types.is_null(array.type)
    ):
        return fact_codes(numbers(array.to_numpy(zero_copy_only=False), column), column)
    raise UsageError(f"the column {column!r} holds {array.type}; a fact is true, false or null")


def _count(
    found: Counter[tuple[str, str, bool]],
    answers: Mapping[str, Any],
    names: Mapping[str, tuple[str, ...]],
) -> None:
    status = answers["status"].astype(np.int16)
    license_ = answers.get("license_required")
    key = status * 8 + answers[CONTESTED] * 4 + (license_ if license_ is not None else 0)
    for code, count in enumerate(np.bincount(key)):
        if count:
            required = names["license_required"][code % 4] if license_ is not None else ""
            found[names["status"][code // 8], required, bool(code // 4 % 2)] += int(count)


def exit_status(found: Counter[tuple[str, str, bool]]) -> int:
    """1 if any row is caught; else 3 if one is undetermined, or not caught but contested; else 0."""
    answers = {(required or status, contested) for status, required, contested in found}
    if any(text in (Status.MET, Required.YES) for text, _ in answers):
        return 1
    return 3 if any(text == Status.UNDETERMINED or contested for text, contested in answers) else 0

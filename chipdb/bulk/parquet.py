"""Tables of any size: Arrow batches are read, answered and written one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from chipdb.bounds import MOST_UNFOLDED
from chipdb.bulk.arrays import CONTESTED, LICENSE_CONTESTED, ArrayColumns, answer_columns
from chipdb.bulk.catalog_rows import ID, KIND, leave_undetermined, rows_of_other_kinds
from chipdb.bulk.columns import Layout, layout_of
from chipdb.bulk.frames import (
    array_columns,
    arrow_column,
    in_order,
    labels_of,
    prepare,
)
from chipdb.bulk.output_file import parquet_output
from chipdb.bulk.program import Program
from chipdb.bulk.progress import ReportProgress, ignore_progress
from chipdb.bulk.values import column_array
from chipdb.catalog.catalog import load
from chipdb.errors import DataError, Problem, UsageError
from chipdb.solver.question import Question
from chipdb.solver.verdict import exit_status as exit_status_of

BATCH = 1 << 19
"""Rows in a batch: few enough for little memory, enough to keep every core busy."""

HARDLY_SMALLER = 0.9
"""A column that compression leaves larger than this share of its size is written as it is."""


class RowAnswer(NamedTuple):
    """What rows are counted by.

    ``license_required`` and ``caution`` are empty without a destination. ``contested`` is the
    column of that name, ``license_contested`` says it of the license only.
    """

    status: str
    license_required: str
    contested: bool
    license_contested: bool
    caution: str

    @property
    def exit_status(self) -> int:
        """1 if the row is controlled or needs a license, 3 if that is in doubt, else 0."""
        if self.license_required:
            pair = (self.license_required, self.license_contested or bool(self.caution))
        else:
            pair = (self.status, self.contested)
        return exit_status_of([pair])


Counts = Counter[RowAnswer]
"""How many rows have each answer."""


def check_file(
    source: Path,
    target: Path,
    question: Question,
    report_progress: ReportProgress = ignore_progress,
) -> Counts:
    """Check every row of a Parquet or CSV file; write its columns and the answers as Parquet.

    The file appears whole or not at all.

    Raises :class:`~chipdb.errors.UsageError` if a column is missing or the target cannot be
    written, and :class:`~chipdb.errors.DataError` if the file cannot be read.
    """
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise UsageError(
            f"{source}: reading Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None

    # Links and other spellings of the path are the same file too.
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"cannot write {target}: it is the file that is read; name another")

    try:
        schema, batches, total_rows = _open(source)
        layout, program = prepare(schema.names, question, {})
        _check_types(schema, layout)
        checker = _BatchChecker(layout, program, total_rows)
        with (
            parquet_output(
                target, checker.schema(schema), list(checker.labels), _incompressible(source)
            ) as writer,
            ThreadPoolExecutor(1) as writing,
        ):
            last_write: Future[None] | None = None
            for batch in _batches(source, batches):
                answered = checker.answer(batch)
                if last_write is not None:
                    # At most one batch waits, and an error of the write is raised here.
                    last_write.result()
                last_write = writing.submit(writer.write_batch, answered)
                report_progress(checker.counts.total(), total_rows)
            if last_write is not None:
                last_write.result()
    except pyarrow.ArrowException as error:
        detail = str(error).partition("\n")[0]
        raise DataError([Problem(str(source), 0, "", f"cannot be read: {detail}")]) from None
    return checker.counts


def exit_status(counts: Counts) -> int:
    """1 if any row is controlled or needs a license.

    Else 3 if one is undetermined, or neither but contested or cautioned; else 0.
    """
    statuses = {answer.exit_status for answer in counts}
    if 1 in statuses:
        return 1
    return max(statuses, default=0)


def _open(source: Path) -> tuple[Any, Iterator[Any], int]:
    """The schema, the batches, and the number of rows (0 if it is not known)."""
    from pyarrow import parquet

    try:
        if source.suffix.lower() == ".parquet":
            rows = _rows_at_once(source)
            # Without pre_buffer the file is read batch by batch, in constant memory.
            file = parquet.ParquetFile(source, pre_buffer=False)
            return file.schema_arrow, file.iter_batches(rows), file.metadata.num_rows
        reader = _open_csv(source)
    except OSError as error:
        raise _unreadable(source, error) from None
    return reader.schema, iter(reader), 0


def _rows_at_once(source: Path) -> int:
    """How many rows of a Parquet file are read together: fewer where a row unfolds to much."""
    from chipdb.catalog.unfolded_parquet import unfolded_size

    in_a_row = unfolded_size(source).in_a_row
    if in_a_row > MOST_UNFOLDED:
        message = f"a row unfolds to {in_a_row:,} bytes; the limit is {MOST_UNFOLDED:,}"
        raise DataError.of_file(str(source), message)
    return min(BATCH, MOST_UNFOLDED // max(in_a_row, 1))


def _incompressible(source: Path) -> set[str]:
    """The columns of a Parquet file that compression hardly makes smaller, by its first rows."""
    from pyarrow import parquet

    metadata = parquet.read_metadata(source) if source.suffix.lower() == ".parquet" else None
    if metadata is None or not metadata.num_row_groups:
        return set()
    names: set[str] = set()
    first = metadata.row_group(0)
    for position in range(first.num_columns):
        column = first.column(position)
        # A dictionary has made a column small already, and the copy is written without it.
        if column.has_dictionary_page:
            continue
        # A file without compression does not tell, and its owner does not mind.
        if column.total_compressed_size >= HARDLY_SMALLER * column.total_uncompressed_size:
            names.add(column.path_in_schema)
    return names


def _open_csv(source: Path) -> Any:
    """Open a CSV file with the types that the rules need, even if its first rows suggest others."""
    import pyarrow
    from pyarrow import csv

    delimiter = "\t" if source.suffix.lower() == ".tsv" else ","
    options = csv.ParseOptions(delimiter=delimiter)
    # Arrow guesses types from the first block: a column that is empty there would be of type null
    # and fail on its first value. So the file is opened twice.
    with csv.open_csv(source, parse_options=options) as reader:
        guessed = reader.schema
    layout = layout_of(guessed.names, {})
    types = {}
    for field in guessed:
        if pyarrow.types.is_null(field.type):
            types[field.name] = pyarrow.string()

    for column in layout.figure_columns():
        types[column] = pyarrow.float64()
    for column in layout.facts.values():
        is_decimal = pyarrow.types.is_floating(guessed.field(column).type)
        types[column] = pyarrow.float64() if is_decimal else pyarrow.bool_()

    convert = csv.ConvertOptions(column_types=types)
    return csv.open_csv(source, parse_options=options, convert_options=convert)


def _batches(source: Path, batches: Iterable[Any]) -> Iterator[Any]:
    """The batches of a file; a damaged page is only noticed when it is reached."""
    try:
        yield from batches
    except OSError as error:
        raise _unreadable(source, error) from None


def _unreadable(source: Path, error: OSError) -> DataError:
    """The error for a file that cannot be opened."""
    detail = error.strerror or str(error).partition("\n")[0]
    return DataError([Problem(str(source), 0, "", f"cannot be read: {detail}")])


class _BatchChecker:
    """Answers batches and counts the answers."""

    def __init__(self, layout: Layout, program: Program, total_rows: int) -> None:
        """Start without counts; ``total_rows`` of all batches decides how rows are answered."""
        self.layout = layout
        self.program = program
        self.total_rows = total_rows
        self.labels = labels_of(program)
        self.counts: Counts = Counter()

    def schema(self, schema: Any) -> Any:
        """Return the schema of the answered batches."""
        import pyarrow

        fields = [pyarrow.field(field.name, field.type) for field in schema]
        # The schema is wanted before the first batch, so it is read off columns without rows.
        no_codes = {name: np.zeros(0, np.int8) for name in self.labels}
        no_codes[CONTESTED] = np.zeros(0, np.bool_)
        for name, codes in in_order(no_codes).items():
            fields.append(pyarrow.field(name, arrow_column(codes, self.labels.get(name)).type))
        return pyarrow.schema(fields)

    def answer(self, batch: Any) -> Any:
        """Return a batch with its answers."""
        import pyarrow

        columns = _columns_of(batch, self.layout)
        answers = answer_columns(self.program, columns, self.total_rows)
        # A table may be larger than memory, so no row of it is looked up in the catalog.
        identity = _identity_of(batch)
        if identity:
            others = rows_of_other_kinds(identity, batch.num_rows, load())
            leave_undetermined(answers, self.labels, others)
        self._count(answers)
        names, arrays = list(batch.schema.names), list(batch.columns)
        for name, codes in in_order(answers).items():
            names.append(name)
            arrays.append(arrow_column(codes, self.labels.get(name)))
        return pyarrow.RecordBatch.from_arrays(arrays, names=names)

    def _count(self, answers: Mapping[str, Any]) -> None:
        """Add a batch to the counts, by one small integer for each row."""
        # Bits 0 and 1 hold the license, bits 2 and 3 what is contested, the next two the status,
        # the rest the caution.
        keys = answers["status"].astype(np.int16) * 16
        keys += answers[CONTESTED] * np.int16(4) + answers[LICENSE_CONTESTED] * np.int16(8)
        has_license = "license_required" in answers
        if has_license:
            keys += answers["license_required"]
            keys += answers["caution"] * np.int16(64)
        for key, rows in enumerate(np.bincount(keys)):
            if not rows:
                continue
            license_required = caution = ""
            if has_license:
                license_required = self.labels["license_required"][key % 4]
                caution = self.labels["caution"][key // 64]
            answer = RowAnswer(
                status=self.labels["status"][key // 16 % 4],
                license_required=license_required,
                contested=bool(key // 4 % 2),
                license_contested=bool(key // 8 % 2),
                caution=caution,
            )
            self.counts[answer] += int(rows)


def _columns_of(batch: Any, layout: Layout) -> ArrayColumns:
    """The columns of an Arrow batch that are read, as arrays; without a copy if nothing is null."""
    arrays = {}
    facts = set(layout.facts.values())
    for column in layout.columns():
        arrays[column] = column_array(batch.column(column), column, is_fact=column in facts)
    return array_columns(layout, arrays, batch.num_rows)


def _identity_of(batch: Any) -> dict[str, Any]:
    """The columns of an Arrow batch that state the kind of each row, as objects."""
    import pyarrow

    texts = {}
    for name in (ID, KIND):
        position = batch.schema.get_field_index(name)
        if position >= 0:
            column = batch.column(position)
            if not pyarrow.types.is_nested(column.type):
                texts[name] = np.asarray(column.to_pylist(), object)
    return texts


def _check_types(schema: Any, layout: Layout) -> None:
    """Refuse a column of a wrong type before anything is written."""
    import pyarrow

    facts = set(layout.facts.values())
    for column in layout.columns():
        no_values = pyarrow.array([], schema.field(column).type)
        column_array(no_values, column, is_fact=column in facts)

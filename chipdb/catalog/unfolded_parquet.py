"""How large a Parquet file becomes when it is read, found without reading it.

A Parquet file stores a repeated text once: a file of 7 kB can stand for 100 GB. The metadata gives
the size of the stored values only, so the longest text of each dictionary is looked at, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipdb.bounds import MOST_CELL_BYTES, MOST_COLUMNS, MOST_UNFOLDED_COLUMN
from chipdb.errors import DataError
from chipdb.lazy_dataclasses import dataclass

PREFIXED = "DELTA_BYTE_ARRAY"
"""An encoding that stores what a text shares with the one before it as a number: no bound on what
it unfolds to is known before it is read."""
TEXTS = ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY")
"""The physical types of Parquet whose values may be long."""
NUMBER_BYTES = 8


@dataclass(frozen=True)
class Unfolded:
    """The most bytes to which a file unfolds: in all, and for a row of its widest row group."""

    total: int
    in_a_row: int


def unfolded_size(path: Path) -> Unfolded:
    """The size to which a Parquet file unfolds at most, once no part of it is too large.

    Raises :class:`DataError` for a text, a part of a column, or a number of columns beyond the
    bounds, and for an encoding that has none; Arrow's errors for a file that cannot be read.
    """
    from pyarrow import parquet

    name = str(path)
    metadata = parquet.read_metadata(path)
    if metadata.num_columns > MOST_COLUMNS:
        raise DataError.of_file(name, f"more than {MOST_COLUMNS} columns")

    longest = _longest_texts(path, metadata)
    total = in_a_row = 0
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        size = sum(
            _column_size(group.column(position), longest, name)
            for position in range(group.num_columns)
        )
        total += size
        in_a_row = max(in_a_row, size // max(group.num_rows, 1))
    return Unfolded(total, in_a_row)


def _column_size(column: Any, longest: dict[str, int], name: str) -> int:
    """The most bytes to which one column of a row group unfolds; raises :class:`DataError`."""
    path = column.path_in_schema
    if PREFIXED in column.encodings:
        message = f"the column {path!r} is encoded as {PREFIXED}, which may unfold without bound"
        raise DataError.of_file(name, f"{message}; write it with another encoding")
    stored: int = column.total_uncompressed_size
    if stored > MOST_UNFOLDED_COLUMN:
        message = f"the column {path!r} unfolds to {stored:,} bytes in one row group"
        raise DataError.of_file(name, f"{message}; the limit is {MOST_UNFOLDED_COLUMN:,}")

    most_of_a_value = NUMBER_BYTES
    if column.physical_type in TEXTS and column.has_dictionary_page:
        # a text of a dictionary is at most all that is stored
        most_of_a_value = longest.get(path, stored)
        if most_of_a_value > MOST_CELL_BYTES and path in longest:
            message = f"the column {path!r} has a text of {most_of_a_value:,} bytes"
            raise DataError.of_file(name, f"{message}; the limit is {MOST_CELL_BYTES:,}")
    values: int = column.num_values
    return max(stored, values * most_of_a_value)


def _longest_texts(path: Path, metadata: Any) -> dict[str, int]:
    """The longest text in the dictionaries of each column of texts, in bytes.

    Columns within others (of lists or structs) are left out.
    """
    from pyarrow import parquet

    texts = _columns_with_dictionaries(metadata)
    # Read as a dictionary, a text that is repeated a million times is in memory once.
    folded = parquet.ParquetFile(path, read_dictionary=sorted(texts), pre_buffer=False)
    columns = [field.name for field in folded.schema_arrow if field.name in texts]
    longest: dict[str, int] = {}
    if not columns:
        return longest
    for index in range(metadata.num_row_groups):
        # the dictionary of a row group comes with its first row
        first = next(folded.iter_batches(1, row_groups=[index], columns=columns), None)
        if first is None:
            continue
        for name, values in zip(first.schema.names, first.columns, strict=True):
            longest[name] = max(longest.get(name, 0), _longest_in_dictionary(values))
    return longest


def _columns_with_dictionaries(metadata: Any) -> set[str]:
    """The paths of the columns of texts that have a dictionary in some row group."""
    paths: set[str] = set()
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        for position in range(group.num_columns):
            column = group.column(position)
            if column.physical_type == "BYTE_ARRAY" and column.has_dictionary_page:
                paths.add(column.path_in_schema)
    return paths


def _longest_in_dictionary(values: Any) -> int:
    """The longest text in the dictionary of a column, in bytes; 0 without a dictionary."""
    from pyarrow import compute

    if not hasattr(values, "dictionary"):
        return 0
    return compute.max(compute.binary_length(values.dictionary)).as_py() or 0

"""A Parquet file that a command writes for the user."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chipdb.errors import UsageError
from chipdb.whole_files import whole_file


@contextmanager
def parquet_output(
    target: Path,
    schema: Any,
    dictionary_columns: Sequence[str] | bool = True,
    uncompressed: Collection[str] = (),
) -> Iterator[Any]:
    """Open a :class:`pyarrow.parquet.ParquetWriter` whose file appears whole or not at all.

    ``dictionary_columns`` names the columns whose values are stored as a dictionary; ``True`` means
    all. ``uncompressed`` names the columns that are stored as they are; compressing numbers that
    do not get smaller takes a tenth of the time of a large file.

    Raises :class:`~chipdb.errors.UsageError` if the file cannot be written, for example because the
    disk is full.
    """
    from pyarrow import parquet

    try:
        with whole_file(target) as path:
            writer = parquet.ParquetWriter(
                path,
                schema,
                use_dictionary=dictionary_columns,
                compression=_codecs(schema, uncompressed),
            )
            try:
                yield writer
            except BaseException:
                # Otherwise it is closed whenever it is collected, and an error of that (the disk is
                # still full) could not be handled.
                with suppress(Exception):
                    writer.close()
                raise
            writer.close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise UsageError(f"cannot write {target}: {reason}") from None


def _codecs(schema: Any, uncompressed: Collection[str]) -> str | dict[str, str]:
    """The compression of each column, or one for all."""
    from pyarrow import types

    # The parts of a nested column have names of their own, which depend on the writer.
    if not uncompressed or any(types.is_nested(field.type) for field in schema):
        return "snappy"
    codecs = dict.fromkeys(schema.names, "snappy")
    return codecs | dict.fromkeys(uncompressed, "none")

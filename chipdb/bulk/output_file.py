"""A Parquet file that a command writes for the user."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chipdb.errors import UsageError
from chipdb.whole_files import whole_file


@contextmanager
def parquet_output(
    target: Path, schema: Any, dictionary_columns: Sequence[str] | bool = True
) -> Iterator[Any]:
    """Open a :class:`pyarrow.parquet.ParquetWriter` whose file appears whole or not at all.

    ``dictionary_columns`` names the columns whose values are stored as a dictionary; ``True`` means
    all.

    Raises :class:`~chipdb.errors.UsageError` if the file cannot be written, for example because the
    disk is full.
    """
    from pyarrow import parquet

    try:
        with whole_file(target) as path:
            writer = parquet.ParquetWriter(path, schema, use_dictionary=dictionary_columns)
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

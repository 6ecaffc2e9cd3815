"""The passing designs on their way to a file: a part for each block, put together in the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chipdb.errors import UsageError


def parts_of(target: Path) -> Path:
    """The folder beside a target where its parts wait."""
    return target.with_name(f".{target.name}.parts")


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Tell of a disk that takes no more, or of a folder that cannot be written, as what it is."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"-o {target}: {os.strerror(error.errno) if error.errno else error}"
        ) from None


def joined(target: Path, fields: Sequence[tuple[str, Any]]) -> None:
    """Put the parts together; a file without designs has the same ``fields``."""
    import pyarrow
    from pyarrow import parquet

    from chipdb.catalog.writing import whole_file

    folder = parts_of(target)
    parts = sorted(folder.glob("*.parquet"))
    with whole_file(target) as path:
        if parts:
            with parquet.ParquetWriter(path, parquet.read_schema(parts[0])) as writer:
                for part in parts:
                    writer.write_table(parquet.read_table(part))
        else:
            parquet.write_table(pyarrow.schema(list(fields)).empty_table(), path)
    shutil.rmtree(folder, ignore_errors=True)

"""Files for a user: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chipdb.errors import UsageError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside a user's target that becomes it in the end; whatever interrupts leaves neither.

    Raises :class:`~chipdb.errors.UsageError` where the target is a folder or cannot be written.
    """
    if target.is_dir():
        raise UsageError(f"-o {target}: is a folder; name a file")
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise UsageError(f"-o {target}: {error.strerror}") from None
    os.close(handle)
    path = Path(name)
    try:
        yield path
        umask = os.umask(0)
        os.umask(umask)
        path.chmod(0o666 & ~umask)
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)

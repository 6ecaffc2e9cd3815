"""Files for a user: whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chipdb.errors import UsageError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside a user's target that becomes it in the end; whatever interrupts leaves neither.

    A link stays and the file it points to is written; a device or a pipe stays and is written to, once all is there.

    Raises :class:`~chipdb.errors.UsageError` where the target is a folder or cannot be written.
    """
    if target.is_dir():
        raise UsageError(f"-o {target}: is a folder; name a file")
    special = target.exists() and not target.is_file()
    final = target if special else _end_of_links(target)
    try:
        handle, name = tempfile.mkstemp(
            dir=None if special else final.parent, prefix=f".{final.name}."
        )
    except OSError as error:
        raise UsageError(f"-o {target}: {error.strerror}") from None
    os.close(handle)
    path = Path(name)
    try:
        yield path
        if special:
            _poured(path, target)
            return
        umask = os.umask(0)
        os.umask(umask)
        path.chmod(0o666 & ~umask)
        path.replace(final)
    finally:
        path.unlink(missing_ok=True)


def _end_of_links(target: Path) -> Path:
    try:
        return target.resolve() if target.is_symlink() else target
    except (OSError, RuntimeError) as error:  # links in a circle
        raise UsageError(f"-o {target}: {getattr(error, 'strerror', None) or error}") from None


def _poured(path: Path, target: Path) -> None:
    try:
        with path.open("rb") as whole, target.open("wb") as into:
            shutil.copyfileobj(whole, into)
    except OSError as error:
        raise UsageError(f"-o {target}: {error.strerror}") from None

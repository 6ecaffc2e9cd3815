"""Files for a user: written completely or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chipdb.errors import UsageError

_READ_AND_WRITE_FOR_ALL = 0o666


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary file that replaces ``target`` when the block ends without an error.

    After an error or an interruption ``target`` is as it was. A symbolic link stays, and the file
    that it points to is replaced; a device or a pipe is written to once everything is there.

    Raises :class:`~chipdb.errors.UsageError` if the target is a folder or cannot be written.
    """
    if target.is_dir():
        raise UsageError(f"cannot write {target}: it is a folder; name a file")

    # A device such as /dev/stdout or a named pipe cannot be replaced, only written to.
    is_special = target.exists() and not target.is_file()
    final = target if is_special else _end_of_links(target)
    # A file can only be renamed within its file system, so the temporary file is made next to it.
    folder = None if is_special else final.parent
    try:
        # Writers that choose a format by the file's ending must see that of the target.
        handle, name = tempfile.mkstemp(
            dir=folder, prefix=f".{final.stem}.", suffix=final.suffix or None
        )
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
    # The caller opens the file by its path; on Windows an open file could not be replaced.
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        if is_special:
            _copy_into(temporary, target)
        else:
            _allow_what_the_user_allows(temporary)
            temporary.replace(final)
    finally:
        temporary.unlink(missing_ok=True)


def _end_of_links(target: Path) -> Path:
    """The file that a symbolic link points to, or the target itself."""
    try:
        return target.resolve() if target.is_symlink() else target
    except (OSError, RuntimeError) as error:  # pathlib raises either for links in a circle
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {target}: {reason}") from None


def _allow_what_the_user_allows(path: Path) -> None:
    """Give the file the permissions of any new file; ``mkstemp`` lets only its owner read it."""
    umask = os.umask(0)  # the umask can only be read by setting it
    os.umask(umask)
    path.chmod(_READ_AND_WRITE_FOR_ALL & ~umask)


def _copy_into(temporary: Path, target: Path) -> None:
    """Write the complete file to a device or pipe."""
    try:
        with temporary.open("rb") as complete, target.open("wb") as into:
            shutil.copyfileobj(complete, into)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None

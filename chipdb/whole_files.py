"""Files for a user: written completely or not at all, with the mode, owner and links they have."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from chipdb.errors import UsageError

_READ_AND_WRITE_FOR_ALL = 0o666
_WRITE_FOR_ANYBODY = 0o222
TERMINATED = 143
"""The exit status of a process that was asked to end."""


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary file that replaces ``target`` when the block ends without an error.

    After an error or an interruption ``target`` is as it was, and nothing is left next to it. A
    file that exists keeps its mode and owner. A symbolic link stays, and the file that it points to
    is replaced; a file with other hard links is overwritten, once everything is there, so that they
    show the new content; so is a device or a pipe.

    Raises :class:`~chipdb.errors.UsageError` if the target is a folder, is read-only or cannot be
    written.
    """
    if target.is_dir():
        raise UsageError(f"cannot write {target}: it is a folder; name a file")

    # A device such as /dev/stdout or a named pipe cannot be replaced, only written to.
    is_special = target.exists() and not target.is_file()
    final = target if is_special else _end_of_links(target)
    _refuse_read_only(final)
    # A file can only be renamed within its file system, so the temporary file is made next to it.
    folder = None if is_special else final.parent
    with ended_by_signals():
        try:
            # Writers that choose a format by the file's ending must see that of the target.
            handle, name = tempfile.mkstemp(
                dir=folder, prefix=f".{final.stem}.", suffix=final.suffix or None
            )
        except OSError as error:
            raise UsageError(f"cannot write {target}: {error.strerror}") from None
        temporary = Path(name)
        try:
            # The caller opens the file by its path; on Windows an open file could not be replaced.
            os.close(handle)
            yield temporary
            if is_special:
                _copy_into(temporary, target)
            elif _takes_the_place_of(temporary, final):
                temporary.replace(final)
            else:
                _overwrite(temporary, final)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let a request to end the process unwind the block, which removes the temporary file.

    A handler that other code installed stays; only the main thread may install one.
    """
    import signal

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the form of a handler
        raise SystemExit(TERMINATED)

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _refuse_read_only(path: Path) -> None:
    """Raise :class:`UsageError` for a file that nobody may write: its owner protected it."""
    # the mode is read, because the superuser may write every file
    if path.is_file() and not path.stat().st_mode & _WRITE_FOR_ANYBODY:
        raise UsageError(f"cannot write {path}: it is read-only; name another file")


def _end_of_links(target: Path) -> Path:
    """The file that a symbolic link points to, or the target itself."""
    try:
        return target.resolve() if target.is_symlink() else target
    except (OSError, RuntimeError) as error:  # pathlib raises either for links in a circle
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {target}: {reason}") from None


def _takes_the_place_of(temporary: Path, final: Path) -> bool:
    """Give the temporary file the mode and owner of the file that it replaces.

    False if it cannot replace it: the file has other hard links or belongs to another user.
    """
    if not final.exists():
        temporary.chmod(_mode_of_new_files())
        return True
    old = final.stat()
    if old.st_nlink > 1:
        return False
    new = temporary.stat()
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.chown(temporary, old.st_uid, old.st_gid)
        except OSError:
            return False
    temporary.chmod(stat.S_IMODE(old.st_mode))
    return True


def _mode_of_new_files() -> int:
    """The permissions of any new file; ``mkstemp`` lets only its owner read it."""
    umask = os.umask(0)  # the umask can only be read by setting it
    os.umask(umask)
    return _READ_AND_WRITE_FOR_ALL & ~umask


def _overwrite(temporary: Path, final: Path) -> None:
    """Put the complete content into a file that cannot be replaced.

    Space is reserved first: on a full disk the file stays as it was.
    """
    size, old_size = temporary.stat().st_size, final.stat().st_size
    try:
        with temporary.open("rb") as complete, final.open("r+b") as into:
            if size > old_size and hasattr(os, "posix_fallocate"):
                try:
                    os.posix_fallocate(into.fileno(), 0, size)
                except OSError:
                    with suppress(OSError):
                        into.truncate(old_size)
                    raise
            shutil.copyfileobj(complete, into)
            into.truncate(size)
    except OSError as error:
        raise UsageError(f"cannot write {final}: {error.strerror}") from None


def _copy_into(temporary: Path, target: Path) -> None:
    """Write the complete file to a device or pipe."""
    try:
        with temporary.open("rb") as complete, target.open("wb") as into:
            shutil.copyfileobj(complete, into)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None


def is_file(path: str | Path) -> bool:
    """Whether a path leads to a file; a text that no path can be, such as a long one, does not.

    >>> is_file("x" * 100_000)
    False
    """
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def exists(path: str | Path) -> bool:
    """Whether something is at a path; nothing is at a text that no path can be.

    >>> exists("x" * 100_000)
    False
    """
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False

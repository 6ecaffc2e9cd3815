"""Commands whose packages come with an extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chipdb.errors import UsageError


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Turn an import that fails inside into an error that names the extra to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        # a module of chipdb that is missing is a fault, not a missing extra
        if error.name is None or error.name.partition(".")[0] == "chipdb":
            raise
        raise UsageError(
            f"this command needs the extra {extra}: pip install 'chipdb[{extra}]'"
        ) from None

"""The command line: thin commands over the library, heavy imports inside them.

Rule: data goes to standard output, notes to standard error. Status 2 is a wrong call or bad data, 70 a fault of chipdb
itself; ``check`` says 1 caught, 3 undetermined or contested, 0 neither.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from chipdb.errors import ChipdbError

FAULT = 70


def script() -> None:
    """The command as a process of its own."""
    from chipdb.cli.std_streams import settle

    settle()
    main(at_once)


def at_once(status: int) -> NoReturn:
    """End the process without taking down what was loaded, a seventh of the time of a plain call."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main(leave: Callable[[int], NoReturn] = sys.exit) -> None:
    """Run the command line and end with its status; a plain call, which leaves nothing open, ends by ``leave``."""
    from chipdb.errors import ChipdbError

    gc.set_threshold(50_000, 20, 50)  # a command makes many objects and few cycles, and ends soon
    try:
        from chipdb.cli.fast_path import quick

        status = quick(sys.argv[1:])
        if status is not None:
            leave(status)
        from chipdb.cli.app import app_for

        app_for(sys.argv[1:])(prog_name="chipdb")
    except ChipdbError as error:
        lines = _with_option(error).splitlines()
        print("\n".join(f"chipdb: {line}" for line in lines), file=sys.stderr)
        raise SystemExit(2) from None
    except SystemExit as end:
        closed_pipe = (
            type(sys.stdout).__name__ == "PacifyFlushWrapper"
        )  # what the option parser leaves behind
        raise SystemExit(0 if closed_pipe else end.code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("CHIPDB_DEBUG"):
            raise
        text = " ".join(str(error).split())
        print(
            f"chipdb: internal fault, please report it: {type(error).__name__}: {text}",
            file=sys.stderr,
        )
        raise SystemExit(FAULT) from None


def _with_option(error: ChipdbError) -> str:
    """The message of an error, with the option in place of the parameter that it begins with."""
    text = str(error)
    if error.parameter is None:
        return text
    option = "-o" if error.parameter == "output" else f"--{error.parameter.strip('_')}"
    return option + text.removeprefix(error.parameter)

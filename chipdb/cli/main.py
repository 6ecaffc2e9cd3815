"""The entry of the command line: run a call, turn errors into one line and an exit status.

Exit statuses: 0, and the 1 and 3 of ``check``, ``audit`` and ``validate`` as their helps say;
2 for a wrong call or bad data; 70 for a fault of chipdb itself, which must not look like an answer.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    pass

WRONG_CALL = 2
FAULT = 70
INTERRUPTED = 130


def script() -> None:
    """Run the command as a process of its own."""
    from chipdb.cli.std_streams import settle

    settle()
    main(exit_at_once)


def exit_at_once(status: int) -> NoReturn:
    """End the process without freeing what was loaded, which takes up to a quarter of a call."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main(leave: Callable[[int], NoReturn] = sys.exit) -> None:
    """Run the call in ``sys.argv`` and end with its status.

    A call that has written its report leaves nothing open, and ends by ``leave``.
    """
    from chipdb.errors import ChipdbError

    # a command makes many objects, few cycles, and ends soon
    gc.set_threshold(50_000, 20, 50)
    arguments = sys.argv[1:]
    try:
        from chipdb.cli.fast_path import quick

        status = quick(arguments)
        if status is not None:
            leave(status)
        from chipdb.cli.parser import app_for

        app_for(arguments, leave)(prog_name="chipdb")
    except ChipdbError as error:
        from chipdb.cli.error_text import error_lines
        from chipdb.cli.output import complain

        for line in error_lines(error):
            complain(line)
        raise SystemExit(WRONG_CALL) from None
    except SystemExit as end:
        # click leaves this wrapper when the reader of standard output is gone, which is not an
        # error
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":
            raise SystemExit(0) from None
        raise SystemExit(end.code) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        if os.environ.get("CHIPDB_DEBUG"):
            raise
        from chipdb.cli.output import complain

        text = " ".join(str(error).split())
        complain(f"chipdb: internal fault, please report it: {type(error).__name__}: {text}")
        raise SystemExit(FAULT) from None

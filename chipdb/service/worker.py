"""Answers calls in a process of its own, which is ended when a call takes too long.

A thread cannot be stopped, so a limit of time needs a process. It also keeps the memory of a large
answer out of the service, and one call at a time keeps the caches of the kernel to one thread.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from chipdb.errors import ChipdbError
from chipdb.lazy_dataclasses import dataclass

LIMIT = 30.0
"""Seconds that one call may take; the slowest of those that are offered takes a few."""
STARTUP = 60.0
"""Seconds that the process may take to start, which is also when the catalog is loaded."""
_READY = 0
"""The number under which a process says that it has started; calls are numbered from 1."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What became of a call: its ``value``, or the ``error`` line for a wrong call.

    ``is_fault`` marks a fault of chipdb itself, ``is_late`` a call that took too long.
    """

    value: Any = None
    error: str | None = None
    is_fault: bool = False
    is_late: bool = False


class Worker:
    """A process that answers one call after the other."""

    def __init__(self, limit: float = LIMIT) -> None:
        """Set the seconds that a call may take; the process starts with the first call."""
        self._limit = limit
        self._lock = threading.Lock()
        self._process: Any = None
        self._connection: Connection | None = None
        self._calls = _READY

    def answer(self, command: str, values: Mapping[str, Sequence[str]]) -> Answered:
        """Answer a call, after those that came before it.

        ``values`` are those of :func:`chipdb.service.calls.answer`. Never raises: what is returned
        says what became of the call. A process that fails or is late is ended.
        """
        with self._lock:
            try:
                connection = self._started()
                self._calls += 1
                texts_of = {name: list(texts) for name, texts in values.items()}
                connection.send((self._calls, command, texts_of))
                answered = _received(connection, self._calls, self._limit)
            except (EOFError, OSError):
                # what broke may be half of an answer, so the next call starts with a new process
                self.close()
                text = "chipdb: the process that answers has ended, or did not start in time"
                return Answered(error=text, is_fault=True)
            if answered is not None:
                return answered
            # a process cannot be asked to drop a call, so a late one ends with it
            self.close()
            text = f"chipdb: the call took more than {self._limit:g} seconds; ask for less at once"
            return Answered(error=text, is_late=True)

    def close(self) -> None:
        """End the process; the next call starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _started(self) -> Connection:
        """The connection to the process, which is started if there is none.

        Raises :class:`OSError` or :class:`EOFError` for a process that does not start.
        """
        if self._connection is not None and self._process.is_alive():
            return self._connection
        # a fork would copy the threads of a server in an unknown state
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._process, self._connection = process, ours
        # the first answer must not be late because the process had to start
        if _received(ours, _READY, STARTUP) is None:
            raise TimeoutError("the process that answers did not start in time")
        return ours


def _received(connection: Connection, number: int, seconds: float) -> Answered | None:
    """What the process sends to the call of a number; None if it takes longer than ``seconds``.

    Anything else that arrives belongs to another call, and must not become the answer to this one.
    """
    end = time.monotonic() + seconds
    while connection.poll(max(0.0, end - time.monotonic())):
        answered_call, answered = connection.recv()
        if answered_call == number:
            received: Answered = answered
            return received
    return None


def _serve(connection: Connection) -> None:
    """Answer the calls of a connection until it is closed."""
    # loaded in the process that answers, and not in the one that serves
    from chipdb.service.calls import answer, error_line

    connection.send((_READY, Answered()))
    while True:
        try:
            number, command, values = connection.recv()
        except EOFError:
            return
        try:
            answered = Answered(value=answer(command, values))
        except ChipdbError as error:
            answered = Answered(error=error_line(error))
        except Exception as error:  # noqa: BLE001 - the service must go on
            text = " ".join(str(error).split())
            answered = Answered(
                error=f"chipdb: internal fault, please report it: {type(error).__name__}: {text}",
                is_fault=True,
            )
        connection.send((number, answered))

"""The process that answers calls: each caller gets its own answer, also after a slow start."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from chipdb.service import worker as module
from chipdb.service.worker import Answered, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker with time enough, whose process is ended after the test."""
    made = Worker(limit=120)
    yield made
    made.close()


def test_after_a_slow_start_each_caller_gets_its_own_answer(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process says when it has started must not become the answer to a call."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "STARTUP", 0.0)
        late = worker.answer("show", {"chip": ["H20"]})
    assert late.is_fault
    assert late.error is not None
    assert "did not start in time" in late.error
    for name, expected in (("H20", "nvidia-h20-96gb"), ("L4", "nvidia-l4")):
        assert worker.answer("show", {"chip": [name]}).value["id"] == expected


def _dies(connection: Connection) -> None:
    """A process that ends before it says anything."""
    connection.close()


def test_a_process_that_ends_as_it_starts_is_a_fault(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_serve", _dies)
        ended = worker.answer("show", {"chip": ["H20"]})
    assert ended.is_fault
    assert worker.answer("show", {"chip": ["H20"]}).value["id"] == "nvidia-h20-96gb"


def test_the_answer_to_another_call_is_passed_over() -> None:
    ours, theirs = Pipe()
    theirs.send((0, Answered()))
    theirs.send((1, Answered(value="first")))
    theirs.send((2, Answered(value="second")))
    received = module._received(ours, 2, 10)
    assert received is not None
    assert received.value == "second"


def test_answers_to_other_calls_do_not_lengthen_the_wait() -> None:
    ours, theirs = Pipe()
    ended = threading.Event()

    def send_on() -> None:
        while not ended.wait(0.01):
            theirs.send((1, Answered()))

    sender = threading.Thread(target=send_on)
    sender.start()
    began = time.monotonic()
    try:
        assert module._received(ours, 2, 0.2) is None
    finally:
        ended.set()
        sender.join()
    assert time.monotonic() - began < 5

"""Rules that reach a computer by any circuit in it, not only by the one with the highest TPP."""

from __future__ import annotations

import chipdb
from oracle.asked import chips_of
from oracle.made import Record

LEAD: Record = {
    "id": "own-lead",
    "name": "Own lead",
    "metrics": {
        "tpp": "1000",
        "memory_bandwidth": "500 GB/s",
        "aggregate_io_bandwidth": "64 GB/s",
    },
}


def computer_with(**metrics: str) -> chipdb.Chip:
    """A computer of a circuit that no letter and no list reaches, and one with these metrics."""
    other: Record = {"id": "own-other", "name": "Own other", "metrics": metrics}
    computer: Record = {
        "id": "own-computer",
        "name": "Own computer",
        "kind": "system",
        "members": [{"chip": "own-lead"}, {"chip": "own-other"}],
        "metrics": {"app": "1"},
    }
    return chips_of([LEAD, other, computer])[-1]


class TestOfAnyCircuit:
    """A computer is reached by any circuit in it.

    "Any system that incorporates one or more of the covered integrated circuits" (NVIDIA, Form 8-K
    of 2023-10-17); 4A507: computers with circuits of 3A501.a.16.
    """

    def test_a_letter(self) -> None:
        """2,000 GB/s are above 1,400: the circuit alone is undetermined, by its addressee."""
        computer = computer_with(
            tpp="900", memory_bandwidth="2000 GB/s", aggregate_io_bandwidth="64 GB/s"
        )
        answer = chipdb.check(computer, on="2025-06-01", to="CN")
        assert answer.license.required == "undetermined"

    def test_a_circuit_of_unknown_tpp(self) -> None:
        """Its TPP may be 6,000 or more."""
        answer = chipdb.check(
            computer_with(memory_bandwidth="500 GB/s"), on="2026-06-01", to="BR", from_="FR"
        )
        assert answer.license.required == "undetermined"

"""Facts of a package that a foundry is asked for: its memory, its kind of logic, whether its transistors were counted."""

from __future__ import annotations

from chipdb.catalog.chip import Chip
from chipdb.metrics import Count
from chipdb.metrics.count import LOGIC_ROLES

HBM = "hbm"
"""How the names of every generation of high bandwidth memory begin."""


def package_facts(chip: Chip) -> dict[str, bool | None]:
    """The facts of Note 1 to 3A090.a; only the memory may be unknown, the others say what is stated."""
    kind = chip.memory.kind
    return {
        "high_bandwidth_memory": None if kind is None else kind.lower().startswith(HBM),
        "planar_logic_only": planar_logic_only(chip),
        "transistors_stated": Count(chip).metric("transistors").value is not None,
    }


def planar_logic_only(chip: Chip) -> bool:
    """Whether every logic die is known to be planar and of a larger node than the note names; False also if not known."""
    logic = [die for die in chip.dies or () if die.role in LOGIC_ROLES]
    return bool(logic) and all(die.non_planar is False and _is_large(die.process) for die in logic)


def _is_large(process: str | None) -> bool:
    """Whether a process is known to be of a larger node than the first with non-planar transistors: FD-SOI may be smaller."""
    from chipdb.catalog.gate_schema import gates
    from chipdb.catalog.plausible import node_of

    node, first = node_of(process), gates()["planar"].non_planar_to
    return node is not None and first is not None and node.nm > first

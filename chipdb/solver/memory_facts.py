"""Facts of a package that a foundry is asked for: its memory, its kind of logic, whether its transistors were counted."""

from __future__ import annotations

import re
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.metrics import Count
from chipdb.metrics.definitions import LOGIC_ROLES

_NODE = re.compile(r"(\d+(?:\.\d+)?)\s*nm\b", re.IGNORECASE)
_HBM = re.compile(r"HBM", re.IGNORECASE)
_OTHER = re.compile(r"(LP|G)?DDR|none$", re.IGNORECASE)
"""How the names of all other memory begin. A maker's own stacks may be HBM by their density, whatever the standard."""


def package_facts(chip: Chip) -> dict[str, bool | None]:
    """The facts of Note 1 to 3A090.a; only the memory may be unknown, the others say what is stated."""
    return {
        "high_bandwidth_memory": _has_hbm(chip.memory.kind or ""),
        "planar_logic_only": planar_logic_only(chip),
        "transistors_stated": Count(chip).metric("transistors").value is not None,
    }


def _has_hbm(kind: str) -> bool | None:
    """Whether a kind of memory is HBM; None where its name does not say."""
    return True if _HBM.match(kind) else False if _OTHER.match(kind) else None


def planar_logic_only(chip: Chip) -> bool:
    """Whether every logic die is known to be planar and of a larger node than the note names; False also if not known."""
    logic = [die for die in chip.dies or () if die.role in LOGIC_ROLES]
    return bool(logic) and all(die.non_planar is False and _is_large(die.process) for die in logic)


def _is_large(process: str | None) -> bool:
    """Whether a process is known to be of a larger node than the first with non-planar transistors: FD-SOI may be smaller."""
    from chipdb.catalog.consistency import gates, node_of

    node, stated = node_of(process), _NODE.search(process or "")
    size = Fraction(stated[1]) if stated else node.nm if node else None
    first = gates()["planar"].non_planar_to
    return size is not None and first is not None and size > first

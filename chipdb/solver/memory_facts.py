"""What Note 1 to 3A090.a asks of a package.

Its memory, its kind of logic, whether its transistors are counted.
"""

from __future__ import annotations

import re
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.metrics import Count
from chipdb.metrics.definitions import LOGIC_ROLES

_NODE = re.compile(r"(\d+(?:\.\d+)?)\s*nm\b", re.IGNORECASE)
_HBM = re.compile(r"HBM", re.IGNORECASE)
_OTHER = re.compile(r"(LP|G)?DDR|none$", re.IGNORECASE)
"""How the names of all other memory begin.

A vendor's own stacks may be HBM by their density, whatever the standard.
"""


def package_facts(chip: Chip) -> dict[str, bool | None]:
    """The facts of Note 1 to 3A090.a.

    Only the memory may be unknown, the others say what is stated.
    """
    return {
        "high_bandwidth_memory": _has_hbm(chip.memory.kind or ""),
        "planar_logic_only": planar_logic_only(chip),
        "transistors_stated": Count(chip).metric("transistors").value is not None,
    }


def _has_hbm(kind: str) -> bool | None:
    """Whether a kind of memory is HBM; None where its name does not say."""
    if _HBM.match(kind):
        return True
    if _OTHER.match(kind):
        return False
    return None


def planar_logic_only(chip: Chip) -> bool:
    """Whether every logic die is known to be planar and of a larger node than the note names.

    False also if not known: the presumption stands until the exporter shows otherwise.
    """
    logic = [die for die in chip.dies or () if die.role in LOGIC_ROLES]
    if not logic:
        return False
    return all(die.non_planar is False and _is_large_node(die.process) for die in logic)


def _is_large_node(process: str | None) -> bool:
    """Whether a process is known to be of a larger node than the first with non-planar transistors.

    Being planar is not enough: FD-SOI is planar at nodes that the note covers. False if the node
    is not known.
    """
    from chipdb.catalog.consistency import gates, node_of

    first_non_planar = gates()["planar"].non_planar_to
    if first_non_planar is None:
        return False

    # The name of a process may state its node; else the table of processes is asked.
    stated = _NODE.search(process or "")
    if stated is not None:
        return Fraction(stated[1]) > first_non_planar
    node = node_of(process)
    return node is not None and node.nm > first_non_planar

"""The two small tables every chip is read with: number formats and PCI Express rates."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from chipdb import data_files

_PCIE = re.compile(
    r"PCI(?:e|[ -]?Express)[ -]?(?:Gen ?)?(\d)(?:\.0)?[ -]?x ?(\d{1,2})\b", re.IGNORECASE
)
_LANES = 16


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Bit length per number format (and the stored one where it differs), and both-direction GB/s per PCIe generation.

    ``app_weights`` are the least and the greatest weight of the formats that Adjusted Peak Performance counts.
    """

    bits: dict[str, int]
    stored_bits: dict[str, int]
    pcie: dict[str, Fraction]
    pcie_source: str
    app_weights: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    def pcie_rate(self, name: str) -> Fraction | None:
        """GB/s in both directions of a link called such as ``PCIe 4.0 x16``; None where the name is no PCIe link.

        >>> terms().pcie_rate("PCIe 4.0 x8")
        Fraction(63, 2)
        """
        match = _PCIE.search(name)
        if match is None or match[1] not in self.pcie:
            return None
        return self.pcie[match[1]] * int(match[2]) / _LANES

    def is_format(self, name: str) -> bool:
        """Whether ``name`` is a number format, with or without ``_vector``."""
        return name.removesuffix("_vector") in self.bits


@functools.lru_cache(maxsize=1)
def terms() -> Terms:
    """The tables of ``data/formats.yaml`` and ``data/pcie.yaml``."""
    lines = data_files.compiled("catalog.json", data_files.data_hash())
    return from_record(lines.header["terms"] if lines else read_record())


def from_record(record: dict[str, Any]) -> Terms:
    """Terms from their compiled form."""
    return Terms(
        bits=record["bits"],
        stored_bits=record["stored_bits"],
        pcie={generation: Fraction(rate) for generation, rate in record["pcie"].items()},
        pcie_source=record["pcie_source"],
        app_weights={
            name: (Fraction(least), Fraction(most))
            for name, (least, most) in record.get("app_weights", {}).items()
        },
    )


def read_record() -> dict[str, Any]:
    """The tables read from YAML, in their compiled form."""
    from chipdb.catalog import schema
    from chipdb.catalog.yaml_lists import read_list

    formats = read_list(data_files.data_folder() / "formats.yaml", schema.Format)
    links = read_list(data_files.data_folder() / "pcie.yaml", schema.PcieRate)
    return {
        "bits": {entry.id: entry.bits for entry in formats},
        "stored_bits": {entry.id: entry.stored_bits for entry in formats if entry.stored_bits},
        "pcie": {entry.generation: str(entry.x16[0].amount.value) for entry in links},
        "pcie_source": links[0].source,
        "app_weights": {entry.id: entry.app_weights for entry in formats if entry.app_weights},
    }

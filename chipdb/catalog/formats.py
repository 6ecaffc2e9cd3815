"""The reference tables that every chip is read with: number formats and PCI Express bandwidths."""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from typing import Any

from chipdb import data_files
from chipdb.lazy_dataclasses import dataclass, field

_PCIE = re.compile(
    r"PCI(?:e|[ -]?Express)[ -]?(?:Gen ?)?(?P<generation>\d)(?:\.0)?[ -]?x ?(?P<lanes>\d{1,2})\b",
    re.IGNORECASE,
)
_LANES = 16
"""The lanes for which ``data/pcie.yaml`` states bandwidths; a narrower link has its share."""


@dataclass(frozen=True, kw_only=True)
class FormatTable:
    """Number formats and PCI Express generations.

    ``bits`` is the bit length that TPP counts for each format and ``stored_bits`` the length in
    memory where it differs. ``pcie`` is the bandwidth of each generation over 16 lanes, in GB/s,
    both directions together. ``app_weights`` are the least and greatest weight of each format that
    Adjusted Peak Performance counts.
    """

    bits: dict[str, int]
    stored_bits: dict[str, int]
    pcie: dict[str, Fraction]
    pcie_source: str
    app_weights: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    def pcie_bandwidth(self, name: str) -> Fraction | None:
        """The bandwidth of a link named like ``PCIe 4.0 x16``, in GB/s, both directions together.

        None if the name is not that of a PCI Express link.

        >>> format_table().pcie_bandwidth("PCIe 4.0 x8")
        Fraction(63, 2)
        """
        # Vendors write PCIe Gen5 x16, PCI Express 5.0 x16 and PCI-Express 5 x 16.
        match = _PCIE.search(name)
        if match is None or match["generation"] not in self.pcie:
            return None
        return self.pcie[match["generation"]] * int(match["lanes"]) / _LANES

    def is_format(self, name: str) -> bool:
        """Whether ``name`` is a number format, with or without ``_vector``.

        >>> format_table().is_format("fp16_vector"), format_table().is_format("fp17")
        (True, False)
        """
        return name.removesuffix("_vector") in self.bits


@functools.lru_cache(maxsize=1)
def format_table() -> FormatTable:
    """The tables of ``data/formats.yaml`` and ``data/pcie.yaml``."""
    # Every chip is read with these tables, so a process must not parse YAML for them.
    lines = data_files.compiled(data_files.CATALOG)
    if lines is None:
        record = read_format_record()
    else:
        record = lines.header["terms"]

    # JSON has no fractions, so the compiled record holds them as text.
    app_weights = {}
    for name, (least, greatest) in record["app_weights"].items():
        app_weights[name] = (Fraction(least), Fraction(greatest))
    return FormatTable(
        bits=record["bits"],
        stored_bits=record["stored_bits"],
        pcie={generation: Fraction(text) for generation, text in record["pcie"].items()},
        pcie_source=record["pcie_source"],
        app_weights=app_weights,
    )


def read_format_record() -> dict[str, Any]:
    """The tables read from YAML, in the form that the build hook compiles.

    Raises :class:`~chipdb.errors.DataError` if one of the files is wrong.
    """
    from chipdb.catalog.reference_schema import NumberFormat, PcieGeneration
    from chipdb.catalog.yaml_lists import read_list

    folder = data_files.data_folder()
    generations = read_list(folder / "pcie.yaml", PcieGeneration)
    bits: dict[str, int] = {}
    stored_bits: dict[str, int] = {}
    app_weights: dict[str, list[str]] = {}
    for entry in read_list(folder / "formats.yaml", NumberFormat):
        bits[entry.id] = entry.bits
        # Only TF32 is stored longer than it counts, and only APP weights a few formats.
        if entry.stored_bits:
            stored_bits[entry.id] = entry.stored_bits
        if entry.app_weights:
            app_weights[entry.id] = entry.app_weights

    return {
        "bits": bits,
        "stored_bits": stored_bits,
        "pcie": {entry.generation: str(entry.x16[0].amount.value) for entry in generations},
        "pcie_source": generations[0].source,
        "app_weights": app_weights,
    }

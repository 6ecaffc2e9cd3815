"""What systems call their chips: names of drivers, PCI ids, part numbers, cloud instances, labels.

``data/device-names.csv`` has a row for each name that was found in a source, including those that
several products share and those of products that the catalog does not have: knowing that a name is
ambiguous is worth as much as knowing its chip.

Systems write one name in many ways (``NVIDIA H100 80GB HBM3``, ``NVIDIA-H100-80GB-HBM3``,
``nvidia_h100_80gb_hbm3``), so a name is found by its exact text first, and then by
:func:`device_key`.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from chipdb import data_files
from chipdb.lazy_dataclasses import dataclass

NAMES_FILE = "device-names.csv"
SOURCES_FILE = "device-name-sources.csv"


class NameKind(StrEnum):
    """Where a name is written."""

    DRIVER = "driver-name"
    PCI = "pci-id"
    INSTANCE = "cloud-instance"
    PART = "part-number"
    LABEL = "kubernetes-label"
    FRAMEWORK = "framework-string"
    SOC = "soc-name"
    CATALOG = "catalog-name"


class NameState(StrEnum):
    """Whether a name means one chip of the catalog."""

    KNOWN = "known"
    AMBIGUOUS = "ambiguous"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class DeviceName:
    """A name and what it stands for.

    ``label`` is the key of the label whose value it is, where it is one. ``count`` is how many
    chips it stands for: a whole number, a share such as ``1/8``, or empty if no source says so.
    ``candidates`` are the ids that an ambiguous name may mean, as far as they are known, and
    ``note`` says why it is ambiguous or absent. ``source`` is the key of ``SOURCES_FILE``.
    """

    kind: NameKind
    name: str
    label: str
    chip: str | None
    count: str
    state: NameState
    candidates: tuple[str, ...]
    provider: str
    source: str
    note: str


class DeviceNames:
    """The table of names, by text and by key."""

    def __init__(self, rows: list[DeviceName]) -> None:
        """Index the rows."""
        self.rows = rows
        self._by_text: dict[str, list[DeviceName]] = {}
        self._by_key: dict[str, list[DeviceName]] = {}
        self._by_series: dict[str, list[DeviceName]] = {}
        for row in rows:
            self._by_text.setdefault(row.name, []).append(row)
            self._by_key.setdefault(device_key(row.name), []).append(row)
            if row.kind == NameKind.INSTANCE:
                self._by_series.setdefault(series_and_size(row.name)[0], []).append(row)

    def __iter__(self) -> Iterator[DeviceName]:
        """Iterate over the rows in the order of the file."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self.rows)

    def named(self, text: str) -> list[DeviceName]:
        """The rows of a name, by its exact text, else by its key; empty if there is none.

        The exact text comes first because case can decide: ``Ascend910B`` is a chip of the first
        generation, ``ascend910b`` the family of 910B1 to B4.
        """
        exact = self._by_text.get(text)
        return exact if exact is not None else self._by_key.get(device_key(text), [])

    def series(self, text: str) -> list[DeviceName]:
        """The cloud instances that differ from a name only by their size."""
        series, _ = series_and_size(text)
        return self._by_series.get(series, []) if series else []


def series_and_size(name: str) -> tuple[str, str]:
    """The series of a cloud instance and its size, which comes last; no series without a size.

    The separator is a part of the series: each cloud has its own.

    >>> series_and_size("p5en.48xlarge"), series_and_size("a3-highgpu-8g")
    (('p5en.', '48xlarge'), ('a3-highgpu-', '8g'))
    """
    match = re.fullmatch(r"(\S+[.-])([^.-]+)", name)
    return ("", name) if match is None else (match[1], match[2])


@functools.lru_cache(maxsize=4096)
def device_key(name: str) -> str:
    """A name without case, trademark signs, and what systems write for a blank.

    >>> device_key("NVIDIA-H100-80GB-HBM3") == device_key("nvidia_h100_80gb_hbm3")
    True
    >>> device_key("Intel(R) Arc(TM) Pro B70 Graphics")
    'intel arc pro b70 graphics'
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = re.sub(r"\((r|tm)\)|[®™]", "", plain)
    return " ".join(re.split(r"[\s_-]+", plain)).strip()


@functools.lru_cache(maxsize=1)
def device_names() -> DeviceNames:
    """The names of ``data/device-names.csv``."""
    path = data_files.data_folder() / NAMES_FILE
    with path.open(encoding="utf-8", newline="") as file:
        return DeviceNames([_row(cells) for cells in csv.DictReader(file)])


def _row(cells: dict[str, str]) -> DeviceName:
    """A row of the file."""
    return DeviceName(
        kind=NameKind(cells["kind"]),
        name=cells["name"],
        label=cells["label"],
        chip=cells["chip"] or None,
        count=cells["count"],
        state=NameState(cells["state"]),
        candidates=tuple(cells["candidates"].split()),
        provider=cells["provider"],
        source=cells["source"],
        note=cells["note"],
    )

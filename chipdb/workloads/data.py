"""The data of the workload model: models, efficiencies, networks, measurements and their sources.

They are compiled like the catalog, so that an estimate loads neither YAML nor pydantic.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from typing import Any

from chipdb import data_files
from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.efficiencies import Bands, Ridge
from chipdb.workloads.models import Experts, GroupedAttention, LatentAttention, Model

COMPILED = "workloads.json"
LATER = "measured-later.csv"
MEASURED = ("measured.csv", LATER)
"""The files of measurements: those that the model was developed with, and those entered later."""
GIGA = 10**9

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A published measurement.

    ``value`` is in tokens a second and chip, for the phase ``ttft`` in milliseconds. ``batch`` is
    that of an estimate; None where the publisher does not say, and 0 lengths do not apply.
    ``is_later`` marks those that were entered after the model was frozen.
    """

    id: str
    chip: str
    chips: int
    model: str
    precision: str
    phase: str
    batch: float | None
    input: int
    output: int
    layout: str | None
    draft: int
    accepted: float
    value: float
    source: str
    note: str
    is_later: bool = False


@dataclass(frozen=True, kw_only=True)
class HardwareFacts:
    """What is known of a chip's surroundings; ``assumed`` names what is a default."""

    domain: int
    node: int
    network: float
    eight_bits: str | None = None
    source: str | None = None
    assumed: tuple[str, ...] = ()


def model_of(record: Record) -> Model:
    """A model from its record."""
    attention = {name: value for name, value in record["attention"].items() if value is not None}
    kind: type[GroupedAttention | LatentAttention] = GroupedAttention
    if "key_value_rank" in attention:
        kind = LatentAttention
    experts = record.get("experts")
    return Model(
        id=record["id"],
        name=record.get("name") or record["id"],
        layers=record["layers"],
        width=record["width"],
        attention=kind(**attention),
        feed_forward_width=record["feed_forward"]["width"],
        feed_forward_matrices=record["feed_forward"]["matrices"],
        vocabulary=record["vocabulary"],
        experts=None if experts is None else Experts(**experts),
        source=record.get("source"),
    )


@functools.lru_cache(maxsize=1)
def models() -> Mapping[str, Model]:
    """The models of the installation by id."""
    return {record["id"]: model_of(record) for record in _header()["models"]}


@functools.lru_cache(maxsize=1)
def bands() -> Bands:
    """The bands of efficiencies."""
    record = _header()["efficiencies"]
    described = ("fitted", "sources", "note")
    ridge = {name: value for name, value in record["ridge"].items() if name not in described}
    return Bands(
        ridge=Ridge(**ridge),
        most_products=record["most_products"]["value"],
        exponent=record["exponent"]["value"],
        bands={name: tuple(entry["band"]) for name, entry in record["bands"].items()},
    )


def fitted_on() -> tuple[str, ...]:
    """The chips whose measurements the fitted bands were chosen on."""
    return tuple(_header()["efficiencies"]["fitted_on"])


def workspace() -> float:
    """Bytes of each chip that are neither weights nor cache."""
    return float(_header()["efficiencies"]["workspace"]["bytes"])


def capacity_unit() -> int:
    """The bytes of a gigabyte of memory as data sheets write it."""
    return int(_header()["hardware"]["capacity_unit"]["bytes"])


@functools.lru_cache(maxsize=256)
def hardware_facts(chip: str) -> HardwareFacts:
    """The scale-up domain and network of a chip, the defaults where nothing is known."""
    record = _header()["hardware"]
    defaults = record["defaults"]
    entry = next((entry for entry in record["chips"] if chip in entry["chips"]), None)
    if entry is None:
        return HardwareFacts(**defaults, assumed=("domain", "network"))
    network = entry["network"]
    return HardwareFacts(
        domain=entry["domain"],
        node=max(defaults["node"], entry["domain"]),
        network=network or defaults["network"],
        eight_bits=entry["eight_bits"],
        source=entry["source"],
        assumed=() if network else ("network",),
    )


def sources() -> Mapping[str, Mapping[str, str]]:
    """The bibliography by id: title, publisher, date and url."""
    found: Mapping[str, Mapping[str, str]] = _header()["sources"]
    return found


def vendor_points(vendor: str | None) -> Mapping[str, float] | None:
    """How the measurements of a vendor's chips came out; None where there are none."""
    found: Mapping[str, float] | None = _header()["vendors"].get(vendor)
    return found


def measured(chip: str) -> list[Measurement]:
    """The published measurements of one chip."""
    lines = _compiled()
    if lines is None:
        rows = _read_all()["measured"].get(chip, [])
    elif chip in lines.header["offsets"]:
        rows = lines.record(chip)
    else:
        rows = []
    return [_measurement(row) for row in rows]


def all_measured() -> list[Measurement]:
    """Every published measurement, in the order of the file."""
    chips = _header()["measured_chips"]
    rows = [row for chip in chips for row in measured(chip)]
    return sorted(rows, key=lambda row: row.id)


def _measurement(row: Mapping[str, str]) -> Measurement:
    """A measurement from its row of text."""
    return Measurement(
        id=row["id"],
        chip=row["chip"],
        chips=int(row["chips"]),
        model=row["model"],
        precision=row["precision"],
        phase=row["phase"],
        batch=float(row["batch"]) if row["batch"] else None,
        input=int(row["input"]),
        output=int(row["output"] or 0),
        layout=row["layout"] or None,
        draft=int(row["draft"] or 0),
        accepted=float(row["accepted"] or 1),
        value=float(row["value"]),
        source=row["source"],
        note=row["note"],
        is_later=row["file"] == LATER,
    )


def compile_workloads() -> None:
    """Write the compiled data; only the build hook does."""
    record = _read_all()
    measurements = record["measured"]
    rest = {name: value for name, value in record.items() if name != "measured"}
    header = {"hash": data_files.workloads_hash(), **rest}
    data_files.write_lines(data_files.COMPILED / COMPILED, header, measurements)


def _compiled() -> data_files.Lines | None:
    return data_files.compiled(COMPILED, data_files.workloads_hash())


def _header() -> Record:
    """Everything but the measurements."""
    lines = _compiled()
    if lines is None:
        return _read_all()
    return lines.header


@functools.lru_cache(maxsize=1)
def _read_all() -> Record:
    """The files of ``data/workloads/`` as plain values.

    Raises :class:`~chipdb.errors.DataError` with every problem of the first file that has any.
    """
    from chipdb.catalog.reference_schema import SourceEntry
    from chipdb.catalog.yaml_lists import read_list
    from chipdb.workloads import schema

    folder = data_files.data_folder() / "workloads"
    (efficiencies,) = read_list(folder / "efficiencies.yaml", schema.EfficienciesFile)
    (hardware,) = read_list(folder / "hardware.yaml", schema.HardwareFile)
    models_read = read_list(folder / "models.yaml", schema.Model)
    sources_read = read_list(folder / "sources.yaml", SourceEntry)
    vendors = read_list(folder / "vendors.yaml", schema.VendorPoints)
    by_chip: dict[str, list[dict[str, str]]] = {}
    for name in MEASURED:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                by_chip.setdefault(row["chip"], []).append({**row, "file": name})
    return {
        "models": [entry.model_dump(mode="json") for entry in models_read],
        "efficiencies": efficiencies.model_dump(mode="json"),
        "hardware": _hardware_record(hardware),
        "sources": {entry.id: _source_record(entry) for entry in sources_read},
        "vendors": {entry.vendor: entry.model_dump(exclude={"vendor"}) for entry in vendors},
        "measured_chips": list(by_chip),
        "measured": by_chip,
    }


def _source_record(entry: Any) -> Record:
    """A source as answers name it."""
    return {
        "title": entry.title,
        "publisher": entry.publisher,
        "date": entry.date,
        "url": entry.url,
    }


def _hardware_record(read: Any) -> Record:
    """The hardware file with bandwidths in bytes/s."""
    record: Record = read.model_dump(mode="json")
    record["defaults"]["network"] = _rate(read.defaults.network)
    for entry, written in zip(record["chips"], read.chips, strict=True):
        entry["network"] = None if written.network is None else _rate(written.network)
    return record


def _rate(claims: Any) -> float:
    """A bandwidth in bytes/s."""
    return float(claims[0].amount.value) * GIGA

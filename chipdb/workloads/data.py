"""The data of the workload model: models, efficiencies, defaults, measurements and their sources.

They are compiled like the catalog, so that an estimate loads neither YAML nor pydantic.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from typing import Any

from chipdb import data_files
from chipdb.errors import DataError, Problem
from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.efficiencies import Bands, Ridge
from chipdb.workloads.models import Experts, GroupedAttention, LatentAttention, Model

LATER = "measured-later.csv"
MEASURED = ("measured.csv", LATER)
"""The files of measurements: those that the model was developed with, and those entered later."""
GIGA = 10**9
DEFAULT = "a default without a source"
"""The origin of what is assumed where the catalog and the user say nothing."""

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A published measurement.

    ``value`` is in tokens per second per chip, for the phase ``ttft`` in milliseconds. ``batch`` is
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
    draft: int | None
    accepted: float | None
    value: float
    source: str
    note: str
    is_later: bool = False


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is around a chip: the chips of a scale-up domain and of one machine, and a network.

    The network is that of one chip, in bytes/s one way. The origins say where the domain and the
    network come from, in words.
    """

    domain: int
    node: int
    network: float
    domain_origin: str = DEFAULT
    network_origin: str = DEFAULT


@dataclass(frozen=True, kw_only=True)
class HourlyCost:
    """A published cost of a chip in USD an hour; ``of`` says whose cost, such as its owner's."""

    of: str
    usd_per_hour: float
    source: str
    note: str | None = None


def model_of(record: Record) -> Model:
    """A model from its record."""
    # Both kinds of attention share one mapping in a file; the fields of the other kind are empty.
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
        notes=tuple(record.get("notes") or ()),
    )


@functools.lru_cache(maxsize=1)
def models() -> Mapping[str, Model]:
    """The models of the installation by id.

    >>> models()["deepseek-v3"].name
    'DeepSeek-V3'
    """
    known: dict[str, Model] = {}
    for record in _header()["models"]:
        known[record["id"]] = model_of(record)
    return known


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


def design_capacity_of() -> str:
    """The id of the chip whose memory a design has that states none."""
    return str(_header()["hardware"]["design_capacity_of"])


def usual_surroundings() -> Surroundings:
    """What is assumed around a chip if nothing is known about it.

    >>> usual_surroundings().domain
    8
    """
    return Surroundings(**_header()["hardware"]["defaults"])


def eight_bit_format(chip: str) -> str | None:
    """The format in which a chip without FP8 is known to serve models of 8 bits; None elsewhere.

    >>> eight_bit_format("huawei-ascend-910c")
    'int8'
    """
    for entry in _header()["hardware"]["eight_bits"]:
        if chip in entry["chips"]:
            return str(entry["format"])
    return None


def sources() -> Mapping[str, Mapping[str, str]]:
    """The bibliography by id: title, publisher, date and url.

    >>> sources()["cloudmatrix384"]["publisher"]
    'Huawei and SiliconFlow'
    """
    found: Mapping[str, Mapping[str, str]] = _header()["sources"]
    return found


def hourly_costs(chip: str) -> tuple[HourlyCost, ...]:
    """What an hour of a chip costs, as published.

    >>> [cost.usd_per_hour for cost in hourly_costs("nvidia-h100-sxm5-80gb")]
    [1.3]
    """
    found: list[HourlyCost] = []
    for record in _header()["prices"]:
        if chip in record["chips"]:
            rest = {name: value for name, value in record.items() if name != "chips"}
            found.append(HourlyCost(**rest))
    return tuple(found)


def vendor_points(vendor: str | None) -> Mapping[str, float] | None:
    """How estimates compare with the measurements of a vendor's chips; None without any.

    They are shown with every estimate in place of a factor for each vendor.
    """
    # They are stored, since to work them out takes as long as seven hundred estimates; a test does.
    found: Mapping[str, float] | None = _header()["vendors"].get(vendor)
    return found


@functools.lru_cache(maxsize=256)
def measured(chip: str) -> tuple[Measurement, ...]:
    """The published measurements of one chip.

    >>> {row.source for row in measured("huawei-ascend-910c")}
    {'cloudmatrix384'}
    """
    if chip not in _header()["measured_chips"]:
        return ()

    # The rows of one chip are one record, so that an estimate reads no others.
    lines = _compiled()
    rows = _read_all()["measured"][chip] if lines is None else lines.record(chip)
    return tuple(Measurement(**row) for row in rows)


def all_measured() -> list[Measurement]:
    """Every published measurement, in the order of their ids."""
    chips = _header()["measured_chips"]
    rows = [row for chip in chips for row in measured(chip)]
    return sorted(rows, key=lambda row: row.id)


def compile_workloads() -> None:
    """Write the compiled data; only the build hook does."""
    record = _read_all()

    # What every estimate needs is in the header; the measurements of a chip are a record each.
    measurements = record["measured"]
    rest = {name: value for name, value in record.items() if name != "measured"}
    data_files.write_compiled(data_files.WORKLOADS, rest, measurements)


def _compiled() -> data_files.Lines | None:
    """The compiled data; None where it is absent or older than the files."""
    return data_files.compiled(data_files.WORKLOADS)


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
    prices = read_list(folder / "prices.yaml", schema.HourlyPrice)
    by_chip = _read_measured()
    return {
        "models": [entry.model_dump(mode="json") for entry in models_read],
        "efficiencies": efficiencies.model_dump(mode="json"),
        "hardware": _hardware_record(hardware),
        "sources": {entry.id: _source_record(entry) for entry in sources_read},
        "prices": [entry.model_dump(mode="json") for entry in prices],
        "vendors": {entry.vendor: entry.model_dump(exclude={"vendor"}) for entry in vendors},
        "measured_chips": list(by_chip),
        "measured": by_chip,
    }


def _read_measured() -> dict[str, list[Record]]:
    """The measurements of each chip, in the order of the files.

    Raises :class:`~chipdb.errors.DataError` with every row that cannot be read.
    """
    from pydantic import ValidationError

    from chipdb.workloads.schema import MeasuredRow

    by_chip: dict[str, list[Record]] = {}
    problems: list[Problem] = []
    for name in MEASURED:
        path = data_files.data_folder() / "workloads" / name
        with path.open(encoding="utf-8", newline="") as file:
            # the first row is below the header, on the second line
            for line, row in enumerate(csv.DictReader(file), 2):
                try:
                    read = MeasuredRow.model_validate(row)
                except ValidationError as error:
                    problems += _row_problems(error, str(path), line)
                    continue
                record = {**read.model_dump(), "is_later": name == LATER}
                by_chip.setdefault(read.chip, []).append(record)
    if problems:
        raise DataError(problems)
    return by_chip


def _row_problems(error: Any, name: str, line: int) -> list[Problem]:
    """What is wrong with a row, one problem for each cell."""
    problems: list[Problem] = []
    for detail in error.errors(include_url=False):
        column = ".".join(str(part) for part in detail["loc"])
        problems.append(Problem(name, line, column, detail["msg"]))
    return problems


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
    return record


def _rate(claims: Any) -> float:
    """A bandwidth in bytes/s."""
    return float(claims[0].amount.value) * GIGA

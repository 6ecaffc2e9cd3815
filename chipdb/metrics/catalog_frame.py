"""The catalog as a data frame: a row for each chip, with units, in the frame of several engines."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.catalog.chip import Chip, figure_units
from chipdb.catalog.figures import preferred_value
from chipdb.catalog.lookup import nearest
from chipdb.errors import ParameterError, UsageError
from chipdb.metrics.measure import measure
from chipdb.units import METRIC_UNITS
from chipdb.vocabulary import Kind

PANDAS, POLARS, PYARROW = "pandas", "polars", "pyarrow"
BACKENDS = (PANDAS, POLARS, PYARROW)
ALL = "all"

Figures = str | Sequence[str]
Row = dict[str, Any]


def catalog_frame(
    chips: Iterable[Chip],
    homes: Mapping[str, str | None],
    *,
    figures: Figures = (),
    kind: str | None = None,
    backend: str = PANDAS,
) -> Any:
    """A frame with one row for each chip: identity, then every metric with its range.

    The range of ``tpp`` is in ``tpp_low`` and ``tpp_high``. All are plain floats, NaN where a
    metric is unknown or has no upper bound. ``figures`` adds columns of figures by their paths, or
    ``"all"`` of them, each with its preferred value. ``homes`` are the countries of the vendors.

    Units are in ``attrs["units"]`` of a pandas frame and in the metadata of the fields of a pyarrow
    table. A polars frame has no place for them, so its columns are named ``die_area [mm^2]``.

    Raises :class:`~chipdb.errors.ParameterError` for a kind, backend or figure that does not exist,
    and :class:`~chipdb.errors.UsageError` for a backend that is not installed.
    """
    if kind is not None and kind not in list(Kind):
        raise ParameterError("kind", f"must be one of {', '.join(Kind)}, not {kind!r}")
    if backend not in BACKENDS:
        raise ParameterError("backend", f"must be one of {', '.join(BACKENDS)}, not {backend!r}")
    chosen = [chip for chip in chips if kind is None or chip.kind == kind]
    paths = _paths(chosen, figures)
    rows = [_row(chip, homes, paths) for chip in chosen]
    return _FRAMES[backend](rows, _metric_units() | paths)


def _metric_units() -> dict[str, str]:
    """The unit of each column of a metric and its range."""
    units: dict[str, str] = {}
    for name, unit in METRIC_UNITS.items():
        units |= dict.fromkeys((name, f"{name}_low", f"{name}_high"), unit)
    return units


def _paths(chips: Iterable[Chip], figures: Figures) -> dict[str, str]:
    """The paths of the figures that are asked for, with their units, in the order of the data."""
    units = figure_units(chips)
    if figures == ALL:
        return dict(sorted(units.items()))
    asked = list(figures)
    if isinstance(figures, str):
        asked = [figures]
    for path in asked:
        if path not in units:
            hint = nearest(path, sorted(units))
            raise ParameterError(
                "figures", f"must be 'all' or paths of figures, not {path!r}{hint}"
            )
    return {path: units[path] for path in asked}


def _row(chip: Chip, homes: Mapping[str, str | None], paths: Iterable[str]) -> Row:
    """The row of a chip in :func:`catalog_frame`."""
    row: Row = {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "architecture": chip.architecture,
        "kind": str(chip.kind),
        "announced": chip.announced,
        "datacenter": chip.datacenter,
    }
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        ends = {name: metric.value, f"{name}_low": metric.low, f"{name}_high": metric.high}
        for column, value in ends.items():
            row[column] = _cell(value)
    row["country"] = homes.get(chip.id)
    values = {figure.path: preferred_value(figure) for figure in chip.figures()}
    for path in paths:
        row[path] = _cell(values.get(path))
    return row


def _cell(value: Fraction | None) -> float:
    """A number in a column, whose missing values are NaN in every kind of frame."""
    if value is None:
        return float("nan")
    return float(value)


def _pandas(rows: Sequence[Row], units: Mapping[str, str]) -> Any:
    """A pandas frame by id, with the units in its attributes."""
    import pandas

    # without a chip the frame still has the columns whose types are set below
    columns = ["id", "announced", "datacenter"]
    if rows:
        columns = list(rows[0])
    frame = pandas.DataFrame(rows, columns=columns).set_index("id")
    frame["announced"] = pandas.to_datetime(frame["announced"])
    frame["datacenter"] = frame["datacenter"].astype("boolean")
    frame.attrs["units"] = dict(units)
    return frame


def _polars(rows: Sequence[Row], units: Mapping[str, str]) -> Any:
    """A polars frame, with the units in the names of its columns."""
    polars = _module(POLARS)
    types = {"announced": polars.Date, "datacenter": polars.Boolean}
    types |= dict.fromkeys(units, polars.Float64)
    schema = {name: types.get(name, polars.String) for name in _columns(rows)}
    frame = polars.DataFrame(_with_nulls(rows), schema=schema)
    # without a chip the frame has no columns to rename
    return frame.rename(
        {name: f"{name} [{units[name]}]" for name in frame.columns if units.get(name)}
    )


def _pyarrow(rows: Sequence[Row], units: Mapping[str, str]) -> Any:
    """An Arrow table, with the units as metadata of its fields."""
    arrow = _module(PYARROW)
    types = {"announced": arrow.date32(), "datacenter": arrow.bool_()}
    fields = []
    for name in _columns(rows):
        if name in units:
            fields.append(arrow.field(name, arrow.float64(), metadata={"unit": units[name]}))
        else:
            fields.append(arrow.field(name, types.get(name, arrow.string())))
    return arrow.Table.from_pylist(_with_nulls(rows), schema=arrow.schema(fields))


def _columns(rows: Sequence[Row]) -> list[str]:
    """The names of the columns, which every row has; none without rows."""
    if not rows:
        return []
    return list(rows[0])


def _with_nulls(rows: Sequence[Row]) -> list[Row]:
    """Rows with null in place of NaN, which these engines distinguish."""
    return [dict(zip(row, map(_or_null, row.values()), strict=True)) for row in rows]


def _or_null(value: str | float | bool | date | None) -> Any:
    """A value, or None for NaN."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _module(name: str) -> Any:
    """The module of an engine."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise UsageError(
            f"a frame of {name} needs the extra frames: pip install 'chipdb[frames]'"
        ) from None


_FRAMES = {PANDAS: _pandas, POLARS: _polars, PYARROW: _pyarrow}

"""``check_frame``: the rules of a day over the rows of any frame, every row a hypothetical chip."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from chipdb.bulk.arrays import CONTESTED, Columns, answer
from chipdb.bulk.circuit import IS_FALSE, IS_TRUE, UNKNOWN
from chipdb.bulk.columns import Layout, absent, layout_of
from chipdb.bulk.program import UNSAID, Program, program_of, remarks
from chipdb.errors import UsageError
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.question import Question, question

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

Array = np.ndarray[Any, np.dtype[Any]]
ANSWERS = ("status", "outcome", CONTESTED, "license_required", "review")
LAZY_WITH_CATEGORIES = ("polars", "duckdb")


class Codes(dict[str, Any]):
    """A dict of arrays whose answers are int8 codes; ``names`` gives the texts of each, by code. -1 is none.

    >>> import numpy, chipdb
    >>> figures = {"tpp": numpy.array([5000.0, 1000.0]), "applicable_die_area": numpy.array([800.0, 800.0])}
    >>> found = chipdb.check_frame({**figures, "datacenter": numpy.array([True, True])}, on="2024-06-01")
    >>> [found.names["status"][code] for code in found["status"]]
    ['met', 'not-met']
    """

    names: dict[str, tuple[str, ...]]

    def __init__(self, columns: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(columns)
        self.names = dict(names)


def check_frame(
    frame: IntoFrame | Mapping[str, Any],
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: str | Sequence[str] = (),
    law: str = "enforced",
    strict: bool = False,
    units: Mapping[str, str] | None = None,
    rulebook: Rulebook | None = None,
) -> Any:
    """Ask the rules about every row of a frame, each a hypothetical chip; the same kind of frame comes back.

    Its columns are followed by ``status``, ``outcome``, ``contested``, and with ``to`` by ``license_required`` and ``review``.
    Columns are named as the metrics are, with ``<metric>_low`` and ``<metric>_high`` where a figure has a range, or as figures
    (``throughput.fp16``, ``die_area`` with ``process_nm``, ``memory.bandwidth``) whose unit ``units`` or a header such as
    ``memory.bandwidth [TB/s]`` declares; facts are ``datacenter`` and ``digital``. Figures are decimals of six places. A cell
    that is null, NaN, infinite or negative is a missing figure: the row is ``undetermined`` where some value of it could
    change the answer. An area of zero means no non-planar logic. Where density, TPP and area all stand, TPP and area count;
    where they do not fit, the row is ``contested`` if what the density makes of the others leads elsewhere.

    A lazy frame stays lazy. A dict of numpy arrays gives int8 codes with their names (:class:`Codes`). Where the day lies past
    the evidence of a rule that is read, a :class:`UserWarning` says so.

    Raises :class:`~chipdb.errors.UsageError` where a column that the rules in force read is missing.

    >>> import pandas, chipdb
    >>> rows = pandas.DataFrame({"tpp": [5000, 4000], "performance_density": [None, 2.0], "datacenter": [True, True]})
    >>> chipdb.check_frame(rows, on="2024-06-01", to="CN")[["status", "outcome", "license_required"]].values.tolist()
    [['met', '3A090.a', 'yes'], ['met', '3A090.b', 'yes']]
    """
    asked = question(on, to, from_, headquarters, law=law, strict=strict, book=rulebook)
    for remark in remarks(asked):
        warnings.warn(remark, UserWarning, stacklevel=2)
    if isinstance(frame, Mapping):
        return _arrays(frame, asked, units or {})
    import narwhals as nw

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "Dask support is moving", FutureWarning
            )  # to a package that is not out yet
            known = nw.from_native(frame)
        names = known.collect_schema().names()
    except TypeError:
        raise UsageError(
            f"a {type(frame).__name__} is no frame that narwhals knows; pass a pandas, polars, pyarrow, duckdb, dask or pyspark "
            "frame, or a dict of numpy arrays"
        ) from None
    except nw.exceptions.DuplicateError:
        names = list(getattr(frame, "column_names", None) or frame.columns)
        raise UsageError(
            f"the frame has several columns named {twice(names)!r}; rename or drop all but one"
        ) from None
    layout, program = prepared(names, asked, {**_attrs(frame), **(units or {})})
    if isinstance(known, nw.LazyFrame):
        from chipdb.bulk.expressions import answered

        categories = (
            names_of(program) if known.implementation.value in LAZY_WITH_CATEGORIES else None
        )
        native = answered(known, program, layout, CONTESTED, categories).to_native()
        return (
            _dask_categories(native, names_of(program))
            if known.implementation.value == "dask"
            else native
        )
    return _eager(known, layout, program)


def twice(names: Sequence[str]) -> str | None:
    """The first name that several columns have."""
    return next((name for index, name in enumerate(names) if name in names[:index]), None)


def _dask_categories(native: Any, names: Mapping[str, tuple[str, ...]]) -> Any:
    import pandas

    return native.astype(
        {
            name: pandas.CategoricalDtype(pandas.Index(texts, dtype=str))
            for name, texts in names.items()
            if texts
        }
    )


def prepared(
    columns: Sequence[str], asked: Question, units: Mapping[str, str], grid: str | None = None
) -> tuple[Layout, Program]:
    """What the columns state and the program over them; raises :class:`UsageError` where something is missing.

    ``grid`` is the name of the grid where the columns are what one states.
    """
    taken = [name for name in ANSWERS[: 5 if asked.to is not None else 3] if name in columns]
    if taken:
        raise UsageError(
            f"the frame has a column {taken[0]!r} already; rename or drop it, answers are put under that name"
        )
    layout = layout_of(columns, units)
    program = program_of(asked, layout.have())
    missing = absent(program.needs, layout)
    if missing:
        wanted = ("; " if grid is None else "; and ").join(
            " or ".join(choices) for choices in missing
        )
        there = ", ".join(map(str, columns[:12])) or "none"
        if grid is not None:
            add = "add a knob, a derived quantity or a base that has it"
            raise UsageError(
                f"{grid}: the rules in force on {asked.on} read {wanted}, which designs do not state; {add}"
            )
        raise UsageError(
            f"the rules in force on {asked.on} read columns that the frame does not have: {wanted}; it has: {there}"
        )
    return layout, program


def _attrs(frame: Any) -> dict[str, str]:
    """Units that a pandas frame carries for columns it still has."""
    attrs = getattr(frame, "attrs", None)
    units = attrs.get("units") if isinstance(attrs, dict) else None
    return (
        {name: unit for name, unit in units.items() if name in frame.columns}
        if isinstance(units, dict)
        else {}
    )


def _arrays(frame: Mapping[str, Any], asked: Question, units: Mapping[str, str]) -> Codes:
    layout, program = prepared(list(frame), asked, units)
    columns = {name: np.asarray(frame[name]) for name in layout.columns()}
    sizes = {name: array.shape for name, array in columns.items()}
    if any(len(shape) != 1 for shape in sizes.values()) or len(set(sizes.values())) > 1:
        shown = ", ".join(f"{name} {shape}" for name, shape in sizes.items())
        raise UsageError(f"the arrays must have one dimension and one length; got {shown}")
    found = answer(program, columns_of(layout, columns))
    ordered = _ordered(found)
    return Codes({**frame, **ordered}, names_of(program))


def names_of(program: Program) -> dict[str, tuple[str, ...]]:
    """The texts of each answer by code."""
    both = {output.name: output.names for output in program.fast.outputs}
    for output in program.box.outputs:
        both[output.name] = max(both[output.name], output.names, key=len)
    return both


def _ordered(found: Mapping[str, Array]) -> dict[str, Array]:
    return {name: found[name] for name in ANSWERS if name in found}


def columns_of(layout: Layout, arrays: Mapping[str, Array]) -> Columns:
    """Arrays as the nets read them."""
    facts = {
        name: settled(name, fact_codes(arrays[column], column))
        for name, column in layout.facts.items()
    }
    figures = {
        name: numbers(arrays[name], name)
        for name in layout.columns()
        if name not in layout.facts.values()
    }
    rows = len(next(iter(arrays.values()))) if arrays else 0
    return Columns(layout, figures, facts, rows)


def numbers(array: Array, column: str) -> Array:
    """Figures as float64, NaN where there is none; raises :class:`UsageError` for text."""
    if isinstance(array, np.ma.MaskedArray):
        array = np.ma.filled(array.astype(np.float64), np.nan)
    if array.dtype.kind in "fiu":
        return array.astype(np.float64, copy=False)
    try:
        # an array of one number is no number, though numpy before 2.4 turns it into one
        if array.dtype.kind == "O" and not any(
            isinstance(value, (str, bytes, bool, np.ndarray)) for value in array.tolist()
        ):
            return np.array(
                [np.nan if value is None else float(value) for value in array.tolist()], np.float64
            )
    except (TypeError, ValueError):
        pass
    raise UsageError(
        f"the column {column!r} holds {array.dtype} where numbers are due; convert it first"
    )


def fact_codes(array: Array, column: str) -> Array:
    """A fact as codes: 1 true, 0 false, 2 not known."""
    if array.dtype.kind == "b" and not isinstance(array, np.ma.MaskedArray):
        return array.view(np.int8)
    values = (
        np.ma.filled(array.astype(object), None) if isinstance(array, np.ma.MaskedArray) else array
    )
    if values.dtype.kind == "O":
        return _objects(values, column)
    true, false, null = (
        np.asarray(values == 1),
        np.asarray(values == 0),
        np.isnan(values) if values.dtype.kind == "f" else np.False_,
    )
    if not (true | false | null).all():
        wrong = values[~(true | false | null)][0]
        raise UsageError(f"the column {column!r} holds {wrong!r}; a fact is true, false or null")
    return np.where(null, UNKNOWN, np.where(true, IS_TRUE, IS_FALSE)).astype(np.int8)


def settled(name: str, codes: Array) -> Array:
    """The codes of a fact; where one goes without saying, a row that does not say it has it."""
    return np.where(codes == UNKNOWN, IS_TRUE, codes).astype(np.int8) if name in UNSAID else codes


def _objects(values: Array, column: str) -> Array:
    import pandas

    try:
        return np.asarray(pandas.array(values, dtype="boolean").to_numpy(np.int8, na_value=UNKNOWN))
    except (TypeError, ValueError):
        wrong = next(
            value
            for value in values.tolist()
            if not pandas.isna(value) and value not in (True, False)
        )
        raise UsageError(
            f"the column {column!r} holds {wrong!r}; a fact is true, false or null"
        ) from None


def _eager(frame: Any, layout: Layout, program: Program) -> Any:
    """Arrays out of a frame, codes into it: categories where the engine has them."""
    import narwhals as nw

    arrays: dict[str, Array] = {}
    for column in layout.columns():
        series = frame[column]
        if column in layout.facts.values() and series.dtype == nw.Boolean and series.null_count():
            arrays[column] = series.cast(nw.Int8).fill_null(UNKNOWN).to_numpy().astype(np.float64)
            arrays[column][arrays[column] == UNKNOWN] = np.nan
        else:
            arrays[column] = np.asarray(series.to_numpy())
    found = (
        answer(program, columns_of(layout, arrays))
        if layout.columns()
        else answer(program, Columns(layout, {}, {}, len(frame)))
    )
    return with_codes(frame, _ordered(found), names_of(program))


def with_codes(frame: Any, found: Mapping[str, Array], names: Mapping[str, tuple[str, ...]]) -> Any:
    """A native eager frame with the answers behind its columns."""
    native, kind = frame.to_native(), frame.implementation.value
    if kind == "polars":
        import polars

        series = [_polars(polars, name, codes, names.get(name)) for name, codes in found.items()]
        return native.with_columns(series)
    if kind == "pyarrow":
        for name, codes in found.items():
            native = native.append_column(name, arrow_column(codes, names.get(name)))
        return native
    import pandas

    columns = {
        name: pandas.Categorical.from_codes(codes, pandas.Index(names[name], dtype=str))
        if name in names
        else codes
        for name, codes in found.items()
    }
    if kind == "pandas":
        return native.assign(**columns)
    return native.assign(**{name: list(values) for name, values in columns.items()})


def _polars(polars: Any, name: str, codes: Array, names: tuple[str, ...] | None) -> Any:
    if names is None:
        return polars.Series(name, codes)
    plain = polars.Series(name, codes.view(np.uint8))
    known = (
        polars.select(polars.when(plain < len(names)).then(plain)).to_series().alias(name)
        if (codes < 0).any()
        else plain
    )
    kind = polars.Enum(list(names))
    if hasattr(known.cat, "to"):
        return known.cat.to(kind)
    return polars.Series(name, list(names), dtype=kind).gather(known.cast(polars.UInt32))


def arrow_column(codes: Array, names: tuple[str, ...] | None) -> Any:
    """Codes as an Arrow dictionary, flags as booleans."""
    import pyarrow

    if names is None:
        return pyarrow.array(codes)
    indices = pyarrow.array(codes, mask=codes < 0)
    return pyarrow.DictionaryArray.from_arrays(
        indices, pyarrow.array(list(names), pyarrow.string())
    )

"""The values of a column as an array: float64 for figures, codes for facts.

Every container marks a missing value in its own way: a null, a mask, NaN, None, ``pandas.NA`` or
``NaT``. All of them become NaN in a figure and "unknown" in a fact, so that a row without a figure
is undetermined and never answered by a number that was not stated.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from numbers import Real
from types import NoneType
from typing import Any

import numpy as np

from chipdb.bulk.circuit import IS_FALSE, IS_TRUE, UNKNOWN
from chipdb.bulk.lookup_table import Array
from chipdb.errors import UsageError

FACT_CODES = {True: IS_TRUE, False: IS_FALSE, None: UNKNOWN}
"""The code of each value of a fact."""
_MASKED = type(np.ma.masked)


def column_array(values: Any, column: str, *, is_fact: bool) -> Array:
    """Convert a column of any container to a NumPy array in which missing values stay missing.

    The array is what :func:`numbers` or :func:`fact_codes` reads next; it may be masked.

    Raises :class:`~chipdb.errors.UsageError` if the type of the column cannot hold a figure (or a
    fact, with ``is_fact``).
    """
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, (list, tuple)):
        # NumPy takes the masked constant in a list as 0.0, so such a list is converted by objects.
        if any(value is np.ma.masked for value in values):
            return np.array(values, object)
        try:
            return np.asarray(values)
        except ValueError:
            # lists of several lengths, which NumPy cannot make an array of
            raise wrong_type(column, "lists", is_fact=is_fact) from None

    arrow = _arrow_of(values)
    if arrow is not None:
        return _array_of_arrow(arrow, column, is_fact=is_fact)

    import narwhals as nw

    series = nw.from_native(values, series_only=True, pass_through=True)
    if not isinstance(series, nw.Series):
        return np.asarray(values)
    return _array_of_series(series, column, is_fact=is_fact)


def _arrow_of(values: Any) -> Any:
    """The Arrow array behind a column; None if it is not Arrow's."""
    pyarrow = sys.modules.get("pyarrow")  # imported already if the column is Arrow's
    if pyarrow is None:
        return None
    if isinstance(values, (pyarrow.Array, pyarrow.ChunkedArray)):
        return values
    if type(getattr(values, "dtype", None)).__name__ == "ArrowDtype":
        # A column of pandas that is backed by Arrow: pandas itself would make objects of it.
        return getattr(values, "array", values).__arrow_array__()
    return None


def _array_of_arrow(array: Any, column: str, *, is_fact: bool) -> Array:
    """Convert an Arrow array by its type."""
    import pyarrow
    from pyarrow import compute

    types = pyarrow.types
    # Encoded arrays are decoded by Arrow: as NumPy arrays they lose their nulls, and a null would
    # get the value of another row.
    if types.is_run_end_encoded(array.type):
        array = compute.run_end_decode(array)
    while types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)

    kind = array.type
    if is_fact and types.is_boolean(kind):
        return np.asarray(array.cast(pyarrow.int8()))  # with nulls, booleans would become objects

    allowed = (types.is_integer, types.is_floating, types.is_decimal, types.is_null)
    if not any(is_allowed(kind) for is_allowed in allowed):
        raise wrong_type(column, kind, is_fact=is_fact)
    return np.asarray(array)


def _array_of_series(series: Any, column: str, *, is_fact: bool) -> Array:
    """Convert a series of pandas, Polars or an engine like them by its type."""
    import narwhals as nw

    kind = series.dtype
    if kind == nw.Boolean:
        if not is_fact:
            raise wrong_type(column, kind, is_fact=is_fact)
        return _array_of_booleans(series)

    # pandas has categories of numbers, and a column of None looks like texts: its values decide.
    # Elsewhere only a column of nulls has no known type.
    decided_by_values = [nw.Unknown, nw.Object]
    if series.implementation.is_pandas_like():
        decided_by_values += [nw.Categorical, nw.String]
    if not kind.is_numeric() and kind not in decided_by_values:
        raise wrong_type(column, kind, is_fact=is_fact)
    if kind in (nw.Int128, nw.UInt128):
        # NumPy has no such type; every figure becomes a float64 next
        series = series.cast(nw.Float64)
    return np.asarray(series.to_numpy())


def _array_of_booleans(series: Any) -> Array:
    """Convert booleans; with nulls to float64, in which a null is NaN."""
    import narwhals as nw

    if not series.null_count():
        return np.asarray(series.to_numpy())
    # Some engines turn booleans with nulls into Python objects; small integers are much faster.
    codes = series.cast(nw.Int8).fill_null(UNKNOWN).to_numpy().astype(np.float64)
    codes[codes == UNKNOWN] = np.nan
    return np.asarray(codes)


def numbers(array: Array, column: str) -> Array:
    """Convert figures to float64, NaN where a figure is missing.

    Raises :class:`~chipdb.errors.UsageError` if the array holds anything but numbers.
    """
    kind = array.dtype.kind
    if kind == "O":
        return _numbers_of_objects(array, column)
    # Other types are refused before they are converted, because NumPy would convert dates to days
    # and texts of digits to numbers.
    if kind not in "fiu":
        raise wrong_type(column, array.dtype, is_fact=False)
    _check_one_dimension(array, column, is_fact=False)
    floats = np.ma.getdata(array).astype(np.float64, copy=False)
    if isinstance(array, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(array), np.nan, floats)
    return floats


def _numbers_of_objects(array: Array, column: str) -> Array:
    """Convert Python objects: numbers of any exact kind, and what stands for a missing one."""
    values = _objects(array, column, is_fact=False)
    # a column has millions of values and few types, so the types are looked at
    for kind in dict.fromkeys(map(type, values)):
        if _is_missing_type(kind) or _is_number_type(kind):
            continue
        raise wrong_type(column, kind.__name__, is_fact=False)
    return np.array(list(map(_float, values)), np.float64)


def _float(value: Any) -> float:
    """A number as float64; NaN for what stands for a missing one."""
    if _is_missing_type(type(value)):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf  # as a decimal text of that size is; an infinite figure is missing
    except ValueError:
        return np.nan  # a signaling NaN of Decimal


def _is_missing_type(kind: type) -> bool:
    """Whether the values of a type all mean that a value is missing.

    >>> _is_missing_type(NoneType), _is_missing_type(float)
    (True, False)
    """
    if kind in (NoneType, _MASKED):
        return True
    # By name, because pandas need not be installed.
    return kind.__name__ in ("NAType", "NaTType") and kind.__module__.startswith("pandas.")


def _is_number_type(kind: type) -> bool:
    """Whether the values of a type are real numbers, which a figure may be.

    >>> _is_number_type(Decimal), _is_number_type(bool), _is_number_type(str)
    (True, False, False)
    """
    # A time span of NumPy is an integer by inheritance only; a boolean is not a figure.
    if issubclass(kind, (bool, np.timedelta64)):
        return False
    return issubclass(kind, (Real, Decimal))


def fact_codes(array: Array, column: str) -> Array:
    """Convert a fact to int8 codes: true, false or unknown. 1 and 0 are true and false.

    Raises :class:`~chipdb.errors.UsageError` for other values, which names ``column``.

    >>> fact_codes(np.array([1.0, 0.0, np.nan]), "datacenter").tolist() == [
    ...     IS_TRUE, IS_FALSE, UNKNOWN
    ... ]
    True
    """
    kind = array.dtype.kind
    if kind == "O":
        return _fact_codes_of_objects(array, column)
    if kind not in "bfiu":
        raise wrong_type(column, array.dtype, is_fact=True)

    _check_one_dimension(array, column, is_fact=True)
    values = np.ma.getdata(array)
    is_masked = isinstance(array, np.ma.MaskedArray)

    # The codes of true and false are 1 and 0, so a boolean array needs no copy.
    if kind == "b" and not is_masked:
        return np.asarray(values.view(np.int8))

    true = values == 1
    false = values == 0
    unknown = np.zeros(len(values), np.bool_)
    if is_masked:
        unknown = np.ma.getmaskarray(array)
    if kind == "f":
        unknown = unknown | np.isnan(values)

    valid = true | false | unknown
    if not valid.all():
        first_wrong = values[~valid][0]
        raise _wrong_fact(column, first_wrong)
    true_or_false = np.where(true, IS_TRUE, IS_FALSE)
    return np.where(unknown, UNKNOWN, true_or_false).astype(np.int8)


def _fact_codes_of_objects(array: Array, column: str) -> Array:
    """Convert Python objects to int8 codes: booleans, the numbers 1 and 0, and missing values.

    Raises :class:`~chipdb.errors.UsageError` for anything else.
    """
    values = _objects(array, column, is_fact=True)
    kinds = dict.fromkeys(map(type, values))
    if kinds.keys() <= {bool, NoneType}:
        # What pandas makes of booleans with nulls, and tables of it may be long.
        return np.array([FACT_CODES[value] for value in values], np.int8)
    for kind in kinds:
        if not _may_be_fact(kind):
            raise wrong_type(column, kind.__name__, is_fact=True)
    return np.array([_fact_code(value, column) for value in values], np.int8)


def _may_be_fact(kind: type) -> bool:
    """Whether values of a type may be facts: booleans, numbers, and what stands for missing."""
    if issubclass(kind, (bool, np.bool_)):
        return True
    return _is_number_type(kind) or _is_missing_type(kind)


def _fact_code(value: Any, column: str) -> int:
    """The code of one value.

    Raises :class:`~chipdb.errors.UsageError` if it is neither true, false nor missing.
    """
    if isinstance(value, (bool, np.bool_)):
        return FACT_CODES[bool(value)]
    number = _float(value)
    if np.isnan(number):
        return UNKNOWN
    # The value itself is compared: a fraction next to 1 may be rounded to 1.0.
    if value == 1:
        return IS_TRUE
    if value == 0:
        return IS_FALSE
    raise _wrong_fact(column, value)


def _objects(array: Array, column: str, *, is_fact: bool) -> list[Any]:
    """The objects of an array, None where they are masked."""
    _check_one_dimension(array, column, is_fact=is_fact)
    objects: list[Any] = array.tolist()
    return objects


def _check_one_dimension(array: Array, column: str, *, is_fact: bool) -> None:
    """Refuse an array whose elements are not single values.

    Raises :class:`~chipdb.errors.UsageError` with the shape of the array.
    """
    # Structs and lists of one length come as a table of numbers, which must not pass for a column.
    if array.ndim != 1:
        shape = "x".join(map(str, array.shape))
        raise wrong_type(column, f"an array of {shape} values", is_fact=is_fact)


def wrong_type(column: str, kind: object, *, is_fact: bool) -> UsageError:
    """The error for a column whose type cannot hold a figure (or a fact, with ``is_fact``)."""
    if is_fact:
        return UsageError(
            f"the column {column!r} holds {kind}; a fact is true, false or null, "
            "so make it a boolean column"
        )
    return UsageError(
        f"the column {column!r} holds {kind}, but numbers are expected; convert it first"
    )


def _wrong_fact(column: str, value: Any) -> UsageError:
    """The error for a number that is neither 1 nor 0."""
    return UsageError(f"the column {column!r} holds {value!r}; a fact is true, false or null")

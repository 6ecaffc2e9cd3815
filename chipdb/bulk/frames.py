"""``check_frame``: the rules of a date over the rows of any frame, each row a hypothetical chip."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chipdb.answers.arguments import catalog_of
from chipdb.bulk.arrays import CONTESTED, ArrayColumns, answer_columns
from chipdb.bulk.catalog_rows import ID, IDENTITY, identified_rows, with_identified_rows
from chipdb.bulk.circuit import IS_TRUE, UNKNOWN
from chipdb.bulk.columns import Layout, layout_of, missing_columns
from chipdb.bulk.lookup_table import Array
from chipdb.bulk.program import TRUE_UNLESS_STATED, Program, notes_about_rows, program_of
from chipdb.bulk.values import column_array, fact_codes, numbers
from chipdb.catalog.catalog import Catalog
from chipdb.errors import UsageError
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.question import Question, question

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

CLASSIFICATION_ANSWERS = ("status", "outcome", CONTESTED)
ANSWERS = (*CLASSIFICATION_ANSWERS, "license_required", "review", "caution")
"""The columns of answers in their order; the last three only with a destination."""
LAZY_WITH_CATEGORIES = ("polars", "duckdb")
SHOWN_COLUMNS = 12
"""How many columns an error message lists."""


class Codes(dict[str, Any]):
    """A dict of arrays in which each answer is an array of int8 codes.

    ``names`` gives the texts of each answer by code; the code -1 means none.

    >>> import numpy, chipdb
    >>> figures = {
    ...     "tpp": numpy.array([5000.0, 1000.0]),
    ...     "applicable_die_area": numpy.array([800.0, 800.0]),
    ...     "datacenter": numpy.array([True, True]),
    ... }
    >>> codes = chipdb.check_frame(figures, on="2024-06-01")
    >>> [codes.names["status"][code] for code in codes["status"]]
    ['met', 'not-met']
    """

    names: dict[str, tuple[str, ...]]

    def __init__(self, columns: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> None:
        """Hold ``columns`` by the name of their answer; ``names`` gives the label of each code."""
        super().__init__(columns)
        self.names = dict(names)


LAZY_WITH_IDS = (
    "a lazy frame is not inspected, so rows with the id of a catalog chip are answered as "
    "hypothetical chips; collect the frame first to have them answered as that chip"
)
"""What a lazy frame with ids is answered with; an eager one matches rows with the catalog."""


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
    catalog: Catalog | str | Path | None = None,
) -> Any:
    """Check every row of a frame, each a hypothetical chip, and return a frame of the same kind.

    A row of ``catalog.frame()`` is not a hypothetical chip: while it has the ``id`` of a chip and
    its figures, it is answered as :func:`chipdb.check` answers for that chip; ``catalog`` names a
    catalog of your own. Other rows whose ``kind`` is ``system`` or ``memory-stack`` are
    undetermined, because the rules classify a system by the chips in it and memory by itself. A
    lazy frame is not inspected: its rows are hypothetical chips, except for those two kinds, and a
    :class:`UserWarning` says so if it has a column ``id``.

    Its columns are followed by ``status``, ``outcome``, ``contested``, and with ``to`` by
    ``license_required``, ``review`` and ``caution``: the kinds of cautions that could turn "no
    license is required" into "required", joined by ``;``, empty where there is none; with
    ``strict`` the kinds of all cautions of a row that needs no license. A lazy frame stays lazy. A
    dict of NumPy arrays gives int8 codes with their names (:class:`Codes`).

    Columns are named as the metrics are, with ``<metric>_low`` and ``<metric>_high`` if a figure
    has a range, or as figures (``throughput.fp16``, ``die_area`` with ``process_nm``,
    ``memory.bandwidth``) whose unit is given by ``units`` or by a header such as ``memory.bandwidth
    [TB/s]``. Facts are ``datacenter`` and ``digital``. Figures are decimals of six places.

    A cell that is null, NaN, infinite or negative is a missing figure: the row is ``undetermined``
    if some value of it could change the answer. An area of zero means that no logic is non-planar.
    If a row states density, TPP and area, TPP and area decide; if the density does not fit them,
    the row is ``contested`` where what the density gives for the others leads to another answer.

    If the evidence of a rule ends before the date, a :class:`UserWarning` says so.

    Raises :class:`~chipdb.errors.UsageError` if a column that the rules in force read is missing.

    >>> import pandas, chipdb
    >>> rows = pandas.DataFrame(
    ...     {"tpp": [5000, 4000], "performance_density": [None, 2.0], "datacenter": [True, True]}
    ... )
    >>> checked = chipdb.check_frame(rows, on="2024-06-01", to="CN")
    >>> checked[["status", "outcome", "license_required"]].values.tolist()
    [['met', '3A090.a', 'yes'], ['met', '3A090.b', 'yes']]
    """
    asked = question(on, to, from_, headquarters, law=law, strict=strict, book=rulebook)
    for note in notes_about_rows(asked):
        warnings.warn(note, UserWarning, stacklevel=2)
    known = catalog_of(catalog)
    if isinstance(frame, Mapping):
        return _check_arrays(frame, asked, units or {}, known)

    import narwhals as nw

    wrapped, names = _wrapped(frame)
    layout, program = prepare(names, asked, {**_units_of_pandas(frame), **(units or {})})
    if not isinstance(wrapped, nw.LazyFrame):
        return _check_eager(wrapped, layout, program, asked, known)

    if "id" in names:
        # to compare figures with the catalog's, all rows would have to be computed first
        warnings.warn(LAZY_WITH_IDS, UserWarning, stacklevel=2)
    from chipdb.bulk.expressions import answer_lazily

    engine = wrapped.implementation.value
    labels = labels_of(program)
    categories = labels if engine in LAZY_WITH_CATEGORIES else None
    native = answer_lazily(wrapped, program, layout, CONTESTED, categories).to_native()
    return _dask_categories(native, labels) if engine == "dask" else native


def _wrapped(frame: Any) -> tuple[Any, list[str]]:
    """A frame as Narwhals sees it, with the names of its columns."""
    import narwhals as nw

    try:
        with warnings.catch_warnings():
            # Narwhals announces a package for Dask that is not released yet.
            warnings.filterwarnings("ignore", "Dask support is moving", FutureWarning)
            wrapped = nw.from_native(frame)
        return wrapped, wrapped.collect_schema().names()
    except TypeError:
        raise UsageError(
            f"a {type(frame).__name__} is not a frame that narwhals supports; "
            "pass a pandas, polars, pyarrow, duckdb, dask or pyspark frame, "
            "or a dict of numpy arrays"
        ) from None
    except nw.exceptions.DuplicateError:
        names = list(getattr(frame, "column_names", None) or frame.columns)
        raise UsageError(
            f"the frame has several columns named {first_duplicate(names)!r}; "
            "rename or drop all but one"
        ) from None


def first_duplicate(names: Sequence[str]) -> str | None:
    """The first name that several columns have."""
    for index, name in enumerate(names):
        if name in names[:index]:
            return name
    return None


def prepare(
    columns: Sequence[str],
    asked: Question,
    units: Mapping[str, str],
    grid: str | None = None,
    *,
    open_jurisdiction: bool = False,
) -> tuple[Layout, Program]:
    """Find out what the columns state, and compile the question for them.

    ``grid`` is the name of a grid if the columns are the quantities of its designs, and
    ``open_jurisdiction`` says that it is not settled whether rules reach them at all.

    Raises :class:`~chipdb.errors.UsageError` if a required column is missing or a name is taken.
    """
    answers = ANSWERS if asked.to is not None else CLASSIFICATION_ANSWERS
    # Refused rather than replaced: a frame that was checked before would lose its first answers.
    for name in answers:
        if name in columns:
            raise UsageError(
                f"the frame has a column {name!r} already; rename or drop it, "
                "because an answer gets that name"
            )

    layout = layout_of(columns, units)
    stated = layout.stated_columns()
    program = program_of(asked, stated, open_jurisdiction=open_jurisdiction)
    missing = missing_columns(program.required_columns, layout)
    if not missing:
        return layout, program

    wanted = [" or ".join(alternatives) for alternatives in missing]
    if grid is not None:
        raise UsageError(
            f"{grid}: the rules in force on {asked.on} read {'; and '.join(wanted)}, which designs "
            "do not state; add a knob, a derived quantity or a base that has it"
        )

    present = ", ".join(map(str, columns[:SHOWN_COLUMNS])) or "none"
    raise UsageError(
        f"the rules in force on {asked.on} read columns that the frame does not have: "
        f"{'; '.join(wanted)}; it has: {present}"
    )


def labels_of(program: Program) -> dict[str, tuple[str, ...]]:
    """The texts of each answer by code.

    Both circuits number them alike; one of them may have more.
    """
    # The circuit of ranges may also know outcomes that only several provisions have in common.
    labels = {output.name: output.names for output in program.known.outputs}
    for output in program.ranges.outputs:
        labels[output.name] = max(labels[output.name], output.names, key=len)
    return labels


def _units_of_pandas(frame: Any) -> dict[str, str]:
    """The units that a pandas frame carries in ``attrs`` for columns that it still has."""
    # The frame of the catalog has units there, so it can be checked as it is.
    attrs = getattr(frame, "attrs", None)
    if not isinstance(attrs, dict):
        return {}
    # attributes are anybody's, so another program may have put something else there
    units = attrs.get("units")
    if not isinstance(units, dict):
        return {}
    return {name: unit for name, unit in units.items() if name in frame.columns}


def _check_arrays(
    frame: Mapping[str, Any], asked: Question, units: Mapping[str, str], catalog: Catalog
) -> Codes:
    """Check a dict of arrays, which must have one dimension and one length."""
    layout, program = prepare(list(frame), asked, units)
    facts = set(layout.facts.values())
    arrays = {}
    for name in layout.columns():
        arrays[name] = column_array(frame[name], name, is_fact=name in facts)
    columns = array_columns(layout, arrays, _length_of(arrays))
    texts = {name: _objects(frame[name]) for name in IDENTITY if name in frame}
    answers, labels = _answers(program, columns, texts, asked, catalog)
    return Codes({**frame, **in_order(answers)}, labels)


def _objects(values: Any) -> Array:
    """One object for each row.

    >>> _objects([["H20"], ["A100"]]).shape
    (2,)
    """
    array = np.asarray(values, object)
    if array.ndim == 1:
        return array
    # NumPy makes a further dimension of lists that are equally long
    rows = list(values)
    array = np.empty(len(rows), object)
    for index, value in enumerate(rows):
        array[index] = value
    return array


def _length_of(arrays: Mapping[str, Array]) -> int:
    """The number of rows that all arrays have; 0 without arrays.

    Raises :class:`~chipdb.errors.UsageError` for arrays of several dimensions or lengths.
    """
    shapes = {array.shape for array in arrays.values()}
    if not shapes:
        return 0
    first = shapes.pop()
    if shapes or len(first) != 1:
        shown = [f"{name} {array.shape}" for name, array in arrays.items()]
        raise UsageError(
            f"the arrays must have one dimension and one length; got {', '.join(shown)}"
        )
    return int(first[0])


def _check_eager(
    frame: Any, layout: Layout, program: Program, asked: Question, catalog: Catalog
) -> Any:
    """Take arrays out of a frame and put codes into it, as categories if the engine has them."""
    facts = set(layout.facts.values())
    arrays: dict[str, Array] = {}
    for column in layout.columns():
        native = frame[column].to_native()
        arrays[column] = column_array(native, column, is_fact=column in facts)
    columns = array_columns(layout, arrays, len(frame))
    answers, labels = _answers(program, columns, _identity_of(frame), asked, catalog)
    return _with_answers(frame, in_order(answers), labels)


def _answers(
    program: Program,
    columns: ArrayColumns,
    texts: Mapping[str, Array],
    asked: Question,
    catalog: Catalog,
) -> tuple[dict[str, Array], dict[str, tuple[str, ...]]]:
    """The answers of every row with their labels; ``texts`` are the columns that identify rows."""
    answers, labels = answer_columns(program, columns), labels_of(program)
    if not texts:
        return answers, labels
    rows = identified_rows(texts, columns, catalog)
    others = int(rows.not_chips.sum())
    if others:
        warnings.warn(about_other_kinds(others), UserWarning, stacklevel=4)
    return answers, with_identified_rows(answers, labels, rows, asked)


def about_other_kinds(rows: int) -> str:
    """The warning for rows that are systems or memory stacks and not those of the catalog."""
    return (
        "rows of systems and memory stacks are undetermined, because the rules do not classify "
        f"these by the figures of a row (rows: {rows:,}); use chipdb.check, or pass catalog= if "
        "they are in a catalog of your own"
    )


def _identity_of(frame: Any) -> dict[str, Array]:
    """The columns of an eager frame that say which chip a row is, as objects.

    The ids of ``catalog.frame()`` are the index of a pandas frame.
    """
    import narwhals as nw

    holds_text = (nw.String, nw.Categorical, nw.Enum, nw.Object)
    texts: dict[str, Array] = {}
    for name in IDENTITY:
        if name in frame.columns and frame[name].dtype in holds_text:
            texts[name] = np.asarray(frame[name].to_list(), object)
    index = getattr(frame.to_native(), "index", None)
    if ID not in frame.columns and getattr(index, "name", None) == ID:
        texts[ID] = np.asarray(index, object)
    return texts


def in_order(answers: Mapping[str, Array]) -> dict[str, Array]:
    """The answers in the order of their columns."""
    return {name: answers[name] for name in ANSWERS if name in answers}


def array_columns(layout: Layout, arrays: Mapping[str, Array], rows: int) -> ArrayColumns:
    """Convert arrays to what the circuits read."""
    facts = {}
    for name, column in layout.facts.items():
        facts[name] = with_default(name, fact_codes(arrays[column], column))
    figures = {column: numbers(arrays[column], column) for column in layout.figure_columns()}
    return ArrayColumns(layout, figures, facts, rows)


def with_default(name: str, codes: Array) -> Array:
    """The codes of a fact, with the value of a chip that does not state it if that is defined."""
    if name not in TRUE_UNLESS_STATED:
        return codes
    return np.where(codes == UNKNOWN, IS_TRUE, codes).astype(np.int8)


def _with_answers(
    frame: Any, answers: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]]
) -> Any:
    """Append the answers to an eager frame and return it as its engine's own kind."""
    native, engine = frame.to_native(), frame.implementation.value
    if engine == "polars":
        series = [polars_column(name, codes, labels.get(name)) for name, codes in answers.items()]
        return native.with_columns(series)
    if engine == "pyarrow":
        for name, codes in answers.items():
            native = native.append_column(name, arrow_column(codes, labels.get(name)))
        return native

    import pandas

    # A categorical keeps one byte for each row; texts would be many times larger and slower.
    columns: dict[str, Any] = {}
    for name, codes in answers.items():
        column: Any = codes
        if name in labels:
            texts = pandas.Index(labels[name], dtype=str)
            column = pandas.Categorical.from_codes(codes, texts)
        # Engines that only behave like pandas take lists.
        columns[name] = column if engine == "pandas" else list(column)
    return native.assign(**columns)


def _dask_categories(native: Any, labels: Mapping[str, tuple[str, ...]]) -> Any:
    """Declare the labels of each answer as the categories of its column."""
    import pandas

    # Each partition has its own categories until they are declared for all of them; without labels
    # there is nothing to declare.
    kinds = {}
    for name, texts in labels.items():
        if texts:
            kinds[name] = pandas.CategoricalDtype(pandas.Index(texts, dtype=str))
    return native.astype(kinds)


def polars_column(name: str, codes: Array, labels: tuple[str, ...] | None) -> Any:
    """Codes as a Polars Enum, flags as booleans."""
    import polars

    if labels is None:
        return polars.Series(name, codes)

    # As unsigned bytes the code -1 is 255, above every label.
    indices = polars.Series(name, codes.view(np.uint8))
    if (codes < 0).any():
        valid = polars.when(indices < len(labels)).then(indices)
        indices = polars.select(valid).to_series().alias(name)
    kind = polars.Enum(list(labels))
    if hasattr(indices.cat, "to"):
        return indices.cat.to(kind)

    # Older versions have no direct way from codes to an Enum.
    return polars.Series(name, list(labels), dtype=kind).gather(indices.cast(polars.UInt32))


def arrow_column(codes: Array, labels: tuple[str, ...] | None) -> Any:
    """Codes as an Arrow dictionary, flags as booleans."""
    import pyarrow

    if labels is None:
        return pyarrow.array(codes)
    indices = pyarrow.array(codes, mask=codes < 0)
    texts = pyarrow.array(list(labels), pyarrow.string())
    return pyarrow.DictionaryArray.from_arrays(indices, texts)

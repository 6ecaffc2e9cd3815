"""Rows of a frame that are chips of the catalog, and rows that are not single chips.

A row is a hypothetical chip unless it says otherwise. Two kinds of rows do: those of
``catalog.frame()``, which have the ``id`` of a chip and all its figures, and rows of systems and
memory stacks, whose ``kind`` says so. The first are answered as ``check`` answers for the chip,
with its vendor, members and claims. The second are undetermined unless they are also of the first
kind: a computer is classified by the chips in it, and memory by its own entry.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chipdb.bulk.columns import HIGH, LOW, VALUE, ReadColumn
from chipdb.bulk.lookup_table import ROW_KIND, Array
from chipdb.bulk.values import FACT_CODES
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure
from chipdb.vocabulary import Kind, Required, Status

if TYPE_CHECKING:
    from chipdb.bulk.arrays import ArrayColumns
    from chipdb.solver.question import Question

ID, KIND, VENDOR = "id", "kind", "vendor"
IDENTITY = (ID, KIND, VENDOR)
"""The columns that say which chip a row is, as ``catalog.frame()`` has them."""
OTHER_KINDS = tuple(str(kind) for kind in Kind if kind != ROW_KIND)
"""The kinds of rows that are not single chips."""
UNDETERMINED = {"status": str(Status.UNDETERMINED), "license_required": str(Required.UNDETERMINED)}
"""The answers about a row that is not a single chip; the others are empty."""
SAME = 1e-12
"""Relative difference below which two floats are one figure in two units."""


@dataclass(frozen=True)
class IdentifiedRows:
    """What rows say of themselves: the chip that each one is, and which are not single chips."""

    chips: Mapping[int, Chip]
    not_chips: Array


def identified_rows(
    texts: Mapping[str, Array], columns: ArrayColumns, catalog: Catalog
) -> IdentifiedRows:
    """Return the rows that are chips of the catalog, and those that are not single chips.

    ``texts`` are the columns of :data:`IDENTITY` that the frame has, as objects.
    """
    chips: dict[int, Chip] = {}
    not_chips = rows_of_other_kinds(texts, columns.rows, catalog)
    for key, rows in _rows_by_id(texts.get(ID), catalog).items():
        chip = catalog[key]
        unchanged = rows[_is_unchanged(chip, rows, texts, columns)]
        chips.update(dict.fromkeys(unchanged.tolist(), chip))
    not_chips[list(chips)] = False
    return IdentifiedRows(chips, not_chips)


def rows_of_other_kinds(texts: Mapping[str, Array], rows: int, catalog: Catalog) -> Array:
    """Return for each of ``rows`` whether it is a system or a memory stack, by its kind or id."""
    other = np.zeros(rows, np.bool_)
    if KIND in texts:
        other |= np.isin(_written(texts[KIND]), OTHER_KINDS)
    for key, same_id in _rows_by_id(texts.get(ID), catalog).items():
        if catalog[key].kind != ROW_KIND:
            other[same_id] = True
    return other


def _rows_by_id(ids: Array | None, catalog: Catalog) -> dict[str, Array]:
    """The numbers of the rows of each id that the catalog has; none if rows have no ids."""
    if ids is None:
        return {}
    known = np.isin(_written(ids), list(catalog.ids))
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(known).tolist():
        rows.setdefault(str(ids[row]), []).append(row)
    return {key: np.array(numbers) for key, numbers in rows.items()}


def _written(values: Array) -> Array:
    """The texts of objects.

    >>> _written(np.array([["H20"], None], object)).tolist()
    ["['H20']", 'None']
    """
    texts = None
    with contextlib.suppress(ValueError):
        texts = values.astype(str)
    if texts is not None and texts.ndim == 1:
        return texts
    # NumPy has no text for a list or bytes; written out, it matches no chip
    return np.array([str(value) for value in values])


def _is_unchanged(
    chip: Chip, rows: Array, texts: Mapping[str, Array], columns: ArrayColumns
) -> Array:
    """Which rows have the kind, vendor, facts and figures of a chip in every column they state."""
    same = np.ones(len(rows), np.bool_)
    for name, own in ((KIND, chip.kind), (VENDOR, chip.vendor)):
        if name in texts:
            same &= _equal_texts(texts[name][rows], own)

    for fact, codes in columns.facts.items():
        same &= codes[rows] == FACT_CODES[getattr(chip, fact)]
    for (metric, end), source in columns.layout.metrics.items():
        # a figure that is computed from other columns is not one of catalog.frame()
        if not isinstance(source, ReadColumn):
            return np.zeros(len(rows), np.bool_)
        stated = columns.figures[source.column][rows] * source.factor
        same &= np.isclose(stated, _figure(chip, metric, end), rtol=SAME, atol=0, equal_nan=True)
    return same


def _equal_texts(texts: Array, own: str | None) -> Array:
    """Which texts are equal to one of a chip; None is that of a chip without a vendor.

    A null of any engine is not a text.
    """
    equal = np.zeros(len(texts), np.bool_)
    for index, text in enumerate(texts):
        if isinstance(text, str):
            equal[index] = text == own
        else:
            equal[index] = own is None
    return equal


def _figure(chip: Chip, metric: str, end: str) -> float:
    """The value, low or high of a metric as ``catalog.frame()`` has it; NaN if unknown."""
    measured = measure(chip, metric)
    value = {VALUE: measured.value, LOW: measured.low, HIGH: measured.high}[end]
    return float("nan") if value is None else float(value)


def with_identified_rows(
    answers: dict[str, Array],
    labels: dict[str, tuple[str, ...]],
    rows: IdentifiedRows,
    asked: Question,
) -> dict[str, tuple[str, ...]]:
    """Write the answers about identified rows into ``answers``; return the labels with theirs.

    A system has outcomes that no rule gives a single chip, so there may be more labels.
    """
    leave_undetermined(answers, labels, rows.not_chips)
    labels = dict(labels)
    for chip, numbers in _rows_by_chip(rows.chips):
        for name, label in _answers_about(chip, asked).items():
            if name in labels and label is not None and label not in labels[name]:
                labels[name] = (*labels[name], label)
            answers[name][numbers] = _code(label, labels.get(name))
    return labels


def leave_undetermined(
    answers: dict[str, Array], labels: Mapping[str, tuple[str, ...]], rows: Array
) -> None:
    """Write into ``answers`` that some rows are undetermined."""
    if not rows.any():
        return
    for name, codes in answers.items():
        codes[rows] = _code(UNDETERMINED.get(name), labels.get(name))


def _rows_by_chip(chips: Mapping[int, Chip]) -> list[tuple[Chip, list[int]]]:
    """Each chip once, with the rows that it is."""
    grouped: dict[str, tuple[Chip, list[int]]] = {}
    for row, chip in chips.items():
        grouped.setdefault(chip.id, (chip, []))[1].append(row)
    return list(grouped.values())


def _code(label: Any, labels: Sequence[str] | None) -> int:
    """The code of an answer: of a flag itself, of a label its position, of none -1."""
    if labels is None:
        return int(bool(label))
    if label is None:
        # a caution is empty rather than missing
        return labels.index("") if "" in labels else -1
    return labels.index(str(label))


def _answers_about(chip: Chip, asked: Question) -> dict[str, Any]:
    """The answers of ``check`` about a chip, by the columns of a frame."""
    from chipdb.answers.check import check_entry
    from chipdb.bulk.row_cautions import kinds_that_count

    answer = check_entry(Entry(chip=chip), asked)
    classification = answer.classification
    found: dict[str, Any] = {
        "status": str(classification.status),
        "outcome": classification.outcome,
        "contested": classification.contested,
    }
    if asked.to is not None:
        kinds = kinds_that_count(answer)
        found["contested"] = classification.contested or answer.license.contested
        found["license_required"] = str(answer.license.required)
        review = answer.license.review
        # plain text: Polars refuses members of an enumeration as categories
        found["review"] = None if review is None else str(review)
        found["caution"] = ";".join(kinds)
    return found

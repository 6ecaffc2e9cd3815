"""The Pareto front of many points: those that no other point equals or beats in every quantity.

Points are arrays with one row for each quantity and one column for each point; every quantity is to
be maximized.
"""

from __future__ import annotations

import numpy as np

from chipdb.bulk.sweep.grid import Array

SORT_AT_ONCE = 4096
"""Up to this number of points, they are sorted without filtering first."""
FILTERS = 8
"""How many outstanding points filter the others before they are sorted."""
DIGITS = 12
"""Significant digits by which quantities are ranked.

Floats computed in different ways differ after the fifteenth.
"""


def round_for_ranking(values: Array) -> Array:
    """Round off the residue of float arithmetic, so that 3 x 0.1 equals 1 x 0.3.

    >>> round_for_ranking(np.array([3 * 0.1, 0.3, 0.0, 7.0])).tolist()
    [0.3, 0.3, 0.0, 7.0]
    """
    with np.errstate(all="ignore"):
        scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        rounded = np.rint(values * scale) / scale
    return np.where(np.isfinite(rounded), rounded, values)


def undominated_candidates(points: Array) -> Array:
    """Return the indices of the points that none of a few outstanding points dominates.

    Sorting all points would be most of the work, and a handful of good points usually dominates
    nearly all others.
    """
    count = points.shape[1]
    if count <= SORT_AT_ONCE:
        return np.arange(count)

    spread = np.ptp(points, axis=1)
    scale = 1 / np.where(spread > 0, spread, 1)
    indices = np.arange(count)
    for step in range(FILTERS):
        # Each step favors another quantity, later rounds more strongly, so the filters lie apart.
        weights = scale.copy()
        weights[step % len(points)] *= 1 + step // len(points) * FILTERS
        best = int(np.argmax(weights @ points))
        dominated = np.logical_and.reduce([quantity <= quantity[best] for quantity in points])
        dominated[best] = False
        if dominated.any():
            indices = indices[~dominated]
            points = points[:, ~dominated]
        if len(indices) <= SORT_AT_ONCE:
            break
    return indices


def pareto_front(points: Array) -> Array:
    """Return the indices of the points that none dominates; of equal points only the first.

    >>> pareto_front(np.array([[1.0, 2.0, 2.0], [3.0, 1.0, 1.0]])).tolist()
    [1, 0]
    """
    # Best first in the first quantity, ties by the next quantities, then by position.
    position = np.arange(points.shape[1])
    order = np.lexsort([position, *(-quantity for quantity in points[::-1])])
    ranked = points[:, order]
    if len(points) == 2:
        # A point survives if its second quantity exceeds that of every point ranked before it.
        best_before = np.concatenate([[-np.inf], np.maximum.accumulate(ranked[1])[:-1]])
        return np.asarray(order[ranked[1] > best_before])

    kept: list[int] = []
    for column in range(ranked.shape[1]):
        point = ranked[:, column]
        if not any((ranked[:, other] >= point).all() for other in kept):
            kept.append(column)
    return np.asarray(order[kept])

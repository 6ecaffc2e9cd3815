"""The Pareto front of many points: those that no other is at least as good as in everything."""

from __future__ import annotations

import numpy as np

from chipdb.bulk.sweep.grid import Array

SORTED = 4096
"""So few points are sorted as they are."""
FILTERS = 8
"""Outstanding points that the rest is held against before it is sorted."""
DIGITS = 12
"""Significant digits by which quantities are ranked: floats made on different ways differ after the fifteenth."""


def settled(values: Array) -> Array:
    """Quantities without what is left over of float arithmetic, so that equal ones are equal: 3 x 0.1 and 1 x 0.3.

    >>> settled(np.array([3 * 0.1, 0.3, 0.0, 7.0])).tolist()
    [0.3, 0.3, 0.0, 7.0]
    """
    with np.errstate(all="ignore"):
        scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        rounded = np.rint(values * scale) / scale
    return np.where(np.isfinite(rounded), rounded, values)


def thinned(points: Array) -> Array:
    """The indices of points that none of a few outstanding ones dominates: sorting the rest would be most of the work."""
    if points.shape[1] <= SORTED:
        return np.arange(points.shape[1])
    spread = np.ptp(points, axis=1)
    scale = 1 / np.where(spread > 0, spread, 1)
    left = np.arange(points.shape[1])
    for step in range(FILTERS):
        weights = scale.copy()
        weights[step % len(points)] *= 1 + step // len(points) * FILTERS
        best = int(np.argmax(weights @ points))
        worse = np.logical_and.reduce([side <= side[best] for side in points])
        worse[best] = False
        if worse.any():
            left, points = left[~worse], points[:, ~worse]
        if len(left) <= SORTED:
            break
    return left


def front_of(points: Array) -> Array:
    """The indices of points (a row for each quantity, all to be maximized) that no other dominates, the first of equal ones."""
    order = (
        np.lexsort(points[::-1])[::-1]
        if points.shape[0] > 1
        else np.argsort(-points[0], kind="stable")
    )
    order = order[np.lexsort([order, *(-row[order] for row in points[::-1])])]
    ranked = points[:, order]
    if len(points) == 2:
        before = np.concatenate([[-np.inf], np.maximum.accumulate(ranked[1])[:-1]])
        return np.asarray(order[ranked[1] > before])
    kept: list[int] = []
    for column in range(ranked.shape[1]):
        point = ranked[:, column]
        if not any((ranked[:, other] >= point).all() for other in kept):
            kept.append(column)
    return np.asarray(order[kept])

"""Each metric once: what it is, in which unit, from which figures, and what is not known of it.

A metric is taken in one *reading*, a consistent way to count a chip. Its :class:`Spread` keeps four things apart: the
preferred value; the range of the credible claims; the wider range that rounding and stated tolerances allow; and, where a
figure is missing, the bounds that the rest still gives.

Sources: TPP and performance density after 3A090 Technical Notes 1 to 4 (15 CFR 774, Supplement No. 1); I/O bandwidth after
3A090.a of 2022 and 3A991.p (87 FR 62186); total DRAM bandwidth after 91 FR 1684.
"""

from __future__ import annotations

from chipdb.metrics.definitions import STORED_TF32, Count, readings
from chipdb.metrics.measure import (
    SHOWN,
    Metric,
    best_member,
    catalog_frame,
    declared_apart,
    measure,
    totals,
)
from chipdb.metrics.spread import Spread

__all__ = [
    "SHOWN",
    "STORED_TF32",
    "Count",
    "Metric",
    "Spread",
    "best_member",
    "catalog_frame",
    "declared_apart",
    "measure",
    "readings",
    "totals",
]

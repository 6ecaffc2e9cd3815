"""Metrics: the quantities that rules compare with thresholds, derived from the figures of a chip.

* ``definitions`` defines each metric, for a chip counted under one interpretation (``reading``).
* ``spread`` is the arithmetic: a value together with its credible range and what is missing.
* ``measure`` joins the interpretations of a chip into the one :class:`Metric` that answers show.
* ``derivation`` lists the numbers behind a metric, step by step, for worksheets.

A :class:`Spread` keeps four things apart: the preferred value; the range of the credible claims;
the wider range that rounding and stated tolerances allow; and, where a figure is missing, the
bounds that the known figures still give.

Sources: TPP and performance density follow 3A090 Technical Notes 1 to 4 (15 CFR 774, Supplement
No. 1); I/O bandwidth follows 3A090.a of 2022 and 3A991.p (87 FR 62186); total DRAM bandwidth
follows 91 FR 1684.
"""

from __future__ import annotations

from chipdb.metrics.definitions import STORED_TF32, Count, readings
from chipdb.metrics.measure import (
    SHOWN,
    Metric,
    best_member,
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
    "declared_apart",
    "measure",
    "readings",
    "totals",
]

"""Estimates, equivalents and envelopes as plain values.

The keys are fixed by the specification.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.views.json.envelope import envelope_json
from chipdb.workloads.data import sources

if TYPE_CHECKING:
    import pandas

    from chipdb.answers.envelope import Envelope
    from chipdb.answers.equivalents import Equivalence
    from chipdb.answers.estimate import Corners, Estimate
    from chipdb.solver.cuts import End
    from chipdb.workloads.data import HourlyCost, Measurement

Record = dict[str, Any]

FIGURES = (
    "tpp",
    "performance_density",
    "memory_bandwidth",
    "io_bandwidth",
    "memory_and_io_bandwidth",
)
"""The figures of an envelope."""
DIGITS = 5
"""Significant digits of an estimate; two are justified, but ratios are computed from them."""


NO_CORNERS: Record = dict.fromkeys(("low", "nominal", "high"))
"""The columns of an estimate that is not known."""

CORNERS = (
    "tokens_per_second_per_chip",
    "step_ms",
    "time_to_first_token_ms",
    "usd_per_million_tokens",
    "tokens_per_joule",
)
"""The fields of an estimate that have a low, a nominal and a high value."""


def significant(value: float) -> float:
    """A number with the digits that an estimate is written with.

    >>> significant(1685.43219), significant(0.0001234567)
    (1685.4, 0.00012346)
    """
    return float(f"{value:.{DIGITS}g}")


def whole(batch: float | None) -> float | None:
    """A batch as a whole number; a publisher's mean of several runs may not be one.

    >>> whole(330.0), whole(2.5)
    (330, 2.5)
    """
    if batch is None or batch != int(batch):
        return batch
    return int(batch)


def estimate_record(answer: Estimate) -> Record:
    """One entry of ``chipdb estimate --format json``."""
    workload = answer.request.workload
    return envelope_json(
        {
            "chip": answer.chip,
            "resolved_from": answer.entry.resolved_from,
            "position": answer.entry.position,
            "changes": list(answer.entry.chip.changes),
            "model": workload.model.id,
            "phase": workload.phase.value,
            "precision": answer.precision,
            "chips": answer.chips,
            "layout": answer.layout,
            "batch": whole(answer.batch),
            "input": workload.input,
            "output": workload.output,
            "tokens_per_second_per_chip": corners_record(answer.tokens),
            "step_ms": corners_record(answer.step),
            "time_to_first_token_ms": corners_record(answer.first_token),
            "bound_by": answer.bound_by,
            "assumptions": list(answer.assumptions),
            "missing": list(answer.missing),
            "measured": [measurement_record(row) for row in answer.measured],
            "vendor_measured": answer.vendor,
            "hourly_costs": [cost_record(cost) for cost in answer.costs],
            "usd_per_million_tokens": corners_record(answer.usd_per_million_tokens),
            "tokens_per_joule": corners_record(answer.tokens_per_joule),
        },
        answer.entry.chip.data,
    )


def corners_record(corners: Corners | None) -> Record | None:
    """Low, nominal and high; null where they are not known, and a high that has no limit."""
    if corners is None:
        return None
    # JSON has no infinity
    high: float | None = None
    if not math.isinf(corners.high):
        high = significant(corners.high)
    return {
        "low": significant(corners.low),
        "nominal": significant(corners.nominal),
        "high": high,
    }


def measurement_record(row: Measurement) -> Record:
    """A published measurement with its source, in tokens per second per chip."""
    source = sources()[row.source]
    return {
        "value": row.value,
        "source": source["title"],
        "address": source["url"],
        "date": source["date"],
        "publisher": source["publisher"],
        "precision": row.precision,
        "chips": row.chips,
        "layout": row.layout,
        "batch": whole(row.batch),
        "input": row.input,
        "output": row.output,
        "note": row.note or None,
    }


def cost_record(cost: HourlyCost) -> Record:
    """A published cost of an hour of a chip, with its source."""
    source = sources()[cost.source]
    return {
        "of": cost.of,
        "usd_per_hour": cost.usd_per_hour,
        "date": source["date"],
        "source": source["title"],
        "publisher": source["publisher"],
        "address": source["url"],
        "note": cost.note,
    }


def equivalence_record(answer: Equivalence) -> Record:
    """One entry of ``chipdb equivalents --format json``."""
    own, other = answer.chip, answer.of
    workload = own.request.workload
    return envelope_json(
        {
            "chip": own.chip,
            "of": other.chip,
            "position": own.entry.position,
            "changes": list(own.entry.chip.changes),
            "model": workload.model.id,
            "phase": workload.phase.value,
            "ratio": corners_record(answer.ratio),
            "tpp_ratio": _significant(answer.tpp_ratio),
            "memory_bandwidth_ratio": _significant(answer.memory_bandwidth_ratio),
            "precision": {"chip": own.precision, "of": other.precision},
            "layout": {"chip": own.layout, "of": other.layout},
            "batch": {"chip": whole(own.batch), "of": whole(other.batch)},
            "tokens_per_second_per_chip": {
                "chip": corners_record(own.tokens),
                "of": corners_record(other.tokens),
            },
            "assumptions": {"chip": list(own.assumptions), "of": list(other.assumptions)},
            "missing": {"chip": list(own.missing), "of": list(other.missing)},
        },
        own.entry.chip.data,
    )


def _significant(value: float | None) -> float | None:
    """A ratio with the digits of an estimate; None where it is not known."""
    if value is None:
        return None
    return significant(value)


def flat(record: Record) -> Record:
    """A record without nested values: parts are named after their place.

    >>> flat({"a": {"low": 1}, "b": ["x", "y"], "c": None})
    {'a_low': 1, 'b': 'x; y', 'c': None}
    """
    row: Record = {}
    for name, value in record.items():
        if isinstance(value, dict):
            for inner, part in flat(value).items():
                row[f"{name}_{inner}"] = part
        elif isinstance(value, list):
            row[name] = "; ".join(str(item) for item in value)
        else:
            row[name] = value
    return row


def estimate_row(answer: Estimate) -> Record:
    """An estimate in one flat row; of the measurements only their number."""
    record = estimate_record(answer)
    record["measured"] = len(answer.measured)
    record["hourly_costs"] = [cost.usd_per_hour for cost in answer.costs]
    # every row has the same columns, so what is not known is a record of nothing
    for name in CORNERS:
        record[name] = record[name] or NO_CORNERS
    # how the measurements of a vendor came out is the same for all its chips
    del record["vendor_measured"]
    return _without_stamps(flat(record))


def equivalence_row(answer: Equivalence) -> Record:
    """An equivalence in one flat row."""
    record = equivalence_record(answer)
    record["ratio"] = record["ratio"] or NO_CORNERS
    # the two estimates behind a ratio are rows of `estimate` of their own
    kept = ("chip", "of", "model", "phase", "ratio", "tpp_ratio", "memory_bandwidth_ratio")
    return flat({name: record[name] for name in (*kept, "precision", "layout", "batch")})


def _without_stamps(row: Record) -> Record:
    """A row without the schema number and the hashes, which a table does not repeat."""
    stamps = envelope_json({})
    return {name: value for name, value in row.items() if name not in stamps}


def estimate_frame(answers: Iterable[Estimate]) -> pandas.DataFrame:
    """Estimates as a data frame."""
    import pandas as pd

    return pd.DataFrame([estimate_row(answer) for answer in answers])


def equivalence_frame(answers: Iterable[Equivalence]) -> pandas.DataFrame:
    """Equivalences as a data frame."""
    import pandas as pd

    return pd.DataFrame([equivalence_row(answer) for answer in answers])


def envelope_region_record(answer: Envelope) -> Record:
    """One entry of ``chipdb envelope --format json``."""
    given = dict(answer.given)
    for name, value in given.items():
        if isinstance(value, Fraction):
            given[name] = float(value)
    return envelope_json(
        {
            "rules": list(answer.rules),
            "given": given,
            "tpp": end_record(answer.tpp),
            "performance_density": end_record(answer.performance_density),
            "memory_bandwidth": end_record(answer.memory_bandwidth),
            "io_bandwidth": end_record(answer.io_bandwidth),
            "memory_and_io_bandwidth": end_record(answer.memory_and_io_bandwidth),
            "binding": list(answer.region.binding),
            "best": _best_record(answer),
            "missing": answer.missing,
            "assumptions": [*answer.assumptions, *answer.work_assumptions],
        }
    )


def end_record(end: End) -> Record | None:
    """The largest value of a figure; null where it has no end."""
    if end.value is None:
        return None
    return {"value": float(end.value), "attained": end.attained}


def _best_record(answer: Envelope) -> Record | None:
    """The best design of a region; null without one."""
    best = answer.best
    if best is None:
        return None
    return {
        "tpp": significant(best.tpp),
        "memory_bandwidth": significant(best.memory_bandwidth),
        "io_bandwidth": significant(best.io_bandwidth),
        "tokens_per_second_per_chip": corners_record(best.tokens),
        "layout": str(best.found.layout),
        "batch": whole(best.found.batch),
        "bound_by": best.found.bound_by,
    }


def envelope_row(answer: Envelope) -> Record:
    """A region in one flat row; every row has the same columns."""
    record = envelope_region_record(answer)
    for name in FIGURES:
        record[name] = record[name] or dict.fromkeys(("value", "attained"))
    empty: Record = dict.fromkeys(("tpp", "memory_bandwidth", "io_bandwidth", "layout", "batch"))
    empty["tokens_per_second_per_chip"] = NO_CORNERS
    best = record["best"] or empty
    record["best"] = {name: best[name] for name in empty}
    record["given"] = [f"{name}={value}" for name, value in record["given"].items()]
    # under the name of the hash of all rules, this record has the rules that were asked about
    return {"rules": "; ".join(answer.rules), **_without_stamps(flat(record))}


def envelope_frame(answers: Iterable[Envelope]) -> pandas.DataFrame:
    """Regions as a data frame."""
    import pandas as pd

    return pd.DataFrame([envelope_row(answer) for answer in answers])

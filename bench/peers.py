"""The best expression for 3A090 of 2023 that we could write by hand for each engine, with the answers of ``check_frame``.

Figures are known or missing, without ranges. Limits are written out here because this is the peer, not the product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

STATUS = ["not-met", "met", "undetermined"]
OUTCOME = ["3A090.a", "3A090.b", "3A090"]


def with_polars(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Three stages: whole numbers, comparisons, answers."""
    tpp, area, market = pl.col("tpp"), pl.col("applicable_die_area"), pl.col("datacenter")
    scaled = [
        pl.when((tpp >= 0) & (tpp < float("inf")))
        .then((tpp * 1e6).round())
        .otherwise(-1.0)
        .alias("t"),
        pl.when((area >= 0) & (area < float("inf")))
        .then((area * 1e6).round())
        .otherwise(-1.0)
        .alias("a"),
        market.fill_null(value=False).alias("yes"),
        market.is_null().alias("null"),
    ]
    t, a = pl.col("t"), pl.col("a")
    compared = [
        (t >= 4800e6).alias("t48"),
        ((t >= 1600e6) & (a > 0) & (t * 25 >= a * 148)).alias("dense"),
        (
            (a > 0) & (((t >= 2400e6) & (t * 5 >= a * 8)) | ((t >= 1600e6) & (t * 5 >= a * 16)))
        ).alias("banded"),
        ((t >= 1600e6) & (a < 0)).alias("open"),
    ]
    yes, null, t48, dense, banded = (
        pl.col(name) for name in ("yes", "null", "t48", "dense", "banded")
    )
    first = t48 | (yes & dense)
    second = yes & banded & ~first
    unsure = (t < 0) | (~t48 & ((pl.col("open") & (yes | null)) | (null & (banded | dense))))
    status, outcome = pl.Enum(STATUS), pl.Enum(OUTCOME)
    answers = [
        pl.when(first | second)
        .then(pl.lit("met", dtype=status))
        .when(unsure)
        .then(pl.lit("undetermined", dtype=status))
        .otherwise(pl.lit("not-met", dtype=status))
        .alias("status"),
        pl.when(first)
        .then(pl.lit("3A090.a", dtype=outcome))
        .when(second)
        .then(pl.lit("3A090.b", dtype=outcome))
        .alias("outcome"),
        pl.lit(value=False).alias("contested"),
    ]
    before = ["tpp", "applicable_die_area", "datacenter"]
    return (
        frame.with_columns(scaled)
        .with_columns(compared)
        .with_columns(answers)
        .select(*before, "status", "outcome", "contested")
    )


TYPES = """
create type kind as enum ('not-met', 'met', 'undetermined');
create type paragraph as enum ('3A090.a', '3A090.b', '3A090')
"""
SQL = """
with scaled as (
  select *, case when tpp >= 0 and tpp < 'infinity'::double then round(tpp * 1e6) else -1 end as t,
    case when applicable_die_area >= 0 and applicable_die_area < 'infinity'::double
      then round(applicable_die_area * 1e6) else -1 end as a,
    coalesce(datacenter, false) as yes, datacenter is null as missing
  from rows
), compared as (
  select *, t >= 4800e6 as t48, t >= 1600e6 and a > 0 and t * 25 >= a * 148 as dense,
    a > 0 and ((t >= 2400e6 and t * 5 >= a * 8) or (t >= 1600e6 and t * 5 >= a * 16)) as banded,
    t >= 1600e6 and a < 0 as open
  from scaled
)
select tpp, applicable_die_area, datacenter,
  case when t48 or (yes and (dense or banded)) then 'met'::kind
    when t < 0 or (not t48 and ((open and (yes or missing)) or (missing and (banded or dense)))) then 'undetermined'::kind
    else 'not-met'::kind end as status,
  case when t48 or (yes and dense) then '3A090.a'::paragraph when yes and banded then '3A090.b'::paragraph end as outcome,
  false as contested
from compared
"""


def with_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Whole columns at once, codes into categories."""
    with np.errstate(all="ignore"):
        tpp, area = frame["tpp"].to_numpy(), frame["applicable_die_area"].to_numpy()
        market = frame["datacenter"].to_numpy()
        yes, null = market == True, pd.isna(market)  # noqa: E712 - objects
        t = np.where((tpp >= 0) & np.isfinite(tpp), np.rint(tpp * 1e6), -1.0)
        a = np.where((area >= 0) & np.isfinite(area), np.rint(area * 1e6), -1.0)
        t48, t24, t16, solid = t >= 4800e6, t >= 2400e6, t >= 1600e6, a > 0
        dense = t16 & solid & (t * 25 >= a * 148)
        banded = solid & ((t24 & (t * 5 >= a * 8)) | (t16 & (t * 5 >= a * 16)))
        first = t48 | (yes & dense)
        second = yes & banded & ~first
        unsure = (t < 0) | (~t48 & ((t16 & (a < 0) & (yes | null)) | (null & (banded | dense))))
        status = np.where(first | second, 1, np.where(unsure, 2, 0)).astype(np.int8)
        outcome = np.where(first, 0, np.where(second, 1, -1)).astype(np.int8)
    kinds: dict[str, Any] = {
        "status": pd.Categorical.from_codes(status, STATUS),
        "outcome": pd.Categorical.from_codes(outcome, OUTCOME),
    }
    return frame.assign(**kinds, contested=False)

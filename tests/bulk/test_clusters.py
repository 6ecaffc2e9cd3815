"""Frames on real clusters: Dask with a worker that is killed, Spark with its own executors."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import pytest
from distributed import Client, LocalCluster
from engines import answers_of, arrow_table_of, boundary
from frame_rows import texts
from pyarrow import parquet
from pyspark.sql import SparkSession

import chipdb

ASKED = {"on": "2026-06-01", "to": "CN"}
pytestmark = pytest.mark.xdist_group("clusters")


@pytest.fixture(scope="module")
def lines() -> dict[str, Any]:
    return boundary()


@pytest.fixture(scope="module")
def table(lines: dict[str, Any]) -> pa.Table:
    found = arrow_table_of(lines)
    return found.append_column("row", pa.array(range(len(found))))


@pytest.fixture(scope="module")
def expected(lines: dict[str, Any]) -> list[tuple[Any, ...]]:
    return texts(chipdb.check_frame(lines, **ASKED))


def rows(frame: pd.DataFrame | pa.Table) -> list[tuple[Any, ...]]:
    ordered = frame.sort_by("row") if isinstance(frame, pa.Table) else frame.sort_values("row")
    return list(answers_of(ordered).itertuples(index=False, name=None))


def slowly(part: pd.DataFrame) -> pd.DataFrame:
    """A partition that takes long enough for its worker to be killed over it."""
    time.sleep(0.3)
    return part


def test_dask_gives_the_same_though_a_worker_is_killed(
    table: pa.Table, expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    parquet.write_table(table, path, row_group_size=len(table) // 8)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        frame = dd.read_parquet(path, split_row_groups=True).astype({"datacenter": "boolean"})
        assert frame.npartitions >= 8
        answered = chipdb.check_frame(frame.map_partitions(slowly, meta=frame), **ASKED)
        assert isinstance(answered, dd.DataFrame), "lazy stays lazy"
        assert isinstance(answered.dtypes["status"], pd.CategoricalDtype)
        coming = client.compute(answered)
        time.sleep(0.6)
        assert not coming.done(), "the worker is killed in the middle"
        os.kill(client.run(os.getpid).popitem()[1], signal.SIGKILL)
        assert rows(coming.result()) == expected


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    session = builder.config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_gives_the_same_from_several_executors(
    spark: SparkSession, table: pa.Table, expected: list[tuple[Any, ...]]
) -> None:
    frame = spark.createDataFrame(table).repartition(6)
    answered = chipdb.check_frame(frame, **ASKED)
    assert type(answered) is type(frame)
    assert rows(answered.toArrow()) == expected

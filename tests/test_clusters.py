"""Frames on clusters, for real: dask with a worker killed on the way, Spark with executors of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import pytest
from distributed import Client, LocalCluster
from frame_rows import on_the_lines, texts
from pyspark.sql import SparkSession
from test_frames import answers_of, table_of

import chipdb

ROWS = 6000
ASKED = {"on": "2026-06-01", "to": "CN"}
pytestmark = pytest.mark.xdist_group("clusters")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return table_of(on_the_lines(ROWS, 21)).append_column("row", pa.array(range(ROWS)))


@pytest.fixture(scope="module")
def expected() -> list[tuple[Any, ...]]:
    return texts(chipdb.check_frame(on_the_lines(ROWS, 21), **ASKED))


def rows(frame: pd.DataFrame | pa.Table) -> list[tuple[Any, ...]]:
    ordered = frame.sort_by("row") if isinstance(frame, pa.Table) else frame.sort_values("row")
    return list(answers_of(ordered).itertuples(index=False, name=None))


def slowly(part: pd.DataFrame) -> pd.DataFrame:
    """A partition that takes long enough for its worker to be killed over it."""
    time.sleep(0.3)
    return part


def test_dask_gives_the_same_though_a_worker_is_killed(table: pa.Table, expected: list[tuple[Any, ...]]) -> None:
    frame = table.to_pandas().astype({"datacenter": "boolean"})
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        answered = chipdb.check_frame(dd.from_pandas(frame, npartitions=8).map_partitions(slowly, meta=frame.head(0)), **ASKED)
        assert isinstance(answered, dd.DataFrame), "lazy stays lazy"
        assert isinstance(answered.dtypes["status"], pd.CategoricalDtype)
        coming = client.compute(answered)
        time.sleep(0.6)
        os.kill(client.run(os.getpid).popitem()[1], signal.SIGKILL)
        assert rows(coming.result()) == expected


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
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

"""The names of devices: each has a source, and ids that exist."""

from __future__ import annotations

import csv
import re

import chipdb
from chipdb import data_files
from chipdb.catalog.device_names import SOURCES_FILE, NameState, device_names


def test_each_chip_and_candidate_exists() -> None:
    ids = set(chipdb.load().ids)
    for row in device_names():
        assert {*row.candidates, *([row.chip] if row.chip else [])} <= ids, row.name


def test_each_row_has_a_source_and_each_source_a_row() -> None:
    path = data_files.data_folder() / SOURCES_FILE
    with path.open(encoding="utf-8", newline="") as file:
        sources = [entry["id"] for entry in csv.DictReader(file)]
    assert len(sources) == len(set(sources))
    assert {row.source for row in device_names()} == set(sources)


def test_a_name_without_a_chip_says_why() -> None:
    for row in device_names():
        if row.state == NameState.KNOWN:
            assert row.chip is not None
        else:
            assert row.chip is None, row.name
            assert row.state == NameState.ABSENT or row.note or row.candidates, row.name


def test_a_count_is_a_number_or_a_share() -> None:
    for row in device_names():
        assert re.fullmatch(r"|[1-9]\d*|1/[1-9]\d*", row.count), row.name

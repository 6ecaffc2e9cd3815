"""The compiled loop is the same circuit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engines import assert_answers_as_scalar, boundary, with_densities
from frame_rows import texts

import chipdb
from chipdb.bulk import arrays, kernels
from chipdb.bulk.columns import layout_of
from chipdb.bulk.program import program_of
from chipdb.solver.question import question


@pytest.fixture(scope="module")
def lines() -> dict[str, Any]:
    return boundary()


@pytest.mark.parametrize(
    ("on", "to"),
    [("2026-06-01", None), ("2026-06-01", "RU"), ("2026-06-01", "CN"), ("2022-12-01", "CN")],
)
def test_the_compiled_loop_gives_the_same_on_200_000_rows_of_the_lines(
    on: str, to: str | None, lines: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "ready", lambda _: False)
    expected = texts(chipdb.check_frame(lines, on=on, to=to))
    monkeypatch.setattr(arrays, "COMPILE_FROM_ROWS", 0)
    assert texts(chipdb.check_frame(lines, on=on, to=to)) == expected


@pytest.mark.parametrize(("on", "to"), [("2026-06-01", None), ("2026-06-01", "CN")])
def test_the_compiled_loop_reads_a_stated_density_as_the_scalar_code_does(
    on: str, to: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "COMPILE_FROM_ROWS", 0)
    columns = with_densities(200, 9)
    columns["performance_density"][:20] = 0.0
    assert_answers_as_scalar(columns, on, to)


def test_no_number_of_a_rule_is_held_in_float32() -> None:
    columns = {
        "tpp": np.array([4800, 4799.9995], np.float32),
        "applicable_die_area": np.array([5000, 5000], np.float32),
    }
    found = chipdb.check_frame({**columns, "datacenter": np.array([True, True])}, on="2026-06-01")
    assert texts(found) == [("met", "3A090.a", False), ("not-met", None, False)]
    source = kernels.source_of(
        program_of(
            question("2026-06-01"),
            layout_of(["tpp", "applicable_die_area", "datacenter"], {}).stated_columns(),
        ).known
    )
    assert "float32" not in source
    assert "4800000000.0" in source

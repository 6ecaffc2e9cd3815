"""Commas in the cells of tables: read only where the digits or the column leave one reading."""

from __future__ import annotations

import pytest

from chipdb.catalog.table_cells import DecimalMarks, marks_of_columns, with_point
from chipdb.errors import QuantityError

COMMA = DecimalMarks(shown=frozenset({","}))
POINT = DecimalMarks(shown=frozenset({"."}))
BOTH = DecimalMarks(shown=frozenset({",", "."}))
NONE = DecimalMarks()


class TestCells:
    """A comma that may be a decimal comma: a group after a leading 0 is never
    thousands; one or two digits after a comma are decimals.
    """

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("0,296", "0.296"),
            ("0,66", "0.66"),
            ("608,5", "608.5"),
            ("12,75 TB/s", "12.75 TB/s"),
            ("1,979.5", "1979.5"),
            ("1.979,5", "1979.5"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("12,34,567", "1234567"),
            ("1,979E+15", "1.979E+15"),
            ("1.979", "1.979"),
            ("1979", "1979"),
            ("-0,5", "-0.5"),
            ("fast", "fast"),
        ],
    )
    def test_one_reading(self, text: str, read: str) -> None:
        assert with_point(text, NONE) == read

    @pytest.mark.parametrize(
        ("text", "grouped", "decimal"),
        [
            ("294,500", "294500", "294.5"),
            ("1,979 TFLOPS", "1979 TFLOPS", "1.979 TFLOPS"),
            ("24,219MiB", "24219MiB", "24.219MiB"),
            ("+81,920 MiB", "+81920 MiB", "+81.92 MiB"),
        ],
    )
    def test_both_readings_are_named(self, text: str, grouped: str, decimal: str) -> None:
        with pytest.raises(QuantityError, match="may group digits") as refusal:
            with_point(text, NONE)
        assert f"write {grouped} or {decimal}" in str(refusal.value)

    @pytest.mark.parametrize("text", ["1,97,", "1,2,3", ",5", "5,"])
    def test_what_is_no_number_is_left_to_the_reader_of_quantities(self, text: str) -> None:
        assert with_point(text, NONE) == text


class TestColumns:
    """The other cells of a column settle what a comma means, unless they contradict each other."""

    @pytest.mark.parametrize(
        ("cells", "only"),
        [
            (["0,66", "1,979", "0,296"], ","),
            (["1,979", "989.4"], "."),
            (["1,979", "1,234,567"], "."),
            (["1,979", "2,039", "989"], None),
            (["1,979", "80,5", "989.4"], None),
            (["1,979 TFLOPS", "0,66 PFLOPS"], ","),
            (["n/a", "", "fast"], None),
        ],
    )
    def test_marks(self, cells: list[str], only: str | None) -> None:
        assert marks_of_columns({"a": cells})["a"].for_comma() == only

    def test_semicolons_weaken_a_point(self) -> None:
        """Spreadsheets separate with semicolons where the comma is the decimal mark."""
        for cells, only in ((["1,979", "989.4"], None), (["1,979", "0,66"], ",")):
            marks = marks_of_columns({"a": cells}, semicolons=True)
            assert marks["a"].for_comma() == only

    @pytest.mark.parametrize(
        ("columns", "semicolons", "only"),
        [
            ({"a": ["4.992"]}, False, "."),
            ({"a": ["4.992"], "b": ["312,5"]}, False, None),
            ({"a": ["4.992"], "b": ["312"]}, True, None),
            ({"a": ["4.992"], "b": ["312.5"]}, True, "."),
            ({"a": ["4.992", "98.5"], "b": ["312,5"]}, True, "."),
            ({"a": ["4.992", "98,5"]}, False, None),
        ],
    )
    def test_a_point_may_group_where_commas_are_decimal(
        self, columns: dict[str, list[str]], semicolons: bool, only: str | None
    ) -> None:
        """A TPP of 4.992 beside a rate of 312,5 is 4,992, which a point would clear."""
        assert marks_of_columns(columns, semicolons=semicolons)["a"].for_point() == only

    @pytest.mark.parametrize(
        ("marks", "text", "read"),
        [
            (COMMA, "1,979", "1.979"),
            (POINT, "1,979", "1979"),
            (DecimalMarks(stated=","), "1.979", "1979"),
            (DecimalMarks(stated=","), "1,979", "1.979"),
            (DecimalMarks(stated="."), "1,979", "1979"),
        ],
    )
    def test_settled(self, marks: DecimalMarks, text: str, read: str) -> None:
        assert with_point(text, marks) == read

    @pytest.mark.parametrize(
        ("marks", "text"),
        [
            (BOTH, "1,979"),
            (BOTH, "80,5"),
            (POINT, "80,5"),
            (COMMA, "1.979"),
            (DecimalMarks(stated=","), "80.5"),
            (DecimalMarks(stated="."), "80,5"),
        ],
    )
    def test_a_contradiction_is_not_read(self, marks: DecimalMarks, text: str) -> None:
        with pytest.raises(QuantityError):
            with_point(text, marks)

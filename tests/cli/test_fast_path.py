"""The plain forms of ``check`` and ``show`` are answered as the option parser would have it
answered.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import run

from chipdb.cli import fast_path as quick

PLAIN = [
    "check a100 --on 2023-12-01",
    "check b200 --derate compute=30% --to CN --on 2026-06-01",
    "check h20 --on 2024-01-01 --to China --headquarters SG --headquarters CN --format json",
    "check h20 910b4 --on 2024-01-01 --rule us-3a090-2023 --explain",
    "check h100 --set tpp=4799 --drop fp8 --derate compute=x0.5 --on 2024-01-01 --strict --to VN --from JP",
    "check h2o --on 2024-01-01",
    "check a100 --on 2024-13-01",
    "check a100 --on 2024-01-01 --format nonsense",
    "check a100 --on 2024-01-01 --law text --to FR",
    "show a100",
    "show b200 --derate compute=30% --format json",
    "show nosuchchip",
]
FOR_THE_PARSER = [
    "",
    "check",
    "--version",
    "check --help",
    "check a100 --on",
    "check a100 --on --to CN",
    "check a100 --on=2024-01-01",
    "check a100 --on 2024-01-01 --on 2024-01-02",
    "check a100 --what 1",
    "check - --on 2024-01-01",
    "check --all --on 2024-01-01",
    "show",
    "show a100 h100",
    "show a100 --on 2024-01-01",
    "list",
]


@pytest.mark.parametrize("line", PLAIN)
def test_both_ways_give_the_same(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = run(*line.split())
    monkeypatch.setattr(quick, "quick", lambda _: None)
    assert here == run(*line.split())


@pytest.mark.parametrize("line", FOR_THE_PARSER)
def test_everything_else_is_left_to_the_parser(line: str) -> None:
    assert quick.quick(line.split()) is None


def test_the_plain_form_loads_no_option_parser() -> None:
    code = "import sys; from chipdb.cli.fast_path import quick; quick(['check', 'a100', '--on', '2023-12-01']); "
    code += "sys.exit('typer' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, cwd=Path(__file__).parent
    )
    assert ended.returncode == 0


class TestEstimate:
    """A plain call of `estimate` gives what the parser gives."""

    CALL = ("estimate", "H20", "--model", "llama3.1-70b", "--phase", "serve", "--batch", "8")

    @pytest.mark.parametrize(
        "more",
        [
            (),
            ("--output", "64", "--input", "512"),
            ("--layout", "TP4", "--chips", "8"),
            ("--derate", "compute=30%", "--format", "json"),
        ],
    )
    def test_the_parser_agrees(self, more: tuple[str, ...]) -> None:
        plain = run(*self.CALL, *more)
        # `--option=value` is for the parser to read
        parsed = run(*self.CALL[:-2], "--batch=8", *more)
        assert (plain.status, plain.out) == (0, parsed.out)

    def test_what_is_no_number_is_left_to_the_parser(self) -> None:
        result = run(*self.CALL[:-1], "many")
        assert result.status == 2
        assert "many" in result.err

"""Numbers of things are read as exactly as figures, wherever they are written.

Python reads ``1_0`` as 10 and refuses a text of 5,000 digits with an error of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import only, run

from chipdb.errors import QuantityError, UsageError
from chipdb.service.calls import answer
from chipdb.units import whole_number

LONG = "9" * 5000
NOT_WHOLE = ["1_0", "02", "+2", "-2", "2.0", "2e1", "٢", "２", "two", "", LONG]
ESTIMATE = ("estimate", "H20", "--model", "llama3.1-8b", "--phase", "decode")
SIZES = json.dumps(
    {
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": "SIZE",
        "intermediate_size": 14336,
        "num_attention_heads": 32,
        "num_hidden_layers": 32,
        "vocab_size": 128256,
        "torch_dtype": "bfloat16",
    }
)


def test_digits() -> None:
    assert [whole_number(text) for text in ("0", "8", " 72 ", "9" * 18)] == [0, 8, 72, 10**18 - 1]


@pytest.mark.parametrize("text", NOT_WHOLE, ids=repr)
class TestWhatIsNone:
    """Refused with the text that was given, in each place where a number may stand."""

    def test_reader(self, text: str) -> None:
        with pytest.raises(QuantityError):
            whole_number(text)

    def test_chip(self, tmp_path: Path, text: str) -> None:
        chip = {"dies": [{"area": "100 mm^2", "count": text}], "memory": {"stacks": text}}
        (tmp_path / "own.json").write_text(json.dumps(chip))
        ran = run("check", "own.json", "--on", "2026-06-01", folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert {"dies[0].count", "memory.stacks"} <= {line.split(": ")[2] for line in ran.lines}

    @pytest.mark.parametrize("option", ["--batch", "--chips", "--input", "--price"])
    def test_command_line(self, text: str, option: str) -> None:
        if option == "--price" and text in ("02", "+2", "2.0", "2e1"):
            pytest.skip("a price is any number")
        ran = run(*ESTIMATE, option, text)
        assert (ran.status, ran.out) == (2, "")

    def test_service(self, text: str) -> None:
        with pytest.raises(UsageError, match="--batch must be a whole number"):
            answer(
                "estimate",
                {
                    "chip": ["H20"],
                    "model": ["llama3.1-8b"],
                    "phase": ["decode"],
                    "batch": [text[:200]],
                },
            )

    def test_model(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "config.json").write_text(SIZES.replace("SIZE", text))
        ran = run(*ESTIMATE[:2], "--phase", "decode", "--model", "config.json", folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert "hidden_size" in only(ran.lines)


@pytest.mark.parametrize(
    "name", [f"{LONG}x H20", f"{LONG} x NVIDIA L4", f"gpu:nvidia_l40s:{LONG}"], ids=lambda n: n[-9:]
)
def test_names_with_a_number(tmp_path: Path, name: str) -> None:
    """Nobody has 10^5000 chips: such a name is unknown."""
    assert run("identify", name).status in (0, 1, 3)
    (tmp_path / "fleet.txt").write_text(name)
    assert run("check", "--inventory", "fleet.txt", folder=tmp_path).status == 3


@pytest.mark.parametrize(
    "text",
    [
        f"nvidia.com/gpu.product=NVIDIA-L40S\nnvidia.com/gpu.count={LONG}\n",
        f"name, memory.total [MiB]\nNVIDIA A100-SXM4-80GB, {LONG} MiB\n",
    ],
    ids=["label", "query"],
)
def test_an_inventory_with_a_number(tmp_path: Path, text: str) -> None:
    (tmp_path / "fleet.txt").write_text(text)
    ran = run("check", "--inventory", "fleet.txt", "--on", "2026-06-01", folder=tmp_path)
    assert ran.status in (0, 1, 3)


def test_a_tolerance_above_the_value(tmp_path: Path) -> None:
    chip = {"dies": [{"area": {"value": "100 mm^2", "tolerance": "101 %"}}]}
    (tmp_path / "own.json").write_text(json.dumps(chip))
    assert "above 100 %" in only(run("check", "own.json", folder=tmp_path).lines)


@pytest.mark.parametrize("command", ["timeline", "budget", "headroom", "show"])
def test_a_service_call_without_its_chip(command: str) -> None:
    with pytest.raises(UsageError, match="missing CHIP"):
        answer(command, {})

"""Estimates as callers ask for them: formats, defaults, missing figures, and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import run

import chipdb
from chipdb.errors import ChipdbError

KEYS = {
    "chip",
    "model",
    "phase",
    "precision",
    "chips",
    "layout",
    "batch",
    "input",
    "output",
    "tokens_per_second_per_chip",
    "step_ms",
    "time_to_first_token_ms",
    "bound_by",
    "assumptions",
    "measured",
    "usd_per_million_tokens",
    "tokens_per_joule",
}
"""What the specification promises of every estimate."""
LLAMA = {"model": "llama3.1-70b", "phase": "decode"}


def answer(*words: str) -> list[dict[str, Any]]:
    """The JSON of a call."""
    records: list[dict[str, Any]] = json.loads(run(*words, "--format", "json").out)
    return records


class TestFormats:
    def test_json_has_the_keys_of_the_specification(self) -> None:
        (record,) = answer("estimate", "H20", "--model", "llama3.1-70b", "--phase", "decode")
        assert record.keys() >= KEYS
        rate = record["tokens_per_second_per_chip"]
        assert 0 < rate["low"] < rate["nominal"] < rate["high"]

    def test_python_gives_the_same(self) -> None:
        (record,) = answer("estimate", "H20", "--model", "llama3.1-70b", "--phase", "decode")
        assert chipdb.estimate("H20", **LLAMA).to_dict() == record

    def test_one_chip_gives_one_answer_and_several_a_list(self) -> None:
        answers = chipdb.estimate(["H20", "H100"], **LLAMA)
        assert [each.chip for each in answers] == ["nvidia-h20-96gb", "nvidia-h100-sxm5-80gb"]

    def test_csv_is_flat(self) -> None:
        text = run("estimate", "H20", "--model", "llama3.1-8b", "--phase", "serve", "--format=csv")
        header, row = text.out.splitlines()
        assert "tokens_per_second_per_chip_nominal" in header.split(",")
        assert row.startswith("nvidia-h20-96gb,")

    def test_a_frame_has_one_row(self) -> None:
        frame = chipdb.estimate("H20", **LLAMA).to_frame()
        assert frame.shape[0] == 1

    def test_the_ending_of_a_file_is_its_format(self, tmp_path: Path) -> None:
        for ending, start in (("csv", b"chip,"), ("xlsx", b"PK"), ("json", b"[")):
            path = tmp_path / f"answer.{ending}"
            words = ("estimate", "H100", "--model", "llama3.1-8b", "--phase", "decode")
            run(*words, "-o", str(path))
            assert path.read_bytes().startswith(start)

    def test_output_counts_tokens_and_o_names_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.json"
        run(
            *("estimate", "H100", "--model", "llama3.1-8b", "--phase", "serve"),
            *("--output", "64", "--format", "json", "-o", str(path)),
        )
        (record,) = json.loads(path.read_text("utf-8"))
        assert record["output"] == 64


class TestDefaults:
    def test_each_default_is_an_assumption(self) -> None:
        """Input 2,048; output 256 in serve; fp8; the largest batch and the best layout."""
        (record,) = answer("estimate", "H100", "--model", "llama3.1-70b", "--phase", "serve")
        text = " | ".join(record["assumptions"])
        for part in ("2,048 tokens of input", "256 tokens of output", "runs in fp8"):
            assert part in text
        assert isinstance(record["batch"], int)
        assert "best layout" in text
        assert "largest batch" in text

    def test_the_precision_of_the_cache_is_said(self) -> None:
        """FP8 serving caches one byte a value, 16-bit serving two; prompts alone cache nothing."""
        text = "keys and values are cached in 8 bits"
        for phase, said in (("decode", True), ("serve", True), ("prefill", False)):
            estimate = chipdb.estimate("H100", model="llama3.1-8b", phase=phase)
            assert (text in estimate.assumptions) is said
        wide = chipdb.estimate("H100", precision="bf16", model="llama3.1-8b", phase="decode")
        assert text not in wide.assumptions

    def test_a_chip_without_fp8_runs_in_16_bits(self) -> None:
        (record,) = answer("estimate", "A100", "--model", "llama3.1-8b", "--phase", "prefill")
        assert record["precision"] == "fp16"

    def test_a_system_counts_its_members(self) -> None:
        estimate = chipdb.estimate("GB200 NVL72", model="deepseek-v3", phase="decode")
        assert any("72 NVIDIA" in text for text in estimate.assumptions)
        assert estimate.chips == 72

    def test_a_small_model_runs_in_copies_on_a_system(self) -> None:
        estimate = chipdb.estimate("GB200 NVL72", model="llama3.1-8b", phase="decode")
        assert estimate.chips == 72
        assert any("copies of the layout" in text for text in estimate.assumptions)

    def test_a_system_keeps_a_layout_that_is_stated(self) -> None:
        options = {"model": "deepseek-v3", "phase": "decode", "layout": "EP64"}
        assert chipdb.estimate("GB200 NVL72", **options).chips == 64

    def test_measurements_of_the_chip_and_model_are_listed(self) -> None:
        (record,) = answer("estimate", "H100", "--model", "llama3.1-70b", "--phase", "serve")
        assert record["measured"]
        for row in record["measured"]:
            assert row.keys() >= {"value", "source", "address", "date"}

    def test_a_changed_chip_has_no_measurements(self) -> None:
        estimate = chipdb.estimate(
            "H100", model="llama3.1-70b", phase="serve", derate={"compute": "30%"}
        )
        assert estimate.measured == ()

    def test_the_price_of_a_million_tokens(self) -> None:
        """1.30 USD an hour over 3,600 seconds of so many tokens."""
        estimate = chipdb.estimate("H100", price=1.30, **LLAMA)
        assert estimate.tokens is not None
        assert estimate.usd_per_million_tokens is not None
        expected = 1.30 / 3600 / estimate.tokens.nominal * 1e6
        assert estimate.usd_per_million_tokens.nominal == pytest.approx(expected)

    def test_published_costs_are_listed_and_not_counted(self) -> None:
        """SemiAnalysis: 1.30 USD an hour to own an H100; no such figure of an H20 is known."""
        (record,) = answer("estimate", "H100", "--model", "llama3.1-70b", "--phase", "decode")
        assert record["usd_per_million_tokens"] is None
        (cost,) = record["hourly_costs"]
        assert (cost["of"], cost["usd_per_hour"], cost["date"]) == ("owner", 1.3, "2026-07")
        assert chipdb.estimate("H20", **LLAMA).costs == ()
        assert chipdb.estimate("H100", derate={"compute": "30%"}, **LLAMA).costs == ()
        words = ("estimate", "H100", "--model", "llama3.1-70b", "--phase", "decode")
        assert "owning it costs 1.3 USD an hour" in run(*words).err
        assert "owning it costs" not in run(*words, "--price", "2").err

    def test_surroundings_are_published_or_said_to_be_defaults(self) -> None:
        """A v5p pod has 8,960 chips with 50 Gb/s each."""
        tpu = chipdb.estimate("TPU v5p", model="llama3.1-8b", phase="decode")
        assert "scale-up domain of 8,960 chips, as published" in tpu.assumptions
        assert "network of 6.25 GB/s one way for each chip, as published" in tpu.assumptions


class TestChips:
    def test_what_does_not_fit_gives_nothing(self) -> None:
        (record,) = answer(
            *("estimate", "L40S", "--model", "llama3.1-405b", "--phase", "decode"),
            *("--layout", "TP1"),
        )
        assert record["tokens_per_second_per_chip"]["nominal"] == 0
        assert record["bound_by"] == "capacity"

    def test_a_limit_that_no_batch_meets(self) -> None:
        """70 GB of weights at 4,000 GB/s take 17 ms alone: memory bounds it, not capacity."""
        estimate = chipdb.estimate("H20", layout="TP1", precision="fp8", latency="10ms", **LLAMA)
        assert estimate.tokens is not None
        assert estimate.tokens.nominal == 0
        assert estimate.bound_by in ("memory", "throughput")
        assert any("with one sequence, each token takes" in text for text in estimate.assumptions)
        # the time shown is that of one sequence, the fastest that there is
        assert estimate.step is not None
        assert 17 < estimate.step.nominal < 30

    def test_a_batch_that_misses_the_limit(self) -> None:
        (record,) = answer(
            *("estimate", "H100", "--model", "llama3.1-70b", "--phase", "decode"),
            *("--layout", "TP8", "--batch", "64", "--latency", "1ms"),
        )
        assert record["batch"] == 64
        assert record["tokens_per_second_per_chip"]["high"] == 0
        assert any("latency limit of 1 ms" in text for text in record["assumptions"])

    def test_why_a_chip_gives_nothing_is_no_assumption(self) -> None:
        """70.6 billion weights of two bytes are 141 GB, more than the 85.9 GB of 80 GiB."""
        words = ("estimate", "H100", "--model", "llama3.1-70b", "--phase", "decode")
        large = run(*words, "--layout", "TP1", "--precision", "bf16").out
        assert "does not fit: each chip of TP1 would hold 141 GB of weights; it has" in large
        slow = run(*words, "--layout", "TP8", "--batch", "64", "--latency", "1ms").out
        assert "too slow: a batch of 64 sequences does not meet the latency limit" in slow
        for out in (large, slow):
            assumed = [line for line in out.splitlines() if "assumed:" in line]
            assert assumed
            assert not any("would hold" in line or "does not meet" in line for line in assumed)

    def test_a_network_that_a_source_states_is_published(self) -> None:
        """Huawei states RoCE of 2 x 100 Gbit/s for the Ascend 910 (Hot Chips 31): 25 GB/s."""
        estimate = chipdb.estimate("huawei-ascend-910", model="llama3.1-8b", phase="decode")
        text = "network of 25 GB/s one way for each chip, as published"
        assert text in estimate.assumptions

    def test_a_layout_that_is_too_small_says_what_it_lacks(self) -> None:
        """405.9 billion weights of one byte on two chips are about 205 GB with the 16-bit ends."""
        estimate = chipdb.estimate("H100", model="llama3.1-405b", phase="decode", layout="TP2")
        assert any("hold 205 GB" in text for text in estimate.assumptions)

    def test_a_chip_without_the_throughput_is_not_said_to_run(self) -> None:
        """The Hanguang 800 computes in INT8 and INT16 alone."""
        estimate = chipdb.estimate("hanguang-800", **LLAMA)
        assert estimate.tokens is None
        assert not any("runs in" in text for text in estimate.assumptions)
        assert all("without it there is no estimate" in text for text in estimate.missing[:2])

    def test_weights_of_four_bits_stay_so_on_chips_without_such_throughput(self) -> None:
        """An A100 unpacks them to 16 bits: a quarter of the bytes of FP16 to read for each token.

        One sequence is bound by memory, so it gains twice or more.
        """
        alone = {"model": "llama3.1-8b", "phase": "decode", "layout": "TP1", "batch": 1}
        packed = chipdb.estimate("A100", precision="mxfp4", **alone)
        plain = chipdb.estimate("A100", precision="fp16", **alone)
        assert packed.precision == "w4a16"
        assert packed.tokens is not None
        assert plain.tokens is not None
        assert packed.tokens.nominal > 2 * plain.tokens.nominal
        assert chipdb.estimate("H100", precision="nvfp4", **alone).precision == "mxfp4"

    def test_a_missing_figure_is_named(self) -> None:
        """Nobody has published the memory bandwidth of every chip, and none is made up."""
        chip = next(
            chip
            for chip in chipdb.load()
            if chip.kind == "processor"
            and chip.tpp
            and chip.memory.bandwidth is None
            and chip.memory.kind != "none"
        )
        estimate = chipdb.estimate(chip, **LLAMA)
        assert estimate.tokens is None
        assert any("memory" in text for text in estimate.missing)

    def test_a_design_with_metrics_alone_has_an_estimate(self, tmp_path: Path) -> None:
        """Throughput at b bits is TPP / b; one direction of its link is half of its I/O."""
        path = tmp_path / "design.yaml"
        path.write_text(
            "id: mine\nmetrics: {tpp: 4799, memory_bandwidth: 4 TB/s, memory_capacity: 141 GB,"
            " interconnect_bandwidth: 600 GB/s}\n",
            "utf-8",
        )
        (estimate,) = chipdb.estimate(path, **LLAMA)
        assert estimate.tokens is not None
        assert estimate.tokens.nominal > 0
        assert any("TPP / b" in text for text in estimate.assumptions)

    def test_less_compute_never_helps(self) -> None:
        before, after = chipdb.estimate(
            ["H100", "H100"],
            derate=["2:compute=50%"],
            model="llama3.1-70b",
            phase="prefill",
            layout="TP4",
        )
        assert before.tokens is not None
        assert after.tokens is not None
        assert after.tokens.nominal < before.tokens.nominal


class TestModelFiles:
    def test_a_hugging_face_configuration(self, tmp_path: Path) -> None:
        """The fields of Llama 3.1 70B as Meta publishes them give the same as its id."""
        path = tmp_path / "config.json"
        config = {
            "model_type": "llama",
            "hidden_size": 8192,
            "num_hidden_layers": 80,
            "num_attention_heads": 64,
            "num_key_value_heads": 8,
            "intermediate_size": 28672,
            "vocab_size": 128256,
            "tie_word_embeddings": False,
        }
        path.write_text(json.dumps(config), "utf-8")
        own = chipdb.estimate("H100", model=str(path), phase="decode", layout="TP4", batch=8)
        known = chipdb.estimate("H100", layout="TP4", batch=8, **LLAMA)
        assert own.tokens == known.tokens

    def test_a_configuration_with_experts_and_latent_attention(self, tmp_path: Path) -> None:
        path = tmp_path / "config.json"
        config = {
            "model_type": "deepseek_v3",
            "hidden_size": 7168,
            "num_hidden_layers": 61,
            "num_attention_heads": 128,
            "num_key_value_heads": 128,
            "kv_lora_rank": 512,
            "q_lora_rank": 1536,
            "qk_rope_head_dim": 64,
            "qk_nope_head_dim": 128,
            "v_head_dim": 128,
            "intermediate_size": 18432,
            "moe_intermediate_size": 2048,
            "n_routed_experts": 256,
            "n_shared_experts": 1,
            "num_experts_per_tok": 8,
            "first_k_dense_replace": 3,
            "vocab_size": 129280,
        }
        path.write_text(json.dumps(config), "utf-8")
        options: dict[str, Any] = {"phase": "decode", "layout": "EP32", "batch": 8}
        own = chipdb.estimate("H200", model=str(path), **options)
        known = chipdb.estimate("H200", model="deepseek-v3", **options)
        assert own.tokens == known.tokens

    def test_a_model_in_the_format_of_the_data(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text(
            "layers: 32\nwidth: 4096\n"
            "attention: {query_heads: 32, key_value_heads: 8, head_width: 128}\n"
            "feed_forward: {width: 14336, matrices: 3}\nvocabulary: 128256\n",
            "utf-8",
        )
        own = chipdb.estimate("H100", model=str(path), phase="prefill")
        known = chipdb.estimate("H100", model="llama3.1-8b", phase="prefill")
        assert own.tokens == known.tokens

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"hidden_size": 8192, "num_hidden_layers": 80}', "num_attention_heads"),
            ('{"hidden_size": "wide", "num_hidden_layers": 80}', "not a whole number"),
            ("{}", "expected a mapping of fields"),
            ("layers: 32\nwidth: 4096\n", "attention"),
        ],
    )
    def test_what_is_no_model_is_refused(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "config.json"
        path.write_text(text, "utf-8")
        with pytest.raises(ChipdbError, match=message):
            chipdb.estimate("H100", model=str(path), phase="decode")


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"model": "llama3-70b"}, "unknown model 'llama3-70b'; did you mean"),
            ({"phase": "decoding"}, "unknown phase 'decoding'; did you mean 'decode'"),
            ({"precision": "fp7"}, "unknown precision 'fp7'"),
            ({"layout": "8"}, "layout must be TP, PP and EP"),
            ({"layout": "EP8"}, "has none; use TP or PP"),
            ({"chips": 0}, "chips must be 1 or more, not 0"),
            ({"chips": 12, "layout": "TP8"}, "chips must be a multiple of 8"),
            ({"batch": -1}, "batch must be 1 or more"),
            ({"latency": "50"}, "latency must be a time above 0 such as 50ms, not '50'"),
            ({"latency": "50ms", "phase": "prefill"}, "latency limits decode and serve"),
            ({"draft": 1}, "draft needs accepted"),
            ({"draft": 1, "accepted": 2.5}, "accepted must be from 1 to 2"),
            ({"accepted": 1.5}, "accepted needs draft"),
            ({"price": 0}, "price must be above 0"),
        ],
    )
    def test_one_clear_error(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ChipdbError) as error:
            chipdb.estimate("H100", **{**LLAMA, **options})
        assert message in str(error.value)

    def test_the_command_line_names_the_option(self) -> None:
        result = run(
            *("estimate", "H100", "--model", "llama3.1-8b", "--phase", "serve"),
            *("--output", "0"),
        )
        assert result.status == 2
        assert result.err.strip() == "chipdb: --output must be 1 or more, not 0"

    @pytest.mark.parametrize("missing", ["--model", "--phase"])
    def test_a_missing_option_is_named(self, missing: str) -> None:
        words = {"--model": "llama3.1-8b", "--phase": "decode"}
        del words[missing]
        result = run("estimate", "H100", *next(iter(words.items())))
        assert result.status == 2
        assert f"missing {missing}" in result.err


class TestEquivalents:
    def test_a_chip_equals_itself(self) -> None:
        same = chipdb.equivalents("H100", of="H100", **LLAMA)
        assert same.ratio is not None
        assert (same.ratio.low, same.ratio.nominal, same.ratio.high) == (1, 1, 1)

    def test_the_keys_of_the_specification(self) -> None:
        (record,) = answer(
            *("equivalents", "H20", "--of", "B200", "--model", "deepseek-v3"),
            *("--phase", "decode"),
        )
        assert record.keys() >= {"chip", "of", "ratio", "tpp_ratio", "memory_bandwidth_ratio"}
        ratio = record["ratio"]
        assert ratio["low"] <= ratio["nominal"] <= ratio["high"]

    def test_the_other_chip_must_be_named(self) -> None:
        result = run("equivalents", "H20", "--model", "deepseek-v3", "--phase", "decode")
        assert result.status == 2
        assert "missing --of" in result.err

    def test_a_file_of_several_chips_is_no_chip_to_compare_with(self, tmp_path: Path) -> None:
        path = tmp_path / "two.yaml"
        path.write_text("- {id: a, extends: H20}\n- {id: b, extends: H100}\n", "utf-8")
        words = ("equivalents", "H20", "--of", str(path))
        result = run(*words, "--model", "llama3.1-70b", "--phase", "decode")
        assert (result.status, "--of must name one chip, not 2: a, b" in result.err) == (2, True)

    def test_a_change_says_which_of_several_chips_it_is_for(self) -> None:
        words = ("equivalents", "H20", "B200", "--of", "H100", "--model", "llama3.1-70b")
        words = (*words, "--phase", "decode")
        assert run(*words, "--derate", "compute=30%").status == 2
        assert run(*words, "--derate", "B200:compute=30%").status == 0


def test_numbers_beyond_every_system_are_refused_at_once() -> None:
    """Layouts are sought for every divisor; a billion chips had taken half a minute."""
    with pytest.raises(ChipdbError, match="chips must be 1,000,000 or fewer"):
        chipdb.estimate("H100", chips=10**9, **LLAMA)
    with pytest.raises(ChipdbError, match="price must be above 0 USD an hour, not inf"):
        chipdb.estimate("H100", price=float("inf"), **LLAMA)

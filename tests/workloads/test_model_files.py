"""Models that users bring: configurations as model families publish them.

The fields are those of the published configurations, the weights those that publishers state.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chipdb.errors import DataError
from chipdb.workloads.model_files import read_model
from chipdb.workloads.models import Model

LLAMA = {
    "model_type": "llama",
    "hidden_size": 8192,
    "intermediate_size": 28672,
    "num_attention_heads": 64,
    "num_hidden_layers": 80,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "rope_scaling": {"factor": 8.0, "rope_type": "llama3"},
}
MIXTRAL = {
    "model_type": "mixtral",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "num_experts_per_tok": 2,
    "num_local_experts": 8,
    "vocab_size": 32000,
    "sliding_window": None,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "moe_intermediate_size": 2048,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "num_hidden_layers": 61,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "num_experts_per_tok": 8,
    "first_k_dense_replace": 3,
    "moe_layer_freq": 1,
    "q_lora_rank": 1536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "vocab_size": 129280,
}
DEEPSEEK_V2_LITE = {
    **DEEPSEEK,
    "model_type": "deepseek_v2",
    "hidden_size": 2048,
    "intermediate_size": 10944,
    "moe_intermediate_size": 1408,
    "num_attention_heads": 16,
    "num_hidden_layers": 27,
    "n_routed_experts": 64,
    "n_shared_experts": 2,
    "num_experts_per_tok": 6,
    "first_k_dense_replace": 1,
    "q_lora_rank": None,
    "vocab_size": 102400,
}
QWEN3_MOE = {
    "model_type": "qwen3_moe",
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
    "head_dim": 128,
    "hidden_size": 4096,
    "intermediate_size": 12288,
    "moe_intermediate_size": 1536,
    "num_attention_heads": 64,
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "num_hidden_layers": 94,
    "num_key_value_heads": 4,
    "vocab_size": 151936,
}
QWEN15_MOE = {
    "model_type": "qwen2_moe",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "moe_intermediate_size": 1408,
    "shared_expert_intermediate_size": 5632,
    "num_attention_heads": 16,
    "num_experts": 60,
    "num_experts_per_tok": 4,
    "num_hidden_layers": 24,
    "num_key_value_heads": 16,
    "vocab_size": 151936,
}
QWEN1 = {
    "model_type": "qwen",
    "hidden_size": 4096,
    "intermediate_size": 22016,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "vocab_size": 151936,
}
GPT_NEOX = {
    "model_type": "gpt_neox",
    "hidden_size": 6144,
    "intermediate_size": 24576,
    "num_attention_heads": 64,
    "num_hidden_layers": 44,
    "vocab_size": 50432,
}
FALCON_7B = {
    "model_type": "falcon",
    "hidden_size": 4544,
    "multi_query": True,
    "new_decoder_architecture": False,
    "num_attention_heads": 71,
    "num_kv_heads": 71,
    "num_hidden_layers": 32,
    "vocab_size": 65024,
}
FALCON_40B = {
    "model_type": "falcon",
    "hidden_size": 8192,
    "multi_query": True,
    "new_decoder_architecture": True,
    "num_attention_heads": 128,
    "num_kv_heads": 8,
    "num_hidden_layers": 60,
    "vocab_size": 65024,
}
FALCON_40B_OF_2023 = {
    "model_type": "RefinedWeb",
    "hidden_size": 8192,
    "multi_query": True,
    "n_head": 128,
    "n_head_kv": 8,
    "n_layer": 60,
    "vocab_size": 65024,
}
DBRX = {
    "model_type": "dbrx",
    "attn_config": {"clip_qkv": 8, "kv_n_heads": 8},
    "d_model": 6144,
    "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4},
    "n_heads": 48,
    "n_layers": 40,
    "vocab_size": 100352,
}
LLAMA_4_MAVERICK = {
    "model_type": "llama4",
    "text_config": {
        "model_type": "llama4_text",
        "hidden_size": 5120,
        "intermediate_size": 8192,
        "intermediate_size_mlp": 16384,
        "interleave_moe_layer_step": 2,
        "num_attention_heads": 40,
        "num_experts_per_tok": 1,
        "num_hidden_layers": 48,
        "num_key_value_heads": 8,
        "num_local_experts": 128,
        "head_dim": 128,
        "vocab_size": 202048,
    },
}
STATED: dict[str, tuple[dict[str, Any], float]] = {
    "llama 3.1 70B": (LLAMA, 70.6),
    "mixtral 8x7B": (MIXTRAL, 46.7),
    "deepseek-v3": (DEEPSEEK, 671.0),
    "deepseek-v2-lite": (DEEPSEEK_V2_LITE, 15.7),
    "qwen3 235B": (QWEN3_MOE, 235.1),
    "qwen1.5-moe": (QWEN15_MOE, 14.3),
    "qwen 7B": (QWEN1, 7.72),
    "gpt-neox 20B": (GPT_NEOX, 20.55),
    "falcon 7B": (FALCON_7B, 6.92 + 0.30),
    "falcon 40B": (FALCON_40B, 41.3 + 0.53),
    "falcon 40B as of 2023": (FALCON_40B_OF_2023, 41.3 + 0.53),
    "dbrx": (DBRX, 132),
    "llama 4 maverick": (LLAMA_4_MAVERICK, 400),
}
"""Billions of weights as model cards and reports state them. Falcon's output head shares the weights
of the embedding, and counts apart here."""


def model_of(config: dict[str, Any], folder: Path) -> Model:
    """The model of a configuration file."""
    path = folder / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    return read_model(path)


@pytest.mark.parametrize("name", STATED)
def test_weights_add_up_to_what_the_publisher_states(name: str, tmp_path: Path) -> None:
    config, billions = STATED[name]
    assert model_of(config, tmp_path).parameters / 1e9 == pytest.approx(billions, rel=0.005)


def test_falcon_7b_has_one_key_and_value_head(tmp_path: Path) -> None:
    """A key and a value of 64 in each of 32 layers, though its file also states 71 heads."""
    assert model_of(FALCON_7B, tmp_path).cached_values == 32 * 2 * 64


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"model_type": "t5", "is_encoder_decoder": True, **LLAMA}, "is_encoder_decoder"),
        ({**MIXTRAL, "model_type": "jamba", "mamba_d_state": 16}, "mamba_d_state"),
        ({"model_type": "llama", "hidden_size": 4096}, "num_hidden_layers"),
        ({**LLAMA, "num_hidden_layers": "many"}, "num_hidden_layers"),
        ({**QWEN15_MOE, "shared_expert_intermediate_size": 5000}, "shared_expert"),
        ({**QWEN15_MOE, "decoder_sparse_step": 0}, "decoder_sparse_step"),
        ({**QWEN15_MOE, "moe_intermediate_size": 0}, "moe_intermediate_size"),
        ({**LLAMA, "num_attention_heads": 0}, "num_attention_heads"),
    ],
)
def test_what_estimates_do_not_cover_is_refused(
    config: dict[str, Any], field: str, tmp_path: Path
) -> None:
    """A guess would look like an answer."""
    with pytest.raises(DataError, match=field):
        model_of(config, tmp_path)


def test_a_sliding_window_is_said_to_be_left_out(tmp_path: Path) -> None:
    (note,) = model_of({**MIXTRAL, "sliding_window": 4096}, tmp_path).notes
    assert "sliding window of 4096 tokens is left out" in note
    assert model_of({**MIXTRAL, "use_sliding_window": False}, tmp_path).notes == ()


@pytest.mark.parametrize("kind", ["bert", "roberta", "clip"])
def test_an_encoder_is_refused(tmp_path: Path, kind: str) -> None:
    """Its configuration has layers, heads and a width like that of a decoder (BERT base)."""
    config = {
        "model_type": kind,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_attention_heads": 12,
        "num_hidden_layers": 12,
        "vocab_size": 30522,
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    with pytest.raises(DataError, match=f"{kind} is an encoder"):
        read_model(path)

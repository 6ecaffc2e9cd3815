"""Language models: what their configurations add up to, held against what their publishers state."""

from __future__ import annotations

import pytest

from chipdb.workloads.data import models, sources

STATED_BILLIONS = {
    "llama2-7b": 6.74,  # model card: 6.74B
    "mistral-7b": 7.24,  # model card: 7.24B
    "llama3.1-8b": 8.03,  # model card: 8.03B
    "llama2-70b": 69.0,
    "llama3.1-70b": 70.6,  # model card: 70.6B
    "llama3.1-405b": 405.9,  # model card: 405.9B
    "mixtral-8x7b": 46.7,  # Mixtral paper: 46.7B
    "mixtral-8x22b": 140.6,  # model card: 141B
    "qwen3-30b-a3b": 30.5,  # Qwen3 report: 30.5B
    "qwen3-235b-a22b": 235.1,  # Qwen3 report: 235B
    "deepseek-v3": 671.0,  # DeepSeek-V3 report: 671B
    "gpt3-175b": 174.6,  # GPT-3 paper, table 2.1: 175.0B with 50,257 tokens
}
ACTIVE_BILLIONS = {"deepseek-v3": 36.6, "mixtral-8x7b": 12.8, "qwen3-30b-a3b": 3.0}
"""Weights that one token visits with the output head: DeepSeek states 36.6, Mistral 12.9 with the
embedding, Qwen 3.3 with the embedding."""


@pytest.mark.parametrize(("name", "billions"), STATED_BILLIONS.items())
def test_weights_add_up_to_what_the_publisher_states(name: str, billions: float) -> None:
    assert models()[name].parameters / 1e9 == pytest.approx(billions, rel=0.005)


@pytest.mark.parametrize(("name", "billions"), ACTIVE_BILLIONS.items())
def test_active_weights_are_those_of_the_publisher(name: str, billions: float) -> None:
    model = models()[name]
    active = model.linear_parameters + model.active_routed_parameters + model.head_parameters
    assert active / 1e9 == pytest.approx(billions, rel=0.02)


def test_the_cache_of_a_token_follows_the_key_and_value_heads() -> None:
    """Llama 3.1 70B: 2 x 8 heads x 128 values in each of 80 layers."""
    assert models()["llama3.1-70b"].cached_values == 163840


def test_a_latent_cache_holds_one_vector_for_all_heads() -> None:
    """DeepSeek-V3: 512 values and 64 of the position in each of 61 layers."""
    assert models()["deepseek-v3"].cached_values == 61 * (512 + 64)


def test_every_model_names_a_source_of_the_bibliography() -> None:
    assert {model.source for model in models().values()} <= set(sources())


def test_few_tokens_visit_few_experts() -> None:
    model = models()["deepseek-v3"]
    assert model.experts_hit(1) == pytest.approx(8 / 256)
    assert 0.98 < model.experts_hit(128) < 1
    assert model.experts_hit(0) == 0

"""Models that users name: by id, in chipdb's own format, or as a Hugging Face ``config.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipdb.catalog.lookup import similar_names
from chipdb.errors import DataError, Problem, UnknownNameError
from chipdb.workloads.data import model_of, models
from chipdb.workloads.models import Model

Record = dict[str, Any]

LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
WIDTH = ("hidden_size", "n_embd", "d_model")
HEADS = ("num_attention_heads", "n_head", "n_heads")
KEY_VALUE_HEADS = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")
INNER_WIDTH = ("intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim")
VOCABULARY = ("vocab_size", "padded_vocab_size")
EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts")
ACTIVE_EXPERTS = ("num_experts_per_tok", "num_experts_per_token", "moe_top_k")
EXPERT_WIDTH = ("moe_intermediate_size", "expert_ffn_hidden_size")
SHARED_EXPERTS = ("n_shared_experts", "num_shared_experts")
DENSE_LAYERS = ("first_k_dense_replace",)

WITHOUT_GATE = frozenset(
    {
        "bloom",
        "codegen",
        "falcon",
        "gpt2",
        "gpt_bigcode",
        "gpt_neo",
        "gpt_neox",
        "gptj",
        "mpt",
        "opt",
    }
)
"""Kinds of models whose feed-forward part has two matrices; all later ones have a gate."""
DEFAULT_EXPANSION = 4
"""The width of a feed-forward part over that of the model, where a configuration leaves it out."""


def model_named(text: str) -> Model:
    """The model with an id, or that of a file.

    >>> model_named("llama3.1-8b").layers
    32

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown id and
    :class:`~chipdb.errors.DataError` for a file that describes no model.
    """
    # An id is an id, whatever files exist; anything else that looks like a path is read.
    known = models()
    if text in known:
        return known[text]
    path = Path(text)
    if "/" in text or text.lower().endswith((".yaml", ".yml", ".json")) or path.is_file():
        return read_model(path)
    raise UnknownNameError("model", text, similar_names(text, list(known)), list(known))


def read_model(path: Path) -> Model:
    """The model of a file; raises :class:`~chipdb.errors.DataError` with what is wrong in it."""
    from chipdb.catalog.yaml_lists import entries, raise_any, validated
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.workloads import schema

    name = str(path)
    found = entries(read_bytes(path), name)
    if len(found) != 1:
        raise DataError([Problem(name, 0, "", f"holds {len(found)} models; name a file with one")])

    # models that also see pictures keep the language model in a part of its own
    document, place, record = found[0]
    config = record.get("text_config", record)
    if isinstance(config, dict) and _any(config, LAYERS + WIDTH):
        record = _from_config(config, name, path)
    else:
        # a user's own model needs no name to be asked about
        record.setdefault("id", path.stem.lower())
    valid, problems = validated([(document, place, record)], schema.Model, name)
    raise_any(problems)
    return model_of(valid[0].model.model_dump(mode="json"))


def _from_config(config: Record, name: str, path: Path) -> Record:
    """The record of a model from the fields of a Hugging Face configuration."""
    # Families name the same field in different ways, and newer ones leave out what follows from
    # others; what cannot be found is an error, since a wrong guess would look like an answer.
    read = _Reader(config, name)
    layers, width = read.number(LAYERS), read.number(WIDTH)
    record: Record = {
        "id": _identifier(config, path),
        "layers": layers,
        "width": width,
        "attention": _attention(config, read, width),
        "vocabulary": read.number(VOCABULARY),
        "feed_forward": _feed_forward(config, read, width),
    }

    # Qwen states a dense width that no layer has, so it counts only where some layers are dense.
    if _any(config, EXPERTS):
        record["experts"] = _experts(read)
        if not record["experts"]["dense_layers"]:
            record["feed_forward"]["width"] = 0
    return record


def _identifier(config: Record, path: Path) -> str:
    """A name for answers: that of the configuration, or of its folder or file.

    >>> _identifier({"_name_or_path": "meta-llama/Llama-3.1-8B"}, Path("config.json"))
    'llama-3.1-8b'
    """
    stated = str(config.get("_name_or_path") or "").rstrip("/").rpartition("/")[2]
    named = stated or path.stem
    # every download is called config.json, and its folder bears the name of the model
    if not stated and path.stem == "config":
        named = path.resolve().parent.name

    kept = ""
    for letter in named.lower():
        is_plain = letter.isalnum() or letter in ".-"
        kept += letter if is_plain else "-"
    return kept.strip("-.") or "model"


def _attention(config: Record, read: _Reader, width: int) -> Record:
    """Grouped or latent attention."""
    heads = read.number(HEADS)
    if _any(config, ("kv_lora_rank",)):
        return {
            "query_heads": heads,
            "query_rank": read.number(("q_lora_rank",)),
            "key_value_rank": read.number(("kv_lora_rank",)),
            "rope_width": read.number(("qk_rope_head_dim",)),
            "key_width": read.number(("qk_nope_head_dim",)),
            "value_width": read.number(("v_head_dim",)),
        }

    # MPT keeps the heads in a part of its own; Falcon 7B has one key and value head for all.
    inner = config.get("attn_config")
    if isinstance(inner, dict) and _any(inner, KEY_VALUE_HEADS):
        key_value_heads = _Reader(inner, read.name).number(KEY_VALUE_HEADS)
    elif config.get("multi_query") == "true" and config.get("new_decoder_architecture") != "true":
        key_value_heads = 1
    else:
        key_value_heads = read.number(KEY_VALUE_HEADS, heads)
    return {
        "query_heads": heads,
        "key_value_heads": key_value_heads,
        "head_width": read.number(("head_dim", "head_size"), width // heads),
    }


def _feed_forward(config: Record, read: _Reader, width: int) -> Record:
    """The dense feed-forward part."""
    expansion = read.number(("expansion_ratio",), DEFAULT_EXPANSION)
    gated = str(config.get("model_type", "")) not in WITHOUT_GATE
    return {
        "width": read.number(INNER_WIDTH, expansion * width),
        "matrices": 3 if gated else 2,
    }


def _experts(read: _Reader) -> Record:
    """The experts; those of Mixtral have the width that others give their dense part."""
    return {
        "count": read.number(EXPERTS),
        "active": read.number(ACTIVE_EXPERTS),
        "width": read.number(EXPERT_WIDTH + INNER_WIDTH),
        "shared": read.number(SHARED_EXPERTS, 0),
        "dense_layers": read.number(DENSE_LAYERS, 0),
    }


def _any(config: Record, names: tuple[str, ...]) -> bool:
    """Whether one of some fields is present; null means absent in these files."""
    return any(config.get(name) is not None for name in names)


class _Reader:
    """Reads whole numbers of a configuration, whose names differ between model families."""

    def __init__(self, config: Record, name: str) -> None:
        self.config = config
        self.name = name

    def number(self, names: tuple[str, ...], default: int | None = None) -> int:
        """The first of some fields that is present.

        Raises :class:`~chipdb.errors.DataError` if none is and there is no default.
        """
        for name in names:
            value = self.config.get(name)
            if value is None:
                continue
            try:
                return int(value)
            except (TypeError, ValueError):
                problem = Problem(self.name, 0, name, f"{value!r} is not a whole number")
                raise DataError([problem]) from None
        if default is not None:
            return default
        message = f"a model configuration needs {' or '.join(names[:2])}"
        raise DataError([Problem(self.name, 0, names[0], message)])

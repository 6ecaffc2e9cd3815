"""Models that users name: by id, in chipdb's own format, or as a Hugging Face ``config.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipdb.catalog.lookup import similar_names
from chipdb.errors import DataError, Problem, QuantityError, UnknownNameError
from chipdb.units import whole_number
from chipdb.whole_files import is_file
from chipdb.workloads.data import model_of, models
from chipdb.workloads.models import Model

Record = dict[str, Any]

LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
WIDTH = ("hidden_size", "n_embd", "d_model")
HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads")
KEY_VALUE_HEADS = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")
INNER_WIDTH = ("intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim")
VOCABULARY = ("vocab_size", "padded_vocab_size")
EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
ACTIVE_EXPERTS = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "moe_top_k",
)
EXPERT_WIDTH = ("moe_intermediate_size", "expert_ffn_hidden_size")
SHARED_EXPERTS = ("n_shared_experts", "num_shared_experts")
SHARED_WIDTH = ("shared_expert_intermediate_size",)
DENSE_LAYERS = ("first_k_dense_replace",)
EXPERT_INTERVAL = ("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_freq")
"""How many layers apart the layers with experts are; the others are dense."""

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
        "nemotron",
        "opt",
        "persimmon",
        "phi",
        "refinedweb",
        "refinedwebmodel",
        "starcoder2",
        "xglm",
    }
)
"""Kinds of models whose feed-forward part has two matrices; all others have a gate."""
ONE_HEAD_FOR_ALL = frozenset({"falcon", "gpt_bigcode", "refinedwebmodel"})
"""Kinds in which ``multi_query`` means one key and value head, even if more are stated."""
TWICE_THE_WIDTH = "qwen"
"""The first Qwen states the width of gate and inner part together."""
EXPERTS_LIKE_LLAMA_4 = "llama4_text"
"""Llama 4 states the width of its experts as that of its dense part, and has one shared expert."""

UNLIKE = {
    "is_encoder_decoder": "an encoder",
    "mamba_d_state": "layers with a state in place of attention",
    "ssm_state_size": "layers with a state in place of attention",
    "state_size": "layers with a state in place of attention",
    "linear_num_key_heads": "layers with linear attention",
    "attn_type_list": "layers with linear attention",
}
"""Fields of models that estimates do not cover, with what such a model has."""
ENCODERS = frozenset(
    {
        "albert",
        "bert",
        "camembert",
        "clip",
        "deberta",
        "deberta-v2",
        "distilbert",
        "electra",
        "modernbert",
        "mpnet",
        "nomic_bert",
        "roberta",
        "siglip",
        "vit",
        "xlm-roberta",
    }
)
"""Kinds that generate no tokens, whose configurations look like those of decoders."""
DEFAULT_EXPANSION = 4
"""The width of a feed-forward part over that of the model, where a configuration leaves it out."""


def model_named(text: str) -> Model:
    """The model with an id, or that of a file.

    >>> model_named("llama3.1-8b").layers
    32

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown id and
    :class:`~chipdb.errors.DataError` for a file that describes no model.
    """
    # An id is an id, even if a file has it; anything else that looks like a path is read.
    known = models()
    if text in known:
        return known[text]
    path = Path(text)
    if "/" in text or text.lower().endswith((".yaml", ".yml", ".json")) or is_file(path):
        return read_model(path)
    raise UnknownNameError("model", text, similar_names(text, list(known)), list(known))


def read_model(path: Path) -> Model:
    """The model of a file; raises :class:`~chipdb.errors.DataError` with what is wrong in it."""
    from chipdb.catalog.file_contents import MODEL, refuse_other_contents
    from chipdb.catalog.yaml_lists import entries, raise_any, validated
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.workloads import schema

    name = str(path)
    found = entries(read_bytes(path), name)
    refuse_other_contents([record for _, _, record in found], name, MODEL)
    if len(found) != 1:
        raise DataError([Problem(name, 0, "", f"holds {len(found)} models; name a file with one")])

    document, place, record = found[0]
    config = _language_config(record)
    if config is not None:
        record = _from_config(config, name, path)
    else:
        # a user's own model needs no name to be asked about
        record.setdefault("id", path.stem.lower())
    valid, problems = validated([(document, place, record)], schema.Model, name)
    raise_any(problems)
    return model_of(valid[0].model.model_dump(mode="json"))


def _language_config(record: Record) -> Record | None:
    """The configuration of the language model in a file; None if it is not one of Hugging Face.

    Models that also see pictures keep it in a part of its own, and DBRX the fields of its experts.
    """
    config = record.get("text_config", record)
    if not isinstance(config, dict):
        return None
    of_experts = config.get("ffn_config")
    if isinstance(of_experts, dict):
        config = {**of_experts, **config}
    if not _any(config, LAYERS + WIDTH):
        return None
    return config


def _from_config(config: Record, name: str, path: Path) -> Record:
    """The record of a model from the fields of a Hugging Face configuration."""
    # Families name the same field in different ways, and newer ones leave out what follows from
    # others; what cannot be found is an error, since a wrong guess would look like an answer.
    read = _Reader(config, name)
    _refuse_unlike(config, name)
    layers, width = read.number(LAYERS), read.number(WIDTH)
    record: Record = {
        "id": _identifier(config, path),
        "layers": layers,
        "width": width,
        "attention": _attention(config, read, width),
        "vocabulary": read.number(VOCABULARY),
        "feed_forward": _feed_forward(config, read, width),
        "notes": _notes(config),
    }

    # Qwen states a dense width that no layer has, so it counts only where some layers are dense.
    if _any(config, EXPERTS):
        record["experts"] = _experts(read, layers)
        if not record["experts"]["dense_layers"]:
            record["feed_forward"]["width"] = 0
    return record


def _refuse_unlike(config: Record, name: str) -> None:
    """Raise :class:`~chipdb.errors.DataError` for a model that is not a plain decoder.

    Its tokens cost other operations and keep other values, and an estimate would not show it.
    """
    for field, what in UNLIKE.items():
        if config.get(field) not in (None, "false", "0"):
            message = f"the model has {what}; estimates cover decoders with attention in each layer"
            raise DataError([Problem(name, 0, field, message)])
    if _kind(config) in ENCODERS:
        message = (
            f"{_kind(config)} is an encoder, which generates no tokens; estimates cover decoders"
        )
        raise DataError([Problem(name, 0, "model_type", message)])


def _notes(config: Record) -> list[str]:
    """What a configuration states and estimates leave out, with the effect."""
    window = config.get("sliding_window")
    is_used = window is not None and config.get("use_sliding_window") != "false"
    if not is_used:
        return []
    note = f"attention sees all tokens: the sliding window of {window} tokens is left out"
    return [f"{note}, so longer inputs look slower than they are"]


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
    heads = read.number(HEADS, least=1)
    if _any(config, ("kv_lora_rank",)):
        return {
            "query_heads": heads,
            # null where queries are not compressed, as in DeepSeek-V2-Lite
            "query_rank": read.number(("q_lora_rank",), 0) or None,
            "key_value_rank": read.number(("kv_lora_rank",)),
            "rope_width": read.number(("qk_rope_head_dim",)),
            "key_width": read.number(("qk_nope_head_dim",)),
            "value_width": read.number(("v_head_dim",)),
        }

    return {
        "query_heads": heads,
        "key_value_heads": _key_value_heads(config, read, heads),
        "head_width": read.number(("head_dim", "head_size"), width // heads),
    }


def _key_value_heads(config: Record, read: _Reader, heads: int) -> int:
    """The key and value heads of grouped attention; as many as query heads if none are stated."""
    # MPT keeps the heads in a part of its own.
    inner = config.get("attn_config")
    if isinstance(inner, dict) and _any(inner, KEY_VALUE_HEADS):
        return _Reader(inner, read.name).number(KEY_VALUE_HEADS)
    # Falcon 7B has one for all, though it also states as many as there are query heads; its larger
    # and later models have groups.
    is_grouped = config.get("new_decoder_architecture") == "true"
    is_shared = config.get("multi_query") == "true" and not is_grouped
    if is_shared and _kind(config) in ONE_HEAD_FOR_ALL:
        return 1
    if config.get("multi_query_attention") == "true":
        return read.number(("multi_query_group_num",))
    return read.number(KEY_VALUE_HEADS, heads)


def _kind(config: Record) -> str:
    """The kind of model, in lower case; empty if it is not stated."""
    return str(config.get("model_type", "")).lower()


def _feed_forward(config: Record, read: _Reader, width: int) -> Record:
    """The dense feed-forward part."""
    expansion = read.number(("expansion_ratio",), DEFAULT_EXPANSION)
    inner = read.number(("intermediate_size_mlp", *INNER_WIDTH), expansion * width)
    if _kind(config) == TWICE_THE_WIDTH:
        inner //= 2
    return {"width": inner, "matrices": 2 if _kind(config) in WITHOUT_GATE else 3}


def _experts(read: _Reader, layers: int) -> Record:
    """The experts; those of Mixtral have the width that others give their dense part."""
    width = read.number(EXPERT_WIDTH + INNER_WIDTH, least=1)
    return {
        "count": read.number(EXPERTS),
        "active": read.number(ACTIVE_EXPERTS),
        "width": width,
        "shared": _shared_experts(read, width),
        "dense_layers": _dense_layers(read, layers),
    }


def _shared_experts(read: _Reader, width: int) -> int:
    """The experts that all tokens visit; Qwen states how wide they are together."""
    if _kind(read.config) == EXPERTS_LIKE_LLAMA_4:
        return 1
    together = read.number(SHARED_WIDTH, 0)
    if together % width:
        message = f"{together} is not a multiple of the width of an expert, {width}"
        raise DataError([Problem(read.name, 0, SHARED_WIDTH[0], message)])
    return read.number(SHARED_EXPERTS, together // width)


def _dense_layers(read: _Reader, layers: int) -> int:
    """The layers with an ordinary feed-forward part: the first ones, or all but every n-th."""
    first = read.number(DENSE_LAYERS, 0)
    named = read.config.get("mlp_only_layers")
    if isinstance(named, list):
        first += len(named)
    with_experts = (layers - first) // read.number(EXPERT_INTERVAL, 1, least=1)
    return layers - with_experts


def _any(config: Record, names: tuple[str, ...]) -> bool:
    """Whether one of some fields is present; null means absent in these files."""
    return any(config.get(name) is not None for name in names)


class _Reader:
    """Reads whole numbers of a configuration, whose names differ between model families."""

    def __init__(self, config: Record, name: str) -> None:
        self.config = config
        self.name = name

    def number(self, names: tuple[str, ...], default: int | None = None, *, least: int = 0) -> int:
        """The first of some fields that is present.

        Raises :class:`~chipdb.errors.DataError` if it is below ``least``, or if none is present
        and there is no default.
        """
        for name in names:
            value = self.config.get(name)
            if value is None:
                continue
            try:
                number = whole_number(value)
            except (AttributeError, QuantityError):
                problem = Problem(self.name, 0, name, f"{value!r} is not a whole number")
                raise DataError([problem]) from None
            # others are divided by some of these numbers
            if number < least:
                message = f"{number} is not a whole number of {least} or more"
                raise DataError([Problem(self.name, 0, name, message)])
            return number
        if default is not None:
            return default
        message = f"a model configuration needs {' or '.join(names[:2])}"
        raise DataError([Problem(self.name, 0, names[0], message)])

"""The texts of the explorer page: every key that a script asks for, in every language."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from chipdb.views.explorer.page import SCRIPTS
from chipdb.views.explorer.texts import ENGLISH, LANGUAGES, texts

EXPLORER = files("chipdb.views.explorer")
SCRIPT = "\n".join(
    EXPLORER.joinpath("js", f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
)
TEMPLATE = EXPLORER.joinpath("template.html").read_text(encoding="utf-8")
PLACES = re.compile(r"\{(\w+)\}")
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def test_every_key_that_is_asked_for_exists() -> None:
    keys = set(re.findall(r"\bt\(\s*\"([\w.\-]+)\"", SCRIPT))
    keys |= set(re.findall(r"data-(?:text|label)=\"([\w.\-]+)\"", TEMPLATE))
    assert len(keys) > 100
    assert keys - texts()[ENGLISH].keys() == set()


def test_every_family_of_keys_exists() -> None:
    """A key such as ``column.${id}`` has some text for its beginning."""
    starts = set(re.findall(r"\bt\(\s*`([\w.\-]+\.)\$\{", SCRIPT))
    assert len(starts) > 10
    for start in starts:
        assert any(key.startswith(start) for key in texts()[ENGLISH]), start


def test_no_text_is_left_over() -> None:
    """A key that no script names any more would be translated for nothing."""
    starts = tuple(re.findall(r"`([\w.\-]+\.)\$\{", SCRIPT))
    own = json.loads(EXPLORER.joinpath("texts", "en.json").read_text(encoding="utf-8"))
    named = SCRIPT + TEMPLATE
    left_over = [key for key in own if f'"{key}"' not in named and not key.startswith(starts)]
    assert left_over == []


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_keys_and_places(language: str) -> None:
    english, other = texts()[ENGLISH], texts()[language]
    assert other.keys() - english.keys() == set()
    assert english.keys() - other.keys() == set()
    for key, text in other.items():
        assert set(PLACES.findall(text)) <= set(PLACES.findall(english[key])), key
        assert text.strip() or not english[key].strip(), key

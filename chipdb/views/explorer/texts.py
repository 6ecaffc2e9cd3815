"""The words of the page in each language: its own texts, and the words of the library.

The page's own texts are one file for each language. The words that the library prints as well
(statuses, review policies, metrics, facts) come from the library in English, so that both use the
same; other languages translate them in their file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files

from chipdb.answers.check import SCOPE_TEXT
from chipdb.rules.conditions import FACTS, OF_THE_DEAL
from chipdb.rules.rule import POLICIES
from chipdb.solver.labels import finding_words, metric_text
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.notes import ROLES
from chipdb.solver.verdict import Finding
from chipdb.units import METRIC_UNITS
from chipdb.views.wording import policy_text, state_text
from chipdb.vocabulary import CautionKind, PolicyState, Status

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
"""The languages of the page; each has the texts of the first, and no others."""


def texts() -> dict[str, dict[str, str]]:
    """The texts of each language by their keys."""
    return {language: texts_of(language) for language in LANGUAGES}


def texts_of(language: str) -> dict[str, str]:
    """The texts of one language; those of English include the words of the library."""
    path = files("chipdb.views.explorer").joinpath("texts", f"{language}.json")
    own: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    if language == ENGLISH:
        return own | dict(_library_words())
    return own


def _library_words() -> Iterator[tuple[str, str]]:
    """The words that the library prints as well, by the keys of the page."""
    # the page receives unknown policies in words, so these words are also their keys
    states = [state_text(state) for state in PolicyState if state != PolicyState.KNOWN]
    words_by_kind: dict[str, Mapping[str, str]] = {
        "status": {status: finding_words(Finding(status)) for status in Status},
        "policy": {policy: policy_text(policy) for policy in POLICIES},
        "state": dict(zip(states, states, strict=True)),
        "metric": {metric: metric_text(metric) for metric in METRIC_UNITS},
        "fact": {**FACTS, **OF_THE_DEAL},
        "role": ROLES,
        "caution": {kind: kind.replace("-", " ") for kind in CautionKind},
        "not-checked": dict(zip(NOT_CHECKED, NOT_CHECKED, strict=True)),
    }
    for kind, words in words_by_kind.items():
        for name, text in words.items():
            yield f"{kind}.{name}", text
    yield "left-out.scope", SCOPE_TEXT

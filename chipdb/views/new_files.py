"""Files to start from: a chip, a rule or a grid of designs, with what can be stated as comments.

Each can be read as it is. A chip states no figure until its user does.
"""

from __future__ import annotations

from importlib.resources import files

from chipdb.errors import ParameterError

KINDS = ("chip", "rule", "sweep")


def new_file(kind: str) -> str:
    """Return the text of a file to start from.

    Raises :class:`~chipdb.errors.ParameterError` for a kind that does not exist.

    >>> new_file("rule").splitlines()[2].split("#")[0].strip()
    'id: my-rule'
    """
    if kind not in KINDS:
        raise ParameterError("kind", f"must be one of {', '.join(KINDS)}, not {kind!r}")
    return (files("chipdb.views") / "templates" / f"{kind}.yaml").read_text(encoding="utf-8")

"""The base class of everything that a notebook shows: chips, figures, answers, comparisons.

How they look is decided by ``chipdb.views``, a layer above. Its modules are imported by name when
a notebook asks, so that figures and answers do not depend on them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas

VIEWS = "chipdb.views"


class Shown:
    """An object that Jupyter shows as a table, in HTML and Markdown."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(views("notebook").html(self))

    def _repr_markdown_(self) -> str:
        return str(views("notebook").markdown(self))


class Framed:
    """An answer that can become a data frame."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the answer; each kind of answer has its own."""
        raise NotImplementedError

    def to_frame(self) -> pandas.DataFrame:
        """A pandas frame with the values of :meth:`to_dict`.

        An answer that lists rows, such as an audit its findings, has a row for each; any other
        answer has one row. Nested values have columns such as ``license.required``; lists stay
        lists. Rows of several answers are joined by ``pandas.concat``.
        """
        frame: pandas.DataFrame = views("frames").frame_of(self.to_dict())
        return frame


WIDEST_REPR = 300
"""The length at which :func:`short_repr` cuts."""

Kind = TypeVar("Kind", bound=type)


def short_repr(kind: Kind) -> Kind:
    """Cut the repr of a class, so that an object that holds many others stays readable.

    >>> @short_repr
    ... class Long:
    ...     def __repr__(self):
    ...         return "x" * 10_000
    >>> len(repr(Long()))
    303
    """
    changed: Any = kind
    # Not ``changed.__repr__``: looking it up would generate it, and few objects are ever printed.
    whole = vars(changed).get("__repr__") or changed.__repr__

    def cut(self: object) -> str:
        text = str(whole.__get__(self)())
        return text if len(text) <= WIDEST_REPR else f"{text[:WIDEST_REPR]}..."

    changed.__repr__ = cut
    return kind


def views(module: str) -> Any:
    """The module of ``chipdb.views`` with a name."""
    return importlib.import_module(f"{VIEWS}.{module}")

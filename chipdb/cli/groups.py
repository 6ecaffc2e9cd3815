"""Options that come together: a parameter of a command that is a group stands for all of its options.

Their forms and help stand in ``options``, which loads the option parser; groups do not, so that a plain call can be answered
without it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from chipdb.cli.options import (
        CatalogFile,
        Derate,
        Drop,
        Enact,
        Format,
        From,
        Headquarters,
        Law,
        Output,
        Role,
        Rules,
        RulesFile,
        Set,
        Strict,
        To,
        Vintage,
    )


@dataclass(frozen=True)
class PlaceOptions:
    """The places of a deal."""

    to: To = None
    origin: From = None
    headquarters: Headquarters = None


@dataclass(frozen=True)
class RuleOptions:
    """The rules that are asked: the rulebook, what stands beside it, and the law it is read as."""

    rules: RulesFile = None
    enact: Enact = None
    law: Law = "enforced"


@dataclass(frozen=True)
class ScopeOptions:
    """Which answers are wanted, of whom, with what left open."""

    rule: Rules = None
    role: Role = None
    strict: Strict = False


@dataclass(frozen=True)
class ModifyOptions:
    """What a chip is turned into: values set, formats dropped, knobs turned, as they were written."""

    derates: Derate = None
    sets: Set = None
    drops: Drop = None


@dataclass(frozen=True)
class CatalogOptions:
    """The catalog that names are looked up in."""

    catalog: CatalogFile = None
    vintage: Vintage = None


@dataclass(frozen=True)
class OutputOptions:
    """How and where to print; raises :class:`~chipdb.errors.UsageError` for a style that there is not."""

    style: Format = "table"
    output: Output = None

    def __post_init__(self) -> None:
        from chipdb.views.tables import check_format

        check_format(self.style)


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """A command as the option parser reads it: each group among its parameters spread out, and made again at the call."""
    from chipdb.cli import options

    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        kind = groups.get(parameter.name)
        alone = parameter.replace(
            annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY
        )
        parameters += _members(kind, vars(options)) if kind else [alone]

    @wraps(command)
    def read(**given: Any) -> None:
        made = {name: _made(kind, given) for name, kind in groups.items()}
        command(**given, **made)

    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    read.__annotations__ = {one.name: one.annotation for one in parameters}
    return read


def _members(kind: Any, names: dict[str, Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, globalns=names, include_extras=True)
    return [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=one.default,
            annotation=hints[one.name],
        )
        for one in fields(kind)
    ]


def _made(kind: Any, given: dict[str, Any]) -> Any:
    """A group of what was given, taken out of it; an option that may be repeated and was not comes as an empty list."""
    values = {one.name: given.pop(one.name) for one in fields(kind)}
    return kind(**{name: None if value == [] else value for name, value in values.items()})

"""From named values to a call of a command: what the service and the agent tools have in common.

A call names the command, and its options as the command line does, without their dashes. Its body
is the JSON that the command prints, its error the line that the command line prints. Nothing of the
machine can be reached: only options whose placeholder is known to name no file are offered, and a
chip must be a name.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chipdb.bounds import MOST_ANSWERS, MOST_OPTION_VALUES, MOST_VALUE_LETTERS
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.catalog import Catalog, load
from chipdb.cli.error_text import error_lines, repeated_text
from chipdb.cli.options import OUTPUT, Argument
from chipdb.errors import (
    ChipdbError,
    ParameterError,
    QuantityError,
    UnknownNameError,
    UsageError,
)
from chipdb.lazy_dataclasses import dataclass
from chipdb.units import exact, whole_number
from chipdb.views.report import Report
from chipdb.views.safe_text import printable
from chipdb.workloads.data import models

COMMANDS = (
    "check",
    "headroom",
    "compare",
    "near",
    "flips",
    "timeline",
    "budget",
    "list",
    "show",
    "identify",
    "rules",
    "conflicts",
    "sources",
    "stale",
    "estimate",
    "equivalents",
    "envelope",
)
"""The commands that only answer. Others write files, or read them."""


STANDARD_INPUT = "-"
MODEL = "ID|FILE"
"""The placeholder of a model, which the command line reads from a file as well."""
CHIP = "CHIP|FILE|-"
"""The placeholder of a chip, which the command line reads from a file as well."""
NAMES = "NAME...|-"
"""The placeholder of names that systems print."""
_CHECKED = frozenset({CHIP, "CHIP", MODEL})
"""Placeholders of names that are looked up, so that nothing but a known name passes."""
_PURE = frozenset(
    {
        NAMES,
        "CONDITION",
        "FACT=VALUE",
        "RATE",
        "[CHIP:]FIGURE=QUANTITY",
        "[CHIP:]FORMAT",
        "[CHIP:]KNOB=AMOUNT",
    }
)
"""Placeholders of texts that may hold a slash, as a label of a node, a chip's name or GB/s do."""
_PLAIN = frozenset(
    {
        "A",
        "AFTER",
        "AREA",
        "ARCHITECTURE",
        "B",
        "BEFORE",
        "COUNTRY",
        "DATE",
        "FIELD",
        "FORMAT",
        "ID",
        "KNOB",
        "LAYOUT",
        "N",
        "PERCENT",
        "PROPOSAL",
        "SIZE",
        "TIME",
        "USD",
        "VENDOR",
        "YYYY.MM",
        "[ID]...",
        "enforced|text",
        "foundry|osat",
        "prefill|decode|serve|train",
        "processor|system|memory-stack",
    }
)
"""Placeholders of words and numbers, in which a slash has no place."""
OFFERED = _CHECKED | _PURE | _PLAIN
"""Every placeholder that is offered. One that is new stays out until it is put in here."""
_NOT_OFFERED = frozenset({"all", "explain", "diff"})
"""``all`` asks for every chip at once, ``explain`` prints a text, ``diff`` takes pairs."""
_HELP = {
    CHIP: "The name of a chip, such as H20.",
    MODEL: "The id of a model, such as llama3.1-70b.",
    NAMES: "Names that systems print.",
    "--strict": "Assume no place, and count every caution, also one that only says up to which "
    "day the rules were read.",
}
"""Help that replaces what is said of files, standard input or the status of a process."""
_OF_THE_COMMAND_LINE = re.compile(r"exit status|standard input|\bfiles?\b|(?<!\S)-(?![\w-])", re.I)
"""What only a caller at a command line has; ``-`` by itself stands for standard input."""
_SENTENCE_END = re.compile(r"(?<=\.)\s+")
_NEEDED = {
    "check": ("chip",),
    "compare": ("chip",),
    "identify": ("name",),
    "estimate": ("chip", "model", "phase"),
    "equivalents": ("chip", "of", "model", "phase"),
}
"""What commands refuse to do without, although their declaration leaves it open.

They say themselves what is missing, in words that fit the case.
"""
_TRUE, _FALSE = ("true", "1", "yes", ""), ("false", "0", "no")


class Form(StrEnum):
    """What a value is."""

    TEXT = "string"
    WHOLE_NUMBER = "integer"
    NUMBER = "number"
    FLAG = "boolean"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a call.

    ``group`` is the group of options that it belongs to in the command, with the name ``field``
    there; None for a parameter of the command itself.
    """

    name: str
    form: Form
    repeatable: bool
    required: bool
    help: str
    metavar: str | None
    field: str
    group: str | None

    @property
    def written(self) -> str:
        """The parameter as errors of the command line write it.

        >>> parameters("check")["chip"].written, parameters("check")["to"].written
        ('CHIP', '--to')
        """
        if self.group == _ARGUMENT:
            return self.name.upper()
        return f"--{self.name}"

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it can be, where its placeholder lists them.

        >>> parameters("check")["law"].choices, parameters("check")["to"].choices
        (('enforced', 'text'), ())
        """
        words = (self.metavar or "").split("|")
        # placeholders of other values are in capitals
        if len(words) > 1 and all(map(str.islower, words)):
            return tuple(words)
        return ()

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema, with the same limits on length and number that a call is held to.

        >>> parameters("check")["strict"].schema()
        {'type': 'boolean'}
        """
        value: dict[str, Any] = {"type": str(self.form)}
        if self.form == Form.TEXT:
            value["maxLength"] = MOST_VALUE_LETTERS
        if not self.repeatable:
            return value
        return {"type": "array", "items": value, "maxItems": MOST_OPTION_VALUES}


_ARGUMENT = "(argument)"


@cache
def parameters(command: str) -> dict[str, Parameter]:
    """The parameters of a command by name, in the order of its help.

    Read from the command itself, so that the service follows it. ``command`` is one of
    :data:`COMMANDS`.

    >>> "to" in parameters("check"), "rules" in parameters("check")
    (True, False)
    """
    return {each.name: each for each in _parameters(_function(command))}


def is_needed(command: str, parameter: Parameter) -> bool:
    """Whether a command answers nothing without a parameter.

    >>> is_needed("check", parameters("check")["chip"])
    True
    """
    return parameter.required or parameter.name in _NEEDED.get(command, ())


def summary(command: str) -> str:
    """What the command does: the first line of its help.

    >>> summary("near")
    'Find chips just under a threshold.'
    """
    first_line, _, _ = (inspect.getdoc(_function(command)) or "").partition("\n")
    return first_line


def description(command: str) -> str:
    """The text of the command's help, without what only a command line has.

    Sentences about exit statuses, standard input and files are left out; paragraphs of nothing else
    are, too.
    """
    text = inspect.getdoc(_function(command)) or ""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        sentences = _SENTENCE_END.split(paragraph.strip())
        kept = [each for each in sentences if not _is_of_the_command_line(each)]
        if kept:
            paragraphs.append(" ".join(kept))
    return "\n\n".join(paragraphs)


def _is_of_the_command_line(text: str) -> bool:
    """Whether a text is about what a calling program or agent does not have.

    >>> _is_of_the_command_line("With -, standard input is read.")
    True
    >>> _is_of_the_command_line("With --to, the answer is whether a license is required.")
    False
    """
    return _OF_THE_COMMAND_LINE.search(text) is not None


def answer(command: str, values: Mapping[str, Sequence[str]]) -> Any:
    """Answer a call with the JSON value that the command prints.

    ``values`` has the texts of each option by its name without dashes, several for one that is
    repeated. Raises :class:`~chipdb.errors.ChipdbError` for a wrong call.

    >>> answer("check", {"chip": ["A30"], "on": ["2023-12-01"]})[0]["classification"]["outcome"]
    '3A090.b'
    """
    if command not in COMMANDS:
        raise ParameterError("command", f"must be one of {', '.join(COMMANDS)}, not {command!r}")
    known = parameters(command)
    # an option that is silently ignored could change the answer that the caller expects
    for name in values:
        if name not in known:
            raise UsageError(f"no such option: --{name}")
    # the order matters: a call that is too large is refused before it is read, and what could be a
    # path before a name is looked up
    _check_sizes(values)
    _check_slashes(known, values)
    given = {each.name: _value(each, values.get(each.name, ())) for each in known.values()}
    _check_names(known, given)
    report = _called(command, given)
    # through text, so that it is exactly what the command prints
    return json.loads(report.written("json"))


def error_line(error: ChipdbError) -> str:
    """The line that the command line prints for an error; several become one.

    Control characters and changes of direction are escaped, since a caller may show the line.

    >>> error_line(UsageError("no such option: --colour"))
    'chipdb: no such option: --colour'
    """
    return printable("; ".join(error_lines(error)))


def _function(command: str) -> Any:
    """The function of a command, in the module of that name."""
    module = importlib.import_module(f"chipdb.cli.commands.{command}")
    # `list` would hide the type of that name in its own module
    return getattr(module, command, None) or getattr(module, f"{command}_")


def _hints(function: Any) -> dict[str, Any]:
    """The annotations of a command or of a group of options, with their declarations.

    Commands import what a report is for type checkers only, so its name is given here.
    """
    return get_type_hints(function, localns={"Report": Report}, include_extras=True)


def _parameters(function: Any) -> Iterator[Parameter]:
    """The parameters of a command, those of its groups of options among them.

    In the order in which the command takes them, which is that of its help.
    """
    hints = _hints(function)
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints[name]
        if not is_dataclass(hint):
            yield from _parameter(name, hint, parameter.default, None)
            continue
        members = _hints(hint)
        for field in fields(hint):
            yield from _parameter(field.name, members[field.name], field.default, name)


def _parameter(field: str, hint: Any, default: Any, group: str | None) -> Iterator[Parameter]:
    """A parameter, unless it could name a file or is about how the output looks.

    ``field`` is its name in the command or in the group of options ``group``, ``hint`` its
    annotation with the declaration, ``default`` its default there.
    """
    kind, declared = get_args(hint)
    if isinstance(declared, Argument):
        # `chips` is one `chip` after the other
        name = field.removesuffix("s") or field
        group = _ARGUMENT
        metavar: str | None = declared.metavar
    else:
        name = declared.names[-1].lstrip("-")
        metavar = declared.metavar
        if declared.section == OUTPUT or name in _NOT_OFFERED:
            return
    form, repeatable = _form(kind)
    # a flag has no placeholder, and can name nothing
    if form != Form.FLAG and metavar not in OFFERED:
        return
    yield Parameter(
        name=name,
        form=form,
        repeatable=repeatable,
        required=default is inspect.Parameter.empty,
        help=_HELP.get(metavar or f"--{name}", declared.help),
        metavar=metavar,
        field=field,
        group=group,
    )


def _form(kind: Any) -> tuple[Form, bool]:
    """What a type is, and whether it holds several.

    >>> _form(list[str])[1], _form(int | None)[0] == Form.WHOLE_NUMBER
    (True, True)
    """
    # what may be left out is written "int | None", and is an integer here
    if get_origin(kind) in (Union, UnionType):
        (kind,) = [each for each in get_args(kind) if each is not NoneType]
    repeatable = get_origin(kind) is list
    if repeatable:
        (kind,) = get_args(kind)
    # every other type is written as a text that the command itself reads
    forms = {bool: Form.FLAG, int: Form.WHOLE_NUMBER, float: Form.NUMBER}
    return forms.get(kind, Form.TEXT), repeatable


def _check_sizes(values: Mapping[str, Sequence[str]]) -> None:
    """Refuse calls that could keep the service busy; raises :class:`UsageError`.

    By the number of values of an option, by their length, and by the number of answers.
    """
    for name, given in values.items():
        if len(given) > MOST_OPTION_VALUES:
            raise UsageError(
                f"--{name} was given {len(given)} times; the limit is {MOST_OPTION_VALUES}"
            )
        longest = max((len(value) for value in given), default=0)
        if longest > MOST_VALUE_LETTERS:
            raise UsageError(
                f"--{name} has {longest:,} characters; the limit is {MOST_VALUE_LETTERS}"
            )
    # one chip and no place is one answer, so neither factor may be 0
    answers = max(1, len(values.get("chip", ()))) * max(1, len(values.get("to", ())))
    if answers > MOST_ANSWERS:
        raise UsageError(f"{answers} answers are asked for; the limit is {MOST_ANSWERS}")


def _check_slashes(known: Mapping[str, Parameter], values: Mapping[str, Sequence[str]]) -> None:
    """Refuse what could be a path, before anything looks at it; raises :class:`UsageError`.

    Only where a slash has no place: a chip's name may have one, and is looked up instead.
    """
    for name, given in values.items():
        parameter = known[name]
        if parameter.metavar not in _PLAIN:
            continue
        for text in given:
            if "/" in text or "\\" in text:
                raise UsageError(f"{parameter.written} must have no slash: {text!r}")


def _value(parameter: Parameter, given: Sequence[str]) -> Any:
    """The value of a parameter from its texts; None for one that was not given.

    A list for a parameter that can be repeated. Raises :class:`UsageError` for one that is missing,
    that is given too often, or that has a text of another kind.
    """
    if not given and parameter.required:
        raise UsageError(f"missing {parameter.written}: {parameter.help}")
    if parameter.repeatable:
        return [_one(parameter, text) for text in given] or None
    if len(given) > 1:
        raise UsageError(repeated_text(parameter.written, given))
    if given:
        return _one(parameter, given[0])
    return None


def _one(parameter: Parameter, text: str) -> Any:
    """One value; raises :class:`UsageError` for a text of another kind.

    A flag is true without a text, as in ``?strict``.
    """
    if parameter.form == Form.FLAG:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise UsageError(f"{parameter.written} must be true or false, not {text!r}")
        return text.lower() in _TRUE

    expected = "a number"
    try:
        if parameter.form == Form.WHOLE_NUMBER:
            expected = "a whole number"
            return whole_number(text)
        if parameter.form == Form.NUMBER:
            return float(exact(text))
    except QuantityError:
        raise UsageError(f"{parameter.written} must be {expected}, not {text!r}") from None
    return text


def _check_names(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> None:
    """Refuse an argument that is not the name of a chip: it could be a file of the machine.

    ``given`` has the value of each parameter. Raises :class:`~chipdb.errors.UnknownNameError` for a
    name that is not known.
    """
    # names are looked up where the command will look them up
    catalog = load()
    vintage = given.get("vintage")
    if vintage:
        catalog = load(vintage)
    for name, parameter in known.items():
        values = given[name]
        if not isinstance(values, list):
            values = [values]
        for value in values:
            if value is not None:
                _check_name(parameter, value, catalog)


def _check_name(parameter: Parameter, text: Any, catalog: Catalog) -> None:
    """Refuse the value of a parameter by what its placeholder stands for.

    Raises the error for an unknown name, and never looks for a file.
    """
    metavar = parameter.metavar or ""
    # the command would wait for an input that the caller cannot give
    if metavar.endswith("|-") and text == STANDARD_INPUT:
        raise UsageError(f"{parameter.written} must be a name, not standard input")
    # a model that is not known could be a file of the machine, too
    if metavar == MODEL and text not in models():
        raise UnknownNameError("model", text, choices=tuple(models()))
    # An id of a source, which `sources` takes as well, is not a file either.
    if metavar in (CHIP, "CHIP") and text not in bibliography():
        catalog.find(text)


def _called(command: str, given: Mapping[str, Any]) -> Report:
    """The report of a command, called with what was given and its own defaults for the rest.

    Options of a group go into the object that the command takes for the group. Raises what the
    command raises for values that it refuses.
    """
    function = _function(command)
    hints = _hints(function)
    of_groups: dict[str, dict[str, Any]] = {}
    for name in inspect.signature(function).parameters:
        if is_dataclass(hints[name]):
            of_groups[name] = {}

    own: dict[str, Any] = {}
    for parameter in parameters(command).values():
        value = given[parameter.name]
        # what was not given keeps the default of the command or of the group
        if value is None:
            continue
        if parameter.group in of_groups:
            of_groups[parameter.group][parameter.field] = value
        else:
            own[parameter.field] = value
    groups = {name: hints[name](**values) for name, values in of_groups.items()}
    report: Report = function(**own, **groups)
    return report

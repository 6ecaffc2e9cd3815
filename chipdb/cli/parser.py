"""The option parser: commands and options as typer knows them, built when a call needs them."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, NoReturn, get_args, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from chipdb.bounds import bounded_message
from chipdb.cli import options
from chipdb.cli.completion_words import COMPLETE_VARIABLE, completer_of
from chipdb.cli.error_text import repeated_text
from chipdb.cli.options import Argument, FormatOptions, Option, OutputOptions
from chipdb.errors import QuantityError, UsageError
from chipdb.relative_days import is_relative, stated_day
from chipdb.units import exact, whole_number
from chipdb.views.report import Report
from chipdb.views.safe_text import printable

COMMANDS = {
    "check": "Answers",
    "headroom": "Answers",
    "compare": "Answers",
    "near": "Answers",
    "flips": "Answers",
    "timeline": "Answers",
    "budget": "Answers",
    "sweep": "Answers",
    "estimate": "Answers",
    "equivalents": "Answers",
    "envelope": "Answers",
    "show": "Chips and rules",
    "list": "Chips and rules",
    "identify": "Chips and rules",
    "rules": "Chips and rules",
    "cite": "Chips and rules",
    "validate": "Quality of data",
    "audit": "Quality of data",
    "conflicts": "Quality of data",
    "sources": "Quality of data",
    "stale": "Quality of data",
    "plot": "Files",
    "explore": "Files",
    "site": "Files",
    "dossier": "Files",
    "export": "Files",
    "serve": "Services",
    "mcp": "Services",
    "new": "Files",
    "completion": "Files",
}
"""Every command and its section of the help. ``commands/NAME.py`` holds its function."""

SECTIONS = (
    options.OPTIONS,
    options.DESIGN,
    options.WORKLOAD,
    options.TRANSACTION,
    options.RULEBOOK,
    options.CHANGES,
    options.DATA,
    options.OUTPUT,
)
"""The sections of a command's options, in the order of the help."""
ARGUMENTS = "Arguments"
"""The section above them."""


class _Group(TyperGroup):
    """The commands, listed by section."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments before the command."""
        with _printable_errors():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Find the command, parse its arguments and run it."""
        with _printable_errors():
            return super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options into the help, then the commands by section."""
        # the group has few options of its own, so they need no sections
        records = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
        with formatter.section(options.OPTIONS):
            # a parameter without a record is hidden
            formatter.write_dl(list(filter(None, records)))

        # every section aligns its texts to the same column
        width = max(map(len, COMMANDS))
        rows: dict[str, list[tuple[str, str]]] = {section: [] for section in COMMANDS.values()}
        for name, command in self.commands.items():
            text = command.get_short_help_str(formatter.width)
            rows[COMMANDS[name]].append((name.ljust(width), text))
        for section, commands in rows.items():
            with formatter.section(section):
                formatter.write_dl(commands)


@contextmanager
def _printable_errors() -> Iterator[None]:
    """Escape the control characters in errors of the parser, which prints them itself."""
    try:
        yield
    except TyperException as error:
        error.message = bounded_message(printable(error.message))
        raise


class _Command(TyperCommand):
    """A command, its options listed by section, each single-value option accepted once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; raises :class:`UsageError` if a single-value option is repeated."""
        self._refuse_repeated_options(ctx, args)
        return super().parse_args(ctx, args)

    def _refuse_repeated_options(self, ctx: Any, args: list[str]) -> None:
        """Raise :class:`UsageError` for the first option that has one value and was given several.

        The parser itself would keep the last value: `--to VN --to IN` would answer for India only,
        and nothing in the output would say that Vietnam was not checked.
        """
        single_options = list(filter(_takes_one_value, self.get_params(ctx)))

        # The parser collects every value of an option that is repeatable, so all options are
        # repeatable while this parser is built. The call itself is parsed by another one.
        for parameter in single_options:
            parameter.multiple = True
        try:
            parser = self.make_parser(ctx)
        finally:
            for parameter in single_options:
                parameter.multiple = False

        # A copy, since the parser takes the arguments out of its list.
        values_by_name, _, _ = parser.parse_args(args=list(args))
        if values_by_name.get("help"):
            return
        for parameter in single_options:
            values = values_by_name.get(str(parameter.name)) or []
            if len(values) > 1:
                raise UsageError(repeated_text(parameter.opts[0], values))
            if values:
                _check_number(parameter, values[0])

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options into the help, by section."""
        sections: dict[str, list[tuple[str, str]]] = {name: [] for name in (ARGUMENTS, *SECTIONS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                section = _section_of(parameter)
                # --help comes last, after every other section
                if record[0] == "--help":
                    section = options.OUTPUT
                sections[section].append(record)

        for name, records in sections.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


def _check_number(parameter: Any, text: str) -> None:
    """Refuse a number that Python reads and people do not write, such as ``1_0``.

    Raises :class:`UsageError` in the words of the option.
    """
    read = {"int": whole_number, "float": exact}.get(parameter.type.name)
    if read is None:
        return
    try:
        read(text)
    except QuantityError as error:
        raise UsageError(f"{parameter.opts[0]}: {error}") from None


def _takes_one_value(parameter: Any) -> bool:
    """Return whether a parameter is an option with a value that may be given once."""
    if not isinstance(parameter, TyperOption):
        return False
    return not (parameter.multiple or parameter.is_flag or parameter.count)


def _section_of(parameter: Any) -> str:
    """Return the section of the help that a parameter is listed in."""
    if parameter.param_type_name == "argument":
        return ARGUMENTS
    return getattr(parameter, "rich_help_panel", None) or options.OPTIONS


def app_for(arguments: Sequence[str], leave: Callable[[int], NoReturn] = sys.exit) -> typer.Typer:
    """Build the application with the command that a call names, or with all commands.

    A command that returns a report ends by ``leave`` once its report is written.

    Only the named command is built, since all of them take longer to build than most to answer.
    A shell that asks for words names no command as an argument, so that all are built for it.
    """
    app = typer.Typer(
        cls=_Group,
        # prepares typer to answer shells, and would add options that `completion` replaces
        add_completion=COMPLETE_VARIABLE in os.environ,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_chipdb)
    if arguments and arguments[0] in COMMANDS:
        names: Iterable[str] = [arguments[0]]
    else:
        names = COMMANDS
    for name in names:
        module = importlib.import_module(f"chipdb.cli.commands.{name}")
        # `list` would hide the type of that name in its own module
        function = getattr(module, name, None) or getattr(module, f"{name}_")
        example = f"\b\nExample:\n  {module.EXAMPLE}"
        app.command(name, cls=_Command, epilog=example)(_parsed(function, leave))
    return app


def _version(wanted: bool) -> None:
    """Print the version and the hashes of the data, and end the call."""
    if wanted:
        from chipdb import __version__, data_files
        from chipdb.cli.output import emit

        data, rules = data_files.data_hash(), data_files.rules_hash()
        emit(f"chipdb {__version__}, data {data}, rules {rules}")
        raise typer.Exit


def _chipdb(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version and the hashes of data and rules.",
        ),
    ] = False,
) -> None:
    """Check AI chips against export rules, with every figure sourced."""


def _parsed(command: Callable[..., Any], leave: Callable[[int], NoReturn]) -> Callable[..., None]:
    """Turn a command into a function that typer reads: one parameter for each option.

    A parameter that is a group of options becomes its options, and the group is built again when
    the command is called. A command that returns a report has the options of its output as well,
    with which the report is written; then the call ends by ``leave``.
    """
    hints = get_type_hints(command, localns={"Report": Report}, include_extras=True)
    returns_report = hints.pop("return") is Report
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    parameters = _parameters_of(command, hints, groups)
    output_group: type[FormatOptions] | None = None
    if returns_report and not any(issubclass(group, FormatOptions) for group in groups.values()):
        output_group = OutputOptions
        parameters += _group_parameters(output_group)

    @wraps(command)
    def run(**given: Any) -> None:
        """Run the command with the parsed options, and end the call if it returns a report."""
        status = _run(command, given, groups, output_group)
        if status is not None:
            leave(status)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _run(
    command: Callable[..., Any],
    given: dict[str, Any],
    groups: Mapping[str, Any],
    output_group: type[FormatOptions] | None,
) -> int | None:
    """Build the groups from the parsed options, run the command and write its report.

    ``output_group`` are the options of the output where the command has none of its own. Returns
    the exit status of the report; None for a command that writes its output by itself.
    """
    from chipdb.cli.output import finish, note

    # resolved once, so that the note and the answer mean the same day
    notes = _resolve_days(given)
    output: FormatOptions | None = None
    # built before the command runs, so that a wrong format is refused at once
    if output_group is not None:
        output = _group_of(output_group, given)
    for name, group in groups.items():
        given[name] = _group_of(group, given)
        if isinstance(given[name], FormatOptions):
            output = given[name]

    report = command(**given)
    if output is None:
        note(notes)
        return None
    return finish(report.noting(notes), output)


def _parameters_of(
    command: Callable[..., Any], hints: Mapping[str, Any], groups: Mapping[str, Any]
) -> list[inspect.Parameter]:
    """Return a parameter of typer's for each option of a command, in the order of the help."""
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            parameters += _group_parameters(groups[name])
        else:
            parameters.append(_parameter(name, hints[name], parameter.default))
    return parameters


DAYS = ("on", "since", "until", "before", "after")
"""The parameters that take a day."""


def _resolve_days(given: dict[str, Any]) -> list[str]:
    """Replace days that are stated relative to today, and return a note on each.

    An answer is filed with the day that it is for, which "+30d" does not say tomorrow.
    """
    notes: list[str] = []
    for name in DAYS:
        text = given.get(name)
        if not isinstance(text, str) or not is_relative(text):
            continue
        try:
            day = stated_day(text).isoformat()
        except ValueError:
            # beyond the calendar, which the command refuses in the words of its parameter
            continue
        given[name] = day
        notes.append(f"{text} is {day}")
    return notes


def _parameter(name: str, hint: Any, default: Any) -> inspect.Parameter:
    """Return a parameter of typer's for a parameter of a command or a field of a group."""
    kind, declared = get_args(hint)
    parsed: Any = Annotated[kind, _typer_declaration(declared)]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=parsed
    )


def _typer_declaration(declared: Option | Argument) -> Any:
    """Return typer's form of a declared option or argument."""
    complete = completer_of(declared.metavar)
    if isinstance(declared, Argument):
        return typer.Argument(metavar=declared.metavar, help=declared.help, autocompletion=complete)
    return typer.Option(
        *declared.names,
        metavar=declared.metavar,
        help=declared.help,
        rich_help_panel=declared.section,
        autocompletion=complete,
    )


def _group_parameters(group: Any) -> list[inspect.Parameter]:
    """Return a parameter for each option of a group."""
    hints = get_type_hints(group, include_extras=True)
    return [_parameter(field.name, hints[field.name], field.default) for field in fields(group)]


def _group_of(group: Any, given: dict[str, Any]) -> Any:
    """Build a group from the values given for its options, and take these out."""
    values: dict[str, Any] = {}
    for field in fields(group):
        value = given.pop(field.name)
        # a repeatable option that was not given comes as an empty list
        if value == []:
            value = None
        values[field.name] = value
    return group(**values)

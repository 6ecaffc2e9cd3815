"""The application: every command by name, each built only when it is named, all of them for help."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Annotated

import typer

from chipdb.cli.groups import spread

COMMANDS = {
    "check": "commands",
    "headroom": "commands",
    "compare": "commands",
    "show": "commands",
    "list": "commands",
    "rules": "commands",
    "timeline": "time_commands",
    "near": "time_commands",
    "flips": "time_commands",
    "budget": "budget_command",
    "validate": "data_commands",
    "audit": "data_commands",
    "conflicts": "data_commands",
    "sources": "data_commands",
    "sweep": "sweep_command",
    "plot": "plot_command",
    "explore": "page_commands",
    "dossier": "dossier_command",
    "export": "data_commands",
}
"""The module of each command, in the order of the help."""


def _version(wanted: bool) -> None:
    if wanted:
        from chipdb import __version__, data_files
        from chipdb.cli.output import emit

        emit(
            f"chipdb {__version__}, data {data_files.data_hash()}, rules {data_files.rules_hash()}"
        )
        raise typer.Exit


def _top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Version, data hash, rules hash."
        ),
    ] = False,
) -> None:
    """Figures of AI chips, export rules as dated data, and the answers that follow."""


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The application with the command that the arguments name; with all of them where they name none."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_top)
    named = arguments[0] if arguments and arguments[0] in COMMANDS else None
    for name in [named] if named else COMMANDS:
        module = importlib.import_module(f"chipdb.cli.{COMMANDS[name]}")
        app.command(name)(spread(getattr(module, name, None) or getattr(module, f"{name}_")))
    return app

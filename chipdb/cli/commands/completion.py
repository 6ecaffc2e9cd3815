"""``chipdb completion``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import Argument

EXAMPLE = "chipdb completion bash >> ~/.bashrc"

Shell = Annotated[str, Argument(metavar="bash|zsh|fish", help="The shell to complete in.")]


def completion(shell: Shell) -> None:
    """Write the script that completes calls in a shell.

    With it, the tab key completes commands, options, chips, countries, rules and formats.
    Append the script to ~/.bashrc, or for zsh to ~/.zshrc after compinit; for fish, write it to
    ~/.config/fish/completions/chipdb.fish.
    """
    # typer's only public way prints the script from within a call of its own option
    from typer._completion_shared import get_completion_script

    from chipdb.cli.completion_words import COMPLETE_VARIABLE, SHELLS
    from chipdb.cli.output import emit
    from chipdb.errors import UsageError

    if shell not in SHELLS:
        raise UsageError(f"SHELL must be one of {', '.join(SHELLS)}, not {shell!r}")
    # the name of the variable is fixed, because scripts that were written earlier keep using it
    script = get_completion_script(prog_name="chipdb", complete_var=COMPLETE_VARIABLE, shell=shell)
    emit(script)

"""``chipdb mcp``."""

from __future__ import annotations

EXAMPLE = "chipdb mcp"


def mcp() -> None:
    """Serve the answers to agents as tools.

    The Model Context Protocol is spoken on standard input and output: a program that runs agents
    starts this command. The tools have the names and options of the commands.
    """
    from chipdb.cli.extras import needing

    with needing("mcp"):
        from chipdb.service.agent_tools import run
    run()

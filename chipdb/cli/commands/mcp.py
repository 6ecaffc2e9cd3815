"""``chipdb mcp``."""

from __future__ import annotations

EXAMPLE = "chipdb mcp"


def mcp() -> None:
    """Serve the answers to agents as tools.

    It speaks the Model Context Protocol on standard input and output, so a program that runs agents
    starts it. The tools have the names and options of the commands.
    """
    from chipdb.cli.extras import needing

    with needing("mcp"):
        from chipdb.service.agent_tools import run
    run()

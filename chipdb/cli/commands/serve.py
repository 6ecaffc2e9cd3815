"""``chipdb serve``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import option

EXAMPLE = "chipdb serve --port 8000"

Port = Annotated[int, option("--port", metavar="N", text="The port on this machine.")]

HIGHEST_PORT = 65_535


def serve(port: Port = 8000) -> None:
    """Serve the answers to other programs over HTTP.

    GET /api/COMMAND takes the options of the command as query parameters and gives its JSON;
    /docs describes every call. Only this machine can connect. Ctrl+C ends the service.
    """
    from chipdb.cli.extras import needing
    from chipdb.cli.output import note
    from chipdb.errors import UsageError

    if not 1 <= port <= HIGHEST_PORT:
        raise UsageError(f"--port must be from 1 to {HIGHEST_PORT:,}, not {port}")
    with needing("serve"):
        from chipdb.service.http import serve as run
    _check_free(port)
    note([f"http://127.0.0.1:{port} has the site, and /docs the calls; Ctrl+C ends the service"])
    run(port)


def _check_free(port: int) -> None:
    """Raise :class:`~chipdb.errors.UsageError` for a port that another program listens on."""
    import socket

    from chipdb.errors import UsageError

    with socket.socket() as probe:
        # as the server does, so that a port that was just released is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(f"--port {port}: {error.strerror}; choose another port") from None

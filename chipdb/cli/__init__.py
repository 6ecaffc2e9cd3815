"""The command line: thin commands over the library, heavy imports inside them.

Data goes to standard output, notes and errors to standard error.
"""

from __future__ import annotations

from chipdb.cli.main import main, script

__all__ = ["main", "script"]

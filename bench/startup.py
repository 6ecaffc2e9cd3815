"""How long one answer takes, as a multiple of starting Python and importing typer, the fixed cost of the command line.

Run with ``make bench``. Medians of paired runs on one machine in one go; only the ratios mean anything.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
BIN = Path(sys.executable).parent
BASE = [sys.executable, "-c", "import typer"]
COMMANDS = {
    "check a100": ["check", "a100", "--on", "2023-12-01"],
    "check b200, derated, to CN": ["check", "b200", "--derate", "compute=30%", "--to", "CN", "--on", "2026-06-01"],
    "check mi325x to CN": ["check", "mi325x", "--to", "CN", "--on", "2026-02-01"],
    "check mi308x to CN": ["check", "mi308x", "--to", "CN", "--on", "2026-02-01"],
    "show a100": ["show", "a100"],
}
FROM_YAML = [sys.executable, "-c", "from chipdb.catalog.catalog import read_records; read_records()"]
"""The whole catalog from YAML, validated: what a checkout with changed data pays."""


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=os.environ)  # noqa: S603 - our own command
    return time.perf_counter() - start


def ratio(command: list[str]) -> float:
    """The median ratio over runs taken in turn with the base."""
    return statistics.median(seconds(command) / seconds(BASE) for _ in range(RUNS))


def main() -> None:
    """Print the table."""
    seconds(BASE)
    rows = [(name, ratio([str(BIN / "chipdb"), *arguments])) for name, arguments in COMMANDS.items()]
    rows.append(("the whole catalog from YAML", ratio(FROM_YAML)))
    width = max(len(name) for name, _ in rows)
    lines = [f"{'command':<{width}}  times `import typer`", f"{'-' * width}  -------------------"]
    lines += [f"{name:<{width}}  {value:>19.2f}" for name, value in rows]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

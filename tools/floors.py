"""Print a pip constraint for the lowest version that ``pyproject.toml`` allows of each requirement.

``python tools/floors.py fast frames`` covers the build, the runtime and these two extras. A
requirement without a lower bound is an error: nobody could have tried it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
NAME = re.compile(r"[A-Za-z0-9._-]+")
FLOOR = re.compile(r"(?:>=|==)\s*([0-9][0-9A-Za-z.]*)")


def main() -> None:
    """Print the constraints, one a line."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    required = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in sys.argv[1:]:
        required += project["project"]["optional-dependencies"][extra]
    for name, version in sorted(floors(required).items()):
        sys.stdout.write(f"{name}=={version}\n")


def floors(required: list[str]) -> dict[str, str]:
    """The lowest version of each project that satisfies every requirement that names it."""
    lowest: dict[str, str] = {}
    for requirement in required:
        name = NAME.match(requirement)
        floor = FLOOR.search(requirement)
        if name is None or floor is None:
            sys.exit(f"{PROJECT.name}: {requirement!r} has no lower bound, such as 'pandas>=2.2'")
        project, version = name.group().lower(), floor.group(1)
        known = lowest.get(project)
        if known is None or _parts(known) < _parts(version):
            lowest[project] = version
    return lowest


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


if __name__ == "__main__":
    main()

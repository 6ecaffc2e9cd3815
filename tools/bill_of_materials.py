"""Check a bill of materials before it is published: it names what it must, and no path or host.

python tools/bill_of_materials.py dist/chipdb.cdx.json
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OF_THE_MACHINE = re.compile(r"file://|(?<![\w/.:-])/(?:home|root|tmp|work|opt|usr|srv|var)/")
"""What tells where a bill was made, which is nobody's business and differs on each machine."""


def problems_of(bill: dict[str, object], text: str, required: list[str]) -> list[str]:
    """What is wrong with a bill, in words."""
    problems = []
    if bill.get("bomFormat") != "CycloneDX":
        problems.append("is not a CycloneDX bill")
    components = bill.get("components")
    names = {str(entry["name"]).lower() for entry in components} if components else set()
    for name in required:
        if name.lower() not in names:
            problems.append(f"does not list {name}")
    found = OF_THE_MACHINE.search(text)
    if found is not None:
        problems.append(f"has a path of this machine: {text[found.start() :][:60]}")
    return problems


def required_packages() -> list[str]:
    """The packages that chipdb itself needs, without their versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.split(r"[\[<>=~! ]", entry)[0] for entry in project["dependencies"]]


def main() -> int:
    """Exit with 1 and a line for each problem."""
    path = Path(sys.argv[1])
    text = path.read_text(encoding="utf-8")
    problems = problems_of(json.loads(text), text, required_packages())
    for problem in problems:
        sys.stderr.write(f"{path}: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""Asking the scripts of the explorer page, which need Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "js"


def answer_of_script(name: str, given: Any) -> Any:
    """What a script of ``tests/js`` writes for what it is given, both as JSON."""
    node = shutil.which("node")
    assert node, "the scripts of the page need Node.js"
    ran = subprocess.run(
        [node, str(FOLDER / name)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)

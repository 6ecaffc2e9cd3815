"""Compiles the catalog and the rulebook when a wheel (or an editable install) is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface[Any]):
    """Runs chipdb's own readers over ``data/`` and writes ``chipdb/_compiled``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected; a wrong data file stops the build."""
        sys.path.insert(0, str(Path(self.root)))
        try:
            from chipdb.catalog.compilation import compile_catalog
            from chipdb.rules.rulebook import compile_rules

            compile_catalog()
            compile_rules()
        finally:
            sys.path.pop(0)

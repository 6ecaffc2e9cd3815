"""Build hooks: compile the data, and make a README for the package index."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# Pictures and links with an address of their own work anywhere and stay.
IMAGE = re.compile(r"!\[[^\]]*\]\((?!https?:)[^)]*\)\n*")
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)[^)]*\)")


class CompileData(BuildHookInterface[Any]):
    """Reads ``data/`` with chipdb's own readers and writes ``chipdb/_compiled``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected; an error in a data file stops the build."""
        # chipdb is not installed yet while it is built.
        sys.path.insert(0, str(Path(self.root)))
        try:
            from chipdb.catalog.compilation import compile_catalog
            from chipdb.rules.rulebook import compile_rules
            from chipdb.workloads.data import compile_workloads

            compile_catalog()
            compile_rules()
            compile_workloads()
        finally:
            # Other hooks of the same build must not import from here.
            sys.path.pop(0)


class IndexReadme(MetadataHookInterface):
    """Gives the package index a README without links to files that only the repository has."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the ``readme`` field."""
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": index_text(text)}


def index_text(readme: str) -> str:
    """The README without relative pictures, and with only the text of each relative link.

    Pictures go first: what is left of a picture inside a link would look like a link.
    """
    return LINK.sub(r"\1", IMAGE.sub("", readme))

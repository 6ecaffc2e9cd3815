"""The documentation site: `make docs` builds it, every warning an error."""

from __future__ import annotations

import chipdb

project = "chipdb"
author = "the chipdb developers"
copyright = author  # noqa: A001 - the name that Sphinx reads
release = chipdb.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_title = "chipdb"
html_copy_source = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!chipdb\b).*"), ("py:.*", r"chipdb\.(catalog\.(chip|catalog)|answers|metrics|rules)\..*")]
suppress_warnings = ["misc.highlighting_failure"]

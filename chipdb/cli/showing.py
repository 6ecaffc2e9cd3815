"""What ``show`` does, apart from reading its options."""

from __future__ import annotations

from chipdb.cli.changes import Changes


def shown(
    chip: str,
    changes: Changes,
    catalog: str | None = None,
    vintage: str | None = None,
    style: str = "table",
    output: str | None = None,
) -> None:
    """Print a chip."""
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.cli.print_answers import print_chip
    from chipdb.views.tables import check_format

    check_format(style)
    print_chip(entries_of([chip], catalog_of(catalog, vintage), changes), style, output)

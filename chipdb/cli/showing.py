"""What ``show`` does, apart from reading its options."""

from __future__ import annotations

from chipdb.cli.groups import CatalogOptions, ModifyOptions, OutputOptions


def shown(chip: str, changes: ModifyOptions, known: CatalogOptions, printed: OutputOptions) -> None:
    """Print a chip."""
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.cli.print_answers import print_chip

    print_chip(entries_of([chip], catalog_of(known), changes), printed.style, printed.output)

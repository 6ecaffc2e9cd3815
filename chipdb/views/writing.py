"""The commands that write documents, as functions: ``dossier``, ``explore``, ``site``, ``export``.

They take what callers of the library pass; the modules that they call take what it resolves to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    Rules,
    at_least_one,
    book_of,
    catalog_of,
    entries_of,
    expect,
    question_of,
    questions_of,
    with_quantity,
)
from chipdb.catalog.catalog import Catalog
from chipdb.solver.question import ENFORCED
from chipdb.whole_files import is_file

if TYPE_CHECKING:
    from chipdb.views.dossier.document import Dossier


def dossier(
    chips: Chips,
    *,
    on: str | date | None = None,
    to: Names | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rule: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    role: str | None = None,
    strict: bool = False,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
    quantity: int | None = None,
    format: str | None = None,  # noqa: A002 - the option's name
    output: File | None = None,
) -> Dossier:
    """Make the dated, cited worksheet of a check, with a part for each chip and destination.

    With ``output`` it is also written to that file, as markdown, html, json or docx by its ending
    or by ``format``. The same inputs give the same bytes. ``quantity`` is how many of a single chip
    are shipped, for the record. The other parameters are those of :func:`chipdb.check`.

    Raises :class:`~chipdb.errors.UnknownNameError` for a chip, country or rule that does not
    exist, :class:`~chipdb.errors.ParameterError` for a format or ending that does not and for a
    quantity below 1 or of several chips, :class:`~chipdb.errors.UsageError` for Word without the
    extra ``office``.

    >>> import chipdb
    >>> chipdb.dossier("H20", on="2026-06-01", to="CN").day
    '2026-06-01'
    """
    from chipdb.answers.check import checks_of
    from chipdb.views.dossier import file_bytes, format_of
    from chipdb.views.dossier.build import dossier as worksheet

    expect("quantity", quantity, int, None)
    expect("format", format, str, None)
    expect("output", output, str, Path, None)
    # The format is settled first, so that a wrong one is reported before any chip is checked.
    style = format_of(format, None if output is None else str(output))
    known = catalog_of(catalog, vintage)
    questions = questions_of(
        on=on,
        to=to,
        from_=from_,
        headquarters=headquarters,
        rule=rule,
        rules=rules,
        enact=enact,
        law=law,
        role=role,
        strict=strict,
    )

    # changes are made before anything is asked, so that every part of the sheet shows the same chip
    entries = entries_of(chips, known, derate=derate, set=set, drop=drop)
    at_least_one(entries)
    entries = with_quantity(entries, quantity)
    checks = [check for entry in entries for check in checks_of(entry, questions)]
    sheet = worksheet(checks, hashes_of({"rules": rules, "catalog": catalog}))
    if output is not None:
        _write(Path(output), file_bytes(sheet, style))
    return sheet


def hashes_of(files: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The labels and SHA-256 hashes of a user's own files that answers rest on.

    A value that is not a file, such as a catalog that was already read, has no hash.

    >>> hashes_of({"rules": (), "catalog": None})
    ()
    """
    hashes: list[tuple[str, str]] = []
    for name, file in files.items():
        if isinstance(file, str | Path) and is_file(file):
            digest = sha256(Path(file).read_bytes()).hexdigest()
            hashes.append((f"SHA-256 of your {name}", digest))
    return tuple(hashes)


def explore(
    output: File,
    *,
    on: str | date | None = None,
    to: str | None = None,
    rules: Rules = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Path:
    """Write the explorer, one page that works offline, and return its path.

    The page opens on ``on`` and ``to``: without them on the day it is opened, with no destination.
    Raises :class:`~chipdb.errors.UsageError` if the file cannot be written.
    """
    from chipdb.views.explorer.page import page

    expect("output", output, str, Path)
    asked = question_of(on=on, to=to)
    book = book_of(rules) or asked.rulebook
    # Without a day the page must use the reader's today, not the day on which it was written.
    day = None if on is None else asked.on
    text = page(catalog_of(catalog, vintage), book, day, asked.to)
    _write(Path(output), f"{text}\n".encode())
    return Path(output)


def site(
    output: File,
    *,
    on: str | date | None = None,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Path:
    """Write a static site with a page and a JSON file for each chip and rule; return its folder.

    The answers on the pages are those of ``on``, today by default. ``output`` is a new or empty
    folder, or one that a site was written into: addresses of earlier sites are kept.

    Raises :class:`~chipdb.errors.UsageError` for a folder that holds something else.
    """
    from chipdb.views.site.build import Site, questions_on, write_site

    expect("output", output, str, Path)
    questions = questions_on(on)
    known = catalog_of(catalog, vintage)
    write_site(Path(output), Site(known, questions[0].rulebook, questions).files())
    return Path(output)


def export(
    output: File,
    *,
    as_: str | None = None,
    table: str | None = None,
    with_answers: bool = False,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Path:
    """Write the data set as CSV, JSON, Parquet, SQLite, Excel or a data package; return its path.

    The ending of ``output`` selects the format unless ``as_`` does; without an ending it is a
    folder for a Frictionless data package. ``table`` writes one table only. ``with_answers`` adds
    to each chip its classification ``on`` a day, and its license for ``to``.
    Raises :class:`~chipdb.errors.UsageError` if the file cannot be written.
    """
    from chipdb.views import export as files

    expect("output", output, str, Path)
    expect("as_", as_, str, None)
    expect("table", table, str, None)
    # settled before the catalog is loaded, so that a wrong ending is refused at once
    kind = files.kind_of(str(output), as_)
    expect("with_answers", with_answers, bool)
    asked = question_of(on=on, to=to, from_=from_, headquarters=headquarters)
    question = asked if with_answers else None
    files.export(catalog_of(catalog, vintage), str(output), kind, table, question)
    return Path(output)


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all.

    A half-written worksheet could be filed by mistake.
    """
    from chipdb.whole_files import whole_file

    with whole_file(path) as fresh:
        fresh.write_bytes(data)

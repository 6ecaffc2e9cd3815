"""A compiled copy of the data is used only while it is that of the files.

An answer from an outdated copy would be wrong without a word, so every kind of edit is tried.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from chipdb import data_files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two data files in a folder of their own."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "chips.yaml").write_text("tpp: 2368\n")
    (tmp_path / "rules" / "us.yaml").write_text("at least: 4800\n")
    monkeypatch.setattr(data_files, "data_folder", lambda: tmp_path)
    return tmp_path


def files(folder: Path) -> list[Path]:
    """The data files that there are."""
    return sorted(folder.rglob("*.yaml"))


def same_size(folder: Path) -> None:
    """A figure becomes another one of as many digits, and the file keeps its time."""
    path = folder / "chips.yaml"
    before = path.stat()
    path.write_text("tpp: 2400\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def moved(folder: Path) -> None:
    """A line moves from the end of one file to the beginning of the next."""
    (folder / "chips.yaml").write_text("")
    (folder / "rules" / "us.yaml").write_text("tpp: 2368\nat least: 4800\n")


def renamed(folder: Path) -> None:
    """A file has another name."""
    (folder / "rules" / "us.yaml").rename(folder / "rules" / "eu.yaml")


def added(folder: Path) -> None:
    """There is an empty file more."""
    (folder / "rules" / "zz.yaml").write_text("")


EDITS = [same_size, moved, renamed, added]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("of", [data_files.checksum, data_files.digest])
def test_every_edit_gives_another_hash(
    folder: Path, edit: Callable[[Path], None], of: Callable[[list[Path]], str]
) -> None:
    before = of(files(folder))
    assert of(files(folder)) == before
    edit(folder)
    assert of(files(folder)) != before


def test_the_checksum_is_crc_32_of_names_and_contents(folder: Path) -> None:
    text = b"chips.yaml\0tpp: 2368\n\0rules/us.yaml\0at least: 4800\n\0"
    assert data_files.checksum(files(folder)) == f"{zlib.crc32(text):08x}-{len(text)}"


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_of_other_data_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(data_files, "COMPILED", folder / "compiled")
    monkeypatch.setitem(data_files._COMPILED_FROM, data_files.RULES, lambda: files(folder))
    data_files.compiled.cache_clear()
    try:
        assert data_files.compiled(data_files.RULES) is None
        data_files.write_compiled(data_files.RULES, {}, {"rulebook": [4800]})
        data_files.compiled.cache_clear()
        lines = data_files.compiled(data_files.RULES)
        assert lines is not None
        assert lines.record("rulebook") == [4800]
        data_files.compiled.cache_clear()
        edit(folder)
        assert data_files.compiled(data_files.RULES) is None
    finally:
        data_files.compiled.cache_clear()

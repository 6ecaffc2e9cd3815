"""Where a user's file is put: whole, and nothing that is no file is replaced."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from running import run

from chipdb.errors import UsageError
from chipdb.whole_files import whole_file

DAY = ("--on", "2024-06-01")


def test_a_pipe_stays_a_pipe_and_is_written_to(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with whole_file(pipe) as path:
        path.write_text("all of it")
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    reader.join(10)
    assert heard == [b"all of it"]
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    real, link = tmp_path / "folder" / "real.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    for text in ("new", "newer"):
        with whole_file(link) as path:
            path.write_text(text)
        assert link.is_symlink()
        assert real.read_text() == text
    assert [path.name for path in real.parent.iterdir()] == ["real.txt"]


def test_the_command_writes_through_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    run("check", "a100", *DAY, "-o", str(link))
    assert link.is_symlink()
    assert "3A090" in real.read_text()


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError, match=r"cannot write .*/a: "), whole_file(tmp_path / "a"):
        pass

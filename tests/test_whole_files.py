"""Where a user's file is put: whole, and nothing that is no file is replaced."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import DEVNULL, PIPE

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


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("old")
    file.chmod(mode)
    run("check", "a100", *DAY, "-o", str(file))
    assert "3A090" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "protected.txt"
    file.write_text("old")
    file.chmod(0o444)
    ran = run("check", "a100", *DAY, "-o", str(file))
    assert (ran.status, ran.out) == (2, "")
    assert "it is read-only" in ran.err
    assert file.read_text() == "old"


@pytest.mark.parametrize("old", ["old", "much longer than what is written " * 100])
def test_hard_links_show_the_new_content(tmp_path: Path, old: str) -> None:
    file, link = tmp_path / "file.txt", tmp_path / "link.txt"
    file.write_text(old)
    link.hardlink_to(file)
    with whole_file(file) as path:
        path.write_text("new")
        assert link.read_text() == old, "only a complete file is put in its place"
    assert file.read_text() == link.read_text() == "new"
    assert file.samefile(link)
    assert {path.name for path in tmp_path.iterdir()} == {"file.txt", "link.txt"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "of-somebody.txt"
    file.write_text("old")
    os.chown(file, 1, 2)
    with whole_file(file) as path:
        path.write_text("new")
    assert (file.read_text(), file.stat().st_uid, file.stat().st_gid) == ("new", 1, 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_process_that_is_ended_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "kept.txt").write_text("old")
    code = (
        "import pathlib, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from chipdb.whole_files import whole_file\n"
        "with whole_file(pathlib.Path('kept.txt')) as path:\n"
        "    path.write_text('half')\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(list(tmp_path.iterdir())) == 2, "the temporary file"
        process.send_signal(number)
        assert process.wait(30) != 0
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "old"

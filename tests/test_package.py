"""The package: a light import, a closed set of public names, the compiled data, and a wheel that works elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

import chipdb

ROOT = Path(__file__).parents[1]
HEAVY = {"pandas", "pint", "pydantic", "numpy", "yaml"}

EQUAL = """
import json
from chipdb import data_files
from chipdb.catalog.chip_files import read_records
from chipdb.rules.places import read_record
from chipdb.rules.rulebook import read_rulebook

chips = data_files.compiled("catalog.json", data_files.data_hash())
rules = data_files.compiled("rules.json", data_files.rules_hash())
written = read_records()
print(json.dumps({
    "ids": chips.header["ids"] == list(written),
    "records": {key: chips.record(key) for key in chips.header["ids"]} == json.loads(json.dumps(written)),
    "rulebook": rules.record("rulebook") == json.loads(json.dumps(read_rulebook())),
    "places": rules.record("places") == json.loads(json.dumps(read_record())),
    "folder": str(data_files.data_folder()),
}))
"""

ASK = """
import json, sys
import chipdb
answer = chipdb.check("H20", on="2024-01-01", to="CN").to_dict()
print(json.dumps({"tpp": answer["metrics"]["tpp"]["value"], "license": answer["license"]["required"],
                  "hash": answer["data"], "loaded": sorted(sys.modules), "file": chipdb.__file__}))
"""

COMPILE = """
from chipdb.catalog.compilation import compile_catalog
from chipdb.rules.rulebook import compile_rules
compile_catalog()
compile_rules()
"""


def python(
    code: str, folder: Path, interpreter: str | Path = sys.executable, path: Path | None = None
) -> Any:
    """What a fresh interpreter prints, as JSON; ``path`` is where it finds chipdb."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env = {**clean, "PYTHONPATH": str(path)} if path else clean
    done = subprocess.run(
        [interpreter, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")


def copy_of_the_checkout(folder: Path) -> Path:
    """The package and its data without anything compiled, so that no other test sees what happens to it."""
    skip = shutil.ignore_patterns("__pycache__", "_compiled")
    for name in ("chipdb", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, folder / path.name)
    return folder


def change_h20(chips: Path) -> None:
    """Turns the H20's rates of 296 to 400, all else staying as it is."""
    text = chips.read_text("utf-8")
    start = text.index("- id: nvidia-h20-96gb")
    end = text.index("- id: ", start + 1)
    entry = text[start:end]
    assert "296 T" in entry
    chips.write_text(text[:start] + entry.replace("296 T", "400 T") + text[end:], "utf-8")


class TestImport:
    """Contract, section 5: importing chipdb imports none of pandas, pint, pydantic, numpy; nor a YAML reader."""

    def test_imports_nothing_heavy(self, tmp_path: Path) -> None:
        loaded = python(
            "import json, sys, chipdb; print(json.dumps(sorted(sys.modules)))", tmp_path, path=ROOT
        )
        assert "chipdb" in loaded
        assert HEAVY & set(loaded) == set()

    def test_looking_at_it_imports_nothing_heavy(self, tmp_path: Path) -> None:
        loaded = python(
            "import json, sys, chipdb; dir(chipdb); print(json.dumps(sorted(sys.modules)))",
            tmp_path,
            path=ROOT,
        )
        assert HEAVY & set(loaded) == set()


class TestPublicNames:
    """Design 3: public names are a closed table, `__all__` is sorted; contract, section 5: about ten."""

    def test_sorted_and_without_repeats(self) -> None:
        assert chipdb.__all__ == sorted(set(chipdb.__all__))

    def test_complete(self) -> None:
        """Every name is there, and no public name is outside."""
        assert all(hasattr(chipdb, name) for name in chipdb.__all__)
        submodules = {path.stem for path in (ROOT / "chipdb").iterdir()}
        others = (
            {name for name in dir(chipdb) if not name.startswith("_")}
            - submodules
            - {"annotations", "TYPE_CHECKING", "Any"}
        )
        assert others == set(chipdb.__all__)
        assert {"load", "check", "headroom", "compare", "Chip", "ChipdbError"} <= others

    def test_about_ten(self) -> None:
        assert 8 <= len(chipdb.__all__) <= 13

    def test_what_is_public_says_what_it_is(self) -> None:
        assert chipdb.__doc__
        assert [name for name in chipdb.__all__ if not getattr(chipdb, name).__doc__] == []

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        name = "chekc"
        with pytest.raises(AttributeError, match=name):
            getattr(chipdb, name)

    def test_version(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "chipdb", "--version"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert chipdb.__version__ in done.stdout
        assert done.returncode == 0


class TestCompiled:
    """Design 5: a compiled copy with the hash of the YAML inside; where the hash differs the YAML is read."""

    @pytest.fixture
    def compiled(self, tmp_path: Path) -> Path:
        copy = copy_of_the_checkout(tmp_path)
        python(COMPILE, copy, path=copy)
        return copy

    def test_equals_the_yaml(self, compiled: Path) -> None:
        found = python(EQUAL, compiled, path=compiled)
        assert found.pop("folder") == str(compiled / "data")
        assert found == {"ids": True, "records": True, "rulebook": True, "places": True}

    def test_reads_one_chip_without_yaml(self, compiled: Path) -> None:
        found = python(ASK, compiled, path=compiled)
        assert (found["tpp"], found["license"]) == (296 * 8, "no")
        assert HEAVY & set(found["loaded"]) == set()

    def test_a_changed_yaml_is_read(self, compiled: Path) -> None:
        """400 x 8 = 3,200; and nothing is written at run time."""
        before = python(ASK, compiled, path=compiled)
        stamps = {
            path.name: path.read_bytes() for path in (compiled / "chipdb" / "_compiled").iterdir()
        }
        change_h20(compiled / "data" / "chips.yaml")
        after = python(ASK, compiled, path=compiled)
        assert after["tpp"] == 400 * 8
        assert after["hash"] != before["hash"]
        assert {
            path.name: path.read_bytes() for path in (compiled / "chipdb" / "_compiled").iterdir()
        } == stamps

    def test_without_a_compiled_copy_the_yaml_is_read(self, tmp_path: Path) -> None:
        copy = copy_of_the_checkout(tmp_path)
        assert python(ASK, copy, path=copy)["tpp"] == 296 * 8
        assert not (copy / "chipdb" / "_compiled").exists()


class TestWheel:
    """`data/` is inside the wheel, which works in an empty environment from another directory."""

    def test_installed_wheel(self, tmp_path: Path) -> None:
        """Built, installed with its dependencies, asked, changed: one test, since this takes a while."""
        source, elsewhere = tmp_path / "source", tmp_path / "elsewhere"
        source.mkdir()
        elsewhere.mkdir()
        copy_of_the_checkout(source)
        build = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--outdir",
            str(tmp_path / "dist"),
            str(source),
        ]
        subprocess.run(build, check=True, capture_output=True, cwd=elsewhere)
        (wheel,) = (tmp_path / "dist").glob("chipdb-*.whl")

        venv.create(tmp_path / "env", with_pip=True)
        interpreter = tmp_path / "env" / "bin" / "python"
        subprocess.run(
            [interpreter, "-m", "pip", "install", "--quiet", str(wheel)],
            check=True,
            capture_output=True,
            cwd=elsewhere,
        )
        shutil.rmtree(source)

        found = python(ASK, elsewhere, interpreter)
        assert Path(found["file"]).is_relative_to(tmp_path / "env")
        assert (found["tpp"], found["license"]) == (296 * 8, "no")
        assert HEAVY & set(found["loaded"]) == set()

        equal = python(EQUAL, elsewhere, interpreter)
        data = Path(equal.pop("folder"))
        assert data.is_relative_to(tmp_path / "env")
        assert set(equal.values()) == {True}

        command = [
            tmp_path / "env" / "bin" / "chipdb",
            "check",
            "a100",
            "--on",
            "2023-12-01",
            "--to",
            "CN",
            "--format",
            "json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=elsewhere)
        (answer,) = json.loads(done.stdout)
        assert done.returncode == 1
        assert answer["classification"]["provisions"] == ["3A090.a.1", "3A090.a.2"]

        page = tmp_path / "chips.html"
        command = [tmp_path / "env" / "bin" / "chipdb", "explore", "-o", page]
        subprocess.run(command, check=True, capture_output=True, cwd=elsewhere)
        assert page.read_text(encoding="utf-8").endswith("</html>\n\n")

        change_h20(data / "chips.yaml")
        assert python(ASK, elsewhere, interpreter)["tpp"] == 400 * 8
        assert list(elsewhere.iterdir()) == []

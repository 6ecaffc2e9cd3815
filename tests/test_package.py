"""The package: a light import, a closed set of public names, the compiled data, and a wheel that
works elsewhere.
"""

from __future__ import annotations

import doctest
import email
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from readme_renderer import markdown

import chipdb

ROOT = Path(__file__).parents[1]
HEAVY = {"pandas", "pint", "pydantic", "numpy", "yaml"}

EQUAL = """
import json
from chipdb import data_files
from chipdb.catalog.chip_files import read_chip_records
from chipdb.rules.places import read_record
from chipdb.rules.rulebook import read_rulebook

chips = data_files.compiled(data_files.CATALOG)
rules = data_files.compiled(data_files.RULES)
written = read_chip_records()
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
    """The package and its data without anything compiled, so that no other test sees what happens
    to it.
    """
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
    """The specification: importing chipdb imports none of pandas, pint, pydantic, numpy; nor a
    YAML reader.
    """

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
    """Public names are a closed table, `__all__` is sorted; about
    ten.
    """

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

    def test_few_beside_the_commands(self) -> None:
        """A function for each command that answers or writes, and what those take and return."""
        assert 20 <= len(chipdb.__all__) <= 32

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
    """A compiled copy with the hash of the YAML inside; where the hash differs the YAML
    is read.
    """

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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the source distribution of a checkout that is gone when the tests begin."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    source.mkdir()
    copy_of_the_checkout(source)
    for name in ("bench", "docs", "tests", "tools"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("_build"))
    build = [sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(source)]
    done = subprocess.run(build, check=False, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(source)
    (wheel,) = (folder / "dist").glob("chipdb-*.whl")
    (sources,) = (folder / "dist").glob("chipdb-*.tar.gz")
    return {"wheel": wheel, "sources": sources}


@pytest.fixture(scope="module")
def environment(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("environment") / "env"
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, str(built["wheel"])], check=True, capture_output=True, cwd=folder)
    return folder


def python_of(page: Path) -> str:
    """The Python examples of a page, one after the other, without their output."""
    examples = doctest.DocTestParser().get_examples(page.read_text("utf-8"))
    return "".join(example.source for example in examples)


@pytest.mark.wheel
class TestWheel:
    """`data/` is inside the wheel, which works in an empty environment from another directory."""

    def test_installed_wheel(self, environment: Path, tmp_path: Path) -> None:
        """Asked in Python and on the command line, from an empty folder that stays empty."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        interpreter = environment / "bin" / "python"
        found = python(ASK, elsewhere, interpreter)
        assert Path(found["file"]).is_relative_to(environment)
        assert (found["tpp"], found["license"]) == (296 * 8, "no")
        assert HEAVY & set(found["loaded"]) == set()

        equal = python(EQUAL, elsewhere, interpreter)
        data = Path(equal.pop("folder"))
        assert data.is_relative_to(environment)
        assert set(equal.values()) == {True}

        command = [environment / "bin" / "chipdb", "check", "a100", "--on", "2023-12-01"]
        command += ["--to", "CN", "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=elsewhere)
        (answer,) = json.loads(done.stdout)
        assert done.returncode == 1
        assert answer["classification"]["provisions"] == ["3A090.a.1", "3A090.a.2"]

        page = tmp_path / "chips.html"
        command = [environment / "bin" / "chipdb", "explore", "-o", page]
        subprocess.run(command, check=True, capture_output=True, cwd=elsewhere)
        assert page.read_text(encoding="utf-8").endswith("</html>\n\n")

        chips = data / "chips.yaml"
        before = chips.read_text("utf-8")
        change_h20(chips)
        assert python(ASK, elsewhere, interpreter)["tpp"] == 400 * 8
        chips.write_text(before, "utf-8")
        assert list(elsewhere.iterdir()) == []

    @pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
    def test_examples_type_check_against_it(
        self, page: str, environment: Path, tmp_path: Path
    ) -> None:
        """py.typed is shipped: mypy reads the types of the installed package."""
        code = python_of(ROOT / page)
        assert "chipdb." in code
        assert strict_mypy(code, environment, tmp_path) == ""

    def test_a_wrong_call_does_not_type_check(self, environment: Path, tmp_path: Path) -> None:
        """Where a package ships no types, everything is Any and nothing would be found."""
        errors = strict_mypy("import chipdb\n\nchipdb.load().ids + 1\n", environment, tmp_path)
        assert "[operator]" in errors


def strict_mypy(code: str, environment: Path, folder: Path) -> str:
    """What ``mypy --strict`` finds in a script that uses the packages of an environment."""
    script = folder / "example.py"
    script.write_text(code, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    command += ["--config-file", os.devnull, "--cache-dir", str(environment / "cache")]
    command += ["--python-executable", str(environment / "bin" / "python"), script.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.wheel
class TestDistributions:
    """What a package index and a packager of a distribution receive."""

    def test_the_sources_have_what_the_checks_need(self, built: dict[str, Path]) -> None:
        with tarfile.open(built["sources"]) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert {
            "Makefile",
            "bench/measured.py",
            "build_hook.py",
            "chipdb/py.typed",
            "data/chips.yaml",
            "docs/conf.py",
            "docs/index.md",
            "tests/test_package.py",
            "tools/packages.sh",
        } <= names
        assert not [name for name in names if name.startswith((".git/", ".venv"))]

    def test_the_wheel_has_types_and_licenses(self, built: dict[str, Path]) -> None:
        with zipfile.ZipFile(built["wheel"]) as archive:
            names = archive.namelist()
        assert "chipdb/py.typed" in names
        assert {Path(name).name for name in names} >= {"LICENSE", "LICENSE-DATA", "ATTRIBUTION.md"}

    def test_the_readme_renders_without_links_to_nowhere(self, built: dict[str, Path]) -> None:
        with zipfile.ZipFile(built["wheel"]) as archive:
            (name,) = [each for each in archive.namelist() if each.endswith("/METADATA")]
            metadata = email.message_from_bytes(archive.read(name))
        assert metadata["Description-Content-Type"] == "text/markdown"
        problems = io.StringIO()
        page = markdown.render(metadata.get_payload(), stream=problems)
        assert page, problems.getvalue()
        targets = re.findall(r'(?:href|src)="([^"]*)"', page)
        assert [each for each in targets if not each.startswith(("http", "#"))] == []

    def test_no_address_is_made_up(self, built: dict[str, Path]) -> None:
        """The project has none."""
        with zipfile.ZipFile(built["wheel"]) as archive:
            (name,) = [each for each in archive.namelist() if each.endswith("/METADATA")]
            metadata = email.message_from_bytes(archive.read(name))
        assert metadata.get_all("Project-URL") is None
        assert metadata["Home-page"] is None

"""Places to run the program in."""

from __future__ import annotations

import socket
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

from tests.server.cli.place import ROOT, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Place:
    return Place(tmp_path, forked=False)


@pytest.fixture
def installed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with the program of the wheel, installed into a virtual environment. The packages that it depends on are
    those of this environment."""
    built, environment = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("environment")
    run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)],
        cwd=ROOT,
        check=True,
    )
    venv.create(environment, with_pip=False)
    python, (wheel,) = str(environment / "bin" / "python"), built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check"]
    run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    libraries = sysconfig.get_path("purelib")
    (libraries_here,) = environment.glob("lib/python*/site-packages")
    # Python reads no `.pth` file there, so the editable install of this checkout is not found.
    (libraries_here / "libraries.pth").write_text(libraries)
    place = Place(tmp_path, forked=False, program=[str(environment / "bin" / "switchboard")])
    del place.env["PYTHONPATH"]
    asked = [python, "-c", "import server; print(server.__file__)"]
    found = run(asked, cwd=tmp_path, env=place.env, capture_output=True, text=True, check=True)
    assert Path(found.stdout).is_relative_to(environment)
    return place


@pytest.fixture(scope="module")
def with_ada(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where ada@desk.example is an agent and old@desk.example is disabled, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("ada"))
    place.add()
    place.add("old@desk.example")
    place.done("user", "disable", "--email", "old@desk.example")
    return place


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another program holds: a server that tries to listen on it says so."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])

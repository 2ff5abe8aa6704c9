"""`switchboard doctor` as people run it: its lines, and its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program is started, with an hours file."""
    (tmp_path / "hours.yaml").write_bytes((ROOT / "hours.yaml").read_bytes())
    return tmp_path


def doctor(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What it prints, started in a folder with nothing of ours set but its data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("SWITCHBOARD_")}
    env = {**kept, "PYTHONPATH": str(ROOT), "SWITCHBOARD_DATA": str(folder / "data"), **variables}
    program = [sys.executable, "-c", "from server.cli import main; main()", "doctor", *words]
    return subprocess.run(program, cwd=folder, env=env, capture_output=True, text=True, timeout=30, check=False)


def test_warnings_alone_are_no_failure(folder: Path) -> None:
    """Exit status 0, plain lines without colours, and a last line that counts."""
    ended = doctor(folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout
    assert "warning  addresses: BASE_URL is unset" in ended.stdout
    assert "         -> set SWITCHBOARD_BASE_URL" in ended.stdout
    assert ended.stdout.splitlines()[-1].startswith("Nothing to mend, ")


def test_what_is_bad_ends_with_2(folder: Path) -> None:
    """All of it is said: hours named on the command line, settings that no server starts with."""
    (folder / "bad.yaml").write_text("timezone: Mars\n")
    ended = doctor(folder, "--hours", "bad.yaml", SWITCHBOARD_REDIS_URL="redis://localhost")
    assert (ended.returncode, ended.stderr) == (2, "")
    bad = [line for line in ended.stdout.splitlines() if line.startswith("bad ")]
    assert any("redis:" in line for line in bad) and any("hours: bad.yaml:" in line for line in bad)
    assert " to mend, " in ended.stdout.splitlines()[-1]
    ended = doctor(folder, SWITCHBOARD_BRAND_COLOR="blue", SWITCHBOARD_SECRET="short")
    assert ended.returncode == 2
    assert ended.stdout.count("bad      settings: SWITCHBOARD_") == 2 and ended.stdout.endswith("no warnings.\n")

"""`examples/systemd/`: the unit, checked by systemd's own tool."""

from __future__ import annotations

from pathlib import Path
from subprocess import PIPE, STDOUT, run

from tests.running import ROOT

UNIT = ROOT / "examples" / "systemd" / "switchboard.service"
PROGRAM = "/opt/switchboard/.venv/bin/switchboard"
EXPOSURE_AT_MOST = 20
"""Of 100, by `systemd-analyze security`. A unit without any protection has more than 90."""


def here(folder: Path) -> Path:
    """The unit with the program of this checkout."""
    text = UNIT.read_text(encoding="utf-8")
    assert text.count(PROGRAM) == 1
    installed = folder / UNIT.name
    installed.write_text(text.replace(PROGRAM, str(ROOT / ".venv/bin/switchboard")), encoding="utf-8")
    return installed


def analyze(*arguments: str) -> str:
    ended = run(["systemd-analyze", *arguments], stdout=PIPE, stderr=STDOUT, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def test_unit_is_valid(tmp_path: Path) -> None:
    """Of an unknown key, and of a value that it cannot read, the tool only warns."""
    warnings = analyze("verify", "--man=no", "--recursive-errors=no", str(here(tmp_path)))
    assert UNIT.name not in warnings, warnings


def test_unit_gives_the_desk_few_rights(tmp_path: Path) -> None:
    analyze("security", "--offline=yes", f"--threshold={EXPOSURE_AT_MOST}", str(here(tmp_path)))

"""`switchboard doctor` as people run it: its lines, and its exit status."""

from __future__ import annotations

from pathlib import Path

from tests.server.cli.place import Place


def test_doctor_with_only_warnings_exits_with_0(tmp_path: Path) -> None:
    """Its lines have no colours. The last line is a summary."""
    said = Place(tmp_path, forked=False).done("doctor")
    assert "\x1b" not in said
    assert "warning  addresses: BASE_URL is unset" in said
    assert "         -> set SWITCHBOARD_BASE_URL" in said
    assert said.splitlines()[-1].startswith("Nothing to fix, ")


def test_doctor_with_faults_exits_with_2(tmp_path: Path) -> None:
    """All faults are listed, including settings that keep the server from starting."""
    place = Place(tmp_path)
    (tmp_path / "bad.yaml").write_text("timezone: Mars\n")
    ended = place.run("doctor", "--hours", "bad.yaml", SWITCHBOARD_REDIS_URL="redis://localhost")
    assert (ended.returncode, ended.stderr) == (2, b"")
    lines = ended.stdout.decode().splitlines()
    bad = [line for line in lines if line.startswith("bad ")]
    assert any("redis:" in line for line in bad) and any("hours: bad.yaml:" in line for line in bad)
    assert " to fix, " in lines[-1]
    ended = place.run("doctor", SWITCHBOARD_BRAND_COLOR="blue", SWITCHBOARD_SECRET="short")
    assert ended.returncode == 2
    said = ended.stdout.decode()
    assert said.count("bad      settings: SWITCHBOARD_") == 2 and said.endswith("no warnings.\n")

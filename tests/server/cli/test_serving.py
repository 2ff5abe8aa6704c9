"""`switchboard serve` as people run it: what it starts with, and what it does not start with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.server.cli.place import DEADLINE_S, ROOT, Place

SMALLEST = """\
timezone: America/New_York
schedules:
  standard: {mon: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: standard}
"""


def test_help_imports_no_heavy_modules() -> None:
    heavy = "{'sqlalchemy', 'uvicorn', 'pydantic', 'starlette', 'msgspec', 'pytz', 'yaml'} & set(sys.modules)"
    script = f"import sys, server.cli; print(sorted({heavy}))"
    ended = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=DEADLINE_S, check=True,
    )  # fmt: skip
    assert ended.stdout == "[]\n"


# -- what it does not start with ---------------------------------------------------------


@pytest.mark.parametrize("command", ["serve --port 0", "migrate", "token create --email x@desk.example"])
def test_every_bad_setting_is_reported_at_once(place: Place, command: str) -> None:
    lines = place.refused(*command.split(), SWITCHBOARD_BRAND_COLOR="blue", SWITCHBOARD_RATE_LIMITS="many")
    assert [line.split(":")[0] for line in lines] == ["SWITCHBOARD_BRAND_COLOR", "SWITCHBOARD_RATE_LIMITS"]


@pytest.mark.parametrize("command", ["serve --port {}", "user add --email x@d.example --name X --role agent", "hours"])
def test_every_fault_of_the_hours_file_is_reported_at_once(place: Place, taken: str, command: str) -> None:
    """By the start and by any other command that needs the teams. No port is opened and no database created."""
    bad = SMALLEST.replace("New_York", "New_Yrok").replace("09:00-17:00", "12:00-09:00")
    (place.folder / "bad.yaml").write_text(bad.replace("schedule: standard", "schedule: night, colour: red"))
    lines = place.refused(*command.format(taken).split(), "--hours", "bad.yaml")
    assert [line.split(": ")[:2] for line in lines] == [
        ["bad.yaml:1", "America/New_Yrok"],
        ["bad.yaml:3", "12:00-09:00"],
        ["bad.yaml:5", "colour"],
        ["bad.yaml:5", "night"],
    ]
    assert not (place.data / "switchboard.db").exists()


def test_bad_settings_and_bad_hours_are_reported_together(place: Place, taken: str) -> None:
    """Faults in variables, in `.env` and in the hours file. Secret values are not shown."""
    (place.folder / "hours.yaml").write_text(SMALLEST.replace("New_York", "Nowhere"))
    (place.folder / ".env").write_text("SWITCHBOARD_BASE_URL=support.example\nSWITCHBOARD_TRUSTED_PROXIES=everybody\n")
    bad = {
        "SWITCHBOARD_SECRET": "short",
        "SWITCHBOARD_SMTP_URL": "mail",
        "SWITCHBOARD_IDENTITY_SECRET": "short",
        "SWITCHBOARD_WIDGET_ORIGINS": "planner.example",
        "SWITCHBOARD_BRAND_NAME": "x" * 81,
    }
    lines = place.refused("serve", "--port", taken, **bad)
    said = {line.split(": ")[0] if not line.startswith(".env") else line.split(": ")[1] for line in lines}
    assert said == {*bad, "SWITCHBOARD_BASE_URL", "SWITCHBOARD_TRUSTED_PROXIES", "hours.yaml:1"}
    assert [line.split(": ")[0] for line in lines if line.startswith(".env")] == [".env:1", ".env:2"]
    assert not any("short" in line.split(": ")[1] for line in lines)
    assert not (place.data / "switchboard.db").exists()


def test_missing_hours_file_is_refused_with_advice(shell: Place) -> None:
    (shell.folder / "hours.yaml").unlink()
    assert shell.refused("serve", "--port", "0") == [
        "hours.yaml: no such file: set --hours FILE or SWITCHBOARD_HOURS, or start in the folder of hours.yaml"
    ]


def test_port_in_use_or_foreign_host_is_refused_with_advice(place: Place, taken: str) -> None:
    """The host may be the address of another machine, or an invalid name. The exit code is 2."""
    assert place.refused("serve", "--port", taken) == [
        f"--port {taken}: in use on 127.0.0.1. Stop the program that uses it, or choose another port."
    ]
    assert place.refused("serve", "--host", "no such host", "--port", "0")[0].startswith("--host no such host: not an")
    assert place.refused("serve", "--host", "192.0.2.1", "--port", "0")[0].startswith("--host 192.0.2.1: ")


def test_second_server_on_one_folder_is_refused(place: Place) -> None:
    """The message names the process that uses it. After that one was killed the next may start."""
    with place.serving() as served:
        (line,) = place.refused("serve", "--port", "0")
        assert line == (
            f"{place.data}: a server already uses this folder (process {served.process.pid}). "
            "Stop it first, or choose another folder with --data."
        )
    with place.serving() as served:
        assert served.get("/healthz") == {"status": "ok"}


def test_several_processes_on_sqlite_are_refused(place: Place) -> None:
    """They need PostgreSQL. With it, tests/faults/test_workers.py runs them."""
    assert place.refused("serve", "--workers", "2") == [
        "--workers 2: more than one process needs PostgreSQL. Set SWITCHBOARD_DATABASE_URL, or omit --workers."
    ]
    assert "need PostgreSQL" in place.refused("serve", SWITCHBOARD_REDIS_URL="redis://cache")[0]


def test_unreachable_database_is_refused_without_its_password(place: Place) -> None:
    """With status 1, after which service managers try again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://desk:geheim@127.0.0.1:{taken.getsockname()[1]}/desk"
        ended = place.run("serve", SWITCHBOARD_DATABASE_URL=url, SWITCHBOARD_SECRET="x" * 32)
    (line,) = ended.stderr.decode().splitlines()
    assert ended.returncode == 1
    assert line.startswith("Cannot use the database: ")
    assert "geheim" not in line


# -- what it starts with -----------------------------------------------------------------


def test_serve_prints_its_address_once_ready(shell: Place, place: Place) -> None:
    """People added meanwhile can sign in immediately. SIGTERM ends the server cleanly, and everything is there after
    the next start."""
    with shell.serving() as served:
        assert served.printed == [f"Switchboard is ready at {served.url}"]
        served.until(lambda: served.status("/readyz") == 200, "it is ready")
        assert [team["team"] for team in served.get("/api/hours")["teams"]][:2] == ["media", "prod"]
        place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
        token = place.done("token", "create", "--email", "ada@desk.example").strip()
        assert served.get("/api/me", Authorization=f"Bearer {token}")["email"] == "ada@desk.example"
        assert served.get("/api/me", Cookie=served.sign_in("ada@desk.example", "correct horse"))["name"] == "Ada"
        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 0
    assert (shell.folder / "stderr").read_text() == ""
    with place.serving() as served:
        assert served.get("/api/me", Authorization=f"Bearer {token}")["email"] == "ada@desk.example"


def test_unwise_settings_print_warnings(place: Place) -> None:
    """The server starts anyway, because chats may be under way. The secret is not shown."""
    (place.folder / "open").mkdir(mode=0o755)
    place.env |= {"SWITCHBOARD_RATE_LIMITS": "off", "SWITCHBOARD_SECRET": "s" * 40}
    place.env |= {"SWITCHBOARD_DATA": str(place.folder / "open")}
    with place.serving():
        said = (place.folder / "stderr").read_text()
    assert "SWITCHBOARD_RATE_LIMITS is off" in said
    assert "Warning: SECRET is easy to guess" in said and "chmod 700" in said
    assert "ssss" not in said


def test_second_signal_stops_immediately(shell: Place) -> None:
    with shell.serving() as served:
        host, port = served.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            served.get("/healthz")
            served.process.send_signal(signal.SIGTERM)
            served.until(lambda: not _is_listening(host, int(port)), "it listens no more")
            assert served.process.poll() is None
            served.process.send_signal(signal.SIGTERM)
            assert served.ended() == 0


def _is_listening(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port)).close()
    except ConnectionError:
        # Refused, or reset if it stopped in this very moment.
        return False
    return True

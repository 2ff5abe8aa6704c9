from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from tests.running import running
from tools import pen


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://127.8.9.1:80/"])
def test_desk_of_this_machine_is_tried(url: str) -> None:
    assert pen.checked(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000",
        "https://127.0.0.1",
        "http://10.0.0.1",
        "http://128.0.0.1",
        "http://support.example.com",
        "http://127.0.0.1@evil.example",
        "http://evil.example@127.0.0.1",
        "http://2130706433",
        "http://127.0.0.1:80/elsewhere",
        "http://0x7f000001",
        "http://[::1]:8000",
        "127.0.0.1:8000",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(pen.NotOurs):
        pen.checked(url)


@pytest.mark.parametrize("url", ["http://10.0.0.1:80", "http://localhost:80", "http://127.0.0.1@evil.example"])
def test_desk_elsewhere_is_not_started(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pen.main(["--url", url]) == 2
    assert "127.0.0.0/8" in capsys.readouterr().err


def test_address_of_another_program_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(pen.NotOurs):
        pen.free(f"http://127.0.0.1:{other.getsockname()[1]}")


def test_address_without_a_port_gets_a_free_one() -> None:
    assert int(pen.free("http://127.0.0.1").rsplit(":", 1)[1]) > 0


def test_desk_gets_no_settings_and_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATA", "/elsewhere")
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    names = pen._environment(tmp_path)
    assert not {"SWITCHBOARD_DATA", "https_proxy"} & names.keys() and names["XDG_DATA_HOME"].startswith(str(tmp_path))


def test_report_names_each_part() -> None:
    text = pen.report("http://127.0.0.1:1", {"Own requests": (["/: no header"], ""), "wapiti": ([], "Ran to its end.")})
    assert "- /: no header" in text and "## wapiti\n\nRan to its end.\n\n- Nothing found." in text


def test_internal_errors_in_the_log_are_findings() -> None:
    log = '{"event": "request_failed", "path": "/x"}\n{"event": "started"}\n'
    assert pen.faults_of(log) == ['{"event": "request_failed", "path": "/x"}']


async def test_own_requests_find_nothing(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as desk:
        assert await asyncio.to_thread(pen.own_checks, f"http://127.0.0.1:{desk.port}") == []


def test_slow_answers_and_what_is_right_here_are_no_findings_of_wapiti() -> None:
    case = {"method": "GET", "path": "/x", "info": "500"}
    found = {
        "vulnerabilities": {"SQL Injection": [case], "Secure Flag cookie": [case]},
        "anomalies": {"Resource consumption": [case]},
    }
    assert list(pen.told(found)) == ["SQL Injection: GET /x: 500"]

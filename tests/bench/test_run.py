from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import figures, processes, run
from bench.figures import Load, Void
from bench.processes import Cores
from bench.run import Plan

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="server and driver need a core each"),
]


@pytest.fixture
def cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cores:
    """Two cores, and a folder of this test's own to write to."""
    monkeypatch.setattr(processes, "OUT", tmp_path)
    monkeypatch.setattr(run, "OUT", tmp_path)
    server, driver, *_ = sorted(os.sched_getaffinity(0))
    return Cores(server, driver)


def test_smoke(cores: Cores) -> None:
    """A few pairs on both servers, a fixed rate and idle customers: every message complete, in order, and counted."""
    plan = Plan(1, seconds=1, rate_seconds=2, warm_up=0.1, idle=20, loads=(Load(3, window=2), Load(2, rate=20)))
    result = run.measure(plan, cores)
    assert [load.name for load, _ in result.loads] == ["3 pairs", "2 chats × 20/s"]
    for _, (each,) in result.loads:
        assert each.relay.messages > 0 and each.switchboard.messages > 0
        assert each.switchboard.first_messages == each.switchboard.pairs
    assert result.idle is not None
    assert "| CPU µs a message, 3 pairs |" in result.table()
    assert result.record("command", {"code": "x"})["loads"]


def test_driver_tells_what_is_wrong(cores: Cores) -> None:
    """A token that nobody has ends the run with the server's refusal in the driver's sentence."""
    data = processes.OUT / "desk"
    processes.new_desk(data, agents=1)
    (data / "tokens").write_text(f"sb_{'x' * 43}\n")
    with processes.switchboard(cores, data) as server, pytest.raises(Void, match="agent 0: closed with 4001"):
        processes.drive(server, cores, ["--pairs", "1"], seconds=0.1, warm_up=0)


def test_one_core_for_both_is_void(capsys: pytest.CaptureFixture[str]) -> None:
    """Where server and driver would share a core nothing is measured, and the status says so."""
    assert run.main(["--server-core", "0", "--driver-core", "0"]) == 1
    assert "server and driver need a core each" in capsys.readouterr().err


def test_counter_is_checked_against_the_running_server(cores: Cores) -> None:
    """What the server counts of a message that the driver did not send makes the run void."""
    data = processes.OUT / "desk"
    processes.new_desk(data, agents=2)
    with processes.switchboard(cores, data) as server:
        before = figures.counted(server.get("/metrics"))
        report = processes.drive(server, cores, ["--pairs", "1"], seconds=0.1, warm_up=0)
        after = figures.counted(server.get("/metrics"))
        figures.check_counter(report, before, after)
        with pytest.raises(Void):
            figures.check_counter(report, before - 1, after)

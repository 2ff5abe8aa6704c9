from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from bench import driver, figures, processes, run
from bench.comparisons.environment import Environment
from bench.figures import Load, Subject, Void
from bench.processes import Cores
from bench.run import Bench, Plan, Record

pytestmark = [
    pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="server and driver need a core each"),
]


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Pairs, watched pairs, a fixed rate, idle customers, a restart, and pairs without a socket. Every message is
    complete, in order and counted, and everybody reconnects as the same person."""
    watched = Load(2, window=2, watched=True)
    # A fixed rate that any machine keeps up with: what half of its saturation is depends on the hour.
    calm = Load(2, rate=10)
    loads: tuple[tuple[Load, tuple[Subject, ...]], ...] = ((watched, ("switchboard",)), (calm, ("relay",)))
    plan = Plan(1, seconds=0.4, rate_seconds=0.4, warm_up=0.1, loads=loads, idle=(20,), storm=20)
    record = Record("command", {"code": "x"}, 0)
    run.measure(plan, cores, record)
    (each,) = record.rounds
    assert list(each.loads) == [watched.name, calm.name]
    driven = each.loads[watched.name]["switchboard"]
    assert driven.messages > 0 and driven.watched == driven.sent and driven.first_messages == driven.pairs
    assert {report.rate for report in each.loads[calm.name].values()} == {10}
    for who in run.BOTH:
        assert each.held[20][who].seconds > 0
        assert each.storms[who].clients == 20 and each.storms[who].tries >= 20
    assert each.disk is not None and each.disk.p99_ms > 0
    assert each.fallback_us is not None and each.fallback_us > 0
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


def test_shared_core_for_server_and_driver_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--server-core", "0", "--driver-core", "0"]) == 1
    assert "server and driver need a core each" in capsys.readouterr().err


def test_false_counter_and_unknown_token_make_the_run_void(cores: Cores) -> None:
    """A counted message that the driver did not send, or a refusal, whose close code is in the driver's error."""
    processes.new_desk(cores.out / "desk", agents=1)
    with processes.switchboard(cores, cores.out / "desk") as server:
        before = figures.counted(server.get("/metrics"))
        report = driver.drive(server, cores, ["--pairs", "1"], seconds=0.1, warm_up=0)
        after = figures.counted(server.get("/metrics"))
        figures.check_counter(report, before, after)
        with pytest.raises(Void):
            figures.check_counter(report, before - 1, after)
        assert server.tokens is not None
        server.tokens.write_text(f"sb_{'x' * 43}\n")
        with pytest.raises(Void, match="agent 0: closed with 4001"):
            driver.drive(server, cores, ["--pairs", "1"], seconds=0.1, warm_up=0)


def test_comparison_with_unstored_messages_is_void(cores: Cores) -> None:
    """With an ORM session per message it does the same work. If its table lacks a message, the run is void."""
    nothing = Environment(Path(), Path(), Path())
    bench = Bench(Plan(1, seconds=0.2, rate_seconds=1, warm_up=0), cores, Path(), nothing)
    report = bench.measured("orm_session", Load(2))
    assert report.messages > 0 and report.us > 0
    with pytest.raises(Void, match="an ORM session a message: -1 messages in the database where"):
        figures.check_stored("orm_session", report, -1)


def test_plan_without_comparisons_measures_the_rest() -> None:
    """An excluded comparison is left out of every load. A load with nothing to drive is skipped."""
    plan = run.FULL.without(run.COMPARED)
    assert {who for _, subjects in plan.loads for who in subjects} == {"relay", "switchboard"}
    assert [load for load, _ in plan.loads] == [load for load, _ in run.FULL.loads]
    assert run.FULL.without(("switchboard",)).supervisors == 0

from __future__ import annotations

from bench.figures import Back, Flushes, Held, Load, Report, Round, Subject
from bench.verdicts import CALM, HALF, HUNDRED, IDLE, TEN, THOUSAND, WATCHED


def report(us: float, *, p50: float = 1.0, p99: float = 2.0) -> Report:
    """A message cost so much; a busy server did as many as that allows."""
    return Report(
        pairs=100,
        window=1,
        rate=0,
        seconds=1.0,
        messages=round(1e6 / us),
        server_cpu_s=round(1e6 / us) * us / 1e6,
        server_busy=1.0,
        driver_idle=0.5,
        others_busy=0.01,
        p50_ms=p50,
        p99_ms=p99,
        sent=10,
        first_messages=0,
        oks=10,
        events=10,
        watched=0,
    )


def a_round(ours: float = 40.0, a: float = 25.0, late: float = 0.4) -> Round:
    """Everything measured, where a message costs `ours`, the relay `a` (more with more pairs), and
    takes `late` ms longer than the relay's."""
    loads: dict[str, dict[Subject, Report]] = {
        load.name: {"relay": report(a * by_a), "switchboard": report(ours * by_ours)}
        for load, by_a, by_ours in ((TEN, 0.8, 0.8), (HUNDRED, 1.0, 1.0), (THOUSAND, 2.0, 1.6))
    }
    loads[HUNDRED.name] |= {"socketio": report(90), "orm_session": report(700), "channels": report(800)}
    loads[WATCHED.name] = {"switchboard": report(ours * 1.2)}
    for load in (CALM, HALF):
        loads[load.name] = {
            "relay": report(a, p50=0.3, p99=0.9),
            "switchboard": report(ours, p50=0.3 + late, p99=0.9 + late),
        }
    held: dict[int, dict[Subject, Held]] = {
        count: {"relay": Held(25.0, 8.0), "switchboard": Held(20.0, 9.5)} for count in IDLE
    }
    back = Back(clients=5_000, tries=12_345, down_s=3.1, half_s=2.0, all_s=6.4, cpu_s=5.2)
    return Round(loads, held, {"relay": back, "switchboard": back}, 600.0, Flushes(0.2, 0.5))


def without(each: Round, load: Load, subject: Subject) -> Round:
    del each.loads[load.name][subject]
    return each

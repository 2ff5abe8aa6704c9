from __future__ import annotations

import msgspec
import pytest

from bench import hostile, hostile_table
from bench.attacks import ATTACKS
from bench.hostile import Plan
from bench.hostile_table import Beside, Measured, Record, Round
from bench.processes import Cores

REST = Measured(p50_ms=1.0, p99_ms=2.0, ready_ms=5.0, not_ready=0, sign_in_ms=300.0, refused=0)


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """A small desk is measured at rest, during an attack over the socket, and during one over HTTP."""
    record = Record("command", {"code": "x"})
    plan = Plan(rounds=1, seconds=0.5, warm_up=0.1, tickets=200, attacks=["pongs", "phrases"])
    hostile.measure(plan, cores, record)
    (each,) = record.rounds
    for name, beside in each.attacks.items():
        for told in (beside.rest, beside.attacked):
            assert told.p50_ms is not None and told.not_ready == told.refused == 0, name
    assert "connections" in each.attacks["pongs"].did
    assert "200" in each.attacks["phrases"].did or "400" in each.attacks["phrases"].did
    text = hostile_table.page(record)
    assert text.count("| H") == 2 and "A, the bare relay, at rest" in text
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


def test_each_attack_has_a_display_name() -> None:
    assert hostile_table.NAMES.keys() == ATTACKS.keys()


@pytest.mark.parametrize(
    ("attacked", "said"),
    [
        (REST, "met, and the aim"),
        (msgspec.structs.replace(REST, p50_ms=6.0, p99_ms=52.0), "met, and the aim"),
        (msgspec.structs.replace(REST, p99_ms=52.1), "met |"),
        (msgspec.structs.replace(REST, p50_ms=6.1), "missed"),
        (msgspec.structs.replace(REST, ready_ms=1_001.0), "missed"),
        (msgspec.structs.replace(REST, not_ready=1), "5 ms, 1 not ready"),
        (msgspec.structs.replace(REST, not_ready=1), "missed"),
        (msgspec.structs.replace(REST, sign_in_ms=2_001.0), "missed"),
        (msgspec.structs.replace(REST, refused=1), "missed"),
        (msgspec.structs.replace(REST, p50_ms=None, p99_ms=None), "some did not arrive"),
    ],
)
def test_table_says_whether_each_bound_is_met(attacked: Measured, said: str) -> None:
    """Each bound is relative to the same desk at rest."""
    row = hostile_table.table([Round((0.5, 1.0), {"pongs": Beside(REST, attacked, "")})]).splitlines()[2]
    assert said in row

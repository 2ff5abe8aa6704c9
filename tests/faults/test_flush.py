from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import pytest

from server.settings import Settings
from tests.faults.flushing import Flushing, traceable, traced
from tests.faults.load import at_work
from tests.faults.seeded import FAULTS
from tests.faults.server import ServerProcess, free_port
from tests.running import store_of

pytestmark = [pytest.mark.faults]

SENDS = 300


@pytest.mark.parametrize("fault", ["nothing", "an_ack_before_the_commit"])
async def test_an_acknowledgement_never_precedes_its_flush(tmp_path: Path, fault: str) -> None:
    """Of 300 concurrent sends, each `ok` is sent after the flush of its message, by the order of the server's system
    calls. A server that does otherwise is detected."""
    settings = Settings(data=tmp_path / "data")
    store = await store_of(settings)
    server = ServerProcess(settings.data, free_port(), before=partial(traceable, FAULTS[fault]))
    trace = tmp_path / "trace"
    try:
        await server.start()
        async with traced(server.pid, trace):
            async with at_work(store, server.port, customers=4, agents=1) as load:
                await load.written(SENDS)
                assert await load.end(store) == []
            await server.end(signal.SIGTERM)
    finally:
        server.close()
        await store.close()
    answered = {id_ for one in load.everybody for id_, answers in one.history.answers.items() if answers}
    flushing = Flushing(answered)
    with trace.open(errors="replace") as lines:
        flushing.read(lines)
    assert set(flushing.acknowledged) == answered and len(answered) >= SENDS
    assert flushing.flushes > 0
    assert bool(flushing.too_early) is (fault != "nothing")


LOG, SOCKET = "9</data/switchboard.db-wal>", "15<socket:[7]>"
OK = r'sendto(15<socket:[7]>, "\201~{\"type\":\"ok\",\"id\":\"m1\"}", 30, 0, NULL, 0) = 30'


@pytest.mark.parametrize(
    ("calls", "too_early"),
    [
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"1 fdatasync({LOG}) = 0", f"2 {OK}"], False),
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"2 {OK}", f"1 fdatasync({LOG}) = 0"], True),
        ([f"1 fdatasync({LOG}) = 0", f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"2 {OK}"], True),
        ([f'1 pwrite64({LOG}, "m2", 2, 0) = 2', f"1 fdatasync({LOG}) = 0", f"2 {OK}"], True),
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', "1 fdatasync(9</data/switchboard.db>) = 0", f"2 {OK}"], True),
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"1 fdatasync({LOG}) = -1 EIO (Input/output error)", f"2 {OK}"], True),
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"1 fdatasync({LOG} <unfinished ...>", f"2 {OK}",
          "1 <... fdatasync resumed>)           = 0"], True),
        ([f'1 pwrite64({LOG}, "m1", 2, 0) = 2', f"1 fdatasync({LOG} <unfinished ...>",
          "1 <... fdatasync resumed>)           = 0", f"2 {OK}"], False),
        ([f'3 pwrite64({LOG}, "m1", 2, 0 <unfinished ...>', f"1 fdatasync({LOG}) = 0",
          "3 <... pwrite64 resumed>) = 2", f"2 {OK}"], True),
    ],
)  # fmt: skip
def test_early_acknowledgement_is_found_in_the_call_order(calls: list[str], too_early: bool) -> None:
    """A flush counts if it succeeded, was of the log, began after the write and ended before the `ok`."""
    flushing = Flushing(["m1"])
    flushing.read(calls)
    assert flushing.acknowledged == ["m1"]
    assert bool(flushing.too_early) is too_early

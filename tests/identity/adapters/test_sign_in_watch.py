from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from identity.adapters.sign_in_watch import AUDITED_AN_HOUR, NOTIFY_FROM, Reason, SignInWatch
from identity.adapters.store import SqlStore
from identity.audit import AuditLine
from identity.ports import FailedSignIns
from storage.opening import open_storage
from storage.ports import Storage, StorageUnavailable
from tests.running import SettableClock

SECRET = b"a secret of the tests, long enough for it"
HERE, NETWORK = "203.0.113.77", "203.0.113.0/24"
MAYA = "maya@desk.example"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(1_764_000_000_000)


@pytest.fixture
def counted() -> Counter[Reason]:
    return Counter()


@pytest.fixture
def watch(storage: Storage, clock: SettableClock, counted: Counter[Reason]) -> SignInWatch:
    return SignInWatch(storage, clock, SECRET, lambda reason: counted.update([reason]))


async def audited(storage: Storage) -> list[AuditLine]:
    query = partial(SqlStore().audit, since=0, person=None, limit=10_000)
    return list(await storage.read(query))


async def told(storage: Storage, user: str = "u1") -> FailedSignIns | None:
    return await storage.read(lambda tx: SqlStore().failed_sign_ins(tx, user))


async def test_flood_of_failures_is_two_lines_with_a_count(
    watch: SignInWatch, storage: Storage, clock: SettableClock, counted: Counter[Reason]
) -> None:
    with capture_logs() as lines:
        for _ in range(500):
            watch.failed("password", MAYA, "u1", HERE, (1, clock()))
        watch.failed("unknown", "nobody@desk.example", None, HERE, (1, clock()))
        clock.forward(60)
        await watch.save()
    assert counted == {"password": 500, "unknown": 1}
    assert [(line["event"], line["reason"], line["network"]) for line in lines] == [
        ("sign_in_failed", "password", NETWORK),
        ("sign_in_failed", "unknown", NETWORK),
        ("sign_in_failed", "password", NETWORK),
    ]
    assert lines[0]["who"] != lines[1]["who"] and len(lines[0]["who"]) == 12
    assert lines[2]["left_out"] == 499
    kept = await audited(storage)
    assert [(line.verb, line.thing_id, line.network, line.detail.get("left_out")) for line in kept] == [
        ("fail", "u1", NETWORK, None),
        ("fail", None, NETWORK, None),
        ("fail", None, NETWORK, 499),
    ]
    assert "desk.example" not in f"{lines}{kept}" and HERE not in f"{lines}{kept}"


async def test_audit_lines_are_limited_per_hour(watch: SignInWatch, storage: Storage, clock: SettableClock) -> None:
    for minute in range(60):
        for network in range(100):
            watch.failed("password", MAYA, "u1", f"10.{minute}.{network}.1", (1, clock()))
        clock.forward(60)
        await watch.save()
    assert len(await audited(storage)) <= AUDITED_AN_HOUR + 2
    clock.forward(3_600)
    watch.failed("password", MAYA, "u1", HERE, (1, clock()))
    await watch.save()
    kept = await audited(storage)
    left_out = [line.detail["left_out"] for line in kept if "left_out" in line.detail]
    assert len(kept) - len(left_out) + sum(many for many in left_out if isinstance(many, int)) == 6_001


async def test_person_is_notified_from_ten_failures_on(
    watch: SignInWatch, storage: Storage, clock: SettableClock
) -> None:
    since = clock()
    for count in range(1, NOTIFY_FROM):
        watch.failed("password", MAYA, "u1", HERE, (count, since))
    await watch.save()
    assert await told(storage) is None
    for count in (NOTIFY_FROM, NOTIFY_FROM + 1):
        clock.forward(1)
        watch.failed("code", MAYA, "u1", "198.51.100.4", (count, since))
    for reason in ("limited", "busy"):
        watch.failed(reason, MAYA, "u1", HERE, (NOTIFY_FROM + 1, since))
    watch.failed("unknown", "nobody@desk.example", None, HERE, (NOTIFY_FROM, since))
    await watch.save()
    assert await told(storage) == FailedSignIns(since, NOTIFY_FROM + 1, clock(), "198.51.100.0/24")
    watch.failed("password", MAYA, "u1", HERE, (NOTIFY_FROM + 2, since))
    await watch.save()
    assert await told(storage) == FailedSignIns(since, NOTIFY_FROM + 2, clock(), NETWORK)
    assert await told(storage, "u2") is None
    await storage.write(lambda tx: SqlStore().forget_failed_sign_ins(tx, "u1"))
    assert await told(storage) is None


async def test_unsaved_lines_are_saved_later(
    watch: SignInWatch, storage: Storage, clock: SettableClock, tmp_path: Path
) -> None:
    closed = await open_storage(f"sqlite:///{tmp_path}/closed.db")
    await closed.close()
    watch.failed("password", MAYA, "u1", HERE, (NOTIFY_FROM, clock()))
    watch.storage = closed
    with pytest.raises(StorageUnavailable):
        await watch.save()
    watch.failed("password", MAYA, "u1", HERE, (NOTIFY_FROM + 1, clock()))
    with pytest.raises(StorageUnavailable):
        await watch.save()
    watch.storage = storage
    for _ in range(2):
        await watch.save()
    assert len(await audited(storage)) == 1
    found = await told(storage)
    assert found is not None and found.count == NOTIFY_FROM + 1

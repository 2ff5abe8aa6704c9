from __future__ import annotations

from pathlib import Path

import pytest

from bus.adapters.memory import MemoryTransport
from bus.ports import Link, Receive, Unreachable
from server.operations.doctor_bus import carries, examine_bus
from server.settings import load
from tests.redis_server import redis_server
from tests.servers import database

SECRET = "a secret of the tests, long enough for it"


class Deaf(MemoryTransport):
    """A transport like PgBouncer in transaction mode: it takes payloads, and delivers none."""

    async def connect(self, receive: Receive) -> Link:
        return await super().connect(lambda payload: None)


async def test_transport_that_delivers_is_told_from_one_that_does_not() -> None:
    assert await carries(MemoryTransport())
    assert not await carries(Deaf(), within_s=0.01)


async def test_transport_that_is_down_is_unreachable() -> None:
    transport = MemoryTransport()
    transport.go_down()
    with pytest.raises(Unreachable):
        await carries(transport)


def test_bus_is_not_examined_on_sqlite_or_if_its_server_is_away(tmp_path: Path) -> None:
    assert list(examine_bus(load(data=tmp_path))) == []
    given = {"database_url": "postgresql://desk@127.0.0.1:1/desk", "secret": SECRET}
    assert list(examine_bus(load(data=tmp_path, **given))) == []
    assert list(examine_bus(load(data=tmp_path, **given, redis_url="redis://127.0.0.1:1"))) == []


@pytest.mark.scaled
def test_messages_through_redis_arrive_if_the_user_may_use_the_channel(tmp_path: Path) -> None:
    """Then PostgreSQL needs no notifications."""
    with redis_server() as server:
        for user, rights in (("all", "&*"), ("deaf", "resetchannels"), ("mute", "&* -publish")):
            server.execute("ACL", "SETUSER", user, "on", ">geheim", "~*", "+@all", *rights.split())
        for user, level in (("all", "ok"), ("deaf", "warning"), ("mute", "warning")):
            url = f"unix://{user}:geheim@{server.socket}"
            given = {"database_url": "postgresql://desk@127.0.0.1:1/desk", "secret": SECRET, "redis_url": url}
            (finding,) = examine_bus(load(data=tmp_path, **given))
            assert (finding.level, finding.area) == (level, "bus")
            assert ("REDIS_URL" in finding.found) == (level == "warning")


@pytest.mark.scaled
def test_notifications_of_postgresql_arrive(tmp_path: Path) -> None:
    with database("postgresql", tmp_path, migrated=False) as url:
        (finding,) = examine_bus(load(data=tmp_path, database_url=url, secret=SECRET))
    assert (finding.level, finding.area) == ("ok", "bus")

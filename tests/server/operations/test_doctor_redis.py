from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.operations.doctor_redis import examine_redis, of_buffer
from server.settings import load
from tests.redis_server import RedisServer, redis_server
from tests.servers import database

SECRET = "a secret of the tests, long enough for it"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as it:
        yield it


def found(
    folder: Path, url: str, database_url: str | None, prefix: str = "switchboard:", *, starts: bool = False
) -> list[tuple[str, str]]:
    settings = load(data=folder, database_url=database_url, secret=SECRET, redis_url=url, redis_prefix=prefix)
    return [(finding.level, finding.found) for finding in examine_redis(settings, starts=starts)]


def test_redis_without_postgresql_is_refused(tmp_path: Path) -> None:
    assert list(examine_redis(load(data=tmp_path))) == []
    ((level, sentence),) = found(tmp_path, "redis://127.0.0.1:1", None)
    assert level == "bad" and "without DATABASE_URL" in sentence


@pytest.mark.scaled
def test_second_desk_with_the_same_prefix_is_refused(server: RedisServer, database_url: str, tmp_path: Path) -> None:
    """The first one is the first that starts. `doctor` sets no marker."""
    assert [level for level, _ in found(tmp_path, server.url, database_url)] == ["ok"]
    assert server.execute("KEYS", "*") == []
    for _ in range(2):
        assert [level for level, _ in found(tmp_path, server.url, database_url, starts=True)] == ["ok"]
    with database("postgresql", tmp_path) as other:
        ((level, sentence),) = found(tmp_path, server.url, other)
        assert level == "bad" and "another desk uses this Redis" in sentence
        assert [level for level, _ in found(tmp_path, server.url, other, "staging:")] == ["ok"]


@pytest.mark.scaled
def test_server_that_evicts_or_is_a_replica_or_is_away_is_named(database_url: str, tmp_path: Path) -> None:
    with redis_server() as own:
        own.execute("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        own.execute("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 512kb 60")
        levels = dict(found(tmp_path, own.url, database_url))
        assert [level for level, _ in found(tmp_path, own.url, database_url)] == ["bad", "warning", "ok"]
        assert any("allkeys-lru" in sentence for sentence in levels.values())
    ((level, sentence),) = found(tmp_path, own.url, database_url)
    assert level == "warning" and "cannot be reached" in sentence


@pytest.mark.scaled
def test_wrong_password_is_named(database_url: str, tmp_path: Path) -> None:
    with redis_server() as own:
        own.execute("CONFIG", "SET", "requirepass", "secret")
        ((level, sentence),) = found(tmp_path, own.url, database_url)
        assert level == "bad" and "refuses" in sentence


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ("", 0),
        ("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", 0),
        ("pubsub 0 0 0", 0),
        ("pubsub 1048576 0 0", 1),
        ("pubsub 33554432 65536 1", 1),
    ],
)
def test_small_output_buffer_is_named(limits: str, named: int) -> None:
    assert len(list(of_buffer(limits))) == named

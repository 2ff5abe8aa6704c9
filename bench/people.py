"""Adds the benchmark's people to a data folder in bulk, through the regular services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from clock import system_clock
from identity.actor import Role
from identity.adapters.people import People
from refusals import Refused
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Tx

SECRET = "a secret for benchmarks on PostgreSQL"
AT_A_TIME = 100
"""Number of people per transaction."""
_SUPERVISOR = "all@bench.example"


def settings_of(data: Path, url: str | None) -> Settings:
    """The settings of a desk on the database `url`. None stands for the file in `data`."""
    if url is None:
        return Settings(data=data, database_url=None)
    return Settings.model_construct(data=data, database_url=SecretStr(url), secret=SecretStr(SECRET))


def seed(data: Path, *, people: int, team: str, role: Role = "agent", url: str | None = None) -> list[str]:
    """Add `people` new people with `role` to `team`, in the migrated desk in `data`. `url` is the URL of its database,
    None for the file in `data`.

    Returns a bearer token for each person. The people have no password, and are away until they change their status.
    """
    return asyncio.run(_seed(data, people, team, role, url))


async def _seed(data: Path, count: int, team: str, role: Role, url: str | None) -> list[str]:
    settings = settings_of(data, url)
    storage = await open_storage(settings.storage_url)
    people = People(storage, system_clock, settings.secret_bytes())
    try:
        tokens: list[str] = []
        for first in range(0, count, AT_A_TIME):
            numbers = range(first, min(first + AT_A_TIME, count))
            tokens += await storage.write(partial(_some, people=people, numbers=numbers, team=team, role=role))
        return tokens
    finally:
        people.close()
        await storage.close()


def supervisor_token(data: Path, url: str | None) -> str:
    """A new bearer token of the supervisor of all teams, who is added to the desk in `data` if there is none yet."""
    return asyncio.run(_token(settings_of(data, url), _SUPERVISOR, _add_supervisor))


def agent_token(data: Path, url: str | None) -> str:
    """A new bearer token of the first agent that `seed` added to the desk in `data`."""
    return asyncio.run(_token(settings_of(data, url), _email("agent", 0)))


async def _token(settings: Settings, email: str, add: Callable[..., None] | None = None) -> str:
    storage = await open_storage(settings.storage_url)
    people = People(storage, system_clock, settings.secret_bytes())
    try:
        if add is not None:
            with suppress(Refused):
                await storage.write(partial(add, people=people))
        return await storage.write(lambda tx: people.identity.create_token(tx, email, system_clock()))
    finally:
        people.close()
        await storage.close()


def _add_supervisor(tx: Tx, *, people: People) -> None:
    """Raises Refused if there is one."""
    people.identity.add_user(
        tx, email=_SUPERVISOR, name="Supervisor", role="supervisor", teams=[], known_teams=[], now=system_clock()
    )


def _some(tx: Tx, *, people: People, numbers: Iterable[int], team: str, role: Role) -> list[str]:
    return [_one(tx, people, number, team, role) for number in numbers]


def _one(tx: Tx, people: People, number: int, team: str, role: Role) -> str:
    now, email = system_clock(), _email(role, number)
    people.identity.add_user(
        tx, email=email, name=f"{role.capitalize()} {number}", role=role, teams=[team], known_teams=[team], now=now
    )
    return people.identity.create_token(tx, email, now)


def _email(role: Role, number: int) -> str:
    return f"{role}{number}@bench.example"

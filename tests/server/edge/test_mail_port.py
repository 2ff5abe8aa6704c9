"""The port for mail: an answer for each recipient, and limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.edge.mail_port import CONNECTIONS_MAX, RECIPIENTS_MAX
from tests.posting import posted_desk
from tests.running import RunningDesk, SettableClock

MEDIA, TECH = "media@teams.example", "tech@teams.example"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with posted_desk(tmp_path / "data", SettableClock()) as (started, _):
        yield started


class Talk:
    """A conversation over LMTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def begun(cls, desk: RunningDesk) -> Talk:
        assert desk.app.mail_port is not None
        return cls(*await asyncio.open_connection("127.0.0.1", desk.app.mail_port))

    async def code(self) -> str:
        """The status of the next answer."""
        line = await self._reader.readline()
        while line[3:4] == b"-":
            line = await self._reader.readline()
        return line[:3].decode()

    async def say(self, text: str) -> str:
        self._writer.write(f"{text}\r\n".encode())
        return await self.code()

    async def end(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def test_each_recipient_is_answered(desk: RunningDesk) -> None:
    talk = await Talk.begun(desk)
    assert await talk.code() == "220"
    assert await talk.say("LHLO mx.example") == "250"
    assert await talk.say("MAIL FROM:<ana@x.example>") == "250"
    recipients = (MEDIA, "nobody@x.example", TECH)
    assert [await talk.say(f"RCPT TO:<{to}>") for to in recipients] == ["250", "550", "250"]
    assert await talk.say("DATA") == "354"
    assert [await talk.say("From: ana@x.example\r\n\r\nHi\r\n."), await talk.code()] == ["250", "250"]
    assert await talk.say("QUIT") == "221"
    await talk.end()


async def test_recipients_and_connections_are_limited(desk: RunningDesk) -> None:
    talks = [await Talk.begun(desk) for _ in range(CONNECTIONS_MAX)]
    assert {await talk.code() for talk in talks} == {"220"}
    late = await Talk.begun(desk)
    assert await late.code() == "421"
    await late.end()
    first = talks[0]
    await first.say("LHLO mx.example")
    await first.say("MAIL FROM:<>")
    answers = [await first.say(f"RCPT TO:<{MEDIA}>") for _ in range(RECIPIENTS_MAX + 1)]
    assert answers == ["250"] * RECIPIENTS_MAX + ["452"]
    for talk in talks:
        await talk.end()


async def test_open_connection_is_cut_when_the_desk_stops(tmp_path: Path) -> None:
    async with posted_desk(tmp_path / "data", SettableClock()) as (desk, _):
        talk = await Talk.begun(desk)
        assert await talk.code() == "220"
    with contextlib.suppress(ConnectionError):
        assert await talk.code() == ""
    with contextlib.suppress(ConnectionError):
        await talk.end()

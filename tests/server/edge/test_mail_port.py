"""The port for mail: an answer for each recipient, and limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.parsing import SIZE_MAX
from server.edge.mail_port import CONNECTIONS_MAX, HELD_MAX, RECIPIENTS_MAX, MailPort
from tests.posting import post, posted_desk, written
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

    async def say(self, text: str | bytes) -> str:
        self._writer.write((text.encode() if isinstance(text, str) else text) + b"\r\n")
        return await self.code()

    async def end(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def begun_mail(desk: RunningDesk, sender: bytes = b"ana@x.example") -> Talk:
    """A conversation in which the bytes of the mail come next."""
    talk = await Talk.begun(desk)
    assert [await talk.code(), await talk.say("LHLO mx.example")] == ["220", "250"]
    assert await talk.say(b"MAIL FROM:<" + sender + b">") == "250"
    assert [await talk.say(f"RCPT TO:<{MEDIA}>"), await talk.say("DATA")] == ["250", "354"]
    return talk


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


async def test_mail_with_the_null_sender_is_automatic(desk: RunningDesk) -> None:
    """Absence notes have it. None may open a ticket, and none may be answered."""
    await post(desk, written("I am away.", Subject="Away"), MEDIA, sender="")
    (held,) = await desk.desk.storage.read(lambda tx: SqlIncomingMails().suspended(tx, 10))
    assert (held.envelope_from, held.reason) == ("", "automatic")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (".", b""),
        ("..\r\n.", b".\r\n"),
        ("From: a@x.example\r\n\r\n..one\r\n\r\n...\r\n.", b"From: a@x.example\r\n\r\n.one\r\n\r\n..\r\n"),
        ("x" * 200_000 + "\r\n" * 100_000 + ".", b"x" * 200_000 + b"\r\n" * 100_000),
    ],
)
async def test_mail_is_stored_as_it_was_sent(desk: RunningDesk, tmp_path: Path, sent: str, kept: bytes) -> None:
    talk = await begun_mail(desk)
    assert [await talk.say(sent), await talk.say("QUIT")] == ["250", "221"]
    await talk.end()
    files = [path for path in (tmp_path / "data" / "mail" / "in").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [kept]


async def test_mail_beyond_the_limit_is_refused_and_the_next_one_taken(desk: RunningDesk) -> None:
    talk = await begun_mail(desk)
    assert await talk.say("\r\n" * (SIZE_MAX // 2 + 10) + ".") == "552"
    assert await talk.say("MAIL FROM:<ana@x.example>") == "250"
    assert await talk.say(f"RCPT TO:<{MEDIA}>") == "250"
    assert [await talk.say("DATA"), await talk.say("Hi\r\n.")] == ["354", "250"]
    await talk.end()


async def test_mail_on_which_the_program_fails_is_asked_for_again(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(desk.desk.reception, "store", fail)
    talk = await begun_mail(desk)
    assert await talk.say("Hi\r\n.") == "451"
    assert await talk.say("NOOP") == "250"
    await talk.end()


async def test_sender_that_is_no_utf_8_is_stored(desk: RunningDesk) -> None:
    talk = await begun_mail(desk, sender=b"a\xff@x.example")
    assert await talk.say("Hi\r\n.") == "250"
    await talk.end()


async def test_bytes_of_all_mails_are_limited(desk: RunningDesk) -> None:
    port = MailPort(desk.desk.reception, "lmtp")
    assert port.hold(HELD_MAX)
    assert not port.hold(1)
    port.release(1)
    assert port.hold(1)

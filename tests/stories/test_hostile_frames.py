"""Bad input costs its sender one error, and nobody else anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from chat.wire import Side
from tests.running import Client, Frame, RunningDesk, SettableClock, eventually, running
from tests.stories.test_from_chat_to_ticket import begin

BAD_FRAMES = (
    ("nonsense", "bad_frame"), ("[]", "bad_frame"), ("7", "bad_frame"), ("", "bad_frame"),
    ('{"type":"ping","id":"x","a":' + "[" * 9 + "]" * 9 + "}", "bad_frame"),
    ('{"type":"nonsense","id":"x"}', "unknown_type"), ('{"id":"x"}', "unknown_type"),
    ('{"type":"chat.rate","id":"x","chat":"c","score":5}', "not_found"),
    ('{"type":"chat.pick","id":"x","chat":"c"}', "unknown_type"),
    ('{"type":"message.send","id":"x","chat":"c"}', "invalid"),
    ('{"type":"message.send","id":"x","chat":7,"text":"t"}', "invalid"),
    ('{"type":"message.send","id":"x","chat":"c","text":"t","more":1}', "invalid"),
    ('{"type":"message.send","id":"x","chat":"nowhere","text":"t"}', "not_found"),
    ('{"type":"chat.resume","id":"x","chat":"nowhere","after":0}', "not_found"),
    ('{"type":"chat.end","id":"x","chat":"nowhere"}', "not_found"),
    ('{"type":"chat.start","id":"x","team":"nowhere","text":"t"}', "invalid"),
    ('{"type":"chat.start","id":"x","team":"media","text":" "}', "invalid"),
    ('{"type":"chat.start","id":"x","team":"media","text":"t","product":"Nothing"}', "invalid"),
    ('{"type":"chat.start","id":"x","team":"media","text":"t","email":"nobody"}', "invalid"),
    ('{"type":"chat.start","id":"x","team":"media","text":"t","name":"a\\u0000b"}', "invalid"),
    ('{"type":"chat.start","id":"x","team":"media","text":"t","ticket":1}', "not_found"),
    ('{"type":"hello","id":"x"}', "conflict"),
)  # fmt: skip


async def test_bad_frame_gets_one_error_and_the_connection_continues(desk: RunningDesk) -> None:
    """The code fits, the id is returned where there is one, nothing is stored and the next command works."""
    customer = await desk.customer()
    for text, code in BAD_FRAMES:
        answer = await _refusal(customer, text)
        assert answer["code"] == code and answer["message"], text
        assert (answer.get("id") == "x") == ('"id":"x"' in text and code != "bad_frame"), text
    assert not desk.desk.open_chats.all()


async def _refusal(client: Client, text: str) -> Frame:
    """The only error that this frame gets."""

    def errors() -> list[Frame]:
        return [frame for frame in client.heard if frame["type"] == "error"]

    before = len(errors())
    await client.raw(text)
    await eventually(lambda: len(errors()) > before, f"an error for {text}")
    await client.command("ping")
    (answer,) = errors()[before:]
    return answer


async def test_invalid_text_is_refused_and_not_stored(desk: RunningDesk) -> None:
    """Empty, white space, invisible, NUL, half a character or too long."""
    customer, _, chat = await begin(desk)
    for text in ("", " \n\t", "\u200b\u2800", "a\0b", "\ud800", "x" * 8001):
        error = await customer.ask("message.send", chat=chat, text=text)
        assert error["code"] == ("too_large" if len(text) > 8000 else "invalid") and "text" in error["fields"]
    assert (await customer.command("message.send", chat=chat, text="ok"))["seq"] == 4


TEXTS = (
    "<script>alert(1)</script>", "‮⁦right to left⁩", "🙂👩‍👩‍👧‍👦" * 500, "x" * 8000,
    '{"type":"ok"}', "a\r\nb\u2028c\u0001",
    " kept as it is ", "'; drop table chats; --", "\\u0000 \\n", "Z̷̡a̴l̸g̶o̵" * 300,
)  # fmt: skip


async def test_text_is_stored_exactly_as_sent(desk: RunningDesk) -> None:
    """The other side receives it unchanged, live and on replay."""
    customer, agent, chat = await begin(desk)
    for text in TEXTS:
        await customer.command("message.send", chat=chat, text=text)
    await agent.event("message", seq=3 + len(TEXTS))
    other = await desk.staff_again(agent.token)
    await other.command("chat.resume", chat=chat, after=3)
    assert [event["text"] for event in agent.durable(chat)[3:]] == list(TEXTS)
    assert [event["text"] for event in other.durable(chat)] == list(TEXTS)


async def test_typing_and_read_marks_are_never_answered(desk: RunningDesk) -> None:
    """Not even when refused: in a foreign chat, by a colleague, or before following the chat."""
    customer, agent, chat = await begin(desk)
    mateo = await desk.staff("Mateo", teams=("media",))
    await mateo.command("chat.resume", chat=chat, after=0)
    stranger = await desk.customer()
    for client in (mateo, stranger):
        await client.raw({"type": "typing", "chat": chat, "on": True})
        await client.raw({"type": "read", "chat": chat, "upto": 2})
        await client.command("ping")
        assert not [frame for frame in client.heard if frame["type"] == "error"]
    await customer.command("ping")
    await agent.command("ping")
    assert not [e for e in customer.events + agent.events if e["type"] in ("typing", "read")]


async def test_unknown_token_makes_a_new_visitor(desk: RunningDesk) -> None:
    """A made-up or damaged token is no error and gives no history."""
    customer, _, _ = await begin(desk)
    damaged = customer.token[:-2] + ("BB" if customer.token.endswith("AA") else "AA")
    for token in ("nonsense", damaged):
        other = await desk.customer(token)
        assert other.greeting["visitor"] != customer.greeting["visitor"] and other.greeting["chats"] == []


@pytest.mark.parametrize(
    ("side", "headers", "protocol", "code"),
    [
        ("staff", {}, "switchboard.v1", 4001),
        ("staff", {"Authorization": "Bearer sb_nonsense"}, "switchboard.v1", 4001),
        ("staff", {"Cookie": "switchboard_session=nonsense"}, "switchboard.v1", 4001),
        ("customer", {}, "switchboard.v9", 4004),
        ("customer", {}, None, 4004),
    ],
)
async def test_refused_connection_closes_with_a_code(
    desk: RunningDesk, side: Side, headers: dict[str, str], protocol: str | None, code: int
) -> None:
    """The socket is accepted and closed at once, so that a browser can read the code."""
    subprotocols = [Subprotocol(protocol)] if protocol else None
    client = await desk.connect(side, headers, subprotocols=subprotocols)
    assert await client.ended() == code


async def test_endless_garbage_closes_only_its_own_connection(desk: RunningDesk) -> None:
    """The sender is closed with 4101. Other connections are not affected."""
    customer, agent, chat = await begin(desk)
    rude = await desk.connect("customer")
    for _ in range(120):
        try:
            await rude.raw("rubbish")
        except ConnectionClosed:
            break
    assert await rude.ended() == 4101
    await customer.command("message.send", chat=chat, text="Undisturbed")
    await agent.event("message", text="Undisturbed")


async def test_non_text_frames_close_with_their_codes(desk: RunningDesk) -> None:
    """Bytes close with 1003, too large with 1009, invalid UTF-8 with 1007."""
    binary = await desk.customer()
    await binary.raw(b"\x00\x01")
    assert await binary.ended() == 1003
    large = await desk.customer()
    await large.raw("x" * (128 * 1024 + 1))
    assert await large.ended() == 1009
    broken = await desk.customer()
    await broken.line.send(b"\xff\xfe", text=True)
    assert await broken.ended() == 1007


async def test_rate_limits_say_how_long_to_wait(tmp_path: Path, clock: SettableClock) -> None:
    """Three commands in ten seconds and one chat an hour, with a burst allowance. Other customers are not affected."""
    async with running(tmp_path / "data", clock, rate_limits="commands=3/10s,chats=1/h") as desk:
        one = await desk.customer()
        chat = (await one.command("chat.start", team="media", text="Hi"))["chat"]
        await one.command("chat.end", chat=chat)
        assert (await one.refused("rate_limited", "chat.start", team="media", text="Hi"))["retry_after_s"] > 0
        answers: list[Frame] = [await one.ask("ping") for _ in range(6)]
        assert answers[-1]["code"] == "rate_limited" and answers[-1]["retry_after_s"] > 0
        other: Client = await desk.customer()
        await other.command("ping")

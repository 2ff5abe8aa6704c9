"""A desk whose supervisor has the chats of yesterday to review."""

from __future__ import annotations

from collections.abc import Sequence

from clock import system_clock
from reviews.adapters.store import SqlReviews
from reviews.settings import ReviewSettings
from storage.ports import Tx
from tests.browser.desk import Staff
from tests.browser.injections import TURNED
from tests.running import RunningDesk, SettableClock

INES = Staff("Ines Moreau", (), role="supervisor")
RAFAEL = Staff("Rafael Osei", ("media",), role="supervisor")
DAY_S = 86_400


def yesterday() -> SettableClock:
    """A clock that is a day late."""
    return SettableClock(system_clock() - DAY_S * 1000)


async def chats_to_review(
    desk: RunningDesk, clock: SettableClock, count: int, *, lines: int = 2, texts: Sequence[str] = ()
) -> list[int]:
    """Has Hannah answer and solve `count` chats, one after the other, each with so many messages. Then a day passes,
    and its review is drawn, with all of them in the sample. Returns the tickets, in the order of their chats.

    With `texts`, the subject, the question and a note of each chat are one of these."""
    customer, agent = await desk.customer(name="Omar"), await desk.staff("Hannah", teams=["media"])
    await agent.command("presence.set", status="available", capacity=1)
    numbers: list[int] = []
    for at in range(count):
        question, subject = f"Question {at}: where do I see who changed a rate?", f"Rate {at}"
        if texts:
            question, subject = texts[at], texts[at].translate(TURNED)
        chat = (await customer.command("chat.start", team="media", text=question, subject=subject))["chat"]
        await agent.event("chat.assigned", chat=chat)
        if texts:
            await agent.command("note.add", chat=chat, text=question)
        for line in range(1, lines):
            writer = agent if line % 2 else customer
            await writer.command("message.send", chat=chat, text=f"Line {line} of chat {at}: open History, then look.")
        ended = await agent.command("chat.close", chat=chat, status="solved", resolution="support_question")
        numbers.append(ended["ticket"])
        clock.forward(1)

    def all_of_them(tx: Tx) -> None:
        store = SqlReviews()
        store.change_settings(tx, ReviewSettings(store.settings(tx).rows, share=100))

    await desk.desk.storage.write(all_of_them)
    clock.forward(DAY_S - count)
    await desk.desk.review_days.sweep()
    return numbers

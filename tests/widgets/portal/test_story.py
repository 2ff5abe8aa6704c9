"""A ticket's transcript as one story."""

from __future__ import annotations

import json
from datetime import date

from msgspec import Raw

from widgets.portal.story import Chat, Post, Solved, files_of, last_of_staff, last_post, story

CUSTOMER = {"kind": "customer", "id": "v-1", "name": "Danielle"}
AGENT = {"kind": "staff", "id": "u-1", "name": "Priya Raman"}
FILE = {"id": "f", "name": "plan.pdf", "type": "application/pdf", "size": 9, "url": "/api/files/f"}


def event(type_: str, at: str, who: object = CUSTOMER, **rest: object) -> Raw:
    found = {"seq": 1, "prev": 0, "type": type_, "at": f"2026-11-{at}:00.000Z", "from": who, **rest}
    return Raw(json.dumps(found).encode())


def day_of(at: str) -> date:
    return date.fromisoformat(at[:10])


CHAT = [
    event("chat.started", "23T14:02", chat="c", team="media", product=None),
    event("message", "23T14:02", chat="c", text="It fails", files=[FILE]),
    event("message", "23T14:03", chat="c", text="On line 2", files=[]),
    event("chat.assigned", "23T14:04", chat="c", staff={"id": "u-1", "name": "Priya Raman"}, by="dispatcher"),
    event("message", "23T14:05", AGENT, chat="c", text="I look", files=[]),
    event("message", "23T14:06", AGENT, chat="c", text=None, files=[], redacted=True),
    event("chat.transferred", "23T14:07", AGENT, chat="c", from_team="media", to_team="tech"),
    event("chat.closed", "23T14:08", AGENT, chat="c", ticket=7, status="open", resolution=None, reason="closed"),
]
REPLIES = [
    event("reply", "22T09:00", ticket=7, text="Before the chat", files=[]),
    event("reply", "24T16:00", AGENT, ticket=7, text="Better now?", files=[]),
    event("reply", "24T16:05", ticket=7, text="Yes", files=[], says="solved"),
    event("message.redacted", "24T16:06", ticket=7, of=1),
]


def test_story_has_chats_and_replies_in_one_order_by_day() -> None:
    """A chat has the place of its first event, although a transcript lists chats first."""
    days = story([*CHAT, *REPLIES], ["v-1"], "2026-11-24T16:22:00.000Z", day_of)
    kinds = [[item.kind for item in day.items] for day in days]
    assert kinds == [["post"], ["chat"], ["post", "post", "solved"]]
    assert isinstance(days[-1].items[-1], Solved)


def test_reply_that_came_by_email_is_marked() -> None:
    """A message of a chat has a `seq` of another log, so it is not marked."""
    mailed = event("reply", "22T09:00", ticket=7, text="By email", files=[])
    typed = event("reply", "22T09:05", ticket=7, text="Typed", files=[], seq=2)
    days = story([*CHAT, mailed, typed], ["v-1"], None, day_of, mailed={1})
    posts = [item for day in days for item in day.items if isinstance(item, Post)]
    assert [post.by_email for post in posts] == [True, False]
    (chat,) = [item for day in days for item in day.items if isinstance(item, Chat)]
    assert not any(message.by_email for message in chat.messages)


def test_chat_in_a_story_says_who_answered_and_how_it_ended() -> None:
    """The team is the last one. Messages of one person in a row are a group; a removed text is gone with its files."""
    days = story(CHAT, ["v-1"], None, day_of)
    (chat,) = days[0].items
    assert isinstance(chat, Chat)
    assert (chat.team, chat.agent, chat.reason) == ("tech", "Priya Raman", "closed")
    assert [(post.own, post.first) for post in chat.messages] == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert chat.messages[-1].text is None and chat.messages[-1].files == []
    assert [file.name for file in files_of(days)] == ["plan.pdf"]


def test_end_of_a_chat_is_yours_only_if_you_chatted() -> None:
    """Coordinators and participants read chats of others."""
    ended = [*CHAT[:3], event("chat.closed", "23T14:08", chat="c", ticket=7, status="open", reason="ended")]
    for reader, yours in (("v-1", True), ("v-2", False)):
        (chat,) = story(ended, [reader], None, day_of)[0].items
        assert isinstance(chat, Chat) and chat.yours is yours


def test_reply_of_another_participant_is_not_the_readers_own() -> None:
    """It is on the customers' side, but not "You"."""
    other = {"kind": "customer", "id": "v-2", "name": "Lise"}
    days = story([event("reply", "24T16:00", other, ticket=7, text="Me too", files=[])], ["v-1"], None, day_of)
    post = last_post(days)
    assert isinstance(post, Post) and post.own and not post.you and post.name == "Lise"
    assert last_of_staff(days) == ""

from __future__ import annotations

import json

import pytest

from chat.conversation import Chat
from chat.events import Logged, body_of
from chat.frames.durable import ChatAssigned, ChatStarted, Durable, Message, Note
from chat.frames.people import File, Sender, Staff
from chat.redaction import REGRET_MS, check_redaction, emptied, is_own, said_in, visible, without_subject
from clock import from_rfc3339
from identity.actor import Actor
from refusals import Refused

AT = "2026-11-25T09:00:00.000Z"
NOW = from_rfc3339(AT)
CUSTOMER = Actor(kind="customer", id="v1", name="Danielle", account="acc")
AGENT = Actor(kind="staff", id="a1", name="Priya", role="agent", teams=frozenset({"media"}))
COLLEAGUE = Actor(kind="staff", id="a2", name="Mateo", role="agent", teams=frozenset({"media"}))
SUPERVISOR = Actor(kind="staff", id="s1", name="Sofia", role="supervisor", teams=frozenset({"media"}))
CHAT = Chat("c1", "media", "active", "acc", "a1")
BY_CUSTOMER, BY_AGENT = Sender("customer", "acc", "Danielle", True), Sender("staff", "a1", "Priya")


def logged(event: Durable) -> Logged:
    return Logged("c1", 4, 2, event.staff_only, AT, body_of(event), "v1", "1", None)


def message(by: Sender = BY_CUSTOMER, text: str | None = "hunter2") -> Message:
    return Message(at=AT, from_=by, text=text, files=[File("f1", "a.pdf", "application/pdf", 1, "/api/files/f1")])


def code(said: Message | Note, actor: Actor, now: int = NOW, chat: Chat = CHAT) -> str:
    try:
        check_redaction(said, chat, actor, now)
    except Refused as refused:
        return refused.code
    return "ok"


@pytest.mark.parametrize(
    ("actor", "own", "others"),
    [
        (CUSTOMER, "ok", "forbidden"),
        (AGENT, "ok", "forbidden"),
        (COLLEAGUE, None, "forbidden"),
        (SUPERVISOR, None, "ok"),
    ],
)
def test_author_may_redact_briefly_and_supervisor_always(actor: Actor, own: str | None, others: str) -> None:
    """The author has five minutes. A supervisor of the team can redact any message at any time."""
    mine = message(BY_CUSTOMER if actor.kind == "customer" else BY_AGENT)
    theirs = message(BY_AGENT if actor.kind == "customer" else BY_CUSTOMER)
    assert code(theirs, actor) == others
    if own is not None:
        assert code(mine, actor, NOW + REGRET_MS) == own
        assert code(mine, actor, NOW + REGRET_MS + 1) == "forbidden"
        assert is_own(mine, actor) and not is_own(theirs, actor)


def test_supervisor_who_is_the_agent_may_redact_later() -> None:
    agent = Actor(kind="staff", id="a1", role="supervisor", teams=frozenset({"media"}))
    elsewhere = Actor(kind="staff", id="a1", role="supervisor", teams=frozenset({"finance"}))
    assert code(message(), agent, NOW + 10 * REGRET_MS) == "ok"
    assert code(message(), elsewhere) == "forbidden"


def test_customer_message_is_theirs_under_either_id() -> None:
    assert is_own(message(Sender("customer", "v1", None, False)), CUSTOMER)
    assert not is_own(message(Sender("staff", "v1", None)), CUSTOMER)


def test_second_redaction_is_a_conflict_only_with_permission() -> None:
    """Without it the answer is `forbidden`, which does not reveal the redaction."""
    assert code(message(text=None), SUPERVISOR) == "conflict"
    assert code(message(text=None), COLLEAGUE) == "forbidden"


def test_note_is_not_found_by_customers() -> None:
    note = logged(Note(at=AT, from_=BY_AGENT, text="Theirs"))
    refusals = []
    for event in (None, note):
        with pytest.raises(Refused) as refused:
            visible(event, CUSTOMER)
        refusals.append((refused.value.code, refused.value.message, refused.value.facts))
    assert refusals[0] == refusals[1] and refusals[0][0] == "not_found"
    assert visible(note, COLLEAGUE) is note


def test_only_messages_and_notes_can_be_redacted() -> None:
    assigned = ChatAssigned(at=AT, from_=Sender("system", None, None), staff=Staff("a1", "Priya"), by="dispatcher")
    with pytest.raises(Refused, match="Only messages and notes"):
        said_in(logged(assigned))


def test_redaction_removes_only_text_and_files() -> None:
    event = logged(message())
    left = emptied(event, said_in(event))
    before, after = json.loads(event.body), json.loads(left.body)
    assert after == {**before, "text": None, "files": [], "redacted": True}
    assert (left.seq, left.person, left.command, left.at) == (event.seq, event.person, event.command, event.at)
    whisper = logged(Note(at=AT, from_=BY_AGENT, text="hunter2", whisper=True))
    after = json.loads(emptied(whisper, said_in(whisper)).body)
    assert (after["text"], after["redacted"], after["whisper"]) == (None, True, True)


def test_subject_equal_to_the_redacted_text_is_removed() -> None:
    started = ChatStarted(
        at=AT, from_=BY_CUSTOMER, team="media", product=None, subject="hunter2", name=None, email=None, verified=False,
        fields={}, page=None, locale=None,
    )  # fmt: skip
    nameless = without_subject(logged(started), "hunter2")
    assert nameless is not None and json.loads(nameless.body)["subject"] is None
    assert without_subject(logged(started), "hunter") is None

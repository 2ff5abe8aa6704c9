from __future__ import annotations

import msgspec
import pytest

from ticketing.last_words import WORDS_MAX, Talk, Talks

PRIYA = {"kind": "staff", "id": "u1", "name": "Priya"}


def body(text: str | None, at: str, **more: object) -> str:
    said = {"type": "message", "at": at, "from": PRIYA, "text": text, "files": [], **more}
    return msgspec.json.encode(said).decode()


EARLY = body("Early", "2026-11-24T15:00:00.000Z")
LATE = body("Late", "2026-11-24T15:00:00.001Z")


@pytest.mark.parametrize(
    ("talks", "text"),
    [
        (Talks({7: (2, EARLY)}, {7: Talk(1, LATE)}), "Late"),
        (Talks({7: (2, LATE)}, {7: Talk(1, EARLY)}), "Late"),
        (Talks({7: (2, EARLY)}, {7: Talk(1, None)}), "Early"),
        (Talks({}, {7: Talk(2, EARLY)}), "Early"),
    ],
)
def test_last_words_are_the_newest_of_reply_and_message(talks: Talks, text: str) -> None:
    last = talks.last(7)
    assert last is not None and last.text == text


def test_last_words_of_a_ticket_without_any_text_are_missing() -> None:
    assert Talks({8: (1, EARLY)}, {7: Talk(1, None)}).last(7) is None


def test_last_words_tell_the_place_of_a_reply_only() -> None:
    reply, message = Talks({7: (3, EARLY)}).last(7), Talks(chats={7: Talk(1, EARLY)}).last(7)
    assert msgspec.to_builtins(reply)["seq"] == 3 and "seq" not in msgspec.to_builtins(message)


def test_long_text_is_cut_and_a_redacted_one_is_null() -> None:
    long, gone = (
        Talks({7: (1, body(text, "2026-11-24T15:00:00.000Z", redacted=True))}).last(7) for text in ("x" * 500, None)
    )
    assert long is not None and long.text == "x" * WORDS_MAX
    assert gone is not None and gone.text is None


def test_files_without_a_text_are_counted() -> None:
    files = [{"id": "f1", "name": "a.pdf"}, {"id": "f2", "name": "b.pdf"}]
    last = Talks(chats={7: Talk(1, body(None, "2026-11-24T15:00:00.000Z", files=files))}).last(7)
    assert last is not None and (last.text, last.files) == (None, 2)


def test_own_words_are_those_of_a_customer_with_an_id_of_the_reader() -> None:
    asked = body("Hello", "2026-11-24T15:00:00.000Z", **{"from": {"kind": "customer", "id": "v1", "name": "Ana"}})
    owns = [Talks({7: (1, asked)}, reader=reader).last(7) for reader in (("v1", "a1"), ("v2",))]
    assert [last is not None and last.own for last in owns] == [True, False]

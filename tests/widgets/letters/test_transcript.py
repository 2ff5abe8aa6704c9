"""The letter with the conversation about a ticket."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clock import rfc3339
from tests.widgets.letters.test_customers import AT, DAY, TICKET
from widgets.letters.html import html_text
from widgets.letters.plain import WIDTH, plain_text
from widgets.letters.transcript import POSTS_MAX, TEXT_MAX, transcript
from widgets.letters.words import Words
from widgets.portal.story import Chat, Day, File, Post, Solved

MINUTE = 60_000


def post(text: str | None, at: int = AT, *, own: bool = False, files: Sequence[File] = ()) -> Post:
    return Post(rfc3339(at), own, own, "Danielle" if own else "Deshawn Whitfield", "p", text, files)


CHAT = Chat(
    at=rfc3339(AT),
    ended=rfc3339(AT + 30 * MINUTE),
    team="media",
    agent="Deshawn Whitfield",
    messages=[post("It overlaps.", own=True), post("Which **order**?", AT + MINUTE), post(None, AT + 2 * MINUTE)],
    reason="closed",
    yours=True,
)
LATER = post("It went live.", AT + DAY, files=[File("f", "lines.xlsx", 10, "/f")])
DAYS = [Day(rfc3339(AT), [CHAT]), Day(rfc3339(AT + DAY), [LATER, Solved(rfc3339(AT + DAY + MINUTE))])]


def text_of(days: Sequence[Day], locale: str | None = None, zone: str = "America/New_York") -> str:
    return plain_text(transcript(TICKET, days, Words(locale, zone)))


def test_conversation_is_in_order_with_days_and_times() -> None:
    text = text_of(DAYS)
    shown = [
        "Tue, Nov 24",
        "Chat with Deshawn, 16:40 – 17:10",
        "You, 16:40",
        "> It overlaps.",
        "Deshawn Whitfield, 16:41",
        "> Which order?",
        "> Message removed",
        "Wed, Nov 25",
        "> It went live.",
        "lines.xlsx",
        "Solved at 16:41",
        TICKET.url,
    ]
    places = [text.index(each) for each in shown]
    assert places == sorted(places) and "Times: ET." in text


def test_times_are_in_the_zone_of_the_desk() -> None:
    text = text_of(DAYS, zone="Europe/Paris")
    assert "You, 22:40" in text and "Times: Paris." in text and " ET" not in text


def test_times_of_a_reader_in_another_zone_are_said_to_be_the_readers() -> None:
    text = plain_text(transcript(TICKET, DAYS, Words(None, "America/New_York", "America/Chicago")))
    assert "Times are those of Chicago, your" in text and "You, 15:40" in text


@pytest.mark.parametrize("locale", [None, "fr", "es-MX"])
def test_plain_text_has_at_most_72_columns_in_each_language(locale: str | None) -> None:
    text = text_of(DAYS, locale)
    assert all(len(line) <= WIDTH or "https://" in line for line in text.splitlines()) and "{" not in text


def test_markup_in_texts_and_names_stays_text() -> None:
    nasty = "<script>alert(1)</script>"
    named = Post(rfc3339(AT), False, False, nasty, "p", nasty, [File("f", nasty, 1, "/f")])
    html = html_text(transcript(TICKET, [Day(rfc3339(AT), [named])], Words(None)), "mark")
    assert "<script" not in html


@pytest.mark.parametrize(
    ("texts", "kept"),
    [(["a" * 60_000] * 5, 3), (["x"] * (POSTS_MAX + 2), POSTS_MAX)],
    ids=["long texts", "many texts"],
)
def test_letter_of_a_very_long_conversation_has_its_newest_part(texts: list[str], kept: int) -> None:
    posts = [post(text, AT + place * MINUTE) for place, text in enumerate(texts)]
    written = transcript(TICKET, [Day(rfc3339(AT), [post("The oldest."), *posts])], Words(None))
    quotes = [block for block in written.body if block.kind == "quote"]
    assert len(quotes) == kept and kept * len(texts[0]) <= TEXT_MAX
    text = plain_text(written)
    assert "What was written before is on the page of the request." in text and "The oldest." not in text

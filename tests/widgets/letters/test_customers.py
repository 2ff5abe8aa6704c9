"""The letters to customers: the same words in both parts, in each language, whatever people are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from widgets.letters import customers
from widgets.letters.blocks import Written
from widgets.letters.html import html_text
from widgets.letters.plain import WIDTH, plain_text
from widgets.letters.views import Post, Promise, RegularHours, TicketShown
from widgets.letters.words import Words

AT = 1_795_556_400_000
DAY = 86_400_000
TICKET = TicketShown(
    number=48234,
    url="https://help.example/requests/48234",
    subject="Flight dates overlap",
    status="awaiting_reply",
    team="Media",
    product="Spectra OX",
    name="Danielle Okonkwo-Hartley",
    reopen_until=AT + 28 * DAY,
    promise=Promise(AT + DAY, AT + 2 * DAY, AT + 3 * DAY, AT + 31 * DAY),
    asked=Post("Deshawn Whitfield", "Could you run it again?", AT),
    wrote=Post(None, "It overlaps.", AT, ("lines.xlsx",)),
    post=Post("Deshawn Whitfield", "Could you run it again?", AT),
    hours=RegularHours(0, 4, 540, 1140, [date(2026, 11, 26)]),
    brand="Mediaocean",
    host="help.example",
)
SOLVED = replace(TICKET, status="solved", resolution="auto_solved", reminded_at=[AT, AT + DAY])
ALL: dict[str, tuple[Callable[[TicketShown, Words], Written], TicketShown]] = {
    "received": (customers.received, TICKET),
    "reply": (customers.reply, TICKET),
    "reminder": (partial(customers.reminder, last=False), TICKET),
    "last reminder": (partial(customers.reminder, last=True), TICKET),
    "auto_solved": (customers.auto_solved, SOLVED),
    "solved": (customers.solved, SOLVED),
    "reopened": (customers.reopened, TICKET),
    "handover_notice": (customers.handover_notice, SOLVED),
    "bare": (customers.bare, TICKET),
}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("locale", [None, "fr", "es-MX"])
def test_plain_text_has_at_most_72_columns_and_the_link(kind: str, locale: str | None) -> None:
    write, ticket = ALL[kind]
    text = plain_text(write(ticket, Words(locale)))
    assert all(len(line) <= WIDTH or "https://" in line for line in text.splitlines())
    assert TICKET.url in text and "{" not in text


@pytest.mark.parametrize("kind", ALL)
def test_markup_in_names_and_subjects_stays_text(kind: str) -> None:
    write, ticket = ALL[kind]
    nasty = "<script>alert(1)</script> {subject} {name}"
    html = html_text(write(replace(ticket, name=nasty, subject=nasty, team=nasty), Words(None)), "mark")
    assert "<script" not in html and html.count('src="cid:mark"') == 1 and "src=" not in html.replace('src="cid', "")


def test_subjects_and_promise_are_as_agreed() -> None:
    words = Words(None)
    assert customers.received(TICKET, words).subject == "We have your request: Flight dates overlap [#48234]"
    assert customers.reply(TICKET, words).subject == "Re: Flight dates overlap [#48234]"
    promised = "If we hear nothing, we’ll remind you on Wed, Nov 25 and Thu, Nov 26, and solve it on Fri, Nov 27."
    assert promised in " ".join(plain_text(customers.reply(TICKET, words)).split())


def test_reply_without_a_promise_names_no_dates() -> None:
    text = plain_text(customers.reply(replace(TICKET, promise=None), Words(None)))
    assert "If we hear nothing" not in text


def test_bare_letter_has_nothing_that_anybody_wrote() -> None:
    letter = customers.bare(TICKET, Words(None))
    said = letter.subject + plain_text(letter) + html_text(letter, "mark")
    for word in ("Danielle", "Deshawn", "Flight", "overlaps", "lines.xlsx", "Media support", "Spectra"):
        assert word not in said


def test_french_letter_has_french_dates_and_spaces() -> None:
    text = plain_text(customers.reminder(TICKET, Words("fr-CA"), last=False))
    assert "mardi 24 novembre" in text and "Bonjour Danielle," in text

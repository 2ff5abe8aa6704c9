"""The letters to customers: the same words in both parts, in each language, whatever people are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
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
    hours=RegularHours(
        0,
        4,
        540,
        1140,
        datetime.combine(date(2026, 11, 24), time()),
        [date(2026, 11, 26)],
        [(date(2026, 11, 27), 540, 780)],
    ),
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
    "issue_solved": (customers.issue_solved, replace(SOLVED, resolution="duplicate", issue_solved=True)),
    "bare": (customers.bare, TICKET),
}


def said(letter: Written) -> str:
    """The plain text in one line."""
    return " ".join(plain_text(letter).split())


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
    promised = (
        "If we hear nothing, we’ll remind you on Wed, Nov 25 and Thu, Nov 26, and solve it on Fri, Nov 27. You could "
        "still reopen it until Fri, Dec 25."
    )
    assert promised in said(customers.reply(TICKET, words))


@pytest.mark.parametrize("kind", ["received", "reply", "reminder", "auto_solved", "solved", "reopened"])
def test_letter_invites_answers_by_mail_only_if_they_reach_the_desk(kind: str) -> None:
    write, ticket = ALL[kind]
    invited = ["nswer this mail" in said(write(replace(ticket, answerable=one), Words(None))) for one in (True, False)]
    assert invited == [True, False]


def test_letter_about_a_duplicate_says_whether_the_issue_behind_it_is_solved() -> None:
    duplicate = replace(SOLVED, resolution="duplicate")
    behind = [said(customers.solved(replace(duplicate, issue_solved=one), Words(None))) for one in (True, False)]
    assert "same issue. The issue behind it is solved." in behind[0]
    assert "same issue. We tell you when the issue behind it is solved." in behind[1]


def test_times_are_in_the_readers_zone_and_hours_in_both() -> None:
    text = said(customers.received(TICKET, Words(None, reader_zone="America/Chicago")))
    assert "You wrote, Tue, Nov 24, 15:40:" in text
    assert "Monday to Friday, 09:00 to 19:00 ET, 08:00 to 18:00 in Chicago. Closed on Thu, Nov 26." in text
    assert "Fri, Nov 27: 09:00 to 13:00 ET." in text


def test_times_name_the_desks_zone_if_the_readers_is_unknown() -> None:
    text = said(customers.received(TICKET, Words(None)))
    assert "You wrote, Tue, Nov 24, 16:40 ET:" in text and "09:00 to 19:00 ET. Closed" in text


def test_weekday_and_date_may_be_on_two_lines() -> None:
    """Long names do not fit beside a step on a phone."""
    assert Words("fr").day(AT) == "mardi 24\u00a0novembre"
    assert Words(None).day(AT) == "Tue, Nov\u00a024"


def test_hours_on_another_day_for_the_reader_are_left_out() -> None:
    text = said(customers.received(TICKET, Words(None, reader_zone="Asia/Tokyo")))
    assert "09:00 to 19:00 ET. Closed on Thu, Nov 26." in text


def test_reminder_without_a_name_of_staff_names_the_whole_team() -> None:
    asked = replace(TICKET, team="Canadian Spot", asked=Post(None, "Which one?", AT))
    letter = customers.reminder(asked, Words(None), last=False)
    assert said(letter).startswith("Canadian Spot waits for your answer")


def test_subject_has_quotes_in_plain_text_and_is_bold_in_html() -> None:
    letter = customers.auto_solved(SOLVED, Words(None))
    assert "so “Flight dates overlap” is now solved" in said(letter)
    assert ">Flight dates overlap</strong>" in html_text(letter, "mark")


def test_link_not_fixed_keeps_the_token_of_a_link_that_confirms_the_address() -> None:
    link = "https://help.example/requests/48234/confirm?token=abc"
    assert f"{link}&not_fixed#answer" in plain_text(customers.reply(replace(TICKET, url=link), Words(None)))


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

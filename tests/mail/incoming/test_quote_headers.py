"""Quotes without marks, as Outlook and similar programs write them, and mails that somebody passes on."""

from __future__ import annotations

import pytest

from mail.incoming.parsing import Envelope
from mail.incoming.quoting import Cut, cut
from mail.incoming.reading import read

WHO, TO, SUBJECT = "Media <reply+x@help.example>", "Ana Ruiz <ana@northlake.example>", "[#100] Dates overlap"
BODY = "Which dates?\n\nMaya"
ENGLISH = ("From", "Sent", "To", "Subject")
WHEN = "Wednesday, November 25, 2026 10:12 AM"


def header(labels: tuple[str, str, str, str] = ENGLISH, when: str = WHEN, subject: str = SUBJECT, gap: str = "") -> str:
    fields = zip(labels, (WHO, when, TO, subject), strict=True)
    return f"\n{gap}".join(f"{label}: {value}" for label, value in fields)


LANGUAGES = [
    (ENGLISH, WHEN),
    (("From", "Date", "To", "Subject"), "Wednesday, November 25, 2026 at 10:12"),
    (("*From", "*Sent", "*To", "*Subject"), WHEN),
    (("Von", "Gesendet", "An", "Betreff"), "Mittwoch, 25. November 2026 10:12"),
    (("De ", "Envoyé ", "À ", "Objet "), "mercredi 25 novembre 2026 10:12"),
    (("De\xa0", "Date\xa0", "À\xa0", "Objet\xa0"), "mercredi 25 novembre 2026 à 10:12"),
    (("De", "Enviado el", "Para", "Asunto"), "miércoles, 25 de noviembre de 2026 10:12"),
    (("De", "Enviada em", "Para", "Assunto"), "quarta-feira, 25 de novembro de 2026 10:12"),
    (("Da", "Inviato", "A", "Oggetto"), "mercoledì 25 novembre 2026 10:12"),
    (("Van", "Verzonden", "Aan", "Onderwerp"), "woensdag 25 november 2026 10:12"),
    (("Od", "Wysłano", "Do", "Temat"), "środa, 25 listopada 2026 10:12"),
    (("Od", "Odesláno", "Komu", "Předmět"), "středa 25. listopadu 2026 10:12"),
    (("Från", "Skickat", "Till", "Ämne"), "den 25 november 2026 10:12"),
    (("Fra", "Sendt", "Til", "Emne"), "25. november 2026 10:12"),
    (("От", "Отправлено", "Кому", "Тема"), "25 ноября 2026 г. 10:12"),
    (("差出人", "送信日時", "宛先", "件名"), "2026年11月25日 10:12"),
    (("发件人", "发送时间", "收件人", "主题"), "2026年11月25日 10:12"),
    (("보낸 사람", "보낸 날짜", "받는 사람", "제목"), "2026년 11월 25일 10:12"),
]


@pytest.mark.parametrize(("labels", "when"), LANGUAGES)
def test_reply_is_cut_at_the_header_of_its_language(labels: tuple[str, str, str, str], when: str) -> None:
    quote = f"{header(labels, when)}\n\n{BODY}"
    assert cut(f"Those of May.\n\n{quote}") == Cut("Those of May.", quote)


@pytest.mark.parametrize(
    "above",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "-----Mensaje original-----",
        "________________________________",
    ],
)
def test_line_above_the_header_is_part_of_the_quote(above: str) -> None:
    quote = f"{above}\n{header()}\n\n{BODY}"
    assert cut(f"Those of May.\n\n{quote}") == Cut("Those of May.", quote)


def test_header_may_have_empty_lines_copies_and_a_long_list_of_recipients() -> None:
    many = header().replace(TO, f"{TO};\n Bo <bo@x.example>;\n Eve <eve@x.example>\nCc: Max <max@x.example>")
    for quote in (header(gap="\n"), many):
        assert cut(f"Yes\n\n{quote}\n\n{BODY}").text == "Yes"


@pytest.mark.parametrize(
    "said",
    [
        "From: the planning screen\nTo: the booking screen\nnothing is copied.",
        "From: 10.1.2.3\nTo: 10.1.2.4\nStatus: 500",
        "From: May\nDate: wrong\nSubject: dates",
        "From: May 1\nTo: May 7\n\nDate: 2026-05-01\nAll is booked twice.",
        "Date: 2026-05-01\nSubject: a request that failed\nFrom: me",
        f"From: May\n\n\n{header().partition(chr(10))[2]}",
    ],
)
def test_lines_that_only_look_like_a_header_are_kept(said: str) -> None:
    assert cut(f"It fails:\n\n{said}") == Cut(f"It fails:\n\n{said}")


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:\n",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Message transféré ---------",
        "Début du message transféré :\n",
        "---------- Mensaje reenviado ---------",
        "---------- Messaggio inoltrato ---------",
    ],
)
def test_forwarded_mail_within_a_reply_is_kept(line: str) -> None:
    text = f"This is what they wrote.\n\n{line}\n{header()}\n\n{BODY}\n\nOn Mon, Nov 23, 2026 Bo wrote:\n> Hello"
    assert cut(text) == Cut(text)


@pytest.mark.parametrize(
    ("subject", "is_kept"), [("FW: Rates", True), ("WG: Rates", True), ("TR : Rates", True), ("RE: FW: Rates", False)]
)
def test_mail_that_is_passed_on_by_outlook_is_kept_because_of_its_subject(subject: str, is_kept: bool) -> None:
    text = f"This is what they wrote.\n\n{header()}\n\n{BODY}"
    raw = f"From: ana@northlake.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    found = read(raw.encode(), Envelope("ana@northlake.example", "media@help.example"), None)
    assert (found.written == Cut(text)) is is_kept


@pytest.mark.parametrize(
    "said", ["See my answers below in red.", "Antworten unten.", "Voir ci-dessous", "Ver más abajo"]
)
def test_quote_stays_if_its_writer_answers_within_it(said: str) -> None:
    text = f"{said}\n\n{header()}\n\n{BODY} The first week of May."
    assert cut(text) == Cut(text)


def test_reply_below_a_header_that_begins_the_mail_is_kept() -> None:
    text = f"{header()}\n\n{BODY}\n\nThe first week of May."
    assert cut(text) == Cut(text)


def test_quote_of_a_mail_of_outlook_in_html_is_cut() -> None:
    html = "<p>Those of May.</p><div><b>From:</b> Media<br><b>Sent:</b> 25 May 2026<br><b>To:</b> Ana<br>"
    raw = f"From: a@x.example\nContent-Type: text/html\n\n{html}<b>Subject:</b> Dates</div><p>Which?</p>"
    assert read(raw.encode(), Envelope("a@x.example", "b@x.example"), None).written.text == "Those of May."

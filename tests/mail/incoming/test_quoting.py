from __future__ import annotations

import pytest

from mail.incoming.html_text import text_of
from mail.incoming.quoting import Cut, cut, cut_signature

QUOTE = "> Try it\n> now"
OUTLOOK = "From: Media <m@x.example>\nSent: Tuesday, November 24, 2026 10:12 AM\nTo: Ana\nSubject: Re: x\n\nTry it"


@pytest.mark.parametrize(
    "header",
    [
        "On Tue, Nov 24, 2026 at 10:12 AM Media <m@x.example> wrote:",
        "On Tue, Nov 24, 2026 at 10:12 AM Media Operations of Northlake\n<m@x.example> wrote:",
        "Le mar. 24 nov. 2026 à 10:12, Media <m@x.example> a écrit :",
        "El mar, 24 nov 2026 a las 10:12, Media (<m@x.example>) escribió:",
        "Am 24.11.2026 um 10:12 schrieb Media:",
        "Op di 24 nov 2026 om 10:12 schreef Media <m@x.example>:",
    ],
)
def test_reply_above_a_quote_is_cut_at_its_header(header: str) -> None:
    assert cut(f"Thanks, it works.\n\n{header}\n{QUOTE}\n") == Cut("Thanks, it works.", f"{header}\n{QUOTE}")


@pytest.mark.parametrize(
    "rest", [OUTLOOK, f"{'_' * 32}\n{OUTLOOK}", "-----Original Message-----\nTry it", "-- \nAna Ruiz"]
)
def test_reply_is_cut_at_other_marks(rest: str) -> None:
    assert cut(f"Done\n\n{rest}") == Cut("Done", rest)


HEADER = "On Tue, Nov 24, 2026 at 10:12 AM Media <m@x.example> wrote:"


@pytest.mark.parametrize(
    "text",
    [
        f"Top\n\n{HEADER}\n{QUOTE}\n\nBottom answer that matters.",
        f"See below\n\n{HEADER}\n> one\nMy answer\n> two",
        f"{HEADER}\n> one\nMy answer\n> two\nAnother",
        f"{HEADER}\nMy answer\n> one\nAnother",
        "I type this and get:\n> ERROR 42",
        f"Done\n\n{QUOTE}",
        f"{HEADER}\nthis and that",
        f"I heard:\n\n{HEADER}\nthis and that",
    ],
)
def test_words_that_are_not_marked_as_quoted_are_kept(text: str) -> None:
    assert cut(text) == Cut(text)


@pytest.mark.parametrize("forwarded", [OUTLOOK, f"{HEADER}\n{QUOTE}", f"---------- Forwarded message\n{OUTLOOK}"])
def test_request_loses_only_its_signature(forwarded: str) -> None:
    assert cut_signature("It broke\n-- \nAna") == Cut("It broke", "-- \nAna")
    for text in (f"See below\n\n{forwarded}", f"See below\n-- \nAna\n\n{forwarded}"):
        assert cut_signature(text) == Cut(text)


def test_quote_with_an_unknown_header_is_cut_if_it_names_a_writer() -> None:
    quote = f"2026. 11. 24. 10:12 Media <m@x.example> ezt írta:\n{QUOTE}"
    assert cut(f"Kész\n\n{quote}") == Cut("Kész", quote)


def test_signature_below_a_quote_keeps_nothing_of_it() -> None:
    assert cut(f"Done\n\n{HEADER}\n{QUOTE}\n-- \nAna").text == "Done"


def test_reply_below_a_quote_is_kept() -> None:
    head = f"On Tue, Nov 24, 2026 at 10:12 AM Media <m@x.example> wrote:\n{QUOTE}"
    assert cut(f"{head}\n\nBelow is my answer") == Cut("Below is my answer", head)


@pytest.mark.parametrize(
    "text",
    ["> one\nanswer\n> two\nanswer", "Note:\n- a\n- b", "Subject: x\nTo: y\nI typed these", "", "> only a quote"],
)
def test_text_without_a_clear_quote_stays_whole(text: str) -> None:
    assert cut(text) == Cut(text)


def test_no_word_of_a_text_is_lost() -> None:
    text = f"One\n\nOn Tue, Nov 24, 2026 at 10:12 AM Media <m@x.example> wrote:\n{QUOTE}\n\nmore\n-- \nx"
    parts = cut(text)
    assert f"{parts.text} {parts.quoted}".split() == text.split()


@pytest.mark.parametrize(
    "text",
    ["On " + "a " * 30_000 + ":", ("On " + "a " * 120 + ":\n") * 500, "From: a\n\n" * 20_000, "> " * 60_000 + ":"],
)
def test_hostile_text_is_cut_in_bounded_time(text: str) -> None:
    """The time limit of the suite is what this tests: the library's own search needs minutes."""
    assert cut(text).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<style>p{}</style><p>Hello <b>you</b></p><div>one<br>two</div>", "Hello you\n\none\ntwo"),
        ("<p>New</p><blockquote>old<blockquote>older</blockquote></blockquote>", "New\n\n> old\n> > older"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ('<a href="https://x.example/y">here</a>', "here (https://x.example/y)"),
        ('<a href="javascript:x">here</a>', "here"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("a <!-- hidden -->b<!-- open", "a b"),
        ("&lt;b&gt; 1 < 2 &amp; <3", "<b> 1 < 2 & <3"),
        ("<script>alert(1)</script>", ""),
        ("<html><head><title>x</title><style>p{}</style><body><p>Hello", "Hello"),
        ("<head><meta charset=utf-8><p>Hello</p>", "Hello"),
        ("<title>x<body>Hello", "Hello"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<", "</", "<!", "<![CDATA[", "<div>", '<a b="', "<blockquote>", "a<b>", "<a>b", "<title>", "<td>a"],
)
def test_hostile_html_becomes_text_in_bounded_time(piece: str) -> None:
    """The time limit of the suite is what this tests: Python's parser needs minutes for some of these."""
    assert isinstance(text_of(piece * 40_000), str)

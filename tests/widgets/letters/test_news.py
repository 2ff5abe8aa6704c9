from __future__ import annotations

from dataclasses import replace

from following.announcement import Subject
from widgets.followed import Followed
from widgets.letters.html import html_text
from widgets.letters.news import NewsLetter, NewsShown, confirm_follow, news_letter
from widgets.letters.plain import plain_text
from widgets.letters.words import Words

UPDATE = NewsShown(
    source="article:12",
    news="update",
    title="Dates <overlap>",
    line="the message names the estimate.",
    url="https://support.example/articles/12",
)
NEW = replace(UPDATE, news="new", title="Copying an estimate", line="", url="https://support.example/articles/13")
LETTER = NewsLetter(
    news=[UPDATE],
    because=[Followed(Subject("section", "spectra-ox/faqs"), "/products/spectra-ox#faqs", "Spectra OX")],
    stop="https://support.example/unsubscribe/1-x",
    all_follows="https://support.example/following",
    brand="Mediaocean",
)


def test_letter_about_an_update_says_what_changed_and_how_to_stop() -> None:
    written = news_letter(LETTER, Words(None))
    text = " ".join(plain_text(written).split())
    assert written.subject == "Updated article: Dates <overlap>"
    assert "What changed: the message names the estimate." in text
    assert "because you follow: Spectra OX, FAQs." in text
    assert LETTER.stop in text and "https://support.example/following" in text
    assert "Dates &lt;overlap&gt;" in html_text(written, "mark") and "<overlap>" not in html_text(written, "mark")


def test_letter_about_several_news_has_each_once() -> None:
    written = news_letter(replace(LETTER, news=[NEW, UPDATE], all_follows=None), Words(None))
    text = plain_text(written)
    assert written.subject == "Copying an estimate, and 1 more"
    assert text.count(NEW.url) == text.count(UPDATE.url) == 1
    assert "/following" not in text


def test_letter_is_in_the_language_of_its_reader() -> None:
    written = news_letter(LETTER, Words("fr"))
    assert written.subject == "Article mis à jour\u00a0: Dates <overlap>" and written.tag == "fr"
    assert "parce que vous suivez" in " ".join(plain_text(written).split())


def test_letter_to_confirm_an_address_names_nothing_else() -> None:
    written = confirm_follow(
        "https://support.example/following/confirm?token=x", "Mediaocean", "h.example", Words("es")
    )
    assert written.subject == "Confirme que quiere correos del soporte de Mediaocean"
    assert "token=x" in plain_text(written)

"""The letters to people who follow something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from following.announcement import Announcement, News
from widgets.followed import Followed, name_of, news_words
from widgets.letters.blocks import Block, Buttons, Heading, Inline, Link, Paragraph, Rule, Strong, Written
from widgets.letters.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsShown:
    """A piece of news. `line` is the author's line about the change, in the language of the article."""

    source: str
    news: News
    title: str
    line: str
    url: str

    @classmethod
    def of(cls, announcement: Announcement, title: str, url: str) -> Self:
        """`title` and `url` are those for the reader."""
        line = announcement.line
        return cls(source=announcement.source, news=announcement.news, title=title, line=line, url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLetter:
    """`because` has the subjects that caused the letter. `stop` ends these follows, `all_follows` is the page with
    everything that the reader follows, or None for a reader without an account."""

    news: Sequence[NewsShown]
    because: Sequence[Followed]
    stop: str
    all_follows: str | None
    brand: str


def news_letter(letter: NewsLetter, words: Words) -> Written:
    say = words.say
    first, more = letter.news[0], len(letter.news) - 1
    kind = news_words(first.source, first.news, say)
    subject = f"{kind}{words.colon} {first.title}"
    if more:
        subject = say("{title}, and {count} more", title=first.title, count=more)
    body: list[Block] = _one(first, words) if not more else _several(letter.news, words)
    return Written(
        sender=say("{brand} support", brand=letter.brand),
        subject=subject,
        summary=first.line or kind,
        body=body,
        foot=_foot(letter, words),
        tag=words.tag,
        colon=words.colon,
    )


def _one(news: NewsShown, words: Words) -> list[Block]:
    say = words.say
    body: list[Block] = [Paragraph([news_words(news.source, news.news, say)], "small"), Heading(news.title)]
    body += _changed(news, words)
    return [*body, Buttons([Link(say("Read it"), news.url)])]


def _several(news: Sequence[NewsShown], words: Words) -> list[Block]:
    say = words.say
    body: list[Block] = [Heading(say("What is new"))]
    for place, one in enumerate(news):
        if place:
            body.append(Rule())
        body.append(Paragraph([news_words(one.source, one.news, say)], "small"))
        body.append(Paragraph([Strong([Link(one.title, one.url)])]))
        body += _changed(one, words)
    return body


def _changed(news: NewsShown, words: Words) -> list[Block]:
    if not news.line:
        return []
    label: list[Inline] = [f"{words.say('What changed:')} "] if news.news == "update" else []
    return [Paragraph([*label, news.line])]


def _foot(letter: NewsLetter, words: Words) -> list[Paragraph]:
    say = words.say
    names = list(dict.fromkeys(name_of(followed, say) for followed in letter.because))
    because = say("You get this mail because you follow: {names}.", names="; ".join(names))
    foot = [Paragraph([because], "fine"), Paragraph([Link(say("Stop these mails"), letter.stop)], "fine")]
    if letter.all_follows is not None:
        foot.append(Paragraph([Link(say("What I follow"), letter.all_follows)], "fine"))
    return foot


def confirm_follow(link: str, brand: str, host: str, words: Words) -> Written:
    """The letter to somebody without an account who wants to follow something. It does not say what, since anybody can
    give any address."""
    say = words.say
    because = say("Somebody gave this address at {host}. If that was not you, ignore this mail.", host=host)
    return Written(
        sender=say("{brand} support", brand=brand),
        subject=say("Confirm that you want mail from {brand} support", brand=brand),
        summary=because,
        body=[
            Heading(say("Confirm your address")),
            Paragraph([say("Open the link and press the button. Then we mail you what is new.")]),
            Buttons([Link(say("Confirm"), link)]),
            Paragraph([say("The link works once, within seven days.")], "small"),
        ],
        foot=[Paragraph([because], "fine")],
        tag=words.tag,
        colon=words.colon,
    )

"""The letter with the whole conversation about a ticket, for a customer who asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clock import from_rfc3339
from widgets.letters import parts
from widgets.letters.blocks import (
    Block,
    Buttons,
    Emphasis,
    Facts,
    Heading,
    Link,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Written,
)
from widgets.letters.rich_text import plain, rich
from widgets.letters.views import TicketShown
from widgets.letters.words import Words
from widgets.portal.story import Chat, Day, Post, Solved

TEXT_MAX = 200_000
"""A letter has the newest texts, up to this number of characters in all. Earlier texts are only on the page."""
POSTS_MAX = 1_000


def transcript(ticket: TicketShown, days: Sequence[Day], words: Words) -> Written:
    """The letter. `days` is the conversation as the requester sees it, divided into days in the time zone of
    `words`."""
    say = words.say
    if words.differs:
        times = say("Times are those of {city}, your zone.", city=words.reader_zone)
    else:
        times = say("Times: {zone}.", zone=words.zone)
    about = f"{say('Here is what was written so far.')} {times}"
    head: list[Block] = [Heading(say("Your conversation with us")), parts.hello(ticket, words), Paragraph([about])]
    body = [*head, parts.facts(replace(ticket, wrote=None), words), *_conversation(ticket, days, words)]
    body.append(Buttons([Link(say("See the request"), ticket.url)]))
    because = say("You get this mail because you or our support team asked for it.")
    return parts.written(ticket, words, say("Your conversation"), about, body, because)


def _conversation(ticket: TicketShown, days: Sequence[Day], words: Words) -> list[Block]:
    """The newest part of the conversation that fits into a letter."""
    left, posts, blocks = TEXT_MAX, POSTS_MAX, list[Block]()
    for day in reversed(days):
        drawn: list[Block] = []
        for item in reversed(day.items):
            part: list[Block] = []
            for post in reversed(_posts(item)):
                left -= len(post.text or "")
                posts -= 1
                if left < 0 or posts < 0:
                    return [_cut(words), *_day(day, [*part, *drawn], words), *blocks]
                part = [_post(ticket, post, words), *part]
            drawn = [*_opening(item, words), *part, *drawn]
        blocks = [*_day(day, drawn, words), *blocks]
    return blocks


def _posts(item: Post | Chat | Solved) -> Sequence[Post]:
    match item:
        case Post():
            return [item]
        case Chat():
            return item.messages
        case Solved():
            return []


def _cut(words: Words) -> Block:
    return Paragraph([Emphasis([words.say("What was written before is on the page of the request.")])], "small")


def _day(day: Day, drawn: Sequence[Block], words: Words) -> list[Block]:
    return [Rule(), Paragraph([Strong([words.day(from_rfc3339(day.at))])]), *drawn] if drawn else []


def _opening(item: Post | Chat | Solved, words: Words) -> list[Block]:
    """The line above an item, if the item needs one. Otherwise empty."""
    say = words.say
    match item:
        case Chat():
            name = parts.first_name(item.agent)
            chat = say("Chat with {name}", name=name) if name else say("Chat")
            start, end = (words.time(from_rfc3339(at)) for at in (item.at, item.ended))
            return [Paragraph([f"{chat}, {start} – {end}"], "small")]
        case Solved():
            return [Paragraph([say("Solved at {time}", time=words.time(from_rfc3339(item.at)))], "small")]
        case _:
            return []


def _post(ticket: TicketShown, post: Post, words: Words) -> Quote:
    say = words.say
    name = say("You") if post.you else post.name or (say("Customer") if post.own else ticket.team)
    if post.text is None:
        blocks: list[Block] = [Paragraph([Emphasis([say("Message removed")])], "small")]
    else:
        blocks = (plain if post.own else rich)(post.text, "small")
    if post.files:
        blocks.append(Facts([(say("Files"), ["\n".join(file.name for file in post.files)])]))
    return Quote(f"{name}, {words.time(from_rfc3339(post.at))}", blocks)

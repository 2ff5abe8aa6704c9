"""The parts that letters about tickets share."""

from __future__ import annotations

from collections.abc import Sequence

from ticketing.codes import CODES, STATUSES
from widgets.letters.blocks import Block, Buttons, Facts, Inlines, Link, Paragraph, Quote, Strong, Written
from widgets.letters.rich_text import plain, rich
from widgets.letters.views import Post, RegularHours, TicketShown, Training
from widgets.letters.words import Words

_QUOTE_MAX = 1_200
"""Maximum number of characters of an earlier text that are quoted."""


def written(
    ticket: TicketShown,
    words: Words,
    opening: str,
    summary: str,
    body: Sequence[Block],
    because: str,
    author: str | None = None,
    *,
    see: bool = False,
) -> Written:
    """A letter about a ticket. If `see` is true, the foot of the letter has the ticket's status and a link to the
    ticket."""
    say, number = words.say, f"[#{ticket.number}]"
    sender = say("{team} support", team=ticket.team)
    foot = [Paragraph([text], "fine") for text in (_when(ticket.team, ticket.hours, words), because) if text]
    if see:
        status = say("Status: {status}.", status=say(STATUSES[ticket.status].shown))
        link = Link(say("See #{number}", number=ticket.number), ticket.url)
        foot.insert(0, Paragraph([status, " ", link], "fine"))
    return Written(
        sender=f"{author}, {sender}" if author else sender,
        subject=f"{opening}{words.colon} {ticket.subject} {number}" if ticket.subject else f"{opening} {number}",
        summary=summary,
        body=body,
        foot=foot,
        tag=words.tag,
        colon=words.colon,
    )


def hello(ticket: TicketShown, words: Words) -> Paragraph:
    name = first_name(ticket.name or "")
    return Paragraph([words.say("Hello {name},", name=name) if name else words.say("Hello,")])


def first_name(name: str) -> str:
    return name.strip().split(" ")[0]


def first_name_of(post: Post | None, ticket: TicketShown) -> str:
    """The first name of the post's author. If the post has no author, the name of the team."""
    return first_name(post.author) if post is not None and post.author else ticket.team


def titled(ticket: TicketShown, words: Words) -> Strong:
    if ticket.subject is None:
        return Strong([f"#{ticket.number}"])
    return Strong([ticket.subject], plain=words.say("“{text}”", text=ticket.subject))


def facts(ticket: TicketShown, words: Words) -> Facts:
    say, files = words.say, ticket.wrote.files if ticket.wrote is not None else ()
    rows = [
        (say("Subject"), ticket.subject),
        (say("Team"), ticket.team),
        (say("Product"), ticket.product),
        (say("Files"), "\n".join(files)),
    ]
    return Facts([(name, [value]) for name, value in rows if value])


def letter_of(post: Post, words: Words) -> list[Block]:
    """The text of a staff member in the form of a letter: the text, the names of its files, and the first name of the
    author."""
    blocks = rich(post.text)
    if post.files:
        blocks.append(Facts([(words.say("Files"), ["\n".join(post.files)])]))
    if post.author:
        blocks.append(Paragraph([first_name(post.author)]))
    return blocks


def what_next(ticket: TicketShown, words: Words) -> list[Block]:
    say = words.say
    name = Strong([say(STATUSES[ticket.status].shown) + "."], "warn" if ticket.status == "awaiting_reply" else "")
    if ticket.status == "awaiting_reply":
        needed = say("We need information or a confirmation from you.")
        by_mail = [" ", say("Answer this mail, or:")] if ticket.answerable else []
        blocks: list[Block] = [Paragraph([name, " ", needed, *by_mail], "small"), answers_to(ticket, words)]
        promised = _promised(ticket, words)
        return [*blocks, Paragraph([promised], "small")] if promised else blocks
    means = {
        "open": say("It is with us: with support, or with our product team."),
        "fixed_pending_rca": say(
            "The issue is mitigated and you have a workaround. We are still finding the cause (Root Cause Analysis)."
        ),
        "solved": say("The request has been resolved."),
    }
    status = Paragraph([name, " ", means[ticket.status]], "small")
    if ticket.answerable:
        return [status, anything_to_add(ticket, words)]
    return [status, Buttons([Link(say("Answer"), f"{ticket.url}#answer")])]


def anything_to_add(ticket: TicketShown, words: Words) -> Paragraph:
    say = words.say
    if not ticket.answerable:
        return Paragraph([say("Anything to add? Write it on that page, with files too.")], "small")
    address = say("Please leave the address as it is: it belongs to you and this request.")
    return Paragraph([say("Anything to add? Answer this mail, with files too."), " ", address], "small")


def answers_to(ticket: TicketShown, words: Words) -> Buttons:
    """The links for the possible answers.

    A link only opens the page of the request. The customer sends the answer with a button on this page.
    """
    say, place = words.say, f"{ticket.url}#answer"
    # The link that confirms an address has a query already.
    not_fixed = f"{ticket.url}{'&' if '?' in ticket.url else '?'}not_fixed#answer"
    links = [Link(say("This solved it"), place), Link(say("Not fixed"), not_fixed)]
    return Buttons(links if ticket.answerable else [Link(say("Answer"), place), *links])


def _promised(ticket: TicketShown, words: Words) -> str | None:
    promise, say = ticket.promise, words.say
    if promise is None or promise.reminder_1 is None or promise.reminder_2 is None or promise.auto_solve is None:
        return None
    text = say(
        "If we hear nothing, we’ll remind you on {first} and {second}, and solve it on {last}.",
        first=words.day(promise.reminder_1),
        second=words.day(promise.reminder_2),
        last=words.day(promise.auto_solve),
    )
    if promise.reopen_until is None:
        return text
    return f"{text} {say('You could still reopen it until {day}.', day=words.desk_day(promise.reopen_until))}"


def solved_facts(ticket: TicketShown, words: Words) -> list[Block]:
    say = words.say
    rows: list[tuple[str, Inlines]] = [(say("Status"), [Strong([say(STATUSES["solved"].shown)], "ok")])]
    code = CODES.get(ticket.resolution or "")
    if code is not None:
        rows.append((say("Resolution"), [say(code.shown, brand=ticket.brand)]))
    if ticket.reopen_until is not None:
        until = say("Until {day}, end of the day {zone}", day=words.last_day(ticket.reopen_until), zone=words.zone)
        rows.append((say("Reopen"), [until]))
    rows += [_training(one, words) for one in ticket.training]
    blocks: list[Block] = [Facts(rows), *reopening(ticket, words)]
    if code is not None:
        shown, told = say(code.shown, brand=ticket.brand), say(code.told).replace("'", "’")
        if ticket.issue_solved is not None:
            told = f"{told} {_issue_behind(ticket.issue_solved, words)}"
        blocks.append(Paragraph([Strong([shown]), f"{words.colon} {told}"], "small"))
    return blocks


def _training(one: Training, words: Words) -> tuple[str, Inlines]:
    say = words.say
    if one.starts_at is not None:
        return say("Live session for you"), [Link(one.title, one.url), f", {words.stamp(one.starts_at)}"]
    length = say("{minutes} min", minutes=one.minutes)
    return say("Playlist for you"), [Link(one.title, one.url), f", {length}"]


def _issue_behind(solved: bool, words: Words) -> str:
    if solved:
        return words.say("The issue behind it is solved.")
    return words.say("We tell you when the issue behind it is solved.")


def reopening(ticket: TicketShown, words: Words) -> list[Block]:
    say, see = words.say, Link(words.say("See the request"), ticket.url)
    if ticket.reopen_until is None:
        return [Buttons([see])]
    day = words.desk_day(ticket.reopen_until)
    if ticket.answerable:
        text = say(
            "Answer this mail until {day}, and it is open again, with everything in it. After that, an answer starts "
            "a follow-up.",
            day=day,
        )
    else:
        text = say(
            "Answer on the page until {day}, and it is open again, with everything in it. After that, an answer "
            "starts a follow-up.",
            day=day,
        )
    asks = Paragraph([Strong([say("Not solved for you?")]), " ", text])
    return [asks, Buttons([Link(say("Reopen it"), f"{ticket.url}#answer"), see])]


def quoted(wrote: Post | None, words: Words, *, whole: bool = False) -> list[Block]:
    if wrote is None or not wrote.text.strip():
        return []
    when = words.stamp(wrote.at)
    head = (
        words.say("{name} wrote, {when}", name=wrote.author, when=when)
        if wrote.author
        else words.say("You wrote, {when}", when=when)
    )
    return [Quote(head, plain(wrote.text if whole else cut(wrote.text), "small"))]


def whole_conversation(ticket: TicketShown, words: Words) -> Paragraph:
    text = words.say("The whole conversation, #{number}", number=ticket.number)
    return Paragraph([Link(text, ticket.url)], "small")


def is_yours(ticket: TicketShown, words: Words) -> str:
    return words.say("You get this mail because #{number} is your request.", number=ticket.number)


def _when(team: str, hours: RegularHours | None, words: Words) -> str:
    """The days and hours at which the team reads mail, and the next days on which it is closed.

    Empty if `hours` is None.
    """
    if hours is None:
        return ""
    say = words.say
    days = {"team": team, "first": words.weekday(hours.first), "last": words.weekday(hours.last)}
    span = {"opens": words.minutes(hours.opens), "closes": words.minutes(hours.closes), "zone": words.zone}
    opens, closes = (words.for_reader(hours.today, minutes) for minutes in (hours.opens, hours.closes))
    if opens is None or closes is None:
        text = say("{team} is here {first} to {last}, {opens} to {closes} {zone}.", **days, **span)
    else:
        text = say(
            "{team} is here {first} to {last}, {opens} to {closes} {zone}, {from_} to {until} in {city}.",
            **days,
            **span,
            from_=opens,
            until=closes,
            city=words.reader_zone,
        )
    closed = [say("Closed on {day}.", day=words.date(day)) for day in hours.closed_on]
    others = [
        say(
            "{day}: {opens} to {closes} {zone}.",
            day=words.date(day),
            opens=words.minutes(start),
            closes=words.minutes(end),
            zone=words.zone,
        )
        for day, start, end in hours.others
    ]
    return " ".join([text, *closed, *others])


def with_part(text: str, **parts: Strong) -> Inlines:
    """The sentence `text`, with a part in place of its only placeholder.

    `parts` has exactly one entry: the name of the placeholder, and the part.
    """
    ((name, part),) = parts.items()
    before, _, after = text.partition(f"{{{name}}}")
    return [before, part, after]


def cut(text: str) -> str:
    return text if len(text) <= _QUOTE_MAX else f"{text[:_QUOTE_MAX].rsplit(' ', 1)[0]} …"


def beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:120].rsplit(' ', 1)[0]} …"

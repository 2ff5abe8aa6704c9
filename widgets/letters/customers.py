"""The letters to customers."""

from __future__ import annotations

from collections.abc import Sequence

from ticketing.codes import CODES, STATUSES
from widgets.letters.blocks import (
    Block,
    Buttons,
    Facts,
    Heading,
    Inlines,
    Link,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Written,
)
from widgets.letters.rich_text import plain, rich
from widgets.letters.views import Post, RegularHours, TicketShown
from widgets.letters.words import Words

_QUOTE_MAX = 1_200
"""Characters of an earlier text that are quoted."""


def received(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    answers = say("{team} usually answers within a business day.", team=ticket.team)
    awaited = ticket.status == "awaiting_reply"
    body: list[Block] = [
        Heading(say("We have your request")),
        hello(ticket, words),
        Paragraph(
            [
                *_with(say("Your request is {number}.", number="{number}"), number=Strong([f"#{ticket.number}"])),
                " ",
                say("We need information or a confirmation from you.") if awaited else answers,
            ]
        ),
        facts(ticket, words),
        *_quoted(ticket.wrote, words, whole=True),
        Buttons([Link(say("See the request"), ticket.url)]),
        Paragraph([say("Anything to add? Write it on that page, with files too.")], "small"),
    ]
    because = say("You get this mail because you sent us a request at {host}.", host=ticket.host)
    return written(ticket, words, say("We have your request"), answers, body, because)


def reply(ticket: TicketShown, words: Words) -> Written:
    post = ticket.post
    assert post is not None
    body: list[Block] = [hello(ticket, words), *_letter_of(post, words), Rule(), *_what_next(ticket, words)]
    body += _quoted(ticket.wrote, words)
    body.append(_whole_conversation(ticket, words))
    summary = _beginning(post.text)
    return written(ticket, words, "Re", summary, body, _is_yours(ticket, words), author=post.author)


def reminder(ticket: TicketShown, words: Words, *, last: bool) -> Written:
    say, asked = words.say, ticket.asked
    team = asked.author if asked is not None and asked.author else ticket.team
    promise = ticket.promise
    steps: list[tuple[str, Inlines]] = []
    if promise is not None:
        steps.append((say("Today"), [say("Second and last reminder") if last else say("First reminder")]))
        if not last and promise.reminder_2 is not None:
            steps.append((words.day(promise.reminder_2), [say("Second and last reminder")]))
        if promise.auto_solve is not None:
            steps.append((words.day(promise.auto_solve), [say("We solve it, if we hear nothing")]))
        if promise.reopen_until is not None:
            steps.append((words.day(promise.reopen_until), [say("Last day to reopen it")]))
    head = say("{name} waits for your answer", name=first_name(team))
    body: list[Block] = [Heading(head), hello(ticket, words)]
    subject = ticket.subject or f"#{ticket.number}"
    if asked is not None:
        asking = say(
            "On {day} {name} asked you something about “{subject}”:",
            day=words.day(asked.at),
            name=first_name(team),
            subject=subject,
        )
        body += [Paragraph([asking]), Quote(say("{name} wrote", name=team), rich(_cut(asked.text), "small"))]
    else:
        body.append(Paragraph([say("We need information or a confirmation from you.")]))
    body.append(_answers(ticket, words))
    if steps:
        body += [Paragraph([say("What happens next:")], "small"), Facts(steps)]
    body.append(Paragraph([say("Any answer stops this, even “give me a week”.")], "small"))
    summary = head
    return written(ticket, words, say("Reminder"), summary, body, _is_yours(ticket, words))


def auto_solved(ticket: TicketShown, words: Words) -> Written:
    say, asked = words.say, ticket.asked
    body: list[Block] = [Heading(say("We solved this, as we heard nothing")), hello(ticket, words)]
    subject = ticket.subject or f"#{ticket.number}"
    if asked is not None and len(ticket.reminded_at) == 2:
        first, second = (words.day(at) for at in ticket.reminded_at)
        text = say(
            "{name} asked you something on {day}. We reminded you on {first} and {second}, and heard nothing, so "
            "{subject} is now solved.",
            name=first_name(asked.author or ticket.team),
            day=words.day(asked.at),
            first=first,
            second=second,
            subject="{subject}",
        )
    else:
        text = say("We heard nothing, so {subject} is now solved.", subject="{subject}")
    body.append(Paragraph(_with(text, subject=Strong([subject]))))
    body += _solved_facts(ticket, words)
    return written(
        ticket,
        words,
        say("Solved, as we heard nothing"),
        say("You can still reopen it."),
        body,
        _is_yours(ticket, words),
    )


def solved(ticket: TicketShown, words: Words) -> Written:
    say, post = words.say, ticket.post
    body: list[Block] = [] if post is not None else [Heading(say("Your request is solved"))]
    body.append(hello(ticket, words))
    if post is not None:
        body += [*_letter_of(post, words), Rule()]
    body += _solved_facts(ticket, words)
    author = post.author if post is not None else None
    return written(
        ticket, words, say("Solved"), say("You can still reopen it."), body, _is_yours(ticket, words), author=author
    )


def reopened(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    body: list[Block] = [
        Heading(say("Your request is open again")),
        hello(ticket, words),
        Paragraph([say("It is with {team} again, with everything in it.", team=ticket.team)]),
        Buttons([Link(say("See the request"), ticket.url)]),
    ]
    return written(
        ticket,
        words,
        say("Open again"),
        say("It is with {team} again, with everything in it.", team=ticket.team),
        body,
        _is_yours(ticket, words),
    )


def handover_notice(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    text = say(
        "It works as designed, and you would like it to work differently. We handed your request over to your "
        "account team, and the feature-request process takes over."
    )
    body: list[Block] = [Heading(say("Your account team takes over")), hello(ticket, words), Paragraph([text])]
    body += _solved_facts(ticket, words)
    return written(ticket, words, say("Your account team takes over"), text, body, _is_yours(ticket, words))


def bare(ticket: TicketShown, words: Words) -> Written:
    """The letter to an email address that is not confirmed.

    It has the ticket number and a link, but no text of the ticket.
    """
    say = words.say
    number = f"#{ticket.number}"
    body: list[Block] = [
        Paragraph(_with(say("There is news about request {number}.", number="{number}"), number=Strong([number]))),
        Buttons([Link(say("See the request"), ticket.url)]),
    ]
    because = say("Somebody gave this address at {host}. If that was not you, ignore this mail.", host=ticket.host)
    return Written(
        sender=say("{brand} support", brand=ticket.brand),
        subject=say("News about your request"),
        summary=number,
        body=body,
        foot=[Paragraph([because], "fine")],
        tag=words.tag,
        colon=words.colon,
    )


# -- parts ---------------------------------------------------------------------------------


def written(
    ticket: TicketShown,
    words: Words,
    opening: str,
    summary: str,
    body: Sequence[Block],
    because: str,
    author: str | None = None,
) -> Written:
    say, number = words.say, f"[#{ticket.number}]"
    sender = say("{team} support", team=ticket.team)
    return Written(
        sender=f"{author}, {sender}" if author else sender,
        subject=f"{opening}{words.colon} {ticket.subject} {number}" if ticket.subject else f"{opening} {number}",
        summary=summary,
        body=body,
        foot=[Paragraph([text], "fine") for text in (_when(ticket.team, ticket.hours, words), because) if text],
        tag=words.tag,
        colon=words.colon,
    )


def hello(ticket: TicketShown, words: Words) -> Paragraph:
    name = first_name(ticket.name or "")
    return Paragraph([words.say("Hello {name},", name=name) if name else words.say("Hello,")])


def first_name(name: str) -> str:
    return name.strip().split(" ")[0]


def facts(ticket: TicketShown, words: Words) -> Facts:
    say, files = words.say, ticket.wrote.files if ticket.wrote is not None else ()
    rows = [
        (say("Subject"), ticket.subject),
        (say("Team"), ticket.team),
        (say("Product"), ticket.product),
        (say("Files"), ", ".join(files)),
    ]
    return Facts([(name, [value]) for name, value in rows if value])


def _letter_of(post: Post, words: Words) -> list[Block]:
    """A text of a staff member as a letter: the text, the names of its files, and the author's first name."""
    blocks = rich(post.text)
    if post.files:
        blocks.append(Facts([(words.say("Files"), [", ".join(post.files)])]))
    if post.author:
        blocks.append(Paragraph([first_name(post.author)]))
    return blocks


def _what_next(ticket: TicketShown, words: Words) -> list[Block]:
    say = words.say
    name = Strong([say(STATUSES[ticket.status].shown) + "."], "warn" if ticket.status == "awaiting_reply" else "")
    if ticket.status == "awaiting_reply":
        blocks: list[Block] = [
            Paragraph([name, " ", say("We need information or a confirmation from you.")], "small"),
            _answers(ticket, words),
        ]
        promised = _promised(ticket, words)
        return [*blocks, Paragraph([promised], "small")] if promised else blocks
    means = {
        "open": say("It is with us: with support, or with our product team."),
        "fixed_pending_rca": say(
            "The issue is mitigated and you have a workaround. We are still finding the cause (Root Cause Analysis)."
        ),
        "solved": say("The request has been resolved."),
    }
    return [Paragraph([name, " ", means[ticket.status]], "small"), Buttons([Link(say("Answer"), ticket.url)])]


def _answers(ticket: TicketShown, words: Words) -> Buttons:
    """The links for the possible answers.

    Each link only opens the request's page. The answer is sent by a button there.
    """
    say, place = words.say, f"{ticket.url}#answer"
    not_fixed = f"{ticket.url}?not_fixed#answer"
    return Buttons([Link(say("Answer"), place), Link(say("This solved it"), place), Link(say("Not fixed"), not_fixed)])


def _promised(ticket: TicketShown, words: Words) -> str | None:
    promise, say = ticket.promise, words.say
    if promise is None or promise.reminder_1 is None or promise.reminder_2 is None or promise.auto_solve is None:
        return None
    return say(
        "If we hear nothing, we’ll remind you on {first} and {second}, and solve it on {last}.",
        first=words.day(promise.reminder_1),
        second=words.day(promise.reminder_2),
        last=words.day(promise.auto_solve),
    )


def _solved_facts(ticket: TicketShown, words: Words) -> list[Block]:
    say = words.say
    rows: list[tuple[str, Inlines]] = [(say("Status"), [Strong([say(STATUSES["solved"].shown)], "ok")])]
    code = CODES.get(ticket.resolution or "")
    if code is not None:
        rows.append((say("Resolution"), [say(code.shown, brand=ticket.brand)]))
    if ticket.reopen_until is not None:
        until = say("Until {day}, end of the day {zone}", day=words.last_day(ticket.reopen_until), zone=words.zone)
        rows.append((say("Reopen"), [until]))
    blocks: list[Block] = [Facts(rows)]
    if ticket.reopen_until is not None:
        text = say(
            "Answer on the page until {day}, and it is open again, with everything in it. After that, an answer "
            "starts a follow-up.",
            day=words.day(ticket.reopen_until),
        )
        blocks.append(Paragraph([Strong([say("Not solved for you?")]), " ", text]))
    blocks.append(Buttons([Link(say("See the request"), ticket.url)]))
    if code is not None:
        blocks.append(Paragraph([say(code.told).replace("'", "’")], "small"))
    return blocks


def _quoted(wrote: Post | None, words: Words, *, whole: bool = False) -> list[Block]:
    if wrote is None or not wrote.text.strip():
        return []
    when = words.day_and_time(wrote.at)
    head = (
        words.say("{name} wrote, {when}", name=wrote.author, when=when)
        if wrote.author
        else words.say("You wrote, {when}", when=when)
    )
    return [Quote(head, plain(wrote.text if whole else _cut(wrote.text), "small"))]


def _whole_conversation(ticket: TicketShown, words: Words) -> Paragraph:
    text = words.say("The whole conversation, #{number}", number=ticket.number)
    return Paragraph([Link(text, ticket.url)], "small")


def _is_yours(ticket: TicketShown, words: Words) -> str:
    return words.say("You get this mail because #{number} is your request.", number=ticket.number)


def _when(team: str, hours: RegularHours | None, words: Words) -> str:
    """The days and hours at which the team reads mail, and the next days on which it is closed.

    Empty without `hours`.
    """
    if hours is None:
        return ""
    say = words.say
    text = say(
        "{team} is here {first} to {last}, {opens} to {closes} {zone}.",
        team=team,
        first=words.weekday(hours.first),
        last=words.weekday(hours.last),
        opens=words.minutes(hours.opens),
        closes=words.minutes(hours.closes),
        zone=words.zone,
    )
    closed = [say("Closed on {day}.", day=words.date(day)) for day in hours.closed_on]
    return " ".join([text, *closed])


def _with(text: str, **parts: Strong) -> Inlines:
    """The sentence `text`, with a part in the place of its only placeholder.

    `parts` has one entry: the name of the placeholder and the part.
    """
    ((name, part),) = parts.items()
    before, _, after = text.partition(f"{{{name}}}")
    return [before, part, after]


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE_MAX else f"{text[:_QUOTE_MAX].rsplit(' ', 1)[0]} …"


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:120].rsplit(' ', 1)[0]} …"

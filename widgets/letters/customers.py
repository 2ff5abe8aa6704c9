"""The letters to customers."""

from __future__ import annotations

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
from widgets.letters.parts import (
    answers_to,
    anything_to_add,
    beginning,
    cut,
    facts,
    first_name_of,
    hello,
    is_yours,
    letter_of,
    quoted,
    reopening,
    solved_facts,
    titled,
    what_next,
    whole_conversation,
    with_part,
    written,
)
from widgets.letters.rich_text import rich
from widgets.letters.views import TicketShown
from widgets.letters.words import Words


def received(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    answers = say("{team} usually answers within a business day.", team=ticket.team)
    awaited = ticket.status == "awaiting_reply"
    body: list[Block] = [
        Heading(say("We have your request")),
        hello(ticket, words),
        Paragraph(
            [
                *with_part(say("Your request is {number}.", number="{number}"), number=Strong([f"#{ticket.number}"])),
                " ",
                say("We need information or a confirmation from you.") if awaited else answers,
            ]
        ),
        facts(ticket, words),
        *quoted(ticket.wrote, words, whole=True),
        Buttons([Link(say("See the request"), ticket.url)]),
        anything_to_add(ticket, words),
    ]
    because = say("You get this mail because you sent us a request at {host}.", host=ticket.host)
    return written(ticket, words, say("We have your request"), answers, body, because)


def reply(ticket: TicketShown, words: Words) -> Written:
    post = ticket.post
    assert post is not None
    body: list[Block] = [hello(ticket, words), *letter_of(post, words), Rule(), *what_next(ticket, words)]
    body += quoted(ticket.wrote, words)
    body.append(whole_conversation(ticket, words))
    summary = beginning(post.text)
    return written(ticket, words, "Re", summary, body, is_yours(ticket, words), author=post.author)


def reminder(ticket: TicketShown, words: Words, *, last: bool) -> Written:
    say, asked = words.say, ticket.asked
    promise, name = ticket.promise, first_name_of(asked, ticket)
    steps: list[tuple[str, Inlines]] = []
    if promise is not None:
        steps.append((say("Today"), [say("Second and last reminder") if last else say("First reminder")]))
        if not last and promise.reminder_2 is not None:
            steps.append((words.day(promise.reminder_2), [say("Second and last reminder")]))
        if promise.auto_solve is not None:
            steps.append((words.day(promise.auto_solve), [Strong([say("We solve it, if we hear nothing")])]))
        if promise.reopen_until is not None:
            steps.append((words.desk_day(promise.reopen_until), [say("Last day to reopen it")]))
    head = say("{name} waits for your answer", name=name)
    body: list[Block] = [Heading(head), hello(ticket, words)]
    if asked is not None:
        asking = say(
            "On {day} {name} asked you something about {subject}:",
            day=words.day(asked.at),
            name=name,
            subject="{subject}",
        )
        wrote = say("{name} wrote, {when}", name=asked.author or ticket.team, when=words.stamp(asked.at))
        body.append(Paragraph(with_part(asking, subject=titled(ticket, words))))
        body.append(Quote(wrote, rich(cut(asked.text), "small")))
    else:
        body.append(Paragraph([say("We need information or a confirmation from you.")]))
    if ticket.answerable:
        body.append(Paragraph([say("Answer this mail, or press one of these:")], "small"))
    body.append(answers_to(ticket, words))
    if steps:
        body += [Paragraph([say("What happens next:")], "small"), Facts(steps)]
    body.append(Paragraph([say("Any answer stops this, even “give me a week”.")], "small"))
    return written(ticket, words, say("Reminder"), head, body, is_yours(ticket, words), see=True)


def auto_solved(ticket: TicketShown, words: Words) -> Written:
    say, asked = words.say, ticket.asked
    body: list[Block] = [Heading(say("We solved this, as we heard nothing")), hello(ticket, words)]
    if asked is not None and len(ticket.reminded_at) == 2:
        first, second = (words.day(at) for at in ticket.reminded_at)
        text = say(
            "{name} asked you something on {day}. We reminded you on {first} and {second}, and heard nothing, so "
            "{subject} is now solved.",
            name=first_name_of(asked, ticket),
            day=words.day(asked.at),
            first=first,
            second=second,
            subject="{subject}",
        )
    else:
        text = say("We heard nothing, so {subject} is now solved.", subject="{subject}")
    body.append(Paragraph(with_part(text, subject=titled(ticket, words))))
    body += solved_facts(ticket, words)
    opening, summary = say("Solved, as we heard nothing"), say("You can still reopen it.")
    return written(ticket, words, opening, summary, body, is_yours(ticket, words), see=True)


def solved(ticket: TicketShown, words: Words) -> Written:
    say, post = words.say, ticket.post
    body: list[Block] = [] if post is not None else [Heading(say("Your request is solved"))]
    body.append(hello(ticket, words))
    if post is not None:
        body += [*letter_of(post, words), Rule()]
    body += solved_facts(ticket, words)
    author = post.author if post is not None else None
    return written(
        ticket, words, say("Solved"), say("You can still reopen it."), body, is_yours(ticket, words), author=author
    )


def reopened(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    body: list[Block] = [
        Heading(say("Your request is open again")),
        hello(ticket, words),
        Paragraph([say("It is with {team} again, with everything in it.", team=ticket.team)]),
        Buttons([Link(say("See the request"), ticket.url)]),
        anything_to_add(ticket, words),
    ]
    return written(
        ticket,
        words,
        say("Open again"),
        say("It is with {team} again, with everything in it.", team=ticket.team),
        body,
        is_yours(ticket, words),
    )


def issue_solved(ticket: TicketShown, words: Words) -> Written:
    """The letter to the requester of a duplicate, sent when its original ticket is solved. The letter says nothing else
    about the original."""
    say = words.say
    head, opening = say("The issue behind your request is solved"), say("The issue is solved")
    text = say("You told us about {subject}. The issue behind it is solved now.", subject="{subject}")
    body: list[Block] = [
        Heading(head),
        hello(ticket, words),
        Paragraph(with_part(text, subject=titled(ticket, words))),
        *reopening(ticket, words),
    ]
    return written(ticket, words, opening, head, body, is_yours(ticket, words), see=True)


def handover_notice(ticket: TicketShown, words: Words) -> Written:
    say = words.say
    text = say(
        "It works as designed, and you would like it to work differently. We handed your request over to your "
        "account team, and the feature-request process takes over."
    )
    body: list[Block] = [Heading(say("Your account team takes over")), hello(ticket, words), Paragraph([text])]
    body += solved_facts(ticket, words)
    return written(ticket, words, say("Your account team takes over"), text, body, is_yours(ticket, words))


def bare(ticket: TicketShown, words: Words) -> Written:
    """The letter to an email address that is not confirmed.

    It has the ticket number and a link, but no text of the ticket.
    """
    say = words.say
    number = f"#{ticket.number}"
    body: list[Block] = [
        Paragraph(with_part(say("There is news about request {number}.", number="{number}"), number=Strong([number]))),
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

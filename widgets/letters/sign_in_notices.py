"""The letters that tell the owner of an account about a new way to sign in. Letters to staff are in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.letters.blocks import Block, Buttons, Heading, Link, Paragraph, Written
from widgets.letters.words import Words

_TELL = (
    "If it wasn’t you, tell an administrator at once. A new password that an administrator sets ends everything that "
    "signs you in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The facts that these letters show. `base` is the URL of the desk, and `at` is the moment of the change."""

    base: str
    brand: str
    host: str
    at: int
    staff: bool


def passkey_added(notice: Notice, words: Words) -> Written:
    say, when = words.say, words.stamp(notice.at)
    told = say("A passkey was added on {when}. Whoever has it can sign in as you, without your password.", when=when)
    account = Link(say("See your passkeys"), f"{notice.base}/account")
    steps: list[Block] = [Paragraph([_TELL]), Buttons([account])]
    if not notice.staff:
        sentence = say(
            "If it wasn’t you, choose a new password now. This removes all passkeys and signs you out everywhere."
        )
        new = Link(say("Choose a new password"), f"{notice.base}/sign-up?forgotten=1")
        steps = [Paragraph([sentence]), Buttons([new, account])]
    return _written(notice, words, say("A passkey was added to your account"), told, steps)


def sign_on_linked(notice: Notice, words: Words) -> Written:
    say, when = words.say, words.stamp(notice.at)
    told = say(
        "Your account was linked with your sign-on service on {when}. Whoever signs in there as you can sign in here "
        "too.",
        when=when,
    )
    steps: list[Block] = [Paragraph([_TELL]), Buttons([Link(say("See your account"), f"{notice.base}/account")])]
    if not notice.staff:
        sentence = say("If it wasn’t you, tell the people who run your sign-on service, and us, at once.")
        steps = [Paragraph([sentence]), Buttons([Link(say("Write to us"), f"{notice.base}/submit")])]
    return _written(notice, words, say("Single sign-on was linked to your account"), told, steps)


def _written(notice: Notice, words: Words, subject: str, told: str, steps: Sequence[Block]) -> Written:
    say = words.say
    because = say("You get this mail because it is about your account at {host}.", host=notice.host)
    body = [Heading(subject), Paragraph([told]), Paragraph([say("If it was you, there is nothing to do.")]), *steps]
    return Written(
        sender=say("{brand} support", brand=notice.brand),
        subject=subject,
        summary=told,
        body=body,
        foot=[Paragraph([because], "fine")],
        tag=words.tag,
        colon=words.colon,
    )

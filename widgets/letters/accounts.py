"""The letters about customers' accounts.

The letters do not address the reader by name, because the person who asked for the letter may not own the email
address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.letters.blocks import Block, Buttons, Heading, Link, Paragraph, Written
from widgets.letters.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShown:
    """The facts that these letters show.

    `link` leads to the page on which the reader chooses a password. It is None if there is no password to choose.
    """

    link: str | None
    sign_in: str
    brand: str
    host: str


def confirm_account(account: AccountShown, words: Words) -> Written:
    say = words.say
    subject = say("Confirm your address for {brand} support", brand=account.brand)
    body: list[Block] = [
        Heading(say("Confirm your address")),
        Paragraph([say("Open the link and choose a password, and you have an account.")]),
        *_link(account, say("Choose a password")),
        Paragraph([say("The link works once, within 24 hours.")], "small"),
    ]
    return _written(account, words, subject, body)


def account_exists(account: AccountShown, words: Words) -> Written:
    say = words.say
    subject = say("You have an account for {brand} support", brand=account.brand)
    body: list[Block] = [
        Heading(say("You already have an account")),
        Paragraph([say("Somebody, probably you, asked for an account with this address. There is one already.")]),
        Buttons([Link(say("Sign in"), account.sign_in)]),
    ]
    if account.link is not None:
        body += [
            Paragraph([say("You don’t remember the password?")], "small"),
            *_link(account, say("Choose a new password")),
            Paragraph([say("The link works once, within 24 hours.")], "small"),
        ]
    else:
        # Only accounts of staff have no link: nobody chooses their password by mail.
        help_ = say("Staff cannot choose a new one by mail. Ask an administrator of this desk to set it.")
        body.append(Paragraph([say("You don’t remember the password?"), " ", help_], "small"))
    return _written(account, words, subject, body)


def reset_password(account: AccountShown, words: Words) -> Written:
    say = words.say
    subject = say("A new password for {brand} support", brand=account.brand)
    body: list[Block] = [
        Heading(say("Choose a new password")),
        Paragraph([say("The old password works until you have chosen a new one.")]),
        *_link(account, say("Choose a new password")),
        Paragraph([say("The link works once, within 24 hours.")], "small"),
    ]
    return _written(account, words, subject, body)


def _link(account: AccountShown, text: str) -> list[Block]:
    return [Buttons([Link(text, account.link)])] if account.link is not None else []


def _written(account: AccountShown, words: Words, subject: str, body: Sequence[Block]) -> Written:
    say = words.say
    because = say("Somebody gave this address at {host}. If that was not you, ignore this mail.", host=account.host)
    return Written(
        sender=say("{brand} support", brand=account.brand),
        subject=subject,
        summary=because,
        body=body,
        foot=[Paragraph([because], "fine")],
        tag=words.tag,
        colon=words.colon,
    )

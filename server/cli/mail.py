"""`switchboard mail`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, in_database, load_settings

if TYPE_CHECKING:
    from mail.letter import Letter
    from mail.service import Letters
    from server.settings import Settings

QUEUE_MAX = 1_000
"""Maximum number of letters that are listed."""

mail = typer.Typer(help="Letters that were not delivered yet.", no_args_is_help=True, rich_markup_mode=None)


@mail.command("queue")
def mail_queue(data: Data = None) -> None:
    """List letters that wait or have failed: id, kind, ticket, address, state, next try, reason."""
    settings = load_settings(data=data)
    letters = _letters(settings)
    found = in_database(settings, lambda tx: letters.not_accepted(tx, QUEUE_MAX))
    for letter in found:
        print(_line(letter))
    if not found:
        print("No letter waits, and none has failed.")


@mail.command("send")
def mail_send(
    id: Annotated[int, typer.Argument(help="Id of the letter, as shown by `switchboard mail queue`.", min=1)],
    data: Data = None,
) -> None:
    """Make a waiting or failed letter due now. The running server tries to send it within 15 seconds."""
    from clock import system_clock
    from refusals import Refused

    settings = load_settings(data=data)
    letters = _letters(settings)
    try:
        letter = in_database(settings, lambda tx: letters.send_again(tx, id, system_clock()))
    except Refused as refused:
        fail(refused.message)
    print(_line(letter))


def _letters(settings: Settings) -> Letters:
    from uuid_utils import uuid7

    from mail.adapters.stored_letters import stored_letters
    from mail.identifiers import Identifiers

    identifiers = Identifiers(settings.secret_bytes(), settings.message_domain, receives=False)
    return stored_letters(identifiers, lambda: str(uuid7()))


def _line(letter: Letter) -> str:
    from clock import rfc3339

    about = f"#{letter.ticket}" if letter.ticket is not None else "-"
    when = f"next try {rfc3339(letter.due_at)}" if letter.state == "waiting" else "given up"
    line = f"{letter.id}\t{letter.kind}\t{about}\t{letter.to}\t{letter.state}\t{when}"
    return f"{line}\t{' '.join(letter.error.split())}" if letter.error else line

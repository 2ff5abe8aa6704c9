"""`switchboard mail`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from server.cli.inputs import Data, fail, in_database, load_desk, load_settings

if TYPE_CHECKING:
    from mail.letter import Letter
    from mail.service import Letters
    from server.settings import Settings
    from storage.ports import Tx

DATA_ERROR, TRY_AGAIN = 65, 75
"""Exit statuses of `sysexits.h`, which mail servers understand."""
QUEUE_MAX = 1_000
"""Maximum number of letters that are listed."""

mail = typer.Typer(
    help="Letters that were not delivered yet, and mail that comes in.", no_args_is_help=True, rich_markup_mode=None
)


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


@mail.command("revoke")
def mail_revoke(
    ticket: Annotated[int, typer.Argument(help="Number of the ticket.", min=1)],
    data: Data = None,
) -> None:
    """Revoke the reply addresses of a ticket, for example because somebody published a letter.

    Mail to these addresses is held back from now on. The next letters have new reply addresses.
    """
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.store import SqlStore
    from identity.audit import line

    settings = load_settings(data=data)
    letters = _letters(settings)

    def unit(tx: Tx) -> list[str]:
        now = system_clock()
        revoked = letters.revoke(tx, ticket, now)
        if revoked:
            SqlStore().record(tx, line(SYSTEM, "revoke", "reply_address", str(ticket), {"count": len(revoked)}, now))
        return revoked

    found = in_database(settings, unit)
    if not found:
        fail(f"Ticket {ticket} has no reply address that is valid.")
    print("\n".join(f"The reply address of {address} is revoked." for address in found))


@mail.command("trusted")
def mail_trusted(data: Data = None) -> None:
    """List the addresses whose mail needs no proof, because staff trust them."""
    from mail.adapters.incoming_store import SqlIncomingMails

    found = in_database(load_settings(data=data), SqlIncomingMails().trusted)
    print("\n".join(found) or "No address is trusted.")


@mail.command("distrust")
def mail_distrust(
    address: Annotated[str, typer.Argument(help="The address, as shown by `switchboard mail trusted`.")],
    data: Data = None,
) -> None:
    """Let mail from an address need proof again."""
    from mail.adapters.incoming_store import SqlIncomingMails

    if not in_database(load_settings(data=data), lambda tx: SqlIncomingMails().distrust(tx, address)):
        fail(f"{address[:254]!r} is not trusted.")
    print(f"Mail from {address} needs proof from now on.")


@mail.command("receive")
def mail_receive(
    to: Annotated[str, typer.Option(help="The recipient, from the envelope.")],
    sender: Annotated[
        str | None,
        typer.Option(
            "--from", help="The sender, from the envelope. Empty for a bounce. If left out, the address in From."
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Take in one email from standard input. The running server acts on it within 15 seconds.

    Exit status: 0 if the email is stored, 65 if it is refused for good, 75 if it should be delivered again later.
    """
    import sys

    from mail.incoming.parsing import SIZE_MAX, Envelope, parse

    raw = sys.stdin.buffer.read(SIZE_MAX + 1)
    if len(raw) > SIZE_MAX:
        _refuse(f"The email is too large. At most {SIZE_MAX} bytes are accepted.", DATA_ERROR)
    try:
        if sender is None:
            sender = parse(raw, Envelope("", to)).sender or ""
        taken = _store(load_settings(data=data), raw, sender, to)
    except (OSError, typer.Exit) as error:
        _refuse(f"The email cannot be stored now: {getattr(error, 'strerror', None) or 'see above'}", TRY_AGAIN)
    except Exception as error:
        print(f"The email cannot be stored now: {error!r}", file=sys.stderr)
        raise typer.Exit(TRY_AGAIN) from error
    if not taken:
        _refuse(f"{to[:254]!r} is not an address of this desk.", DATA_ERROR)


def _store(settings: Settings, raw: bytes, sender: str, to: str) -> bool:
    """Store an email. Returns False if mail to `to` is not for this desk. Raises OSError if only the reserve of the
    disk is left."""
    from contextlib import closing
    from errno import ENOSPC

    from attachments.adapters.disk_reserve import DiskReserve
    from clock import system_clock
    from mail.adapters.incoming_folder import FolderOfMails, folder_of
    from mail.adapters.incoming_store import SqlIncomingMails
    from mail.incoming.addressing import is_of_desk
    from mail.incoming.parsing import Envelope

    emails = [team.email for team in load_desk(settings).teams.values() if team.email is not None]
    if not is_of_desk(to, settings.mail_domain, emails):
        return False
    raws, mails = FolderOfMails(folder_of(settings.data)), SqlIncomingMails()
    sent_by = sender.strip().strip("<>").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    digest, envelope = raws.digest(raw), Envelope(sent_by, to.strip())
    if not in_database(settings, lambda tx: mails.knows(tx, digest, [envelope.to])):
        reserve = DiskReserve(settings.data, settings.upload_reserve)
        if not reserve.fits(len(raw), reserve.room()):
            raise OSError(ENOSPC, "only the reserve of the disk is left")
        with closing(raws.hold(digest)):
            raws.save(raw)
            in_database(settings, lambda tx: mails.add(tx, envelope, digest, len(raw), system_clock()))
    return True


def _refuse(sentence: str, status: int) -> NoReturn:
    import sys

    print(sentence, file=sys.stderr)
    raise typer.Exit(status)


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

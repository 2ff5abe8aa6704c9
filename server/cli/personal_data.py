"""`switchboard people`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, load_settings, with_database

if TYPE_CHECKING:
    from server.live.personal_data.person import Person
    from server.live.personal_data.personal_data import PersonalData
    from server.settings import Settings
    from storage.ports import Storage

people = typer.Typer(help="The data of customers: export and erase it.", no_args_is_help=True, rich_markup_mode=None)
Address = Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's email address.")]


@people.callback()
def all_people() -> None:
    """The data of customers: export and erase it."""


@people.command("export")
def people_export(
    email: Address,
    out: Annotated[Path | None, typer.Option(help="The new file. Default: person.zip.", show_default=False)] = None,
    data: Data = None,
) -> None:
    """Write everything that the desk has of a customer into a zip file."""
    from identity.actor import SYSTEM

    settings, file = load_settings(data=data), out or Path("person.zip")
    if file.exists():
        fail(f"{file}: already exists. Choose another name with --out.")

    async def work(storage: Storage) -> Person:
        of = _personal_data(settings, storage)
        found = await of.erasing.find(SYSTEM, email)
        try:
            file.touch(mode=0o600)
            await of.exporting.export(SYSTEM, found.person, file)
        except OSError as error:
            fail(f"{file}: {error.strerror}.")
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return found.person

    person = with_database(settings, work)
    print(f"{file}: {_summary(person)}.")
    if person.unproven:
        print(f"Nobody has proven the address of {person.unproven} of its entries. Look before you hand it over.")


@people.command("erase")
def people_erase(
    email: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Erase a customer for good: texts, files, names and addresses. The facts of tickets stay, without a name."""
    import logging

    import structlog

    from identity.actor import SYSTEM

    settings = load_settings(data=data)

    async def look(storage: Storage) -> tuple[Person, str]:
        found = await _personal_data(settings, storage).erasing.find(SYSTEM, email)
        return found.person, found.obstacle

    person, obstacle = with_database(settings, look)
    if obstacle:
        fail(obstacle)
    if not yes:
        if not sys.stdin.isatty():
            fail("Nothing was erased. Without a terminal, use --yes.")
        print(f"This erases {_summary(person)}, and cannot be undone.")
        if input("Type the address again to erase: ").strip().lower() != email.lower():
            fail("Nothing was erased: the address differs.")

    async def work(storage: Storage) -> str:
        # A success says nothing but what it prints. A failure goes to standard error.
        quiet = structlog.make_filtering_bound_logger(logging.WARNING)
        structlog.configure(wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        of = _personal_data(settings, storage)
        erasure = await of.erasing.erase(SYSTEM, email)
        return erasure.id

    print(f"Erased, as {with_database(settings, work)}.")


def _summary(person: Person) -> str:
    parts = {"chat": len(person.chats), "ticket": len(person.tickets), "entry": len(person.ids)}
    plural = {"entry": "entries"}
    return ", ".join(f"{n} {name if n == 1 else plural.get(name, f'{name}s')}" for name, n in parts.items())


def _personal_data(settings: Settings, storage: Storage) -> PersonalData:
    from uuid_utils import uuid7

    from attachments.adapters.blobs import FolderBlobs
    from attachments.adapters.files import Files
    from attachments.adapters.records import SqlRecords
    from attachments.addresses import Addresses
    from attachments.service import Attachments
    from clock import system_clock
    from mail.adapters.folder import CopiesOfLetters
    from mail.adapters.incoming_bytes import SqlNeedsOfBytes
    from mail.adapters.incoming_folder import FolderOfMails, folder_of
    from mail.adapters.stored_letters import stored_letters
    from mail.identifiers import Identifiers
    from server.live.mail.mail_removal import MailRemoval
    from server.live.personal_data.personal_data import PersonalData

    class Nobody:
        def may_read(self, tx: object, holder: str, actor: object) -> bool:
            return False

    secret, folder, records = settings.secret_bytes(), settings.data, SqlRecords()
    blobs = FolderBlobs(folder / "files")
    attachments = Attachments(records, Nobody(), None)
    files = Files(attachments, records, blobs, storage, Addresses(secret), system_clock)
    letters = stored_letters(Identifiers(secret, settings.message_domain, receives=False), lambda: str(uuid7()))
    raws, copies = FolderOfMails(folder_of(folder)), CopiesOfLetters(folder / "mail")
    removal = MailRemoval(storage, system_clock, SqlNeedsOfBytes(), raws, letters, copies, keep_ms=0, check_s=0)
    return PersonalData(settings, storage, system_clock, files, removal)

"""`switchboard tickets import`: finds out what an export is, and imports it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.pictures.pool import Pictures, processes
from automations.adapters.store import SqlStore as StoredRules
from clock import Clock
from identity.actor import SYSTEM
from identity.adapters.store import SqlStore
from identity.audit import AuditLine, line
from identity.staff import actor as as_actor
from knowledge.adapters.front_matter import strings_in
from knowledge.page import Fault
from routing.desk import Desk as Hours
from server.operations.import_report import Report
from server.operations.import_staging import staging
from server.operations.json_rows import Row, Source, rows, sources
from server.operations.kept_files import KeptFiles
from server.operations.lock import is_served
from server.operations.own_files import OwnFiles, opened
from server.operations.own_import import OwnExport
from server.operations.ticket_import import TicketImport
from server.operations.zendesk_files import kind_of
from server.operations.zendesk_import import ZendeskExport, attachments_in
from server.settings import Settings
from storage.ports import Storage, Tx
from zendesk.import_map import ImportMap, faults_of
from zendesk.imported_people import Desk

_MAP_BYTES_MAX = 1 << 20


class CannotImport(Exception):
    """The import cannot begin. `faults` are sentences for the operator."""

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults


def map_in(path: Path | None) -> ImportMap:
    """The file for --map. Raises CannotImport."""
    if path is None:
        return ImportMap()
    try:
        if path.stat().st_size > _MAP_BYTES_MAX:
            raise CannotImport(f"{path} is larger than 1 MiB.")
        return msgspec.convert(strings_in(path.read_text(encoding="utf-8")), ImportMap, strict=False)
    except (OSError, UnicodeDecodeError, Fault, msgspec.ValidationError) as error:
        raise CannotImport(f"{path}: {error}") from None


def checked(map_: ImportMap, hours: Hours) -> ImportMap:
    """The mapping, with the team for everything if the desk has one team only. Raises CannotImport."""
    teams = [team.key for team in hours.teams.values() if not team.retired]
    if map_.team is None and len(teams) == 1:
        map_ = msgspec.structs.replace(map_, team=teams[0])
    products = {product for team in hours.teams.values() for product in team.products}
    faults = faults_of(map_, hours.teams, products)
    if faults:
        raise CannotImport(*faults, "Nothing was imported.")
    return map_


async def import_tickets(
    storage: Storage, settings: Settings, hours: Hours, path: Path, map_: ImportMap, report: Report, clock: Clock
) -> None:
    """Import an export. Raises CannotImport, StorageUnavailable."""
    files = _sources(path)
    whole_desk = any(PurePosixPath(file.name).name == "desk.json" for file in files)
    tickets = [file for file in files if len(files) == 1 or _has_tickets(file, whole_desk=whole_desk)]
    if not tickets:
        raise CannotImport(
            f"{path} has no tickets: no file named like tickets.json or tickets.jsonl.",
            "Articles of a Zendesk Guide export: switchboard articles import --from-zendesk.",
        )
    report.total = sum(file.size for file in tickets)
    desk = await storage.read(lambda tx: _desk(tx, hours, map_))
    pictures = Pictures(processes())
    try:
        with staging(settings.data) as staged, opened(path) as contents:
            blobs = FolderBlobs(settings.data / "files")
            others = [file for file in files if file not in tickets]
            beside = is_served(settings) or not settings.embedded
            export: OwnExport | ZendeskExport
            if whole_desk or _is_own(tickets[0]):
                kept = OwnFiles(contents, storage, staged, blobs, report)
                export = OwnExport(storage, settings, hours, _ids(desk), desk.sees, staged, report, clock, kept)
                await export.prepare(others)
                running = TicketImport(storage, export, staged, report, clock, beside_server=beside).run(
                    tickets, "tickets"
                )
            else:
                files_of = (KeptFiles(storage, blobs, pictures, clock), attachments_in(path))
                export = ZendeskExport(storage, desk, staged, report, clock, *files_of)
                await export.prepare(others)
                running = TicketImport(storage, export, staged, report, clock, beside_server=beside).run(
                    tickets, "tickets"
                )
            try:
                await running
            finally:
                entry = _entry(export.source, report, clock())
                # This commit waits for the disk. Those before it did not, and are kept with it.
                await storage.write(partial(_end, entry=entry))
    finally:
        pictures.close()


def _ids(desk: Desk) -> Mapping[str, str]:
    """Ids of staff by address."""
    return {address: id_ for address, (id_, _) in desk.staff.items()}


def _entry(source: str, report: Report, now: int) -> AuditLine:
    counts = {str(outcome).replace(" ", "_"): count for outcome, count in report.counts.items() if count}
    return line(SYSTEM, "import", "tickets", None, {"source": source, **counts}, now)


def _end(tx: Tx, entry: AuditLine) -> None:
    SqlStore().record(tx, entry)
    StoredRules().look_at_all_again(tx)


def _has_tickets(file: Source, *, whole_desk: bool) -> bool:
    # Another desk's export has more files whose names begin so.
    return PurePosixPath(file.name).stem == "tickets" if whole_desk else kind_of(file.name) == "tickets"


def _is_own(file: Source) -> bool:
    """True for tickets that a desk of this program exported. Those of Zendesk have an `id`."""
    with file.open() as stream:
        first = next((row for row in rows(stream, file.name, "tickets") if isinstance(row, Row)), None)
    try:
        return first is not None and "number" in msgspec.json.decode(first.raw, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b'"number"' in first.raw[:40] if first is not None else False


def _sources(path: Path) -> list[Source]:
    try:
        return sources(path)
    except OSError as error:
        raise CannotImport(f"{path} cannot be read: {error}") from None
    except ValueError as error:
        raise CannotImport(f"{path}: {error}") from None


def _desk(tx: Tx, hours: Hours, map_: ImportMap) -> Desk:
    staff = [user for user in SqlStore().users(tx) if user.disabled_at is None]
    people = {user.id: as_actor(user) for user in staff}
    return Desk(
        map_=map_,
        teams={team.key: team.name for team in hours.teams.values()},
        products=sorted({product for team in hours.teams.values() for product in team.products}),
        zone=hours.timezone,
        reopen_days={team.key: team.reopen_days for team in hours.teams.values()},
        staff={user.email.lower(): (user.id, user.name) for user in staff},
        sees=lambda id_, team: people[id_].sees(team),
    )

"""Turns tickets of a Zendesk export into tickets of this desk. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clock import from_rfc3339
from clock.zones import end_of_day
from mail.incoming.addressing import mail_author
from texts.card_numbers import masked
from texts.visible import as_line, shows_something
from ticketing.codes import CODES
from ticketing.custom_fields import missing
from ticketing.events import Author, FileView
from ticketing.imported import NUMBER_MAX, WITHOUT_CODE, Imported, ImportedEvent, said
from ticketing.ticket import PRIORITIES, SUBJECT_MAX, TEXT_MAX, Priority, Ticket
from ticketing.triage import TAGS_MAX, tag_of
from ticketing.views import By, HistoryLine
from zendesk.exported import ExportedComment, ExportedTicket
from zendesk.field_import import values_of
from zendesk.import_map import FieldMap, ImportMap, status_in, unseen
from zendesk.import_notes import note_of
from zendesk.imported_people import (
    STAFF,
    Desk,
    Facts,
    Unusable,
    address_of,
    assignee_of,
    client_of,
    followers_of,
    name_of,
    participants_of,
    requester_of,
    user_of,
)
from zendesk.statuses import PENDING_RCA, Status, written

_CHANNELS = {"chat": "chat", "web": "form", "web_form": "form", "help_center": "form", "email": "email"}
_RATINGS = {"good": 5, "good_with_comment": 5, "bad": 1, "bad_with_comment": 1}
_LATEST = 4_102_444_800_000
"""The year 2100. The end of the time in which a ticket can be reopened must be a date too."""
_AHEAD_MS = 86_400_000
"""How much later the clock of the other desk may be."""
_NOBODY = Author("system", None, None)
_NOT_FIXED = "Taken from Zendesk. The workaround was not recorded."


def imported(
    ticket: ExportedTicket, comments: Sequence[ExportedComment], desk: Desk, facts: Facts, now: int
) -> tuple[Imported, list[str]] | None:
    """The ticket, and what was not taken over as it was. None if the mapping leaves it out. Raises Unusable."""
    status = _status(desk.map_, ticket)
    if status is None:
        return None
    remarks = list[str]()
    created = _moment("created_at", ticket.created_at)
    if created > now + _AHEAD_MS:
        raise Unusable(f"created_at is {ticket.created_at[:40]!r}, which is still to come. Correct it")
    updated = max(created, _moment("updated_at", ticket.updated_at or ticket.created_at))
    requester = requester_of(ticket, facts)
    made = Ticket(
        number=ticket.id if 0 < ticket.id <= NUMBER_MAX else 0,
        team=_team(ticket, desk, facts, remarks),
        product=_product(ticket, desk, remarks),
        subject=_subject(ticket),
        external_ref=(masked(as_line(ticket.external_id))[:200] or None) if ticket.external_id else None,
        client=client_of(ticket, facts),
        requester=requester,
        participants=participants_of(ticket, requester, desk, facts),
        assignee=assignee_of(ticket, desk, facts, remarks),
        channel=_channel(ticket),
        created_at=created,
        updated_at=updated,
        priority=_priority(ticket, remarks),
        tags=_tags(ticket, remarks),
        rating=_RATINGS.get((ticket.satisfaction_rating.score or "") if ticket.satisfaction_rating else ""),
        rating_comment=_rating_comment(ticket),
    )
    made = _with_status(made, status, ticket, desk, remarks, now)
    if made.assignee is not None and made.status != "solved" and not desk.sees(made.assignee, made.team):
        remarks.append(unseen(ticket.id, made.team))
        made = replace(made, assignee=None)
    made, left = _with_fields(made, ticket, desk, remarks)
    files, staff_files = list[str](), list[str]()
    events = _events(ticket, comments, desk, facts, (files, staff_files), remarks)
    if note := note_of(ticket, left, remarks):
        events += said(_NOBODY, note, [], max([made.updated_at, *(each.at for each in events)]), staff_only=True)
    history = _history(made, By("system", None, None))
    followers = followers_of(ticket, made.team, desk, facts, remarks)
    return Imported(str(ticket.id), made, events, history, files, staff_files, followers), remarks


def _with_fields(made: Ticket, ticket: ExportedTicket, desk: Desk, remarks: list[str]) -> tuple[Ticket, str]:
    """The ticket with its custom fields, and the text of a note with the values that have no place here."""
    values, left = values_of(ticket.custom_fields or (), desk.fields, desk.map_, remarks.append)
    made = replace(made, custom_fields=values)
    return replace(made, fields_missing=made.closed_at is None and bool(missing(desk.here, made))), left


# -- its properties ---------------------------------------------------------------------------


def _status(map_: ImportMap, ticket: ExportedTicket) -> Status | None:
    try:
        return status_in(map_, ticket.status)
    except KeyError:
        raise Unusable(
            f"the status {ticket.status[:40]!r} is not known. Name it under `statuses` in the file for --map, as one "
            "of Zendesk's own statuses or as `skip`"
        ) from None


def _moment(name: str, text: str) -> int:
    try:
        moment = from_rfc3339(text)
    except ValueError:
        moment = 0
    if not 0 < moment < _LATEST:
        raise Unusable(f"{name} is {text[:40]!r}, which is no date with a time zone. Correct it")
    return moment


def _team(ticket: ExportedTicket, desk: Desk, facts: Facts, remarks: list[str]) -> str:
    inside = ticket.group.name if ticket.group is not None else None
    id_ = ticket.group_id if ticket.group_id is not None else (ticket.group.id if ticket.group is not None else None)
    name = inside or (facts.groups.get(id_) if id_ is not None else None)
    for called in (str(id_), name):
        if called is not None and called in desk.map_.teams:
            return desk.map_.teams[called]
    ours = {shown.casefold(): key for key, shown in desk.teams.items()} | {key: key for key in desk.teams}
    if name is not None and (key := ours.get(name.casefold())) is not None:
        return key
    if desk.map_.team is None:
        raise Unusable(
            f"no team is known for the group {name or id_}. Name it under `teams` in the file for --map, or give "
            "--team for all such tickets"
        )
    if id_ is not None:
        remarks.append(f"group {name or id_} is not named in the mapping: given to {desk.map_.team}")
    return desk.map_.team


def _chosen(ticket: ExportedTicket, map_: FieldMap | None) -> str | None:
    if map_ is None:
        return None
    found = next((each.value for each in ticket.custom_fields or () if each.id == map_.field), None)
    return map_.values.get(found, found) if isinstance(found, str) and found else None


def _product(ticket: ExportedTicket, desk: Desk, remarks: list[str]) -> str | None:
    chosen = _chosen(ticket, desk.map_.product)
    if chosen is None or chosen in desk.products:
        return chosen
    remarks.append(f"product {chosen[:60]!r} is not one of this desk: left out")
    return None


def _subject(ticket: ExportedTicket) -> str | None:
    line = masked(as_line((ticket.subject or ticket.raw_subject or "")[: 2 * SUBJECT_MAX]))[:SUBJECT_MAX].strip()
    return line if line and shows_something(line) else None


def _rating_comment(ticket: ExportedTicket) -> str | None:
    comment = ticket.satisfaction_rating.comment if ticket.satisfaction_rating is not None else None
    return masked(comment.replace("\0", ""))[:TEXT_MAX].strip() or None if comment else None


def _channel(ticket: ExportedTicket) -> str:
    via = ticket.via.channel if ticket.via is not None else None
    return _CHANNELS.get(str(via), "staff" if via in ("phone", "voice") else "email")


def _priority(ticket: ExportedTicket, remarks: list[str]) -> Priority:
    if ticket.priority is None:
        return "normal"
    known = next((each for each in PRIORITIES if each == ticket.priority), None)
    if known is not None:
        return known
    remarks.append(f"priority {ticket.priority[:40]!r} is not known: set to normal")
    return "normal"


def _tags(ticket: ExportedTicket, remarks: list[str]) -> tuple[str, ...]:
    wanted = [tag for tag in ticket.tags or () if tag.lower() != PENDING_RCA]
    tags = sorted({tag for text in wanted if (tag := tag_of(text)) is not None})
    if len(tags) > TAGS_MAX - 1 or len(tags) < len(set(wanted)):
        remarks.append("tags: some are too long or too many: left out")
    return tuple(tags[: TAGS_MAX - 1])


# -- its status -------------------------------------------------------------------------------


def _with_status(
    made: Ticket, status: Status, ticket: ExportedTicket, desk: Desk, remarks: list[str], now: int
) -> Ticket:
    tagged = PENDING_RCA in [tag.lower() for tag in ticket.tags or ()]
    ours = written(status, pending_rca=tagged)
    if ours.status == "awaiting_reply" and made.requester.email is None:
        remarks.append("pending, but the requester has no address: open")
        ours = written("open", pending_rca=False)
    made = replace(made, status=ours.status, with_=ours.with_)
    if made.status == "fixed_pending_rca":
        return replace(made, workaround=_NOT_FIXED)
    if made.status != "solved":
        # A wait from years ago would put the ticket at the top of every list.
        return replace(made, waiting_since=made.updated_at if made.status == "open" else None)
    return _solved(made, status, ticket, desk, remarks, now)


def _solved(made: Ticket, status: Status, ticket: ExportedTicket, desk: Desk, remarks: list[str], now: int) -> Ticket:
    code = _code(made, ticket, desk, remarks)
    told = ticket.metric_set.solved_at if ticket.metric_set is not None else None
    solved_at = max(made.created_at, _moment("metric_set.solved_at", told) if told else made.updated_at)
    until = end_of_day(solved_at, desk.reopen_days[made.team], desk.zone)
    if status == "closed":
        until = min(until, max(made.updated_at, solved_at))
    return replace(
        made,
        resolution=code,
        tags=made.tags if code is not None else tuple(sorted({*made.tags, WITHOUT_CODE})),
        solved_at=solved_at,
        solvings=1,
        reopen_until=until,
        closed_at=until if until < now else None,
    )


def _code(made: Ticket, ticket: ExportedTicket, desk: Desk, remarks: list[str]) -> str | None:
    chosen = _chosen(ticket, desk.map_.resolution)
    if chosen is not None and _fits(chosen, made):
        return chosen
    if chosen is not None:
        remarks.append(f"resolution {chosen[:60]!r} cannot be set: {desk.map_.solved_as or 'left out'}")
    fallback = desk.map_.solved_as
    return fallback if fallback is not None and _fits(fallback, made) else None


def _fits(code: str, made: Ticket) -> bool:
    """The rules for people do not bind an import. `duplicate` must name its original, which an export does not have."""
    known = CODES.get(code)
    return known is not None and not known.names_another and known.product in (None, made.product)


def _history(made: Ticket, by: By) -> list[HistoryLine]:
    """The status as it is, from the moment at which it became so. Reports count from here."""
    at = made.solved_at if made.solved_at is not None else made.updated_at
    lines = [HistoryLine(at, by, "status", "open", made.status)] if made.status != "open" else []
    if made.resolution is not None:
        lines.append(HistoryLine(at, by, "resolution", None, made.resolution))
    return lines


# -- its log ----------------------------------------------------------------------------------


def _events(
    ticket: ExportedTicket,
    comments: Sequence[ExportedComment],
    desk: Desk,
    facts: Facts,
    files: tuple[list[str], list[str]],
    remarks: list[str],
) -> list[ImportedEvent]:
    if not comments and ticket.description:
        comments = [_described(ticket, remarks)]
    dated = sorted(((_moment("created_at", each.created_at), each) for each in comments), key=lambda pair: pair[0])
    found = list[ImportedEvent]()
    for at, comment in dated:
        text = comment.plain_body or comment.body
        if not text and comment.html_body:
            text = facts.text_of(comment.html_body)
        shown = list[FileView]()
        for file in comment.attachments or ():
            view = facts.file_of(file)
            if view is not None:
                shown.append(view)
                files[not comment.public].append(view.id)
                continue
            name = as_line((file.file_name or "file")[:200])
            text = f"{text or ''}\n[{name}: not in the export]"
            remarks.append(f"attachment {name!r} is not in the export")
        author = _author(comment, ticket, desk, facts)
        found += said(author, (text or "").strip("\n"), shown, at, staff_only=not comment.public)
    return found


def _described(ticket: ExportedTicket, remarks: list[str]) -> ExportedComment:
    """The first comment of a ticket whose export has no comments. It may have been for staff only, so it is public only
    if the ticket says so."""
    public = ticket.is_public is True
    if not public:
        remarks.append("no comments in the export: the description became a note for staff")
    author = ticket.submitter_id if ticket.submitter_id is not None else ticket.requester_id
    return ExportedComment(ticket.created_at, author_id=author, body=ticket.description, public=public)


def _author(comment: ExportedComment, ticket: ExportedTicket, desk: Desk, facts: Facts) -> Author:
    inside = ticket.requester if comment.author_id == ticket.requester_id else None
    user = user_of(comment.author_id, inside, facts)
    known = desk.staff.get((user.email or "").lower())
    if known is not None:
        return Author("staff", *known)
    if user.role in STAFF or (not comment.public and comment.author_id != ticket.requester_id):
        return Author("staff", None, name_of(user))
    if comment.author_id == -1:
        return _NOBODY
    # As if they had written by mail. So an erasure finds what they wrote on the tickets of others.
    address = address_of(user)
    id_ = mail_author(address.lower()) if address is not None else None
    return Author("customer", id_, name_of(user), verified=False)

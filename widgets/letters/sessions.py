"""The letters about live sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learning.booking import Place
from mail.letter import Kind
from widgets.letters.blocks import Block, Buttons, Facts, Heading, Inlines, Link, Paragraph, Written
from widgets.letters.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """A registration as its letter shows it. `manage` is the secret address at which the person can change it, and
    `sessions` the page of all sessions. `base` is the URL of the desk, and `host` its host."""

    kind: Kind
    place: Place
    manage: str
    sessions: str
    base: str
    brand: str
    host: str


def session_letter(shown: SessionShown, words: Words) -> Written:
    """The letter of this kind."""
    say = words.say
    subject, told = _told(shown, words)
    body: list[Block] = [Heading(subject), Paragraph([told])]
    if shown.kind not in ("session_recording", "session_left"):
        body.append(Facts(_facts(shown, words)))
    body.append(Buttons(_buttons(shown, words)))
    small = _small(shown, words)
    if small:
        body.append(Paragraph([small], "small"))
    why = say("You get this mail because this address was given for a live session at {host}.", host=shown.host)
    return Written(
        sender=say("{brand} support", brand=shown.brand),
        subject=subject,
        summary=told,
        body=body,
        foot=[Paragraph([why], "fine")],
        tag=words.tag,
        colon=words.colon,
    )


def _told(shown: SessionShown, words: Words) -> tuple[str, str]:
    """The subject and the first sentence."""
    say, place = words.say, shown.place
    title, when = place.session.title, _stamp(words, place.session.starts_at)
    match shown.kind:
        case "session_confirm" if place.registration.standing == "unconfirmed":
            told = say("Open the link and press the button, and you are registered.")
            return say("Confirm your registration: {title}", title=title), told
        case "session_confirm":
            told = say("This address is registered already. The link shows what you have.")
            return say("You are registered: {title}", title=title), told
        case "session_registered":
            told = say("You have a place on {when}. The calendar file is attached.", when=when)
            return say("You have a place: {title}", title=title), told
        case "session_waiting":
            told = say("It is full. If a place comes free, we mail you and keep it for you for 24 hours.")
            return say("You are on the waiting list: {title}", title=title), told
        case "session_offer":
            until = _stamp(words, place.registration.offered_until or place.session.starts_at)
            told = say("We keep it for you until {until}. Then it goes to the next person.", until=until)
            return say("A place is free: {title}", title=title), told
        case "session_free":
            told = say("It begins soon, so whoever confirms first has the place.")
            return say("A place is free: {title}", title=title), told
    return _told_later(shown, words, title, when)


def _told_later(shown: SessionShown, words: Words, title: str, when: str) -> tuple[str, str]:
    say = words.say
    match shown.kind:
        case "session_reminder":
            return say("Reminder: {title}", title=title), say("It begins on {when}.", when=when)
        case "session_moved":
            told = say("It is now on {when}. Your place stays yours.", when=when)
            return say("Changed: {title}", title=title), told
        case "session_cancelled":
            told = say("This session does not take place. We are sorry.")
            return say("Cancelled: {title}", title=title), told
        case "session_left":
            told = say("You no longer have a place in this session.")
            return say("You gave up your place: {title}", title=title), told
    return say("Recording: {title}", title=title), say("The recording of the session is ready.")


def _facts(shown: SessionShown, words: Words) -> Sequence[tuple[str, Inlines]]:
    session, say = shown.place.session, words.say
    when, zone = words.day_and_time(session.starts_at), "" if words.differs else f"\u00a0{words.zone}"
    rows: list[tuple[str, Inlines]] = [(say("Date"), [f"{when} – {words.time(session.ends_at)}{zone}"])]
    if words.differs:
        desk = Words(words.tag, words.desk_zone)
        rows.append((say("In {zone}", zone=words.zone), [desk.day_and_time(session.starts_at)]))
    if session.place:
        rows.append((say("Place"), [session.place]))
    joins = shown.kind in ("session_registered", "session_reminder", "session_moved")
    if session.link and joins and shown.place.registration.standing == "registered":
        rows.append((say("Link"), [Link(say("Join"), _whole(session.link, shown.base))]))
    if session.trainer:
        rows.append((say("With"), [session.trainer]))
    if shown.place.number:
        rows.append((say("Waiting list"), [say("You are number {number}.", number=shown.place.number)]))
    return rows


def _buttons(shown: SessionShown, words: Words) -> Sequence[Link]:
    say, session = words.say, shown.place.session
    match shown.kind:
        case "session_confirm" if shown.place.registration.standing == "unconfirmed":
            return [Link(say("Confirm my place"), shown.manage)]
        case "session_offer" | "session_free":
            return [Link(say("Take the place"), shown.manage)]
        case "session_cancelled" | "session_left":
            return [Link(say("Live Sessions"), shown.sessions)]
        case "session_recording":
            return [Link(say("Watch the recording"), _whole(session.recording, shown.base))]
    return [Link(say("My registration"), shown.manage)]


def _small(shown: SessionShown, words: Words) -> str:
    say = words.say
    match shown.kind:
        case "session_confirm":
            return say("The link works for a day. If you did not ask for this, ignore it: nothing happens.")
        case "session_registered":
            return say("We remind you a day and an hour before. With the link you can also give up your place.")
        case "session_offer" | "session_free":
            return say("Opening the link changes nothing yet. You can also decline there.")
        case "session_moved":
            return say("The attached calendar file updates your calendar. If it does not suit you, give up your place.")
        case "session_cancelled" if shown.place.registration.standing == "registered":
            return say("The attached calendar file removes it from your calendar.")
    return ""


def _stamp(words: Words, moment: int) -> str:
    """A date and time. The zone is named, except the reader's own one."""
    return words.day_and_time(moment) + ("" if words.differs else f"\u00a0{words.zone}")


def _whole(address: str, base: str) -> str:
    return f"{base}{address}" if address.startswith("/") else address

"""`widgets.admin.audit_words`: the lines of the audit log in words."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from identity import audit
from identity.audit import AuditLine
from ticketing.codes import CODES
from widgets.admin.audit_changes import Changed, Values
from widgets.admin.audit_words import Said, said_of

NAME = re.compile(r"`([a-z_]+)`")
DOCUMENTED = [
    pair
    for row in re.findall(r"^\| (`.*?) \| (`.*?) \|", audit.__doc__ or "", re.MULTILINE)
    for pair in product(*(NAME.findall(cell) for cell in row))
]


READER = "reader"
NAMES = {"media": "Media", "canadian-spot": "Canadian Spot", "tech": "Tech"}


def line(verb: str, thing: str, thing_id: str | None = "x", **detail: object) -> AuditLine:
    return AuditLine(at=0, actor_kind="staff", actor="a", verb=verb, thing=thing, thing_id=thing_id, detail=detail)


def said(shown: AuditLine) -> Said:
    names = {"x": "Maya", "y": "Deshawn", "component 2": "Spectra OX", "maintenance 7": "New disks", "chat c": "#7"}

    def code(key: str) -> str:
        return CODES[key].shown

    return said_of(shown, Values(names, lambda key: NAMES.get(key, key), code, lambda at: f"at {at}"), READER)


@pytest.mark.parametrize(("verb", "thing"), DOCUMENTED)
def test_documented_line_is_said_in_words(verb: str, thing: str) -> None:
    """Not by the names that the database has for the verb and the thing."""
    shown = said(line(verb, thing))
    assert shown.icon != "scroll-text" and f"{verb} {thing}" not in shown.text


def test_new_team_has_names_of_fields_and_only_what_it_has() -> None:
    became = {"name": "Print", "schedule": "short-fridays", "topic": None, "email": None, "products": ["Lumina"]}
    shown = said(line("add", "team", "canadian-spot", **{"from": None, "to": became}))
    assert shown.text == "added the team Canadian Spot" and shown.reversible
    assert shown.changes == [
        Changed("Name", "", "Print"),
        Changed("Hours", "", "Short fridays"),
        Changed("Products", "", "Lumina"),
    ]


def test_changed_team_shows_names_times_and_defaults() -> None:
    was = {"successor": None, "wait_target_s": 120, "topic": None, "retired": False, "email": None}
    became = {"successor": "tech", "wait_target_s": 90, "topic": "Orders", "retired": True, "email": None}
    assert said(line("change", "team", "media", **{"from": was, "to": became})).changes == [
        Changed("Successor", "none", "Tech"),
        Changed("Wait goal", "2:00 min", "1:30 min"),
        Changed("Topic", "default", "Orders"),
        Changed("Retired", "no", "yes"),
    ]


def test_reassigned_chat_names_people_and_teams() -> None:
    shown = said(line("reassign", "chat", "c", team="media", to_team="tech", **{"from": "x", "to": "y"}))
    assert (shown.text, shown.further) == ("reassigned the chat of ticket #7", "")
    assert shown.changes == [Changed("Agent", "Maya", "Deshawn"), Changed("Team", "Media", "Tech")]


def test_chat_reassigned_within_its_team_names_the_team_once() -> None:
    shown = said(line("reassign", "chat", "other", team="media", to_team="media", **{"from": "x", "to": "y"}))
    assert (shown.text, shown.further) == ("reassigned a chat without a ticket yet", "team Media")
    assert shown.changes == [Changed("Agent", "Maya", "Deshawn")]


def test_corrected_ticket_names_the_resolution_codes() -> None:
    shown = said(
        line("review", "ticket", "7", verdict="corrected", chat="c", **{"from": "action_needed", "to": "data_fix"})
    )
    assert shown.changes == [Changed("Resolution code", CODES["action_needed"].shown, "Data fix")]
    assert (shown.text, shown.further) == ("reviewed the ticket 7", "corrected")


def test_what_one_button_does_has_words_of_its_own() -> None:
    over = said(line("mute", "alarm", None, kind="queue", team="tech", chat=None, minutes=0))
    assert over.text == "unmuted an alarm" and "minutes" not in over.further
    new = {"from": {"name": "Planner", "teams": []}, "to": {"name": "Planner", "teams": ["media"]}}
    assert said(line("change", "product", "Planner", **new)).text == "added the product Planner"
    paused = said(line("change", "webhook", enabled=[False, True]))
    assert (paused.text, paused.changes) == ("paused a webhook", [Changed("Enabled", "yes", "no")])
    moved = said(line("change", "webhook", host=["b.example", "a.example"]))
    assert (moved.text, moved.changes) == ("changed a webhook", [Changed("Host", "a.example", "b.example")])


def test_muted_alarm_says_which_and_for_how_long() -> None:
    shown = said(line("mute", "alarm", None, kind="next_reply", team="tech", chat="c", minutes=15))
    assert shown.further == "Next response overdue, team Tech, chat of ticket #7, for 15 minutes"


def test_changed_color_says_which_color_was_before() -> None:
    shown = said(line("change", "widget_settings", None, brand_color="#0a6e8a", was_brand_color=None))
    assert shown.changes == [Changed("Color", "default", "#0a6e8a")]


@pytest.mark.parametrize("verb", ["add", "enable"])
def test_undo_that_disables_somebody_asks_and_is_not_offered_to_themselves(verb: str) -> None:
    other, own = said(line(verb, "user")), said(line(verb, "user", READER))
    assert other.reversible and other.disables and not other.kept
    assert not own.reversible and not own.disables and "disable you" in own.kept
    assert not said(line("disable", "user", READER)).disables


def test_planned_maintenance_has_titles_and_times_instead_of_numbers() -> None:
    shown = said(line("plan", "maintenance", "7", components=[2, 3], starts_at=1, ends_at=2))
    assert (shown.text, shown.further) == (
        "planned the maintenance New disks",
        "components Spectra OX, 3, from at 1, until at 2",
    )


def test_removed_team_keeps_its_name_in_the_log() -> None:
    assert (
        said(line("remove", "team", "print", to=None, **{"from": {"name": "Print"}})).text == "removed the team Print"
    )


def test_calendar_has_the_name_of_its_country() -> None:
    calendar = {"do": "calendar", "schedule": "short-fridays", "country": "CA", "subdivision": "ON"}
    shown = said(line("change", "hours", "short-fridays", to=calendar, **{"from": {**calendar, "country": None}}))
    assert shown.changes == [
        Changed("", "Short fridays: no public holidays", "Short fridays: public holidays of Canada, ON")
    ]


EVE = {"do": "days", "schedule": "media", "first": "2026-12-24", "last": "2026-12-24", "spans": [], "name": "Eve"}


def test_change_of_hours_says_days_and_the_hours_before() -> None:
    shown = said(line("change", "hours", "media", to=EVE, **{"from": {**EVE, "spans": None, "name": None}}))
    assert shown.text == "changed the hours of Media" and shown.reversible
    assert shown.changes == [Changed("", "Media: usual hours on Dec 24, 2026", "Media: closed on Dec 24, 2026 (Eve)")]


def test_save_of_several_changes_of_hours_lists_them() -> None:
    own = {"do": "schedule", "schedule": "media", "like": "standard"}
    moved = {"do": "team", "team": "media", "schedule": "media"}
    week = {"do": "week", "schedule": "media", "from": "2026-12-01", "week": [["09:00-17:00"]] * 5 + [[], []]}
    shown = said(line("change", "hours", None, to=[own, moved, EVE, week], **{"from": [EVE, own]}))
    assert shown.text == "changed the hours of Media"
    assert [one.after for one in shown.changes] == [
        "new schedule Media, a copy of Standard",
        "Media has the schedule Media",
        "Media: closed on Dec 24, 2026 (Eve)",
        "Media: regular hours from Dec 1, 2026: Mon to Fri 09:00–17:00",
    ]


def test_save_for_many_schedules_does_not_name_them() -> None:
    both = [EVE, {**EVE, "schedule": "standard"}]
    assert (
        said(line("change", "hours", None, to=both, **{"from": []})).text == "changed the hours of Media and Standard"
    )
    more = [*both, {**EVE, "schedule": "extended"}]
    assert said(line("change", "hours", None, to=more, **{"from": []})).text == "changed the hours of several teams"


def test_change_of_hours_that_cannot_be_read_or_undone_has_no_undo() -> None:
    shown = said(line("change", "hours", "media", to={"do": "nothing"}, **{"from": None}))
    assert (shown.changes, shown.reversible) == ([], False)


def test_undone_change_is_named() -> None:
    undone = line("undo", "audit", "7")
    shown = said(replace(undone, detail={"verb": "change", "thing": "team", "thing_id": "media"}))
    assert shown.text == "undid: changed the team Media" and not shown.reversible


def test_change_of_staff_without_undo_says_why() -> None:
    assert said(line("create", "token", "x")).kept and not said(line("sign_in", "session", "x")).kept

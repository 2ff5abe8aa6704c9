"""The effects of a change of a person, as they are shown before it is saved."""

from __future__ import annotations

from identity.staff_views import SignInFacts, StaffChange, StaffDetail, StaffView
from widgets.admin.effects import effects_of

NAMES = {"media": "Media", "tech": "Tech"}


def wei_ling(**counts: dict[str, int]) -> StaffDetail:
    view = StaffView(
        id="u1",
        name="Wei-Ling Tan",
        email="wei-ling@desk.example",
        roles=("agent",),
        teams=["media", "tech"],
        capacity=8,
        status="available",
        reason=None,
        connected=True,
        held=4,
        today_by=None,
        signs_in=SignInFacts(),
        needs_factor=False,
        disabled_at=None,
        version=1,
    )
    chats, tickets = counts.get("chats", {}), counts.get("tickets", {})
    return StaffDetail(view=view, passkeys=[], sessions=[], tokens=0, chats=chats, tickets=tickets)


def said(detail: StaffDetail, wanted: StaffChange) -> list[str]:
    return [f"{effect.what} {effect.then}" for effect in effects_of(detail, wanted, NAMES)]


def test_effects_of_the_present_values_are_none() -> None:
    assert said(wei_ling(), StaffChange(roles=["agent"], teams=["tech", "media"], capacity=8)) == []


def test_effects_of_leaving_a_team_count_its_tickets_and_chats() -> None:
    detail = wei_ling(tickets={"tech": 3, "media": 9}, chats={"tech": 2, "media": 2})
    assert said(detail, StaffChange(teams=["media"])) == [
        "Leaves Tech. 3 open tickets go back to the team. 2 chats under way stay with Wei-Ling to the end."
    ]


def test_effects_of_fewer_chats_say_whether_chats_change_hands() -> None:
    detail = wei_ling(chats={"tech": 2, "media": 2})
    assert said(detail, StaffChange(capacity=6)) == [
        "6 chats at once, not 8. Wei-Ling holds 4, so nothing changes hands."
    ]
    assert said(detail, StaffChange(capacity=3)) == [
        "3 chats at once, not 8. Wei-Ling holds 4 and keeps them, and gets no new chat until fewer than 3 are left."
    ]


def test_effects_of_an_agent_who_becomes_an_admin_alone_say_where_the_work_goes() -> None:
    detail = wei_ling(tickets={"tech": 1}, chats={"media": 1})
    assert said(detail, StaffChange(roles=["admin"])) == [
        "Becomes admin. Manages people and settings. The role opens no chats.",
        "Is no agent any more. 1 chat goes back to the queue, 1 open ticket to the team.",
    ]

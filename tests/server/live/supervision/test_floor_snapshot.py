"""The floor, computed from facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.frames.floor import FloorChat
from chat.standing import ClosedChat, OpenChat
from clock import rfc3339
from routing.agents import Agent, AgentChoice, Status
from routing.queue import QueueState
from server.live.supervision.floor_snapshot import (
    HOUR_MS,
    SPAN_MS,
    Facts,
    Snapshot,
    TeamFacts,
    change_frame,
    day_of,
    longest_by_span,
    seen_by,
    snapshot,
    whole_frame,
    within,
)

DAY = 1_764_547_200_000
NOW = DAY + 10 * HOUR_MS


def team(key: str) -> TeamFacts:
    return TeamFacts(key, key.title(), True, None, None, target_s=120, silent_ms=600_000, agent_grace_s=60)


def queue(key: str, waiting: int = 0, longest_s: int = 0) -> QueueState:
    return QueueState(key, waiting, longest_s, longest_s, 0, 0, None)


def agent(staff: str, *teams: str, status: Status = "available", connections: int = 1, held: int = 0) -> Agent:
    choice = AgentChoice(staff=staff, name=staff.title(), teams=frozenset(teams), status=status, since=DAY, capacity=3)
    return Agent(choice=choice, connections=connections, held=frozenset(f"{staff}{n}" for n in range(held)))


def held(id_: str, holder: str, key: str = "media") -> OpenChat:
    return OpenChat(
        id=id_,
        team=key,
        state="active",
        customer="Zoe",
        agent=holder,
        offered_to=None,
        queued_at=NOW - 90_000,
        waiting_since=NOW - 90_000,
        assigned_at=NOW - 60_000,
        first_reply_at=None,
        agent_reply_at=None,
        reply_owed_since=NOW - 90_000,
        silent_due_at=None,
    )


def closed(
    id_: str,
    *,
    key: str = "media",
    agent: str | None = "pri",
    waited_s: int | None = 30,
    queued_at: int = NOW - 600_000,
    reason: str = "closed",
    ticket: int | None = None,
) -> ClosedChat:
    """Closed a minute after it joined the queue."""
    first = None if waited_s is None else queued_at + waited_s * 1000
    return ClosedChat(
        id=id_,
        team=key,
        agent=agent,
        queued_at=queued_at,
        first_reply_at=first,
        closed_at=queued_at + 60_000,
        reason=reason,
        ticket=ticket,
    )


def facts(
    *,
    agents: Sequence[Agent] = (),
    supervisors: Sequence[str] = (),
    gone_at: Mapping[str, int] = {},
    came_at: Mapping[str, int] = {},
    open_chats: Sequence[OpenChat] = (),
    closed_chats: Sequence[ClosedChat] = (),
    ratings: Mapping[int, int] = {},
    waiting: QueueState | None = None,
) -> Facts:
    """Of Media and Tech. `waiting`: a queue that is not empty."""
    teams = [team("media"), team("tech")]
    queues = {one.key: queue(one.key) for one in teams}
    return Facts(
        now=NOW,
        day_began=DAY,
        teams=teams,
        queues=queues if waiting is None else queues | {waiting.team: waiting},
        agents=agents,
        supervisors=supervisors,
        gone_at=gone_at,
        came_at=came_at,
        open_chats=open_chats,
        day=day_of(closed_chats, ratings, DAY),
    )


def test_team_counts_who_is_there_and_which_slots_are_taken() -> None:
    agents = [
        agent("pri", "media", held=2),
        agent("max", "media", "tech", held=1),
        agent("sam", "media", status="away"),
        agent("gone", "media", status="away", connections=0),
    ]
    floor = snapshot(facts(agents=agents, waiting=queue("media", 2, 70)))
    media, tech = floor.teams["media"], floor.teams["tech"]
    assert (media.available, media.away, media.seats, media.seats_taken) == (2, 1, 6, 3)
    assert (tech.available, tech.away, tech.seats, tech.seats_taken) == (1, 0, 3, 1)
    assert (media.waiting, media.longest_wait_s) == (2, 70)


def test_agent_is_shown_while_connected_holding_a_chat_or_lost_while_available() -> None:
    agents = [
        agent("here", "media", status="offline"),
        agent("lost", "media", connections=0),
        agent("holds", "media", status="away", connections=0, held=1),
        agent("home", "media", status="away", connections=0),
        agent("unseen", "media", connections=0),
        agent("watches", "media", status="away"),
        agent("helps", "media"),
    ]
    floor = snapshot(
        facts(
            agents=agents,
            open_chats=[held("c", "holds")],
            supervisors=["watches", "helps"],
            gone_at={"lost": NOW - 5_000, "home": NOW},
            came_at={"helps": NOW - 3_000, "here": NOW - 3_000},
        )
    )
    assert set(floor.agents) == {"here", "lost", "holds", "helps"}
    assert [floor.agents[staff].gone_since for staff in ("lost", "holds")] == [rfc3339(NOW - 5_000), None]
    assert floor.agents["helps"].since == rfc3339(NOW - 3_000) > floor.agents["here"].since, "available while connected"


def test_chats_of_an_agent_begin_with_those_that_wait_for_the_agent() -> None:
    chats = [
        held("waits", "pri")._replace(agent_reply_at=NOW, reply_owed_since=None, silent_due_at=NOW + 590_000),
        held("next", "pri")._replace(agent_reply_at=NOW - 50_000, reply_owed_since=NOW - 40_000),
        held("first", "pri"),
        held("offered", "pri")._replace(state="offered", agent=None, offered_to="pri"),
        held("queued", "pri")._replace(state="queued", agent=None),
    ]
    floor = snapshot(facts(agents=[agent("pri", "media")], open_chats=chats))
    assert [(chat.chat, chat.state) for chat in floor.agents["pri"].chats] == [
        ("first", "owed"),
        ("next", "waiting_for_agent"),
        ("offered", "offered"),
        ("waits", "waiting_for_customer"),
    ]


def test_today_counts_each_chat_once_for_its_team_and_its_agent() -> None:
    chats = [
        closed("a", ticket=1),
        closed("b", ticket=2),
        closed("left", agent=None, waited_s=None, reason="abandoned"),
        closed("missed", agent=None, waited_s=None, reason="missed"),
        closed("yesterday", queued_at=DAY - 61_000, waited_s=None),
        closed("other", key="tech", agent="max"),
    ]
    open_chats = [held("c", "pri")._replace(first_reply_at=NOW - 1_000, agent_reply_at=NOW - 1_000)]
    agents = [agent("pri", "media"), agent("max", "tech")]
    floor = snapshot(facts(agents=agents, closed_chats=chats, open_chats=open_chats, ratings={1: 5, 2: 4}))
    media, tech = floor.teams["media"], floor.teams["tech"]
    assert (media.answered, media.abandoned, media.missed) == (3, 1, 1)
    assert (tech.answered, tech.abandoned, tech.missed) == (1, 0, 0)
    assert [(floor.agents[s].handled, floor.agents[s].rating) for s in ("pri", "max")] == [(2, 4.5), (1, None)]


def test_share_within_target_counts_first_responses_of_the_last_hour() -> None:
    chats = [
        closed("fast", waited_s=120),
        closed("slow", waited_s=121),
        closed("slower", waited_s=300),
        closed("earlier", waited_s=0, queued_at=NOW - 2 * HOUR_MS),
    ]
    chats[3] = chats[3]._replace(first_reply_at=NOW - HOUR_MS)
    media = snapshot(facts(closed_chats=chats)).teams["media"]
    assert (media.within_target, snapshot(facts()).teams["media"].within_target) == (0.33, None)
    assert (within([], 1), within([1, 2], 1)) == (None, 0.5)


def test_customer_who_waits_beyond_the_target_counts_as_missed() -> None:
    late = held("late", "pri")._replace(queued_at=NOW - 120_001)
    queued = late._replace(id="queued", state="queued", agent=None)
    in_time, replied = held("soon", "pri"), late._replace(id="old", first_reply_at=NOW - 2 * HOUR_MS)
    chats = [late, queued, in_time, replied]
    media = snapshot(facts(closed_chats=[closed("fast"), closed("quick")], open_chats=chats)).teams["media"]
    assert (media.within_target, snapshot(facts(open_chats=[late])).teams["media"].within_target) == (0.5, 0.0)


def test_customer_of_a_reassigned_chat_has_waited_since_their_message() -> None:
    moved = held("c", "max")._replace(assigned_at=NOW - 1_000, waiting_since=NOW - 30_000)
    offered = moved._replace(id="d", state="offered", agent=None, offered_to="max")
    answered = moved._replace(id="e", agent_reply_at=NOW, reply_owed_since=None)
    chats = snapshot(facts(agents=[agent("max", "media")], open_chats=[moved, offered, answered])).agents["max"].chats
    assert [(chat.since, chat.unanswered_since) for chat in chats] == [
        (rfc3339(NOW - 1_000), rfc3339(NOW - 90_000)),
        (rfc3339(NOW - 30_000), rfc3339(NOW - 30_000)),
        (rfc3339(NOW - 1_000), None),
    ]


def test_longest_wait_stands_in_its_five_minutes() -> None:
    responses = [(NOW, 4_000), (NOW - SPAN_MS, 90_000), (NOW - SPAN_MS, 70_000), (NOW - 12 * SPAN_MS, 1_000)]
    assert longest_by_span(responses, NOW) == [None] * 10 + [90, 4]


def test_supervisor_sees_their_teams_and_only_that_other_chats_take_slots() -> None:
    agents = [agent("pri", "media", "tech"), agent("max", "tech")]
    whole = snapshot(
        facts(agents=agents, open_chats=[held("m", "pri"), held("t", "pri", "tech"), held("x", "max", "tech")])
    )
    seen = seen_by(whole, ["media"])
    assert (list(seen.teams), list(seen.agents), seen.agents["pri"].teams) == (["media"], ["pri"], ["media"])
    since, unanswered = rfc3339(NOW - 60_000), rfc3339(NOW - 90_000)
    assert seen.agents["pri"].chats == [
        FloorChat("m", "media", "Zoe", "owed", since, unanswered),
        FloorChat(None, None, None, "owed", since, unanswered),
    ]
    assert seen_by(whole, ["media", "tech"]) == whole


def test_supervisor_sees_no_counts_and_ratings_of_other_teams() -> None:
    chats = [closed("a", ticket=1), closed("b", key="tech", ticket=2), closed("c", key="tech", ticket=3)]
    whole = snapshot(facts(agents=[agent("pri", "media", "tech")], closed_chats=chats, ratings={1: 5, 2: 1, 3: 2}))
    shown = [
        (row.handled, row.rating)
        for teams in (["media"], ["tech"], ["media", "tech"])
        for row in seen_by(whole, teams).agents.values()
    ]
    assert shown == [(1, 5.0), (2, 1.5), (3, 2.7)]


def test_chats_of_a_team_that_the_agent_has_left_are_not_counted_for_others() -> None:
    whole = snapshot(facts(agents=[agent("pri", "media")], closed_chats=[closed("a"), closed("b", key="tech")]))
    assert (whole.agents["pri"].handled, seen_by(whole, ["media"]).agents["pri"].handled) == (2, 1)


def test_supervisor_who_takes_chats_is_named_as_one() -> None:
    agents = [agent("pri", "media"), agent("sue", "media")]
    floor = snapshot(facts(agents=agents, open_chats=[held("c", "sue")], supervisors=["sue"]))
    assert {staff: row.role for staff, row in floor.agents.items()} == {"pri": "agent", "sue": "supervisor"}


def test_changes_lead_from_one_floor_to_the_next() -> None:
    before = snapshot(facts(agents=[agent("pri", "media"), agent("max", "media"), agent("sam", "media")]))
    busy = [agent("pri", "media", held=1), agent("sam", "media"), agent("new", "media")]
    after = snapshot(facts(agents=busy, open_chats=[held("c", "pri")]))
    frame = change_frame(before, after, after=4, version=5, now=NOW)
    assert frame is not None
    assert ([row.team for row in frame.teams], frame.gone) == (["media"], ["max"])
    assert {row.staff for row in frame.agents} == {"pri", "new"}
    assert (frame.version, frame.after, whole_frame(after, 5, NOW).after) == (5, 4, 0)


def test_other_teams_need_a_whole_floor() -> None:
    floor = snapshot(facts())
    fewer = Snapshot({"media": floor.teams["media"]}, {}, floor.day)
    assert change_frame(floor, fewer, after=1, version=2, now=NOW) is None

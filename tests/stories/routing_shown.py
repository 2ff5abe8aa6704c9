"""Compares the floor, and the queues, alarms and positions that people were sent, with the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chat.adapters import archive
from chat.conversation import Chat
from server.live.desk import LiveDesk
from tests.stories.client_in_memory import Client
from tests.stories.routing_truth import WAITING, Truth

Compared = tuple[str, object, object]
"""A fact, its value as shown, and its true value."""


def faults_shown(
    truth: Truth, desk: LiveDesk, staff: Sequence[tuple[str, str, Sequence[Client]]], customers: Iterable[Client]
) -> list[str]:
    """Where the floor, or the newest frame of a connection, differs from the database. `staff`: name, id and
    connections."""
    compared = (*_floor(truth, desk, staff), *_told_staff(truth, staff), *_told_customers(truth, customers))
    return [f"{what}: shown {shown!r}, true {true!r}" for what, shown, true in compared if shown != true]


def _floor(truth: Truth, desk: LiveDesk, staff: Sequence[tuple[str, str, Sequence[Client]]]) -> Iterable[Compared]:
    routing = desk.routing
    for team in truth.teams:
        yield f"the line of {team}", routing.floor.waiting_chats(team), [row.id for row in truth.line(team)]
        yield f"who serves {team}", routing.floor.serving(team), len(truth.serving(team))
        yield f"free seats of {team}", routing.floor.free_seats(team), sum(map(truth.free, truth.serving(team)))
    for name, id_, _ in staff:
        yield f"held by {name}", routing.floor.held_by(id_), frozenset(truth.held(id_))
        agent = routing.floor.get(id_)
        if id_ in truth.works_for:
            yield f"seats taken by {name}", agent.seats_taken if agent else None, truth.seats_taken(id_)
            status, choice = (agent.status, agent.capacity, agent.paused) if agent else None, truth.choices[id_]
            yield f"the choice of {name}", status, (choice.status, choice.capacity, choice.paused)
        else:
            yield f"{name}, who was disabled", agent, None
    open_ = {row.id: archive.chat_of(row) for row in truth.chats.values() if row.state != "closed"}
    kept: dict[str, Chat] = {chat.id: chat for chat in desk.open_chats.all()}
    yield "the open chats", kept, open_


def _told_staff(truth: Truth, staff: Sequence[tuple[str, str, Sequence[Client]]]) -> Iterable[Compared]:
    for name, _, lines in staff:
        for client in lines:
            if client.line.closed is not None:
                continue
            for queue in (client.last("queues") or client.greeting)["queues"]:
                line, serving = truth.line(queue["team"]), truth.serving(queue["team"])
                told = [queue[fact] for fact in ("waiting", "available", "free_seats", "next")]
                true = [len(line), len(serving), sum(map(truth.free, serving)), line[0].id if line else None]
                yield f"the queue of {queue['team']} to {name}", told, true
            if client.greeting["role"] == "supervisor":
                yield f"whose agents are gone, to {name}", _whose_agents_are_gone(client), truth.lost_by_their_agent()


def _whose_agents_are_gone(client: Client) -> dict[str, str]:
    """The chats with an `agent_gone` alarm that is not over, and their team."""
    alarms = (frame for frame in client.line.frames if frame["type"] == "alarm" and frame["kind"] == "agent_gone")
    told = {frame["chat"]: frame for frame in alarms}
    return {chat: frame["team"] for chat, frame in told.items() if "over" not in frame}


def _told_customers(truth: Truth, customers: Iterable[Client]) -> Iterable[Compared]:
    for client in customers:
        moved = client.last("queue.position")
        row = truth.chats[moved["chat"]] if moved is not None else None
        if moved is not None and row is not None and row.state in WAITING:
            true = [one.id for one in truth.line(row.team)].index(row.id) + 1
            yield f"the place of {row.id}", moved["position"], true
            if row.state == "queued":
                # A wait of 0 is for a chat that is placed at once.
                yield f"no wait for {row.id}", moved["wait_s"] == 0, False
            else:
                yield f"the wait of {row.id}, which rings", moved["wait_s"], 0

"""Composes what supervisors see and do: the floor, the alarms, and their actions on agents."""

from __future__ import annotations

from chat.adapters.hub import Hub
from chat.frames.floor import Alarm
from chat.handover import Handovers
from clock import EvenClock
from identity.adapters.people import People
from routing.service import Dispatcher
from server.live.alarms.alarm_care import AlarmCare, QueueAlarm, told_since
from server.live.alarms.alarm_log import AlarmLog
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.ports import Telling
from server.live.presence.attendance import Attendance
from server.live.presence.status_choice import StatusChoices
from server.live.queues.transfer_targets import TransferTargets
from server.live.supervision.day_changes import DayChanges
from server.live.supervision.directing import Directing
from server.live.supervision.floor_facts import FloorFacts
from server.live.supervision.floor_followers import FloorFollowers
from server.live.supervision.watchers import Watchers
from server.live.teams import Teams
from server.live.wakes import Wakes
from storage.ports import Storage


class Supervision:
    def __init__(
        self,
        storage: Storage,
        clock: EvenClock,
        people: People,
        teams: Teams,
        hub: Hub,
        open_chats: OpenChats,
        telling: Telling,
        handovers: Handovers,
        targets: TransferTargets,
        routing: Dispatcher,
        attendance: Attendance,
        status_choices: StatusChoices,
        queue_alarm: QueueAlarm,
        telling_here: Telling,
        wakes: Wakes,
    ) -> None:
        """`queue_alarm` is called for each alarm that begins and is not muted, in the transaction that stores it.
        `telling_here` sends to the connections of this process only."""

        def begun_at(alarm: Alarm) -> int:
            begun = told_since(alarm) + teams.goal_ms(alarm.kind, alarm.team)
            # The customer may have waited with an agent before.
            joined = routing.floor.queued_since(alarm.team) if alarm.kind == "queue" else None
            return begun if joined is None else max(begun, joined)

        care = AlarmCare(clock, queue_alarm, begun_at)
        self.alarms = Alarms(telling, care, wakes.alarms)
        self.watchers = Watchers(hub, open_chats, telling_here, wakes.watched)
        self.followed = self.watchers.followed
        self.alarm_log = AlarmLog(storage, clock, people, teams, self.alarms, care)
        self.directing = Directing(storage, clock, people, teams, handovers, targets, routing.floor, status_choices)
        self.day_changes = DayChanges(storage, clock, people, teams, routing)
        facts = FloorFacts(storage, clock, people, teams, routing, attendance)
        self.floor_followers = FloorFollowers(facts, clock.steady, teams)

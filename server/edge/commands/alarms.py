"""The commands `alarm.have` and `alarm.mute`."""

from __future__ import annotations

from chat import wire
from chat.adapters.socket import SocketPeer, Transacted
from chat.frames.commands import Command
from chat.frames.floor import Alarm
from chat.frames.staff_commands import AlarmHave, AlarmMute
from routing.adapters.alarm_store import Cause
from server.edge.commands.answers import AlarmChanged
from server.edge.peers import actor_of
from server.live.alarms.alarm_log import AlarmLog


class AlarmCommands:
    def __init__(self, log: AlarmLog) -> None:
        self._log = log
        self.transacted: dict[type[Command], Transacted] = {AlarmHave: self.have, AlarmMute: self.mute}

    async def have(self, peer: SocketPeer, frame: AlarmHave) -> bytes:
        alarm = await self._log.have(actor_of(peer), _cause(frame), on=frame.on)
        return wire.ok(frame.id, _changed(alarm))

    async def mute(self, peer: SocketPeer, frame: AlarmMute) -> bytes:
        alarm = await self._log.mute(actor_of(peer), _cause(frame), frame.minutes)
        return wire.ok(frame.id, _changed(alarm))


def _cause(frame: AlarmHave | AlarmMute) -> Cause:
    return Cause(frame.kind, frame.team, frame.chat)


def _changed(alarm: Alarm) -> AlarmChanged:
    return AlarmChanged(had_by=alarm.had_by, muted_until=alarm.muted_until)

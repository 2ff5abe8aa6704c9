"""A destination of alarms. Its letters are among the letters of the demo."""

from __future__ import annotations

from alarms.destination import KINDS, NewDestination
from server.live.alarms.alarm_sending import destinations_of
from server.settings import Settings
from storage.ports import Tx

FLOOR = "floor@support.example"


def add_alarm_destination(tx: Tx, settings: Settings, now: int) -> None:
    wanted = NewDestination(name="Floor lead", service="mail", address=FLOOR, team=None, kinds=KINDS)
    destinations_of(settings.secret_bytes()).add(tx, wanted, now)

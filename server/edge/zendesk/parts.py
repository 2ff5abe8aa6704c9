"""The parts of a desk that the calls below `/api/v2/` need."""

from __future__ import annotations

from typing import Protocol

from attachments.adapters.uploads import Uploads
from clock import Clock
from identity.adapters.people import People
from server.live.help_center import HelpCenter
from server.live.mailroom import Mailroom
from server.live.teams import Teams
from server.live.tickets.requesters import Requesters
from storage.ports import Storage
from ticketing.correspondence import Correspondence
from ticketing.service import Tickets


class Parts(Protocol):
    @property
    def storage(self) -> Storage: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def people(self) -> People: ...
    @property
    def requesters(self) -> Requesters: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def correspondence(self) -> Correspondence: ...
    @property
    def help_center(self) -> HelpCenter: ...
    @property
    def mailroom(self) -> Mailroom: ...
    @property
    def uploads(self) -> Uploads: ...

"""Implements `widgets.admin.personal_data_ports.PersonalDataPages`: the pages use the same service as the JSON API."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from identity.actor import Actor
from refusals import Refused
from server.edge.outages import as_refusals
from server.live.personal_data.kinds import KINDS, Kept
from server.live.personal_data.personal_data import PersonalData
from widgets.admin.personal_data_ports import PersonFound, RetentionDays


class PersonalDataAdapter:
    def __init__(self, of: PersonalData) -> None:
        self._of = of

    @as_refusals
    async def find(self, by: Actor, email: str) -> PersonFound:
        found = await self._of.erasing.find(by, email)
        person = found.person
        return PersonFound(
            email=email.strip(),
            chats=len(person.chats),
            tickets=len(person.tickets),
            taking_part=len(person.taking_part),
            entries=len(person.ids),
            unproven=person.unproven,
            obstacle=found.obstacle,
        )

    @as_refusals
    async def export(self, by: Actor, email: str) -> Path:
        found = await self._of.erasing.find(by, email)
        handle, name = tempfile.mkstemp(suffix=".zip")
        os.close(handle)
        file = Path(name)
        try:
            await self._of.exporting.export(by, found.person, file)
        except BaseException as error:
            os.unlink(name)
            if isinstance(error, OSError):
                raise Refused("unavailable", "The archive can't be written now. Try again later.") from None
            raise
        return file

    @as_refusals
    async def erase(self, by: Actor, email: str) -> str:
        return (await self._of.erasing.erase(by, email)).id

    @as_refusals
    async def retention(self, by: Actor) -> RetentionDays:
        return _days(await self._of.retention.current(by))

    @as_refusals
    async def change_retention(
        self, by: Actor, wanted: Mapping[str, int | None], versions: Collection[int] | None
    ) -> RetentionDays:
        known = {kind: wanted[kind] for kind in KINDS if kind in wanted}
        return _days(await self._of.retention.change(by, known, versions))


def _days(kept: Kept) -> RetentionDays:
    return RetentionDays({str(kind): days for kind, days in kept.days.items()}, kept.version)

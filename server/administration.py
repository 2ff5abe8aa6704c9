"""Composes what the administration's pages and calls use."""

from __future__ import annotations

from dataclasses import dataclass

from server.live.audit_reading import AuditReading
from server.live.client_admin import ClientAdmin
from server.live.desk import LiveDesk
from server.live.invitations import Invitations
from server.live.staff_admin import StaffAdmin
from server.live.token_admin import TokenAdmin
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class AdministrationParts:
    staff: StaffAdmin
    invitations: Invitations
    audit: AuditReading
    clients: ClientAdmin
    tokens: TokenAdmin


def administration_parts(settings: Settings, desk: LiveDesk) -> AdministrationParts:
    staff = StaffAdmin(desk.storage, desk.clock, desk.people, desk.teams, desk.routing, desk.tickets)
    invitations = Invitations(
        desk.storage,
        desk.clock,
        desk.people,
        desk.teams,
        desk.letters,
        desk.secret,
        settings.guessed_words,
        desk.delivery.wake,
    )
    return AdministrationParts(
        staff,
        invitations,
        AuditReading(desk.storage, desk.clock, desk.people, staff),
        ClientAdmin(desk.storage, desk.clock, desk.people),
        TokenAdmin(desk.storage, desk.clock, desk.people),
    )

"""Sign-ins whose tickets cannot be attached at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from starlette.requests import Request

from identity.accounts import Wanted
from identity.adapters.confirming import Confirming
from identity.adapters.staff_sign_ons import StaffSignOns
from server.edge.portal_visitors import PortalVisitors
from server.edge.refusal_log import RefusalLog
from server.edge.sign_ins import SignIns
from server.live.mail.address_claims import AddressClaims
from storage.ports import Storage, StorageUnavailable
from tests.mailbox import account_letters
from tests.running import RunningDesk, running

DANIELLE = "danielle@northlake.example"
PASSWORD = "correct horse battery"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data") as it:
        yield it


def sign_ins(desk: RunningDesk, storage: Storage) -> SignIns:
    """Those of the desk, with another storage for attaching."""
    it = desk.desk
    return SignIns(
        it.settings,
        it.clock,
        it.people,
        it.own_accounts,
        StaffSignOns(it.storage, it.clock, it.people, Confirming(it.storage, it.clock, it.people), it.account_letters),
        AddressClaims(storage, it.clock, it.people, it.attaching, it.mailroom.following, it.mailroom.learning.library),
        it.metrics,
        desk.web.authentication,
        PortalVisitors(it.clock, it.secret, desk.web.authentication.cookies, it.people.visits),
        RefusalLog(it.clock),
    )


@pytest.mark.parametrize("fault", [StorageUnavailable("disk full"), RuntimeError("unexpected")])
async def test_confirmation_succeeds_although_attaching_fails(desk: RunningDesk, fault: Exception) -> None:
    """The link is used up by then, so the browser must get its session. The next sign-in attaches the rest."""
    visitor = await desk.customer()
    said = {"team": "media", "text": "It fails", "email": DANIELLE}
    number = (await desk.http(visitor.token).post("/api/tickets", json=said)).json()["number"]
    await desk.desk.own_accounts.ask(Wanted(email=DANIELLE))
    token = (await account_letters(desk))[-1][3] or ""
    away = create_autospec(Storage, instance=True)
    away.read.side_effect = fault
    headers = [(b"origin", desk.origin.encode()), (b"host", f"127.0.0.1:{desk.port}".encode())]
    request = Request(
        {"type": "http", "scheme": "http", "path": "/", "headers": headers, "client": ("192.0.2.1", 1), "state": {}}
    )
    signed_in, attached = await sign_ins(desk, away).confirm(request, token, PASSWORD, None)
    assert signed_in.cookie and attached == []
    browser = desk.http(Origin=desk.origin)
    assert (await browser.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})).status_code == 200
    assert (await browser.get(f"/api/tickets/{number}")).status_code == 200

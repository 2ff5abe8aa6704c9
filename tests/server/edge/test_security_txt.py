"""Where to report a hole: `security.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import SettingsFaults, load
from tests.running import SettableClock, running

DESK = "https://support.example"
ADDRESS = "/.well-known/security.txt"
AT = 1_795_803_884_200
"""2026-11-27, 18:24 UTC."""


async def test_security_txt_names_the_contact(tmp_path: Path) -> None:
    """With an expiry date in the future and its canonical address."""
    async with running(
        tmp_path / "data", SettableClock(AT), base_url=DESK, security_contact="security@company.example"
    ) as desk:
        answer = await desk.http().get(ADDRESS)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.splitlines() == [
            "Contact: mailto:security@company.example",
            "Expires: 2027-05-26T18:24:44.200Z",
            f"Canonical: {DESK}{ADDRESS}",
            "Preferred-Languages: en",
        ]


async def test_security_txt_without_a_contact_is_404(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as desk:
        assert (await desk.http().get(ADDRESS)).status_code == 404


def test_contact_must_be_an_email_address_or_https_page(tmp_path: Path) -> None:
    """Line breaks are refused, because they would add lines to the file."""
    given = {"data": tmp_path}
    assert (
        load(security_contact="https://desk.example/report", **given).security_contact == "https://desk.example/report"
    )
    assert load(security_contact="mailto:s@desk.example", **given).security_contact == "mailto:s@desk.example"
    for bad in ("s", "http://desk.example", "https://desk.example/\nContact: evil@x.example", "s@desk.example\nx"):
        with pytest.raises(SettingsFaults, match=r"(?i)security_contact"):
            load(security_contact=bad, **given)

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import SecretStr

from server.operations.doctor_sign_on import examine_sign_on
from server.settings import Settings
from tests.running import SettableClock
from tests.server.live.administration.test_oidc_provider import playing


def settings(data: Path, issuer: str | None) -> Settings:
    if issuer is None:
        return Settings(data=data)
    return Settings(
        data=data,
        egress_allow=("127.0.0.1",),
        oidc_issuer=issuer,
        oidc_client_id="desk",
        oidc_client_secret=SecretStr("secret"),
    )


async def levels(data: Path, issuer: str | None) -> list[str]:
    found = await asyncio.to_thread(lambda: list(examine_sign_on(settings(data, issuer))))
    return [finding.level for finding in found]


async def test_provider_that_answers_is_fine(tmp_path: Path) -> None:
    """The desk of the test is served over http, which most providers refuse."""
    async with playing(SettableClock()) as (played, _):
        assert await levels(tmp_path, played.issuer) == ["ok", "warning"]


async def test_provider_that_does_not_answer_is_bad(tmp_path: Path) -> None:
    assert await levels(tmp_path, "http://127.0.0.1:9") == ["bad"]


async def test_provider_of_staff_is_examined_too(tmp_path: Path) -> None:
    async with playing(SettableClock()) as (played, _):
        both = settings(tmp_path, "http://127.0.0.1:9").model_copy(update={"oidc_staff_issuer": played.issuer})
        found = await asyncio.to_thread(lambda: list(examine_sign_on(both)))
    assert [finding.level for finding in found] == ["bad", "ok", "warning"]
    assert "OIDC_ISSUER" in found[0].found and "/auth/oidc/staff/callback" in found[1].found


async def test_desk_without_a_provider_has_no_finding(tmp_path: Path) -> None:
    assert await levels(tmp_path, None) == []

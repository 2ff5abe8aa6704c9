"""A second factor, from its first code to its last."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import httpx2
import segno

from identity.adapters.attempts import PAIR_LIMIT
from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api, code_of, set_up_second_factor


async def with_second_factor(api: Api, clock: SettableClock) -> tuple[Any, str]:
    await api.enrolled()
    browser = await api.browser()
    return browser, (await set_up_second_factor(browser, clock))[0]


async def try_to_sign_in(api: Api, totp: str | None = None, **others: str) -> httpx2.Response:
    return await api.sign_in(await api.client(), **({"totp": totp} if totp is not None else {}), **others)


async def test_setup_returns_a_qr_code_of_the_address(api: Api) -> None:
    """Square, dark on light, with a margin, and different for each secret."""
    await api.enrolled()
    browser, pictures = await api.browser(), []
    for _ in range(2):
        begun = (await browser.post("/api/me/totp", json={"password": PASSWORD})).json()
        kind, _, drawn = begun["qr"].partition(",")
        assert kind == "data:image/svg+xml;charset=utf-8"
        picture = ElementTree.fromstring(unquote(drawn))
        left, top, width, height = map(int, picture.attrib["viewBox"].split())
        ground, code = picture.findall("{http://www.w3.org/2000/svg}path")
        assert (left, top, width) == (0, 0, height) and width == segno.make(begun["uri"], error="m").symbol_size(
            border=4
        )[0]
        assert ground.attrib["fill"] == "#fff" and code.attrib["stroke"] == "#000"
        assert code.attrib["d"].startswith("M4 4.5h7")
        pictures.append(code.attrib["d"])
    assert pictures[0] != pictures[1]


async def test_second_factor_is_required_only_after_confirmation(api: Api, clock: SettableClock) -> None:
    """Before the first right code the password is enough. Afterwards a code is required."""
    await api.enrolled()
    browser = await api.browser()
    begun = await browser.post("/api/me/totp", json={"password": PASSWORD})
    assert begun.status_code == 201 and begun.json()["secret"] in begun.json()["uri"]
    assert (await browser.get("/api/me")).json()["totp"] is False
    assert (await try_to_sign_in(api)).status_code == 200
    wrong = await browser.post("/api/me/totp/confirm", json={"totp": "000000"})
    assert wrong.status_code == 422 and "totp" in wrong.json()["fields"]
    right = await browser.post("/api/me/totp/confirm", json={"totp": code_of(begun.json()["secret"], clock)})
    assert right.status_code == 200 and (await browser.get("/api/me")).json()["totp"] is True
    asked = await try_to_sign_in(api)
    assert asked.status_code == 401 and "set-cookie" not in asked.headers
    assert list(asked.json()["fields"]) == ["totp"]


async def test_code_is_accepted_once_at_sign_in(api: Api, clock: SettableClock) -> None:
    _, secret = await with_second_factor(api, clock)
    code = code_of(secret, clock)
    answer = await try_to_sign_in(api, code)
    assert answer.status_code == 200 and answer.json()["totp"] is True
    again = await try_to_sign_in(api, code)
    assert again.status_code == 401 and list(again.json()["fields"]) == ["totp"]
    clock.forward(30)
    assert (await try_to_sign_in(api, code_of(secret, clock))).status_code == 200


async def test_wrong_password_does_not_reveal_the_second_factor(api: Api, clock: SettableClock) -> None:
    _, secret = await with_second_factor(api, clock)
    wrong = await try_to_sign_in(api, code_of(secret, clock), password="wrong")
    unknown = await try_to_sign_in(api, code_of(secret, clock), email="nobody@desk.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json() and "fields" not in wrong.json()


async def test_wrong_codes_are_rate_limited(api: Api, clock: SettableClock) -> None:
    """A wrong code counts like a wrong password. After the limit even the right code has to wait."""
    _, secret = await with_second_factor(api, clock)
    for _ in range(PAIR_LIMIT):
        assert (await try_to_sign_in(api, "000000")).status_code == 401
    limited = await try_to_sign_in(api, code_of(secret, clock))
    assert limited.status_code == 429 and int(limited.headers["retry-after"]) > 0
    clock.forward(600)
    assert (await try_to_sign_in(api, code_of(secret, clock))).status_code == 200


async def test_second_factor_is_removed_by_password_and_code(api: Api, clock: SettableClock) -> None:
    """Both are required. Afterwards the password is enough, and a new second factor can be set up."""
    browser, secret = await with_second_factor(api, clock)
    code = code_of(secret, clock)
    assert (await browser.post("/api/me/totp", json={"password": PASSWORD})).status_code == 409
    assert (await browser.post("/api/me/totp/off", json={"password": "wrong", "totp": code})).status_code == 401
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": "000000"})).status_code == 401
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": code})).status_code == 204
    assert (await try_to_sign_in(api)).status_code == 200
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": code})).status_code == 409
    assert (await browser.post("/api/me/totp", json={"password": PASSWORD})).status_code == 201


async def test_setup_requires_the_password_again(api: Api) -> None:
    """Somebody who finds an open browser cannot lock its owner out. A setup that was not started cannot be
    confirmed."""
    await api.enrolled()
    browser = await api.browser()
    assert (await browser.post("/api/me/totp", json={"password": "wrong"})).status_code == 401
    assert (await browser.post("/api/me/totp/confirm", json={"totp": "000000"})).status_code == 409


async def test_secret_is_not_stored_in_plain_text(api: Api, clock: SettableClock) -> None:
    _, secret = await with_second_factor(api, clock)
    stored = b"".join(file.read_bytes() for file in api.desk.settings.data.rglob("switchboard.db*"))
    assert secret.encode() not in stored and b"sb_" in stored

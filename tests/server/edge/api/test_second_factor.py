"""A second factor, from its first code to its last."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import httpx2
import pyotp
import segno

from identity.attempts import PAIR_LIMIT
from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api

MAYA = {"email": "maya@desk.example", "password": PASSWORD}


async def signed_in(api: Api) -> Any:
    """Maya's browser, where she is signed in."""
    await api.staff("maya")
    await api.give_password("maya@desk.example")
    browser = await api.client(Origin=api.desk.origin)
    assert (await browser.post("/api/session", json=MAYA)).status_code == 200
    return browser


def code_of(secret: str, clock: SettableClock) -> str:
    return pyotp.TOTP(secret).at(clock() // 1000)


async def with_second_factor(api: Api, clock: SettableClock) -> tuple[Any, str]:
    """Maya's browser, and the secret in her telephone, a step after its first code."""
    browser = await signed_in(api)
    begun = (await browser.post("/api/me/totp", json={"password": PASSWORD})).json()
    confirmed = await browser.post("/api/me/totp/confirm", json={"totp": code_of(begun["secret"], clock)})
    assert confirmed.status_code == 200
    clock.forward(30)
    return browser, begun["secret"]


async def try_to_sign_in(api: Api, totp: str | None = None, **others: str) -> httpx2.Response:
    said = {**MAYA, **({"totp": totp} if totp is not None else {}), **others}
    answer: httpx2.Response = await (await api.client()).post("/api/session", json=said)
    return answer


async def test_a_telephone_may_read_it_off_the_screen(api: Api) -> None:
    """The address for the app is a picture too: square, dark on light, with its margin, and of this secret alone."""
    browser, pictures = await signed_in(api), []
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


async def test_it_counts_once_it_is_confirmed(api: Api, clock: SettableClock) -> None:
    """Until a first right code nothing more than the password is asked for; after it, a code is."""
    browser = await signed_in(api)
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


async def test_who_has_the_code_signs_in(api: Api, clock: SettableClock) -> None:
    """Once: the same code a second time is wrong, the next one is right."""
    _, secret = await with_second_factor(api, clock)
    code = code_of(secret, clock)
    answer = await try_to_sign_in(api, code)
    assert answer.status_code == 200 and answer.json()["totp"] is True
    again = await try_to_sign_in(api, code)
    assert again.status_code == 401 and list(again.json()["fields"]) == ["totp"]
    clock.forward(30)
    assert (await try_to_sign_in(api, code_of(secret, clock))).status_code == 200


async def test_the_code_is_asked_for_after_the_password_alone(api: Api, clock: SettableClock) -> None:
    """Who does not know the password does not learn that there is a second factor."""
    _, secret = await with_second_factor(api, clock)
    wrong = await try_to_sign_in(api, code_of(secret, clock), password="wrong")
    unknown = await try_to_sign_in(api, code_of(secret, clock), email="nobody@desk.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json() and "fields" not in wrong.json()


async def test_codes_cannot_be_guessed(api: Api, clock: SettableClock) -> None:
    """A wrong code is a failure like a wrong password: after some, even the right one has to wait."""
    _, secret = await with_second_factor(api, clock)
    for _ in range(PAIR_LIMIT):
        assert (await try_to_sign_in(api, "000000")).status_code == 401
    limited = await try_to_sign_in(api, code_of(secret, clock))
    assert limited.status_code == 429 and int(limited.headers["retry-after"]) > 0
    clock.forward(600)
    assert (await try_to_sign_in(api, code_of(secret, clock))).status_code == 200


async def test_it_is_taken_away_by_password_and_code(api: Api, clock: SettableClock) -> None:
    """By both together; afterwards the password is enough, and another can be set up."""
    browser, secret = await with_second_factor(api, clock)
    code = code_of(secret, clock)
    assert (await browser.post("/api/me/totp", json={"password": PASSWORD})).status_code == 409
    assert (await browser.post("/api/me/totp/off", json={"password": "wrong", "totp": code})).status_code == 401
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": "000000"})).status_code == 401
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": code})).status_code == 204
    assert (await try_to_sign_in(api)).status_code == 200
    assert (await browser.post("/api/me/totp/off", json={"password": PASSWORD, "totp": code})).status_code == 409
    assert (await browser.post("/api/me/totp", json={"password": PASSWORD})).status_code == 201


async def test_setting_it_up_takes_the_password_again(api: Api) -> None:
    """Who finds somebody's browser open cannot lock them out; and what nobody began cannot be confirmed."""
    browser = await signed_in(api)
    assert (await browser.post("/api/me/totp", json={"password": "wrong"})).status_code == 401
    assert (await browser.post("/api/me/totp/confirm", json={"totp": "000000"})).status_code == 409


async def test_it_is_a_matter_of_who_is_signed_in(api: Api) -> None:
    """Not of a token's holder, of a visitor, of another site's page, or of nobody."""
    by_token = await api.staff("maya")
    await api.give_password("maya@desk.example")
    assert (await by_token.post("/api/me/totp", json={"password": PASSWORD})).status_code == 403
    assert (await (await api.visitor()).post("/api/me/totp", json={"password": PASSWORD})).status_code == 403
    assert (await (await api.client()).post("/api/me/totp", json={"password": PASSWORD})).status_code == 401
    browser = await api.client(Origin=api.desk.origin)
    await browser.post("/api/session", json=MAYA)
    foreign = await browser.post(
        "/api/me/totp", json={"password": PASSWORD}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


async def test_the_database_does_not_give_the_secret_away(api: Api, clock: SettableClock) -> None:
    """Neither it nor a code stands anywhere in what is stored."""
    _, secret = await with_second_factor(api, clock)
    stored = b"".join(file.read_bytes() for file in api.desk.settings.data.rglob("switchboard.db*"))
    assert secret.encode() not in stored and b"sb_" in stored

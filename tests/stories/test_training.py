"""From a resolution to training: whatever the way in, the customer finds it in ticket, mail and account."""

from __future__ import annotations

import httpx2
import pytest

from learning.sessions import HOUR_MS
from tests.mailbox import text_of
from tests.running import Frame, RunningDesk, SettableClock
from tests.stories.test_accounts import signed_up, widget
from tests.stories.test_learning_center import letters, session_of, stored
from tests.stories.test_portal import browser

TRAINED = {"status": "solved", "resolution": "training_suggested"}
PRODUCT = "Lumina"


async def asked(page: httpx2.AsyncClient, **fields: str) -> int:
    """A request about orders in Lumina, by this browser."""
    form = {"team": "media", "product": PRODUCT, "subject": "Orders", "text": "How?", "key": "k", **fields}
    await page.get("/submit")
    sent = await page.post("/submit", data=form, follow_redirects=True)
    assert sent.status_code == 200, sent.text
    return int(str(sent.url).rpartition("=")[2])


async def training_of(staff: httpx2.AsyncClient, number: int) -> Frame:
    answer = await staff.get(f"/api/tickets/{number}/training")
    assert answer.status_code == 200, answer.text
    found: Frame = answer.json()
    return found


async def suggested(staff: httpx2.AsyncClient) -> Frame:
    found: Frame = (await staff.get("/api/training", params={"product": PRODUCT, "words": "Orders"})).json()
    return found


async def solved_by(way: str, desk: RunningDesk, page: httpx2.AsyncClient, change: Frame) -> int:
    """The number of a ticket that staff solve by this way in."""
    agent = await desk.staff("Maya")
    staff = desk.http(agent.token)
    if way == "chat":
        await agent.command("presence.set", status="available")
        customer = await widget(desk, page)
        chat = (await customer.command("chat.start", team="media", product=PRODUCT, text="Orders"))["chat"]
        await agent.event("chat.assigned")
        return int((await agent.command("chat.close", chat=chat, **change))["ticket"])
    if way == "opened":
        new = {
            "team": "media",
            "product": PRODUCT,
            "text": "Orders",
            "requester": {"email": "danielle@northlake.example"},
        }
        made = await staff.post("/api/tickets", json={**new, **change})
        assert made.status_code == 201, made.text
        return int(made.json()["number"])
    number = await asked(page)
    if way == "change":
        answer = await staff.patch(f"/api/tickets/{number}", json=change)
    else:
        answer = await staff.post(f"/api/tickets/{number}/replies", json={"text": "See the list", **change})
    assert answer.status_code == 200, answer.text
    return number


@pytest.mark.parametrize("way", ["chat", "change", "reply", "opened"])
async def test_training_code_attaches_a_playlist_whatever_the_way_in(desk: RunningDesk, way: str) -> None:
    """Without a choice it is what the desk suggests. The customer finds it in the ticket, the mail and the account."""
    await stored(desk)
    danielle = await signed_up(desk)
    number = await solved_by(way, desk, danielle, TRAINED)
    staff = desk.http((await desk.staff("Ben")).token)
    found = await training_of(staff, number)
    assert found["playlist"]["items"] == (await suggested(staff))["playlist"] and found["session"] is None
    assert found["playlist"]["title"] == f"Suggested with #{number}, {PRODUCT}"
    address = found["playlist"]["url"]
    assert address in (await danielle.get(f"/requests/{number}")).text
    assert address in (await danielle.get("/account")).text and address in (await danielle.get("/learning")).text
    listed = (await danielle.get("/api/playlists")).json()["playlists"]
    assert [f"/learning/playlists/{one['id']}" for one in listed] == [address]
    assert "Move down" in (await danielle.get(f"{address}?edit")).text
    if way != "chat":  # The letter about a chat waits until the customer has left the page.
        assert address in await letter_of(desk, number)


async def letter_of(desk: RunningDesk, number: int) -> str:
    """The text of the last letter about the ticket."""
    await desk.desk.delivery.idle()
    sent = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    return text_of(desk, sent[-1].message_id)


@pytest.mark.parametrize("way", ["chat", "change", "reply", "opened"])
async def test_choice_of_the_agent_replaces_what_the_desk_suggests(desk: RunningDesk, way: str) -> None:
    await stored(desk)
    session = await session_of(desk, capacity=5)
    danielle = await signed_up(desk)
    staff = desk.http((await desk.staff("Ben")).token)
    card = next(one["id"] for one in (await suggested(staff))["resources"] if one["key"] == "later")
    choice = {"resources": [card], "session": session.id}
    number = await solved_by(way, desk, danielle, {**TRAINED, "resolution": "utilized_elearning", "training": choice})
    found = await training_of(staff, number)
    assert found["playlist"]["items"] == [card] and found["session"]["id"] == session.id
    assert found["registration"]["standing"] == "registered"
    assert "You have a place on" in (await danielle.get("/webinars")).text
    page = (await danielle.get(f"/requests/{number}")).text
    assert "Orders live" in page and "You have a place." in page
    assert "Orders live" in (await danielle.get("/account")).text
    assert ("danielle@northlake.example", "You have a place: Orders live") in [one[:2] for one in await letters(desk)]


async def test_agent_can_attach_nothing(desk: RunningDesk) -> None:
    await stored(desk)
    danielle = await signed_up(desk)
    number = await solved_by("change", desk, danielle, {**TRAINED, "training": {}})
    staff = desk.http((await desk.staff("Ben")).token)
    assert (await training_of(staff, number))["playlist"] is None
    assert "Training for you" not in (await danielle.get(f"/requests/{number}")).text


async def test_full_webinar_gives_a_place_on_the_waiting_list(desk: RunningDesk) -> None:
    await stored(desk)
    session = await session_of(desk, capacity=1)
    first, danielle = await signed_up(desk, "first@northlake.example"), await signed_up(desk)
    await first.post("/webinars/register", data={"session": str(session.id)})
    number = await solved_by("change", desk, danielle, {**TRAINED, "training": {"session": session.id}})
    staff = desk.http((await desk.staff("Ben")).token)
    registration = (await training_of(staff, number))["registration"]
    assert (registration["standing"], registration["number"]) == ("waiting", 1)
    assert "You’re on the waiting list." in (await danielle.get(f"/requests/{number}")).text


async def test_address_that_is_not_proven_gets_a_link_and_no_place(desk: RunningDesk) -> None:
    session = await session_of(desk, capacity=1)
    async with browser(desk) as page:
        number = await asked(page, email="zoe@elsewhere.example", name="Zoe")
        staff = desk.http((await desk.staff("Ben")).token)
        change = {**TRAINED, "training": {"session": session.id}}
        assert (await staff.patch(f"/api/tickets/{number}", json=change)).status_code == 200
    found = await training_of(staff, number)
    assert found["session"]["id"] == session.id and found["registration"] is None
    assert found["session"]["places_left"] == 1
    assert ("zoe@elsewhere.example", "Confirm your registration: Orders live") in [
        one[:2] for one in await letters(desk)
    ]


async def test_correction_to_another_code_gives_the_place_back(desk: RunningDesk) -> None:
    await stored(desk)
    session = await session_of(desk, capacity=1)
    danielle = await signed_up(desk)
    number = await solved_by("change", desk, danielle, {**TRAINED, "training": {"session": session.id}})
    staff = desk.http((await desk.staff("Ben")).token)
    await staff.patch(f"/api/tickets/{number}", json={"resolution": "set_up"})
    found = await training_of(staff, number)
    assert (found["playlist"], found["session"]) == (None, None)
    assert "You have a place on" not in (await danielle.get("/webinars")).text


async def test_training_that_cannot_be_attached_refuses_the_whole_change(
    desk: RunningDesk, clock: SettableClock
) -> None:
    await stored(desk)
    session = await session_of(desk, in_ms=HOUR_MS)
    staff = desk.http((await desk.staff("Ben")).token)
    async with browser(desk) as page:
        number = await asked(page)
    for status, code, training in (
        ("solved", "set_up", {"resources": [1]}),
        ("open", None, {"resources": [1]}),
        ("solved", "training_suggested", {"resources": [4711]}),
        ("solved", "training_suggested", {"session": 4711}),
        ("solved", "training_suggested", {"session": session.id}),  # The customer gave no address.
    ):
        change = {"status": status, "training": training, **({"resolution": code} if code else {})}
        answer = await staff.patch(f"/api/tickets/{number}", json=change)
        assert answer.status_code == 422 and "training" in answer.json()["fields"], (training, answer.text)
    clock.forward(2 * 3600)
    danielle = await signed_up(desk)
    number = await asked(danielle, key="k2")
    late = await staff.patch(f"/api/tickets/{number}", json={**TRAINED, "training": {"session": session.id}})
    assert late.status_code == 422 and "begun" in late.json()["fields"]["training"]
    assert (await staff.get(f"/api/tickets/{number}")).json()["status"] == "open"


async def test_training_of_a_ticket_is_only_for_its_readers(desk: RunningDesk) -> None:
    await stored(desk)
    danielle = await signed_up(desk)
    number = await solved_by("change", desk, danielle, TRAINED)
    eve = await signed_up(desk, "eve@elsewhere.example")
    headers = {"Origin": desk.origin}
    assert (await danielle.get(f"/api/tickets/{number}/training", headers=headers)).status_code == 200
    assert (await eve.get(f"/api/tickets/{number}/training", headers=headers)).status_code == 404
    assert (await eve.get("/api/training", headers=headers)).status_code == 403
    said = {"text": "x", "training": {"resources": [1]}}
    assert (await danielle.post(f"/api/tickets/{number}/replies", json=said)).status_code == 422


async def test_request_for_a_training_ends_only_with_a_training_code(desk: RunningDesk) -> None:
    """It is a form of the Learning Center. The desk chooses the team."""
    danielle = await signed_up(desk)
    assert "/learning/training" in (await danielle.get("/webinars")).text
    form = (await danielle.get("/learning/training")).text
    assert "Ask for a training" in form and 'value="Custom training"' in form
    fields = {"product": PRODUCT, "subject": "Custom training", "text": "Ten of us, in May", "key": "t"}
    sent = await danielle.post("/learning/training", data=fields, follow_redirects=True)
    number = int(str(sent.url).rpartition("=")[2])
    staff = desk.http((await desk.staff("Ben")).token)
    assert (await training_of(staff, number))["requested"] is True
    for code in ("support_question", "void", "training_suggested"):
        refused = await staff.patch(f"/api/tickets/{number}", json={"status": "solved", "resolution": code})
        assert refused.status_code == 422, code
        assert "request for a training" in refused.json()["fields"]["resolution"]
    said = {"text": "Done", "status": "solved", "resolution": "no_issue"}
    assert (await staff.post(f"/api/tickets/{number}/replies", json=said)).status_code == 422
    done = await staff.patch(f"/api/tickets/{number}", json={"status": "solved", "resolution": "training_completed"})
    assert done.status_code == 200 and done.json()["resolution"] == "training_completed"


async def test_hostile_words_stay_text_on_the_pages_of_the_help_center(desk: RunningDesk) -> None:
    hostile = "<script>globalThis.ran=1</script>"
    danielle = await signed_up(desk)
    fields = {"team": "media", "subject": hostile, "text": hostile, "key": "h"}
    sent = await danielle.post("/learning/training", data=fields, follow_redirects=True)
    number = str(sent.url).rpartition("=")[2]
    pages = [sent.text, (await danielle.get(f"/requests/{number}")).text]
    assert "&lt;script&gt;" in pages[1]
    again = await danielle.post("/learning/training", data={**fields, "text": " ", "name": hostile})
    pages += [again.text]
    for path in ("/search", "/webinars", "/learning", "/products/lumina", "/status", "/following"):
        asked = dict.fromkeys(("q", "month", "platform", "media", "session", "product", "text"), hostile)
        pages.append((await danielle.get(path, params=asked)).text)
    for path in ("products", "articles", "articles/1-", "learning/plans", "learning/playlists", "webinars"):
        pages.append((await danielle.get(f"/{path}/{hostile.replace('/', '%2F')}")).text)
    assert not any("<script>globalThis" in page for page in pages)


async def test_empty_request_for_a_training_keeps_what_was_written(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        await page.get("/learning/training")
        sent = await page.post("/learning/training", data={"subject": "For the team", "text": " ", "key": "t"})
        assert sent.status_code == 422 and "For the team" in sent.text and "Ask for a training" in sent.text

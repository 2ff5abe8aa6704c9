"""The customers' pages on a running desk, without scripts: submit, read, answer, reopen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import AsyncMock, patch

import httpx2

from storage.ports import StorageUnavailable
from tests.attachments.samples import PDF
from tests.running import DEADLINE_S, RunningDesk, SettableClock
from tests.stories.unanswered import unanswered

MISSING = "We can’t show this request here"
DAY_S = 86_400


def browser(desk: RunningDesk) -> httpx2.AsyncClient:
    """A browser without scripts, in which nobody is signed in. It follows redirects and keeps cookies."""
    headers = {"Origin": desk.origin}
    return httpx2.AsyncClient(
        base_url=desk.url, headers=headers, trust_env=False, verify=False, follow_redirects=True, timeout=DEADLINE_S
    )


def filled(**fields: str) -> dict[str, str]:
    return {"team": "media", "text": "Line 2 fails", "key": "k", **fields}


async def submitted(page: httpx2.AsyncClient, **fields: str) -> int:
    await page.get("/submit")
    sent = await page.post("/submit", data=filled(**fields))
    assert sent.status_code == 200, sent.text
    return int(str(sent.url).rpartition("=")[2])


async def test_request_from_a_browser_is_found_in_that_browser_only(desk: RunningDesk) -> None:
    """It has a number at once. Staff see who asked; another browser gets the answer for a missing request."""
    maya = await desk.staff("Maya")
    async with browser(desk) as hers, browser(desk) as other:
        number = await submitted(hers, name="Danielle", email="danielle@northlake.example", subject="Flight dates")
        assert f"#{number}" in (await hers.get("/requests")).text
        page = await hers.get(f"/requests/{number}")
        assert "Flight dates" in page.text and "Line 2 fails" in page.text
        seen = (await desk.http(maya.token).get(f"/api/tickets/{number}")).json()
        assert (seen["channel"], seen["requester"]["email"]) == ("form", "danielle@northlake.example")
        await submitted(other)
        hidden, missing = await other.get(f"/requests/{number}"), await other.get("/requests/4711")
        assert hidden.text.replace(f"/requests/{number}", "") == missing.text.replace("/requests/4711", "")
        assert "Flight dates" not in (await other.get("/requests?q=flight")).text


async def test_form_that_is_sent_twice_makes_one_request(desk: RunningDesk) -> None:
    """The key in the form tells, for new requests and for replies."""
    async with browser(desk) as page:
        number = await submitted(page)
        assert await submitted(page) == number
        for _ in range(2):
            await page.post(f"/requests/{number}", data={"text": "A word more", "key": "r", "seen": "open"})
        assert (await page.get(f"/requests/{number}")).text.count("A word more") == 1


async def test_refused_form_keeps_its_texts_and_files(desk: RunningDesk) -> None:
    """What is wrong stands beside its field. A good file stays attached, a program is named with the reason."""
    async with browser(desk) as page:
        await page.get("/submit")
        files = [("files", ("plan.pdf", PDF, "application/pdf")), ("files", ("setup.exe", b"MZ", "application/x"))]
        told = await page.post("/submit", data=filled(email="danielle@", subject="Dates"), files=files)
        assert told.status_code == 422
        assert 'value="danielle@"' in told.text and "Line 2 fails" in told.text and 'value="Dates"' in told.text
        assert 'aria-describedby="email-wrong email-hint" aria-invalid="true"' in told.text
        assert "plan.pdf" in told.text and "setup.exe" in told.text and "can contain programs" in told.text
        (kept,) = re.findall(r'name="attached" value="([^"]+)"', told.text)
        sent = await page.post("/submit", data=filled(email="danielle@northlake.example", attached=kept))
        assert "with 1 file" in sent.text


async def test_file_is_opened_by_the_browser_that_sent_it_only(desk: RunningDesk) -> None:
    """Without an account too. Another browser gets the answer for a missing file."""
    async with browser(desk) as page, browser(desk) as other:
        await page.get("/submit")
        sent = await page.post("/submit", data=filled(), files=[("files", ("plan.pdf", PDF, "application/pdf"))])
        number = int(str(sent.url).rpartition("=")[2])
        links = re.findall(r'href="(/requests/\d+/files/[^"]+)"', (await page.get(f"/requests/{number}")).text)
        assert len(set(links)) == 1
        opened = await page.get(links[0])
        assert opened.status_code == 200 and opened.content == PDF
        await submitted(other)
        for hidden in (links[0], f"/requests/{number}/files/none", f"/requests/{number}/files/%00"):
            assert (await other.get(hidden)).status_code == 404, hidden


@contextmanager
def down(desk: RunningDesk) -> Iterator[None]:
    """As with a full disk: everything can be read, nothing can be saved."""
    with patch.object(desk.desk.storage, "write", AsyncMock(side_effect=StorageUnavailable("disk full"))):
        yield


async def test_outage_keeps_what_was_written_and_says_the_truth(desk: RunningDesk) -> None:
    """On new requests and replies: it is not sent, or may have been sent."""
    async with browser(desk) as page:
        number = await submitted(page)
        form = filled(text="Kept words", key="other", seen="open")
        for path in ("/submit", f"/requests/{number}"):
            with down(desk):
                told = await page.post(path, data=form)
            assert told.status_code == 503 and "It has not been sent" in told.text and "Kept words" in told.text, path
            with unanswered(desk.desk):
                told = await page.post(path, data=form)
            assert told.status_code == 503 and "This may have been sent" in told.text and "Kept words" in told.text
        away = AsyncMock(side_effect=StorageUnavailable("no answer"))
        with down(desk), patch.object(desk.desk.storage, "read", away):
            told = await page.post("/submit", data=form)
            assert told.status_code == 503 and "It has not been sent" in told.text and "Kept words" in told.text
            told = await page.post(f"/requests/{number}", data=form)
            assert told.status_code == 503 and "is saved" not in told.text and "may not be saved" in told.text


async def test_long_name_is_a_fault_beside_its_field(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        await page.get("/submit")
        for field in ("name", "subject"):
            told = await page.post("/submit", data=filled(**{field: "x" * 201}))
            assert told.status_code == 422 and "at most 200 characters" in told.text and "Line 2 fails" in told.text
            assert f'id="{field}-wrong"' in told.text


async def test_unusual_zone_is_left_aside(desk: RunningDesk) -> None:
    """Names that are in the system's files, but are not places."""
    async with browser(desk) as page:
        for zone in ("Factory", "localtime", "Mars/Olympus"):
            assert (await page.get("/contacts", params={"zone": zone})).status_code == 200, zone
            page.cookies.set("switchboard_zone", zone)
            assert (await page.get("/contacts")).status_code == 200, zone


async def test_language_is_chosen_on_any_page_and_remembered(desk: RunningDesk) -> None:
    """The page comes back in it. An unknown language and an address elsewhere change nothing."""
    async with browser(desk) as page:
        chosen = await page.post("/language", data={"locale": "fr", "next": "/requests?status=open"})
        assert str(chosen.url).endswith("/requests?status=open") and "Mes demandes" in chosen.text
        assert 'lang="fr"' in (await page.get("/contacts")).text
        assert (await page.post("/language", data={"locale": "tlh", "next": "/"})).status_code == 404
        led = await page.post("/language", data={"locale": "es", "next": "//evil.example"})
        assert led.url.path == "/" and 'lang="es"' in led.text


async def test_empty_form_and_form_of_another_site_are_refused(desk: RunningDesk) -> None:
    """The first says what to write. The second does nothing."""
    async with browser(desk) as page:
        await page.get("/submit")
        told = await page.post("/submit", data={"team": "no-such", "text": " "})
        assert "Choose a team." in told.text and "Write what it is about." in told.text
        forged = await page.post("/submit", data=filled(), headers={"Origin": "https://elsewhere.example"})
        assert forged.status_code == 403
        assert "No requests yet" in (await page.get("/requests")).text


async def test_answers_move_a_request_as_over_the_api(desk: RunningDesk) -> None:
    """ "Not fixed" and words open it again, "This solved it" confirms it."""
    maya = await desk.staff("Maya")
    staff = desk.http(maya.token)
    async with browser(desk) as page:
        number = await submitted(page, email="danielle@northlake.example")
        asks = {"text": "Better now?", "status": "awaiting_reply"}
        (await staff.post(f"/api/tickets/{number}/replies", json=asks)).raise_for_status()
        shown = await page.get(f"/requests/{number}")
        assert "Awaiting your reply" in shown.text and "Did this solve it?" in shown.text
        assert "We solve it, if we hear nothing" in shown.text and "We’ll remind you on" in shown.text
        assert "We remind you on" in (await page.get("/requests")).text
        form = {"says": "not_fixed", "seen": "awaiting_reply", "key": "1"}
        empty = await page.post(f"/requests/{number}", data={**form, "text": ""})
        assert empty.status_code == 422 and "What is still wrong?" in empty.text
        await page.post(f"/requests/{number}", data={**form, "text": "No"})
        ticket = (await staff.get(f"/api/tickets/{number}")).json()
        assert (ticket["status"], ticket["flags"]) == ("open", ["not_fixed"])
        await page.post(f"/requests/{number}", data={"says": "solved", "seen": "open", "key": "2"})
        ticket = (await staff.get(f"/api/tickets/{number}")).json()
        assert (ticket["status"], ticket["flags"]) == ("open", ["confirmed"])
        assert "Thank you." in (await page.get(f"/requests/{number}")).text


async def test_reply_is_held_if_staff_solved_it_meanwhile(desk: RunningDesk) -> None:
    """The page says so and keeps the text. Sent again, it opens the request."""
    maya = await desk.staff("Maya")
    staff = desk.http(maya.token)
    async with browser(desk) as page:
        number = await submitted(page, email="danielle@northlake.example")
        solved = {"text": "Done", "status": "solved", "resolution": "support_question"}
        (await staff.post(f"/api/tickets/{number}/replies", json=solved)).raise_for_status()
        told = await page.post(f"/requests/{number}", data={"text": "One more thing", "seen": "open", "key": "1"})
        assert told.status_code == 409
        assert "Maya solved this while you wrote." in told.text and "One more thing" in told.text
        assert (await staff.get(f"/api/tickets/{number}")).json()["status"] == "solved"
        await page.post(f"/requests/{number}", data={"text": "One more thing", "seen": "solved", "key": "1"})
        assert (await staff.get(f"/api/tickets/{number}")).json()["status"] == "open"


async def test_reply_after_the_last_day_starts_a_follow_up(desk: RunningDesk, clock: SettableClock) -> None:
    """Until then the page names the day, afterwards it offers the follow-up, which links back."""
    maya = await desk.staff("Maya")
    async with browser(desk) as page:
        number = await submitted(page, email="danielle@northlake.example", subject="Flight dates")
        solved = {"text": "Done", "status": "solved", "resolution": "support_question"}
        (await desk.http(maya.token).post(f"/api/tickets/{number}/replies", json=solved)).raise_for_status()
        assert "Last day to reopen" in (await page.get(f"/requests/{number}")).text
        clock.forward(29 * DAY_S)
        closed = await page.get(f"/requests/{number}")
        assert "Write a follow-up" in closed.text and "closed for good" in closed.text
        made = await page.post(f"/requests/{number}", data={"text": "It is back", "seen": "solved", "key": "1"})
        assert made.status_code == 200 and made.url.path != f"/requests/{number}"
        assert f"Follow-up of #{number}" in made.text


async def test_page_of_a_duplicate_says_that_a_reply_reopens_it_until_it_is_closed(
    desk: RunningDesk, clock: SettableClock
) -> None:
    maya = await desk.staff("Maya")
    async with browser(desk) as page:
        original, number = await submitted(page, key="1"), await submitted(page, key="2")
        change = {"status": "solved", "resolution": "duplicate", "duplicate_of": original}
        (await desk.http(maya.token).patch(f"/api/tickets/{number}", json=change)).raise_for_status()
        reopens = "A reply here opens your own request again."
        assert reopens in (await page.get(f"/requests/{number}")).text
        clock.forward(29 * DAY_S)
        closed = (await page.get(f"/requests/{number}")).text
        assert "closed for good" in closed and "Another ticket covers the same issue." in closed
        assert reopens not in closed


async def test_visit_renews_the_cookie_and_an_old_one_is_forgotten(desk: RunningDesk, clock: SettableClock) -> None:
    """It lasts for 30 days after its last use, as the widget's token does."""
    async with browser(desk) as page:
        number = await submitted(page)
        first = page.cookies["switchboard_visitor"]
        clock.forward(20 * DAY_S)
        assert (await page.get(f"/requests/{number}")).status_code == 200
        assert page.cookies["switchboard_visitor"] != first
        clock.forward(32 * DAY_S)
        assert MISSING in (await page.get(f"/requests/{number}")).text


async def test_texts_of_customers_never_become_markup(desk: RunningDesk) -> None:
    """Subject, text, name, and the name of a file, on every page that shows them."""
    bad = "</textarea></title><script>alert(1)</script>"
    async with browser(desk) as page:
        await page.get("/submit")
        wrong = await page.post("/submit", data=filled(name=bad, subject=bad, text=bad, email=bad))
        number = await submitted(page, name=bad, subject=bad, text=bad)
        for path in (f"/requests/{number}", f"/submit?sent={number}", "/requests", "/requests?q=script"):
            shown = await page.get(path)
            assert shown.status_code == 200 and "<script>alert" not in shown.text, path
        assert "<script>alert" not in wrong.text


async def test_requests_are_listed_by_whose_turn_it_is(desk: RunningDesk) -> None:
    """With counts by status, a search over texts, and unread answers, which are read once the request was opened."""
    maya = await desk.staff("Maya")
    staff = desk.http(maya.token)
    async with browser(desk) as page:
        waiting = await submitted(page, key="1", email="danielle@northlake.example", subject="Invoice export")
        await submitted(page, key="2", subject="Approval mails", text="They reach Detroit twice")
        asks = {"text": "Which invoice?", "status": "awaiting_reply"}
        (await staff.post(f"/api/tickets/{waiting}/replies", json=asks)).raise_for_status()
        listed = (await page.get("/requests")).text
        assert listed.index("Waiting for you") < listed.index("Invoice export") < listed.index("With us")
        assert listed.index("With us") < listed.index("Approval mails")
        assert re.search(r"Awaiting your reply <span class=\"num\">1<", listed)
        assert '<span class="count">1' in listed
        await page.get(f"/requests/{waiting}")
        assert '<span class="count">' not in (await page.get("/requests")).text
        await desk.desk.indexing.idle()
        found = (await page.get("/requests?q=detroit")).text
        assert "Approval mails" in found and "Invoice export" not in found and "<mark>Detroit</mark>" in found
        assert "Nothing for “zzz”" in (await page.get("/requests?q=zzz")).text
        only = (await page.get("/requests?status=awaiting_reply")).text
        assert "Invoice export" in only and "Approval mails" not in only


async def test_marks_in_a_text_of_staff_are_shown_as_emphasis_and_links(desk: RunningDesk) -> None:
    """A customer's text is shown as it was typed, apart from links. The list shows no marks."""
    maya = await desk.staff("Maya")
    async with browser(desk) as page:
        number = await submitted(page, text="**Line 2** <b>fails</b> at https://spectra.example/a_b_c")
        said = {"text": "**Done**, see [it](javascript:x) at www.spectra.example:\n- <i>one</i>"}
        (await desk.http(maya.token).post(f"/api/tickets/{number}/replies", json=said)).raise_for_status()
        html = (await page.get(f"/requests/{number}")).text
        assert "<strong>Done</strong>" in html and "<li>&lt;i&gt;one&lt;/i&gt;</li>" in html
        assert 'href="https://www.spectra.example"' in html and 'href="https://spectra.example/a_b_c"' in html
        assert "**Line 2** &lt;b&gt;fails&lt;/b&gt;" in html and 'href="javascript' not in html
        assert "Done, see" in (await page.get("/requests")).text


async def test_lines_of_a_form_end_as_those_of_a_script(desk: RunningDesk) -> None:
    """A browser sends CR LF. Staff, letters and exports get paragraphs."""
    maya = await desk.staff("Maya")
    async with browser(desk) as page:
        number = await submitted(page, text="Line 1\r\n\r\nLine 2")
        reply = {"text": "One\r\nmore", "key": "k2", "seen": "open"}
        assert (await page.post(f"/requests/{number}", data=reply)).status_code == 200
        ticket = (await desk.http(maya.token).get(f"/api/tickets/{number}")).json()
        texts = [event["text"] for event in ticket["transcript"] if event["type"] == "reply"]
        assert texts == ["Line 1\n\nLine 2", "One\nmore"]
        html = (await page.get(f"/requests/{number}")).text
        assert "<p>Line 1</p><p>Line 2</p>" in html

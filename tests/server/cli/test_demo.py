"""`switchboard demo`, as people run it who have installed the wheel."""

from __future__ import annotations

import re
import signal
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from server.demo import MAKING
from server.demo.sample import PASSWORD
from tests.running import DEADLINE_S
from tests.server.cli.place import Place, Served


def test_demo_has_sample_data_and_keeps_changes(installed: Place) -> None:
    """It prints its links and accounts, offers the accounts on the sign-in page, and has tickets of every status. Mail
    is held back, and letters can be answered. A setup that was interrupted is started again. The real database and data
    folder are not touched."""
    half = installed.data / "demo" / "sample.db"
    half.parent.mkdir(parents=True)
    half.write_text("half of it")
    installed.env |= {"SWITCHBOARD_DATABASE_URL": "postgresql://db/desk", "SWITCHBOARD_REDIS_URL": "redis://cache"}
    (installed.folder / "hours.yaml").unlink()
    with installed.serving(command="demo") as served:
        served.until(lambda: len(served.printed) > 8, "it says all that there is to say")
        printed = "\n".join(served.printed)
        assert MAKING.strip() in printed
        for path in ("/console", "/tickets", "/demo#visitor="):
            assert served.url + path in printed
        returning = printed.split("/demo#visitor=")[1].split()[0]
        theirs = served.get("/api/tickets", Authorization=f"Bearer {returning}")["tickets"]
        assert {ticket["status"] for ticket in theirs} == {"awaiting_reply", "fixed_pending_rca", "solved"}
        assert [ticket["unread"] for ticket in theirs] == [1, 0, 0]
        assert "priya@support.example" in printed
        assert PASSWORD in printed
        assert served.status("/demo") == 200
        offered = served.read("/sign-in").decode()
        assert "ines@support.example" in offered and len(set(re.findall(r"who +hue-\d+", offered))) > 3
        served.until(
            lambda: served.read("/demo/mail").count(b'href="/demo/mail/') > 4, "the letters of the sample are there"
        )
        # Mail that is held back leaves notes on tickets.
        served.until(lambda: len(_listed(served, "/api/mail/suspended", "mails")) == 2, "the mail was read")
        reasons = {each["mail"]["reason"] for each in _listed(served, "/api/mail/suspended", "mails")}
        assert reasons == {"unauthenticated", "automatic"}
        assert _answered(served, "   ") == 422 and _answered(served, "Hello", "https://evil.example") == 403
        first = _tickets(served)
        assert {ticket["status"] for ticket in first} == {"open", "awaiting_reply", "fixed_pending_rca", "solved"}
        newest = first[0]["number"]
        assert [ticket["number"] for ticket in first] == list(range(newest, newest - len(first), -1))
        assert newest > 500, "it has three months of tickets"
        assert {team["open"] for team in served.get("/api/hours")["teams"]} == {True}
        served.until(lambda: len(_listed(served, "/api/chats", "chats")) == 10, "everybody of the afternoon is there")
        assert sum(chat["agent"] is not None for chat in _listed(served, "/api/chats", "chats")) == 5
        served.process.send_signal(signal.SIGINT)
        assert served.ended() == 0
    assert sorted(file.name for file in installed.data.iterdir()) == ["demo"] and not half.exists()
    with installed.serving("--busy", command="demo") as served:
        assert _tickets(served) == first
        assert MAKING.strip() not in "\n".join(served.printed)
        served.until(
            lambda: len(_listed(served, "/api/chats", "chats")) > 10, "others come besides, and nobody is there twice"
        )
        served.until(lambda: b"/answer" in served.read("/demo/mail"), "a letter can be answered")
        assert _answered(served, "The day after is fine too.") == 200
        served.until(lambda: _replied(served, b"The day after is fine too."), "the answer is on its ticket")


def _tickets(served: Served) -> list[dict[str, Any]]:
    """The newest 50 tickets. All tickets with a part in the demo are among them."""
    return _listed(served, "/api/tickets?sort=-number", "tickets")


def _replied(served: Served, text: bytes) -> bool:
    """Is the text on one of the tickets that changed last?"""
    cookie = served.sign_in("ines@support.example", PASSWORD)
    changed = served.get("/api/tickets", Cookie=cookie)["tickets"][:3]
    return any(text in served.read(f"/api/tickets/{ticket['number']}", Cookie=cookie) for ticket in changed)


def _answered(served: Served, text: str, origin: str | None = None) -> int:
    """Answer the newest letter. Returns the status of the page that is shown then."""
    found = re.search(r'href="(/demo/mail/[^"]+/answer)"', served.read("/demo/mail").decode())
    assert found is not None
    body = urllib.parse.urlencode({"text": text}).encode()
    request = urllib.request.Request(served.url + found[1], body, {"Origin": origin or served.url})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _listed(served: Served, path: str, name: str) -> list[dict[str, Any]]:
    cookie = served.sign_in("ines@support.example", PASSWORD)
    found: list[dict[str, Any]] = served.get(path, Cookie=cookie)[name]
    return found

"""Pages that give a wrong identity, and pages that replace their body."""

from __future__ import annotations

from time import time

import pytest
from playwright.async_api import expect

from tests.browser.chromium import Window, Witness
from tests.browser.desk import HOURS, HostSite, OpenDesk
from tests.browser.people import Agent, Customer, Visit
from tests.running import ROOT, eventually
from tests.signing import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "0123456789abcdef" * 3
STUB = "<script>window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });</script>"
ONLY_PROVEN = HOURS.replace("Media,", "Media, identity: required,").replace("Finance,", "Finance, identity: required,")


def identified(token: str) -> str:
    """The head of a page that says who its user is. `token` is JavaScript."""
    return f"{STUB}<script>Switchboard('identify', {{ token: {token} }});</script>"


async def test_identity_for_another_desk_is_told_to_customer_and_makers(
    witness: Witness, site: HostSite, open_desk: OpenDesk, visit: Visit
) -> None:
    """The console names both audiences, and the customer may go on as a guest."""
    desk = await open_desk(identity_secret=SECRET)
    jwt = Site(SECRET, audience="https://planner.example").sign("u-17", int(time() * 1000))
    site.head = identified(f"'{jwt}'")
    customer = await visit()
    await customer.open_chat()
    await expect(customer.widget.get_by_role("alert").get_by_text("We couldn’t confirm who you are")).to_be_visible()
    await expect(customer.widget.get_by_text("No connection.")).to_have_count(0)
    named = (desk.settings.base_url, "https://planner.example")
    await eventually(
        lambda: any(all(one in fault for one in ("Switchboard: ", *named)) for fault in witness.faults()), "it is named"
    )
    assert not any(part in fault for fault in witness.faults() for part in jwt.split("."))
    witness.expects("The signed identity is not valid")
    await customer.widget.get_by_role("button", name="Chat as a guest").click()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    await customer.start("Media", "The dates are refused")
    await expect(customer.widget.get_by_role("heading", name="You’re next")).to_be_visible()


async def test_expired_identity_is_renewed_by_reloading_the_page(
    witness: Witness, site: HostSite, open_desk: OpenDesk, visit: Visit
) -> None:
    """Where every team needs an identity, nobody is offered a chat as a guest."""
    witness.expects("it has expired")
    desk = await open_desk(identity_secret=SECRET, open_at=ONLY_PROVEN)
    owner, now = Site(SECRET, audience=desk.settings.base_url), int(time() * 1000)
    site.head = identified(f"'{owner.sign('u-17', now - 3_600_000)}'")
    customer = await visit()
    await customer.open_chat()
    await expect(customer.widget.get_by_text("localhost signs you in here")).to_be_visible()
    await expect(customer.widget.get_by_role("button", name="Chat as a guest")).to_have_count(0)
    site.head = identified(f"'{owner.sign('u-17', now)}'")
    await customer.widget.get_by_role("button", name="Reload this page").click()
    await customer.open_chat()
    await expect(customer.widget.get_by_text("confirmed by localhost")).to_be_visible()


@pytest.mark.parametrize(
    "replaced",
    [
        "document.body.replaceWith(Object.assign(document.createElement('body'), { innerHTML: '<h1>Invoices</h1>' }))",
        "document.body.innerHTML = '<h1>Invoices</h1>'",
        "document.documentElement.innerHTML = '<body><h1>Invoices</h1></body>'",
    ],
    ids=["turbo", "htmx", "all"],
)
async def test_body_replaced_keeps_chat_and_unsent_text(customer: Customer, agent: Agent, replaced: str) -> None:
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await agent.sees("The dates are refused")
    await agent.reply("Which order is it?")
    await customer.sees("The dates are refused", "Which order is it?")
    box = customer.widget.get_by_label("Message", exact=True)
    await box.fill("It is order 77")
    await customer.page.evaluate(replaced)
    await expect(customer.page.get_by_role("heading", name="Invoices")).to_be_visible()
    await expect(box).to_have_value("It is order 77")
    await customer.sees("The dates are refused", "Which order is it?")
    await box.press("Enter")
    await agent.sees("The dates are refused", "Which order is it?", "It is order 77")


async def test_module_for_bundled_sites_loads_the_script_once(
    site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """Calls before the script has loaded wait."""
    desk = await open_desk()
    module = (ROOT / "examples" / "embedding" / "switchboard.js").read_text(encoding="utf-8")
    calls = f"switchboard('{desk.url}'); switchboard('{desk.url}')('start', {{ text: 'About invoice 7718-B' }});"
    # The page has no script tag of its own.
    site.desk = ""
    site.head = f"<script type=module>{module.replace('export ', '')}{calls}</script>"
    customer = await Customer.visit(await window(), site.origin)
    await expect(customer.widget.get_by_label("What can we help with?")).to_have_value("About invoice 7718-B")
    await expect(customer.page.locator("script[src]")).to_have_count(1)

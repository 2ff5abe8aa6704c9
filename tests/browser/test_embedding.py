"""Pages that give a wrong identity, replace their body, hide the button or have a strict policy."""

from __future__ import annotations

import re
from time import time

import pytest
from playwright.async_api import expect

from tests.browser.chromium import DESKTOP, Window, Witness
from tests.browser.desk import HOURS, HostSite, OpenDesk
from tests.browser.line import Line
from tests.browser.people import WIDGET, Agent, Colleague, Customer, Visit, becomes_online
from tests.running import ROOT, RunningDesk, eventually
from tests.signing import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "0123456789abcdef" * 3
STUB = "<script>window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });</script>"
COUNTS_READIES = """<script>
  document.documentElement.lang = 'en';
  let readies = 0;
  addEventListener('message', ({ data }) => { readies += data.switchboard === 'ready'; });
</script>"""
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
    await expect(customer.in_line).to_be_visible()


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
async def test_body_replaced_keeps_chat_and_unsent_text(
    customer: Customer, colleague: Colleague, replaced: str
) -> None:
    """The desk has stored a message whose answer is still on its way: it is shown once, and not sent again as new."""
    line = Line()
    await line.through(customer.page)
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await colleague.sees("The dates are refused")
    await colleague.reply("Which order is it?")
    await customer.sees("The dates are refused", "Which order is it?")
    box = customer.widget.get_by_label("Message", exact=True)
    line.hush()
    await customer.write("Wait")
    told = ["The dates are refused", "Which order is it?", "Wait"]
    await colleague.sees(*told)
    await box.fill("It is order 77")
    await customer.page.evaluate(replaced)
    await expect(customer.page.get_by_role("heading", name="Invoices")).to_be_visible()
    await line.cut()
    line.mend()
    await becomes_online(customer.page)
    await expect(box).to_have_value("It is order 77")
    await customer.has_stored_all()
    await customer.sees(*told)
    await box.press("Enter")
    await colleague.sees(*told, "It is order 77")
    await customer.sees(*told, "It is order 77")


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


async def test_unreachable_desk_is_said_and_later_interrupts_nobody(
    witness: Witness, site: HostSite, visit: Visit
) -> None:
    """After ten seconds the customer reads so, with another way to ask. Who goes on with something else is only told
    that the chat is back."""
    witness.expects(re.compile("net::ERR_|Failed to load resource"))
    site.attributes = 'data-contact="mailto:help@planner.example"'
    site.body = '<label>Note <input id="note"></label>'
    customer = await visit()
    page = customer.page
    await page.clock.install()
    await page.reload()
    away = re.compile(r"/widget(\?|\.js)")
    await page.route(away, lambda route: route.abort())
    async with page.expect_event("requestfailed", lambda request: request.url.endswith("/widget.js")):
        await customer.button.click()
    chat = page.locator("switchboard-chat")
    await expect(chat.get_by_text("Connecting")).to_be_attached()
    await page.clock.run_for(10_500)
    await expect(chat.get_by_text("Chat can’t be reached.")).to_be_visible()
    await expect(chat.get_by_role("link", name="help@planner.example")).to_be_visible()
    await expect(chat.get_by_role("button", name="Try again")).to_be_visible()

    note = page.get_by_label("Note")
    await note.fill("")
    await note.press_sequentially("I go on")
    await page.unroute(away)
    # The frame is asked for again in the meantime.
    await page.clock.run_for(60_000)
    await expect(customer.button).to_have_accessible_name("Chat is back")
    await expect(note).to_be_focused()
    await expect(page.locator(WIDGET)).to_be_hidden()
    await customer.button.click()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()


@pytest.mark.parametrize(
    ("policy", "attributes"),
    [
        ("default-src 'none'; script-src {desk}; frame-src {desk}; connect-src {desk}", ""),
        ("script-src 'nonce-n1' 'strict-dynamic'; object-src 'none'; base-uri 'none'", 'nonce="n1"'),
        ("script-src {desk}; require-trusted-types-for 'script'; trusted-types 'none'", ""),
    ],
    ids=["origin", "strict-dynamic", "trusted-types"],
)
async def test_chat_works_under_a_strict_policy(
    site: HostSite, desk: RunningDesk, visit: Visit, policy: str, attributes: str
) -> None:
    """Both parts of the script, the frame, and the badge. Nothing asks for `unsafe-inline`."""
    site.head = f'<meta http-equiv="Content-Security-Policy" content="{policy.format(desk=desk.url)}">'
    site.attributes = attributes
    customer = await visit()
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await customer.widget.get_by_role("button", name="Minimize").click()
    await expect(customer.button).to_be_focused()


async def test_page_hides_moves_and_dresses_the_chat(site: HostSite, visit: Visit) -> None:
    """A site with a launcher of its own. Language and theme are the page's."""
    site.attributes = 'data-button="none" data-offset="90 40" data-theme="dark"'
    site.head = "<script>document.documentElement.lang = 'fr-CA'</script>"
    site.body = '<button data-switchboard="open">Help</button>'
    customer = await visit()
    await customer.page.locator("switchboard-chat").wait_for(state="attached")
    await expect(customer.button).to_be_hidden()
    await customer.page.get_by_role("button", name="Help").click()
    frame = customer.page.frame_locator('iframe[title="Chat avec l’assistance"]')
    await expect(frame.get_by_role("button", name="Commencer la conversation")).to_be_visible()
    await expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    box = await customer.page.locator(WIDGET).bounding_box()
    assert box is not None
    assert (DESKTOP["width"] - box["x"] - box["width"], DESKTOP["height"] - box["y"] - box["height"]) == (40, 90)
    await customer.page.evaluate("Switchboard('locale', 'es')")
    spanish = customer.page.frame_locator('iframe[title="Chat con soporte"]')
    await expect(spanish.locator("html")).to_have_attribute("lang", re.compile("^es"))
    await customer.page.evaluate("Switchboard('show'); Switchboard('close')")
    await expect(customer.button).to_be_visible()
    await customer.page.evaluate("Switchboard('hide')")
    await expect(customer.button).to_be_hidden()


async def test_customer_chooses_a_language_for_this_and_later_pages(site: HostSite, visit: Visit) -> None:
    """Before there is a chat, too. The text that was begun stays; a page in another language has its own again. On a
    later page the frame is only ready in the chosen language: if it were shown before, it could stay white."""
    site.head = COUNTS_READIES
    customer = await visit()
    await customer.open_chat()
    await customer.widget.get_by_label("What can we help with?").fill("Bonjour")
    await customer.widget.get_by_role("button", name="Menu").click()
    await customer.widget.get_by_role("menuitem", name="Français").click()
    begin = customer.widget.get_by_role("button", name="Commencer la conversation")
    await expect(begin).to_be_visible()
    await expect(customer.widget.locator("[name=text]")).to_have_value("Bonjour")
    await customer.page.reload()
    await customer.open_chat()
    await expect(begin).to_be_visible()
    assert await customer.page.evaluate("readies") == 1
    await customer.page.evaluate("Switchboard('locale', 'es')")
    await expect(customer.widget.locator("html")).to_have_attribute("lang", re.compile("^es"))


async def test_agent_sees_the_page_the_customer_is_on_and_what_the_site_says(
    site: HostSite, visit: Visit, agent: Agent
) -> None:
    """Also after `history.pushState`, without the query. Texts of the site are shown as text."""
    site.head = f"{STUB}<script>Switchboard('set', {{ fields: {{ Plan: '<b>Gold</b>', Seats: 12 }} }});</script>"
    customer = await visit()
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await agent.sees("The dates are refused")
    about = agent.page.get_by_role("complementary", name="About the customer")
    await expect(about.get_by_text("<b>Gold</b>", exact=True)).to_be_visible()
    await expect(about.get_by_text("12", exact=True)).to_be_visible()
    await customer.page.evaluate("Switchboard('set', { fields: { Plan: 'Platinum', Seats: null } })")
    await expect(about.get_by_text("Platinum", exact=True)).to_be_visible()
    await expect(about.get_by_text("Seats", exact=True)).to_have_count(0)
    await customer.page.evaluate("history.pushState({}, '', '/invoices/7?token=s3cret')")
    await expect(about.get_by_role("link", name="/invoices/7")).to_have_attribute("href", f"{site.origin}/invoices/7")

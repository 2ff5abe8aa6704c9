"""The button on pages that are not ours: what they may ask of it, how it looks there, and pages that mean no good."""

from __future__ import annotations

import json
import re
from time import time

import pytest
from coloraide import Color
from playwright.async_api import Error, expect

from tests.browser.chromium import DESKTOP, PHONE, Window, Witness
from tests.browser.desk import HostSite, OpenDesk, host_site
from tests.browser.people import WIDGET, Colleague, Customer, Visit
from tests.running import RunningDesk, eventually
from tests.signing import Site
from widgets.shared import brand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEARD = """
window.heard = [];
for (const name of ['open', 'close', 'unread', 'start', 'end']) {
  Switchboard('on', name, (what) => heard.push([name, what.count].filter((one) => one !== undefined).join(' ')));
}
"""
DESIGN = "00618a"
"""The accent where neither page nor desk has a colour of its own."""
STUB = "<script>window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });</script>"


async def test_page_opens_and_closes_the_chat_and_gets_its_events(customer: Customer, colleague: Colleague) -> None:
    """Each event is delivered once, in order. A removed listener gets no more."""
    await customer.page.wait_for_function("Boolean(window.Switchboard)")
    await customer.page.evaluate(HEARD)
    await customer.page.evaluate("Switchboard('open')")
    await customer.start("Media", "The dates are refused")
    await colleague.sees("The dates are refused")
    await customer.page.wait_for_function("heard.includes('start')")
    await customer.page.evaluate("Switchboard('close')")
    await expect(customer.button).to_be_visible()
    await colleague.reply("Which order is it?")
    await expect(customer.badge).to_contain_text("1")
    await customer.page.evaluate("Switchboard('open')")
    await customer.sees("The dates are refused", "Which order is it?")
    await customer.page.wait_for_function("heard.length === 6")
    assert await customer.page.evaluate("heard") == ["open", "start", "close", "unread 1", "open", "unread 0"]

    await customer.page.evaluate("Switchboard('on', 'close', () => heard.push('again'))()")
    await customer.page.evaluate("Switchboard('close')")
    await customer.page.wait_for_function("heard.length > 6")
    assert await customer.page.evaluate("heard.slice(6)") == ["close"]


async def test_page_prefills_the_form_and_the_customer_sends_it(customer: Customer) -> None:
    """Nothing is sent automatically, and text that the customer already wrote stays."""
    await customer.page.wait_for_function("Boolean(window.Switchboard)")
    first = "{ team: 'finance', text: 'About invoice 7718-B: ', name: 'Danielle', email: null }"
    await customer.page.evaluate(f"Switchboard('start', {first})")
    text = customer.widget.get_by_label("What can we help with?")
    await expect(text).to_have_value("About invoice 7718-B: ")
    await expect(customer.widget.get_by_label(re.compile("^Name"))).to_have_value("Danielle")
    await expect(customer.widget.get_by_label(re.compile("^Email"))).to_have_value("")
    await customer.page.evaluate("Switchboard('start', { text: 'About another: ' })")
    await expect(text).to_have_value("About another: ")
    await text.fill("My own words")
    await customer.page.evaluate("Switchboard('start', { text: 'Others' })")
    await expect(text).to_have_value("My own words")
    await customer.widget.get_by_role("button", name="Start the chat").click()
    await expect(customer.in_line).to_be_visible()
    await expect(customer.widget.get_by_role("heading", level=1)).to_contain_text("Finance")


async def test_invalid_call_is_refused_with_a_reason(customer: Customer) -> None:
    """The page's author reads what would be right. The button stays."""
    await customer.page.wait_for_function("Boolean(window.Switchboard)")
    # Until the script of the calls is loaded, they wait.
    await customer.page.evaluate("() => { Switchboard('on', 'close', () => { window.loaded = true; }); }")
    await customer.page.wait_for_function("Switchboard('open'), Switchboard('close'), window.loaded")
    each = "use one of team, product, text, name, email: strings"
    for call, reason in (
        ("'shwo'", "use one of open, close, show, hide, start, identify, challenge, signOut, set, locale, on"),
        ("'toString'", "Switchboard('toString')"),
        ("'identify'", "give a JWT or a function"),
        ("'on', 'opened', () => {}", "use one of open, close, unread, start, end"),
        ("'on', 'open'", "give a function"),
        ("'start', { subject: 'Dates' }", each),
        ("'set', { plan: 'Gold' }", "give texts of 500 characters"),
        ("'set', { fields: { plan: {} } }", "give texts of 500 characters"),
        ("'set', { fields: { plan: 'x'.repeat(501) } }", "give texts of 500 characters"),
        ("'set', { fields: Object.fromEntries([...Array(21).keys()].map((n) => [n, n])) }", "give at most 20"),
        ("'start', { email: 7 }", each),
    ):
        with pytest.raises(Error, match=re.escape(reason)):
            await customer.page.evaluate(f"Switchboard({call})")
    await expect(customer.button).to_be_visible()


async def test_calls_before_the_script_loads_are_queued(witness: Witness, site: HostSite, visit: Visit) -> None:
    """The script loads asynchronously, after the page's own. One invalid call does not stop the others."""
    witness.expects("Switchboard('shwo')")
    site.head = f"{STUB}<script>Switchboard('shwo'); Switchboard('open');</script>"
    customer = await visit()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()


async def test_script_attributes_set_side_language_and_color(site: HostSite, visit: Visit) -> None:
    """They apply to the button and the frame."""
    site.attributes = 'data-position="left" data-locale="fr" data-color="#FC0" data-team="media"'
    customer = await visit()
    await expect(customer.button).to_have_attribute("title", "Personne de libre")
    box = await customer.button.bounding_box()
    assert box is not None
    assert (box["x"], DESKTOP["height"] - box["y"] - box["height"]) == (20, 20)
    await customer.button.click()
    # The form comes to be under the pointer, and a button under it has another color.
    await customer.page.mouse.move(0, 0)
    frame = customer.page.frame_locator('iframe[title="Chat avec l’assistance"]')
    await expect(frame.locator("html")).to_have_attribute("lang", "fr")
    await expect(frame.get_by_role("button", name="Commencer la conversation")).to_have_css(
        "background-color", "rgb(255, 204, 0)"
    )


async def test_invalid_attribute_is_reported_and_the_button_stays(
    witness: Witness, site: HostSite, visit: Visit
) -> None:
    """A mistyped attribute only loses its own effect, and is named in the browser console."""
    named = (
        'data-color="harbour" is not a color like #0a6e8a',
        'data-position="top" is not left or right',
        'data-locale="xx" is not en, fr or es',
        'data-theme="black" is not light, dark or auto',
        'data-button="no" is not none',
        'data-offset="far" is not one or two numbers',
        'data-contact="javascript:ran=1" is not a link',
        'data-notices="no" is not off',
        "data-brand-color is ignored",
        'data-team="sales" is none of ',
        'team "billing" is none of ',
        'product "Nothing" is none of ',
    )
    site.attributes = 'data-position="top" data-color="harbour" data-locale="xx" data-team="sales"'
    site.attributes += ' data-theme="black" data-button="no" data-offset="far" data-contact="javascript:ran=1"'
    site.attributes += ' data-notices="no" data-brand-color="#0a6e8a"'
    customer = await visit()
    await customer.open_chat()
    await customer.page.evaluate("Switchboard('start', { team: 'billing', product: 'Nothing' })")
    await eventually(lambda: all(any(one in said for said in witness.faults()) for one in named), "each is named")
    witness.expects(*named)


@pytest.mark.usefixtures("desk")
async def test_button_has_the_chats_accent_color(site: HostSite, window: Window) -> None:
    """For any `data-color`, the browser computes the same shade as the server, under text that can be read, in
    both themes. Without it, the default applies."""
    colors = ["ffffff", "ffcc00", "00ff00", "ff00ff", "ff2222", "0000ff", "000000"]
    canvas = """(css) => {
      const pen = new OffscreenCanvas(1, 1).getContext('2d');
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }"""
    css = "(button, role) => getComputedStyle(button)[role]"
    context = await window()
    for color, given in [(color, color) for color in colors] + [(DESIGN, "")]:
        site.attributes = given and f'data-color="{given}"'
        customer = await Customer.visit(context, site.origin)
        for scheme, theme in (("light", brand.day(f"#{color}")), ("dark", brand.night(f"#{color}"))):
            await customer.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for role, name in (("backgroundColor", "accent"), ("color", "on-accent")):
                shown = await customer.page.evaluate(canvas, await customer.button.evaluate(css, role))
                wanted = [round(channel * 255) for channel in Color(theme[name]).coords()]
                assert max(abs(is_ - to_be) for is_, to_be in zip(shown, wanted, strict=True)) <= 1, (
                    color,
                    scheme,
                    role,
                )
        await customer.page.close()


async def test_unread_message_is_shown_beside_the_button(customer: Customer, colleague: Colleague) -> None:
    """While the chat is closed, its newest message appears as text, announced politely and out of the page's reach. It
    can be dismissed, and opens the chat."""
    await customer.open_chat()
    await customer.start("Media", "The dates are refused")
    await colleague.reply("Which order?")
    await customer.sees("The dates are refused", "Which order?")
    await customer.widget.get_by_role("button", name="Minimize").click()
    peek = customer.widget.get_by_role("region", name="Unread message")
    await expect(customer.button).to_be_focused()
    await expect(peek).to_have_count(0)

    await colleague.reply("<img src=x onerror=ran=1> patched")
    await expect(peek.get_by_role("button", name="Priya <img src=x onerror=ran=1> patched")).to_be_visible()
    await expect(customer.widget.get_by_role("status").get_by_text("patched")).to_have_text(
        "Priya: <img src=x onerror=ran=1> patched"
    )
    await expect(customer.button).to_be_focused()
    await expect(customer.badge).to_have_text("1 unread")
    for screen in (PHONE, DESKTOP):
        await customer.page.set_viewport_size(screen)
        above = await customer.page.locator(WIDGET).bounding_box()
        button = await customer.button.bounding_box()
        assert above and button and 0 < button["y"] - above["y"] - above["height"] < 20
    assert "patched" not in await customer.page.evaluate(
        "document.documentElement.outerHTML + document.querySelector('switchboard-chat').shadowRoot.innerHTML"
    )

    await peek.get_by_role("button", name="Hide this message").press("Enter")
    await expect(customer.page.locator(WIDGET)).to_be_hidden()
    await expect(customer.button).to_be_focused()
    await expect(customer.badge).to_have_text("1 unread")
    await colleague.reply("Anything else?")
    await expect(customer.badge).to_have_text("2 unread")
    await peek.get_by_role("button", name="Priya Anything else?").press("Enter")
    await expect(customer.widget.get_by_label("Message", exact=True)).to_be_focused()
    await expect(peek).to_have_count(0)
    await customer.widget.get_by_role("button", name="Minimize").click()
    await expect(customer.page.locator(WIDGET)).to_be_hidden()
    await expect(customer.badge).to_be_hidden()


# -- pages that mean no good, or do not know better ---------------------------------------


async def test_page_styles_that_unset_everything_have_no_effect(site: HostSite, visit: Visit) -> None:
    """`* {all: unset !important}` changes neither the place and look of the button nor those of the frame."""
    site.head = "<style>* { all: unset !important; } iframe, button { display: none !important; }</style>"
    customer = await visit()
    box = await customer.button.bounding_box()
    assert box is not None
    assert (DESKTOP["width"] - box["x"] - box["width"], box["height"]) == (20, 48)
    await customer.button.click()
    await customer.page.locator(WIDGET).wait_for()
    frame = await customer.page.locator(WIDGET).bounding_box()
    assert frame is not None
    assert (frame["width"], frame["height"]) == (384, 648)
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()


async def test_existing_switchboard_global_of_the_page_is_kept(site: HostSite, visit: Visit) -> None:
    """It may be something else entirely. Ours then gets another name."""
    site.head = "<script>window.Switchboard = class { static lamps = 12 };</script>"
    customer = await visit()
    await customer.page.wait_for_function("Boolean(window.SwitchboardChat)")
    assert await customer.page.evaluate("Switchboard.lamps") == 12
    await customer.page.evaluate("SwitchboardChat('open')")
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()


async def test_two_copies_of_the_script_make_one_button(witness: Witness, site: HostSite, visit: Visit) -> None:
    """Often both a tag manager and a template include it. The browser console says so."""
    witness.expects("widget.js is on this page twice")
    site.copies = 2
    customer = await visit()
    await customer.button.wait_for()
    await customer.page.wait_for_load_state("networkidle")
    await expect(customer.page.locator("switchboard-chat")).to_have_count(1)


async def test_page_framed_by_another_site_names_the_missing_setting(
    witness: Witness, site: HostSite, visit: Visit
) -> None:
    """Every page around the chat must be allowed. Otherwise the button stays, and the browser console names the
    setting."""
    setting = "SWITCHBOARD_WIDGET_ORIGINS"
    with host_site() as outer:
        outer.body = f'<iframe src="{site.origin}" title="Orders" width="800" height="700"></iframe>'
        customer = await visit(outer.origin)
        button = customer.page.frame_locator('iframe[title="Orders"]').locator("switchboard-chat").get_by_role("button")
        await button.click()
        await eventually(lambda: any(setting in fault for fault in witness.faults()), "the console names it")
    witness.expects("frame-ancestors", setting)


async def test_page_framed_by_its_own_site_has_the_chat(site: HostSite, customer: Customer) -> None:
    """The chat opens in the frame if every page around it is allowed."""
    await customer.page.evaluate(
        "(address) => { document.body.innerHTML = ''; const frame = document.createElement('iframe');"
        " Object.assign(frame, { src: address, title: 'Orders', width: 800, height: 700 });"
        " document.body.append(frame); }",
        site.origin,
    )
    inner = customer.page.frame_locator('iframe[title="Orders"]')
    await inner.locator("switchboard-chat").get_by_role("button").click()
    await expect(inner.frame_locator(WIDGET).get_by_role("button", name="Start the chat")).to_be_visible()


async def test_button_shifts_no_content_and_contacts_no_other_host(
    site: HostSite, desk: RunningDesk, window: Window
) -> None:
    """The page's content stays in place, and everything is loaded from the Switchboard server."""
    watch = """
    window.shifts = [];
    const seen = (list) => {
      for (const one of list.getEntries()) shifts.push(one.sources.map((source) => source.node?.outerHTML));
    };
    new PerformanceObserver(seen).observe({ type: 'layout-shift', buffered: true });
    """
    context = await window()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    await context.add_init_script(watch)
    customer = await Customer.visit(context, site.origin)
    await customer.open_chat()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    assert await customer.page.evaluate("shifts") == []
    own = (site.origin, desk.url, desk.url.replace("http", "ws"), "data:")
    assert [url for url in asked if not url.startswith(own)] == []


async def test_focus_returns_to_the_element_that_opened_the_chat(site: HostSite, visit: Visit) -> None:
    """A link on the page opens the chat by keyboard. Escape returns the focus to it."""
    site.body = '<a href="/help" data-switchboard="open">Talk to us</a>'
    customer = await visit()
    await customer.button.wait_for()
    link = customer.page.get_by_role("link", name="Talk to us")
    await link.press("Enter")
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    await customer.widget.get_by_label("What can we help with?").press("Escape")
    await expect(link).to_be_focused()


async def test_account_chat_waits_for_a_late_identity_proof(site: HostSite, open_desk: OpenDesk, visit: Visit) -> None:
    """The next page identifies the customer late, and nobody else takes their place meanwhile. A page that identifies
    nobody takes nothing away."""
    secret = "0123456789abcdef" * 3
    desk = await open_desk(identity_secret=secret)
    proof = Site(secret=secret, audience=desk.settings.base_url).sign("u-17", int(time() * 1000))
    late = f"() => new Promise((tell) => setTimeout(tell, 500, '{proof}'))"
    told = f"{STUB}<script>Switchboard('identify', {{ token: %s }});</script>"
    site.head = told % late
    customer = await visit()
    await customer.open_chat()
    await expect(customer.widget.get_by_text("confirmed by localhost")).to_be_visible()
    await customer.widget.get_by_label("What can we help with?").fill("The dates are refused")
    await customer.choose("Media")
    await customer.widget.get_by_role("button", name="Start the chat").click()
    await expect(customer.in_line).to_be_visible()
    customer.received.clear()
    await customer.page.reload()
    await expect(customer.in_line).to_be_visible()
    assert next(json.loads(frame)["chats"] for frame in customer.received if '"visitor"' in frame)
    site.head = told % "() => ''"
    await customer.page.reload()
    await customer.open_chat()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    kept = "() => localStorage.getItem('switchboard.desk.customer.account')"
    assert await customer.widget.locator("html").evaluate(kept)
    site.head = told % late
    await customer.page.reload()
    await customer.open_chat()
    await expect(customer.in_line).to_be_visible()

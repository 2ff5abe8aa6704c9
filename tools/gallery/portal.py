"""Gallery moments of the Help Center: the start page, requests, sign-in, and the error pages."""

from __future__ import annotations

import pyotp
from playwright.async_api import Error, FilePayload, Page, Response, expect

from server.demo.sample import PASSWORD
from tools.gallery.moments import Face, Mockup, NotShownYet
from tools.gallery.stage import Stage
from tools.gallery.widget import SERVER_GONE

FACE = Face("portal", "The portal, signing in, and when something is wrong")
moment = FACE.moment


async def exists(answer: Response | None, what: str) -> None:
    """Raises NotShownYet if `answer` says that the page does not exist. `what` is the page's name."""
    if answer is None or answer.status == 404:
        raise NotShownYet(f"There is no {what}.")


@moment("Home, signed out")
async def home(stage: Stage) -> Page:
    page = await stage.page(await stage.window(zone="America/Chicago"), "/")
    await expect(page.get_by_role("table", name="Chat availability by team")).to_be_visible()
    return page


@moment("Home, of a customer", mockup=Mockup("portal-home"))
async def home_of_a_customer(stage: Stage) -> Page:
    page = await requests(stage)
    await page.goto(f"{stage.desk.url}/")
    await expect(page.get_by_role("heading", name="Your requests")).to_be_visible()
    return page


@moment("A new request", mockup=Mockup("submit-signed-out"))
async def submit(stage: Stage) -> Page:
    page = await stage.page(await stage.window(zone="America/Chicago"), "/submit?team=media&product=Lumina")
    await page.get_by_label("Subject").fill("Flight dates overlap on SO-448263")
    await page.get_by_label("What happened").fill("Line 2 of SO-448263 won’t take Dec 7 to Dec 20.")
    return page


@moment("A new request, refused", expected=("status of 422",))
async def submit_refused(stage: Stage) -> Page:
    page = await submit(stage)
    await page.get_by_label("Your work email").fill("danielle.ok@northlake")
    program = FilePayload(name="spectra_fix.exe", mimeType="application/octet-stream", buffer=b"MZ")
    plan = FilePayload(name="Order_448263_lines.txt", mimeType="text/plain", buffer=b"Dec 7 to Dec 20")
    await page.get_by_label("Files").set_input_files([plan, program])
    await page.get_by_role("button", name="Send to Media").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


@moment("A request is sent", mockup=Mockup("submit-sent-signed-out"))
async def sent(stage: Stage) -> Page:
    page = await submit(stage)
    await page.get_by_label("Your work email").fill("danielle.ok@northlake.example")
    await page.get_by_label("Your name").fill("Danielle Okonkwo-Hartley")
    await page.get_by_role("button", name="Send to Media").click()
    await expect(page.get_by_role("heading", name="It’s with Media")).to_be_visible()
    return page


@moment("My requests", mockup=Mockup("requests"))
async def requests(stage: Stage) -> Page:
    page = await asked(stage)
    await page.goto(f"{stage.desk.url}/requests")
    await expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    return page


@moment("My requests, none yet", mockup=Mockup("requests-empty"))
async def no_requests(stage: Stage) -> Page:
    return await stage.page(await stage.window(zone="America/Chicago"), "/requests")


@moment("My requests, nothing found")
async def nothing_found(stage: Stage) -> Page:
    page = await requests(stage)
    await page.get_by_label("Search your requests").fill("tax colum")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("heading", name="Nothing for")).to_be_visible()
    return page


@moment("One request", mockup=Mockup("request"))
async def request(stage: Stage) -> Page:
    page = await requests(stage)
    await page.get_by_role("link", name="Flight dates overlap").click()
    await expect(page.get_by_role("heading", name="Did this solve it?")).to_be_visible()
    return page


@moment("Contacts", mockup=Mockup("contacts"))
async def contacts(stage: Stage) -> Page:
    return await stage.page(await stage.window(zone="America/Chicago"), "/contacts?zone=America/Chicago")


async def asked(stage: Stage) -> Page:
    """The page that a customer sees after sending a request. Support has replied with a question."""
    page = await sent(stage)
    number = page.url.rpartition("=")[2]
    priya = await stage.desk.staff("Priya")
    says = {"text": "Which estimate is it about?", "status": "awaiting_reply"}
    (await stage.desk.http(priya.token).post(f"/api/tickets/{number}/replies", json=says)).raise_for_status()
    return page


@moment("Sign in")
async def sign_in(stage: Stage) -> Page:
    page = await stage.page(await stage.window(), "/sign-in")
    await expect(page.get_by_label("Email")).to_be_visible()
    return page


@moment("Sign in, refused", expected=("status of 401",))
async def sign_in_refused(stage: Stage) -> Page:
    page = await sign_in(stage)
    await page.get_by_label("Email").fill("priya@support.example")
    await page.get_by_label("Password").fill("not this one")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


@moment("Sign in, with a second factor", expected=("status of 401",))
async def sign_in_second_factor(stage: Stage) -> Page:
    await account_recovery_codes(stage)
    page = await sign_in(stage)
    await page.get_by_label("Email").fill("priya@support.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Code from your authenticator app")).to_be_visible()
    return page


@moment("Create an account", mockup=Mockup("signup"))
async def sign_up(stage: Stage) -> Page:
    page = await stage.page(await stage.window(zone="America/Chicago"), "/sign-up")
    await expect(page.get_by_role("heading", name="Create your account")).to_be_visible()
    return page


@moment("Create an account, check your mail")
async def check_mail(stage: Stage) -> Page:
    page = await sign_up(stage)
    await page.get_by_label("Work email").fill("danielle.okonkwo-hartley@northlake.example")
    await page.get_by_role("button", name="Send me the link").click()
    await expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    return page


@moment("A link that was used", expected=("status of 404",))
async def old_link(stage: Stage) -> Page:
    page = await stage.page(await stage.window(), "/account/confirm?token=used")
    await expect(page.get_by_role("heading", name="This link has been used, or is too old")).to_be_visible()
    return page


@moment("The account", expected=("status of 404",))
async def account(stage: Stage) -> Page:
    page = await (await stage.staff("Priya")).new_page()
    await exists(await page.goto(f"{stage.desk.url}/account"), "page of one’s own account")
    return page


@moment("The account, while a second factor is set up")
async def account_second_factor(stage: Stage) -> Page:
    page = await stage.page(await stage.staff("Priya"), "/account")
    begins = page.get_by_role("region", name="Two-step verification")
    await page.locator("#totp-password").fill(PASSWORD)
    await begins.get_by_role("button", name="Set up").click()
    await expect(begins.get_by_role("img", name="QR code")).to_be_visible()
    await begins.get_by_role("heading", name="Two-step verification").scroll_into_view_if_needed()
    return page


@moment("The account, with recovery codes")
async def account_recovery_codes(stage: Stage) -> Page:
    page = await account_second_factor(stage)
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).at(stage.desk.clock() // 1000))
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return page


@moment("Sign in, with a recovery code", expected=("status of 401",))
async def sign_in_recovery_code(stage: Stage) -> Page:
    page = await sign_in_second_factor(stage)
    await page.get_by_role("button", name="Use a recovery code").click()
    await expect(page.get_by_label("Recovery code")).to_be_visible()
    return page


@moment("No such page", expected=("status of 404",))
async def no_such_page(stage: Stage) -> Page:
    return await stage.page(await stage.window(), "/nowhere")


@moment("Not for this account", expected=("status of 403",))
async def not_for_this_account(stage: Stage) -> Page:
    visitor = await stage.visitor("Danielle")
    window = await stage.window()
    await window.set_extra_http_headers({"Authorization": f"Bearer {visitor.token}"})
    page = await stage.page(window, "/console")
    await expect(page.get_by_role("heading", name="You can’t open this page")).to_be_visible()
    return page


@moment("The desk’s own fault", expected=("status of 500",))
async def our_fault(stage: Stage) -> Page:
    async def fails(request: object) -> None:
        raise RuntimeError("a fault in the program")

    stage.desk.web.app.state.pages.actor_of = fails
    page = await stage.page(await stage.window(), "/console")
    await expect(page.get_by_role("heading", name="Something went wrong")).to_be_visible()
    return page


@moment("The desk cannot be reached", expected=SERVER_GONE)
async def offline(stage: Stage) -> Page:
    page = await home(stage)
    # When the service worker is ready, the browser has stored the page that it shows without a connection.
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await stage.stop()
    try:
        await page.reload()
    except Error:
        raise NotShownYet("No page is kept in the browser: it shows its own when the desk cannot be reached.") from None
    await expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    return page

"""`/admin/personal-data`: export and erasure of a customer."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from widgets.admin.frame import admin_page, guarded
from widgets.admin.personal_data_ports import PersonFound
from widgets.ports import program_of

KEY = "personal-data"


def routes() -> list[Route]:
    return [
        Route("/admin/personal-data", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/personal-data", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send(request: Request, actor: Actor) -> Response:
    """An address is never part of a URL, so every step is a form."""
    data = program_of(request).administration.personal_data
    form = await program_of(request).accounts.read_form(request)
    email, do = form.line("email"), form.line("do")
    found: PersonFound | None = None
    try:
        if do == "export":
            if "authorization" in request.headers:
                # A page does not know the scopes of a token. The API checks that this one may export.
                raise Refused("forbidden", "With a token, export with POST /api/admin/people/export.")
            file = await data.export(actor, email)
            done = BackgroundTask(file.unlink, missing_ok=True)
            return FileResponse(file, media_type="application/zip", filename="person.zip", background=done)
        found = await data.find(actor, email)
        if do != "erase":
            return await _shown(request, actor, email, found)
        if form.line("confirm").lower() != email.lower():
            sentence = "Type the address again, exactly as above."
            raise Refused("invalid", sentence, {"confirm": sentence})
        return await _shown(request, actor, erased=await data.erase(actor, email))
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        return await _shown(request, actor, email, found, refused=refused)


async def _shown(
    request: Request,
    actor: Actor,
    email: str = "",
    found: PersonFound | None = None,
    *,
    erased: str = "",
    refused: Refused | None = None,
) -> Response:
    context = {"email": email, "found": found, "erased": erased[:6], "may_export": actor.supervises_all}
    return await admin_page(request, actor, KEY, "admin/personal-data.html", context, refused=refused)

"""The switch of the demo's sample page that starts and ends an incident. It is part of the demo only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from availability.board import Board
from availability.incident import Incident, NewIncident, NewUpdate
from identity.actor import SYSTEM
from refusals import Refused
from widgets.portal.frame import refused_page
from widgets.ports import program_of

TITLE = "Spectra DS exports are slow"
_COMPONENT = "Exports and CFILE"
_NEXT_MS = 30 * 60_000


def routes() -> list[Route]:
    return [Route("/demo/incident", _switch, methods=["POST"])]


def running(board: Board) -> Incident | None:
    """The incident that the switch started, while it is open."""
    return next((one.incident for one in board.open if one.incident.title == TITLE), None)


async def _switch(request: Request) -> Response:
    """Start the incident, or end it if it is open."""
    program = program_of(request)
    changes, incident = program.availability.changes, running(program.availability.board())
    try:
        program.portal.check_form(request)
        if incident is None:
            await changes.open_incident(SYSTEM, _incident(request))
        else:
            text = "Exports run at their usual speed again. A nightly job had kept the disks busy."
            await changes.update_incident(SYSTEM, incident.id, NewUpdate(step="resolved", text=text))
    except Refused as refused:
        return refused_page(request, refused)
    return RedirectResponse("/demo", 303, {"Cache-Control": "no-store"})


def _incident(request: Request) -> NewIncident:
    program = program_of(request)
    touched = [one.id for one in program.availability.board().components if one.name == _COMPONENT]
    return NewIncident(
        title=TITLE,
        text="Large exports take up to an hour since this morning. Small ones work as usual.",
        effect="No data is lost.",
        next_at=program.portal.now() + _NEXT_MS,
        affects=dict.fromkeys(touched, "degraded"),
        banner=True,
        team=program.availability.changes.team(None, touched),
    )

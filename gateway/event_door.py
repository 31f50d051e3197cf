"""The door through which other systems ask for events: `GET /events`, page by page."""

import hmac
from typing import TYPE_CHECKING

import msgspec
import structlog

from gateway.events.read_journal import CursorError, Page, Wanted, read_page
from gateway.gateway import Gateway
from gateway.secrets import SecretError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

log = structlog.get_logger()
MOST_EVENTS = 1000
USUAL_EVENTS = 100
SHORTEST_TOKEN = 16


def make_event_routes(gateway: Gateway) -> list["Route"]:
    """Return `GET /events?after=CURSOR&limit=N&type=PATTERN`; nothing where no token is named."""
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415 only where there is a door
    from starlette.responses import Response as Answer  # noqa: PLC0415
    from starlette.routing import Route as Way  # noqa: PLC0415

    from gateway.transports.https import read_token  # noqa: PLC0415

    if not gateway.site.events.token:
        return []

    async def list_events(request: "Request") -> "Response":
        _admit(gateway, read_token(request))
        page = await run_in_threadpool(_read, gateway, request)
        told = {"events": page.events, "cursor": page.cursor, "more": page.more}
        return Answer(msgspec.json.encode(told), media_type="application/json")

    return [Way("/events", list_events, methods=["GET"])]


def _admit(gateway: Gateway, token: str) -> None:
    from gateway.transports.https import Refusal  # noqa: PLC0415

    try:
        secret = gateway.secrets.get(gateway.site.events.token)
    except SecretError as error:
        log.warning("nobody can ask for events", error=str(error))
        secret = ""
    given = token.encode("utf-8", "replace")
    if not hmac.compare_digest(given, secret.encode()) or len(secret) < SHORTEST_TOKEN:
        raise Refusal(401, "unknown-token", "this token opens nothing here; ask us for yours")


def _read(gateway: Gateway, request: "Request") -> Page:
    from gateway.transports.https import Refusal  # noqa: PLC0415

    asked = request.query_params
    limit = asked.get("limit", str(USUAL_EVENTS))
    if not (limit.isascii() and limit.isdigit() and 0 < len(limit) < 5 and int(limit)):
        raise Refusal(400, "bad-limit", f"limit is a number from 1 to {MOST_EVENTS}")
    wanted = Wanted(types=tuple(asked.getlist("type")))
    try:
        most = min(int(limit), MOST_EVENTS)
        return read_page(gateway.site.journal, asked.get("after", ""), most, wanted)
    except CursorError as error:
        raise Refusal(400, "bad-cursor", str(error)) from error
    except OSError as error:
        log.exception("the journal cannot be read")
        raise Refusal(503, "not-now", "the journal cannot be read now", 60) from error

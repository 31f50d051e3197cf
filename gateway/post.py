"""Post: the door that partners post files through, and the server behind it."""

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import structlog

from gateway.clock import now
from gateway.event_door import make_event_routes
from gateway.gateway import Gateway
from gateway.ledger.brought import count_arrivals
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.files import find_file
from gateway.ledger.findings import list_findings
from gateway.ledger.observations import Observation
from gateway.partners import InChannel, Partner
from gateway.quota import DAY, HOUR, find_excess, has_quota
from gateway.received import Arrived, record_arrival
from gateway.secrets import SecretError

if TYPE_CHECKING:
    from gateway.transports.https import Caller, Find, Found, Posted

log = structlog.get_logger()
SHORTEST_TOKEN = 16
LARGEST_ID = 2**31 - 1
STOP_SECONDS = 10


def make_find(gateway: Gateway) -> "Find":
    """Return the function that tells who holds a token, and what its channel takes."""
    from gateway.transports.https import Refusal  # noqa: PLC0415 only where files are posted

    def find(token: str, channel: str) -> "Caller":
        partner = _find_partner(gateway, token)
        if partner is None:
            raise Refusal(401, "unknown-token", "nobody holds this token; ask us for yours")
        for one in partner.channels.arriving:
            if one.https is not None and one.name == channel and _holds(gateway, one, token):
                return _caller(gateway, partner, one)
        raise Refusal(404, "unknown-channel", f"{partner.name} has no channel of this name")

    return find


@contextmanager
def open_door(gateway: Gateway) -> Iterator[None]:
    """Listen for posted files while the block runs, where a port is set; else do nothing."""
    if not gateway.site.https_port:
        yield
        return
    server = _make_server(gateway)
    run = copy_context().run
    thread = threading.Thread(target=run, args=(server.run,), name="https", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)


def _make_server(gateway: Gateway) -> Any:
    import uvicorn  # noqa: PLC0415 only where files are posted

    from gateway.transports.https import make_app  # noqa: PLC0415

    site = gateway.site
    config = uvicorn.Config(
        make_app(make_find(gateway), make_event_routes(gateway)),
        # Without TLS of our own nobody but a proxy on this machine is to see tokens.
        host=site.https_host or ("0.0.0.0" if site.https_cert else "127.0.0.1"),  # noqa: S104
        port=site.https_port,
        ssl_certfile=str(site.home / site.https_cert) if site.https_cert else None,
        ssl_keyfile=str(site.home / site.https_key) if site.https_key else None,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=256,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return uvicorn.Server(config)


def _find_partner(gateway: Gateway, token: str) -> Partner | None:
    """Return who holds the token; all are compared, so that the time tells nothing."""
    found = None
    for partner, channel in gateway.partners.channels():
        if channel.https is not None and _holds(gateway, channel, token):
            found = partner
    return found


def _holds(gateway: Gateway, channel: InChannel, token: str) -> bool:
    name = channel.https.token if channel.https else ""
    try:
        secret = gateway.secrets.get(name)
    except SecretError as error:
        log.warning("a channel cannot be posted to", error=str(error))
        return False
    if len(secret) < SHORTEST_TOKEN:
        log.warning("a token is too short to be used", secret=name, wanted=SHORTEST_TOKEN)
        return False
    return hmac.compare_digest(token.encode("utf-8", "replace"), secret.encode())


def _caller(gateway: Gateway, partner: Partner, channel: InChannel) -> "Caller":
    from gateway.transports.https import Caller  # noqa: PLC0415

    def take(name: str, data: bytes) -> "Posted":
        return _take(gateway, partner, channel, name, data)

    def look(file_id: int) -> "Found | None":
        return _look(gateway, f"{partner.name}/{channel.name}", file_id)

    return Caller(name=partner.name, most_bytes=channel.take.max_bytes, take=take, look=look)


def _look(gateway: Gateway, where: str, file_id: int) -> "Found | None":
    """Return how far a file of this channel is, and what its sender should know of it."""
    from gateway.transports.https import Found  # noqa: PLC0415

    if file_id > LARGEST_ID:
        return None
    with gateway.ledger.read() as tx:
        file = find_file(tx, file_id)
        if file is None or file.channel != where:
            return None
        found = [one.finding for one in list_findings(tx, file_id=file.id)]
    return Found(
        file=file.id,
        name=file.name,
        received_at=f"{file.received_at:%Y-%m-%dT%H:%M:%S}Z",
        state=file.state,
        findings=[str(one) for one in found if one.audience == "all" and one.level != "note"],
    )


def _take(
    gateway: Gateway, partner: Partner, channel: InChannel, name: str, data: bytes
) -> "Posted":
    """Return the file once it is committed; the same bytes again are the first file again."""
    from gateway.transports.https import Posted  # noqa: PLC0415

    _check_name(channel, name)
    where = f"{partner.name}/{channel.name}"
    _check_quota(gateway, channel, where, len(data))
    arrived = Arrived(
        partner=partner.name,
        channel=where,
        name=name,
        data=data,
        observations=(Observation(at=now(), verdict="take", reason="posted", size=len(data)),),
        most_bytes=channel.take.max_bytes,
        is_settled=True,
    )
    file = record_arrival(gateway, arrived)[0]
    gateway.bell.set()
    first = file.duplicate_of
    return Posted(file=first or file.id, state=file.state, is_new=first is None)


def _check_name(channel: InChannel, name: str) -> None:
    from gateway.transports.https import Refusal  # noqa: PLC0415

    take = channel.take
    if take.only and not any(fnmatchcase(name, pattern) for pattern in take.only):
        sentence = f"the name fits none of {', '.join(take.only)}; say it as ?name="
        raise Refusal(422, "name-not-agreed", sentence)
    for pattern in take.never:
        if fnmatchcase(name, pattern):
            raise Refusal(422, "name-not-agreed", f"the name fits {pattern}, which is excluded")


def _check_quota(gateway: Gateway, channel: InChannel, where: str, size: int) -> None:
    from gateway.transports.https import Refusal  # noqa: PLC0415

    if not has_quota(channel.take):
        return
    with gateway.ledger.begin() as tx:
        hour, day = (count_arrivals(tx, where, now() - span) for span in (HOUR, DAY))
        excess = find_excess(channel.take, hour, day, size)
        if excess:
            summary = f"{where} is {excess}; the rest is sent back"
            open_case(tx, NewCase(kind="over-quota", owner="ops", summary=summary))
    if excess:
        raise Refusal(429, "over-quota", f"this channel is {excess}; send it later", 600)

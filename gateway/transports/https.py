"""The HTTPS transport: partners post their files, each with a token of its own."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.transports.names import find_fault, write_safely

log = structlog.get_logger()
CHUNK_SECONDS = 30.0  # a sender that is silent for longer is gone
MOST_AT_ONCE = 4  # uploads of one partner: it cannot take all of our memory


class Refusal(Exception):  # noqa: N818 it is an answer
    """What a sender is told instead: an HTTP status, a stable word and a sentence."""

    def __init__(self, status: int, code: str, sentence: str, wait: int = 0) -> None:
        """Keep what is said; `wait` is after how many seconds another attempt may do."""
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.wait = status, code, sentence, wait


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a posted file; not new where the same bytes came before."""

    file: int
    state: str
    is_new: bool


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """How far a posted file is, and what its sender can mend, in sentences (C-45)."""

    file: int
    name: str
    received_at: str
    state: str
    findings: list[str]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds the token, the limit of a channel, and how a file of it is taken."""

    name: str
    most_bytes: int
    take: Callable[[str, bytes], Posted]
    look: Callable[[int], Found | None]  # a file of this channel; nobody sees another's


Find = Callable[[str, str], Caller]  # token and channel; raises Refusal


def make_app(find: Find, others: Sequence[Route] = ()) -> Starlette:
    """Return the application: `POST /files/{channel}?name=…` answers when the file is committed.

    `GET /files/{channel}/{file}` tells its sender how far it is, and why.
    Other routes of the same door answer refusals in the same way.
    """
    busy: Counter[str] = Counter()

    async def post(request: Request) -> Response:
        caller = await run_in_threadpool(find, read_token(request), request.path_params["channel"])
        if busy[caller.name] >= MOST_AT_ONCE:
            raise Refusal(429, "too-many-at-once", f"wait for one of {MOST_AT_ONCE} uploads", 5)
        busy[caller.name] += 1
        try:
            data = await _read_body(request, caller.most_bytes)
        finally:
            busy[caller.name] -= 1
        posted = await run_in_threadpool(caller.take, _name_of(request, data), data)
        return JSONResponse(
            {"file": posted.file, "state": posted.state}, status_code=202 if posted.is_new else 200
        )

    async def look(request: Request) -> Response:
        words = request.path_params
        caller = await run_in_threadpool(find, read_token(request), words["channel"])
        found = await run_in_threadpool(caller.look, words["file"])
        if found is None:
            raise Refusal(404, "unknown-file", "no file of this number came from you here")
        return JSONResponse(msgspec.to_builtins(found))

    handlers: dict[Any, Any] = {Refusal: _tell, ClientDisconnect: _say_nothing, Exception: _fail}
    routes = [
        Route("/files/{channel}", post, methods=["POST"]),
        Route("/files/{channel}/{file:int}", look, methods=["GET"]),
    ]
    return Starlette(routes=[*routes, *others], exception_handlers=handlers)


def read_token(request: Request) -> str:
    """Return the bearer token of a request; raises Refusal where there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refusal(401, "no-token", "send the header Authorization: Bearer and your token")
    return token.strip()


async def _read_body(request: Request, most_bytes: int) -> bytes:
    """Return the body; one that is too large is refused before it is read, or as soon as it shows."""
    said = request.headers.get("content-length", "0")
    too_large = Refusal(413, "too-large", f"the file has more than the {most_bytes} bytes allowed")
    if not said.isdigit() or int(said) > most_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    stream = aiter(request.stream())
    while True:
        try:
            part = await asyncio.wait_for(anext(stream), CHUNK_SECONDS)
        except StopAsyncIteration:
            break
        except TimeoutError:
            sentence = f"nothing came for {CHUNK_SECONDS:g} seconds; send the file again"
            raise Refusal(408, "too-slow", sentence) from None
        size += len(part)
        if size > most_bytes:
            raise too_large
        parts.append(part)
    if not size:
        raise Refusal(400, "empty-file", "the body is empty; send the bytes of the file in it")
    return b"".join(parts)


def _name_of(request: Request, data: bytes) -> str:
    name = request.query_params.get("name", "")
    if not name:
        return hashlib.sha256(data).hexdigest()[:16]
    if fault := find_fault(name):
        raise Refusal(400, "bad-name", f"{write_safely(name)[:80]}: {fault}")
    return name


async def _tell(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 registered for it only
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    if refusal.wait:
        headers["Retry-After"] = str(refusal.wait)
    # What is left of the body is not read: the connection ends with the answer.
    headers["Connection"] = "close"
    told = {"error": refusal.code, "sentence": refusal.sentence}
    return JSONResponse(told, status_code=refusal.status, headers=headers)


async def _say_nothing(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


async def _fail(_request: Request, error: Exception) -> Response:
    log.error("a posted file could not be taken", error=f"{type(error).__name__}: {error}"[:300])
    sentence = "the file could not be taken now and is not with us; send it again in a minute"
    told = {"error": "not-now", "sentence": sentence}
    return JSONResponse(told, status_code=503, headers={"Retry-After": "60"})

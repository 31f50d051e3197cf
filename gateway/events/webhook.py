"""Webhooks: an event posted and signed as Standard Webhooks 1.0 says, in CloudEvents' structured mode."""

import binascii
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.events.cloud_event import CloudEvent, write_event
from gateway.receivers import Receiver

if TYPE_CHECKING:
    import httpx

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
# What is wrong with the event itself, and with an address that is given up for good; all else
# may be mended there while we wait.
VERDICTS = frozenset((400, 405, 410, 413, 415, 422))
MOST_SAID = 300


class WebhookError(Exception):
    """The receiver could not take the event now; the message says why."""


class WebhookRefusedError(Exception):
    """The receiver will not take this event, however often it is posted."""


@dataclass(slots=True)
class Webhooks:
    """The connections to receivers, kept from event to event."""

    _client: "httpx.Client | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(
        self, receiver: Receiver, secrets: Sequence[str], event: CloudEvent, at: datetime
    ) -> str:
        """Return what the receiver answered; raises WebhookError or WebhookRefusedError."""
        import httpx  # noqa: PLC0415 only where there are receivers

        body = write_event(event)
        headers = _sign(secrets, event.id, body.decode(), at.replace(tzinfo=UTC))
        try:
            request = self._open().stream(
                "POST",
                receiver.url,
                content=body,
                headers=headers,
                timeout=receiver.timeout_seconds,
            )
            with request as answer:
                return _judge(answer, time.monotonic() + receiver.timeout_seconds)
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise WebhookError(f"{receiver.url} cannot be reached: {said}") from error

    def close(self) -> None:
        """Hang up everywhere."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                # A redirect could lead a signed event to somebody else.
                self._client = httpx.Client(follow_redirects=False)
            return self._client


def _sign(secrets: Sequence[str], event_id: str, body: str, at: datetime) -> dict[str, str]:
    """Return the headers; while a secret is changed there is one signature for each."""
    from standardwebhooks import Webhook  # noqa: PLC0415 only where there are receivers

    try:
        signatures = [Webhook(one).sign(event_id, at, body) for one in secrets]
    except (binascii.Error, ValueError, RuntimeError) as error:
        raise WebhookError(
            "the secret is not whsec_ and then base64, as webhooks have it"
        ) from error
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "cmgateway",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _judge(answer: "httpx.Response", until: float) -> str:
    if answer.is_success:
        return f"HTTP {answer.status_code}"
    said = _read_said(answer, until).decode("utf-8", "replace")
    text = "".join(char if char.isprintable() else " " for char in said[:MOST_SAID]).strip()
    sentence = f"{answer.request.url} answers {answer.status_code}{f': {text}' if text else ''}"
    if answer.status_code in VERDICTS:
        raise WebhookRefusedError(sentence)
    raise WebhookError(sentence)


def _read_said(answer: "httpx.Response", until: float) -> bytes:
    """Return the beginning of what was said; one that drips its words is not listened to for ever."""
    said = b""
    for part in answer.iter_bytes():
        said += part
        if len(said) >= MOST_SAID or time.monotonic() > until:
            break
    return said

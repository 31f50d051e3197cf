"""The broker: events into a stream of NATS JetStream, which drops what it holds by its message id."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.events.cloud_event import CloudEvent, write_event
from gateway.receivers import BrokerSettings

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

PATIENCE_SECONDS = 5
DAY = 24 * 60 * 60.0
KEPT_DAYS = 30.0  # of a stream that we make; whoever wants another makes it before us


class BrokerError(Exception):
    """The broker could not take the event now; the message says why."""


@dataclass(slots=True)
class Broker:
    """One connection, made when it is needed, and anew after any fault."""

    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _connection: "Client | None" = None
    _settings: object = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, settings: BrokerSettings, login: Mapping[str, Any], event: CloudEvent) -> str:
        """Return the stream's answer once it holds the event; raises BrokerError."""
        with self._lock:
            loop = self._start()
            work = asyncio.run_coroutine_threadsafe(self._publish(settings, login, event), loop)
            try:
                return work.result(4 * PATIENCE_SECONDS)
            except FutureTimeoutError as error:
                work.cancel()
                raise BrokerError(f"{settings.url} does not answer") from error

    def close(self) -> None:
        """Hang up and end the thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result(PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)
        loop.close()

    def _start(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name="broker", daemon=True
            )
            self._thread.start()
        return self._loop

    async def _publish(
        self, settings: BrokerSettings, login: Mapping[str, Any], event: CloudEvent
    ) -> str:
        from nats.errors import Error  # noqa: PLC0415 only where there is a broker

        try:
            stream = await self._open(settings, login)
            answer = await stream.publish(
                settings.first + event.type,
                write_event(event),
                timeout=PATIENCE_SECONDS,
                stream=settings.stream,
                headers={
                    "Nats-Msg-Id": f"{event.source}/{event.id}",
                    "Content-Type": "application/cloudevents+json",
                },
            )
        except (Error, OSError, TimeoutError) as error:
            met = (self._connection and self._connection.last_error) or error
            said = str(met) or type(met).__name__
            await self._hang_up()
            raise BrokerError(f"{settings.url}, stream {settings.stream}: {said}") from error
        return "already" if answer.duplicate else f"{answer.stream} {answer.seq}"

    async def _open(self, settings: BrokerSettings, login: Mapping[str, Any]) -> "JetStreamContext":
        from nats.aio.client import Client  # noqa: PLC0415
        from nats.js.errors import NotFoundError  # noqa: PLC0415

        wanted = (settings, dict(login))
        if self._connection is None or self._connection.is_closed or self._settings != wanted:
            await self._hang_up()
            self._connection = Client()
            await self._connection.connect(
                settings.url,
                name="cmgateway",
                connect_timeout=PATIENCE_SECONDS,
                # The outbox tries again, and knows when.
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                error_cb=_say_nothing,
                **login,
            )
            self._settings = wanted
            stream = self._connection.jetstream(timeout=PATIENCE_SECONDS)
            try:
                await stream.stream_info(settings.stream)
            except NotFoundError:
                await stream.add_stream(
                    name=settings.stream,
                    subjects=[f"{settings.first}cmgateway.>"],
                    duplicate_window=DAY,
                    max_age=KEPT_DAYS * DAY,
                )
        return self._connection.jetstream(timeout=PATIENCE_SECONDS)

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed:
            await connection.close()


async def _say_nothing(_error: Exception) -> None:
    """Let the fault be told by the publish that meets it."""

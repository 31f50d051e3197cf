"""Receivers: who is told of events, by webhook or through a broker, and of which."""

from msgspec import Struct

LONGEST_NAME = 30


class Receiver(Struct, frozen=True, kw_only=True):
    """One address that events are posted to; `secret` names the secret that signs them, or two while it changes."""

    name: str
    url: str
    secret: str | tuple[str, ...]
    types: tuple[str, ...] = ()
    timeout_seconds: float = 10.0

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the names of the secrets that sign."""
        return (self.secret,) if isinstance(self.secret, str) else self.secret


class BrokerSettings(Struct, frozen=True, kw_only=True):
    """A NATS server with JetStream, the stream that keeps events, and who we are there."""

    url: str
    stream: str = "CMGATEWAY"
    prefix: str = ""
    types: tuple[str, ...] = ()
    user: str = ""
    password: str = ""  # the name of a secret, as token is
    token: str = ""
    ca: str = ""

    @property
    def first(self) -> str:
        """Return what stands before the type of an event in its subject."""
        return f"{self.prefix}." if self.prefix else ""


class EventSettings(Struct, frozen=True, kw_only=True):
    """Who hears of events: holders of the token ask for them, receivers and the broker are told."""

    token: str = ""
    receivers: tuple[Receiver, ...] = ()
    broker: BrokerSettings | None = None

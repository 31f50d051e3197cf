"""Publish: an event goes into the journal, and from there to the broker and all who want it."""

import ssl
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from canonical.events import FOR_PARTNERS
from gateway.clock import now
from gateway.events.cloud_event import About, CloudEvent, EventError, cloud_event
from gateway.events.read_journal import Wanted
from gateway.gateway import Gateway
from gateway.ledger.effects import EffectKind, EffectRow, NewEffect, order_key_of, queue_effect
from gateway.ledger.events import JOURNAL
from gateway.receivers import Receiver

BROKER = "broker"
WEBHOOK = "webhook"


def publish(gateway: Gateway, effects: Sequence[EffectRow]) -> list[str]:
    """Return what became of each event in the journal; who is to be told is queued by then.

    Killed in between, the journal has them already, and they are passed on when it is asked again.
    """
    events = [_event_of(gateway, effect) for effect in effects]
    done = gateway.journal.publish_all(events)
    _pass_on(gateway, effects, events)
    return [*done]


def post_event(gateway: Gateway, effect: EffectRow) -> str:
    """Return what a receiver answered; raises EventError where there is no such receiver any more."""
    receivers = {target: receiver for target, receiver, _ in _list_receivers(gateway)}
    receiver = receivers.get(effect.target)
    if receiver is None:
        raise EventError(f"no settings name {effect.target} any more; skip the effect")
    secrets = [gateway.secrets.get(name) for name in receiver.secrets]
    event = msgspec.convert(effect.payload, CloudEvent)
    return gateway.webhooks.post(receiver, secrets, event, now())


def send_to_broker(gateway: Gateway, effect: EffectRow) -> str:
    """Return what the broker answered; raises EventError where the site has none any more."""
    settings = gateway.site.events.broker
    if settings is None:
        raise EventError("no settings name a broker any more; skip the effect")
    login: dict[str, Any] = {}
    for name in ("password", "token"):
        if secret := getattr(settings, name):
            login[name] = gateway.secrets.get(secret)
    if settings.user:
        login["user"] = settings.user
    if settings.ca:
        login["tls"] = ssl.create_default_context(cafile=str(gateway.site.home / settings.ca))
    return gateway.broker.publish(settings, login, msgspec.convert(effect.payload, CloudEvent))


def _event_of(gateway: Gateway, effect: EffectRow) -> CloudEvent:
    payload = effect.payload
    about = About(
        key=effect.key,
        source=gateway.site.event_source,
        subject=payload["subject"],
        at=effect.created_at,
    )
    return cloud_event(payload["type"], payload["data"], about)


def _pass_on(gateway: Gateway, effects: Sequence[EffectRow], events: Sequence[CloudEvent]) -> None:
    doors = list(_list_doors(gateway))
    due = [
        (effect, event, kind, target)
        for effect, event in zip(effects, events, strict=True)
        for kind, target, wanted in doors
        if wanted.takes(event)
    ]
    if not due:
        return
    with gateway.ledger.begin() as tx:
        for effect, event, kind, target in due:
            order = effect.order_key.removeprefix(f"{JOURNAL}:")
            new = NewEffect(
                document_id=effect.document_id,
                name=f"{effect.key}@{target}"[:120],
                kind=kind,
                target=target,
                order_key=order_key_of(target, order),
                payload=msgspec.to_builtins(event),
            )
            queue_effect(tx, new)


def _list_doors(gateway: Gateway) -> Iterator[tuple[EffectKind, str, Wanted]]:
    """Yield everybody who is told of events, and of which."""
    broker = gateway.site.events.broker
    if broker is not None:
        yield "broker", BROKER, Wanted(types=broker.types)
    for target, _, wanted in _list_receivers(gateway):
        yield "webhook", target, wanted


def _list_receivers(gateway: Gateway) -> Iterator[tuple[str, Receiver, Wanted]]:
    for one in gateway.site.events.receivers:
        yield f"{WEBHOOK} {one.name}", one, Wanted(types=one.types)
    for partner in gateway.partners.list_partners():
        for one in partner.webhooks:
            # A partner hears of its own trade only, and of nobody else's part in it.
            wanted = Wanted(types=one.types, partner=partner.name, among=FOR_PARTNERS)
            yield f"{WEBHOOK} {partner.name}/{one.name}", one, wanted

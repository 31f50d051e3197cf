"""Deliver: one effect is done outside, exactly as often as its key allows."""

import random
from collections.abc import Callable
from datetime import timedelta

import msgspec
import structlog
from msgspec import structs

from gateway.archive import ArchiveError
from gateway.clock import now
from gateway.erp.erp import write_plan
from gateway.erp.errors import ErpError
from gateway.events.broker import BrokerError
from gateway.events.cloud_event import EventError
from gateway.events.journal import JournalError
from gateway.events.webhook import WebhookError, WebhookRefusedError
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.effects import EffectRow, delay_effect, finish_effects, stick_effect
from gateway.partners import PartnerError
from gateway.pgp import PgpError
from gateway.places import open_target
from gateway.publish import post_event, publish, send_to_broker
from gateway.sealed import load_leaving
from gateway.tell import plan_ahead, tell_erp
from gateway.transports.host_keys import HostKeyError
from gateway.transports.transport import TransportError
from gateway.wide_doors import WIDE_DOORS, find_channel

log = structlog.get_logger()

# A fault of the world passes: after 1, 2, 4 … seconds, at most every five minutes, for half a day.
LONGEST_WAIT = 300
MOST_ATTEMPTS = 150
# A partner file that is away or broken for a moment is mended by a person and tried again.
PASSING = (
    OSError,
    TransportError,
    JournalError,
    PartnerError,
    WebhookError,
    BrokerError,
)
FINAL = (
    EventError,
    WebhookRefusedError,
    ArchiveError,
    PgpError,
    msgspec.ValidationError,
    KeyError,
)


def deliver_taken(gateway: Gateway, taken: list[EffectRow]) -> int:
    """Do effects that were taken, those of a kind together; return how many are done.

    A verdict of the other side is final and leaves an effect stuck; what passes is tried again.
    """
    plans = plan_ahead(gateway, taken)
    planned = [
        structs.replace(one, plan=write_plan(plans[one.id])) if one.id in plans else one
        for one in taken
    ]
    results: dict[int, str] = {}
    for (kind, target), some in _group(planned).items():
        results |= _deliver_together(gateway, kind, target, some)
    # Killed here: the leases run out, the effects are taken again, and their doors find them done.
    if results:
        with gateway.ledger.begin() as tx:
            finish_effects(tx, results)
    return len(results)


def _group(taken: list[EffectRow]) -> dict[tuple[str, str], list[EffectRow]]:
    groups: dict[tuple[str, str], list[EffectRow]] = {}
    for effect in taken:
        groups.setdefault((effect.kind, effect.target), []).append(effect)
    return groups


def _deliver_together(
    gateway: Gateway, kind: str, target: str, effects: list[EffectRow]
) -> dict[int, str]:
    """Return what was said of those that are done; where one fails, each is done alone."""
    door = WIDE_DOORS.get(kind)
    if door is not None and len(effects) > 1:
        try:
            said = door(gateway, target, effects)
            return {one.id: word for one, word in zip(effects, said, strict=True)}
        except Exception as error:  # noqa: BLE001 done alone, each tells its own fault
            log.info(
                "effects are done one by one", because=f"{type(error).__name__}: {error}"[:300]
            )
    results = {effect.id: deliver_effect(gateway, effect) for effect in effects}
    return {effect_id: result for effect_id, result in results.items() if result is not None}


def deliver_effect(gateway: Gateway, effect: EffectRow) -> str | None:
    """Return what the other side said of one effect; None where it is stuck, or waits."""
    try:
        return DOORS[effect.kind](gateway, effect)
    except ErpError as error:
        _react(gateway, effect, error)
    except FINAL as error:
        _stick(gateway, effect, f"{error}")
    except PASSING as error:
        _delay(gateway, effect, f"{error}")
    except Exception as error:
        # A fault of ours: this effect waits for a person, all others go on.
        log.exception("effect failed", key=effect.key)
        _stick(gateway, effect, f"{type(error).__name__}: {error}")
    return None


def _stick(gateway: Gateway, effect: EffectRow, error: str) -> None:
    log.error("effect is stuck", key=effect.key, target=effect.target, error=error)
    with gateway.ledger.begin() as tx:
        stick_effect(tx, effect.id, error, effect.owner)


def _delay(gateway: Gateway, effect: EffectRow, error: str) -> None:
    if effect.attempts >= MOST_ATTEMPTS:
        _stick(gateway, effect, f"{error}; tried {effect.attempts} times")
        return
    wait = min(2 ** min(effect.attempts - 1, 10), LONGEST_WAIT)
    _put_off(gateway, effect, error, wait)


def _react(gateway: Gateway, effect: EffectRow, error: ErpError) -> None:
    """Do what the class of an ERP's error asks for; see docs/erp.md."""
    reaction = error.reaction
    if reaction.attempts == 1:
        _stick(gateway, effect, f"{error}")
    elif effect.attempts >= reaction.attempts:
        _stick(gateway, effect, f"{error}; tried {effect.attempts} times")
    else:
        wait = reaction.wait_after(effect.attempts, error.retry_after)
        # Many that failed together do not come back together.
        _put_off(gateway, effect, f"{error}", wait * random.uniform(1.0, 1.25))  # noqa: S311 no secret


def _put_off(gateway: Gateway, effect: EffectRow, error: str, seconds: float) -> None:
    log.warning("effect waits", key=effect.key, seconds=round(seconds, 1), error=error)
    with gateway.ledger.begin() as tx:
        delay_effect(tx, effect.id, error, now() + timedelta(seconds=seconds), effect.owner)


def _put(gateway: Gateway, effect: EffectRow) -> str:
    partner = gateway.partners.get(effect.target)
    payload = effect.payload
    channel = find_channel(partner, payload["channel"])
    data = load_leaving(gateway, partner, effect)
    try:
        return open_target(gateway, partner, channel).put(payload["name"], data)
    except HostKeyError as error:
        summary = f"{partner.name}/{channel.name} stands still: {error}"
        with gateway.ledger.begin() as tx:
            open_case(tx, NewCase(kind="host-key-changed", owner="ops", summary=summary))
        raise


def _publish(gateway: Gateway, effect: EffectRow) -> str:
    return publish(gateway, [effect])[0]


DOORS: dict[str, Callable[[Gateway, EffectRow], str]] = {
    "put": _put,
    "erp": tell_erp,
    "event": _publish,
    "webhook": post_event,
    "broker": send_to_broker,
}

"""Deliver: one effect is done outside, exactly as often as its key allows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from canonical.erp_commands import ErpCommand
from gateway.archive import ArchiveError
from gateway.clock import now
from gateway.erp.files import open_files_sink
from gateway.erp.sink import ErpRejectedError, ErpUnavailableError, deliver_command
from gateway.events.cloud_event import About, EventError, cloud_event
from gateway.events.journal import JournalError
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.effects import EffectRow, delay_effect, finish_effects, stick_effect
from gateway.partners import OutChannel, Partner, PartnerError
from gateway.places import open_target
from gateway.transports.host_keys import HostKeyError
from gateway.transports.transport import TransportError

log = structlog.get_logger()

# A fault of the world passes: after 1, 2, 4 … seconds, at most every five minutes, for half a day.
LONGEST_WAIT = 300
MOST_ATTEMPTS = 150
# A partner file that is away or broken for a moment is mended by a person and tried again.
PASSING = (OSError, TransportError, ErpUnavailableError, JournalError, PartnerError)
FINAL = (
    ErpRejectedError,
    EventError,
    ArchiveError,
    msgspec.ValidationError,
    KeyError,
)


def deliver_taken(gateway: Gateway, taken: list[EffectRow]) -> int:
    """Do effects that were taken, one after the other; return how many are done.

    A verdict of the other side is final and leaves an effect stuck; what passes is tried again.
    """
    results = {effect.id: deliver_effect(gateway, effect) for effect in taken}
    done = {effect_id: result for effect_id, result in results.items() if result is not None}
    # Killed here: the leases run out, the effects are taken again, and their doors find them done.
    if done:
        with gateway.ledger.begin() as tx:
            finish_effects(tx, done)
    return len(done)


def deliver_effect(gateway: Gateway, effect: EffectRow) -> str | None:
    """Return what the other side said of one effect; None where it is stuck, or waits."""
    try:
        return DOORS[effect.kind](gateway, effect)
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
    log.warning("effect waits", key=effect.key, seconds=wait, error=error)
    with gateway.ledger.begin() as tx:
        delay_effect(tx, effect.id, error, now() + timedelta(seconds=wait), effect.owner)


def _put(gateway: Gateway, effect: EffectRow) -> str:
    partner = gateway.partners.get(effect.target)
    payload = effect.payload
    channel = _find_channel(partner, payload["channel"])
    data = gateway.archive.load(payload["sha256"])
    try:
        return open_target(gateway, partner, channel).put(payload["name"], data)
    except HostKeyError as error:
        summary = f"{partner.name}/{channel.name} stands still: {error}"
        with gateway.ledger.begin() as tx:
            open_case(tx, NewCase(kind="host-key-changed", owner="ops", summary=summary))
        raise


def _find_channel(partner: Partner, name: str) -> OutChannel:
    for channel in partner.channels.leaving:
        if channel.name == name:
            return channel
    has = ", ".join(one.name for one in partner.channels.leaving) or "none"
    raise PartnerError(f"{partner.name}.yaml has no channel out named {name}; it has {has}")


def _tell_erp(gateway: Gateway, effect: EffectRow) -> str:
    sink = open_files_sink(gateway.site, gateway.partners.get(effect.target))
    command: Any = msgspec.convert(effect.payload, ErpCommand)
    outcome = deliver_command(sink, command, effect.key)
    return f"{outcome.result}: {outcome.reference}"


def _publish(gateway: Gateway, effect: EffectRow) -> str:
    payload = effect.payload
    about = About(
        key=effect.key,
        source=gateway.site.event_source,
        subject=payload["subject"],
        at=effect.created_at,
    )
    return gateway.journal.publish(cloud_event(payload["type"], payload["data"], about))


DOORS: dict[str, Callable[[Gateway, EffectRow], str]] = {
    "put": _put,
    "erp": _tell_erp,
    "event": _publish,
}

"""Wide doors: many effects of a kind for little more than the price of one.

Each is as safe to repeat as doing its effects one by one, which is what follows where it fails.
"""

from collections.abc import Callable

from gateway.erp.erp import ManyAtOnce, do_all, read_plan
from gateway.gateway import Gateway
from gateway.ledger.effects import EffectRow
from gateway.partners import OutChannel, Partner, PartnerError
from gateway.places import open_target
from gateway.publish import publish
from gateway.sealed import load_leaving
from gateway.tell import tell_erp


def find_channel(partner: Partner, name: str) -> OutChannel:
    """Return the channel out of this name; raises PartnerError with those there are."""
    for channel in partner.channels.leaving:
        if channel.name == name:
            return channel
    has = ", ".join(one.name for one in partner.channels.leaving) or "none"
    raise PartnerError(f"{partner.name}.yaml has no channel out named {name}; it has {has}")


def _put_all(gateway: Gateway, target: str, effects: list[EffectRow]) -> list[str]:
    """Return the names under which the files stand before a partner."""
    partner = gateway.partners.get(target)
    names: dict[int, str] = {}
    for name in dict.fromkeys(one.payload["channel"] for one in effects):
        some = [one for one in effects if one.payload["channel"] == name]
        place = open_target(gateway, partner, find_channel(partner, name))
        standing = place.put_all(
            [(one.payload["name"], load_leaving(gateway, partner, one)) for one in some]
        )
        names |= {one.id: stands for one, stands in zip(some, standing, strict=True)}
    return [names[effect.id] for effect in effects]


def _tell_erp_all(gateway: Gateway, target: str, effects: list[EffectRow]) -> list[str]:
    """Return what became of commands whose plans are kept; an ERP that is remote is told one by one."""
    erp = gateway.erps.open(gateway.site, gateway.partners.get(target), gateway.secrets)
    plans = [plan for one in effects if (plan := read_plan(one.plan)) is not None]
    if not isinstance(erp, ManyAtOnce) or len(plans) < len(effects):
        return [tell_erp(gateway, one) for one in effects]
    return [f"{one.result}: {one.reference}" for one in do_all(erp, plans)]


def _publish_all(gateway: Gateway, _target: str, effects: list[EffectRow]) -> list[str]:
    return publish(gateway, effects)


WIDE_DOORS: dict[str, Callable[[Gateway, str, list[EffectRow]], list[str]]] = {
    "put": _put_all,
    "erp": _tell_erp_all,
    "event": _publish_all,
}

"""Tell: one command for the ERP is planned, the plan kept, applied, and read back."""

import hashlib
import re

from canonical.erp_commands import ErpCommand, orders_of, read_command
from gateway.erp.erp import Plan, deliver_command, read_plan, write_plan
from gateway.erp.errors import ErpBusyError, ErpError
from gateway.gateway import Gateway
from gateway.leave_alone import leave_alone
from gateway.ledger.effects import EffectRow, keep_plan, keep_plans
from gateway.ledger.sources import Source, list_sources
from gateway.ledger.writers import TakenError, free_orders, take_orders
from gateway.partners import Partner, PartnerError
from gateway.transports.transport import TransportError

_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


def tell_erp(gateway: Gateway, effect: EffectRow) -> str:
    """Return what became of an ERP command; raises ErpError, whose class says what to do."""
    partner = gateway.partners.get(effect.target)
    command = read_command(effect.payload)
    orders = orders_of(command) if partner.erp.is_remote else ()
    _take(gateway, effect, [f"{partner.name}:{order}" for order in orders])
    try:
        return _tell(gateway, effect, partner, command)
    except ErpError as error:
        leave_alone(gateway, partner, error, effect.attempts)
        raise
    finally:
        if orders:
            with gateway.ledger.begin() as tx:
                free_orders(tx, effect.key)


def plan_ahead(gateway: Gateway, taken: list[EffectRow]) -> dict[int, Plan]:
    """Return the plans of commands whose ERP need not be asked for them, kept in one transaction.

    The others, and those that cannot be planned now, are planned when it is their turn.
    """
    plans = {}
    due = [one for one in taken if one.kind == "erp" and not one.plan]
    keys = find_keys(gateway, due)
    for effect in due:
        try:
            partner = gateway.partners.get(effect.target)
            if not partner.erp.is_remote:
                erp = gateway.erps.open(gateway.site, partner, gateway.secrets)
                plans[effect.id] = erp.plan(read_command(effect.payload), keys[effect.id])
        except (ErpError, PartnerError, TransportError, ValueError):
            continue  # told at its turn
    if plans:
        with gateway.ledger.begin() as tx:
            keep_plans(tx, {effect_id: write_plan(plan) for effect_id, plan in plans.items()})
    return plans


def find_key(gateway: Gateway, effect: EffectRow) -> str:
    """Return the key the ERP knows a command by: made from the document, never from a counter.

    `north-OrderAck-4500012345-3f9ac122d0e1-2`: who, what, its number, which bytes, which command.
    A ledger restored from yesterday's copy gives the same document the same key.
    """
    return find_keys(gateway, [effect])[effect.id]


def find_keys(gateway: Gateway, effects: list[EffectRow]) -> dict[int, str]:
    """Return the key of each command, by the id of its effect."""
    if not effects:
        return {}
    with gateway.ledger.read() as tx:
        sources = list_sources(tx, {one.document_id for one in effects if one.document_id})
    return {one.id: _key_of(one, sources.get(one.document_id or 0)) for one in effects}


def _key_of(effect: EffectRow, document: Source | None) -> str:
    counted = f"{effect.document_id}-"
    if document is None or not effect.key.startswith(counted):
        return effect.key  # it has a name of its own
    source = f"document {document.id}"
    if document.file_sha256 is not None:
        source = f"{document.file_sha256} {document.ordinal}"
    mark = hashlib.sha256(source.encode()).hexdigest()[:12]
    words = (document.partner, document.entity, document.number[:40])
    number = effect.key.removeprefix(counted)
    return "-".join([*(_UNSAFE.sub("_", word) for word in words), mark, number])


def _tell(gateway: Gateway, effect: EffectRow, partner: Partner, command: ErpCommand) -> str:
    erp = gateway.erps.open(gateway.site, partner, gateway.secrets)
    kept = read_plan(effect.plan)
    key = kept.key if kept else find_key(gateway, effect)

    def keep(plan: Plan) -> None:
        with gateway.ledger.begin() as tx:
            keep_plan(tx, effect.id, write_plan(plan))

    outcome = deliver_command(erp, command, key, kept, keep)
    return f"{outcome.result}: {outcome.reference}"


def _take(gateway: Gateway, effect: EffectRow, orders: list[str]) -> None:
    """Take the orders a command changes: one writer an order, also where a shipment names several."""
    if not orders:
        return
    try:
        with gateway.ledger.begin() as tx:
            take_orders(tx, orders, effect.key)
    except TakenError as error:
        raise ErpBusyError(f"{error}") from error

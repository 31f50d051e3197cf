"""Apply: each kind of entity to its rule."""

from collections.abc import Callable
from typing import Any

from canonical.application_advice import ApplicationAdvice
from canonical.capacity_report import CapacityReport
from canonical.forecast import Forecast
from canonical.functional_ack import FunctionalAck
from canonical.inventory_position import InventoryPosition
from canonical.invoice import Invoice
from canonical.order_ack import OrderAck
from canonical.order_change import OrderChange
from canonical.order_status import OrderStatus
from canonical.production_event import ProductionEvent
from canonical.purchase_order import PurchaseOrder
from canonical.quality_hold import QualityHold
from canonical.receiving_advice import ReceivingAdvice
from canonical.ship_notice import ShipNotice
from gateway.apply.application_advice import apply_application_advice
from gateway.apply.feeds import (
    apply_capacity_report,
    apply_inventory_position,
    apply_production_event,
    apply_quality_hold,
)
from gateway.apply.forecast import apply_forecast
from gateway.apply.functional_ack import apply_functional_ack
from gateway.apply.incoming import Incoming
from gateway.apply.invoice import apply_invoice
from gateway.apply.order_ack import apply_order_ack
from gateway.apply.order_change import apply_order_change
from gateway.apply.order_status import apply_order_status
from gateway.apply.purchase_order import apply_purchase_order
from gateway.apply.receiving_advice import apply_receiving_advice
from gateway.apply.remarks import refuse
from gateway.apply.ship_notice import apply_ship_notice
from translators.findings import Finding

RULES: dict[type, Callable[[Incoming, Any], list[Finding]]] = {
    PurchaseOrder: apply_purchase_order,
    OrderChange: apply_order_change,
    OrderAck: apply_order_ack,
    Invoice: apply_invoice,
    ShipNotice: apply_ship_notice,
    OrderStatus: apply_order_status,
    ReceivingAdvice: apply_receiving_advice,
    CapacityReport: apply_capacity_report,
    InventoryPosition: apply_inventory_position,
    ProductionEvent: apply_production_event,
    QualityHold: apply_quality_hold,
    Forecast: apply_forecast,
    FunctionalAck: apply_functional_ack,
    ApplicationAdvice: apply_application_advice,
}


def apply_document(incoming: Incoming) -> list[Finding]:
    """Return what applying found; with an error among it nothing was changed."""
    rule = RULES.get(type(incoming.entity))
    if rule is None:
        name = type(incoming.entity).__name__
        sentence = f"{name} is read and mapped, but nothing is done with it yet"
        return [refuse("no-rule", sentence, "use an entity that has effects")]
    return rule(incoming, incoming.entity)

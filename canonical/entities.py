"""Every entity by its name, and how it is written as JSON."""

from typing import Any

import msgspec

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
from canonical.shared import Entity
from canonical.ship_notice import ShipNotice
from canonical.text_message import TextMessage

ENTITIES: dict[str, type[Entity]] = {
    entity.__name__: entity
    for entity in (
        PurchaseOrder,
        OrderChange,
        OrderAck,
        ShipNotice,
        OrderStatus,
        InventoryPosition,
        ReceivingAdvice,
        Forecast,
        Invoice,
        FunctionalAck,
        ApplicationAdvice,
        TextMessage,
        CapacityReport,
        ProductionEvent,
        QualityHold,
    )
}
VERSIONS = dict.fromkeys(ENTITIES, "1.0")

_encoder = msgspec.json.Encoder(decimal_format="string", order="deterministic")


def write_json(entity: Any) -> bytes:
    """Return the entity as UTF-8 JSON: decimals as text, dates ISO 8601, empty fields left out."""
    return _encoder.encode(entity)


def read_json(name: str, text: bytes | str) -> Entity:
    """Return the named entity from its JSON; raises msgspec.ValidationError naming the path."""
    return msgspec.json.decode(text, type=ENTITIES[name])


def write_plain(entity: Any) -> Any:
    """Return the entity as dicts, lists and text, as cases and listings show it."""
    return msgspec.to_builtins(entity, order="deterministic")

"""Ask: the ERP is asked for released orders; each new one becomes a file like any other."""

from hashlib import sha256

from canonical.entities import write_json
from canonical.purchase_order import PurchaseOrder
from gateway.erp.errors import ErpError
from gateway.intake import Intake
from gateway.leave_alone import leave_alone
from gateway.ledger.cursors import find_cursor, move_cursor
from gateway.ledger.files import FileRow, find_file_of
from gateway.ledger.orders import find_order
from gateway.received import Arrived, record_arrival


def ask_erp(intake: Intake) -> list[FileRow]:
    """Return the files of orders that are new; they are committed before the cursor moves on.

    Killed between the two: the same orders come again, and are known by their bytes.
    """
    gateway = intake.gateway
    erp = gateway.erps.open(gateway.site, intake.partner, gateway.secrets)
    files: list[FileRow] = []
    while True:
        with gateway.ledger.read() as tx:
            before = find_cursor(tx, intake.name)
        try:
            released = erp.released_orders(before)
        except ErpError as error:
            leave_alone(gateway, intake.partner, error)
            raise
        for order in released.orders:
            files += _record(intake, order)
        if released.cursor != before:
            with gateway.ledger.begin() as tx:
                move_cursor(tx, intake.name, released.cursor)
        if not released.more:
            return files


def _record(intake: Intake, order: PurchaseOrder) -> list[FileRow]:
    """Return the file of an order, or nothing where we have it: a cursor looks back, and brings it again."""
    data = write_json(order)
    with intake.gateway.ledger.read() as tx:
        known = find_order(tx, order.po_number)
        if known is not None and known.entity.release == order.release:
            return []
        if find_file_of(tx, intake.partner.name, sha256(data).hexdigest()) is not None:
            return []
    release = f"_{order.release}" if order.release else ""
    arrived = Arrived(
        partner=intake.partner.name,
        channel=intake.name,
        name=f"order_{order.po_number}{release}.json",
        data=data,
        most_bytes=intake.channel.take.max_bytes,
        is_settled=True,
    )
    return record_arrival(intake.gateway, arrived)

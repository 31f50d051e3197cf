"""Named orders: all orders that one document speaks of, each with its line ledger."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from canonical.postings import Balance, Posting
from canonical.purchase_order import PurchaseOrder
from canonical.shared import PromisedDate
from gateway.apply.incoming import Incoming
from gateway.apply.line_ledger import LineLedger, open_line_ledger
from gateway.apply.order_check import find_own_order
from gateway.ledger.documents import list_linked_orders
from gateway.ledger.orders import OrderRow
from translators.findings import Finding

LineKey = tuple[str, str]


@dataclass(slots=True, frozen=True)
class NamedOrders:
    """Orders by number, in one sequence for all documents, so that two of them never wait for each other."""

    rows: dict[str, OrderRow]
    ledgers: dict[str, LineLedger]

    @property
    def entities(self) -> dict[str, PurchaseOrder]:
        """Return what is ordered by each."""
        return {number: row.entity for number, row in self.rows.items()}

    def balances(self) -> dict[LineKey, Balance]:
        """Return what stands of each line of each order, added up."""
        return {
            (number, line): balance
            for number, ledger in self.ledgers.items()
            for line, balance in ledger.balances().items()
        }

    def promises(self) -> dict[LineKey, PromisedDate]:
        """Return the last day each line is promised by."""
        return {
            (number, line): promised
            for number, ledger in self.ledgers.items()
            for line, promised in ledger.promises().items()
        }

    def replace_documents(self, document_ids: Collection[int], kinds: Collection[str]) -> None:
        """Let what these documents said be replaced."""
        for ledger in self.ledgers.values():
            ledger.replace_documents(document_ids, kinds)

    def add(self, postings: Iterable[Posting]) -> None:
        """Let these stand from now on."""
        for one in postings:
            self.ledgers[one.po_number].added.append(one)

    def save(self, incoming: Incoming) -> None:
        """Write what was replaced and added."""
        for ledger in self.ledgers.values():
            ledger.save(incoming)


def find_orders(
    incoming: Incoming, named: Iterable[str | None], *, also: Iterable[int] = ()
) -> NamedOrders | Finding:
    """Return the orders named, and those linked to documents that are replaced; or which is not known."""
    numbers = {number for number in named if number}
    for document_id in also:
        numbers.update(list_linked_orders(incoming.tx, document_id))
    rows: dict[str, OrderRow] = {}
    for number in sorted(numbers):
        found = find_own_order(incoming, number)
        if isinstance(found, Finding):
            return found
        rows[number] = found
    ledgers = {number: open_line_ledger(incoming, number) for number in rows}
    return NamedOrders(rows, ledgers)


def find_known_orders(incoming: Incoming, named: Iterable[str | None]) -> NamedOrders:
    """Return those of the orders named that are this partner's."""
    rows: dict[str, OrderRow] = {}
    for number in sorted({number for number in named if number}):
        found = find_own_order(incoming, number)
        if not isinstance(found, Finding):
            rows[number] = found
    ledgers = {number: open_line_ledger(incoming, number) for number in rows}
    return NamedOrders(rows, ledgers)

"""Pool: the columns of all samples together, and the rows beside the order lines they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from canonical.purchase_order import OrderLine, PurchaseOrder
from translators.drafting.pictures import list_date_pictures, list_number_pictures
from translators.drafting.sample import Sample
from translators.tabular.rows import Row


@dataclass(frozen=True)
class Column:
    """One column: its header, its place from 0, and its text in each row of all samples."""

    name: str
    place: int
    texts: tuple[str, ...]
    label: str = ""  # its words, where the name is a path

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """Return the texts that are not empty."""
        return tuple(text for text in self.texts if text)

    @cached_property
    def number_pictures(self) -> list[str]:
        """Return the pictures by which all of it are numbers."""
        return list_number_pictures(self.filled)

    @cached_property
    def date_pictures(self) -> list[str]:
        """Return the pictures by which all of it are days."""
        return list_date_pictures(self.filled)


@dataclass(slots=True)
class Pool:
    """All columns, the orders we know, and for each row the order and line it is about."""

    columns: list[Column]
    orders: dict[str, PurchaseOrder]
    order_of: list[PurchaseOrder | None] = field(default_factory=list)
    line_of: list[OrderLine | None] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0].texts) if self.columns else 0

    def find(self, name: str) -> Column | None:
        """Return the column with this header."""
        return next((one for one in self.columns if one.name == name), None)


def make_pool(samples: Sequence[Sample], orders: Sequence[PurchaseOrder]) -> Pool:
    """Return the columns of all samples; where a sample lacks one it is empty."""
    names = list(dict.fromkeys(name for sample in samples for name in sample.header))
    rows = [row for sample in samples for row in sample.rows]
    labels = {name: label for sample in samples for name, label in sample.labels.items()}
    columns = [
        Column(
            name,
            place,
            tuple(row.values.get(name, "").strip() for row in rows),
            labels.get(name, name),
        )
        for place, name in enumerate(names)
    ]
    known = {key_of(order.po_number): order for order in orders}
    blank = [None] * len(rows)
    return Pool(columns, known, list(blank), list(blank))


def pool_of(rows: Sequence[Row], orders: Sequence[PurchaseOrder]) -> Pool:
    """Return the columns of one table."""
    header = tuple(rows[0].values) if rows else ()
    return make_pool([Sample("", b"", {}, header, tuple(rows))], orders)


def key_of(text: str) -> str:
    """Return a number or part as it is compared: without blanks and leading zeros, in capitals."""
    return "".join(text.split()).upper().lstrip("0")

"""Roles of columns: which of them hold numbers, which days, and which nobody needs."""

NUMERIC = frozenset(("ordered", "quantity", "unit_price", "amount"))
DATED = frozenset(
    ("promised", "requested", "ordered_on", "acknowledged_on", "shipped_on", "expected_on")
)
# What a column may hold and no entity has a field for: it is named under ignore.
IDLE = {
    "requested": "the day we asked for",
    "amount": "quantity times price",
    "note": "words for people",
}

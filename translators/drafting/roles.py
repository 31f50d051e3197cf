"""Roles: which of them hold numbers, and which days."""

NUMERIC = frozenset(("ordered", "quantity", "unit_price", "amount"))
DATED = frozenset(
    ("promised", "requested", "ordered_on", "acknowledged_on", "shipped_on", "expected_on")
)

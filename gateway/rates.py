"""Rates: when more of a partner's documents come twice, are not taken or fall to a default than is agreed (B-97)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.ledger.rates import Rates, count_rates
from gateway.partners import Partner

# Kind of case: what is counted, the limit in the partner's file, and what is said of the documents.
WHAT = {
    "many-duplicates": ("duplicates", "duplicates_percent", "came before"),
    "many-rejects": ("rejected", "rejects_percent", "are not taken"),
    "many-defaults": ("by_default", "defaults_percent", "hold a code that no table knows"),
    "many-field-defaults": ("by_field", "field_defaults_percent", "hold a value by default"),
}


def find_high_rates(tx: Connection, partner: Partner, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield kind and sentence of each rate that is over the partner's limit now."""
    agreed = partner.alarms
    rates = count_rates(tx, partner.name, at - timedelta(hours=agreed.hours))
    if rates.documents >= agreed.at_least:
        yield from judge_rates(partner, rates)


def judge_rates(partner: Partner, rates: Rates) -> Iterator[tuple[str, str]]:
    """Yield what is over the limits; a limit that is not there is never passed."""
    for kind, (counted, limit, said) in WHAT.items():
        most, number = getattr(partner.alarms, limit), getattr(rates, counted)
        if most is not None and number * 100 > most * rates.documents:
            yield (
                kind,
                (
                    f"{number} of {rates.documents} documents of {partner.name} within "
                    f"{partner.alarms.hours:g} hours {said}; more than {most:g} % is an alarm"
                ),
            )

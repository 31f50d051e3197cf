"""Draft: samples of a partner as a mapping with a reason beside each line, its tables and what is left open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from canonical.purchase_order import PurchaseOrder
from translators.drafting.by_words import find_answer, list_codes, list_headers
from translators.drafting.evidence import Evidence, Guess
from translators.drafting.guess import gather, list_guesses
from translators.drafting.layout import TABLE, Layout
from translators.drafting.pool import Pool, make_pool
from translators.drafting.roles import IDLE
from translators.drafting.sample import Sample
from translators.drafting.shapes import Shape, list_slots
from translators.drafting.words import Words, simplify

_LEAVES = "ship"
_ARRIVES = "deliver"
_MOST_CODES, _LONGEST_CODE = 12, 20


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drafted: for whom, of which entity, and what a person said of columns."""

    partner: str
    shape: Shape
    name: str = ""
    said: Mapping[str, str] = {}  # role -> header


@dataclass(slots=True, frozen=True)
class Plan:
    """What is known before the text of a mapping is written."""

    name: str
    shape: Shape
    reads: Mapping[str, str]
    guesses: Sequence[Guess]
    open: Sequence[str]  # columns nobody has a guess for
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # role -> theirs -> ours
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> value, why
    gaps: frozenset[str] = frozenset()  # columns that are empty in some rows
    codes: Sequence[str] = ()  # columns that hold a few short words, as those which answer a line
    known: int = 0  # orders the values were held against
    layout: Layout = TABLE

    def list_perhaps_answers(self) -> list[str]:
        """Return the columns that may say how a line is answered, none being understood.

        As long as there is one, no line may be read as accepted.
        """
        if self.find("status") is not None:
            return []
        taken = {one.column for one in self.guesses if one.is_firm}
        return [name for name in self.codes if name not in taken]

    def find(self, role: str) -> Guess | None:
        """Return the firm guess for a role."""
        return next((one for one in self.guesses if one.role == role and one.is_firm), None)


def plan_table(
    wanted: Wanted, samples: Sequence[Sample], orders: Sequence[PurchaseOrder], words: Words
) -> Plan:
    """Return what each column of the samples is taken for, by our orders and by its header."""
    reads, pool = samples[0].reads, make_pool(samples, orders)
    roles = {slot.role for slot in list_slots(wanted.shape.inside)} | IDLE.keys()
    by_word = [one for one in _list_words(pool, words) if one.role in roles]
    by_value = [one for one in gather(pool) if one.role in roles]
    guesses = _fit(list_guesses(pool, by_value, by_word, wanted.said), wanted.shape)
    guesses = [_check_unit(one, pool, words) for one in guesses]
    taken = {one.column for one in guesses}
    return Plan(
        name=wanted.name or f"{wanted.partner}/{wanted.shape.word}_{reads['format']}",
        shape=wanted.shape,
        reads=reads,
        guesses=guesses,
        open=[one.name for one in pool.columns if one.name not in taken],
        tables=_draft_tables(guesses, pool, words),
        values=_list_values(guesses, pool, words),
        gaps=frozenset(one.name for one in pool.columns if "" in one.texts),
        codes=[one.name for one in pool.columns if _are_codes(one.filled)],
        known=sum(order is not None for order in {id(one): one for one in pool.order_of}.values()),
    )


def _are_codes(texts: Sequence[str]) -> bool:
    return 0 < len({*texts}) <= _MOST_CODES and max(map(len, texts)) <= _LONGEST_CODE


def _list_words(pool: Pool, words: Words) -> Iterator[Evidence]:
    yield from list_headers(pool, words)
    yield from list_codes(pool, words)


def _fit(guesses: list[Guess], shape: Shape) -> list[Guess]:
    """Make firm what the entity cannot do without, and let one day be the day of a shipment."""
    wanted = {slot.role for slot in list_slots(shape.inside) if slot.required}
    firm = [
        Guess(one.role, one.column, 0.6, (*one.evidence, "CHECK THIS"), one.picture)
        if one.role in wanted and not one.is_firm
        else one
        for one in guesses
    ]
    dated = next((one for one in firm if one.role in ("shipped_on", "acknowledged_on")), None)
    if "noticed_on" in wanted and dated is not None:
        said = (*dated.evidence, "no other column says when it was announced")
        firm.append(Guess("noticed_on", dated.column, dated.confidence, said, dated.picture))
    return firm


def _check_unit(guess: Guess, pool: Pool, words: Words) -> Guess:
    """Return the guess of a unit with a warning where it is not what these lines are ordered in."""
    column = pool.find(guess.column) if guess.role == "unit" else None
    ours = {line.ordered.unit for line in pool.line_of if line is not None}
    theirs = {words.units.get(simplify(one), one) for one in column.filled} if column else set()
    if not ours or not theirs - ours:
        return guess
    said = f"CHECK: {', '.join(sorted(theirs - ours))} is not what we order in"
    advice = f"{said} ({', '.join(sorted(ours))}); see unit and to_unit"
    return Guess(guess.role, guess.column, guess.confidence, (*guess.evidence, advice))


def _draft_tables(guesses: Sequence[Guess], pool: Pool, words: Words) -> dict[str, dict[str, str]]:
    """Return what the codes of answers and units mean, where they are not our own words."""
    tables: dict[str, dict[str, str]] = {}
    for guess in guesses:
        column = pool.find(guess.column)
        if column is None or not guess.is_firm:
            continue
        codes = dict.fromkeys(sorted(column.filled))
        if guess.role == "status":
            tables["status"] = {one: find_answer(one, words) for one in codes}
        elif guess.role == "unit":
            units = {one: words.units.get(simplify(one), "") for one in codes}
            if any(theirs != ours for theirs, ours in units.items()):
                tables["unit"] = units
    return tables


def _list_values(guesses: Sequence[Guess], pool: Pool, words: Words) -> dict[str, tuple[str, str]]:
    """Return what is written where no column says it: unit, currency, what a promised day means."""
    values: dict[str, tuple[str, str]] = {}
    lines = [line for line in pool.line_of if line is not None]
    units = {line.ordered.unit for line in lines}
    if len(units) == 1:
        values["unit"] = (next(iter(units)), "as all lines of these orders have it")
    money = {order.currency for order in pool.order_of if order is not None} - {None}
    if len(money) == 1:
        values["currency"] = (str(next(iter(money))), "as all of these orders have it")
    promised = next((one for one in guesses if one.role == "promised"), None)
    if promised is not None:
        leaves = any(word in simplify(promised.column) for word in words.ships)
        why = "the header says so" if leaves else "say ship where it is the day goods leave"
        values["promised.means"] = (_LEAVES if leaves else _ARRIVES, why)
    return values

"""Guess: what each column is, from all that speaks for it; each role and each column once."""

from collections.abc import Iterable, Mapping, Sequence

from translators.drafting.by_dates import list_dates
from translators.drafting.by_habit import list_habits
from translators.drafting.by_orders import find_lines, find_orders, list_amounts, list_items
from translators.drafting.by_words import LIKENESS
from translators.drafting.evidence import FIRM, Evidence, Guess, both
from translators.drafting.pool import Pool

# Where our orders could have told and did not, a header is worth half.
CHECKED = frozenset(("po_number", "line_number", "item.buyer", "ordered", "quantity", "unit_price"))
_BY_HEADER = 0.9
_BESIDE = 0.6  # what a header adds to what the values say
_LEAST = 0.3


def gather(pool: Pool) -> list[Evidence]:
    """Return what our orders say of the columns; nothing where no order number is found."""
    numbers = find_orders(pool)
    if numbers is None:
        return []
    items = [one for one in list_items(pool) if one.column != numbers.column]
    first = max(items, key=_score_of_item, default=None)
    taken = {numbers.column} | ({first.column} if first else set())
    lines = find_lines(pool, first, taken)
    taken |= {lines.column} if lines else set()
    rest = [*list_amounts(pool), *list_dates(pool), *list_habits(pool, first)]
    found = [numbers, *([lines] if lines else []), *items]
    return found + [one for one in rest if one.column not in taken and one.score > 0]


def _score_of_item(one: Evidence) -> tuple[bool, float]:
    return one.role in ("item.buyer", "item.vendor"), one.score


def list_guesses(
    pool: Pool,
    by_value: Sequence[Evidence],
    by_word: Sequence[Evidence],
    said: Mapping[str, str],
) -> list[Guess]:
    """Return the best guess for each column that has one; what a person said stands first."""
    known = bool(by_value)
    likely = _weigh(by_value, by_word, known=known)
    _part_quantities(likely, pool)
    _part_dates(likely)
    chosen = [_said(role, column, likely.get((role, column))) for role, column in said.items()]
    roles, columns = set(said), set(said.values())
    for guess in sorted(likely.values(), key=lambda one: -one.confidence):
        if guess.role in roles or guess.column in columns or guess.confidence < _LEAST:
            continue
        roles.add(guess.role)
        columns.add(guess.column)
        chosen.append(guess)
    place = {column.name: column.place for column in pool.columns}
    return sorted(chosen, key=lambda one: place[one.column])


def _said(role: str, column: str, guess: Guess | None) -> Guess:
    picture = guess.picture if guess else ""
    return Guess(role, column, 1.0, ("you said so", *(guess.evidence if guess else ())), picture)


def _weigh(
    by_value: Iterable[Evidence], by_word: Iterable[Evidence], *, known: bool
) -> dict[tuple[str, str], Guess]:
    """Return a guess for each role and column that anything speaks for."""
    likely: dict[tuple[str, str], Guess] = {}
    for one in sorted(by_value, key=lambda one: -one.score):
        key = (one.role, one.column)
        likely.setdefault(key, Guess(*key, one.score, (one.sentence,), one.picture))
    for one in by_word:
        key = (one.role, one.column)
        before = likely.get(key)
        if before is not None:
            sure = both(before.confidence, _BESIDE * one.score)
            said = (*before.evidence, one.sentence)
            likely[key] = Guess(*key, min(sure, 0.99), said, before.picture)
            continue
        doubt = 0.5 if known and one.role in CHECKED else _BY_HEADER
        said = (one.sentence, *(("none of its values is in our orders",) if doubt < 0.9 else ()))
        likely[key] = Guess(*key, doubt * one.score, said, one.picture)
    return likely


def _part_quantities(likely: dict[tuple[str, str], Guess], pool: Pool) -> None:
    """Say which of two columns of quantities is what we ordered: the one that always is.

    A lone column of quantities is what is confirmed, unless its header says otherwise.
    """
    place = {column.name: column.place for column in pool.columns}
    ordered = {key[1]: one for key, one in likely.items() if key[0] == "ordered"}
    confirmed = {key[1]: one for key, one in likely.items() if key[0] == "quantity"}
    pairs = [name for name, one in confirmed.items() if one.confidence >= FIRM]
    pairs.sort(key=lambda name: (-_of(ordered, name), place[name]))
    if len(pairs) > 1 and _of(ordered, pairs[0]) >= FIRM:
        likely.pop(("quantity", pairs[0]))
        pairs = pairs[1:]
    elif pairs and _names_header(ordered.get(pairs[0])) and not _names_header(confirmed[pairs[0]]):
        return
    for name in pairs:
        likely.pop(("ordered", name), None)


def _names_header(guess: Guess | None) -> bool:
    return guess is not None and any(LIKENESS in said for said in guess.evidence)


def _of(guesses: Mapping[str, Guess], name: str) -> float:
    return guesses[name].confidence if name in guesses else 0.0


def _part_dates(likely: dict[tuple[str, str], Guess]) -> None:
    """Take a lone column of days we need for what is promised: a partner repeats what it can keep."""
    promised = _columns_of(likely, "promised", 0.5)
    ordered = _columns_of(likely, "ordered_on", 0.9)
    needed = [key for key in likely if key[0] == "requested" and key[1] not in ordered]
    for key in needed:
        if not promised - {key[1]} - ordered:
            likely.pop(key)


def _columns_of(likely: Mapping[tuple[str, str], Guess], role: str, least: float) -> set[str]:
    return {key[1] for key, one in likely.items() if key[0] == role and one.confidence >= least}

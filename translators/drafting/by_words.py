"""By words: columns recognised by their headers, and codes by what they say, in four languages."""

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz

from translators.drafting.evidence import Evidence, strength
from translators.drafting.pictures import DATES, NUMBERS
from translators.drafting.pool import Column, Pool
from translators.drafting.roles import DATED, NUMERIC
from translators.drafting.words import Words, simplify

LIKE = 0.72  # headers less alike than this are not
LIKENESS = "% like"  # in what is said of a header
SHORT = 3  # letters up to which a header must be the same
_PART = 0.85  # what a header is worth that has all words of another, and more
_MOST_CODES = 12
_ALIKE = 85
_CURRENCIES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "CHF",
        "JPY",
        "CNY",
        "CAD",
        "MXN",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "INR",
        "KRW",
    ]
)


def list_headers(pool: Pool, words: Words) -> Iterator[Evidence]:
    """Yield the roles that the header of each column is like, where its values are of that kind."""
    for column in pool.columns:
        for role, known in words.columns.items():
            score, word = max((alike(column.label, one), one) for one in known)
            if score >= LIKE and (kinds := _pictures(column, role)) is not None:
                what = "header" if column.label == column.name else "name"
                said = f"its {what} is {round(100 * score)} {LIKENESS} {word!r}"
                yield Evidence(role, column.name, score, said, kinds)


@lru_cache(maxsize=20_000)
def alike(header: str, word: str) -> float:
    """Return how much a header is like a word, from 0 to 1."""
    text = simplify(header)
    if min(len(text), len(word)) <= SHORT:
        return 1.0 if text == word else 0.9 * (word in text.split() and len(word) > 1)
    part = _PART if set(word.split()) < set(text.split()) else 0.0
    return max(part, fuzz.ratio(text, word) / 100, fuzz.token_sort_ratio(text, word) / 100)


def list_codes(pool: Pool, words: Words) -> Iterator[Evidence]:
    """Yield columns that hold words of an answer, units or currencies."""
    for column in pool.columns:
        codes = set(column.filled)
        if not codes or len(codes) > _MOST_CODES or column.number_pictures:
            continue
        for role, said, known in (
            ("status", "words of an answer", {one for one in codes if find_answer(one, words)}),
            ("unit", "units", {one for one in codes if simplify(one) in words.units}),
            ("currency", "currencies", codes & _CURRENCIES),
        ):
            hits = sum(text in known for text in column.filled)
            if hits:
                sentence = f"{hits} of {len(column.filled)} values are {said}"
                score = strength(hits, len(column.filled)) * 0.9
                yield Evidence(role, column.name, score, sentence)


def find_answer(text: str, words: Words) -> str:
    """Return the answer a word of theirs means, '' where none is near."""
    said = simplify(text)
    if said in words.answers:
        return words.answers[said]
    near = (
        (fuzz.ratio(said, one), one) for one in words.answers if min(len(one), len(said)) > SHORT
    )
    score, word = max(near, default=(0, ""))
    return words.answers[word] if score >= _ALIKE else ""


def _pictures(column: Column, role: str) -> str | None:
    """Return the plainest picture of a column whose values are of the role's kind, None of another."""
    found: list[str] = [""]
    if role in NUMERIC:
        found = [one for one in NUMBERS if one in column.number_pictures]
    elif role in DATED:
        found = [one for one in DATES if one in column.date_pictures]
    return next(iter(found), None) if column.filled else None

"""SSCC: the number of one shipped package (GS1 General Specifications, 3.3.1; B-74)."""

from canonical.ship_notice import ShipNotice

DIGITS = 18


def check_sscc(text: str) -> str:
    """Return what is wrong with a serial shipping container code; empty where nothing is."""
    if not (text.isascii() and text.isdigit()):
        return f"package number '{text}' is no SSCC: that has digits only"
    if len(text) != DIGITS:
        return f"package number {text} has {len(text)} digits, an SSCC has {DIGITS}"
    wanted = check_digit(text[:-1])
    if text[-1] != wanted:
        return f"package number {text} ends with {text[-1]}, its check digit is {wanted}"
    return ""


def check_digit(digits: str) -> str:
    """Return the check digit: weights 3 and 1 from the right, up to the next ten (GS1, 7.9.1)."""
    total = sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(reversed(digits)))
    return str(-total % 10)


def list_labels(notice: ShipNotice) -> dict[str, list[str]]:
    """Return the SSCCs of a shipment, each with where it stands: more than once is one too many.

    A package without a label of its own shows that of the pallet around it, and a line that of its
    package: neither is one more.
    """
    by_number = {one.number: one for one in notice.packages}
    found: dict[str, list[str]] = {}
    for index, one in enumerate(notice.packages):
        around = by_number.get(one.inside or "")
        if one.sscc and (around is None or around.sscc != one.sscc):
            found.setdefault(one.sscc, []).append(f"packages[{index}]")
    for index, line in enumerate(notice.lines):
        if line.sscc:
            found.setdefault(line.sscc, [f"lines[{index}]"])
    return found

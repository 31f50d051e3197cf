"""What can go wrong at an ERP's door, by class, and what is done about each."""

from typing import ClassVar

from msgspec import Struct


class Reaction(Struct, frozen=True, kw_only=True):
    """What is done after an error: so many attempts, so long between them, then a person.

    `rests` leaves the whole ERP alone until the wait is over, not only this command.
    """

    attempts: int = 1
    first_wait: float = 0.0  # seconds; doubled with each attempt
    longest_wait: float = 0.0
    rests: bool = False

    def wait_after(self, attempts: int, asked: float | None = None) -> float:
        """Return the seconds to wait after so many attempts; what the ERP asked for is heard."""
        doubled: float = min(self.first_wait * 2.0 ** min(attempts - 1, 20), self.longest_wait)
        return min(max(doubled, asked or 0.0), LONGEST_WAIT)


# The ledger's horizon: nothing is put off for longer, it is tried again and put off anew.
LONGEST_WAIT = 700.0
# 1, 2, 4 … seconds, at most every five minutes, for half a day: outages end.
PATIENT = Reaction(attempts=150, first_wait=1, longest_wait=300)
VERDICT = Reaction()


class ErpError(Exception):
    """A command could not be given to the ERP; the message says why."""

    reaction: ClassVar[Reaction] = VERDICT

    def __init__(self, sentence: str, *, retry_after: float | None = None) -> None:
        """Keep the sentence, and how many seconds the ERP asked us to wait."""
        super().__init__(sentence)
        self.retry_after = retry_after


class ErpUnavailableError(ErpError):
    """Nothing was sent: refused, no such host, 502, 503. It is tried again."""

    reaction = PATIENT


class ErpThrottledError(ErpError):
    """We ask too often (429): the whole ERP is left alone for as long as it says."""

    reaction = Reaction(attempts=150, first_wait=2, longest_wait=300, rests=True)


class ErpUnknownError(ErpError):
    """It was sent and no answer came: it may have been done. The next attempt looks first."""

    reaction = PATIENT


class ErpStaleError(ErpError):
    """Somebody changed what the plan was made from (409, 412): it is planned anew at once."""

    reaction = Reaction(attempts=20, first_wait=0.5, longest_wait=30)


class ErpBusyError(ErpError):
    """Another command for the same order is on its way; nothing was sent."""

    reaction = Reaction(attempts=1000, first_wait=0.5, longest_wait=10)


class ErpPendingError(ErpError):
    """The ERP has taken the command and not done it yet (202): it is looked at again."""

    reaction = Reaction(attempts=300, first_wait=2, longest_wait=300)


class ErpNotFoundError(ErpError):
    """The ERP does not know the order, line or item; it may not have arrived there yet."""

    reaction = Reaction(attempts=12, first_wait=15, longest_wait=600)


class ErpFaultError(ErpError):
    """The ERP failed in a way nobody has described (500): a few attempts, each looks first."""

    reaction = Reaction(attempts=4, first_wait=5, longest_wait=60)


class ErpLoginError(ErpError):
    """We are not let in (401). Asking again and again would lock the account: the ERP rests."""

    reaction = Reaction(
        attempts=150, first_wait=LONGEST_WAIT, longest_wait=LONGEST_WAIT, rests=True
    )


class ErpRestingError(ErpError):
    """The ERP is left alone for now: it asked for it, or did not let us in. Nothing was sent."""

    reaction = Reaction(attempts=1000, first_wait=1, longest_wait=1)


class ErpRejectedError(ErpError):
    """The ERP's own verdict is no, or it holds something else; a person has to look (B-92)."""


class ErpQuestionError(ErpRejectedError):
    """The ERP asks somebody yes or no, such as whether more may be shipped than was ordered."""


class ErpContractError(ErpError):
    """The ERP does not understand us (403, 404 of a model, 405, 422): settings or a fault of ours."""


CLASSES: tuple[type[ErpError], ...] = (
    ErpUnavailableError,
    ErpThrottledError,
    ErpUnknownError,
    ErpStaleError,
    ErpBusyError,
    ErpPendingError,
    ErpNotFoundError,
    ErpFaultError,
    ErpLoginError,
    ErpRestingError,
    ErpRejectedError,
    ErpQuestionError,
    ErpContractError,
)


def write_reactions() -> str:
    """Return the table of classes as docs/erp.md shows it."""
    lines = ["| class | what it is, and what is done | attempts | seconds between |"]
    lines.append("|---|---|---|---|")
    for one in CLASSES:
        name = one.__name__.removeprefix("Erp").removesuffix("Error")
        reaction, said = one.reaction, " ".join((one.__doc__ or "").split())
        often = "1, then a person" if reaction.attempts == 1 else f"{reaction.attempts}"
        wait = f"{reaction.first_wait:g}, doubled up to {reaction.longest_wait:g}"
        lines.append(f"| {name} | {said} | {often} | {wait if reaction.attempts > 1 else ''} |")
    return "\n".join(lines)

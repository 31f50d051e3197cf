"""Leave alone: an ERP that asks for it, or does not let us in, is not spoken to for a while."""

from gateway.erp.errors import ErpError, ErpLoginError
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.partners import Partner


def leave_alone(gateway: Gateway, partner: Partner, error: ErpError, attempts: int = 1) -> None:
    """Let the ERP rest where the class of the error says so; ops are told of a login that is refused."""
    reaction = error.reaction
    if not reaction.rests:
        return
    gateway.erps.rest(partner, error, reaction.wait_after(attempts, error.retry_after))
    if isinstance(error, ErpLoginError):
        summary = f"{partner.name}: {error}; correct the secret or the account"
        with gateway.ledger.begin() as tx:
            open_case(tx, NewCase(kind="erp-login-refused", owner="ops", summary=summary))

"""An ERP behind a facade that keeps our contract (docs/erp-http.yaml): each command is a resource."""

import hashlib
import json
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Struct

from canonical.entities import write_plain
from canonical.erp_commands import (
    ConfirmOrder,
    ErpCommand,
    NoteOnOrder,
    RecordReroute,
    RecordShipment,
)
from canonical.purchase_order import PurchaseOrder
from gateway.erp.erp import Outcome, Plan, Released
from gateway.erp.errors import ErpContractError, ErpFaultError, ErpNotFoundError
from gateway.erp.wire import error_of, send

QUESTION = "urn:cmgateway:erp:question"
DONE = (200, 201, 204)


class Held(Struct, frozen=True):
    """What the ERP holds under the address of a command; `etag` is of what the command changes."""

    key: str
    state: str
    command: dict[str, Any]
    reason: str = ""


class HttpPlan(Struct, frozen=True, kw_only=True):
    """One PUT; `if_match` is the version it was thought out from, where it changes an order."""

    path: str
    if_match: str
    replaces: bool  # what another command left under this address
    command: dict[str, Any]


class HttpErp:
    """One facade; the key goes along as Idempotency-Key, and stands in what it holds."""

    def __init__(self, client: httpx.Client) -> None:
        """Keep the client, which knows the address and the token."""
        self._client = client

    def released_orders(self, cursor: str) -> Released:
        """Return the page of released orders behind the cursor."""
        answer = send(self._client, "GET", "orders", params={"cursor": cursor} if cursor else {})
        body = _read(answer)
        orders = msgspec.convert(body.get("orders", []), tuple[PurchaseOrder, ...])
        return Released(orders=orders, cursor=str(body["cursor"]), more=bool(body.get("more")))

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return the PUT with the version of what it changes; nothing is written."""
        watched = _watched(command)
        etag = ""
        if watched:
            answer = send(self._client, "GET", watched)
            _read(answer)
            etag = answer.headers.get("ETag", "")
            if not etag:
                raise ErpContractError(f"GET {watched} answers without an ETag")
        path = path_of(command, key)
        made = HttpPlan(
            path=path, if_match=etag, replaces=_replaces(command), command=write_plain(command)
        )
        content = msgspec.json.encode(made).decode()
        return Plan(key=key, command=type(command).__name__, target=path, content=content)

    def apply(self, plan: Plan) -> Outcome:
        """Put the command there, unless the ERP holds it already."""
        made = msgspec.json.decode(plan.content, type=HttpPlan)
        held = self._find(made.path)
        if held is not None and _is_ours(held, plan, made):
            return _outcome(plan, held, "already")
        if held is not None and not made.replaces:
            return _diverged(plan, held)
        headers = {"Idempotency-Key": plan.key, "Content-Type": "application/json"}
        headers |= {"If-Match": made.if_match} if made.if_match else {}
        content = json.dumps(made.command).encode()
        answer = send(self._client, "PUT", made.path, content=content, headers=headers)
        if answer.status_code == 202:
            return _outcome(plan, Held(key=plan.key, state="accepted", command={}), "accepted")
        _read(answer)
        return _outcome(plan, Held(key=plan.key, state="applied", command={}), "applied")

    def verify(self, plan: Plan) -> Outcome:
        """Return whether the ERP holds the command, and has done it."""
        made = msgspec.json.decode(plan.content, type=HttpPlan)
        held = self._find(made.path)
        if held is not None and _is_ours(held, plan, made):
            return _outcome(plan, held, "applied")
        return _diverged(plan, held)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _find(self, path: str) -> Held | None:
        try:
            answer = send(self._client, "GET", path)
            return msgspec.convert(_read(answer), Held)
        except ErpNotFoundError:
            return None
        except msgspec.ValidationError as error:
            raise ErpContractError(f"GET {path} does not answer as agreed: {error}") from error


def path_of(command: ErpCommand, key: str) -> str:
    """Return the address of a command: its natural key, so that a second one would be the same."""
    if isinstance(command, RecordShipment):
        return f"shipments/{_step(command.partner)}/{_step(command.shipment_number)}"
    if isinstance(command, ConfirmOrder):
        return f"orders/{_step(command.po_number)}/confirmation"
    if isinstance(command, NoteOnOrder):
        return f"orders/{_step(command.po_number)}/notes/{_step(key)}"
    if isinstance(command, RecordReroute):
        return f"orders/{_step(command.po_number)}/reroutes/{_step(key)}"
    return f"inventories/{_step(command.partner)}/{_step(command.report_number)}"


def _watched(command: ErpCommand) -> str:
    """Return what a command is thought out from: its order; the others change nothing of an order."""
    return f"orders/{_step(command.po_number)}" if isinstance(command, ConfirmOrder) else ""


def _replaces(command: ErpCommand) -> bool:
    if isinstance(command, RecordShipment):
        return command.purpose != "original"
    return isinstance(command, ConfirmOrder)


def _step(text: str) -> str:
    # A dot alone would be a step up or none; nothing but the number itself must be meant.
    return quote(text, safe="").replace(".", "%2E") if set(text) == {"."} else quote(text, safe="")


def _is_ours(held: Held, plan: Plan, made: HttpPlan) -> bool:
    """Return whether it is this command, or another one of the very same content."""
    return held.key == plan.key or _print(held.command) == _print(made.command)


def _print(command: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(command, sort_keys=True).encode()).hexdigest()


def _outcome(plan: Plan, held: Held, done: str) -> Outcome:
    if held.state == "rejected":
        sentence = f"the ERP refused {plan.target}: {held.reason or 'it does not say why'}"
        return Outcome(result="diverged", reference=plan.target, sentence=sentence)
    result = "accepted" if held.state == "accepted" else done
    said = "has taken it and not done it yet" if result == "accepted" else "holds it"
    sentence = f"{plan.target}: the ERP {said}"
    return Outcome(result=result, reference=plan.target, sentence=sentence)  # type: ignore[arg-type]


def _diverged(plan: Plan, held: Held | None) -> Outcome:
    other = "nothing" if held is None else f"what {held.key} says"
    sentence = f"the ERP holds {other} under {plan.target}, not what {plan.key} says"
    return Outcome(result="diverged", reference=plan.target, sentence=sentence)


def _read(answer: httpx.Response) -> dict[str, Any]:
    """Return the body of a good answer; raises what a bad one stands for (RFC 9457)."""
    try:
        body = answer.json() if answer.content else {}
    except ValueError as error:
        if answer.status_code in DONE:
            path = answer.request.url.path
            raise ErpFaultError(f"{path}: the answer is no JSON: {error}") from error
        body = {}
    if not isinstance(body, dict):
        body = {}
    if answer.status_code in DONE:
        return body
    said = str(body.get("detail") or body.get("title") or "")
    raise error_of(answer, said, asks=body.get("type") == QUESTION)

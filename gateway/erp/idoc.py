"""SAP by IDoc XML files: ORDRSP and DESADV in a folder, one file a command, its name is the key."""

from collections.abc import Sequence
from dataclasses import dataclass

from canonical.erp_commands import ConfirmOrder, ErpCommand, RecordShipment
from gateway.clock import now
from gateway.erp.erp import Outcome, Plan, Released
from gateway.erp.errors import ErpContractError
from gateway.erp.files import FilesErp, file_name, open_files_erp
from gateway.partners import Partner
from gateway.settings import Site
from translators.xml.idoc_write import SapSide, write_desadv, write_ordrsp

UNTOLD = "no IDoc"


@dataclass(slots=True, frozen=True)
class IdocErp:
    """IDocs through a folder, as `files` has it; notes, reroutes and counts have no IDoc here.

    Those are passed over, and their effects say so: one that is stuck would hold back its order.
    """

    files: FilesErp
    side: SapSide
    names: dict[str, str]  # ours of a partner: SAP's vendor number

    def released_orders(self, cursor: str) -> Released:
        """Return none: ORDERS05 files arrive on the ERP partner's channel in."""
        return self.files.released_orders(cursor)

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return the file's name and its IDoc."""
        name = type(command).__name__
        if isinstance(command, ConfirmOrder):
            data = write_ordrsp(command, key, self.side, self._vendor(command), now())
        elif isinstance(command, RecordShipment):
            data = write_desadv(command, key, self.side, self._vendor(command), now())
        else:
            return Plan(key=key, command=name, target="", content="")
        target = file_name(name, key).removesuffix(".json") + ".xml"
        return Plan(key=key, command=name, target=target, content=data.decode())

    def apply(self, plan: Plan) -> Outcome:
        """Put the file there unless it was before."""
        return self.apply_all([plan])[0]

    def apply_all(self, plans: Sequence[Plan]) -> list[Outcome]:
        """Put those files there that were not before; the folder is synced once for all."""
        told = iter(self.files.apply_all([one for one in plans if one.target]))
        return [next(told) if one.target else _pass_over(one) for one in plans]

    def verify(self, plan: Plan) -> Outcome:
        """Return whether the file, or its copy, is what the plan says."""
        return self.files.verify(plan) if plan.target else _pass_over(plan)

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _vendor(self, command: ConfirmOrder | RecordShipment) -> str:
        return self.names.get(command.partner, command.partner)


def open_idoc_erp(site: Site, erp: Partner) -> IdocErp:
    """Return the door to SAP's folder; raises ErpContractError where nobody said who is who."""
    sap = erp.erp.sap
    if sap is None:
        raise ErpContractError(f"{erp.name}.yaml has no erp.sap: who is who in an IDoc")
    side = SapSide(
        our_port=sap.our_port,
        our_number=sap.our_number,
        sap_port=sap.sap_port,
        sap_number=sap.sap_number,
        client=sap.client,
        units=erp.erp.units,
    )
    return IdocErp(open_files_erp(site, erp), side, erp.erp.partners)


def _pass_over(plan: Plan) -> Outcome:
    sentence = f"SAP is not told: there is no IDoc for {plan.command}"
    return Outcome(result="already", reference=UNTOLD, sentence=sentence)

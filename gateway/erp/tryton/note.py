"""Notes on a record in Tryton; the key stands in front, so that one is written once."""

from gateway.erp.tryton.rpc import Rpc

NOTE = "ir.note"


def add_note(rpc: Rpc, resource: str, text: str, key: str) -> bool:
    """Return whether the note had to be written; one with this key is there already otherwise."""
    if has_note(rpc, resource, key):
        return False
    values = {"resource": resource, "message": f"[{key}] {text}"}
    rpc.call(f"model.{NOTE}.create", [values])
    return True


def has_note(rpc: Rpc, resource: str, key: str) -> bool:
    """Return whether a note with this key stands on the record."""
    mark = f"[{key}] ".replace("\\", "\\\\").replace("_", r"\_").replace("%", r"\%")
    domain = [("resource", "=", resource), ("message", "like", f"{mark}%")]
    return bool(rpc.call(f"model.{NOTE}.search_count", domain))

"""What a partner file must say so that the ERP can be told through the adapter it names."""

from collections.abc import Iterator

from gateway.partners.partner import Partner
from gateway.yaml_file import KeyPath, YamlFile
from translators.findings import Finding

NEEDED = {
    "files": (),
    "http": ("url",),
    "tryton": ("url", "database", "user", "password"),
    "idoc": ("sap",),
}


def check_erp(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    """Yield what is missing, or stands in the file of somebody who is no ERP."""
    asking = [one.name for one in partner.channels.arriving if one.asks is not None]
    if partner.role != "erp":
        if "erp" in (file.value or {}) or asking:
            sentence = f"{partner.name} is a contract manufacturer and has settings of an ERP"
            yield _at(file, ("erp",), "bad-value", sentence, "take erp: and asks: out")
        return
    door = partner.erp
    for key in NEEDED[door.adapter]:
        if not getattr(door, key):
            sentence = f"adapter {door.adapter} needs erp.{key}"
            yield _at(file, ("erp",), "missing-key", sentence, "docs/erp.md shows each adapter")
    if asking and not door.is_remote:
        sentence = f"channel {asking[0]} asks the ERP, but adapter {door.adapter} cannot be asked"
        yield _at(file, ("channels", "in"), "bad-value", sentence, "give the channel a folder")
    if not door.is_remote and not partner.channels.leaving:
        sentence = f"adapter {door.adapter} puts files, and there is no channel to put them"
        yield _at(file, ("channels",), "no-channel", sentence, "add one under channels.out")


def _at(file: YamlFile, path: KeyPath, code: str, sentence: str, advice: str) -> Finding:
    place = file.place(path)
    return Finding(level="error", code=code, sentence=sentence, place=place, advice=advice)

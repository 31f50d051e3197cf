"""Answer words: what a code of a 997 or 999 says of a segment or an element, in words (B-36, B-39)."""

from translators.x12.grammar import load_codes

_CLASSIC = "005010"  # its lists of 720 and 723 hold those of older versions
_SEGMENT = {
    "I4": "a segment their guide does not use is there",
    "I6": "a segment their guide asks for here is missing",
    "I7": "a loop stands less often than their guide asks",
    "I8": "a segment stands less often than their guide asks",
    "I9": "a segment their guide does not use here is there",
}  # element 620
_ELEMENT = {
    "I6": "a code their guide does not use",
    "I9": "an element their guide asks for here is missing",
    "I10": "an element their guide does not use is filled",
    "I11": "it repeats less often than their guide asks",
    "I12": "it is not written as their guide asks",
    "I13": "an element their guide does not use here is filled",
}  # element 621


def say_answer_code(segment_code: str | None, element_code: str | None) -> str:
    """Return what AK304 or IK304, or AK403 or IK403 where there is one, means; '' where none is known."""
    code, words, number = segment_code or "", _SEGMENT, "720"
    if element_code:
        code, words, number = element_code, _ELEMENT, "723"
    known = words.get(code) or load_codes(_CLASSIC).get(number, {}).get(code, "")
    said = known.strip(" .").lower()
    return f"{said} ({code})" if said else code

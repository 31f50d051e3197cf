"""Tree draft: samples of XML as a mapping: which elements are documents, lines and answers, and what stands in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from canonical.purchase_order import PurchaseOrder
from translators.drafting.draft import Plan, Wanted, plan_table
from translators.drafting.drafted import Drafted, make_fault, write_plan
from translators.drafting.evidence import Guess
from translators.drafting.layout import Layout, Steps, share
from translators.drafting.sample import Sample
from translators.drafting.shapes import Block, list_slots
from translators.drafting.tree_rows import Chain, find_marks, list_chains, rows_of, split_path
from translators.drafting.tree_sample import Tree, read_trees
from translators.drafting.words import Words
from translators.findings import Finding

_BETTER = 0.1  # by so much more rows further inside must explain the values
# What stands in every line, and so tells where a line is.
_OF_LINE = frozenset(("line_number", "item.buyer", "item.vendor", "ordered", "quantity"))


def draft_trees(
    files: Mapping[str, bytes], orders: Sequence[PurchaseOrder], words: Words, wanted: Wanted
) -> Drafted:
    """Return the mapping of XML that was sent; findings where it cannot be read, or is not alike."""
    trees = read_trees(dict(files))
    faults = [fault for tree in trees for fault in _list_faults(tree, trees[0])]
    if faults:
        return Drafted(name=wanted.name, findings=faults)
    chain, plan = _choose(trees, orders, words, wanted)
    unknown = [one for one in wanted.said.values() if one not in _list_columns(plan)]
    if unknown:
        advice = f"there are {', '.join(_list_columns(plan))}"
        told = [
            make_fault("no-such-column", f"nothing stands at {one!r}", advice) for one in unknown
        ]
        return Drafted(name=plan.name, findings=told)
    return write_plan(_lay_out(plan, chain))


def _list_faults(tree: Tree, first: Tree) -> Iterator[Finding]:
    if not tree.is_readable:
        for one in tree.findings:
            place = f"{tree.name}, {one.place}" if one.place else tree.name
            yield msgspec.structs.replace(one, place=place)
    elif tree.reads.get("root") != first.reads.get("root"):
        roots = tree.reads.get("root"), first.reads.get("root")
        sentence = f"the outermost element of {tree.name} is {roots[0]}, that of {first.name} is {roots[1]}"
        yield make_fault("other-format", sentence, "draft each kind of file on its own")


def _choose(
    trees: Sequence[Tree], orders: Sequence[PurchaseOrder], words: Words, wanted: Wanted
) -> tuple[Chain, Plan]:
    """Return the element that is a row, by what its values explain: their order lines, or their names."""
    marks = find_marks(trees)
    best: tuple[float, Chain, Plan] | None = None
    for chain in list_chains(trees):
        inside = {path: mark for path, mark in marks.items() if path != chain[: len(path)]}
        samples = [rows_of(tree, chain, inside) for tree in trees]
        plan = plan_table(wanted, samples, orders, words)
        score = _score(plan, samples)
        if best is None or score > best[0] + _BETTER:
            best = (score, chain, plan)
    if best is None:
        raise AssertionError("the outermost element is always a row")
    return best[1], best[2]


def _score(plan: Plan, samples: Sequence[Sample]) -> float:
    """Return how much is explained; rows that say the same as others are no rows of their own."""
    firm = [one for one in plan.guesses if one.is_firm]
    rows = [row.values for sample in samples for row in sample.rows]
    told = {tuple(values.get(one.column, "") for one in firm) for values in rows}
    return sum(one.confidence for one in firm) * len(told) / max(1, len(rows))


def _list_columns(plan: Plan) -> list[str]:
    return [*(one.column for one in plan.guesses), *plan.open]


def _lay_out(plan: Plan, chain: Chain) -> Plan:
    """Return the plan with the elements its lists are, and without guesses that stand outside them."""
    number = plan.find(plan.shape.one_per)
    of_line = [_element_of(one) for one in plan.guesses if one.is_firm and one.role in _OF_LINE]
    line = share(of_line) if of_line else chain
    document = share([_element_of(number), line]) if number else ()
    lists: dict[str, Steps] = {}
    inside, element = plan.shape.inside, document
    while block := next((one for one in inside if isinstance(one, Block)), None):
        element = line if not lists else _find_parts(plan, block, element, chain)
        lists[block.field] = element
        inside = block.inside
    guesses = [_doubt(one, plan, line) for one in plan.guesses]
    layout = Layout(is_tree=True, document=document, lists=lists)
    firm = {one.role for one in guesses if one.is_firm}
    tables = {role: rows for role, rows in plan.tables.items() if role in firm}
    return replace(plan, guesses=guesses, layout=layout, tables=tables)


def _find_parts(plan: Plan, block: Block, line: Steps, chain: Chain) -> Steps:
    """Return the element of a part of a line: the one that repeats, or that holds all it is told by."""
    if chain[: len(line)] == line and len(chain) > len(line):
        return chain
    roles = {slot.role for slot in list_slots(block.inside)} - {"unit"}
    told = [_element_of(one) for one in plan.guesses if one.is_firm and one.role in roles]
    inside = [one for one in told if one[: len(line)] == line]
    return share(inside) if len(inside) > 1 else line


def _doubt(guess: Guess, plan: Plan, line: Steps) -> Guess:
    """Return a guess by name alone as no more than one, where it is of a line and stands outside of it."""
    block = next((one for one in plan.shape.inside if isinstance(one, Block)), None)
    roles = {slot.role for slot in list_slots(block.inside)} if block else set()
    if guess.role not in roles or _element_of(guess)[: len(line)] == line:
        return guess
    if guess.role in {slot.role for slot in plan.shape.inside if not isinstance(slot, Block)}:
        return guess
    said = (*guess.evidence, "it stands outside the lines")
    return Guess(guess.role, guess.column, min(guess.confidence, 0.5), said, guess.picture)


def _element_of(guess: Guess) -> Steps:
    return tuple(split_path(guess.column)[:-1])

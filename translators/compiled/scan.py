"""Scan: the loop over the segments of a set: where each may stand, whether it is good, what is kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import log10

from translators.compiled.automaton import Node
from translators.compiled.dispatch import SELDOM, SOMETIMES, Block, Dispatch
from translators.compiled.foreseen import Foreseen
from translators.compiled.levels import (
    NUMBERS,
    expect_number,
    list_nothing,
    write_level,
    write_level_start,
)
from translators.compiled.limits import Limits, may_exceed
from translators.compiled.listing import Listing
from translators.compiled.records import FIRST, Actions, Plan, Record, write_filters
from translators.compiled.segment_checks import find_least, write_checks
from translators.compiled.usual import Usual
from translators.mapper.x12_scopes import HL
from translators.x12.grammar import Grammar, SegmentRule
from translators.x12.totals import ADDED, COUNTED

_RECORD = re.compile(r"\b(r\d+|root|level|kept|own)\[")
_MANY = 1000  # repeats of a loop without a limit


@dataclass(slots=True)
class Scan:
    """Writes the scan of one plan; `loud` nodes are never read, `named` ids the mapping speaks of."""

    out: Listing
    plan: Plan
    grammar: Grammar
    loud: set[int]
    named: frozenset[str]
    numbers: dict[int, int] = field(default_factory=dict)  # of a node: its number in the code
    limits: Limits = field(init=False)
    foreseen: Foreseen = field(init=False)

    def write(self) -> None:
        """Write everything from the first segment to the last."""
        self._open_records()
        self._add_frame()
        self.limits = Limits(self.out, self._list_counted())
        self.foreseen = Foreseen(
            self.out, self.plan, self.grammar, self.numbers, self._write_node_finish
        )
        blocks = self._list_blocks()
        for node in (node for block in blocks for node in block.nodes):
            self.numbers[node.number] = len(self.numbers) + 1
        self.foreseen.find(blocks)
        self._write_start()
        begin = len(self.out.lines)
        with self.out.block("for s in rest:"), self.out.block("while True:"):
            self.out.add("e = s.split(mark)")
            Dispatch(self.out, self.plan.automaton, self.numbers, self._write_block).write(blocks)
            self.out.add("break")
        if self.out.starts:
            self.out.lines.insert(begin, f"    {' = '.join(self.out.starts)} = ''")
        self.out.add(f"if q != {self.numbers[self._find_top('SE').number]}:", "    return None")
        if self._counts():
            counted = "levels" if COUNTED[self.grammar.set_id] == HL else "count"
            self.out.add(f"if claimed and int(claimed) != {counted}:", "    return None")
            self.out.add("if hashed and not fit_hash(hashed, quantities):", "    return None")
        if self._has_levels():
            self.out.add("if odd and not are_numbered(segs, mark):", "    return None")
            self.out.add("if late or perhaps:")
            self.out.add("    unread = settle(segs, unread, late + perhaps)")

    def _write_start(self) -> None:
        loud = frozenset(self.numbers[number] for number in self.loud)
        self.out.names["LOUD"] = loud
        empty = self.out.name("ROOT", [FIRST.get(one) for one in self.plan.root.slots])
        self.out.add(f"root = {empty}.copy()")
        for key, slot in self.plan.root.known.items():
            if isinstance(key, tuple) and key[0] == "list":
                self.out.add(f"list{slot} = root[{slot}] = []")
        self.out.add("unread = []", "moves = MOVES[0]", "counts = {}")
        if self._counts():
            self.out.add("count = 0", "claimed = hashed = ''", "quantities = []")
        if self._has_levels():
            self.out.names |= {"NOTHING": list_nothing(self.plan), "NUMBERS": NUMBERS}
            self.out.add(*write_level_start(self.plan))
        self.limits.write_start()
        self.foreseen.write_start()
        self.out.add("rest = iter(segs)")

    def _counts(self) -> bool:
        ids = {node.id for node in self.plan.automaton.nodes}
        return self.grammar.set_id in COUNTED and "CTT" in ids

    def _has_levels(self) -> bool:
        return any(node.id == HL for node in self.plan.automaton.top)

    def _find_top(self, name: str) -> Node:
        return next(node for node in self.plan.automaton.top if node.id == name)

    def _open_records(self) -> None:
        for record in self.plan.records:
            for node in record.nodes:
                if not record.is_hl:
                    self.plan.act(node).fresh[record.reading] = record.slots
                self.plan.act(node).after += self._list_listing(record, node)
        for node in self.plan.automaton.top:
            if node.id == HL:
                self.plan.act(node).opens[:0] = write_level(self.plan)
                expect_number(self.plan.act(node))

    def _list_fresh(self, actions: Actions) -> list[str]:
        """Return the lines that begin records: copies of empty ones, with the segment they begin with."""
        lines = []
        for name, slots in actions.fresh.items():
            empty = self.out.name(f"EMPTY_{name}_", [FIRST.get(one) for one in slots])
            lines.append(f"{name} = {empty}.copy()")
            lines += [f"{name}[{at}] = s" for at, one in enumerate(slots) if one == "s"]
        return lines

    def _list_listing(self, record: Record, node: Node) -> list[str]:
        """Return the lines that put a record into the list its parent keeps."""
        parent, slot = self.plan.list_slot(record)
        target = parent.refer(slot)
        lines = [
            f"if {target} is None:",
            f"    {target} = [{record.reading}]",
            "else:",
            f"    {target}.append({record.reading})",
        ]
        if parent is self.plan.root:
            lines = [f"list{slot}.append({record.reading})"]
        filters = write_filters(record.filters, find_least(self.grammar.segments[node.id]))
        return [f"if {filters}:", *(f"    {line}" for line in lines)] if filters else lines

    def _add_frame(self) -> None:
        """Add what holds a set together: control numbers, counts, bounds."""
        act = self.plan.act
        act(self._find_top("ST")).after += [
            f"if e[1] != {self.grammar.set_id!r} or (n > 3 and e[3][:6] != {self.grammar.version!r}):",
            "    return None",
            "control = e[2]",
        ]
        act(self._find_top("SE")).after += [
            "if e[2] != control or e[1] != str(len(segs)):",
            "    return None",
        ]
        added, at = ADDED.get(self.grammar.set_id, ("", 0))
        for node in self.plan.automaton.nodes:
            if node.id in {"LS", "LE"}:
                act(node).opens.insert(0, "return None")
            if self._counts() and node.id == COUNTED[self.grammar.set_id] != HL:
                act(node).after.append("count += 1")
            if self._counts() and node.id == added:
                act(node).after += [f"if n > {at}:", f"    quantities.append(e[{at}])"]
            if self._counts() and node.id == "CTT":
                act(node).after += ["claimed = e[1]", "if n > 2:", "    hashed = e[2]"]

    def _list_counted(self) -> list[Node]:
        return [
            node
            for node in self.plan.automaton.nodes
            if node.is_loop
            and may_exceed(node)
            and (node.id in self.named or node.number in self.plan.actions)
        ]

    def _list_blocks(self) -> list[Block]:
        for node in self.limits.loops:
            self.plan.act(node)
        for parent in dict.fromkeys(node.parent for node in self.limits.loops):
            if parent is not None and parent.id in self.named:
                self.plan.act(parent).opens += self.limits.list_resets(parent)
        acting = [node for node in self.plan.automaton.nodes if node.number in self.plan.actions]
        rest = [node for node in self.plan.automaton.nodes if node.number not in self.plan.actions]
        blocks = [Block([node], self._weigh(node), "node") for node in acting]
        blocks.sort(key=lambda block: -block.weight)
        blocks += [
            Block([node for node in rest if node.id == name], SOMETIMES, "id")
            for name in sorted(self.named & {node.id for node in rest})
        ]
        others = [node for node in rest if node.id not in self.named]
        return [*blocks, Block(others, SELDOM, "others")] if others else blocks

    def _weigh(self, node: Node) -> float:
        """Return how often a node may be met: by the repeats of the loop around it, if it is read."""
        kept = self.plan.actions[node.number]
        if not (kept.stores or kept.jumps or kept.opens or kept.fresh):
            return SOMETIMES
        outer = node.loops[0].limit or _MANY if node.loops else 1
        return SOMETIMES + log10(outer)

    def _write_block(self, block: Block) -> None:
        node = block.nodes[0]
        if block.kind == "others":
            self._write_others(block)
            return
        actions = (
            self.plan.actions.get(node.number, Actions()) if block.kind == "node" else Actions()
        )
        where = node.parent.id + "/" if node.parent else ""
        self.out.add(f"# {where}{node.id}" if block.kind == "node" else f"# {node.id}")
        rule = self.grammar.segments[node.id]
        if block.kind == "id":
            with self._once_a_text():
                self.out.add("n = len(e)")
                self._write_checks(node, rule, actions)
        else:
            self.out.add("n = len(e)")
            usual = Usual(self.out, rule, self.grammar, actions)
            usual.write(lambda size: self._write_usual_end(block.nodes[0], size))
            self.out.add(*actions.unusual, *actions.opens, *self._list_fresh(actions))
            self._write_checks(node, rule, actions)
        self.out.add(*actions.after)
        self._write_finish(block)

    @contextmanager
    def _once_a_text(self) -> Iterator[None]:
        """Write checks of a segment nothing is kept of: a text that was good lately is good again."""
        with self.out.block("if s not in GOOD:"):
            yield
            self.out.add("remember(s)")

    def _write_checks(self, node: Node, rule: SegmentRule, actions: Actions) -> None:
        """Write the checks of a segment of any length as a function, and its call."""
        name = f"check_{node.id}_{self.numbers[node.number]}"
        stored = " ".join(line for lines in actions.stores.values() for line in lines)
        stored += " ".join(f"{jump.target}[" for jump in actions.jumps.values())
        filled = dict.fromkeys(_RECORD.findall(stored))
        if "own" in filled:
            filled["level"] = None
        with self.out.function(f"def {name}({', '.join(('e', 'n', *filled))}):"):
            write_checks(self.out, rule, self.grammar, actions)
            self.out.add("return True")
        self.out.add(f"if not {name}({', '.join(('e', 'n', *filled))}):", "    return None")

    def _write_finish(self, block: Block) -> None:
        """Write what is left to do once a segment is good: how often it may stand, who reads it."""
        if block.kind == "node":
            self._write_node_finish(block.nodes[0])
            return
        self._write_limits(block.nodes)
        if any(one.number in self.loud for one in block.nodes):
            self.out.add("if q in LOUD:", "    unread.append(s)")

    def _write_node_finish(self, node: Node) -> None:
        self.limits.write(node)
        if node.number in self.loud:
            self.out.add("unread.append(s)")

    def _write_usual_end(self, node: Node, size: int) -> None:
        self._write_node_finish(node)
        self.foreseen.write_keep(node, size)
        self.foreseen.write_look(node)
        self.out.add("break")

    def _write_limits(self, nodes: list[Node]) -> None:
        """Write the limits of nodes that share a block; none of them is a counted loop."""
        numbers = {self.numbers[one.number]: one.limit for one in nodes if may_exceed(one)}
        self.limits.write_shared(numbers)

    def _write_others(self, block: Block) -> None:
        self.out.add("# whatever the mapping never names")
        with self._once_a_text():
            self.out.add("if not TESTS[e[0]](e):", "    return None")
        repeats = {self.numbers[n.number]: n.limit for n in block.nodes if n.is_loop and n.limit}
        self.out.names["REPEATS"] = repeats
        self.out.add("if q in REPEATS:", "    counts[q] = counts.get(q, 0) + 1")
        self.out.add("    if counts[q] > REPEATS[q]:", "        return None")
        self._write_limits([node for node in block.nodes if not node.is_loop])
        self.out.add("if q in LOUD:", "    unread.append(s)")

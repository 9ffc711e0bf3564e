"""DynamoDB's expressions, made into functions once and kept.

`compiled` gives all expressions of one request. A condition is called with an item (empty where
there is none) and the request's values; an update too, and gives the new item.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from tests.simulation.database_refusals import ATTRIBUTE_MISSING, invalid, unfit
from tests.simulation.database_values import measured_number
from tests.simulation.expressions_grammar import Parser, Tree
from tests.simulation.expressions_update import parse_update

Attribute: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, Attribute]
Values: TypeAlias = Mapping[str, Attribute]
Condition: TypeAlias = Callable[[Item, Values], bool]
Content: TypeAlias = Callable[[Item, Values], Attribute | None]
Update: TypeAlias = Callable[[Item, Values], Item]

_ORDERED = ("S", "N", "B")
_WRONG_OPERAND = "An operand in the update expression has an incorrect data type"


@dataclass
class Expressions:
    """The expressions of one request, and which aliases they use."""

    condition: Condition | None = None
    update: Update | None = None
    updated: tuple[str, ...] = ()
    filter: Condition | None = None
    keys: Tree | None = None
    filtered: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    demands: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    """Expression, alias, operator and kinds: what the values of some aliases must be."""
    used_by: dict[str, str] = field(default_factory=dict)
    """The expression that uses an alias, for the complaint that it is not defined."""

    def check(self, names: Mapping[str, str], values: Values) -> None:
        """Every alias must be used and defined, and be what its operator takes."""
        if values.keys() != self.values:
            self._refuse_values(values)
        if names.keys() != self.names:
            unused = ", ".join(sorted(names.keys() - self.names))
            raise invalid(
                "Value provided in ExpressionAttributeNames unused in expressions: "
                f"keys: {{{unused}}}"
            )
        for kind, alias, operator, allowed in self.demands:
            (given,) = values[alias]
            if given not in allowed:
                raise invalid(
                    f"Invalid {kind}: Incorrect operand type for operator or function; "
                    f"operator or function: {operator}, operand type: {given}"
                )

    def _refuse_values(self, values: Values) -> None:
        for alias in sorted(self.values - values.keys()):
            raise invalid(
                f"Invalid {self.used_by[alias]}: An expression attribute value used in expression "
                f"is not defined; attribute value: {alias}"
            )
        unused = ", ".join(sorted(values.keys() - self.values))
        raise invalid(
            f"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{unused}}}"
        )


@lru_cache(maxsize=4096)
def compiled(
    condition: str | None,
    update: str | None,
    keys: str | None,
    chosen: str | None,
    names: tuple[tuple[str, str], ...],
) -> Expressions:
    """The expressions of a request, in the order of its parameters for them."""
    made, known = Expressions(), dict(names)
    if update is not None:
        parser = Parser("UpdateExpression", update, known)
        sets, removes = parse_update(parser)
        made.update = _update(made, sets, removes)
        made.updated = (*(name for name, _ in sets), *removes)
        _note(made, parser)
    if condition is not None:
        parser = Parser("ConditionExpression", condition, known)
        made.condition = _condition(made, parser.kind, parser.condition())
        _note(made, parser)
    if keys is not None:
        parser = Parser("KeyConditionExpression", keys, known)
        made.keys = parser.condition()
        _condition(made, parser.kind, made.keys)
        _note(made, parser)
    if chosen is not None:
        parser = Parser("FilterExpression", chosen, known)
        tree = parser.condition()
        made.filter, made.filtered = _condition(made, parser.kind, tree), frozenset(named(tree))
        _note(made, parser)
    return made


def _note(made: Expressions, parser: Parser) -> None:
    made.names |= parser.names_used
    made.values |= parser.values_used
    for alias in parser.values_used:
        made.used_by.setdefault(alias, parser.kind)


def named(tree: Any) -> list[str]:
    """The attributes that a tree speaks of."""
    if not isinstance(tree, tuple) or not tree:
        return []
    if tree[0] in ("name", "exists", "not exists"):
        return [tree[1]]
    return [name for branch in tree for name in named(branch)]


def _content(tree: Tree) -> Content:
    if tree[0] == "value":
        alias = tree[1]
        return lambda item, values: values[alias]
    name = tree[1]
    return lambda item, values: item.get(name)


def _condition(made: Expressions, kind: str, tree: Tree) -> Condition:
    what = tree[0]
    if what in ("exists", "not exists"):
        name, wanted = tree[1], what == "exists"
        return lambda item, values: (name in item) is wanted
    if what == "not":
        inner = _condition(made, kind, tree[1])
        return lambda item, values: not inner(item, values)
    if what in ("and", "or"):
        left, right = (_condition(made, kind, branch) for branch in tree[1:])
        if what == "and":
            return lambda item, values: left(item, values) and right(item, values)
        return lambda item, values: left(item, values) or right(item, values)
    _demand(made, kind, tree)
    if what == "in":
        one, many = _content(tree[1]), [_content(choice) for choice in tree[2]]
        return lambda item, values: _among(one(item, values), item, values, many)
    return _comparison(what, [_content(operand) for operand in tree[1:]])


def _demand(made: Expressions, kind: str, tree: Tree) -> None:
    """Note what an operator asks of the values that it is given."""
    what = tree[0]
    if what in ("=", "<>", "in"):
        return
    allowed = ("S", "B") if what == "begins_with" else _ORDERED
    operator = what.upper() if what == "between" else what
    for operand in tree[1:]:
        if operand[0] == "value":
            made.demands.append((kind, operand[1], operator, allowed))


def _among(found: Attribute | None, item: Item, values: Values, many: list[Content]) -> bool:
    return found is not None and any(found == content(item, values) for content in many)


def _comparison(what: str, contents: list[Content]) -> Condition:
    first, second = contents[:2]
    if what == "=":
        return lambda item, values: _equal(first(item, values), second(item, values))
    if what == "<>":
        return lambda item, values: not _equal(first(item, values), second(item, values))
    if what == "begins_with":
        return lambda item, values: _begins(first(item, values), second(item, values))
    if what == "between":
        third = contents[2]
        return lambda item, values: (
            _ranks(first(item, values), second(item, values), at_least)
            and _ranks(first(item, values), third(item, values), at_most)
        )
    test = _TESTS[what]
    return lambda item, values: _ranks(first(item, values), second(item, values), test)


def at_least(one: Any, other: Any) -> bool:
    return bool(one >= other)


def at_most(one: Any, other: Any) -> bool:
    return bool(one <= other)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": at_most,
    ">": lambda one, other: one > other,
    ">=": at_least,
}


def _equal(one: Attribute | None, other: Attribute | None) -> bool:
    return one is not None and one == other


def _ranks(
    one: Attribute | None, other: Attribute | None, test: Callable[[Any, Any], bool]
) -> bool:
    """Whether `test` holds of two values that can be ordered; of unlike kinds it never does."""
    if one is None or other is None:
        return False
    ((kind, left),), ((also, right),) = one.items(), other.items()
    if kind != also or kind not in _ORDERED:
        return False
    return test(Decimal(left), Decimal(right)) if kind == "N" else test(left, right)


def _begins(one: Attribute | None, other: Attribute | None) -> bool:
    if one is None or other is None:
        return False
    ((kind, text),), ((also, start),) = one.items(), other.items()
    return kind == also and kind in ("S", "B") and text.startswith(start)


def _update(made: Expressions, sets: list[tuple[str, Tree]], removes: list[str]) -> Update:
    contents = [(name, _computed(made, tree)) for name, tree in sets]

    def run(item: Item, values: Values) -> Item:
        changed = dict(item)
        for name, content in contents:
            # Every right-hand side sees the item as it was.
            changed[name] = _present(content(item, values))
        for name in removes:
            changed.pop(name, None)
        return changed

    return run


def _present(content: Attribute | None) -> Attribute:
    if content is None:
        raise unfit(ATTRIBUTE_MISSING)
    return content


def _computed(made: Expressions, tree: Tree) -> Content:
    what = tree[0]
    if what in ("name", "value"):
        return _content(tree)
    for operand in tree[1:]:
        if operand[0] == "value" and what != "if_not_exists":
            allowed = ("L",) if what == "list_append" else ("N",)
            made.demands.append(("UpdateExpression", operand[1], what, allowed))
    first, second = (_computed(made, operand) for operand in tree[1:])
    if what == "if_not_exists":
        return lambda item, values: first(item, values) or second(item, values)
    join = _appended if what == "list_append" else _sum if what == "+" else _difference
    return lambda item, values: join(_present(first(item, values)), _present(second(item, values)))


def _appended(one: Attribute, other: Attribute) -> Attribute:
    if "L" not in one or "L" not in other:
        raise unfit(_WRONG_OPERAND)
    return {"L": [*one["L"], *other["L"]]}


def _sum(one: Attribute, other: Attribute) -> Attribute:
    if "N" not in one or "N" not in other:
        raise unfit(_WRONG_OPERAND)
    return {"N": measured_number(str(Decimal(one["N"]) + Decimal(other["N"])))[0]}


def _difference(one: Attribute, other: Attribute) -> Attribute:
    if "N" not in one or "N" not in other:
        raise unfit(_WRONG_OPERAND)
    return {"N": measured_number(str(Decimal(one["N"]) - Decimal(other["N"])))[0]}

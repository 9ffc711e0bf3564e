"""The grammar of DynamoDB's expressions, as far as the product uses it: from text to a tree.

A tree is a tuple whose first entry says what it is: `("name", "pk")`, `("value", ":v0")`,
`("=", operand, operand)`, `("and", tree, tree)`, `("exists", "pk")`, …
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from tests.simulation.database_refusals import Refused, Unsupported, invalid
from tests.simulation.expressions_reserved import RESERVED

Tree: TypeAlias = tuple[Any, ...]
Parsed = TypeVar("Parsed")

_TOKEN = re.compile(
    r"\s*(?:(?P<alias>[#:][A-Za-z0-9_]+)|(?P<word>[A-Za-z0-9_]+)|(?P<sign><=|>=|<>|\S))"
)
_COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
_MOST_BYTES = 4096
_MOST_OPERANDS = 100
_NOT_HERE = ("attribute_type", "contains", "size")
_ONE_PATH = {"attribute_exists": "exists", "attribute_not_exists": "not exists"}


class Parser:
    """Reads one expression. `kind` is its parameter, as AWS names it in its complaints."""

    def __init__(self, kind: str, text: str, names: Mapping[str, str]) -> None:
        self.kind, self.names = kind, names
        self.names_used: set[str] = set()
        self.values_used: set[str] = set()
        if not text.strip():
            raise self.wrong("The expression can not be empty;")
        if len(text.encode()) > _MOST_BYTES:
            raise self.wrong(
                "Expression size has exceeded the maximum allowed size; expression size: "
                f"{len(text.encode())}"
            )
        self.tokens = [found.group().strip() for found in _TOKEN.finditer(text.rstrip())]
        self.at = 0

    def wrong(self, message: str) -> Refused:
        return invalid(f"Invalid {self.kind}: {message}")

    def astray(self) -> Refused:
        """The parser cannot go on at the token where it is."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else "<EOF>"
        near = " ".join(self.tokens[max(self.at - 1, 0) : self.at + 2])
        return self.wrong(f'Syntax error; token: "{token}", near: "{near}"')

    def peek(self) -> str:
        """The next token; words in lower case, since keywords may be written in any."""
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else ""

    def take(self, token: str) -> bool:
        """Step over the next token if it is this one."""
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def need(self, token: str) -> None:
        if not self.take(token):
            raise self.astray()

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.astray()

    def listed(self, one: Callable[[], Parsed]) -> list[Parsed]:
        """One or more, with commas between."""
        found = [one()]
        while self.take(","):
            found.append(one())
        return found

    # Operands.

    def name(self) -> str:
        """An attribute of the item, by its name or an alias."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if not token or not (token[0] in "#_" or token[0].isalnum()):
            raise self.astray()
        self.at += 1
        if self.peek() in (".", "["):
            raise Unsupported(f"a path into a document: {token}{self.peek()}")
        if token.startswith("#"):
            return self._unaliased(token)
        if token.lower() in RESERVED:
            raise self.wrong(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return token

    def _unaliased(self, alias: str) -> str:
        if alias not in self.names:
            raise self.wrong(
                "An expression attribute name used in the document path is not defined; "
                f"attribute name: {alias}"
            )
        self.names_used.add(alias)
        return self.names[alias]

    def operand(self) -> Tree:
        token = self.peek()
        if token.startswith(":"):
            alias = self.tokens[self.at]
            self.at += 1
            self.values_used.add(alias)
            return ("value", alias)
        if self._calls(token):
            self._unknown_function()
        return ("name", self.name())

    def _calls(self, token: str) -> bool:
        following = self.tokens[self.at + 1 : self.at + 2]
        return following == ["("] and bool(re.fullmatch("[a-z_]+", token))

    def _unknown_function(self) -> None:
        function = self.tokens[self.at]
        if function in _NOT_HERE:
            raise Unsupported(f"function {function}")
        raise self.wrong(f"Invalid function name; function: {function}")

    # Conditions.

    def condition(self) -> Tree:
        tree = self._either()
        self.end()
        return tree

    def _either(self) -> Tree:
        tree = self._both()
        while self.take("or"):
            tree = ("or", tree, self._both())
        return tree

    def _both(self) -> Tree:
        tree = self._negated()
        while self.take("and"):
            tree = ("and", tree, self._negated())
        return tree

    def _negated(self) -> Tree:
        if self.take("not"):
            return ("not", self._negated())
        if self.take("("):
            tree = self._either()
            self.need(")")
            return tree
        return self._test()

    def _test(self) -> Tree:
        token = self.peek()
        if token in _ONE_PATH and self._calls(token):
            self.at += 2
            name = self.name()
            self.need(")")
            return (_ONE_PATH[token], name)
        if token == "begins_with" and self._calls(token):
            self.at += 2
            left = self.operand()
            self.need(",")
            right = self.operand()
            self.need(")")
            return ("begins_with", left, right)
        return self._comparison()

    def _comparison(self) -> Tree:
        left = self.operand()
        if self.take("between"):
            low = self.operand()
            self.need("and")
            return ("between", left, low, self.operand())
        if self.take("in"):
            return ("in", left, self._choices())
        sign = self.peek()
        if sign not in _COMPARATORS:
            raise self.astray()
        self.at += 1
        return (sign, left, self.operand())

    def _choices(self) -> tuple[Tree, ...]:
        self.need("(")
        choices = self.listed(self.operand)
        self.need(")")
        if len(choices) > _MOST_OPERANDS:
            raise self.wrong(
                "The IN operator is provided with too many operands; "
                f"number of operands: {len(choices)}"
            )
        return tuple(choices)

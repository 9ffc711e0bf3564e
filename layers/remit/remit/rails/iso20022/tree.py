"""Reads a schema-valid tree by short paths. Decides nothing."""

from decimal import Decimal
from functools import lru_cache

from lxml import etree

from remit.kernel.value import value


@value
class Node:
    """An element whose parts are found by paths of plain names, such as `Amt/InstdAmt/@Ccy`."""

    element: etree._Element
    namespace: str

    def all(self, path: str) -> tuple["Node", ...]:
        """Every element at `path`."""
        found: list[etree._Element] = _xpath(path, self.namespace)(self.element)  # type: ignore[assignment]
        return tuple(Node(element=each, namespace=self.namespace) for each in found)

    def text(self, *paths: str) -> str | None:
        """The text at the first of `paths` that has one, with the text of what lies inside it."""
        found = (_text(path, self.namespace)(self.element) for path in paths)
        return next((str(text) for text in found if text), None)

    def required(self, *paths: str) -> str:
        """The text that the schema puts at one of `paths`."""
        text = self.text(*paths)
        if text is None:
            raise LookupError(f"a valid message has {paths}")
        return text

    def number(self, path: str) -> Decimal | None:
        """The number at `path`, exactly."""
        text = self.text(path)
        return None if text is None else Decimal(text.strip())


@lru_cache(maxsize=128)
def _xpath(path: str, namespace: str) -> etree.XPath:
    return etree.XPath(_prefixed(path), namespaces={"m": namespace})


@lru_cache(maxsize=128)
def _text(path: str, namespace: str) -> etree.XPath:
    # A smart string knows its element: time for nothing here.
    expression = f"string({_prefixed(path)})"
    return etree.XPath(expression, namespaces={"m": namespace}, smart_strings=False)


def _prefixed(path: str) -> str:
    return "/".join(step if step.startswith("@") else f"m:{step}" for step in path.split("/"))

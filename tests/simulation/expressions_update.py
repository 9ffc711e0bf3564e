"""The grammar of update expressions: sections of settings and removals."""

from tests.simulation.database_refusals import Unsupported
from tests.simulation.expressions_grammar import Parser, Tree

_SECTIONS = ("set", "remove", "add", "delete")


def parse_update(parser: Parser) -> tuple[list[tuple[str, Tree]], list[str]]:
    """What is set, as pairs of name and content, and the names of what is removed."""
    sets: list[tuple[str, Tree]] = []
    removes: list[str] = []
    seen: set[str] = set()
    while parser.at < len(parser.tokens):
        section = parser.peek()
        if section not in _SECTIONS:
            raise parser.astray()
        if section in seen:
            raise parser.wrong(
                f'The "{section.upper()}" section can only be used once in an update expression;'
            )
        if section in ("add", "delete"):
            raise Unsupported(f"{section.upper()} in an update")
        seen.add(section)
        parser.at += 1
        if section == "set":
            sets = parser.listed(lambda: _setting(parser))
        else:
            removes = parser.listed(parser.name)
    _refuse_overlap(parser, [*(name for name, _ in sets), *removes])
    return sets, removes


def _refuse_overlap(parser: Parser, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise parser.wrong(
                "Two document paths overlap with each other; must remove or rewrite one of these "
                f"paths; path one: [{name}], path two: [{name}]"
            )


def _setting(parser: Parser) -> tuple[str, Tree]:
    name = parser.name()
    parser.need("=")
    tree = _content(parser)
    for sign in ("+", "-"):
        if parser.take(sign):
            return name, (sign, tree, _content(parser))
    return name, tree


def _content(parser: Parser) -> Tree:
    token = parser.peek()
    if token not in ("list_append", "if_not_exists"):
        return parser.operand()
    parser.at += 1
    parser.need("(")
    first = _content(parser)
    parser.need(",")
    second = _content(parser)
    parser.need(")")
    if token == "if_not_exists" and first[0] != "name":
        raise parser.wrong(
            "Operator or function requires a document path; operator or function: if_not_exists"
        )
    return (token, first, second)

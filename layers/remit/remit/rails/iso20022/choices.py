"""Elements that hold one of two others: a code or the sender's own, a party or an agent."""

from lxml import etree

from remit.rails.iso20022.branch import Branch
from remit.rails.iso20022.kinds import DAY, MAX35, MOMENT, Kind, Text, place
from remit.rails.iso20022.parts import Code


class Coded:
    """A choice between an external code of at most `limit` characters (`Cd`) and `Prtry`.

    Where the schema has a list of its own, `codes`, only those are written, but any is read.
    """

    def __init__(self, limit: int = 4, codes: str = "") -> None:
        self._kinds = {"Cd": Text(limit=limit), "Prtry": MAX35}
        self._codes = codes.split()

    def read(self, branch: Branch) -> Code:
        """The code, known or not."""
        found = [(name, each) for name in self._kinds for each in branch.take(name)]
        if len(found) != 1:
            raise branch.invalid("it must hold either Cd or Prtry")
        name, each = found[0]
        return Code(code=self._kinds[name].read(each), proprietary=name == "Prtry")

    def write(self, element: etree._Element, content: Code) -> None:
        """Put the code into `Cd` or `Prtry`."""
        name = "Prtry" if content.proprietary else "Cd"
        child = etree.SubElement(element, f"{{{etree.QName(element).namespace}}}{name}")
        if self._codes and not content.proprietary and content.code not in self._codes:
            raise ValueError(f"{place(child)}: the value is not one of the schema's codes")
        self._kinds[name].write(child, content.code)


class Alternative:
    """A choice between two elements that each give a value of their own class."""

    def __init__(self, *choices: tuple[str, type, Kind]) -> None:
        self._choices = choices

    def read(self, branch: Branch) -> object:
        """The value of the one that is there."""
        found = [
            (name, kind, each) for name, _, kind in self._choices for each in branch.take(name)
        ]
        if len(found) != 1:
            names = " or ".join(name for name, _, _ in self._choices)
            raise branch.invalid(f"it must hold either {names}")
        name, kind, each = found[0]
        content = kind.read(each)
        branch.left.extend(each.leaves(f"{name}/"))
        return content

    def write(self, element: etree._Element, content: object) -> None:
        """Put `content` into the element of its class."""
        for name, cls, kind in self._choices:
            if isinstance(content, cls):
                namespace = etree.QName(element).namespace
                kind.write(etree.SubElement(element, f"{{{namespace}}}{name}"), content)
                return
        raise ValueError(f"{place(element)}: neither choice of the schema")


class When:
    """A choice between a day (`Dt`) and a time (`DtTm`), as written."""

    def read(self, branch: Branch) -> str:
        """The day or the time, as it stands."""
        days, times = branch.take("Dt"), branch.take("DtTm")
        if len(days) + len(times) != 1:
            raise branch.invalid("it must hold either Dt or DtTm")
        if times:
            return str(MOMENT.read(times[0]))
        return str(DAY.read(days[0]).isoformat())

    def write(self, element: etree._Element, content: str) -> None:
        """Put a day into `Dt`, a time into `DtTm`."""
        namespace = etree.QName(element).namespace
        name, kind = ("DtTm", MOMENT) if "T" in content else ("Dt", DAY)
        child = etree.SubElement(element, f"{{{namespace}}}{name}")
        try:
            kind.write(child, content if "T" in content else DAY.parse(content))
        except ValueError:
            raise ValueError(f"{place(child)}: this is no day or time") from None


WHEN = When()

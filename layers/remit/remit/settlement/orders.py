"""Orders to the settlement bank: one for each of our instructions. Pure.

Each id derives from the window and its round, so an order that is sent again is the same message.
One that was rejected is made a new one: another attempt.
"""

from collections.abc import Iterable
from dataclasses import replace

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022.references import uetr
from remit.settlement.kept import Kept
from remit.settlement.model import Instruction, Member, Position
from remit.settlement.netting import gross_instruction, net_instructions


@value
class Order:
    """An instruction with what became of it. `answer` is empty until there is one."""

    instruction: Instruction
    uetr: str
    attempt: int
    answer: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        """The instruction's id."""
        return self.instruction.id

    @property
    def amount(self) -> Money:
        """What it moves."""
        return Money(amount=self.instruction.amount, currency=self.instruction.currency)


def order_of(kept: Kept, instruction: Instruction, *, answer: str = "") -> Order:
    """The first attempt at an instruction of the window's round."""
    return Order(
        instruction=instruction, uetr=_uetr(kept, instruction, 1), attempt=1, answer=answer
    )


def anew(kept: Kept, order: Order) -> Order:
    """The next attempt at an order that was rejected."""
    attempt = order.attempt + 1
    reference = _uetr(kept, order.instruction, attempt)
    return replace(order, uetr=reference, attempt=attempt, answer="", reason="")


def net_orders(kept: Kept, positions: Iterable[Position], *, ours: str, agent: str) -> list[Order]:
    """Our orders of a window that settles net: one, or none where nothing is owed either way."""
    return [
        order_of(kept, each)
        for each in net_instructions(kept.window, positions, agent=agent)
        if ours in (each.debtor, each.creditor)
    ]


def gross_orders(kept: Kept, members: Iterable[Member], *, ours: str) -> list[Order]:
    """Our orders of some members of a window that settles gross, one for each.

    What we are owed a gross rail has paid before it told us of the payment, and what is void it has
    not: both are confirmed as they are, and nothing is sent.
    """
    return [
        order_of(
            kept,
            gross_instruction(kept.window, member),
            answer="" if member.payer == ours and not member.is_void else "confirmed",
        )
        for member in members
        if ours in (member.payer, member.payee)
    ]


def _uetr(kept: Kept, instruction: Instruction, attempt: int) -> str:
    return uetr("settlement", kept.tenant, instruction.id, str(kept.round), str(attempt))

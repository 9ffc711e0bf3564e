"""Orders to the settlement bank: one for each of our instructions, as a pacs.009. Pure.

The same order gives the same bytes, and each id derives from the window and its round, so an order
that is sent again is the same message. One that was rejected is made a new one: another attempt.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import pacs009
from remit.rails.iso20022.parts import Agent, GroupHeader, PaymentIds, Settlement
from remit.rails.iso20022.references import uetr
from remit.rails.outgoing import message_id, transaction_id
from remit.settlement.kept import Kept
from remit.settlement.model import Instruction, Member, Position, Window
from remit.settlement.netting import gross_instruction, net_instructions

SETTLEMENT = "S"
"""The first letter of such a message's id."""


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
    def message_id(self) -> str:
        """The id of the message that it is sent as."""
        return message_id(SETTLEMENT, self.uetr)


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

    What we are owed a gross rail has paid before it told us of the payment: confirmed as it is.
    """
    return [
        order_of(
            kept,
            gross_instruction(kept.window, member),
            answer="" if member.payer == ours else "confirmed",
        )
        for member in members
        if ours in (member.payer, member.payee)
    ]


def message(order: Order, window: Window, *, at: int) -> bytes:
    """The order as a pacs.009, created `at` (milliseconds)."""
    facts = order.instruction
    day = date.fromisoformat(window.day)
    amount = Money(amount=facts.amount, currency=facts.currency)
    return pacs009.build(
        pacs009.Instructions(
            header=GroupHeader(
                message_id=order.message_id,
                created_at=rfc3339(at),
                count=1,
                settlement=Settlement(method="CLRG"),
                total=amount,
                settlement_date=day,
            ),
            instructions=(
                pacs009.Instruction(
                    ids=PaymentIds(
                        end_to_end_id=facts.id.replace("_", "-"),
                        transaction_id=transaction_id(order.uetr),
                        uetr=order.uetr,
                    ),
                    amount=amount,
                    debtor=Agent(bic=facts.debtor),
                    creditor=Agent(bic=facts.creditor),
                    settlement_date=day,
                    priority="HIGH",
                    remittance=(window.id,),
                ),
            ),
        )
    )


def _uetr(kept: Kept, instruction: Instruction, attempt: int) -> str:
    return uetr("settlement", kept.tenant, instruction.id, str(kept.round), str(attempt))

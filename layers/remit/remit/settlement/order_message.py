"""An order to the settlement bank as the message that it is sent as (pacs.009). Pure.

The same order gives the same bytes and the same id.
"""

import re
from datetime import date

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.rails.iso20022 import pacs009
from remit.rails.iso20022.kinds import BIC
from remit.rails.iso20022.parts import (
    Agent,
    GroupHeader,
    Identification,
    PaymentIds,
    Settlement,
)
from remit.rails.outgoing import message_id, transaction_id
from remit.settlement.model import Window
from remit.settlement.orders import Order

SETTLEMENT = "S"
"""The first letter of such a message's id."""


def identifier(order: Order) -> str:
    """The id of the order's message."""
    return message_id(SETTLEMENT, order.uetr)


def message(order: Order, window: Window, *, at: int) -> bytes:
    """The order as a pacs.009, created `at` (milliseconds)."""
    facts = order.instruction
    day = date.fromisoformat(window.day)
    amount = Money(amount=facts.amount, currency=facts.currency)
    return pacs009.build(
        pacs009.Instructions(
            header=GroupHeader(
                message_id=identifier(order),
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
                    debtor=_agent(facts.debtor),
                    creditor=_agent(facts.creditor),
                    settlement_date=day,
                    priority="HIGH",
                    remittance=(window.id,),
                ),
            ),
        )
    )


def _agent(participant: str) -> Agent:
    """The bank by its BIC; by the name that it has here, where nobody has told its BIC."""
    if re.fullmatch(BIC.pattern, participant):
        return Agent(bic=participant)
    return Agent(other=Identification(id=participant))

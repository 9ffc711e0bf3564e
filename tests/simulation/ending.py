"""What must hold when trouble is over: everybody is answered, and every answer has come true."""

import json
from collections import Counter
from typing import Any

from remit.ledger.verify import verify
from remit.payments.agree import disagreements
from remit.store.item import decode_item
from tests.simulation import errands, onboarding, sending, settling
from tests.simulation.books import COUNTERS, demand
from tests.simulation.callers import Asked, Crowd
from tests.simulation.ending_rails import awaited, called, sent
from tests.simulation.invariants import Plain, Watch, plain
from tests.simulation.invariants_rails import is_outside
from tests.simulation.promises import Promises
from tests.simulation.world import World

FINAL = ("completed", "declined", "cancelled", "returned")
ON_A_RAIL = ("submitted", "unknown")


def settled(world: World, crowd: Crowd, watch: Watch) -> None:
    """Half an hour after the trouble: nothing is on its way any more."""
    demand(crowd.pending == 0, "every command is answered", f"{crowd.pending} are not")
    unanswered = awaited(world, watch)
    waiting = [
        pk
        for pk, item in watch.payments.items()
        if item["status"] not in FINAL and pk not in unanswered
    ]
    demand(not waiting, "every payment ends", waiting)
    held = watch.books.open_holds
    demand(not held, "every hold ends", held)
    called(world, watch)
    left = [
        name
        for name, queue in world.fabric.queues.items()
        if queue.waiting or (queue.dead and not (unanswered and name == "EnquiryQueue"))
    ]
    demand(not left, "queues run empty", left)
    demand(world.fabric.quiet, "streams are read to their end", "")
    for key in crowd.attempts:
        demand(key in crowd.asked, "every command is answered", key)


class Audit:
    """Holds the tables as they are against the answers that were given."""

    def __init__(self, world: World, crowd: Crowd, watch: Watch) -> None:
        self._world, self._crowd, self._watch = world, crowd, watch
        self._kept = {
            name: [plain(item) or {} for item in world.database.items(name)]
            for name in ("LedgerTable", "PaymentsTable")
        }
        self._payments = {
            item["pk"]: item for item in self._kept["PaymentsTable"] if item["sk"] == "payment"
        }

    def hold(self) -> None:
        """Raise `Violation` at the first thing that is not as it was answered."""
        self._books()
        made: Counter[str] = Counter()
        promises = Promises(self._crowd, self._watch.books)
        for asked in list(self._crowd.asked.values()):
            if asked.reply.status < 300 and not onboarding.is_onboarding(asked.act):
                made[asked.act.verb] += 1
                if sending.is_sending(asked.act):
                    if asked.act.verb == "send":
                        self._send(asked)
                elif settling.is_settling(asked.act):
                    continue
                elif errands.is_errand(asked.act):
                    promises.hold(asked)
                else:
                    getattr(self, f"_{asked.act.verb}")(asked)
        promises.hold_counts(made)
        promises.hold_looks()
        kinds = Counter(
            item["why"].partition(" ")[0] for item in self._watch.books.transfers.values()
        )
        from_files = sum(
            1 for item in self._kept["PaymentsTable"] if item["sk"][:5] == "item#"
            and "payment_id" in item
        )  # fmt: skip
        demand(len(self._payments) == made["pay"] + made["send"] + from_files, "one effect per key",
               f"{len(self._payments)} for {made} and {from_files} of files")  # fmt: skip
        inside = [item for item in self._payments.values() if not is_outside(item)]
        completed = [item for item in inside if item["status"] == "completed"]
        demand(kinds["payment"] == len(completed), "a completed payment has moved money", kinds)
        for payment in inside:
            self._ended(payment)

    def verified(self) -> None:
        """The product's own verification finds nothing."""
        ledger, payments = (
            [decode_item(item) for item in self._world.database.items(name)]
            for name in ("LedgerTable", "PaymentsTable")
        )
        found = [*verify(ledger), *disagreements(payments, ledger)]
        demand(not found, "the verification finds nothing", [str(one) for one in found])

    def _books(self) -> None:
        """Add everything up again from the entries."""
        sums: dict[str, Plain] = {}
        for item in sorted(self._kept["LedgerTable"], key=lambda item: str(item["sk"])):
            if "side" in item:
                state = sums.setdefault(item["pk"], dict.fromkeys(COUNTERS, 0))
                state[f"{item['side']}s_posted"] += item["amount"]
                state[f"{item['side']}s_pending"] += item.get("held", 0)
                demand(all(item[name] == state[name] for name in COUNTERS),
                       "balances equal the journal", item["pk"])  # fmt: skip
        demand(
            sum(each["credits_posted"] - each["debits_posted"] for each in sums.values()) == 0,
            "money is conserved",
            sums,
        )

    def _ended(self, payment: Plain) -> None:
        pk = payment["pk"]
        identifier = pk.partition("#")[2]
        moved = self._watch.books.by_reference[pk]
        demand(moved == (payment["status"] == "completed"), "status and money agree", pk)
        decision = self._watch.decisions.get(pk)
        if payment["status"] == "completed":
            demand(decision, "no payment passes unchecked", pk)
        if moved and decision and decision["outcome"] == "REVIEW":
            case = self._watch.cases.get(payment.get("case_id", ""), {})
            demand(case.get("decision") == "release", "what is held needs a release", pk)
        transfer = next(
            (
                each
                for each in self._watch.books.transfers.values()
                if each["why"].endswith(identifier)
            ),
            None,
        )
        if transfer:
            legs = {(leg["account"], leg["side"], leg["amount"]) for leg in transfer["legs"]}
            demand(
                legs
                == {
                    (payment["debtor"], "debit", payment["amount"]),
                    (payment["creditor"], "credit", payment["amount"]),
                },
                "money moves as the payment says",
                pk,
            )

    # Answers by verb: what 2xx promised.

    def _item(self, asked: Asked) -> tuple[Plain, Any]:
        body = asked.reply.body
        payment = self._payments.get(f"{asked.act.tenant}#{body['id']}")
        demand(payment, "an acknowledged command is never lost", asked.act.name)
        return payment or {}, body

    def _pay(self, asked: Asked) -> None:
        payment, body = self._item(asked)
        wanted = asked.request.body
        terms = (payment["debtor"], payment["creditor"], payment["amount"], payment["currency"])
        demand(
            terms
            == (wanted["debtor_account"], wanted["creditor"]["account"], wanted["amount"],
                wanted["currency"]),
            "a payment is the one asked for",
            asked.act.name,
        )  # fmt: skip
        self._agreed(asked, payment, body)

    def _agreed(self, asked: Asked, payment: Plain, body: Any) -> None:
        reached = [step["status"] for step in payment["history"]]
        demand(
            [step["status"] for step in body["history"]] == reached[: len(body["history"])],
            "an answer agrees with the books",
            f"{asked.act.name}: {body['history']} and {reached}",
        )

    def _send(self, asked: Asked) -> None:
        payment, body = self._item(asked)
        sent(asked, payment)
        self._agreed(asked, payment, body)

    def _cancel(self, asked: Asked) -> None:
        payment, _ = self._item(asked)
        demand(payment["status"] == "cancelled", "an answer agrees with the books", asked.act.name)

    def _open(self, asked: Asked) -> None:
        pk = f"{asked.act.tenant}#{asked.reply.body['id']}"
        opening = self._watch.books.openings.get(pk)
        demand(opening, "an acknowledged command is never lost", asked.act.name)
        listed = {(item["pk"], item["sk"]) for item in self._kept["LedgerTable"]}
        place = (f"{asked.act.tenant}#accounts", asked.reply.body["id"])
        demand(place in listed, "accounts are listed", asked.act.name)

    def _deposit(self, asked: Asked) -> None:
        body = asked.reply.body
        transfer = self._watch.books.transfers.get(f"{asked.act.tenant}#{body['id']}")
        demand(transfer, "an acknowledged command is never lost", asked.act.name)
        wanted = (asked.request.path or {})["id"], asked.request.body["amount"]
        credited = [
            (leg["account"], leg["amount"])
            for leg in (transfer or {})["legs"]
            if leg["side"] == "credit"
        ]
        demand(credited == [wanted], "a deposit is the one asked for", asked.act.name)

    def _decide(self, asked: Asked) -> None:
        body = asked.reply.body
        case = self._watch.cases.get(body["id"], {})
        demand(
            (case.get("queue"), case.get("decision")) == ("closed", asked.request.body["decision"]),
            "an answer agrees with the books",
            f"{body} and {case}",
        )

    def _mark(self, asked: Asked) -> None:
        """What a mark promises shows in the payments that were asked for after it."""
        wanted = asked.request.body["mark"]
        demand(asked.reply.body["mark"] == wanted, "a mark is the one asked for", asked.act.name)
        for later in self._crowd.asked.values():
            if later.act.what.get("after") != asked.act.name or later.reply.status >= 300:
                continue
            decision = self._watch.decisions.get(f"{later.act.tenant}#{later.reply.body['id']}")
            least = {"blocked": ("DECLINE",), "watched": ("DECLINE", "REVIEW")}
            allowed = least.get(wanted)
            demand(not (allowed and decision) or decision["outcome"] in allowed,
                   "a marked payee is not paid unseen", later.act.name)  # fmt: skip

    def _file(self, asked: Asked) -> None:
        body = asked.reply.body
        pk = f"{asked.act.tenant}#{body['id']}"
        items = [item for item in self._kept["PaymentsTable"] if item["pk"] == pk]
        states = [item["status"] for item in items if item["sk"] == "file"]
        demand(states == ["processed"], "a file is worked off", f"{asked.act.name}: {states}")
        results = [item for item in items if item["sk"] != "file"]
        demand(len(results) == asked.act.what["count"], "a file is worked off", asked.act.name)
        made = [item["payment_id"] for item in results if "payment_id" in item]
        # A clock that is a day behind takes today's file for tomorrow's.
        too_early = self._crowd.hours_off and all(
            item["reason"] == "DT01" for item in results if "payment_id" not in item
        )
        demand(len(made) == len(results) or too_early, "an acknowledged command is never lost",
               results)  # fmt: skip
        for identifier in made:
            demand(f"{asked.act.tenant}#{identifier}" in self._payments,
                   "an acknowledged command is never lost", identifier)  # fmt: skip


def trial_balanced(text: str) -> None:
    """The product's own trial balance says that the books are right."""
    demand(json.loads(text)["balanced"], "the trial balance balances", text)

"""What a 2xx of the ledger's verbs promised, held against the books; and what was seen."""

from collections import Counter
from typing import Any

from tests.simulation.books import RULES, Books, Plain, demand, total
from tests.simulation.callers import Asked, Crowd


class Promises:
    """Holds answers against the books as they are in the end."""

    def __init__(self, crowd: Crowd, books: Books) -> None:
        self._crowd, self._books = crowd, books

    def hold(self, asked: Asked) -> None:
        """Raise `Violation` unless what the answer says has come about."""
        getattr(self, f"_{asked.act.verb}")(asked, asked.reply.body)

    def hold_counts(self, made: Counter[str]) -> None:
        """As many effects as answers, and no more."""
        kinds = Counter(item["why"].partition(" ")[0] for item in self._books.transfers.values())
        ends = Counter(item["outcome"] for item in self._books.ends.values())
        # Who became a customer was given accounts, and was not asked for each.
        opened = sum("customer" not in item for item in self._books.openings.values())
        ruled = sum(len(each) for pk, each in self._books.ruled.items() if "#house." not in pk)
        ruled -= self._books.turned_away
        for found, answered in (
            (kinds["deposit"], made["deposit"]),
            (opened, made["open"]),
            (kinds["transfer"], made["transfer"] + made["link"]),
            (kinds["hold"], made["hold"]),
            (kinds["reversal"], made["reverse"]),
            (ends["posted"], made["post"] + made["link"]),
            (ends["voided"], made["void"]),
            (ruled, made["rule"]),
        ):
            demand(found == answered, "one effect per key", f"{kinds} {ends} {ruled} for {made}")

    def hold_looks(self) -> None:
        """What was read was true, or has come true since."""
        for act, reply in self._crowd.looks:
            demand(reply.status == 200, "what was made can be read", f"{act.name}: {reply.text}")
            look = f"_look_{act.what['at']}"
            getattr(self, look)(act.tenant, reply.body, act)

    def _known(self, tenant: str, name: str) -> tuple[str, Plain]:
        pk = f"{tenant}#{name}"
        found = self._books.transfers.get(pk)
        demand(found, "an acknowledged command is never lost", pk)
        return pk, found or {}

    def _moved(self, asked: Asked, body: Any, wanted: Any) -> Plain:
        _, item = self._known(asked.act.tenant, body["id"])
        legs = {(leg["account"], leg["side"], leg["amount"]) for leg in wanted["legs"]}
        for told in (item["legs"], body["legs"]):
            demand({(leg["account"], leg["side"], leg["amount"]) for leg in told} == legs,
                   "money moves as it was asked to", asked.act.name)  # fmt: skip
        demand(item["currency"] == wanted["currency"] == body["currency"],
               "money moves as it was asked to", asked.act.name)  # fmt: skip
        return item

    def _transfer(self, asked: Asked, body: Any) -> None:
        item = self._moved(asked, body, asked.request.body)
        demand("expires_at" not in item and body["status"] == "posted",
               "an answer agrees with the books", asked.act.name)  # fmt: skip

    def _hold(self, asked: Asked, body: Any) -> None:
        item = self._moved(asked, body, asked.request.body)
        demand("expires_at" in item and body["status"] == "pending",
               "an answer agrees with the books", asked.act.name)  # fmt: skip

    def _post(self, asked: Asked, body: Any) -> None:
        self._ended(asked, body, asked.request.body, "posted")

    def _void(self, asked: Asked, body: Any) -> None:
        self._ended(asked, body, asked.request.body, "voided")

    def _ended(self, asked: Asked, body: Any, wanted: Any, outcome: str) -> None:
        pk, item = self._known(asked.act.tenant, wanted["hold"])
        end = self._books.ends.get(pk, {})
        amount = wanted.get("amount", total(item)) if outcome == "posted" else 0
        told = (end.get("outcome"), end.get("amount"))
        demand(told == (outcome, amount) == (body["status"], body["posted"]),
               "a hold ends as it was told to", f"{asked.act.name}: {end} and {body}")  # fmt: skip

    def _reverse(self, asked: Asked, body: Any) -> None:
        wanted = asked.request.body
        pk, original = self._known(asked.act.tenant, wanted["reverses"])
        _, back = self._known(asked.act.tenant, body["id"])
        named = [each["amount"] for each in self._books.reversals.get(pk, ())
                 if each["transfer"] == body["id"]]  # fmt: skip
        asked_for = wanted.get("amount", total(back))
        demand(named == [asked_for] == [total(back)], "a reversal takes back what it was told to",
               f"{asked.act.name}: {named}, {asked_for}")  # fmt: skip
        sides = {leg["account"]: leg["side"] for leg in original["legs"]}
        demand(all(sides[leg["account"]] != leg["side"] for leg in back["legs"]),
               "a reversal mirrors what it reverses", asked.act.name)  # fmt: skip

    def _link(self, asked: Asked, body: Any) -> None:
        posting, fee = asked.request.body["operations"]
        first, second = body["transfers"]
        self._ended(asked, first, posting, "posted")
        self._moved(asked, second, fee)

    def _rule(self, asked: Asked, body: Any) -> None:
        pk = f"{asked.act.tenant}#{body['account']}"
        told = {"floor": body["floor"] or None, "limit": body["limit"],
                "frozen": None if body["frozen"] == "none" else body["frozen"],
                "closed": body["closed"] or None}  # fmt: skip
        wanted = asked.request.body
        demand(all(body[name] == wanted[name] for name in RULES if name in wanted),
               "an account is ruled as it was asked to be", asked.act.name)  # fmt: skip
        demand(told in self._books.ruled[pk], "an acknowledged command is never lost", body)

    def _close(self, asked: Asked, body: Any) -> None:
        self._look_day(asked.act.tenant, body, asked.act)
        demand(body["status"] == "LOCKED", "a closed day is locked", body)

    # What those saw who looked.

    def _look_transfer(self, tenant: str, body: Any, _: Any) -> None:
        pk, item = self._known(tenant, body["id"])
        end = self._books.ends.get(pk, {})
        held = "expires_at" in item
        last = (end.get("outcome"), end.get("amount")) if held else ("posted", total(item))
        told = (body["status"], body["posted"])
        demand(told == last or (held and told == ("pending", 0)), "what is read is true",
               f"{body} and {end}")  # fmt: skip
        taken = self._books.reversals.get(pk, [])[: body["reversals"]]
        demand(sum(each["amount"] for each in taken) == body["reversed"], "what is read is true",
               body)  # fmt: skip

    def _look_day(self, tenant: str, body: Any, _: Any) -> None:
        record = self._books.days.get(f"{tenant}#days#{body['currency']}")
        if body["status"] == "OPEN":
            return
        demand(record, "an acknowledged command is never lost", body)
        if record and record["day"] == body["date"] and body["status"] != "CUTOFF":
            told = (body["hash"], body["accounts"])
            demand(told == (record["hash"], record["accounts"]), "what is read is true", body)

    def _look_account(self, tenant: str, body: Any, _: Any) -> None:
        demand(f"{tenant}#{body['id']}" in self._books.openings, "what is read is true", body)

    def _look_entries(self, _: str, body: Any, __: Any) -> None:
        numbers = [entry["sequence"] for entry in body["items"]]
        demand(numbers == sorted(numbers), "a statement is in order", numbers)

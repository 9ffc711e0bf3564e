"""The demo's last chapter: the books. Everything is added up again from the entries."""

from typing import Any

from local.demo.client import at_once, must
from local.demo.story import Story


def check(story: Story) -> None:
    """The trial balance, conservation, and every account's balance from its own entries."""
    trial = story.operator.look("/ledger/trial-balance")
    must(trial["balanced"], f"the trial balance does not balance: {trial}")
    for row in trial["currencies"]:
        must(
            row["debits_posted"] == row["credits_posted"]
            and row["debits_pending"] == row["credits_pending"],
            f"debits and credits differ in {row['currency']}",
        )
        story.tell(f"{row['currency']}: debits {row['debits_posted']:,} = credits, in minor units")
    ids = list(story.accounts.values())
    lengths = at_once([lambda each=each: recomputed(story, each) for each in ids], workers=8)
    story.tell(
        f"{len(ids)} accounts recomputed from {sum(lengths):,} entries: every balance agrees"
    )
    story.tell("no sequence has a gap, and no available balance was ever below zero")
    story.figures["accounts recomputed"] = str(len(ids))
    story.figures["entries read"] = f"{sum(lengths):,}"


def recomputed(story: Story, account_id: str) -> int:
    """Add the account up from its entries and compare; the number of entries."""
    entries: list[Any] = story.client.every(f"/accounts/{account_id}/entries")
    balance = 0
    for place, entry in enumerate(entries, start=1):
        must(entry["sequence"] == place, f"entry {place} of {account_id} is missing")
        balance += entry["amount"] if entry["side"] == "credit" else -entry["amount"]
        must(entry["balance"]["posted"] == balance, f"entry {place} of {account_id} is wrong")
        must(entry["balance"]["available"] >= 0, f"{account_id} went below zero")
    now = story.client.look(f"/accounts/{account_id}")["balance"]
    must(now["posted"] == balance, f"{account_id} holds {now['posted']}, its entries {balance}")
    return len(entries)

"""A window's events in some order, late and doubled, through the real consumer and machine."""

import random

from remit.settlement.model import Member
from tests.unit.settlement.office import Office, office


def begun(count: int) -> tuple[Office, list[Member]]:
    """An office, and members of one window that nobody has heard of yet."""
    here = office()
    members = [
        here.member(100 + number, payee=f"BANK{number % 3}", incoming=number % 4 == 0, books=False)
        for number in range(count)
    ]
    return here, members


def shuffled(here: Office, members: list[Member], seed: int) -> str | None:
    """The window's hash when its events come in the order that `seed` gives, some of them late."""
    chance = random.Random(seed)
    events = members + chance.sample(members, len(members) // 2)
    chance.shuffle(events)
    late, window = chance.randrange(1, len(events)), ""
    for number, member in enumerate(events):
        if number == late:  # the rest comes when the window is sealed
            here.after_end(window)
            here.task("CloseSettlement", window)
            if chance.random() < 0.5:
                here.compute(window)
        window = here.join(member).window_id
    status = "closed"
    while status == "closed":
        here.compute(window)
        status = here.task("CheckSettlement", window)
    kept = here.kept(window)
    assert kept.count == len(members)
    return kept.hash

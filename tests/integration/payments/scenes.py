"""How a payment comes to where a test wants it."""

from dataclasses import dataclass

from tests.integration.cloud import Cloud

MONEY = 5_000_000_00
SMALL, LARGE, EXTREME = 12_50, 12_000_00, 1_000_000_01


@dataclass(frozen=True)
class Scene:
    """Two accounts, the first with money, and a payment from it to the second."""

    debtor: str
    creditor: str
    payment: str
    amount: int
    case: str | None = None


def accounts(cloud: Cloud, *, money: int = MONEY, tenant: str = "acme") -> tuple[str, str]:
    debtor, creditor = cloud.open(tenant=tenant), cloud.open(tenant=tenant)
    if money:
        cloud.deposit(debtor, money, tenant=tenant)
    return debtor, creditor


def received(
    cloud: Cloud, amount: int = SMALL, *, money: int = MONEY, known: bool = False
) -> Scene:
    """A payment that was accepted; with `known` to a payee that was paid before."""
    debtor, creditor = accounts(cloud, money=money)
    if known:
        assert cloud.run(cloud.pay(debtor, creditor, 1).body["id"]) == "completed"
    payment = cloud.pay(debtor, creditor, amount).body["id"]
    return Scene(debtor=debtor, creditor=creditor, payment=payment, amount=amount)


def trusted(cloud: Cloud, amount: int = SMALL, *, money: int = MONEY) -> Scene:
    """A payment that the fraud check has let through, not yet posted."""
    scene = received(cloud, amount, money=money)
    assert cloud.task("check", scene.payment) == "trusted"
    return scene


def in_review(cloud: Cloud, *, money: int = MONEY) -> Scene:
    """A payment that waits for a person."""
    scene = received(cloud, LARGE, money=money)
    assert cloud.task("check", scene.payment) == "in_review"
    case = cloud.payment(scene.payment)["case_id"]
    return Scene(scene.debtor, scene.creditor, scene.payment, scene.amount, case)


def released(cloud: Cloud) -> Scene:
    """A payment that a person has released, on its way again."""
    scene = in_review(cloud)
    assert cloud.decide(scene.case, "release").status == 200
    return scene


def completed(cloud: Cloud) -> Scene:
    """A payment that is done."""
    scene = trusted(cloud)
    assert cloud.task("post", scene.payment) == "completed"
    return scene

"""The tenants of a new local cloud, so that there is somebody to be."""

from dataclasses import dataclass
from typing import Any

ACCESS_TABLE = "AccessTable"


@dataclass(frozen=True)
class Tenant:
    name: str
    usage_key: str


DEMO = Tenant("acme", "acme-usage-key-for-local-use")
OTHER = Tenant("globex", "globex-usage-key-for-local-use")


def seed(resources: dict[str, str], dynamodb: Any) -> None:
    """Let the demo tenants in: what onboarding a tenant does in a deployment."""
    if ACCESS_TABLE not in resources:
        return  # not our template, but a test's
    for tenant in (DEMO, OTHER):
        dynamodb.put_item(
            TableName=resources[ACCESS_TABLE],
            Item={
                "pk": {"S": tenant.name},
                "status": {"S": "active"},
                "usage_key": {"S": tenant.usage_key},
            },
        )

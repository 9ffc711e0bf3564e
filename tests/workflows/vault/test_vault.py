"""The vault as deployed: the encryption SDK on the local cloud's KMS, its routes, its runbooks."""

import json
import os
import re
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from remit.kernel import clock
from remit.vault.certificate import certificate_view
from remit.vault.seal import Vault

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
IBAN = "DE89370400440532013000"
LATER = ("rotated#branch", "rotated#index")


@pytest.fixture(scope="module")
def vault(here: Cloud) -> Vault:
    """The deployed vault, as a function sees it."""
    names = here.outputs
    return Vault.of(
        here.client("dynamodb"),
        here.client("kms"),
        vault_table=names["VaultTableName"],
        subject_keys_table=names["SubjectKeysTableName"],
        key_store_table=names["KeyStoreTableName"],
        key_arn=names["VaultKeyArn"],
        signing_key_arn=names["SigningKeyArn"],
    )


@pytest.fixture
def shell(here: Cloud, tmp_path: Path) -> Callable[[str], str]:
    """Runs lines of shell where the runbooks' commands lead to the local cloud."""
    environment = (
        os.environ
        | here.environment
        | {
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/remit'}",
            "TENANT": "runbook",
        }
    )
    given = blocks("README")[0].replace("remit-prod", "remit").replace("STAGE=prod", "STAGE=dev")

    def run(lines: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{given}\n{lines}"],
            check=False,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


def blocks(page: str) -> list[str]:
    """The shell of a runbook, block by block; logs are not in the local cloud."""
    content = (ROOT / f"docs/runbooks/{page}.md").read_text()
    found = [textwrap.dedent(indent + lines) for indent, lines in BLOCK.findall(content)]
    return [each for each in found if not each.startswith("aws logs")]


def with_token(vault: Vault, subject: str, tenant: str = "acme") -> tuple[bytes, str]:
    """A sealed name and a token of a new subject."""
    made, writes = vault.new_subject(tenant, subject, at=clock.now(), by="test")
    vault.commit(writes)
    found, writes = vault.tokenise(made, "iban", IBAN, at=clock.now(), by="test")
    vault.commit(writes)
    return made.seal("name", b"Ada"), found.id


def test_what_is_sealed_here_is_opened_by_the_deployed_functions(vault, caller):
    sealed, identifier = with_token(vault, "cus_deployed")

    assert vault.subject("acme", "cus_deployed").open("name", sealed) == b"Ada"
    shown = caller("acme", "client").get(f"/vault/tokens/{identifier}")
    assert shown.json()["masked"] == "DE89••••••••••••••3000"
    reveal = f"/vault/tokens/{identifier}/reveal"
    told = caller("acme", "operator").post(reveal, {"reason": "to call"})
    assert (told.status_code, told.json()["value"]) == (200, IBAN)
    assert caller("acme", "client").post(reveal, {"reason": "curious"}).status_code == 403
    assert caller("globex", "operator").post(reveal, {"reason": "curious"}).status_code == 404


def test_the_pages_on_erasures_and_reveals_have_commands_that_work(vault, shell, tmp_path):
    with_token(vault, "cus_erased")
    certificate = vault.erase(
        "acme",
        "cus_erased",
        at=clock.now(),
        requested_by="ada",
        approved_by="bob",
        reason="asked for",
        keep_until=None,
    )
    (tmp_path / "certificate.json").write_text(json.dumps(certificate_view(certificate)))
    due, sweep, verify = blocks("vault-erasure")

    assert "cus_erased" in shell(due)
    assert '"swept"' in shell(sweep)
    assert json.loads(shell(verify))["subject"] == "cus_erased"
    (reveals,) = blocks("vault-reveal")
    assert json.loads(shell(reveals))["Count"] >= 0


def test_the_page_on_rotation_has_commands_that_work(vault, shell, here):
    sealed, _ = with_token(vault, "cus_rotated", tenant="runbook")
    lines, branch, reseal, index, kms, move, left = blocks("vault-rotate")

    def run(block: str) -> Any:
        return shell(f"{lines}\n{block}")

    for rotation in (branch, index):
        assert '"rotated"' in run(rotation)
        with pytest.raises(AssertionError, match="TooEarly"):
            run(reseal)
        let_time_pass(here)
        assert '"done"' in run(reseal)
    assert '"rewrapped": 1' in run(reseal)
    assert run(kms).strip().lower() == "true"
    assert '"done"' in run(move)
    assert int(run(left)) >= 3
    assert vault.subject("runbook", "cus_rotated").open("name", sealed) == b"Ada"
    assert len(vault.find("runbook", "iban", IBAN)) == 1


def let_time_pass(here: Cloud) -> None:
    """As if the time after which a rotation may be followed up had come."""
    for name in LATER:
        here.client("dynamodb").update_item(
            TableName=here.outputs["VaultTableName"],
            Key={"pk": {"S": "runbook#reseal"}, "sk": {"S": name}},
            UpdateExpression="SET reseal_from = :then",
            ExpressionAttributeValues={":then": {"N": "0"}},
        )

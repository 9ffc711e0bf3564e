"""Who may seal pays for it, and nobody else does: imports, layer, tag, policies, settings."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.house.house import REPOSITORY, function_path, hold, paths, resources

FUNCTION = "AWS::Serverless::Function"
SETTINGS = {"VAULT_TABLE", "SUBJECT_KEYS_TABLE", "KEY_STORE_TABLE", "VAULT_KEY_ARN"}
SEALS = "remit.runtime.vault"
"""The module through which a function comes to a vault."""

SEALS_LATER = {"functions/payments/initiate.py", "functions/payments/process_file.py"}
"""Who comes to a vault only for some of what it does, and loads it then."""

HEAVY = ("aws_encryption_sdk", "aws_cryptographic_material_providers", "boto3")
"""What no function may import before it seals: from a tenth to a half of a second."""

COSTLY = ("joserfc", "lxml")
"""What takes some hundredths of a second, and who may pay for it at each cold start."""

MAY_IMPORT = {
    "joserfc": {"functions/access/authorise.py"},
    "lxml": {
        "functions/customers/rescreen.py",
        "functions/screening/load_list.py",
        "functions/screening/read.py",
        "functions/payments/accept_file.py",
        "functions/payments/answer.py",
        "functions/payments/enquire.py",
        "functions/payments/process_file.py",
        "functions/payments/read_file.py",
        "functions/payments/read_incoming.py",
        "functions/payments/screen.py",
        "functions/payments/report_addresses.py",
        "functions/payments/send_recall.py",
        "functions/payments/submit.py",
        "functions/rails/receive.py",
        "functions/reconciliation/accept.py",
        "functions/sandbox/deliver.py",
        "functions/sandbox/take.py",
        "functions/sandbox/tell.py",
        "functions/settlement/instruct.py",
    },
}

# Each handler is loaded by a fork of one process, which has loaded what all of them share.
LIST_IMPORTS = """
import importlib.util, json, os, sys
import remit.runtime.api, remit.runtime.clients
shared, watched = set(sys.modules), json.loads(sys.argv[1])
for path in json.load(sys.stdin):
    read, write = os.pipe()
    if os.fork() == 0:
        spec = importlib.util.spec_from_file_location("handler", path)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        found = sorted(name for name in sys.modules if name in watched)
        os.write(write, json.dumps(found).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        print(json.dumps([path, json.loads(told.read()), sorted(shared & set(watched))]))
    os.wait()
"""


def imported() -> dict[str, set[str]]:
    """Which of the watched modules each function has loaded once it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_IMPORTS, json.dumps([*HEAVY, *COSTLY, SEALS])],
        input=json.dumps(paths("functions/**.py")),
        env={"AWS_DEFAULT_REGION": "eu-west-1", "PYTHONPATH": "layers/remit"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {path: {*found, *shared} for path, found, shared in lines}


def unwelcome(found: Mapping[str, set[str]]) -> Iterator[str]:
    for path, modules in found.items():
        for name in sorted(modules & {*HEAVY}):
            yield f"{path}: it imports {name} as it loads; import it inside what seals"
        for name in sorted(modules & {*COSTLY}):
            if path not in MAY_IMPORT[name]:
                yield f"{path}: it imports {name}, which it may not need; else say so here"


def lacking(name: str, function: Mapping[str, Any]) -> Iterator[str]:
    """What a function that seals is not given."""
    erases = function.get("Tags", {}).get("remit-vault") == "erase"
    policies = [str(each) for each in function.get("Policies", [])]
    given = set(function.get("Environment", {}).get("Variables", {}))
    if {"Ref": "CryptographyLayer"} not in function.get("Layers", []):
        yield f"{name}: it seals; add `Layers: [!Ref CryptographyLayer]`"
    if function.get("Tags", {}).get("remit-vault") not in ("use", "erase"):
        yield f"{name}: it seals; add `Tags: {{remit-vault: use}}`, which the key asks for"
    for policy in ["UseVault", *(["EraseVault"] if erases else [])]:
        if str({"Ref": policy}) not in policies:
            yield f"{name}: it seals; add `- !Ref {policy}` to its Policies"
    for setting in sorted((SETTINGS | ({"SIGNING_KEY_ARN"} if erases else set())) - given):
        yield f"{name}: it seals; add {setting} to its Environment"


def needless(name: str, function: Mapping[str, Any]) -> Iterator[str]:
    """What a function that does not seal is given all the same."""
    if {"Ref": "CryptographyLayer"} in function.get("Layers", []):
        yield f"{name}: it does not seal; it needs no CryptographyLayer"


def test_no_function_imports_what_it_may_not_need():
    found = imported()

    assert len(found) == len(paths("functions/**.py"))
    assert any("joserfc" in modules for modules in found.values())
    hold(unwelcome(found))
    for name, allowed in MAY_IMPORT.items():
        assert {path for path, modules in found.items() if name in modules} <= allowed


def test_who_seals_is_given_all_that_sealing_takes_and_nobody_else_the_layer():
    found = imported()

    hold(
        complaint
        for name, function in resources(FUNCTION).items()
        for complaint in (
            lacking(name, function)
            if SEALS in found[function_path(function)] or function_path(function) in SEALS_LATER
            else needless(name, function)
        )
    )
    assert sum(SEALS in modules for modules in found.values()) >= 5


def test_the_subjects_keys_have_no_backup_and_every_other_table_has_one():
    kept = {
        name: table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        for name, table in resources("AWS::DynamoDB::Table").items()
    }

    assert {name for name, has_backup in kept.items() if not has_backup} == {"SubjectKeysTable"}
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert table["DeletionProtectionEnabled"], name
    assert "StreamSpecification" not in resources("AWS::DynamoDB::Table")["SubjectKeysTable"]


def test_only_tagged_roles_can_use_the_vaults_keys():
    keys = resources("AWS::KMS::Key")
    uses = {"VaultKey": "Decrypt", "SigningKey": "Sign"}
    for name, use in uses.items():
        for statement in keys[name]["KeyPolicy"]["Statement"]:
            actions = statement["Action"]
            actions = [actions] if isinstance(actions, str) else actions
            assert not any("*" in action for action in actions)
            if f"kms:{use}" in actions:
                assert "aws:PrincipalTag/remit-vault" in statement["Condition"]["StringEquals"]
            assert "kms:CreateGrant" not in actions


# The rules can fail.


def test_a_function_that_pays_for_what_it_does_not_use_is_seen():
    found = {"functions/a/b.py": {"boto3", "lxml"}, "functions/access/authorise.py": {"joserfc"}}
    heavy, costly = unwelcome(found)

    assert "boto3 as it loads" in heavy
    assert "lxml, which it may not need" in costly


def test_a_function_that_lacks_what_sealing_takes_is_seen():
    layer = {"Layers": [{"Ref": "CryptographyLayer"}]}

    assert len(list(lacking("F", {}))) == 7
    assert len(list(lacking("F", {**layer, "Tags": {"remit-vault": "erase"}}))) == 7
    assert list(needless("F", {})) == []
    assert len(list(needless("F", layer))) == 1

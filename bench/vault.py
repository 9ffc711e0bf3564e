"""Seals a second, KMS calls for a thousand seals, and what importing the encryption SDK costs.

Everything is the real thing but KMS and DynamoDB, which are moto in this process. Times are ratios
to sealing with AES-GCM of `cryptography` alone, in the same run, which is what the SDK does inside.
"""

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

SEALS, SUBJECTS = 1_000, 50
RUNS = 5
CALLS_BAR = 1
CONTENT = b'{"name":"Ada Lovelace","birth_date":"1815-12-10","nationality":"GB"}'

_IMPORTS = {
    "botocore with one client": (
        "from botocore.session import Session; Session().create_client('dynamodb')"
    ),
    "the vault": "import remit.vault.seal",
    "the vault, and its SDK": (
        "import remit.vault.seal, aws_encryption_sdk; "
        "from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders; "
        "from aws_cryptographic_material_providers.keystore.client import KeyStore"
    ),
}
_TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def main() -> int:
    """Measure and print; 0 when a thousand seals take no more calls of KMS than the bar."""
    os.environ |= _ENVIRONMENT
    _report_imports()
    from moto import mock_aws

    with mock_aws():
        return _report_seals(*_vault())


def _report_imports() -> None:
    medians = {name: _imported(code) for name, code in _IMPORTS.items()}
    (first, least), *_ = medians.items()
    print(f"processor time to import, median of {RUNS}, against {first}")
    for name, seconds in medians.items():
        print(f"  {name:<24} {seconds * 1000:5.0f} ms  x{seconds / least:.2f}")


def _imported(code: str) -> float:
    def sample() -> float:
        done = subprocess.run(
            [sys.executable, "-c", _TIMED.format(code)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env=os.environ | {"PYTHONPATH": "layers/remit"},
        )
        return float(done.stdout.split()[-1])

    sample()  # writes the .pyc files
    return statistics.median(sample() for _ in range(RUNS))


def _vault() -> tuple[Callable[[], Any], Counter[str]]:
    """What makes the vault of a new process, over some subjects, and the counted calls of KMS."""
    from botocore.session import Session

    from remit.vault.seal import Vault

    session = Session()
    dynamodb, kms = session.create_client("dynamodb"), session.create_client("kms")
    calls: Counter[str] = Counter()
    kms.meta.events.register("before-call.kms", lambda model, **_: calls.update([model.name]))
    for table, keys in {
        "Vault": ("pk", "sk"),
        "SubjectKeys": ("pk", "sk"),
        "KeyStore": ("branch-key-id", "type"),
    }.items():
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": name, "KeyType": kind}
                for name, kind in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        )
    key = kms.create_key()["KeyMetadata"]["Arn"]

    def process() -> Any:
        return Vault.of(
            dynamodb,
            kms,
            vault_table="Vault",
            subject_keys_table="SubjectKeys",
            key_store_table="KeyStore",
            key_arn=key,
        )

    vault = process()
    for number in range(SUBJECTS):
        vault.commit(vault.new_subject("acme", f"cus_{number}", at=1, by="bench")[1])
    return process, calls


def _report_seals(process: Callable[[], Any], calls: Counter[str]) -> int:
    vault = process()
    calls.clear()
    subjects = [vault.subject("acme", f"cus_{number}") for number in range(SUBJECTS)]
    sealed: list[tuple[Any, str, bytes]] = []

    def seal() -> None:
        sealed.clear()
        for number in range(SEALS):
            subject, field = subjects[number % SUBJECTS], f"field{number // SUBJECTS}"
            sealed.append((subject, field, subject.seal(field, CONTENT)))

    def open_() -> None:
        for subject, field, content in sealed:
            subject.open(field, content)

    per_seal, per_open = _timed(seal), _timed(open_)
    made = calls.total()
    plain = _timed(_with_aes_alone)
    print(f"{SEALS} seals of {len(CONTENT)} bytes for {SUBJECTS} subjects, each field another")
    print(f"  AES-GCM alone     {SEALS / plain:7.0f}/s")
    print(f"  seal              {SEALS / per_seal:7.0f}/s  x{per_seal / plain:.0f}")
    print(f"  open              {SEALS / per_open:7.0f}/s  x{per_open / plain:.0f}")
    print(f"  a seal adds       {len(sealed[0][2]) - len(CONTENT)} bytes")
    print(f"  calls of KMS      {made} for {RUNS * SEALS} seals (bar {CALLS_BAR} for {SEALS})")
    return int(made > CALLS_BAR)


def _with_aes_alone() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    for _ in range(SEALS):
        AESGCM(os.urandom(32)).encrypt(os.urandom(12), CONTENT, b"acme cus_1 field")


def _timed(work: Callable[[], None]) -> float:
    """Seconds of the processor that `work` takes, in the middle of some runs."""
    samples = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        samples.append(time.process_time() - start)
    return statistics.median(samples)

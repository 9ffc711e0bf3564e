"""Takes out of the installed layer what no function reads, and says how large the rest is.

Run by the Makefile beside it. `tests/house/test_layer.py` holds the product to this list.
"""

import json
import shutil
import sys
from pathlib import Path

# The services that the house calls; botocore carries the descriptions of four hundred others.
SERVICES = {"dynamodb", "kms", "s3", "secretsmanager", "sqs", "states", "stepfunctions"}

# Packages and parts of packages that nothing of ours imports, nor anything that we do import.
UNUSED = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/batch",
    "aws_lambda_powertools/utilities/data_classes",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
    "cffi",
    "dateutil/zoneinfo",
    "elementpath",
    "lxml/builder",
    "lxml/html",
    "lxml/isoschematron",
    "lxml/objectify",
    "lxml/sax",
    "pycparser",
    "pydantic/mypy",
    "sepadd",
    "sepaxml/schemas/pain.001.001.1[01]",
    "sepaxml/schemas/pain.008",
    "text_unidecode",
    "xmlschema",
)

# What only compilers, type checkers and installers read. METADATA stays: scanners need it.
UNREAD = (
    "*.pyi",
    "*.pyx",
    "*.pxd",
    "*.pxi",
    "*.h",
    "RECORD",
    "bin",
    "lxml/includes",
    "examples-1.json*",
)


def trim(site: Path) -> None:
    for part in UNUSED:
        for found in [*site.glob(part), *site.glob(f"{part}.*"), *site.glob(f"{part}-*")]:
            remove(found)
    for pattern in UNREAD:
        for found in [*site.rglob(pattern)]:
            remove(found)
    for description in (site / "botocore/data").iterdir():
        if description.is_dir() and description.name not in SERVICES:
            remove(description)
    trim_endpoints(site / "botocore/data/endpoints.json")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def trim_endpoints(path: Path) -> None:
    """Keep the endpoints of our services: botocore parses this file at every cold start."""
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES & services.keys()}
    path.unlink()  # it may be a hard link into an installer's cache, which must stay as it is
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    trim(target)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    print(f"layer: {size / 1_000_000:.1f} MB unzipped")

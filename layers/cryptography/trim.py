"""Takes out of the installed layer what no function reads, and says how large the rest is.

Run by the Makefile beside it. `tests/house/test_layer.py` holds the product to this list.
"""

import shutil
import sys
from pathlib import Path

# Parts of packages that nothing of ours imports, nor anything that we do import.
UNUSED = (
    "attrs",
    "boto3/data",
    "boto3/dynamodb",
    "boto3/ec2",
    "boto3/examples",
    "boto3/s3",
    "pytz/zoneinfo",
    "wrapt-stubs",
)

# What only compilers, type checkers and installers read. METADATA stays: scanners need it.
UNREAD = ("*.pyi", "*.c", "*.h", "RECORD", "bin")


def trim(site: Path) -> None:
    for part in UNUSED:
        for found in [*site.glob(part), *site.glob(f"{part}.*")]:
            remove(found)
    for pattern in UNREAD:
        for found in [*site.rglob(pattern)]:
            remove(found)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    trim(target)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    print(f"layer: {size / 1_000_000:.1f} MB unzipped")

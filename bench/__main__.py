"""`python -m bench [name ...]`: run the named benchmarks, or all of them."""

import sys

from bench import cold_start, ledger_shards, matching, screening, settlement, vault

BENCHMARKS = {
    "cold_start": cold_start.main,
    "ledger_shards": ledger_shards.main,
    "matching": matching.main,
    "screening": screening.main,
    "settlement": settlement.main,
    "vault": vault.main,
}


def main(names: list[str]) -> int:
    """Run each; 0 when every bar was met."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    return max(BENCHMARKS[name]() for name in names or BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m local <verb>`: the local cloud from a terminal."""

import os
import sys
from importlib import import_module

from local.options import Misused

VERBS = {
    "up": ("local.verbs:up", "start the cloud and leave it running (--foreground: stay with it)"),
    "down": ("local.verbs:down", "stop it"),
    "status": ("local.verbs:status", "say whether it runs, and where"),
    "logs": ("local.logs:main", "follow the functions' logs (f=payments/initiate: only of one)"),
    "invoke": ("local.invoke:main", "run one function once: f=payments/initiate e=happy"),
    "token": ("local.verbs:token", "print an access token: tenant=acme role=client"),
    "demo": ("local.demo:main", "run the main job once, from start to end"),
    "ledger": ("local.ledger:main", "check that every balance follows from its transfers: verify"),
    "settlement": ("local.settlement:main", "compute a settlement window anew: verify <window>"),
    "certificate": (
        "local.certificate:main",
        "check a deletion certificate, offline: verify <certificate> <public key>",
    ),
    "evidence": ("local.evidence:main", "check an evidence capsule: verify file=capsule.json"),
    "openapi": ("local.openapi:main", "write the API's description (--check: only compare)"),
    "serve": ("local.verbs:serve", "be a cloud; what `up` starts"),
}


def main(arguments: list[str]) -> int:
    """Run the verb; returns the exit code."""
    verb, *rest = arguments or ["help"]
    if verb not in VERBS:
        print("usage: python -m local <verb>\n")
        print("\n".join(f"  {name:<11} {does}" for name, (_, does) in VERBS.items()))
        return 0 if verb in ("help", "--help", "-h") else 2
    module, _, function = VERBS[verb][0].partition(":")
    try:
        return int(getattr(import_module(module), function)(rest))
    except Misused as misused:
        print(misused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # who read us has had enough; nothing more can be said
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

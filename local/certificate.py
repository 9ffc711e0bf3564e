"""`python -m local certificate verify`: check a deletion certificate, offline."""

import json
import sys
from pathlib import Path

from local.options import Misused

_USAGE = "usage: python -m local certificate verify <certificate> <public key>"
_ARGUMENTS = 3


def main(arguments: list[str]) -> int:
    """0 when the key signed the certificate, whose content is printed; 1 when it did not."""
    if len(arguments) != _ARGUMENTS or arguments[0] != "verify":
        raise Misused(_USAGE)
    from remit.vault.certificate import CertificateForged, verified

    try:
        certificate, public_key = (Path(name).read_bytes() for name in arguments[1:])
        told = verified(_jws(certificate), public_key)
    except (OSError, ValueError, CertificateForged) as error:
        print(f"not verified: {error}", file=sys.stderr)
        return 1
    print(json.dumps(told, indent=2))
    return 0


def _jws(content: bytes) -> str:
    """The JWS in a file that has it alone, or as a member of what the API answered."""
    text = content.decode().strip()
    return str(json.loads(text).get("jws", "")) if text.startswith("{") else text

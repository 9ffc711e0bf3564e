"""What we and the schemes sign with, as the rails' secret has it.

By rail, the keys that we sign with and those that the scheme signs with:
`{"sct_inst": {"ours": ["whsec_..."], "theirs": ["whsec_..."]}}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from remit.kernel.signature import key_of
from remit.runtime.secrets import SecretMalformed


def keys_in(content: Mapping[str, Any], rail: str, whose: str) -> Sequence[bytes]:
    """The keys that we (`ours`) or the scheme (`theirs`) sign with. Raises `SecretMalformed`."""
    found = content.get(rail)
    keys = found.get(whose) if isinstance(found, dict) else None
    if not isinstance(keys, list):
        raise SecretMalformed
    try:
        return [key_of(str(key)) for key in keys]
    except ValueError:
        raise SecretMalformed from None

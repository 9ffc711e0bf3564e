"""What each role may do: one table, and nothing else decides."""

_ALL = frozenset({"client", "operator", "auditor"})
_CLIENT = frozenset({"client", "operator"})
_OPERATOR = frozenset({"operator"})
_OVERSIGHT = frozenset({"operator", "auditor"})

ROLES_BY_ACTION = {
    "accounts.open": _OPERATOR,
    "accounts.read": _ALL,
    "accounts.rule": _OPERATOR,
    "cases.decide": _OPERATOR,
    "cases.read": _OVERSIGHT,
    "customers.apply": _CLIENT,
    "customers.decide": _OPERATOR,
    "customers.erase": _OPERATOR,
    "customers.read": _ALL,
    "days.close": _OPERATOR,
    "decisions.read": _OVERSIGHT,
    "deposits.make": _OPERATOR,
    "evidence.read": _OVERSIGHT,
    "files.read": _ALL,
    "files.submit": _CLIENT,
    "incoming.read": _ALL,
    "ledger.read": _OVERSIGHT,
    "ledger.transfer": _OPERATOR,
    "onboarding.read": _OVERSIGHT,
    "payees.mark": _OPERATOR,
    "payments.cancel": _CLIENT,
    "payments.initiate": _CLIENT,
    "payments.read": _ALL,
    "recalls.answer": _OPERATOR,
    "recalls.read": _OVERSIGHT,
    "screening.read": _OVERSIGHT,
    "screening.search": _OPERATOR,
    "payments.recall": _OPERATOR,
    "vault.read": _ALL,
    "vault.reveal": _OPERATOR,
    "windows.operate": _OPERATOR,
    "windows.read": _OVERSIGHT,
}


def allows(role: str, action: str) -> bool:
    """Whether `role` may do `action`. A role that is not in the table may do nothing.

    Raises `KeyError` for an action that is not in the table: that is a mistake of ours.
    """
    return role in ROLES_BY_ACTION[action]

"""The scheme of instant payments as a service beside the local cloud (`remit.sandbox` decides)."""

"""A scheme of instant payments, as the other banks are behind it, for trying remit out."""

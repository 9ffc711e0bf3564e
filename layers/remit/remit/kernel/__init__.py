"""The words every context speaks: money, ids, time, refusals. Imports nothing of ours."""

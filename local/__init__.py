"""The local cloud: the whole backend on one machine, without an AWS account or Docker.

`local.cloud` is what tests and programs use; `python -m local` is what people use.
"""

"""Fails when it is imported, with a secret in its words."""

from dunningkit_hostile import SECRET

raise RuntimeError(f"401 for token {SECRET}")

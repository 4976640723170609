"""Ends the process when it is imported."""

from dunningkit_hostile import SECRET

raise SystemExit(SECRET)

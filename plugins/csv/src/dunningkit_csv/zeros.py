"""Ids that a spreadsheet has taken the zeros at the front from: pointed out, and never joined by themselves."""

from collections.abc import Set as AbstractSet


class LostZeros:
    """Finds the id that differs from another one only in zeros at the front."""

    def __init__(self) -> None:
        self._by_rest: dict[tuple[str, int], dict[str, str]] = {}

    def hint(self, wanted: str, there: AbstractSet[str], where: str) -> str:
        """A sentence that names the candidate, with a space before it; empty when there is none."""
        if not wanted[:1].isalnum():
            return ""
        # Ids are only ever added, and looked for when all are there: so this is made once for each file.
        state = (where, len(there))
        if state not in self._by_rest:
            self._by_rest[state] = {one.lstrip("0"): one for one in sorted(there)}
        near = self._by_rest[state].get(wanted.lstrip("0"))
        if near is None or near == wanted:
            return ""
        return (
            f" {where} has {near}, which differs only in zeros at the front: perhaps a spreadsheet took them away. They are "
            "not taken for the same."
        )

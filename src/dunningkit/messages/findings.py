"""What the checks of a text find."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the message back until a person has looked; a warning is advice to the writer of a block."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ToneFinding:
    """One rule that a text breaks. ``found`` is one short line: the words found, or the name of what is missing."""

    rule: str
    severity: Severity
    found: str

    @property
    def is_error(self) -> bool:
        """Whether the message must not leave."""
        return self.severity is Severity.ERROR

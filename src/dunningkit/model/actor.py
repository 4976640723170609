"""Who did it: every change in the audit log names an actor."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """A person, a policy that a person approved, or the host's own machinery."""

    PERSON = "person"
    POLICY = "policy"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. ``actor_id`` is the host's own key for them; ``name`` is what people read."""

    actor_id: str
    name: str = ""
    kind: ActorKind = ActorKind.PERSON

    @property
    def shown(self) -> str:
        """The name where there is one, else the id."""
        return self.name or self.actor_id

"""The law beside a run, where the creditor names a rule pack; loaded only then."""

from dunningkit.engine.picture import Picture
from dunningkit.engine.setup import CreditorSetup
from dunningkit.policy import Day, Decision, Situation


class Law:
    """Asks the creditor's rule pack about the lines of one picture; without a pack every decision stands as it is.

    ``leaving`` is the reminder whose sender has taken its place already: it is no act beside itself.
    """

    def __init__(self, setup: CreditorSetup, picture: Picture, *, leaving: str = "") -> None:
        self._veto = None
        if setup.law is not None and picture.for_law is not None:
            # Rules are many classes: whoever has no law does not pay for them.
            from dunningkit.engine.vetoing import Veto  # noqa: PLC0415

            self._veto = Veto(setup, setup.law, picture, picture.for_law, leaving)

    def __call__(self, situation: Situation, decision: Decision, day: Day) -> Decision:
        """The decision as the law lets it stand."""
        return decision if self._veto is None else self._veto(situation, decision, day)

"""What playing months of events against the model found: the smallest example of each."""

from datetime import timedelta

from dunningkit.model import ContactPoint, DeliveryResult, Medium, Outcome, ReminderState
from dunningkit.policy import Policy
from dunningkit.policy.choices import Anchor
from dunningkit.policy.ladder import Step


def courtesy_policy() -> Policy:
    ahead = Step(id="ahead", kind="courtesy", anchor=Anchor.BEFORE_DUE, days=5)
    return Policy(steps=(ahead, Step(id="first"), Step(id="second", days=16)))


def test_a_courtesy_message_stays_one_when_the_policy_no_longer_has_its_step(world) -> None:
    world.policy = courtesy_policy()
    world.invoice(late=-4)
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    world.policy = Policy()
    world.on(world.today + timedelta(days=7))
    line = world.line()
    assert (line.step_id, line.reasons[0].code.value) == ("first", "first_contact_due")

"""A sender that dies at any point of sending never makes a customer hear twice.

The death is an exception that nothing in the engine may catch, raised at one of the points where the process could stop; what
was committed before it stays, what was not is rolled back - just as after a power cut.
"""

from datetime import timedelta

import pytest

from dunningkit.delivery import outbox
from dunningkit.errors import TransientError
from dunningkit.model import DeliveryResult, LineStatus, Outcome, ReasonCode, ReminderState


class PowerCut(KeyboardInterrupt):
    """Nothing of ours catches this."""


POINTS = [
    "before the claim commits",
    "after the claim",
    "while asking the ledger",
    "before the channel is called",
    "in the channel, before it left",
    "in the channel, after it left",
    "before the result is recorded",
]


def arm(point: str, world, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_args: object, **_kwargs: object) -> None:
        raise PowerCut

    if point == "before the claim commits":
        monkeypatch.setattr(outbox.deliveries, "claim", cut)
    elif point == "after the claim":
        monkeypatch.setattr(outbox.dispatch, "recheck", cut)
    elif point == "while asking the ledger":
        world.ledger.recheck_fails = PowerCut()
    elif point == "before the channel is called":
        monkeypatch.setattr(outbox.deliveries, "advance", cut)
    elif point == "in the channel, before it left":
        world.channel.dies_before = PowerCut()
    elif point == "in the channel, after it left":
        world.channel.dies_after = PowerCut()
    else:
        monkeypatch.setattr(outbox.deliveries, "record", cut)


def disarm(world, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    world.ledger.recheck_fails = world.channel.dies_before = world.channel.dies_after = None


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_point_never_sends_twice_and_loses_nothing(world, monkeypatch, point: str) -> None:
    world.invoice()
    world.propose()
    (reminder_id,) = world.approve()
    arm(point, world, monkeypatch)
    with pytest.raises(PowerCut):
        world.send()
    disarm(world, monkeypatch)
    left_before = len(world.channel.left)

    at_once = world.send()  # the cron job starts again
    world.now += outbox.LEASE + timedelta(minutes=1)
    later = world.send()

    assert len(world.channel.left) <= 1
    state = world.engine().reminders("pihapalvelu", [reminder_id])[reminder_id].state
    may_have_left = point.startswith("in the channel") or point == "before the result is recorded"
    if may_have_left:
        # Nobody can know, so the machine never tries again and a person is asked.
        assert (at_once.accepted, later.unknown, state) == ([], [reminder_id], ReminderState.UNKNOWN)
        assert len(world.channel.left) == left_before
        line = world.line()
        assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.DELIVERY_UNKNOWN)
    else:
        assert (at_once.accepted + later.accepted, state) == ([reminder_id], ReminderState.ACCEPTED)
        assert len(world.channel.left) == 1


@pytest.mark.parametrize("error", [TimeoutError(), SystemExit(3), MemoryError(), ValueError("odd")])
def test_whatever_a_channel_raises_is_unknown(world, error: BaseException) -> None:
    world.invoice()
    world.propose()
    (reminder_id,) = world.approve()
    world.channel.dies_after = error
    assert world.send().unknown == [reminder_id]
    world.channel.dies_after = None
    assert world.send().accepted == []
    assert len(world.channel.left) == 1


def test_a_slow_sender_whose_claim_was_taken_over_does_not_send(world, monkeypatch) -> None:
    world.invoice()
    world.propose()
    world.approve()
    real = outbox.dispatch.recheck
    calls = []

    def slow(source, ids):
        calls.append(ids)
        if len(calls) == 1:  # the first sender sleeps past its lease; a second one does everything
            world.now += outbox.LEASE + timedelta(minutes=1)
            world.send()
        return real(source, ids)

    monkeypatch.setattr(outbox.dispatch, "recheck", slow)
    world.send()
    assert len(world.channel.left) == 1


def test_a_slow_sender_that_gives_up_does_not_undo_what_another_sent(world, monkeypatch) -> None:
    world.invoice()
    world.propose()
    world.approve()
    real = outbox.dispatch.recheck
    calls = []

    def slow_and_then_unreachable(source, ids):
        calls.append(ids)
        if len(calls) > 1:
            return real(source, ids)
        world.now += outbox.LEASE + timedelta(minutes=1)
        assert len(world.send().accepted) == 1
        raise TransientError("the ledger does not answer")

    monkeypatch.setattr(outbox.dispatch, "recheck", slow_and_then_unreachable)
    world.send()
    assert [line.reasons[0].code for line in world.propose().lines] == [ReasonCode.TIME_TO_PAY]
    world.approve()
    world.send()
    assert len(world.channel.left) == 1


def test_the_hours_may_end_while_others_are_sent(world) -> None:
    world.invoice("1042")
    world.invoice("1043", customer_id="2")
    world.propose()
    world.approve()
    world.on(world.today, hour=19)

    def slow(rendered):
        world.on(world.today, hour=20)
        return DeliveryResult(rendered.key, Outcome.ACCEPTED)

    world.channel.answer = slow
    report = world.send()
    assert (len(report.accepted), [one.reason.code for one in report.waiting]) == (1, [ReasonCode.SEND_POSTPONED])
    world.on(world.today + timedelta(days=1), hour=10)
    world.sync()
    assert len(world.send().accepted) == 1


def test_a_hold_placed_while_others_are_sent_wins(world) -> None:
    world.invoice("1042")
    world.invoice("1043", customer_id="2")
    world.propose()
    world.approve()

    def sent_first(rendered):
        other = "2" if rendered.to == "maija1@example.fi" else "1"
        world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, customer_id=other)
        return DeliveryResult(rendered.key, Outcome.ACCEPTED)

    world.channel.answer = sent_first
    report = world.send()
    assert (len(report.accepted), [one.reason.params for one in report.returned]) == (1, [{"what": "hold"}])
    assert len(world.channel.left) == 1


def test_every_answer_is_recorded_with_its_evidence(world) -> None:
    world.invoice()
    world.propose()
    (reminder_id,) = world.approve()
    world.channel.answer = lambda rendered: DeliveryResult(rendered.key, Outcome.ACCEPTED, provider_id="m-77")
    world.send()
    (entry,) = [e for e in world.engine().audit("pihapalvelu") if e.action == "reminder_accepted"]
    assert entry.subject == reminder_id
    assert len(str(entry.details["content_hash"])) == 64

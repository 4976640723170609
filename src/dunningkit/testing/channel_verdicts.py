"""How a channel's answers are judged, in words that say what to change."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from pydantic import SecretBytes, SecretStr

from dunningkit.contracts import ChannelCapability, CheckResult
from dunningkit.errors import PluginError
from dunningkit.model import DeliveryResult, Outcome, Rendered
from dunningkit.testing.channel_trials import BODY_CANARY, Faulty, error_of, read_by, what_happened
from dunningkit.testing.outside_channel import ChannelOutside, Delivered, as_lines
from dunningkit.testing.reminders import CANARIES

#: What a channel needs one of for its requests to be read.
EVENTS = frozenset({ChannelCapability.RECEIPTS, ChannelCapability.REPLIES})

_FEWEST_WORDS = 3


def checked_by(channel: Any, about: str) -> CheckResult:
    """The answer of ``check()``, which never raises."""
    made: list[CheckResult] = []
    error = error_of(lambda: made.append(channel.check()))
    assert error is None, (
        f"check() {what_happened(error)} for {about}: catch it and return CheckResult(ok=False, problems=(a sentence,))"
    )
    return made[0]


def assert_in_words(got: CheckResult) -> None:
    """A problem is said, and in a sentence."""
    assert not got.ok, "check() is content with what cannot work: return CheckResult(ok=False, problems=(a sentence,))"
    assert got.problems, "check() says that something is wrong and not what: name it in `problems`"
    mute = [problem for problem in got.problems if len(problem.split()) < _FEWEST_WORDS]
    assert not mute, f"{mute} is no sentence that tells an accountant what to correct"


def assert_nothing(answers: Iterable[object]) -> None:
    """An answer about nothing is empty."""
    assert list(answers) == []


def assert_one_each(method: str, rendered: Sequence[Rendered], keys: Sequence[str]) -> None:
    """Each key is answered, and once."""
    wanted = sorted(item.key for item in rendered)
    assert sorted(keys) == wanted, (
        f"{method} was given {len(wanted)} messages and answered {len(keys)} times, for {len(set(wanted) & set(keys))} of "
        "them: answer exactly once for each key"
    )


def assert_none_missing(method: str, rendered: Sequence[Rendered], answers: Iterable[DeliveryResult]) -> None:
    """No message of a batch is left without an answer."""
    missing = {item.key for item in rendered} - {one.key for one in answers}
    assert not missing, (
        f"{method} left {len(missing)} of {len(rendered)} messages without an answer: answer for each key; UNKNOWN where "
        "nothing is known"
    )


def assert_arrived(outside: ChannelOutside, item: Rendered, got: Delivered) -> None:
    """What the other side has is what was rendered."""
    assert got.to in ("", item.to), (
        f"a message by {item.medium.value} arrived at another address than it was rendered for"
    )
    if isinstance(got.content, bytes):
        same = got.content == item.content
    else:
        # A provider shows the text alone where the bytes hold other fields beside it.
        same = as_lines(got.content) in {as_lines(item.preview), as_lines(read_by(outside.text_of, item))}
    assert same, (
        f"what arrived by {item.medium.value} is not what was rendered: deliver `content` as it is, since that was approved"
    )


def assert_no_verdict(
    channel: Any,
    rendered: Sequence[Rendered],
    what: str,
    kind: type[PluginError],
    faulty: "Faulty | None" = None,
) -> None:
    """A fault that is not the address's ends as ``unknown``, or in the error that says what to do, and never in a verdict."""
    answers: list[DeliveryResult] = []
    error = error_of(lambda: answers.extend(channel.deliver(rendered)))
    if faulty and not faulty.asked:
        return  # a channel that asks no provider
    assert error is None or isinstance(error, kind), (
        f"deliver() {what_happened(error)} though {what}: answer UNKNOWN, or raise {kind.__name__} if nothing of the "
        "batch has left"
    )
    verdicts = sorted({one.outcome.value for one in answers} - {Outcome.UNKNOWN.value})
    assert not verdicts, (
        f"{what}, and deliver() answered {' and '.join(verdicts)}: `refused` closes the customer's address for good and "
        f"`accepted` says that it was told; answer UNKNOWN with the fault in `detail`, or raise {kind.__name__} if nothing of "
        "the batch has left"
    )


def assert_silent_about(place: str, spec: Any, outside: ChannelOutside, texts: Iterable[str]) -> None:
    """No text holds a person's data, a secret, or what the provider said."""
    planted = [*CANARIES, BODY_CANARY, *outside.canaries(), *_secrets(spec, outside)]
    found = sorted({canary for canary in planted for text in texts if canary.casefold() in text.casefold()})
    assert not found, (
        f"{place} holds {', '.join(map(repr, found))}: a person's data, a secret or a provider's own words. Name the reminder "
        "by its key, and say in your own words what happened"
    )


def _secrets(spec: Any, outside: ChannelOutside) -> list[str]:
    config = spec.config_model.model_validate(dict(outside.settings()))
    values = [getattr(config, name) for name in spec.config_model.model_fields]
    secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr | SecretBytes)]
    return [one.decode("latin-1") if isinstance(one, bytes) else one for one in secrets if one]


def outcomes_of(answers: Iterable[DeliveryResult]) -> dict[str, Outcome]:
    """The outcomes by key."""
    return {one.key: one.outcome for one in answers}


def only_with_look_up(spec: Any) -> None:
    """Skip a check about what the spec does not declare."""
    if ChannelCapability.LOOK_UP not in spec.capabilities:
        pytest.skip("the spec does not declare LOOK_UP")


def only_with_events(spec: Any) -> None:
    """Skip a check about what the spec does not declare."""
    if not EVENTS & spec.capabilities:
        pytest.skip("the spec declares neither RECEIPTS nor REPLIES")

"""Channels with one mistake each, and the provider of messages that they all use."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dunningkit.contracts import ChannelCapability, ChannelSpec, CheckResult, Deduplication, Services
from dunningkit.delivery.mime import email_of
from dunningkit.errors import AuthError, PluginError, RateLimited, TransientError, UnsupportedCapability
from dunningkit.model import (
    ChannelEvent,
    DeliveryResult,
    Estimate,
    EventKind,
    Medium,
    Outcome,
    OutgoingReminder,
    Rendered,
    WebhookRequest,
)
from dunningkit.testing import ChannelOutside, Delivered
from mutants import Mutant

OURS, THEIRS = "key-of-ours-5b1e", "key-of-theirs-77aa"
#: Stands in the provider's documentation, so everybody knows it.
TEST_KEY = "test-key"
WORDS = "Recipient could not be reached, says the provider"


class Provider(ChannelOutside):
    """Takes messages over HTTP, one account a key, and tells one message from another by a number that the sender makes."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Delivered]] = {OURS: {}, THEIRS: {}}
        self.refused: set[str] = set()
        self.silent = self.down = False

    def settings(self) -> Mapping[str, Any]:
        return {"api_key": OURS}

    def broken_settings(self) -> Mapping[str, Any]:
        return {"api_key": "no-such-key"}

    def other_settings(self) -> Mapping[str, Any]:
        return {"api_key": THEIRS}

    def transport(self) -> httpx.BaseTransport:
        return httpx.MockTransport(self.answer)

    def delivered(self) -> Sequence[Delivered]:
        return list(self.messages[OURS].values())

    def refuse(self, address: str) -> None:
        self.refused.add(address)

    def go_silent(self) -> None:
        self.silent = True

    def go_down(self) -> None:
        self.down = True

    def event_for(self, key: str) -> WebhookRequest:
        body = json.dumps([{"id": f"delivered {key}", "key": key, "at": "2026-11-24T10:05:00+00:00"}]).encode()
        return WebhookRequest("https://host.example/events", (("signature", signature(OURS, body)),), body)

    def forged_event(self) -> WebhookRequest:
        true = self.event_for("k")
        return replace(true, headers=(("signature", signature(TEST_KEY, true.body)),))

    def canaries(self) -> Sequence[str]:
        return (WORDS,)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectTimeout("no connection", request=request)
        account = self.messages.get(request.headers["authorization"].removeprefix("Bearer "))
        if account is None:
            return httpx.Response(401, text=WORDS)
        if request.method == "POST":
            return self.take(account, request)
        asked = request.url.path.removeprefix("/messages/")
        known = asked == "/account" or asked in {one.key for one in account.values()}
        return httpx.Response(200 if known else 404)

    def take(self, account: dict[str, Delivered], request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        if sent["to"] in self.refused:
            return httpx.Response(422, text=f"{WORDS}: {sent['to']}")
        one = Delivered(sent["key"], sent["to"], base64.b64decode(sent["content"]))
        account.setdefault(sent["number"], one)
        if self.silent:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(202)


def signature(key: str, body: bytes) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key: SecretStr = Field(title="Key", description="Opens the account.")


class NotConnected(TransientError):
    """Nothing has left."""


class NoAnswer(TransientError):
    """It may have left."""


class Right:
    """A channel without a mistake; the mutants change one thing of it."""

    max_delivery_days: Any = 1

    def __init__(self, settings: Settings, services: Services) -> None:
        self.settings = settings
        self.services = services

    def check(self) -> CheckResult:
        try:
            self.ask("GET", "/account")
        except PluginError as error:
            return CheckResult(ok=False, problems=(str(error),))
        return CheckResult(ok=True)

    def render(self, reminder: OutgoingReminder) -> Rendered:
        if reminder.to.medium not in (Medium.EMAIL, Medium.SMS):
            raise UnsupportedCapability("This provider carries e-mails and text messages.")
        message, is_email = reminder.message, reminder.to.medium is Medium.EMAIL
        return Rendered(
            key=reminder.key,
            medium=reminder.to.medium,
            to=reminder.to.address,
            content_type="message/rfc822" if is_email else "text/plain; charset=utf-8",
            content=email_of(reminder) if is_email else message.body.encode(),
            preview=f"{message.subject}\n\n{message.body}" if is_email else message.body,
        )

    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        return [Estimate(item.key, 1 + len(item.content) // 1000, price_minor=7, currency="EUR") for item in rendered]

    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        return [self.one(item) for item in rendered]

    def one(self, item: Rendered) -> DeliveryResult:
        sent = {"number": item.key, "key": item.key, "to": item.to, "content": base64.b64encode(item.content).decode()}
        try:
            response = self.ask("POST", "/messages", json=sent)
        except PluginError as error:
            return self.after(error, item)
        if response.status_code == 422:
            return self.refused(item, response)
        if response.status_code != 202:
            return DeliveryResult(item.key, Outcome.UNKNOWN, detail=f"the provider answered {response.status_code}")
        return DeliveryResult(item.key, Outcome.ACCEPTED, provider_id=f"p-{item.key}")

    def after(self, error: PluginError, item: Rendered) -> DeliveryResult:
        return DeliveryResult(item.key, Outcome.UNKNOWN, detail=error.code)

    def refused(self, item: Rendered, response: httpx.Response) -> DeliveryResult:
        return DeliveryResult(item.key, Outcome.REFUSED, detail="the provider does not take the address")

    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        return [self.found(key, self.ask("GET", f"/messages/{key}").status_code) for key in keys]

    def found(self, key: str, status: int) -> DeliveryResult:
        return DeliveryResult(key, Outcome.ACCEPTED if status == 200 else Outcome.REFUSED)

    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        key = self.settings.api_key.get_secret_value()
        if not hmac.compare_digest(dict(request.headers).get("signature", ""), signature(key, request.body)):
            raise AuthError("A receipt was not signed with this account's key.")
        return [self.event(one) for one in json.loads(request.body)]

    def event(self, one: Mapping[str, str]) -> ChannelEvent:
        return ChannelEvent(one["id"], EventKind.DELIVERED, datetime.fromisoformat(one["at"]), key=one["key"])

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.settings.api_key.get_secret_value()}"}
        with self.services.http_client() as client:
            try:
                response = client.request(method, f"https://provider.example{path}", headers=headers, **more)
            except httpx.ConnectTimeout:
                raise NotConnected("The provider cannot be reached; try again later.") from None
            except httpx.TimeoutException:
                raise NoAnswer("The provider did not answer in time.") from None
            except httpx.HTTPError:
                raise TransientError("The connection to the provider broke; try again later.") from None
        return self.judged(response)

    def judged(self, response: httpx.Response) -> httpx.Response:
        if response.status_code in (401, 403):
            raise AuthError("The provider does not know the key; renew it.")
        if response.status_code == 429:
            raise RateLimited(
                "The provider asks to wait a while.", retry_after_seconds=float(response.headers["Retry-After"])
            )
        if response.status_code >= 500:
            raise TransientError("The provider is out of order; try again later.")
        return response


BOTH = frozenset({ChannelCapability.LOOK_UP, ChannelCapability.RECEIPTS})
MEDIA = frozenset({Medium.EMAIL, Medium.SMS})


def spec(
    channel: Callable[[Any, Services], Any] = Right,
    *,
    config_model: Any = Settings,
    media: frozenset[Medium] = MEDIA,
    deduplication: Deduplication = Deduplication.BY_KEY,
    capabilities: frozenset[ChannelCapability] = BOTH,
) -> ChannelSpec:
    return ChannelSpec("mutant", config_model, channel, media, deduplication, capabilities)


def mutant(channel: Callable[[Any, Services], Any] = Right, **others: Any) -> Mutant:
    return Mutant(spec(channel, **others), Provider)


class NeverContent(Right):
    def check(self) -> CheckResult:
        return CheckResult(ok=False, problems=("Something is not quite right.",))


class TakesAnyKey(Right):
    def check(self) -> CheckResult:
        try:
            self.ask("GET", "/account")
        except AuthError:
            return CheckResult(ok=True)
        except PluginError:
            return super().check()
        return CheckResult(ok=True)


class HopesForTheBest(Right):
    def check(self) -> CheckResult:
        try:
            self.ask("GET", "/account")
        except NotConnected:
            return CheckResult(ok=True)
        except PluginError:
            return super().check()
        return CheckResult(ok=True)


class RaisesWhenTold(Right):
    def check(self) -> CheckResult:
        try:
            self.ask("GET", "/account")
        except RateLimited:
            raise
        except PluginError:
            return super().check()
        return CheckResult(ok=True)


class HalfDays(Right):
    max_delivery_days = 1.5


class CannotLookUp(Right):
    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        raise UnsupportedCapability("There is no look-up.")


class RendersAnything(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        if reminder.to.medium in MEDIA:
            return super().render(reminder)
        return Rendered(reminder.key, reminder.to.medium, reminder.to.address, "text/plain", b"Hei")


class DatesItsTexts(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return replace(made, filename=f"{self.services.clock():%Y-%m-%d}.txt")


class NamesByHash(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        return replace(super().render(reminder), filename=f"{hash(reminder.key)}.txt")


class CutsLongTexts(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return made if made.medium is Medium.EMAIL else replace(made, content=made.content[:1600])


class SignsItsTexts(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return made if made.medium is Medium.EMAIL else replace(made, content=made.content + b"\nMaksa heti!\n")


class CopiesTheManager(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return replace(made, content=made.content.replace(b"\r\nTo: ", b"\r\nCc: manager@example.fi\r\nTo: ", 1))


class NamesFolders(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        return replace(super().render(reminder), filename=f"../{reminder.key}.eml")


class KeepsACopy(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        (self.services.base_dir / f"{made.key}.copy").write_bytes(made.content)
        return made


class TidiesNumbers(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return replace(made, to=made.to.replace("+358", "0"))


class WritesAscii(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return made if made.medium is Medium.EMAIL else replace(made, content=made.preview.encode("ascii", "replace"))


class ShowsTheWire(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        return replace(made, preview=made.content.decode("latin-1"))


class AttachesNothing(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        return super().render(replace(reminder, attachments=()))


class CountsInFloats(Right):
    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        return [replace(one, parts=float(one.parts)) for one in super().estimate(rendered)]


class ChangesWhatItGot(Right):
    def one(self, item: Rendered) -> DeliveryResult:
        object.__setattr__(item, "preview", "")
        return super().one(item)


class EstimatesTheFirst(Right):
    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        return super().estimate(rendered)[:1]


class NamesNoCurrency(Right):
    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        return [replace(one, currency="") for one in super().estimate(rendered)]


class TriesItOut(Right):
    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        self.deliver(rendered)
        return super().estimate(rendered)


class AnswersTwice(Right):
    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        return [answer for answer in super().deliver(rendered) for _ in range(2)]


class NeedsAMessage(Right):
    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        return super().deliver((rendered[0], *rendered[1:]))


class AddsALine(Right):
    def one(self, item: Rendered) -> DeliveryResult:
        return super().one(replace(item, content=item.content + b"\nSent by us\n"))


class Remembers(Right):
    def __init__(self, settings: Settings, services: Services) -> None:
        super().__init__(settings, services)
        self.made: dict[str, Rendered] = {}

    def render(self, reminder: OutgoingReminder) -> Rendered:
        made = super().render(reminder)
        self.made[made.key] = made
        return made

    def one(self, item: Rendered) -> DeliveryResult:
        return super().one(self.made[item.key])


class Noting(Right):
    """Keeps notes in a folder of its own."""

    def note(self, key: str) -> Path:
        return self.services.base_dir / f"{key}.note"

    def numbered(self, item: Rendered, number: str) -> DeliveryResult:
        sent = {"number": number, "key": item.key, "to": item.to, "content": base64.b64encode(item.content).decode()}
        try:
            response = self.ask("POST", "/messages", json=sent)
        except PluginError as error:
            return self.after(error, item)
        if response.status_code == 422:
            return self.refused(item, response)
        return DeliveryResult(item.key, Outcome.ACCEPTED if response.status_code == 202 else Outcome.UNKNOWN)


class NumbersItsAttempts(Noting):
    def one(self, item: Rendered) -> DeliveryResult:
        before = len(self.note(item.key).read_bytes()) if self.note(item.key).exists() else 0
        made = self.numbered(item, f"{item.key}-{before}")
        if made.outcome is Outcome.ACCEPTED:
            self.note(item.key).write_bytes(b"." * (before + 1))
        return replace(made, provider_id=f"p-{item.key}")


class NotesAfterwards(Noting):
    numbers: ClassVar = count()

    def one(self, item: Rendered) -> DeliveryResult:
        if self.note(item.key).exists():
            return DeliveryResult(item.key, Outcome.ACCEPTED)
        made = self.numbered(item, f"{next(self.numbers)}")
        if made.outcome is Outcome.ACCEPTED:
            self.note(item.key).touch()
        return made


class TriesAgain(Noting):
    def one(self, item: Rendered) -> DeliveryResult:
        made = self.numbered(item, item.key)
        return self.numbered(item, f"{item.key}-again") if made.detail == NoAnswer.code else made


class LosesTheAnswers(Right):
    def after(self, error: PluginError, item: Rendered) -> DeliveryResult:
        if type(error) is TransientError:
            raise error
        return super().after(error, item)


class TakesAHundred(Right):
    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        return super().deliver(rendered[:100])


class FollowsRedirects(Right):
    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return super().ask(method, path, follow_redirects=True, **more)


class WaitsForever(Right):
    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return super().ask(method, path, timeout=None, **more)


class AsksItsNotes(Noting):
    def one(self, item: Rendered) -> DeliveryResult:
        made = super().one(item)
        if made.outcome is Outcome.ACCEPTED:
            self.note(item.key).touch()
        return made

    def found(self, key: str, status: int) -> DeliveryResult:
        return DeliveryResult(key, Outcome.ACCEPTED if self.note(key).exists() else Outcome.REFUSED)


class FindsWhatItTried(Noting):
    def one(self, item: Rendered) -> DeliveryResult:
        self.note(item.key).touch()
        return super().one(item)

    def found(self, key: str, status: int) -> DeliveryResult:
        return DeliveryResult(key, Outcome.ACCEPTED) if self.note(key).exists() else super().found(key, status)


class StopsAtTheFirstNo(Right):
    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        answers: list[DeliveryResult] = []
        for item in rendered:
            stopped = any(answer.outcome is Outcome.REFUSED for answer in answers)
            answers.append(DeliveryResult(item.key, Outcome.REFUSED) if stopped else self.one(item))
        return answers


class TakesSilenceForNo(Right):
    def after(self, error: PluginError, item: Rendered) -> DeliveryResult:
        made = super().after(error, item)
        return replace(made, outcome=Outcome.REFUSED) if isinstance(error, NoAnswer) else made


class BlamesTheAddress(Right):
    def after(self, error: PluginError, item: Rendered) -> DeliveryResult:
        made = super().after(error, item)
        return replace(made, outcome=Outcome.REFUSED) if isinstance(error, NotConnected) else made


class TakesABreakdownForNo(Right):
    def after(self, error: PluginError, item: Rendered) -> DeliveryResult:
        made = super().after(error, item)
        return replace(made, outcome=Outcome.REFUSED) if type(error) is TransientError else made


class FindsNothing(Right):
    def found(self, key: str, status: int) -> DeliveryResult:
        return DeliveryResult(key, Outcome.UNKNOWN)


class CallsAllTransient(Right):
    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        try:
            return super().look_up(keys)
        except AuthError as error:
            raise TransientError(str(error)) from None


class NumbersEvents(Right):
    numbers: ClassVar = count()

    def event(self, one: Mapping[str, str]) -> ChannelEvent:
        return replace(super().event(one), event_id=f"{next(self.numbers)}")


class KnowsTheTestKey(Right):
    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        if dict(request.headers).get("signature") == signature(TEST_KEY, request.body):
            return [self.event(one) for one in json.loads(request.body)]
        return super().parse_event(request)


class VerifiesWhatItMeans(Right):
    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        return super().parse_event(replace(request, body=json.dumps(json.loads(request.body)).encode()))


class CallsEveryEventTheSame(Right):
    def event(self, one: Mapping[str, str]) -> ChannelEvent:
        return replace(super().event(one), event_id="delivered")


class TakesReceiptsForReplies(Right):
    def event(self, one: Mapping[str, str]) -> ChannelEvent:
        return replace(super().event(one), kind=EventKind.REPLY)


class RepeatsTheProvider(Right):
    def refused(self, item: Rendered, response: httpx.Response) -> DeliveryResult:
        return DeliveryResult(item.key, Outcome.REFUSED, detail=response.text)


class NamesTheCustomer(Right):
    def render(self, reminder: OutgoingReminder) -> Rendered:
        if reminder.to.medium not in MEDIA:
            raise UnsupportedCapability(f"{reminder.to.address} is no address that this provider knows.")
        return super().render(reminder)


class LogsTheCustomer(Right):
    def one(self, item: Rendered) -> DeliveryResult:
        self.services.log.info("delivering", to=item.to)
        return super().one(item)


class ShowsTheCustomer(Right):
    last = ""

    def one(self, item: Rendered) -> DeliveryResult:
        self.last = item.to
        return super().one(item)

    def __repr__(self) -> str:
        return f"<channel, last to {self.last}>"


class Prints(Right):
    def one(self, item: Rendered) -> DeliveryResult:
        print("delivering one")  # noqa: T201  # the mistake
        return super().one(item)


class SetsItsTimeOutForAll(Right):
    def one(self, item: Rendered) -> DeliveryResult:
        socket.setdefaulttimeout(60)
        return super().one(item)


class SharesItsSettings(Right):
    shared: ClassVar[Any] = None

    def __init__(self, settings: Settings, services: Services) -> None:
        super().__init__(settings, services)
        type(self).shared = settings

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        self.settings = self.shared
        return super().ask(method, path, **more)


class KeepsByThread(Right):
    def __init__(self, settings: Settings, services: Services) -> None:
        super().__init__(settings, services)
        self.local = threading.local()
        self.local.ready = True

    def one(self, item: Rendered) -> DeliveryResult:
        assert self.local.ready
        return super().one(item)


class Lenient(BaseModel):
    model_config = ConfigDict(frozen=True)

    api_key: SecretStr = Field(title="Key", description="Opens the account.")


class Bare(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key: SecretStr


class OpenToken(Settings):
    token: str = Field(default="", title="Token", description="Opens another door.")


def asks_while_built(config: Settings, services: Services) -> Right:
    services.http_client().close()
    return Right(config, services)


MUTANTS = {
    "test_no_standard_check_is_overridden": Mutant(
        spec(), Provider, members={"test_nothing_is_printed": lambda self: None}
    ),
    "test_settings_are_a_form_that_refuses_what_it_does_not_know": mutant(config_model=Lenient),
    "test_every_setting_says_what_it_is": mutant(config_model=Bare),
    "test_secrets_are_never_shown": mutant(config_model=OpenToken),
    "test_building_asks_nobody": mutant(asks_while_built),
    "test_check_is_content_with_settings_that_work": mutant(NeverContent),
    "test_check_says_what_is_wrong_with_settings": mutant(TakesAnyKey),
    "test_check_says_that_nothing_can_leave": mutant(HopesForTheBest),
    "test_check_never_raises_what_a_provider_answers": mutant(RaisesWhenTold),
    "test_days_on_the_way_are_a_whole_number": mutant(HalfDays),
    "test_deduplication_by_look_up_can_look_up": mutant(
        CannotLookUp,
        deduplication=Deduplication.BY_LOOK_UP,
        capabilities=frozenset({ChannelCapability.RECEIPTS}),
    ),
    "test_every_declared_medium_is_rendered": mutant(media=MEDIA | {Medium.LETTER}),
    "test_a_medium_that_is_not_declared_is_refused": mutant(RendersAnything),
    "test_the_same_reminder_gives_the_same_bytes": mutant(DatesItsTexts),
    "test_another_process_renders_the_same": mutant(NamesByHash),
    "test_rendering_asks_nobody_and_writes_nothing": mutant(KeepsACopy),
    "test_key_medium_and_address_are_kept": mutant(TidiesNumbers),
    "test_the_whole_text_is_in_the_bytes": mutant(WritesAscii),
    "test_a_long_text_is_whole_or_refused": mutant(CutsLongTexts),
    "test_nothing_leaves_that_the_preview_does_not_show": mutant(SignsItsTexts),
    "test_an_email_is_to_its_customer_alone": mutant(CopiesTheManager),
    "test_a_file_name_stays_in_its_folder": mutant(NamesFolders),
    "test_the_preview_can_be_read": mutant(ShowsTheWire),
    "test_copies_of_invoices_are_attached": mutant(AttachesNothing),
    "test_answers_are_the_values_of_the_contract": mutant(CountsInFloats),
    "test_what_it_is_given_stays_as_it_is": mutant(ChangesWhatItGot),
    "test_every_message_has_an_estimate": mutant(EstimatesTheFirst),
    "test_a_price_has_a_currency": mutant(NamesNoCurrency),
    "test_only_delivering_sends": mutant(TriesItOut),
    "test_every_message_gets_one_answer": mutant(AnswersTwice),
    "test_a_large_batch_is_answered_whole": mutant(TakesAHundred),
    "test_an_empty_batch_is_no_error": mutant(NeedsAMessage),
    "test_what_was_accepted_has_arrived": mutant(AddsALine),
    "test_what_another_object_rendered_is_delivered": mutant(Remembers),
    "test_a_key_reaches_the_customer_once": mutant(NumbersItsAttempts),
    "test_a_run_that_died_sends_nothing_twice": mutant(NotesAfterwards),
    "test_a_fault_in_the_middle_keeps_the_answers_before_it": mutant(LosesTheAnswers),
    "test_a_refused_address_keeps_nobody_else_back": mutant(StopsAtTheFirstNo),
    "test_silence_is_unknown": mutant(TakesSilenceForNo),
    "test_silence_is_not_answered_by_sending_again": mutant(TriesAgain),
    "test_a_fault_of_ours_blames_no_address": mutant(BlamesTheAddress),
    "test_a_fault_of_the_provider_blames_no_address": mutant(TakesABreakdownForNo),
    "test_a_redirect_is_not_followed": mutant(FollowsRedirects),
    "test_every_request_has_a_time_out_and_the_given_client": mutant(WaitsForever),
    "test_what_is_not_declared_is_refused": mutant(capabilities=frozenset({ChannelCapability.RECEIPTS})),
    "test_look_up_finds_what_was_delivered": mutant(FindsNothing),
    "test_look_up_knows_what_silence_hid": mutant(AsksItsNotes),
    "test_look_up_does_not_find_what_was_refused": mutant(FindsWhatItTried),
    "test_look_up_tells_a_providers_faults_apart": mutant(CallsAllTransient),
    "test_an_event_is_read_the_same_twice": mutant(NumbersEvents),
    "test_a_forged_event_is_refused": mutant(KnowsTheTestKey),
    "test_a_request_that_was_changed_is_refused": mutant(VerifiesWhatItMeans),
    "test_events_are_told_apart": mutant(CallsEveryEventTheSame),
    "test_events_are_of_a_declared_kind": mutant(TakesReceiptsForReplies),
    "test_answers_name_no_person": mutant(RepeatsTheProvider),
    "test_errors_name_no_person": mutant(NamesTheCustomer),
    "test_logs_name_no_person": mutant(LogsTheCustomer),
    "test_showing_a_channel_shows_no_person": mutant(ShowsTheCustomer),
    "test_nothing_is_printed": mutant(Prints),
    "test_the_process_stays_as_it_is": mutant(SetsItsTimeOutForAll),
    "test_tenants_do_not_mix": mutant(SharesItsSettings),
    "test_another_thread_gets_the_same": mutant(KeepsByThread),
}

RIGHT = mutant()

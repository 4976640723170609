"""Ledger sources with one mistake each."""

import decimal
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dunningkit.contracts import CheckResult, LedgerCapability, LedgerSourceSpec, Services
from dunningkit.errors import AuthError, ConfigError, PermanentError, PluginError, RateLimited, TransientError
from dunningkit.model import (
    ChangeBatch,
    Customer,
    Document,
    Mark,
    MarkResult,
    Money,
    Receivable,
    Recheck,
    SyncEnd,
)
from mutants import Mutant
from mutants.books import IDENTITY_CODE, Books, Counts, Right, Row, Settings, spec

# -- check() and changes() -----------------------------------------------------------------------------------------


class FindsFault(Right):
    def check(self) -> CheckResult:
        return CheckResult(ok=False, problems=("Something seems to be odd today.",))


class RaisesInCheck(Right):
    def check(self) -> CheckResult:
        self.ask("GET", "ping")
        return CheckResult(ok=True)


class TakesNoBooksForEmptyOnes(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        try:
            yield from super().changes(cursor)
        except ConfigError:
            yield ChangeBatch(end=self.end(cursor, Counts(), 0, {"total": 0, "rev": 0}))


class GoesOnAfterTheEnd(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        yield from super().changes(cursor)
        yield ChangeBatch()


class IsNeverSure(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        return replace(super().end(cursor, counts, came, told), complete=False)


class TellsCustomersLast(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        customers, *others, end = super().changes(cursor)
        yield from (*others, customers, end)


class KnowsWhichObjectItIs(Right):
    made: ClassVar["count[int]"] = count()

    def __init__(self, config: Settings, services: Services) -> None:
        super().__init__(config, services)
        self.number = next(self.made)

    def receivable(self, row: Row) -> Receivable:
        return replace(super().receivable(row), subject=f"row of object {self.number}")


class TellsTwice(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        for batch in super().changes(cursor):
            yield ChangeBatch(receivables=batch.receivables)
            yield batch


class CountsInFloats(Right):
    def receivable(self, row: Row) -> Receivable:
        made = super().receivable(row)
        return replace(made, original=Money(float(made.original.amount_minor), "EUR"))  # type: ignore[arg-type]


class LosesTheSign(Right):
    def receivable(self, row: Row) -> Receivable:
        made = super().receivable(row)
        return replace(made, original=Money(abs(made.original.amount_minor), "EUR"))


class ForgetsTheDayOfPaying(Right):
    def receivable(self, row: Row) -> Receivable:
        return replace(super().receivable(row), settled_on=None)


class CountsWrong(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        return replace(super().end(cursor, counts, came, told), rows_read=came + 1)


class BelievesWhatItGot(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        return super().end(cursor, counts, came, {**told, "total": came})


class DropsWhatIsOdd(Right):
    def batch(self, rows: Sequence[Row], counts: Counts) -> ChangeBatch:
        return super().batch([row for row in rows if isinstance(row["cents"], int)], counts)


class ChangesItsMind(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        if cursor:
            told = self.ask("GET", "invoices", since=0, page=0).json()
            read = map(self.receivable, told["rows"][-1:])
            yield ChangeBatch(receivables=tuple(replace(one, subject="again") for one in read))
        yield from super().changes(cursor)


class ReadsOnInItsSleep(Right):
    readings = 0

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        self.readings += 1
        asleep = bool(cursor) and self.readings == 2  # the mistake
        for batch in super().changes(cursor):
            still = tuple(one for one in batch.receivables if one.open.amount_minor)
            yield replace(batch, receivables=still) if asleep else batch


class NeverTakesBackWhatWasGone(Right):
    def __init__(self, config: Settings, services: Services) -> None:
        super().__init__(config, services)
        self.gone: set[str] = set()

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        for batch in super().changes(cursor):
            self.gone.update(batch.removed_receivable_ids)
            still = tuple(one for one in batch.receivables if cursor or one.receivable_id not in self.gone)
            yield replace(batch, receivables=still)


class RemembersItsPage(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        self.came: list[ChangeBatch] = []
        for batch in super().changes(cursor):
            self.came.append(batch)
            yield batch if batch.end is None else replace(batch, end=self.counted(batch.end))

    def counted(self, end: SyncEnd) -> SyncEnd:
        number = sum(len(batch.receivables) + len(batch.quarantined) for batch in self.came)
        return replace(end, rows_read=number, rows_accepted=number - end.rows_quarantined)


class SharesItsKey(Right):
    shared: ClassVar[Settings | None] = None

    def __init__(self, config: Settings, services: Services) -> None:
        type(self).shared = config
        super().__init__(config, services)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        assert self.shared
        self.config = self.shared
        yield from super().changes(cursor)


class IsADayEarly(Right):
    def receivable(self, row: Row) -> Receivable:
        made = super().receivable(row)
        return replace(made, due_on=made.due_on - timedelta(days=1))


class StopsAtTheTenthPage(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        came = 0
        for number, batch in enumerate(super().changes(cursor)):
            if batch.end is not None:
                yield replace(
                    batch, end=replace(batch.end, rows_read=came, rows_accepted=came - batch.end.rows_quarantined)
                )
            elif number <= 10:  # the mistake
                came += len(batch.receivables) + len(batch.quarantined)
                yield batch


class ReadsNoDisputes(Right):
    def receivable(self, row: Row) -> Receivable:
        return replace(super().receivable(row), disputed=False)


class MakesIdsOfHashes(Right):
    def customer(self, row: Row) -> Customer:
        return replace(super().customer(row), customer_id=str(hash(row["id"])))

    def receivable(self, row: Row) -> Receivable:
        return replace(super().receivable(row), customer_id=str(hash(row["customer"])))


class KeepsItsPlaceInTheObject(Right):
    place = ""

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        if cursor and not self.place:
            self.place = str(self.told("invoices", since=0, page=0)["rev"])
        for batch in super().changes(cursor and self.place):
            if batch.end is not None:
                self.place = batch.end.cursor or ""
            yield batch


class SkipsAheadOnQuietDays(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        made = super().end(cursor, counts, came, told)
        quiet = cursor and cursor == made.cursor
        return replace(made, cursor=str(told["rev"] + 1)) if quiet else made


class NeverTakesBack(Right):
    def __init__(self, config: Settings, services: Services) -> None:
        super().__init__(config, services)
        self.gone: set[str] = set()

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        for batch in super().changes(cursor):
            self.gone.update(batch.removed_receivable_ids)
            still = tuple(one for one in batch.receivables if not cursor or one.receivable_id not in self.gone)
            yield replace(batch, receivables=still)


# -- recheck(), documents() and write_back() -----------------------------------------------------------------------


class RechecksWhatWasInvoiced(Right):
    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        return super().rechecked(receivable_id, row and (row if not row["open"] else {**row, "open": row["cents"]}))


class LeavesOutWhatIsUnknown(Right):
    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        return [answer for answer in super().recheck(receivable_ids) if answer.open is not None]


class RemembersWhatWasOpen(Right):
    def __init__(self, config: Settings, services: Services) -> None:
        super().__init__(config, services)
        self.known: dict[str, Recheck] = {}

    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        return self.known.setdefault(receivable_id, super().rechecked(receivable_id, row))


class TakesGoneForOpen(Right):
    def __init__(self, config: Settings, services: Services) -> None:
        super().__init__(config, services)
        self.was_open: dict[str, Money] = {}

    def receivable(self, row: Row) -> Receivable:
        made = super().receivable(row)
        self.was_open[made.receivable_id] = made.open
        return made

    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        if row is None:
            return Recheck(receivable_id, self.was_open.get(receivable_id))
        return super().rechecked(receivable_id, row)


class OverlooksDisputes(Right):
    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        return super().rechecked(receivable_id, row and {**row, "disputed": False})


class StumblesInRecheck(Right):
    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        if row is not None and not isinstance(row["cents"], int):
            raise PermanentError("One of the records in the books cannot be read.")
        return super().rechecked(receivable_id, row)


class HoldsWhatItHasNotRead(Right):
    has_read = False

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        self.has_read = True
        yield from super().changes(cursor)

    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        made = super().rechecked(receivable_id, row)
        return made if self.has_read else replace(made, on_hold=True)


class RechecksByAnotherMapping(Right):
    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        made = super().rechecked(receivable_id, row)
        if row is None or made.on_hold:
            return made
        return replace(made, receivable=replace(self.receivable(row), subject="as the details have it"))


class AsksForAHundred(Right):
    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        rest = [Recheck(one, None) for one in receivable_ids[100:]]
        return [*super().recheck(receivable_ids[:100]), *rest]


class RechecksWithTheLastKey(SharesItsKey):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        return Right.changes(self, cursor)

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        own, self.config = self.config, self.shared or self.config
        try:
            return super().recheck(receivable_ids)
        finally:
            self.config = own


class CopiesForEverybody(Right):
    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        return super().documents([*receivable_ids, "1007"])


class HasNoCopies(Right):
    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        return []


class SaysItWrote(Right):
    def marked(self, mark: Mark, response: httpx.Response) -> MarkResult:
        return MarkResult(mark.key, written=True)


class NotesAgain(Right):
    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        return [self.marked(mark, self.ask("POST", f"notes/{mark.receivable_id}")) for mark in marks]


class WritesNothing(Right):
    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        return [MarkResult(mark.key, written=False, detail="Nothing is written here.") for mark in marks]


# -- bad days ------------------------------------------------------------------------------------------------------


class TakesNoKeyForNever(Right):
    def error_of(self, response: httpx.Response) -> PluginError:
        made = super().error_of(response)
        return PermanentError(str(made)) if isinstance(made, AuthError) else made


class ForgetsHowLongToWait(Right):
    def error_of(self, response: httpx.Response) -> PluginError:
        made = super().error_of(response)
        return RateLimited(str(made)) if isinstance(made, RateLimited) else made


class GivesUpForGood(Right):
    def unreachable(self, error: httpx.TransportError) -> PluginError:
        return PermanentError(str(super().unreachable(error)))


class Naps(Right):
    def ask(self, method: str, path: str, **params: str | int) -> httpx.Response:
        try:
            return super().ask(method, path, **params)
        except RateLimited as error:
            time.sleep(error.retry_after_seconds or 1)
            raise


class LetsItsLibrarySpeak(Right):
    def error_of(self, response: httpx.Response) -> PluginError:
        if response.status_code == httpx.codes.CONFLICT:
            raise httpx.HTTPStatusError("409", request=response.request, response=response) from None
        return super().error_of(response)


class TakesAPageForNothing(Right):
    def told(self, path: str, **params: str | int) -> Row:
        try:
            return super().told(path, **params)
        except TransientError as error:
            if "JSON" in str(error):
                return {"rows": [], "total": 0, "removed": [], "rev": 1}
            raise


class RepeatsTheAnswerInWords(Right):
    def check(self) -> CheckResult:
        url = f"https://books.example/{self.config.ledger}/ping"
        with self.services.http_client() as client:
            try:
                answer = client.get(url, headers={"Authorization": self.key()})
            except httpx.TransportError:
                return CheckResult(ok=False, problems=("The books do not answer at all.",))
        problems = (f"The books do not open. They say: {answer.text}",)
        return CheckResult(ok=False, problems=problems) if answer.is_error else CheckResult(ok=True)


class NamesWhereItStopped(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        made = super().end(cursor, counts, came, told)
        return (
            made if made.complete else replace(made, detail=f"It stopped after {self.customers()[0].name}. Read again.")
        )


class ChecksOnlyTheKey(Right):
    def check(self) -> CheckResult:
        try:
            self.ask("GET", "ping")
        except (AuthError, ConfigError) as error:
            return CheckResult(ok=False, problems=(str(error),))
        except PluginError:
            return CheckResult(ok=True)
        return CheckResult(ok=True)


class RepeatsTheAnswer(Right):
    def check(self) -> CheckResult:
        made = super().check()
        return made if made.ok else replace(made, problems=("The books do not open. Look at the key.",))

    def error_of(self, response: httpx.Response) -> PluginError:
        made = super().error_of(response)
        return AuthError(f"{made} It said: {response.text}") if isinstance(made, AuthError) else made


class LogsWhoTheyAre(Right):
    def customer(self, row: Row) -> Customer:
        self.services.log.debug("read", mail=row["mail"])
        return super().customer(row)


class ShowsItsKey(Right):
    def __repr__(self) -> str:
        return f"ShowsItsKey({self.config.ledger}, {self.key()})"


class NamesWhomItCouldNotRead(Right):
    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        if came < told["total"]:
            raise PermanentError(f"Only {came} rows came; the last was of {self.customers()[0].name}.")
        return super().end(cursor, counts, came, told)


class TellsTheIdentityCode(Right):
    def customer(self, row: Row) -> Customer:
        return replace(super().customer(row), contact_name=f"hetu {IDENTITY_CODE}")


class Prints(Right):
    def customers(self) -> tuple[Customer, ...]:
        print("reading the books")  # noqa: T201  # the mistake
        return super().customers()


class SetsLoggingUp(Right):
    def customers(self) -> tuple[Customer, ...]:
        logging.getLogger("mutant.books").setLevel(logging.DEBUG)
        return super().customers()


class LeavesAFileOpen(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        spool = Path(__file__).open()  # noqa: SIM115  # the mistake
        try:
            yield from super().changes(cursor)
        except Exception:
            spool.close()
            raise
        spool.close()


class LeavesAFileOpenInCheck(Right):
    # Not always: wherever a warning is an error, every check would fail with it.
    has_rechecked = False

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        self.has_rechecked = True
        return super().recheck(receivable_ids)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        self.has_rechecked = False
        yield from super().changes(cursor)

    def check(self) -> CheckResult:
        if self.has_rechecked:
            Path(__file__).open().readline()  # noqa: SIM115  # the mistake
        return super().check()


class LeavesAThread(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        done = threading.Event()
        threading.Thread(target=done.wait, name="books-keepalive", daemon=True).start()
        yield from super().changes(cursor)
        done.set()


class CannotBeGivenUp(Right):
    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        for batch in super().changes(cursor):
            try:
                yield batch
            except GeneratorExit:
                yield ChangeBatch()


class RechecksInTheBackground(Right):
    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        threading.Thread(target=threading.Event().wait, name="books-recheck", daemon=True).start()
        return super().recheck(receivable_ids)


class CountsMoreExactly(Right):
    def customers(self) -> tuple[Customer, ...]:
        decimal.getcontext().prec = 29
        return super().customers()


class LooksAround(Right):
    def key(self) -> str:
        return os.environ.get("BOOKS_KEY_OF_NOBODY") or super().key()


class BringsItsOwnClient(Right):
    def check(self) -> CheckResult:
        httpx.Client().close()
        return super().check()


class WaitsWithoutEnd(Right):
    def ask(self, method: str, path: str, **params: str | int) -> httpx.Response:
        make = self.services.http_client

        def client() -> httpx.Client:
            made = make()
            made.timeout = httpx.Timeout(None)
            return made

        patient = Right(self.config, replace(self.services, http_client=client))
        patient.unreachable, patient.error_of = self.unreachable, self.error_of  # type: ignore[method-assign]
        return Right.ask(patient, method, path, **params)


# -- settings ------------------------------------------------------------------------------------------------------


class Lenient(BaseModel):
    model_config = ConfigDict(frozen=True)

    ledger: str = Field(title="Ledger", description="Whose books.")
    api_key: SecretStr = Field(title="Key", description="Opens them.")


class Bare(Settings):
    pages: int = 3


class OpenToken(Settings):
    token: str = Field(default="", title="Token", description="Opens them, too.")


def asks_while_built(config: Settings, services: Services) -> Right:
    services.http_client().close()
    return Right(config, services)


def undeclared(source: type[Right], capability: LedgerCapability) -> LedgerSourceSpec:
    return spec(source, without=frozenset({capability}))


MUTANTS = {
    check: Mutant(made, Books, members)
    for check, made, members in (
        ("test_no_standard_check_is_overridden", spec(), {"test_nothing_is_printed": lambda self: None}),
        ("test_settings_are_a_form_that_refuses_what_it_does_not_know", spec(config_model=Lenient), {}),
        ("test_every_setting_says_what_it_is", spec(config_model=Bare), {}),
        ("test_secrets_are_never_shown", spec(config_model=OpenToken), {}),
        ("test_building_asks_nobody", spec(build=asks_while_built), {}),
        ("test_check_finds_nothing_wrong_with_right_settings", spec(FindsFault), {}),
        ("test_check_says_in_words_what_is_wrong", spec(RaisesInCheck), {}),
        ("test_broken_settings_stop_the_reading", spec(TakesNoBooksForEmptyOnes), {}),
        ("test_a_reading_ends_with_one_end", spec(GoesOnAfterTheEnd), {}),
        ("test_the_ledger_is_said_to_be_whole", spec(IsNeverSure), {}),
        ("test_customers_come_no_later_than_their_receivables", spec(TellsCustomersLast), {}),
        ("test_two_readings_are_equal", spec(KnowsWhichObjectItIs), {}),
        ("test_no_id_comes_twice", spec(TellsTwice), {}),
        ("test_values_are_those_of_the_contract", spec(CountsInFloats), {}),
        ("test_money_has_its_sign_and_its_currency", spec(LosesTheSign), {}),
        ("test_what_is_paid_is_not_open", spec(ForgetsTheDayOfPaying), {}),
        ("test_every_row_is_accounted_for", spec(CountsWrong), {}),
        ("test_a_cut_ledger_is_never_called_whole", spec(BelievesWhatItGot), {}),
        ("test_an_unreadable_row_is_set_aside_and_the_rest_comes", spec(DropsWhatIsOdd), {}),
        ("test_reading_on_without_a_change_changes_nothing", spec(ChangesItsMind), {}),
        ("test_reading_on_brings_what_changed", spec(ReadsOnInItsSleep), {}),
        ("test_what_is_removed_goes_and_comes_back_under_its_id", spec(NeverTakesBackWhatWasGone), {}),
        ("test_two_readings_at_once_do_not_disturb_each_other", spec(RemembersItsPage), {}),
        ("test_two_tenants_do_not_mix", spec(SharesItsKey), {}),
        ("test_a_reading_is_what_the_ledger_says", spec(IsADayEarly), {}),
        ("test_a_long_ledger_comes_whole", spec(StopsAtTheTenthPage), {}),
        ("test_a_reading_tells_of_a_dispute", spec(ReadsNoDisputes), {}),
        ("test_ids_hold_in_another_process", spec(MakesIdsOfHashes), {}),
        ("test_a_cursor_serves_another_object", spec(KeepsItsPlaceInTheObject), {}),
        ("test_a_cursor_of_a_quiet_day_loses_nothing", spec(SkipsAheadOnQuietDays), {}),
        ("test_what_comes_back_is_told_when_reading_on", spec(NeverTakesBack), {}),
        ("test_recheck_needs_no_reading_before", spec(HoldsWhatItHasNotRead), {}),
        ("test_recheck_says_of_a_receivable_what_the_reading_did", spec(RechecksByAnotherMapping), {}),
        ("test_recheck_answers_for_as_many_as_are_asked", spec(AsksForAHundred), {}),
        ("test_two_tenants_are_rechecked_apart", spec(RechecksWithTheLastKey), {}),
        ("test_it_does_not_wait_for_better_days", spec(Naps), {}),
        ("test_what_is_refused_is_an_error_of_ours", spec(LetsItsLibrarySpeak), {}),
        ("test_an_answer_that_is_none_is_no_ledger", spec(TakesAPageForNothing), {}),
        ("test_sentences_repeat_nothing_of_an_answer", spec(RepeatsTheAnswerInWords), {}),
        ("test_why_a_reading_is_not_whole_names_nobody", spec(NamesWhereItStopped), {}),
        ("test_a_reading_can_be_given_up", spec(CannotBeGivenUp), {}),
        ("test_no_call_leaves_a_file_open", spec(LeavesAFileOpenInCheck), {}),
        ("test_no_call_leaves_a_thread_running", spec(RechecksInTheBackground), {}),
        ("test_the_process_stays_as_it_was", spec(CountsMoreExactly), {}),
        ("test_it_reads_no_environment", spec(LooksAround), {}),
        ("test_it_goes_out_by_the_client_it_was_given", spec(BringsItsOwnClient), {}),
        ("test_every_request_has_a_time_out", spec(WaitsWithoutEnd), {}),
        ("test_recheck_agrees_with_the_reading", spec(RechecksWhatWasInvoiced), {}),
        ("test_recheck_answers_once_for_every_id", spec(LeavesOutWhatIsUnknown), {}),
        ("test_recheck_notices_a_payment", spec(RemembersWhatWasOpen), {}),
        ("test_recheck_notices_what_was_removed", spec(TakesGoneForOpen), {}),
        ("test_recheck_notices_a_dispute", spec(OverlooksDisputes), {}),
        ("test_recheck_goes_on_beside_an_unreadable_row", spec(StumblesInRecheck), {}),
        ("test_documents_are_copies_of_what_was_asked_for", spec(CopiesForEverybody), {}),
        ("test_documents_that_are_not_declared_are_refused", undeclared(HasNoCopies, LedgerCapability.DOCUMENTS), {}),
        ("test_write_back_answers_every_mark", spec(SaysItWrote), {}),
        ("test_the_same_mark_twice_is_noted_once", spec(NotesAgain), {}),
        ("test_write_back_that_is_not_declared_is_refused", undeclared(WritesNothing, LedgerCapability.WRITE_BACK), {}),
        ("test_a_refused_login_is_an_auth_error", spec(TakesNoKeyForNever), {}),
        ("test_being_asked_to_wait_is_rate_limited", spec(ForgetsHowLongToWait), {}),
        ("test_a_system_that_is_down_is_a_transient_error", spec(GivesUpForGood), {}),
        ("test_check_notices_a_system_that_does_not_answer", spec(ChecksOnlyTheKey), {}),
        ("test_errors_repeat_nothing_of_an_answer", spec(RepeatsTheAnswer), {}),
        ("test_logs_name_nobody", spec(LogsWhoTheyAre), {}),
        ("test_repr_names_nobody", spec(ShowsItsKey), {}),
        ("test_errors_name_nobody", spec(NamesWhomItCouldNotRead), {}),
        ("test_what_may_never_come_out_does_not", spec(TellsTheIdentityCode), {}),
        ("test_nothing_is_printed", spec(Prints), {}),
        ("test_logging_stays_as_the_host_set_it_up", spec(SetsLoggingUp), {}),
        ("test_an_abandoned_reading_leaves_no_file_open", spec(LeavesAFileOpen), {}),
        ("test_an_abandoned_reading_leaves_no_thread_running", spec(LeavesAThread), {}),
    )
}

RIGHT = Mutant(spec(), Books)

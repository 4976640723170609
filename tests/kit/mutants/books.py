"""A ledger behind HTTP, as small as it can be and still be asked everything, and a source that reads it without a mistake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dunningkit.contracts import CheckResult, LedgerCapability, LedgerSourceSpec, Services
from dunningkit.errors import AuthError, ConfigError, PermanentError, PluginError, RateLimited, TransientError
from dunningkit.model import (
    ChangeBatch,
    ContactPoint,
    Customer,
    Document,
    Mark,
    MarkResult,
    Medium,
    Money,
    QuarantinedRow,
    Receivable,
    ReceivableKind,
    Recheck,
    Scope,
    SyncEnd,
)
from dunningkit.testing import LedgerOutside

IDENTITY_CODE = "131052-308T"
KEYS = {"north": "key-of-north", "south": "key-of-south"}
PAGE = 3
#: Whoever has many asks for longer pages.
LONG_PAGE = 100

Row = dict[str, Any]


def invoice(number: str, customer: str, cents: int, open_cents: int, **more: Any) -> Row:
    return {
        "id": number,
        "customer": customer,
        "cents": cents,
        "open": open_cents,
        "issued": "2026-10-01",
        "due": "2026-10-15",
        "paid": None if open_cents else "2026-10-14",
        "kind": "invoice",
        "credits": "",
        "disputed": False,
        "copy": True,
        "rev": 1,
        **more,
    }


class Books(LedgerOutside):
    """A server with two ledgers; every change has a number, and a reading may ask for what came after one."""

    def __init__(self) -> None:
        self.rev = 1
        self.cut = False
        self.notes: list[str] = []
        self.removed: dict[str, tuple[Row, int]] = {}
        self.customers = {
            "north": [
                {"id": "C1", "name": "Ada Virtanen", "mail": "ada@example.com", "identity": IDENTITY_CODE},
                {"id": "C2", "name": "Beata Lind", "mail": "beata@example.com", "identity": IDENTITY_CODE},
            ],
            "south": [{"id": "C1", "name": "Carl Holm", "mail": "carl@example.com", "identity": IDENTITY_CODE}],
        }
        self.invoices = {
            "north": [
                invoice("1001", "C1", 12_000, 12_000),
                invoice("1002", "C1", 8_000, 0),
                invoice("1003", "C2", 10_000, 4_000),
                invoice("1004", "C2", 5_000, 0, paid=None, copy=False),
                invoice("1005", "C2", -5_000, -5_000, kind="credit_note", credits="1004", copy=False),
                invoice("1006", "C1", 3_000, 3_000),
                invoice("1007", "C2", 9_900, 9_900),
            ],
            "south": [invoice("1001", "C1", 700, 700), invoice("2002", "C1", 900, 0)],
        }

    # -- what the kit asks for ----------------------------------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        return {"ledger": "north", "api_key": KEYS["north"]}

    def other_settings(self) -> dict[str, Any]:
        return {"ledger": "south", "api_key": KEYS["south"]}

    def broken_settings(self) -> dict[str, Any]:
        return {"ledger": "nowhere", "api_key": KEYS["north"]}

    def transport(self) -> httpx.BaseTransport:
        return httpx.MockTransport(self.answer)

    def remove(self, receivable_id: str) -> None:
        row = self.row(receivable_id)
        self.invoices["north"].remove(row)
        self.rev += 1
        self.removed[receivable_id] = (dict(row), self.rev)

    def restore(self, receivable_id: str) -> None:
        row, _ = self.removed.pop(receivable_id)
        self.rev += 1
        self.invoices["north"].append({**row, "rev": self.rev})

    def pay(self, receivable_id: str) -> None:
        self.change(receivable_id, open=0, paid="2026-11-24")

    def dispute(self, receivable_id: str) -> None:
        self.change(receivable_id, disputed=True)

    def spoil_row(self) -> str:
        self.change("1003", cents="a hundred euros")
        return "1003"

    def truncate(self) -> None:
        self.cut = True

    def fill(self, number: int) -> None:
        self.rev += 1
        more = (invoice(f"9{one:05}", "C1", 1_000, 1_000, rev=self.rev) for one in range(number))
        self.invoices["north"].extend(more)

    def expected(self) -> dict[str, dict[str, Any]]:
        return {
            row["id"]: {
                "open": Money(row["open"], "EUR"),
                "due_on": date.fromisoformat(row["due"]),
            }
            for row in self.invoices["north"]
        }

    def written(self) -> Sequence[str]:
        return self.notes

    def canaries(self) -> Sequence[str]:
        return (IDENTITY_CODE,)

    def change(self, receivable_id: str, **how: Any) -> None:
        self.rev += 1
        self.row(receivable_id).update(how, rev=self.rev)

    def row(self, receivable_id: str) -> Row:
        return next(row for row in self.invoices["north"] if row["id"] == receivable_id)

    # -- what the source asks for -------------------------------------------------------------------------------------

    def answer(self, request: httpx.Request) -> httpx.Response:
        _, ledger, what, *rest = request.url.path.split("/")
        if ledger not in self.invoices:
            return httpx.Response(404)
        if request.headers["Authorization"] != KEYS[ledger]:
            return httpx.Response(401)
        asked = getattr(self, f"answer_{what}")(ledger, request, *rest)
        return asked if isinstance(asked, httpx.Response) else httpx.Response(200, json=asked)

    def answer_ping(self, ledger: str, request: httpx.Request) -> Any:
        return {}

    def answer_customers(self, ledger: str, request: httpx.Request) -> Any:
        return {"rows": self.customers[ledger]}

    def answer_invoices(self, ledger: str, request: httpx.Request) -> Any:
        since, page = int(request.url.params["since"]), int(request.url.params["page"])
        rows = [row for row in self.invoices[ledger] if row["rev"] > since]
        removed = [one for one, (_, rev) in self.removed.items() if rev > since]
        size = PAGE if len(self.invoices[ledger]) < LONG_PAGE else LONG_PAGE
        start = page * size
        there = rows[: len(rows) // 2] if self.cut else rows
        return {"rows": there[start : start + size], "total": len(rows), "removed": removed, "rev": self.rev}

    def answer_some(self, ledger: str, request: httpx.Request) -> Any:
        ids = request.url.params["ids"].split(",")
        return {"rows": [row for row in self.invoices[ledger] if row["id"] in ids]}

    def answer_copies(self, ledger: str, request: httpx.Request, number: str) -> Any:
        there = any(row["id"] == number and row["copy"] for row in self.invoices[ledger])
        return httpx.Response(200, content=b"%PDF-1.7 " + number.encode()) if there else httpx.Response(204)

    def answer_notes(self, ledger: str, request: httpx.Request, number: str, key: str = "") -> Any:
        if all(row["id"] != number for row in self.invoices[ledger]):
            return httpx.Response(204)
        if not key or key not in self.notes:
            self.notes.append(key or "a note")
        return {}


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ledger: str = Field(title="Ledger", description="Whose books.")
    api_key: SecretStr = Field(title="Key", description="Opens them.")


@dataclass
class Counts:
    accepted: int = 0
    refused: int = 0


class Right:
    """A source without a mistake; the mutants change one thing of it."""

    def __init__(self, config: Settings, services: Services) -> None:
        self.config = config
        self.services = services

    # -- HTTP ---------------------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, **params: str | int) -> httpx.Response:
        url = f"https://books.example/{self.config.ledger}/{path}"
        headers = {"Authorization": self.key()}
        try:
            with self.services.http_client() as client:
                response = client.request(method, url, params=params, headers=headers)
        except httpx.TransportError as error:
            raise self.unreachable(error) from None
        if response.is_error:
            raise self.error_of(response)
        if response.is_redirect:
            raise TransientError("The books lead to another address. Try later, or look at the connection.")
        return response

    def told(self, path: str, **params: str | int) -> Row:
        """What the books say in JSON."""
        try:
            found: Row = self.ask("GET", path, **params).json()
        except ValueError:
            raise TransientError("The books answered something else than JSON. Try later.") from None
        return found

    def key(self) -> str:
        return self.config.api_key.get_secret_value()

    def unreachable(self, error: httpx.TransportError) -> PluginError:
        return TransientError(f"The books do not answer ({type(error).__name__}).")

    def error_of(self, response: httpx.Response) -> PluginError:
        if response.status_code == 401:
            return AuthError("The books refuse the key. Make a new one there and put it into api_key.")
        if response.status_code == 404:
            return ConfigError(f"There are no books {self.config.ledger!r}. Correct the setting ledger.")
        if response.status_code == 429:
            return RateLimited("The books ask to wait.", retry_after_seconds=float(response.headers["Retry-After"]))
        if response.is_server_error:
            return TransientError(f"The books are down ({response.status_code}).")
        return PermanentError(f"The books answered {response.status_code}.")

    # -- the contract -------------------------------------------------------------------------------------------------

    def check(self) -> CheckResult:
        try:
            self.ask("GET", "ping")
        except PluginError as error:
            return CheckResult(ok=False, problems=(str(error),))
        return CheckResult(ok=True)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        yield ChangeBatch(customers=self.customers())
        counts, came = Counts(), 0
        for page in range(1000):
            told = self.told("invoices", since=int(cursor or 0), page=page)
            if not told["rows"]:
                break
            came += len(told["rows"])
            yield self.batch(told["rows"], counts)
        if cursor and told["removed"]:
            yield ChangeBatch(removed_receivable_ids=tuple(told["removed"]))
        yield ChangeBatch(end=self.end(cursor, counts, came, told))

    def end(self, cursor: str | None, counts: Counts, came: int, told: Row) -> SyncEnd:
        return SyncEnd(
            scope=Scope.DELTA if cursor else Scope.SNAPSHOT,
            complete=came == told["total"],
            cursor=str(told["rev"]),
            rows_read=counts.accepted + counts.refused,
            rows_accepted=counts.accepted,
            rows_quarantined=counts.refused,
        )

    def customers(self) -> tuple[Customer, ...]:
        return tuple(self.customer(row) for row in self.told("customers")["rows"])

    def customer(self, row: Row) -> Customer:
        return Customer(row["id"], row["name"], contact_points=(ContactPoint(Medium.EMAIL, row["mail"]),))

    def batch(self, rows: Sequence[Row], counts: Counts) -> ChangeBatch:
        read, odd = [], []
        for row in rows:
            try:
                read.append(self.receivable(row))
                counts.accepted += 1
            except ValueError:
                counts.refused += 1
                odd.append(self.odd(row))
        return ChangeBatch(receivables=tuple(read), quarantined=tuple(odd))

    def odd(self, row: Row) -> QuarantinedRow:
        reason = "The amount is no number of cents. Correct it in the books."
        return QuarantinedRow(f"invoices, record {row['id']}", reason, "cents", str(row["cents"]), row["id"])

    def receivable(self, row: Row) -> Receivable:
        return Receivable(
            receivable_id=row["id"],
            customer_id=row["customer"],
            invoice_number=row["id"],
            original=Money(int(row["cents"]), "EUR"),
            open=Money(row["open"], "EUR"),
            issued_on=date.fromisoformat(row["issued"]),
            due_on=date.fromisoformat(row["due"]),
            settled_on=date.fromisoformat(row["paid"]) if row["paid"] else None,
            kind=ReceivableKind(row["kind"]),
            credit_of=row["credits"],
            disputed=row["disputed"],
            copy_available=row["copy"],
        )

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        if not receivable_ids:
            return []
        rows = {row["id"]: row for row in self.told("some", ids=",".join(receivable_ids))["rows"]}
        return [self.rechecked(one, rows.get(one)) for one in receivable_ids]

    def rechecked(self, receivable_id: str, row: Row | None) -> Recheck:
        if row is None:
            return Recheck(receivable_id, None)
        on_hold = row["disputed"] or not isinstance(row["cents"], int)
        return Recheck(receivable_id, Money(row["open"], "EUR"), on_hold=on_hold)

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        copies = [(one, self.ask("GET", f"copies/{one}")) for one in receivable_ids]
        return [
            Document(one, f"invoice-{one}.pdf", "application/pdf", copy.content) for one, copy in copies if copy.content
        ]

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        return [self.marked(mark, self.ask("PUT", f"notes/{mark.receivable_id}/{mark.key}")) for mark in marks]

    def marked(self, mark: Mark, response: httpx.Response) -> MarkResult:
        if response.content:
            return MarkResult(mark.key, written=True)
        return MarkResult(mark.key, written=False, detail="The books do not know this invoice. Note it by hand.")


def spec(
    source: Any = Right,
    *,
    config_model: Any = Settings,
    build: Any = None,
    without: frozenset[LedgerCapability] = frozenset(),
) -> LedgerSourceSpec:
    """The spec of a source."""
    return LedgerSourceSpec("mutant", config_model, build or source, frozenset(LedgerCapability) - without)

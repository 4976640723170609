"""In a real engine: a doubtful row silences its invoice, and what was paid after the approval is never sent."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dunningkit.delivery.file_outbox import FileOutbox
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import ProposalBlocked
from dunningkit.model import Actor, Creditor, Line, LineStatus, Medium, ReasonCode
from dunningkit.store import Store
from dunningkit_csv.reading import CUT_OFF

TODAY = date(2026, 11, 24)  # a Tuesday
MAIJA = Actor("u1", "Maija M.")
CREDITOR = Creditor(
    creditor_id="pihapalvelu",
    name="Pihapalvelu Esimerkki Oy",
    phone="09 123 4567",
    email="laskut@example.fi",
    website="www.example.fi",
    iban="FI21 1234 5600 0007 85",
)


@pytest.fixture
def engine(ledger: Any) -> Iterator[Engine]:
    """One customer who owes one invoice, 5 days late."""
    write(ledger)
    outbox = FileOutbox(ledger.folder / "outbox")
    setup = CreditorSetup.of(CREDITOR, source=ledger.source(), channels={Medium.EMAIL: outbox})
    store = Store.open("sqlite://")
    store.migrate()
    yield Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))
    store.close()


def write(
    ledger: Any, *more: dict[str, str], email: str = "maija@example.fi", paid: str = "40,00", **invoice: str
) -> None:
    """The files, with whatever is different."""
    row = {"issued": "2026-11-05", "due": "2026-11-19", "open": "60,00", **invoice}
    ledger.customers({"customer": "17", "name": "Maija", "email": email}, email="email")
    ledger.invoices(row, *({**row, **other} for other in more), open="open")
    ledger.payments({"of": "1", "amount": paid}, receivable_id="of")


def line(engine: Engine) -> Line:
    engine.sync(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA)
    (found,) = engine.propose(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA).lines
    return found


@pytest.mark.parametrize(
    "doubt",
    [
        lambda ledger: write(ledger, amount="sata euroa"),
        lambda ledger: write(ledger, {"open": "0,00"}),
        lambda ledger: write(ledger, email="maija"),
        lambda ledger: write(ledger, customer="18"),
        lambda ledger: write(ledger, paid="neljäkymmentä"),
    ],
)
def test_a_doubtful_row_silences_its_invoice_until_it_is_mended(
    doubt: Callable[[Any], None], engine: Engine, ledger: Any
) -> None:
    assert line(engine).status is LineStatus.READY
    doubt(ledger)
    silenced = line(engine)
    assert (silenced.status, silenced.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.ROW_QUARANTINED)
    write(ledger)
    assert line(engine).status is LineStatus.READY


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"open": "0,00"}, ReasonCode.PAID_MEANWHILE),
        ({"no": "2"}, ReasonCode.GONE_MEANWHILE),
        ({"open": "10,00"}, ReasonCode.CHANGED_SINCE_APPROVAL),
    ],
)
def test_what_changed_after_the_approval_is_not_sent(
    change: dict[str, str], reason: ReasonCode, engine: Engine, ledger: Any
) -> None:
    line(engine)
    assert engine.approve(CREDITOR.creditor_id, actor=MAIJA)
    write(ledger, **change)
    report = engine.send(CREDITOR.creditor_id, actor=MAIJA)
    assert (report.accepted, [returned.reason.code for returned in report.returned]) == ([], [reason])


def test_what_is_still_open_is_sent_once(engine: Engine) -> None:
    line(engine)
    engine.approve(CREDITOR.creditor_id, actor=MAIJA)
    assert len(engine.send(CREDITOR.creditor_id, actor=MAIJA).accepted) == 1
    assert engine.send(CREDITOR.creditor_id, actor=MAIJA).accepted == []


def test_nothing_is_proposed_from_a_file_that_was_cut_off(engine: Engine, ledger: Any) -> None:
    assert line(engine).status is LineStatus.READY
    path = ledger.folder / "invoices.csv"
    path.write_text(path.read_text(encoding="utf-8") + "2;17;10", encoding="utf-8")
    report = engine.sync(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA)
    assert report.detail == f"invoices.csv line 3: {CUT_OFF}"
    with pytest.raises(ProposalBlocked, match=r"line 3: The file ends in the middle.*Export the file again"):
        engine.propose(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA)
    write(ledger)
    assert line(engine).status is LineStatus.READY


def test_a_delta_takes_back_what_the_snapshot_said(ledger: Any) -> None:
    write(ledger)
    ledger.config["invoices"]["columns"]["removed"] = "removed"
    ledger.config["invoices"]["deltas"] = "changes"
    (ledger.folder / "changes").mkdir()
    source = ledger.source()
    setup = CreditorSetup.of(CREDITOR, source=source, channels={Medium.EMAIL: FileOutbox(ledger.folder / "outbox")})
    store = Store.open("sqlite://")
    store.migrate()
    engine = Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert line(engine).status is LineStatus.READY
    (ledger.folder / "changes" / "1.csv").write_text(
        "no;customer;amount;issued;due;open;removed\n1;;;;;;yes\n", encoding="utf-8"
    )
    report = engine.sync(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA)
    assert (report.rows_read, report.vanished) == (1, 0), "only the delta was read"
    assert engine.propose(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA).lines == ()
    store.close()


@pytest.mark.parametrize("cut", ["1;17;100,00;2026-11-05;2026-11-19;6", "1;17;100,00;2026-11-05;2026-11-19;0,00;\n2;1"])
def test_what_a_cut_delta_said_is_forgotten_when_a_whole_one_takes_its_place(cut: str, ledger: Any) -> None:
    write(ledger)
    ledger.config["invoices"]["columns"]["removed"] = "removed"
    ledger.config["invoices"]["deltas"] = "changes"
    changes = ledger.folder / "changes"
    changes.mkdir()
    source = ledger.source()
    setup = CreditorSetup.of(CREDITOR, source=source, channels={Medium.EMAIL: FileOutbox(ledger.folder / "outbox")})
    store = Store.open("sqlite://")
    store.migrate()
    engine = Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert line(engine).status is LineStatus.READY
    header = "no;customer;amount;issued;due;open;removed\n"
    (changes / "1.csv").write_text(header + cut, encoding="utf-8")
    assert engine.sync(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA).rows_quarantined == 1
    with pytest.raises(ProposalBlocked):
        engine.propose(CREDITOR.creditor_id, as_of=TODAY, actor=MAIJA)
    (changes / "1.csv").write_text(header + "9;17;5,00;2026-11-05;2026-12-19;5,00;\n", encoding="utf-8")
    assert line(engine).status is LineStatus.READY
    assert engine.quarantine(CREDITOR.creditor_id) == ()
    store.close()

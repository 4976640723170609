"""Join made-up contacts to the public IBM sample ledger, so that its customers can be spoken to.

    python examples/ibm/join_contacts.py DATA [FOLDER]

DATA is the file ``WA_Fn-UseC_-Accounts-Receivable.csv``. FOLDER (``examples/ibm/build``) then holds

* ``invoices.csv``: DATA itself, byte for byte - every date, amount and leading zero as it was;
* ``customers.csv``: one made-up contact for each ``customerID`` in it, which is the key that joins the two.

The rule is in `contact_for`: everything follows from a hash of the customer's id alone, so the same customer is the same
person on every machine and whatever else the file holds.
"""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

REQUIRED = ("customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "Disputed", "SettledDate")
CONTACT_HEADERS = (
    "customerID",
    "name",
    "firstName",
    "contactName",
    "class",
    "language",
    "email",
    "phone",
    "phoneConfirmed",
)

FIRST_NAMES = ("Alice", "Brian", "Carol", "David", "Emma", "Frank", "Grace", "Henry", "Irene", "James", "Karen", "Luke")
SURNAMES = ("Baker", "Carter", "Dixon", "Fisher", "Hill", "Mason", "Porter", "Shaw", "Taylor", "Young")
COMPANIES = ("Imaginary", "Makebelieve", "Sampleton", "Fictional", "Pretend", "Daydream")
TRADES = ("Hotels", "Properties", "Coffee", "Books", "Motors", "Flowers")


class DataProblem(Exception):
    """The data cannot be used; the message says what is wrong, where, and what to do."""


def contact_for(customer_id: str) -> tuple[str, ...]:
    """Make the contact of one customer from the bytes of its id's SHA-256, one byte per choice.

    Half are companies; about 9 in 10 have an e-mail address and 8 in 10 a phone number, two thirds of those confirmed. The
    addresses lead nowhere: ``example.com`` is reserved, and 0457 555 0xxx is a series kept for stories (so short that two
    customers may share a number).
    """
    digest = sha256(f"dunningkit example contact: {customer_id}".encode()).digest()
    first = FIRST_NAMES[digest[0] % len(FIRST_NAMES)]
    person = f"{first} {SURNAMES[digest[1] % len(SURNAMES)]}"
    is_company = digest[2] < 128
    company = f"{COMPANIES[digest[3] % len(COMPANIES)]} {TRADES[digest[4] % len(TRADES)]} Ltd"
    email = f"{person.replace(' ', '.')}.{customer_id}@example.com".lower() if digest[5] < 230 else ""
    phone = f"+358 457 555 0{int.from_bytes(digest[6:10], 'big') % 1000:03d}" if digest[10] < 205 else ""
    confirmed = ("yes" if digest[11] < 170 else "no") if phone else ""
    return (
        customer_id,
        company if is_company else person,
        "" if is_company else first,
        person if is_company else "",
        "company" if is_company else "consumer",
        ("en", "en", "fi", "sv")[digest[12] % 4],
        email,
        phone,
        confirmed,
    )


def read_data(path: Path) -> tuple[bytes, list[str]]:
    """Read DATA: its bytes, and its customers in order of id. Raises `DataProblem` when it is not the file we expect."""
    what_to_do = (
        "Download the IBM sample WA_Fn-UseC_-Accounts-Receivable.csv (it is in many public repositories) and give its "
        "path: python examples/ibm/join_contacts.py PATH"
    )
    if not path.is_file():
        raise DataProblem(f"There is no file at {path.absolute()}. {what_to_do}")
    content = path.read_bytes()
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        missing = [header for header in REQUIRED if header not in (rows.fieldnames or ())]
        if missing:
            raise DataProblem(f"{path.absolute()} has no column {', '.join(missing)} in its first line. {what_to_do}")
        customers = sorted({row["customerID"] for row in rows})
    except UnicodeDecodeError as error:
        raise DataProblem(f"{path.absolute()} is not text in UTF-8 (byte {error.start}). {what_to_do}") from error
    return content, customers


def join(data: Path, folder: Path) -> None:
    """Write invoices.csv and customers.csv to ``folder``."""
    content, customers = read_data(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "invoices.csv").write_bytes(content)
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(CONTACT_HEADERS)
        writer.writerows(contact_for(customer_id) for customer_id in customers)
    print(f"{folder}: the invoices of {len(customers)} customers, each with a made-up contact.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Join made-up contacts to the public IBM sample ledger.")
    parser.add_argument("data", metavar="DATA", help="the downloaded WA_Fn-UseC_-Accounts-Receivable.csv")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "build")
    options = parser.parse_args(arguments)
    if not options.data:
        parser.error("DATA is empty. Say where the file is: make ibm DATA=path/to/WA_Fn-UseC_-Accounts-Receivable.csv")
    try:
        join(Path(options.data), options.folder)
    except DataProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

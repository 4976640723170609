"""What is wrong with a pack's table of rates, word for word."""

from datetime import date
from pathlib import Path

import pytest

from dunningkit.errors import SettingsError
from dunningkit.law.loading import builtin_packs, load_pack
from dunningkit.law.pack import RatePeriod, RuleStatus

PACK = """
[pack]
id = "small"
country = "ZZ"
currency = "XTS"
title = "A small law"

[rates.base]
file = "base.csv"

[[rule]]
kind = "reference"
id = "zz.base"
table = "base"
selector = "accrual_day"
valid_from = 2020-01-01
status = "confirmed"
cite = "Act 3"
"""
COLUMNS = "valid_from,valid_to,rate_bp,status,cite"
LINE = "2020-01-01,2020-06-30,100,confirmed,G 1"


def read(folder: Path, content: str | bytes) -> tuple[RatePeriod, ...]:
    (folder / "small.toml").write_text(PACK, "utf-8")
    (folder / "base.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_pack(folder / "small.toml").table("base")


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(SettingsError) as error:
        read(folder, content)
    where = folder / "small.toml"
    assert error.value.params == {"path": str(where)}
    return str(error.value).removeprefix(f"The rule pack {where} is not usable: ")


def test_a_line_is_a_period(tmp_path: Path) -> None:
    given = f"{COLUMNS}\n 2020-01-01 , 2020-06-30 , -100 , derived , G 1 \n"
    assert read(tmp_path, given) == (RatePeriod(date(2020, 1, 1), date(2020, 6, 30), -100, RuleStatus.DERIVED, "G 1"),)
    assert read(tmp_path, b"\xef\xbb\xbf" + f"{COLUMNS}\n{LINE}\n".encode())[0].rate_bp == 100


def test_what_is_no_table(tmp_path: Path) -> None:
    head = f"base.csv: its first line must be {COLUMNS}."
    assert refusal(tmp_path, "") == head
    assert refusal(tmp_path, f"valid_from\n{LINE}\n") == head
    assert refusal(tmp_path, f"{COLUMNS}\n") == "base.csv: has no rates; write at least one line below the first."
    assert refusal(tmp_path, b"\xff\xfe").startswith("base.csv is no CSV file in UTF-8: 'utf-8' codec")
    assert refusal(tmp_path, f'{COLUMNS}\n"open\n').startswith("base.csv is no CSV file in UTF-8: unexpected end")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2020-01-01,2020-06-30,100,confirmed", "must have 5 values."),
        (f"{LINE},more", "must have 5 values."),
        (
            "2020-01-01,2020-06-30,1.5,confirmed,G 1",
            "rate_bp: '1.5' must be a whole number of hundredths of a percentage point.",
        ),
        (
            "2020-01-01,2020-06-30,1234567,confirmed,G 1",
            "rate_bp: '1234567' must be a whole number of hundredths of a percentage point.",
        ),
        (
            "2020-01-01,2020-06-30,100,sure,G 1",
            "status: 'sure' must be one of confirmed, derived, design.",
        ),
        ("2020-01-01,2020-06-30,100,confirmed, ", "cite: is empty; name where the rate was published."),
        ("1.1.2020,2020-06-30,100,confirmed,G 1", "valid_from: '1.1.2020' must be a day such as 2022-05-01."),
        ("2020-01-01,2020-06-31,100,confirmed,G 1", "valid_to: '2020-06-31' must be a day such as 2022-05-01."),
    ],
)
def test_a_line_that_is_wrong(tmp_path: Path, line: str, said: str) -> None:
    assert refusal(tmp_path, f"{COLUMNS}\n{LINE}\n{line}\n") == f"base.csv, line 3: {said}"


def test_every_mistake_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    wrong = "2020-08-01,2020-07-01,100,confirmed,G 2"
    assert refusal(tmp_path, f"{COLUMNS}\nx,2020-06-30,100,confirmed,G 1\n{LINE}\n{wrong}\n") == (
        "base.csv, line 2: valid_from: 'x' must be a day such as 2022-05-01. "
        "base.csv: the period from 2020-08-01 ends before it begins; mend valid_to. "
        "base.csv: the period from 2020-08-01 leaves days out; it must begin on 2020-07-01."
    )


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    where = tmp_path / "small.toml"
    where.write_text(PACK, "utf-8")
    with pytest.raises(SettingsError) as error:
        load_pack(where)
    assert str(error.value) == (
        f"The rule pack {where}, [rates.base], file: base.csv cannot be read: No such file or directory."
    )
    assert error.value.params == {"path": str(tmp_path / "base.csv")}


def test_the_built_in_packs_are_named_without_their_ending() -> None:
    assert "fi" in builtin_packs()
    assert not [name for name in builtin_packs() if "." in name]


def test_what_has_a_dot_or_a_slash_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path, f"{COLUMNS}\n{LINE}\n")
    monkeypatch.chdir(tmp_path)
    assert load_pack("small.toml").pack_id == "small"
    (tmp_path / "small.toml").rename(tmp_path / "small")
    assert load_pack("./small").pack_id == "small"
    assert load_pack(Path("small")).pack_id == "small"
    (tmp_path / "a").mkdir()
    with pytest.raises(SettingsError, match=r"^The rule pack a/small cannot be read: No such file or directory\.$"):
        load_pack("a/small")

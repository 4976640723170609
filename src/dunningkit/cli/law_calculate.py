"""The command that answers one case from standard input, so that anybody can check the law with cases of their own."""

import json
import sys

import typer

from dunningkit.cli import exit_codes
from dunningkit.cli.options import Common
from dunningkit.cli.printing import print_error, print_json
from dunningkit.engine.config import language_of
from dunningkit.law import BusinessCalendar
from dunningkit.law.calculating import answer_as_json, calculate, read_case
from dunningkit.law.loading import load_pack
from dunningkit.model import Language
from dunningkit.wording import Wording

_WHAT_TO_DO = "The page docs/law_calculate.md shows a whole case."


def calculate_case(ctx: typer.Context) -> int:
    """Answer one case, read as a JSON object from standard input: interest, fee, earliest days, caps left, sections."""
    common: Common = ctx.obj
    try:
        question = read_case(_read())
    except ValueError as error:
        sentence = f"The case on standard input cannot be used. {error} {_WHAT_TO_DO}"
        print_error("case_unusable", sentence, as_json=common.json)
        return exit_codes.WRITTEN_WRONGLY
    pack = load_pack(question.pack)
    wording = Wording(common.language or language_of(common.config) or Language.EN)
    found = calculate(question, pack, BusinessCalendar(pack.country))
    answer = answer_as_json(question, found, wording.reason)
    if common.json:
        print_json(answer)
    else:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    return exit_codes.DONE


def _read() -> object:
    try:
        return json.loads(sys.stdin.buffer.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("It is no text in UTF-8; save it as UTF-8.") from None
    except RecursionError:
        raise ValueError("It is nested too deeply; write one object in braces.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{place}: it is no JSON ({error.msg}); write one object in braces.") from None
    except ValueError:
        raise ValueError(
            "A number in it has thousands of digits; amounts are in minor units: 10000 is 100 euros."
        ) from None

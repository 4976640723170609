"""``dunning plugins quality``: runs the rules of the quality scale and prints what is missing and the tier."""

from pathlib import Path

import typer

from dunningkit.cli import exit_codes
from dunningkit.cli.options import Common
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.discovery import discover
from dunningkit.quality import Report, gather, judge
from dunningkit.quality.scale import Judged

_NO_TIER = "none yet"


def judge_plugins(common: Common, word: str, name: str | None, settings: Path | None) -> int:
    """Judge one installed plugin or all of them. Raises `NotFound` and `SettingsError`."""
    if word != "quality":
        raise typer.BadParameter(f"{word!r} is nothing that plugins can be asked; say quality, or leave it out")
    names = [name] if name else [candidate.name for candidate in discover()]
    reports = [judge(gather(one, settings)) for one in names]
    if common.json:
        print_json({"plugins": [_data(report) for report in reports]})
        return exit_codes.DONE
    for report in reports:
        _show(report)
    return exit_codes.DONE


def _show(report: Report) -> None:
    for one in report.judged:
        print_line(f"{_mark(one)} {one.rule.tier:<8}  {one.rule.name}: {one.rule.asks}")
        if one.exempt:
            print_under(f"exempt: {one.exempt}", indent=14)
        elif one.verdict.why:
            print_under(one.verdict.why, indent=14)
    missing = ", ".join(one.rule.name for one in report.missing)
    if missing:
        print_line(f"Missing: {missing}")
    print_line((f"{report.plugin} {report.version}: {report.tier or _NO_TIER}", "bold"))


def _mark(one: Judged) -> str:
    return "kept   " if one.verdict.kept else "exempt " if one.exempt else "missing"


def _data(report: Report) -> dict[str, object]:
    return {
        "plugin": report.plugin,
        "version": report.version,
        "tier": report.tier,
        "rules": [
            {
                "rule": one.rule.name,
                "tier": one.rule.tier,
                "kept": one.verdict.kept,
                "why": one.verdict.why,
                "exempt": one.exempt,
            }
            for one in report.judged
        ],
    }

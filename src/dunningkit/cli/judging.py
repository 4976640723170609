"""``dunning plugins quality``: runs the rules of the quality scale and prints what is missing and the tier."""

from pathlib import Path

import typer

from dunningkit.cli import exit_codes
from dunningkit.cli.options import Common
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.discovery import discover
from dunningkit.errors import SettingsError
from dunningkit.quality import Report, gather, judge
from dunningkit.quality.scale import Judged

_NO_TIER = "none yet"


def judge_plugins(common: Common, word: str, name: str | None, settings: Path | None) -> int:
    """Judge one installed plugin or all of them. Raises `NotFound` and `SettingsError`."""
    if word != "quality":
        raise typer.BadParameter(f"{word!r} is nothing that plugins can be asked; say quality, or leave it out")
    names = [name] if name else sorted({candidate.name for candidate in discover()})
    found = [_judged(one, settings) for one in names]
    unjudged = [one for one in found if isinstance(one, SettingsError)]
    if name and unjudged:
        raise unjudged[0]
    if common.json:
        print_json({"plugins": [_data(one) for one in found]})
    else:
        for one in found:
            _show(one)
    return exit_codes.SETTINGS if unjudged else exit_codes.DONE


def _judged(name: str, settings: Path | None) -> Report | SettingsError:
    """A plugin's report; where several are judged, one that cannot be takes nothing from the others."""
    try:
        return judge(gather(name, settings))
    except SettingsError as error:
        return SettingsError(str(error), plugin=name)


def _show(report: Report | SettingsError) -> None:
    if isinstance(report, SettingsError):
        print_line(str(report))
        print_line((f"{report.params['plugin']}: {_NO_TIER}", "bold"))
        return
    for one in report.judged:
        print_line(f"{_mark(one)} {one.rule.tier:<8}  {one.rule.name}: {one.rule.asks}")
        if one.exempt and not one.verdict.kept:
            print_under(f"exempt: {one.exempt}", indent=14)
        elif one.verdict.why:
            print_under(one.verdict.why, indent=14)
    exempt = ", ".join(one.rule.name for one in report.judged if one.exempt and not one.verdict.kept)
    if exempt:
        print_line(f"Exempt, as its authors say: {exempt}")
    missing = ", ".join(one.rule.name for one in report.missing)
    if missing:
        print_line(f"Missing: {missing}")
    print_line((f"{report.plugin} {report.version}: {report.tier or _NO_TIER}", "bold"))


def _mark(one: Judged) -> str:
    return "kept   " if one.verdict.kept else "exempt " if one.exempt else "missing"


def _data(report: Report | SettingsError) -> dict[str, object]:
    if isinstance(report, SettingsError):
        return {"plugin": report.params["plugin"], "tier": None, "error": report.code, "message": str(report)}
    return {
        "plugin": report.plugin,
        "version": report.version,
        "tier": report.tier,
        "missing": [one.rule.name for one in report.missing],
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

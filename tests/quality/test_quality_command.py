"""``dunning plugins quality``: what is missing, and last the tier; every plugin gets its turn."""

import json
import subprocess
import sys

import pytest

from dunningkit.cli.app import run
from dunningkit.quality import RULES, evidence

FOLDER_PROOF = """
import pytest
from dunningkit.testing import ChannelConformance, ChannelOutside
from dunningkit_share.channel import SPEC

class Folder(ChannelOutside):
    def settings(self):
        return {"folder": "out"}

class TestFolder(ChannelConformance):
    @pytest.fixture
    def spec(self):
        return SPEC
    @pytest.fixture
    def outside(self):
        return Folder()
"""
CHANNEL = """
from dataclasses import replace
from dunningkit.delivery import file_outbox
SPEC = replace(file_outbox.SPEC, name="share")
"""
FRONT = """
from dunningkit.hooks import hookimpl

@hookimpl
def dunningkit_channels():
    from dunningkit_share.channel import SPEC
    return [SPEC]
"""


def test_the_tier_stands_last_and_what_is_missing_before_it(install, capsys) -> None:
    install()
    assert run(["plugins", "quality", "share"]) == 0
    *_, missing, tier = capsys.readouterr().out.splitlines()
    assert missing == "Missing: strict-typing, property-tested-mapping"
    assert tier == "share 1.0: gold"


def test_an_exemption_is_shown_with_its_reason_and_named_before_the_tier(install, capsys) -> None:
    install({"quality_scale.toml": '[exempt]\nproperty-tested-mapping = "it maps nothing"\n'})
    assert run(["plugins", "quality", "share"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "              exempt: it maps nothing" in said
    assert "Exempt, as its authors say: property-tested-mapping" in said


def test_as_json(install, capsys) -> None:
    install()
    assert run(["plugins", "quality", "share", "--json"]) == 0
    (share,) = json.loads(capsys.readouterr().out)["plugins"]
    assert (share["plugin"], share["tier"]) == ("share", "gold")
    assert share["missing"] == ["strict-typing", "property-tested-mapping"]
    assert {one["rule"] for one in share["rules"] if not one["kept"]} == set(share["missing"])


@pytest.mark.parametrize("as_json", [False, True])
def test_one_that_cannot_be_judged_takes_nothing_from_the_others(install, capsys, as_json) -> None:
    install({"quality_scale.toml": '[exempt]\nrecheck = ""\n'})
    assert run(["plugins", "quality", *(["--json"] if as_json else [])]) == 3
    said = capsys.readouterr().out
    assert "exempts recheck without a reason" in said
    if as_json:
        csv, share = json.loads(said)["plugins"]
        assert (csv["tier"], share["tier"], share["error"]) == ("platinum", None, "settings_error")
    else:
        assert "csv 0.1.0: platinum" in said
        assert said.splitlines()[-1] == "share: none yet"


def test_asked_by_its_name_it_is_an_error(install, capsys) -> None:
    install({"quality_scale.toml": '[exempt]\nrecheck = ""\n'})
    assert run(["plugins", "quality", "share"]) == 3
    assert "write one, or take it out" in capsys.readouterr().err


def test_how_long_a_channel_takes_is_measured(install, capsys) -> None:
    install({"plugin.py": FRONT, "channel.py": CHANNEL}, proof=FOLDER_PROOF)
    run(["plugins", "quality", "share", "--json"])
    (share,) = json.loads(capsys.readouterr().out)["plugins"]
    (speed,) = [one for one in share["rules"] if one["rule"] == "ten-thousand-items"]
    assert speed["kept"], speed["why"]
    assert speed["why"].startswith("measure_ten_thousand_messages: ")


def test_a_channel_without_a_proof_is_said_not_to_be_shown(install, tmp_path) -> None:
    install({"plugin.py": FRONT, "channel.py": CHANNEL})
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--pyargs", "dunningkit.testing"]
    command.append("--dunningkit-plugin=share")
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "not shown: nothing of what this channel renders, delivers and reads was checked" in done.stdout
    assert "nothing proves the channel share" in RULES[0].judge(evidence.gather("share")).why


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/usr/bin/python3: No module named pytest", "pytest is missing. Install the extra testing"),
        ("E   ModuleNotFoundError: No module named 'hypothesis'", "hypothesis is missing. Install the extra testing"),
        ("E   pytest.UsageError: The settings of 'x' cannot be used: url: is missing.\n1 error", "The settings of 'x'"),
        (
            "E   ImportError: cannot import name 'SPEC'\n=== short ===\n1 error in 0.1s",
            "ImportError: cannot import name",
        ),
    ],
)
def test_what_kept_a_proof_from_running_is_told(said, told) -> None:
    assert evidence.complaint(said).startswith(told)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "not allowed"), ("fi", "ei sallittu"), ("sv", "inte tillåtet")],
)
def test_a_plugin_that_the_configuration_does_not_allow_is_listed_so(tmp_path, capsys, language, said) -> None:
    assert run(["--config", str(tmp_path / "none.toml"), "--language", language, "plugins"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("csv ")]
    assert said in line

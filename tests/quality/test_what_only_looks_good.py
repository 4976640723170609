"""A plugin gets no tier by what only looks like a proof: other tests under the kit's names, or a proof of something else."""

import pytest

from dunningkit.errors import SettingsError
from dunningkit.quality import RULES, Report, gather, judge
from dunningkit.testing import ScorerConformance, checks_of

PROOF = """
import pytest
from dunningkit.testing import ScorerConformance
from dunningkit_share.scorer import SPEC

class TestShare(ScorerConformance):
    @pytest.fixture
    def spec(self):
        return SPEC
"""
#: Has every name that a rule asks for, and asks nothing.
NAMESAKES = "class TestShare:\n" + "".join(
    f"    def {name}(self):\n        pass\n"
    for name in [*checks_of(ScorerConformance), "measure_ten_thousand_customers"]
)


def report_of(name: str = "share") -> Report:
    return judge(gather(name))


def test_a_scorer_is_proven_with_and_without_a_proof_of_its_own(install) -> None:
    install()
    assert report_of().tier == "gold"


def test_a_proof_of_its_own_counts(install) -> None:
    install(proof=PROOF)
    assert RULES[0].judge(gather("share")).kept


def test_one_that_cannot_be_loaded_has_no_tier(install) -> None:
    install({"plugin.py": "raise RuntimeError('no')\n"}, proof="def test_nothing():\n    pass\n")
    report = report_of()
    assert report.tier is None
    assert "import: RuntimeError" in next(one.verdict.why for one in report.missing if one.rule.name == "conformance")


@pytest.mark.parametrize(
    "proof",
    [
        NAMESAKES,
        # The built-in score, which is proven well.
        PROOF.replace("dunningkit_share.scorer", "dunningkit.scoring.plugin"),
        # Another object than the one that is offered is built.
        PROOF
        + "    @pytest.fixture\n    def build(self):\n        from dunningkit.scoring.plugin import LadderScorer\n"
        "        return lambda *_: LadderScorer()\n",
        PROOF.replace(
            "return SPEC", "from dataclasses import replace\n        return replace(SPEC, build=lambda *_: None)"
        ),
        PROOF + "    def test_no_standard_check_is_overridden(self):\n        pass\n",
        PROOF.replace("class TestShare", "@pytest.mark.skip(reason='later')\nclass TestShare"),
        "class TestPackage:\n    def test_importing_it_says_nothing(self):\n        pass\n",
    ],
    ids=["namesakes", "of_another", "other_object", "other_build", "own_judge", "skipped", "own_package"],
)
def test_what_proves_nothing_counts_for_nothing(install, proof) -> None:
    install(proof=proof)
    evidence = gather("share")
    conformance, typed = (rule.judge(evidence) for rule in RULES if rule.name in ("conformance", "typed-config"))
    assert (conformance.kept, typed.kept) == (False, False)
    assert "nothing proves the scorer share" in conformance.why


def test_a_deviation_that_is_said_is_shown_and_is_no_failure(install) -> None:
    deviates = '    @pytest.mark.xfail(strict=True, reason="unsupported: it hurries")\n'
    proof = PROOF + deviates + "    def test_building_asks_nobody(self):\n        raise AssertionError\n"
    install(proof=proof)
    conformance = RULES[0].judge(gather("share"))
    assert conformance.kept
    assert "deviates in test_building_asks_nobody: unsupported: it hurries" in conformance.why


class TestExemptions:
    def test_a_reason_is_needed(self, install) -> None:
        install({"quality_scale.toml": '[exempt]\nstrict-typing = "  "\n'})
        with pytest.raises(
            SettingsError, match=r"of the plugin 'share' exempts strict-typing without a reason; write one"
        ):
            gather("share")

    def test_with_one_it_stands_in_no_tiers_way(self, install) -> None:
        rules = ("strict-typing", "property-tested-mapping")
        install({"quality_scale.toml": "[exempt]\n" + "".join(f'{one} = "it is a sample"\n' for one in rules)})
        assert report_of().tier == "platinum"

    @pytest.mark.parametrize("rule", ["conformance", "no-secrets-or-persons"])
    def test_no_reason_excuses_what_others_are_hurt_by(self, install, rule) -> None:
        install({"quality_scale.toml": f'[exempt]\n{rule} = "we are in a hurry"\n'})
        with pytest.raises(SettingsError, match=f"exempts {rule}, from which there is no exemption"):
            report_of()

    @pytest.mark.parametrize("text", ["exempt = 5\n", "[exemt]\nrecheck = 'no'\n", "recheck = 'no'\n", "[exempt\n"])
    def test_what_is_written_wrongly_is_not_passed_over(self, install, text) -> None:
        install({"quality_scale.toml": text})
        with pytest.raises(SettingsError, match=r"quality_scale\.toml of the plugin 'share'"):
            gather("share")

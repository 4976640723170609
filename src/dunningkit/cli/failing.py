"""What is wrong with plugins, in the language of the screen: which, in what version, at which stage, and what to do."""

from dunningkit.plugins import PluginFailure, PluginNotice
from dunningkit.wording import Wording


def failure_line(failure: PluginFailure, wording: Wording) -> str:
    """A plugin that is not used, on one line."""
    return _line(failure, _sentence(failure, wording), wording)


def notice_line(notice: PluginNotice, wording: Wording) -> str:
    """A plugin that is used and changed what is not its own, on one line."""
    return _line(notice, wording.word("notice", changed=notice.code), wording)


def _line(told: PluginFailure | PluginNotice, sentence: str, wording: Wording) -> str:
    return wording.word("plugin_line", plugin=told.plugin, version=told.version, stage=told.stage, sentence=sentence)


def _sentence(failure: PluginFailure, wording: Wording) -> str:
    told = {
        "not_installed": lambda **more: wording.word("failure_not_installed", **more),
        "no_name": lambda **more: wording.word("failure_no_name", **more),
        "misnamed": lambda **more: wording.word("failure_misnamed", **more),
        "other_group": lambda **more: wording.word("failure_other_group", **more),
        "claimed_twice": lambda **more: wording.word("failure_claimed_twice", **more),
        "not_imported": lambda **more: wording.word("failure_not_imported", **more),
        "hung": lambda **more: wording.word("failure_hung", **more),
        "refused": lambda **more: wording.word("failure_refused", **more),
        "same_name": lambda **more: wording.word("failure_same_name", **more),
        "same_offer": lambda **more: wording.word("failure_same_offer", **more),
    }
    return told[failure.code](plugin=failure.plugin, **failure.params)

"""The errors that plugins raise and hosts catch.

Every error has a ``code`` that a host can translate and ``params`` that fill the sentence; ``str(error)`` is the English
sentence and says what happened, where, and what to do. A plugin picks the class by what the host should do next, never by
where it happened. No error text carries a provider's response body, a secret, or a customer's data.
"""

from collections.abc import Mapping


class DunningkitError(Exception):
    """Everything dunningkit raises on purpose is one of these."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.params: Mapping[str, object] = dict(params)


# -- what a plugin raises ------------------------------------------------------------------------------------------


class PluginError(DunningkitError):
    """A plugin could not do its work; the subclass says what the host should do about it."""

    code = "plugin_error"


class ConfigError(PluginError):
    """A setting is missing or wrong: a person corrects it before anything is tried again."""

    code = "config_error"


class AuthError(PluginError):
    """The other system refused the credentials: a person renews them."""

    code = "auth_error"


class RateLimited(PluginError):
    """The other system asks to wait; ``retry_after_seconds`` says how long, when it told."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class TransientError(PluginError):
    """The same call may succeed later: it is tried again on the next run."""

    code = "transient_error"


class PermanentError(PluginError):
    """The same call will never succeed: it is not tried again."""

    code = "permanent_error"


class UnsupportedCapability(PluginError):
    """A method was called that the plugin's spec does not declare."""

    code = "unsupported_capability"


class PluginCrash(PluginError):
    """A plugin raised something that is not a `PluginError`, or answered against its contract. Made by ``dispatch``."""

    code = "plugin_crash"


class PluginHung(PluginCrash):
    """A plugin did not answer within its deadline, or was not asked because of that. Made by ``dispatch``."""

    code = "plugin_hung"


# -- what a host meets ---------------------------------------------------------------------------------------------


class NameCollision(DunningkitError):
    """A distribution named ``dunningkit`` is installed and shares our import package."""

    code = "name_collision"


class SettingsError(DunningkitError):
    """The configuration or policy is not usable; the message names the place and the remedy."""

    code = "settings_error"


class SchemaMissing(DunningkitError):
    """The database holds no dunningkit tables yet: call ``Store.migrate()``."""

    code = "schema_missing"


class SchemaOutdated(DunningkitError):
    """The database is from an older dunningkit: call ``Store.migrate()`` from the host's upgrade step."""

    code = "schema_outdated"


class SchemaTooNew(DunningkitError):
    """The database is from a newer dunningkit: upgrade this installation; nothing was touched."""

    code = "schema_too_new"


class SyncFailed(DunningkitError):
    """The ledger could not be read to the end; what arrived is kept and no proposal is made from it."""

    code = "sync_failed"


class ProposalBlocked(DunningkitError):
    """No proposal can be made for this creditor now; ``code`` says why and the message what a person can do."""

    code = "proposal_blocked"


class NotFound(DunningkitError):
    """The named creditor, proposal, reminder, receivable or hold does not exist."""

    code = "not_found"


class NotAllowed(DunningkitError):
    """The request makes no sense in the present state (approve a line that is not ready, release a released hold)."""

    code = "not_allowed"


class RateMissing(DunningkitError):
    """A rule pack knows no reference rate for a day on which interest runs: add the period, or ask for a provisional figure."""

    code = "rate_missing"


class NeedsOwnTransaction(DunningkitError):
    """Sending was asked on a host's connection: nothing is ever sent inside a transaction that a host may replay."""

    code = "needs_own_transaction"

"""What every conformance class asks, whatever a plugin connects: a typed form of settings, and secrets that stay secret."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError

from dunningkit.contracts import Services
from dunningkit.testing.checks import check, is_written, overridden
from dunningkit.testing.outside import Outside, services_for

#: Settings that open a door, by their names.
_SECRET_NAMES = re.compile(r"secret|password|token|(?:^|_)(?:api_?|private_|partner_|customer_)?key$|credential", re.I)
_PLANTED = "canary-8f3c1d"


class Conformance:
    """Subclass a kind's class instead of this one; give the fixture ``spec``, and ``outside`` where there is another system."""

    @pytest.fixture
    def spec(self) -> Any:
        """The spec to check: override it to return yours."""
        pytest.fail("Override the fixture `spec` to return the spec that your plugin offers.", pytrace=False)

    @pytest.fixture
    def outside(self) -> Outside:
        """The other system: override it to return an object of a class derived from `Outside`."""
        return Outside()

    @pytest.fixture
    def services(self, outside: Outside, tmp_path: Any) -> Services:
        """What the plugin is given: a clock that stands still, a logger, no network but ``outside.transport()``."""
        return services_for(tmp_path, outside.transport if is_written(outside, "transport") else None)

    @pytest.fixture
    def build(self, spec: Any, outside: Outside, services: Services) -> Callable[..., Any]:
        """Makes the plugin's object anew; with other settings or services where a check gives them."""

        def make(settings: Mapping[str, Any] | None = None, others: Services | None = None) -> Any:
            given = outside.settings() if settings is None else settings
            return spec.build(spec.config_model.model_validate(dict(given)), others or services)

        return make

    @check()
    def test_no_standard_check_is_overridden(self) -> None:
        """A deviation is said with ``xfail(strict=True, reason="unsupported: ...")``, never by leaving a check out."""
        names = overridden(type(self))
        assert not names, (
            f"{', '.join(names)}: mark it xfail(strict=True, reason='unsupported: ...', 'future: ...' or 'regression: ...') "
            "instead of replacing it"
        )

    @check()
    def test_settings_are_a_form_that_refuses_what_it_does_not_know(self, spec: Any, outside: Outside) -> None:
        """A typing mistake in a configuration file must not be a setting that silently does nothing."""
        model = spec.config_model
        assert issubclass(model, BaseModel), "config_model is no pydantic model"
        assert model.model_config.get("frozen"), (
            "config_model is not frozen: settings do not change while a run uses them"
        )
        with pytest.raises(ValidationError, match="xtra"):
            model.model_validate({**outside.settings(), "no_such_setting_": 1})

    @check()
    def test_every_setting_says_what_it_is(self, spec: Any) -> None:
        """The JSON Schema of the settings is the form that an accountant sees."""
        bare = [
            name for name, field in spec.config_model.model_fields.items() if not (field.title and field.description)
        ]
        assert not bare, f"give a title and a description to {', '.join(bare)}"

    @check()
    def test_secrets_are_never_shown(self, spec: Any) -> None:
        """What opens a door is a ``SecretStr``, which no log, error or screen repeats."""
        open_ones = [
            name
            for name, field in spec.config_model.model_fields.items()
            if _SECRET_NAMES.search(name) and field.annotation not in (SecretStr, SecretBytes, SecretStr | None)
        ]
        assert not open_ones, f"make {', '.join(open_ones)} a SecretStr"

    @check()
    def test_building_asks_nobody(self, build: Callable[..., Any], tmp_path: Any) -> None:
        """``build`` only makes the object: the first call outside is a method's, where a failure has a name and a stage."""
        asked: list[str] = []

        def client() -> Any:
            asked.append("http_client")
            raise AssertionError("build() made a client")

        quiet = services_for(tmp_path)
        build(others=Services(clock=quiet.clock, log=quiet.log, base_dir=tmp_path, http_client=client))
        assert not asked, "build() opened the HTTP client; make it on first use"

"""Settings: what the environment says, and what it must not."""

import pytest
from pydantic import ValidationError

from infra.settings import Environment, Settings, variable_of

ISSUERS = '[{"issuer": "https://id.example", "audience": "app", "programme": "verde"}]'


def test_without_an_environment_it_is_development_on_this_machine_only(monkeypatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)

    settings = Settings()

    assert settings.environment is Environment.DEVELOPMENT
    assert (settings.host, settings.port, settings.issuers) == ("127.0.0.1", 8000, ())


def test_each_field_has_a_variable_of_its_own() -> None:
    variables = [variable_of(name) for name in Settings.model_fields]

    assert len(set(variables)) == len(variables)
    assert {"DATABASE_URL", "REDIS_URL", "LAUREL_PORT"} <= set(variables)


def test_variables_are_read_and_empty_ones_are_not_set(monkeypatch) -> None:
    monkeypatch.setenv("LAUREL_PORT", "9001")
    monkeypatch.setenv("LAUREL_ISSUERS", ISSUERS)
    monkeypatch.setenv("DATABASE_URL", "")

    settings = Settings()

    assert settings.port == 9001
    assert settings.issuers[0].algorithms == ("RS256", "ES256")
    assert "database_url" not in settings.model_fields_set


def test_secrets_do_not_show() -> None:
    settings = Settings(secret_key="hush-hush", database_url="postgresql://me:hush-hush@db/x")

    assert "hush-hush" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAUREL_PORT", "70000"),
        ("LAUREL_PORT", "http"),
        ("LAUREL_ENVIRONMENT", "prod"),
        ("LAUREL_ISSUERS", '[{"issuer": "https://id.example"}]'),
        ("LAUREL_LOG_LEVEL", "loud"),
        ("LAUREL_DATABASE_POOL", "0"),
    ],
)
def test_a_value_that_means_nothing_is_refused(monkeypatch, variable, value) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ValidationError):
        Settings()

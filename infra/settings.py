"""Settings: every environment variable the app reads, read once, at the door."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Known to everyone who can read this file; refused outside development.
DEVELOPMENT_SECRET = "development-only-secret"


class Environment(StrEnum):
    """Where this process runs; development allows what would be unsafe elsewhere."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


# Of Firebase's tokens: https://firebase.google.com/docs/auth/admin/verify-id-tokens
FIREBASE_ISSUER = "https://securetoken.google.com/"
FIREBASE_KEYS = (
    "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
)

# What the issuer alone can sign: never `none`, and no secret that both sides know.
Algorithm: TypeAlias = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"
]


class Issuer(BaseModel):
    """One OIDC issuer whose tokens are believed for one programme.

    jwks_url -- where its keys are; None asks the issuer's discovery document.
    firebase -- a Firebase project instead of all the rest; `tenant` is one of its user pools,
        None the users of the project itself.
    """

    issuer: str
    audience: str
    programme: str
    jwks_url: str | None = None
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256")
    firebase: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.:-]{2,62}$")
    tenant: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_firebase(cls, said: Any) -> Any:
        """The rest follows from the project, and may not be said otherwise."""
        if not isinstance(said, dict) or said.get("firebase") is None:
            return said
        project = said["firebase"]
        if known := {"issuer", "audience", "jwks_url", "algorithms"} & said.keys():
            raise ValueError(f"a Firebase project says by itself: {', '.join(sorted(known))}")
        return said | {
            "issuer": f"{FIREBASE_ISSUER}{project}",
            "audience": project,
            "jwks_url": FIREBASE_KEYS,
            "algorithms": ("RS256",),
        }


class Settings(BaseSettings):
    """What one process was told at start; `variable_of` names the variable of a field."""

    model_config = SettingsConfigDict(
        env_prefix="LAUREL_", env_ignore_empty=True, populate_by_name=True
    )

    environment: Environment = Field(
        default=Environment.DEVELOPMENT,
        description="`development` or `production`; development allows what is unsafe elsewhere.",
    )
    database_url: SecretStr = Field(
        default=SecretStr("postgresql://postgres@localhost/laurel"),
        validation_alias="DATABASE_URL",
        description="PostgreSQL 18. `laurel up` starts its own when this is not set.",
    )
    migration_database_url: SecretStr | None = Field(
        default=None,
        validation_alias="MIGRATION_DATABASE_URL",
        description="The same database as a role that may change the schema; "
        "`DATABASE_URL` when not set.",
    )
    database_role: str = Field(
        default="laurel_app",
        description="The role every session works as: it cannot write the ledger's tables.",
    )
    database_pool: int = Field(
        default=8, ge=1, le=100, description="Most database connections of one process."
    )
    redis_url: SecretStr = Field(
        default=SecretStr("redis://localhost:6379"),
        validation_alias="REDIS_URL",
        description="Valkey or Redis, for hints only; losing it loses nothing. "
        "`laurel up` starts its own when this is not set.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Where the API listens; 0 takes any free port."
    )
    public_url: str = Field(
        default="http://localhost:8000",
        pattern=r"^https?://[^/@]+(/[^/@]+)*$",
        description="Where the world reaches the API, without a slash at the end. Badges that "
        "members share name it for ever; verifiers believe nothing but `https`.",
    )
    watch_page_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/@]+(/[^/@]+)*$",
        description="The page or deep link of the members' app where they type the code that a "
        "watch shows; `LAUREL_PUBLIC_URL` with `/watch` when not set.",
    )
    metrics_port: int = Field(
        default=9464, ge=0, le=65535, description="Prometheus metrics of the API; 0: any free port."
    )
    worker_metrics_port: int = Field(
        default=9465,
        ge=0,
        le=65535,
        description="Prometheus metrics of the workers; 0: any free port.",
    )
    recommender_url: str | None = Field(
        default=None,
        pattern=r"^(unix:///[^?#]+|tcp://[^/@?#]+:[0-9]{1,5})$",
        description="Where the recommender listens and is asked, as `unix:///path` or "
        "`tcp://host:port`; without it offers come in their plain order. `laurel up` starts one "
        "when this is not set.",
    )
    recommender_metrics_port: int = Field(
        default=9466,
        ge=0,
        le=65535,
        description="Prometheus metrics of the recommender; 0: any free port.",
    )
    models: Path = Field(
        default=Path("data/models"),
        description="The folder of trained models, the same for the recommender and for who "
        "trains. `laurel up` keeps it in its own folder.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important log lines that are written."
    )
    drain_seconds: float = Field(
        default=2.0,
        ge=0,
        le=60,
        description="How long the API still takes requests after SIGTERM while "
        "`/health/ready` says 503, so that balancers can look away.",
    )
    stop_seconds: int = Field(
        default=10,
        ge=1,
        le=300,
        description="How long requests in flight may take to finish before a process ends.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET),
        description="Signs cursors; 32 characters or more outside development.",
    )
    issuers: tuple[Issuer, ...] = Field(
        default=(),
        description="JSON list of the OIDC issuers to believe: `issuer`, `audience`, "
        "`programme`, and optionally `jwks_url` and `algorithms`; or, of Firebase, `firebase` "
        "(the project), `programme` and optionally `tenant`.",
    )
    operator_issuers: tuple[Issuer, ...] = Field(
        default=(),
        description="The same for operators, who sign in at `/ops/graphql`. A token for one door "
        "is none for the other, unless both lists name its issuer and audience.",
    )
    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="JSON list of the web pages' origins that may open a WebSocket; any may "
        "when it is empty.",
    )
    development_key: Path | None = Field(
        default=None,
        description="Key file of the development issuer, which is off when this is not set; "
        "refused outside development.",
    )
    seal_file: Path | None = Field(
        default=None,
        description="Where the workers append the heads of sealed journal segments; keep it "
        "outside the database's reach.",
    )
    strava_url: str = Field(default="https://www.strava.com", description="Where Strava's API is.")
    strava_client_id: str | None = Field(
        default=None, description="Of the application at Strava; members cannot connect without."
    )
    strava_client_secret: SecretStr | None = Field(
        default=None, description="Of the application at Strava."
    )
    strava_webhook_key: SecretStr | None = Field(
        default=None,
        description="Strava's events must bring it: the `verify_token` of the subscription, and "
        "`?key=` in its `callback_url`.",
    )
    demo_pushes_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/@]+$",
        description="Where the FCM stand-in says what it delivered: `/demo` shows it. `laurel up` "
        "starts one when no credentials for Firebase are set.",
    )
    fcm_credentials: Path | None = Field(
        default=None,
        description="Key file (JSON) of the Google service account that sends pushes by Firebase "
        "Cloud Messaging; nothing is pushed without.",
    )
    fcm_url: str = Field(
        default="https://fcm.googleapis.com",
        pattern=r"^https://[^/@]+$",
        description="Where Firebase Cloud Messaging is; elsewhere in development only.",
    )
    fcm_ca: Path | None = Field(
        default=None,
        description="File of certificate authorities (PEM) to believe besides the usual ones, "
        "for a stand-in of Firebase on this machine. Refused outside development.",
    )
    fcm_transport: Literal["http", "library"] = Field(
        default="http",
        description="`http` sends over HTTP/2 connections of our own; `library` by Firebase's "
        "library, much slower, as a fallback.",
    )
    fcm_dry_run: bool = Field(
        default=False, description="Firebase checks every push and delivers none."
    )
    fcm_per_minute: int = Field(
        default=600_000,
        ge=60,
        le=6_000_000,
        description="Most pushes a minute of one process; the quota of a Firebase project is "
        "600,000, to be shared among the processes that send.",
    )
    fcm_timeout_seconds: float = Field(
        default=10.0, gt=0, le=60, description="How long Firebase may take over one push."
    )
    push_lease_seconds: float = Field(
        default=30.0,
        ge=1,
        le=600,
        description="How long a push may be under way before another worker sends it again, as "
        "after a crash; more than Firebase may take.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where OpenTelemetry spans go, over HTTP; none are made when not set.",
    )
    firebase_auth_emulator_host: str | None = Field(
        default=None,
        validation_alias="FIREBASE_AUTH_EMULATOR_HOST",
        description="Where Firebase's emulator listens: its tokens, which nobody signs, are then "
        "believed for the Firebase projects among the issuers. Refused outside development.",
    )


def variable_of(name: str) -> str:
    """The environment variable of the field called `name`."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"LAUREL_{name.upper()}"


def inherited() -> dict[str, str]:
    """A copy of this process's environment, for the children it starts."""
    return dict(os.environ)

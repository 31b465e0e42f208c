"""Everything that differs between two launches of the application stands in the environment."""

import os


def setting(name: str, otherwise: str) -> str:
    return os.environ.get(name) or otherwise


def database() -> str:
    """Returns the database's URL as SQLAlchemy spells it."""
    url = os.environ["PEER_DATABASE_URL"]
    if url.startswith("sqlite:"):
        return "sqlite:///" + url.removeprefix("sqlite:")
    return "postgresql://" + url.split("://", 1)[1]


APPLICATION = setting("PEER_NAME", "pyapp")
DATABASE = database()


def config() -> dict:
    return {
        "name": APPLICATION,
        "system_database_url": DATABASE,
        "application_version": setting("PEER_VERSION", "v1"),
        "executor_id": setting("PEER_EXECUTOR", "pyapp-1"),
        "scheduler_polling_interval_sec": 0.2,
        "notification_listener_polling_interval_sec": 0.1,
        "enable_otlp": False,
        "run_admin_server": False,
        "log_level": "WARNING",
    }

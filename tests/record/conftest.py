from .committed import committed  # noqa: F401

from tests.record.committed import committed  # noqa: F401

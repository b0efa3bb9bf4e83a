"""What an operation raises when it is not carried out."""


class OperationFailed(Exception):
    """The operation was not carried out; the message says why, in words for the operator.

    The command prints it as its one `error: ` line. Each operation has a subclass of its own.
    """


def one_line(error: Exception) -> str:
    """Return an exception's message as one line of at most 300 characters."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror:  # without the number that means the same
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = " ".join(text.split()) or type(error).__name__
    return text if len(text) <= 300 else text[:299] + "…"

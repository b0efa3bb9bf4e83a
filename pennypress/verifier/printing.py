"""What is printed is one line of plain text, whatever servers, files and arguments hold."""


def escape(text: str) -> str:
    """Return the text as one line: what cannot be printed becomes an escape.

    Among it are control characters, which paint on terminals, those that turn the direction of
    text, and the separators of lines.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )

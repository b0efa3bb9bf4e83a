"""Forms of the newsroom's admin."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm

from pennypress.foundation.documents import BadDocument, check_document


class DocumentForm(BaseDocumentForm):
    """Saves a document, wherever in the admin one is uploaded, if it is of a kind that may be."""

    def clean_file(self) -> Any:
        """Return the file. Raises ValidationError for one that cannot be taken."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            try:
                check_document(file, file.name)
            except BadDocument as error:
                raise ValidationError(str(error), code="bad-document") from error
        return file

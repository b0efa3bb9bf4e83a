"""What is checked of pictures."""

from pennypress.record.registry import Declaration

from .cleaning import check_pictures

DECLARATION = Declaration("pictures", checks={"pictures": check_pictures})

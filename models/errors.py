"""Errors that carry a sentence for the person who can act on them."""


class ShopError(Exception):
    """Something a buyer or seller can put right; `str(error)` is the sentence to show."""


class NotFoundError(ShopError):
    """The thing asked for does not exist, or not for this person."""


class FieldErrors(ShopError):  # noqa: N818 - reads as what it holds
    """A form that cannot be taken as it is: `fields` maps a field's name to its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class StorageError(ShopError):
    """Nothing could be written, because the disk is full or failing; everything is as it was."""


class TotalChangedError(ShopError):
    """The total the buyer was shown is no longer the total."""

"""Whose data this is: what is kept about a buyer, and how they are erased."""

from services.privacy.access import buyer_data
from services.privacy.erasing import Listed, Question, anonymise_over, erase, erase_listed, forget_mails, question

__all__ = ["Listed", "Question", "anonymise_over", "buyer_data", "erase", "erase_listed", "forget_mails", "question"]

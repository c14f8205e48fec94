"""Many networks at once: trained together."""

from kit.training.together import NotTogetherWarning, train_together
from kit.training.training_data import batch_order

__all__ = ["NotTogetherWarning", "batch_order", "train_together"]

"""Many networks at once, trained together, and sweeps of them; what theory predicts of one."""

from kit.training.predicting import predict
from kit.training.sweeping import SweepError, sweep
from kit.training.together import NotTogetherWarning, train_together
from kit.training.training_data import batch_order

__all__ = ["NotTogetherWarning", "SweepError", "batch_order", "predict", "sweep", "train_together"]

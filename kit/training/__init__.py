"""Many networks at once, trained together, and sweeps; what theory predicts; checked gradients."""

from kit.training.checked_gradients import CheckedGradient, GradientCheck
from kit.training.gradient_check import check_gradients
from kit.training.predicting import predict
from kit.training.sweeping import SweepError, sweep
from kit.training.together import NotTogetherWarning, train_together
from kit.training.training_data import batch_order

__all__ = [
    "CheckedGradient",
    "GradientCheck",
    "NotTogetherWarning",
    "SweepError",
    "batch_order",
    "check_gradients",
    "predict",
    "sweep",
    "train_together",
]

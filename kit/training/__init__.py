"""Many networks trained at once, sweeps and twins; what theory predicts; checked gradients."""

from kit.training.checked_gradients import CheckedGradient, GradientCheck
from kit.training.gradient_check import check_gradients
from kit.training.predicting import predict
from kit.training.sweeping import SweepError, sweep
from kit.training.together import NotTogetherWarning, train_together
from kit.training.training_data import batch_order
from kit.training.twin_results import Twins
from kit.training.twins import twin
from kit.training.verdicts import Verdict

__all__ = [
    "CheckedGradient",
    "GradientCheck",
    "NotTogetherWarning",
    "SweepError",
    "Twins",
    "Verdict",
    "batch_order",
    "check_gradients",
    "predict",
    "sweep",
    "train_together",
    "twin",
]

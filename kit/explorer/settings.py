"""What can be set on the page, once: names, ranges, choices, words. The page and its links read it.

A link names what differs from the defaults, as ``#activation=tanh&std=0.01``: short, to be read and
to be written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from kit.checks import check_choice, check_name, check_number, check_seed
from kit.quantities import QUANTITIES

__all__ = ["PAGE_SETTINGS", "Setting", "check_settings", "fragment", "settings_as_json"]

Value = str | float | int | bool


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    Attributes
    ----------
    name
        In a link, and as the keyword of `kit.explore`.
    label
        On the page.
    default
        What it is, where nothing is said.
    choices
        Of one of several words: each with its label. Else empty.
    low, high
        Of a number.
    whole
        Whether the number is an integer.
    log
        Whether its slider is logarithmic.
    group
        The part of the page in which it stands; empty for what has no control.
    help
        A line for who wonders.
    """

    name: str
    label: str
    default: Value
    choices: Mapping[str, str] | None = None
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool = False
    group: str = ""
    help: str = ""


_ACTIVATIONS = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU",
    "elu": "ELU", "gelu": "GELU", "linear": "linear",
}  # fmt: skip
_INITIALIZERS = {
    "normal": "Normal, with σ", "uniform": "uniform, with σ",
    "glorot_normal": "Glorot normal", "glorot_uniform": "Glorot uniform",
    "he_normal": "He normal", "he_uniform": "He uniform",
    "lecun_normal": "LeCun normal", "lecun_uniform": "LeCun uniform", "zeros": "zeros",
}  # fmt: skip
_DATA = {
    "ball": "ball, 10 inputs", "parabola": "parabola, 2 inputs", "circles": "circles, 2 inputs",
    "spiral": "spiral, 2 inputs", "digits": "digits, 784 inputs",
}  # fmt: skip
_INPUTS = {"as_is": "as it is", "centred": "centred", "scaled": "centred and scaled"}
_LOSSES = {"cross_entropy": "cross-entropy", "mean_squared_error": "squared error"}
_OPTIMIZERS = {"sgd": "SGD", "momentum": "SGD with momentum", "rmsprop": "RMSProp", "adam": "Adam"}
_THEMES_SHOWN = {"auto": "as the system", "light": "light", "dark": "dark"}
_VIEWS = {
    "panel": "Panel", "profile": "Profiles", "curves": "Learning", "plane": "Plane",
    "unit": "A unit",
}  # fmt: skip

_ALL = (
    Setting("depth", "Hidden layers", 5, low=1, high=20, whole=True, group="network"),
    Setting("width", "Units of each", 100, low=4, high=200, whole=True, group="network"),
    Setting("activation", "Activation", "sigmoid", _ACTIVATIONS, group="network"),
    Setting("initializer", "Weights", "normal", _INITIALIZERS, group="network"),
    Setting(
        "std", "σ of the weights", 0.01, low=0.001, high=3, log=True, group="network",
        help="standard deviation of each weight before training",
    ),
    Setting("bias", "Biases start at", 0.0, low=-2, high=2, group="network"),
    Setting(
        "seed", "Seed", 1, low=0, high=2**31 - 1, whole=True, group="network",
        help="the same seed draws the same weights, here and in Keras",
    ),
    Setting("data", "Data", "ball", _DATA, group="data"),
    Setting("input", "Input", "as_is", _INPUTS, group="data"),
    Setting("loss", "Loss", "cross_entropy", _LOSSES, group="data"),
    Setting("optimizer", "Optimizer", "sgd", _OPTIMIZERS, group="training"),
    Setting("rate", "Learning rate", 0.01, low=1e-5, high=10, log=True, group="training"),
    Setting("batch", "Batch", 32, low=1, high=1000, whole=True, log=True, group="training"),
    Setting("epoch", "Epoch", 0, low=0, high=1000, whole=True),
    Setting("view", "View", "panel", _VIEWS),
    Setting("quantity", "Quantity", "gradient", {one: one for one in QUANTITIES}),
    Setting("spread", "Spread", "pooled", {"pooled": "of all values", "samples": "across samples"}),
    Setting("scale", "Scale of the loss", "linear", {"linear": "linear", "log": "logarithmic"}),
    Setting("layer", "Layer", 1, low=1, high=21, whole=True),
    Setting("unit", "Unit", 1, low=1, high=200, whole=True),
    Setting("sample", "Sample", 1, low=1, high=1000, whole=True),
    Setting("theme", "Colours", "auto", _THEMES_SHOWN),
    Setting("titles", "Titles", "shown", {"shown": "shown", "hidden": "hidden"}),
    Setting("task", "Task", ""),
    Setting("student", "Student", 0, low=0, high=2**31 - 1, whole=True),
    Setting("role", "Role", "student", {"student": "student", "teacher": "teacher"}),
)  # fmt: skip

PAGE_SETTINGS: dict[str, Setting] = {one.name: one for one in _ALL}
"""By name, in the order of the page."""


def check_settings(settings: Mapping[str, Value]) -> dict[str, Value]:
    """Those settings, checked; numbers as they are kept.

    Raises
    ------
    TypeError, ValueError
        With the setting, what was expected and what came.

    Examples
    --------
    >>> check_settings({"activation": "tanh", "depth": 10})
    {'activation': 'tanh', 'depth': 10}
    """
    return {name: _checked_value(name, value) for name, value in settings.items()}


def _checked_value(name: str, value: Value) -> Value:
    setting = PAGE_SETTINGS[check_name("setting", name, list(PAGE_SETTINGS))]
    if setting.choices is not None:
        return check_choice(name, value, list(setting.choices))
    if isinstance(setting.default, str):
        return str(value)
    kind = "an integer" if setting.whole else "a number"
    expected = f"{kind} from {setting.low:g} to {setting.high:g}"
    if name in ("seed", "student"):
        check_seed(value)
    number = check_number(name, value, setting.low, setting.high, expected=expected)
    if setting.whole and number != int(number):
        raise ValueError(f"`{name}` must be {expected}; got {value}")
    return int(number) if setting.whole else float(number)


def fragment(**settings: Value) -> str:
    """What stands behind the ``#`` of a link to the page with these settings.

    Parameters
    ----------
    **settings
        Names of `PAGE_SETTINGS`; what is left out, or is the default, is not in the link.

    Raises
    ------
    TypeError, ValueError
        With the setting, what was expected and what came.

    Examples
    --------
    >>> fragment(activation="tanh", std=0.1, depth=5)
    'activation=tanh&std=0.1'
    """
    checked = check_settings(settings)
    kept = {name: value for name, value in checked.items() if value != PAGE_SETTINGS[name].default}
    return urlencode({name: f"{v:g}" if isinstance(v, float) else v for name, v in kept.items()})


def settings_as_json() -> list[dict[str, object]]:
    """The table, as the page reads it."""
    return [asdict(one) for one in PAGE_SETTINGS.values()]

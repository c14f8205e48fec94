"""The loss of a model as a function of its weights, in float64 where the model can be cast.

A float64 copy is made layer by layer from the layers' configurations. What cannot be copied so (a
subclass that keeps its layers to itself), or whose copy has another loss, is computed as it is, in
its own precision, on weights that are handed in: Keras's stateless scope keeps the model's own.
Nothing is written into the model.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks.data import ProbeData
from kit.callbacks.keras_internals import (
    all_layers,
    call_model,
    compiled_loss,
    loss_weights,
    penalties_kept,
    replaced,
)
from kit.callbacks.undisturbed import python_random_kept

__all__ = ["ExactLoss", "exact_copy"]

_FLOATX = threading.RLock()  # Keras has one floatx for all threads

KINKS: dict[str, tuple[float, ...]] = {
    "relu": (0.0,),
    "leaky_relu": (0.0,),
    "prelu": (0.0,),
    "threshold": (0.0,),
    "relu6": (0.0, 6.0),
    "hard_sigmoid": (-3.0, 3.0),
    "hard_silu": (-3.0, 3.0),
    "hard_tanh": (-1.0, 1.0),
    "hard_shrink": (-0.5, 0.5),
    "soft_shrink": (-0.5, 0.5),
}
"""Of Keras's activations those with kinks, and at which z."""

_KINKED_LAYERS = (keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.PReLU)
_MAX_POOLING = (
    *(keras.layers.MaxPooling1D, keras.layers.MaxPooling2D, keras.layers.MaxPooling3D),
    *(keras.layers.GlobalMaxPooling1D, keras.layers.GlobalMaxPooling2D),
    keras.layers.GlobalMaxPooling3D,
)


class ExactLoss:
    """Loss and gradients of a model on fixed data, as functions of its trainable weights.

    Parameters
    ----------
    model
        A compiled, built model; it is not changed.
    data
        What the loss is of.
    expected
        The model's loss on them; what a copy is held against.

    Attributes
    ----------
    names
        Of the trainable variables: layer and variable, as ``"h1/kernel"``.
    weights
        Their values, arrays of the precision that is computed in.
    dtype, eps
        Name and relative rounding of that precision.
    reason
        Why there is no float64; empty where there is.
    """

    def __init__(self, model: keras.Model, data: ProbeData, expected: float) -> None:
        self._pieces = list(data.pieces(data.samples))
        self._samples = data.samples
        self.names = variable_names(model)
        self.model, self.reason = model, ""
        self._floatx = keras.config.floatx()
        copy, self.reason = exact_copy(model)
        if copy is not None:
            try:
                self._use(copy, "float64")
            except Exception as error:  # as of MaxPooling3D, which TensorFlow has up to float32
                self.reason = f"a copy cannot be computed in float64 ({type(error).__name__})"
                copy = None
        if copy is not None:
            of_copy = float(self.at(self.weights)[0])
            off = abs(of_copy - expected) / max(abs(expected), 1e-30)
            if off <= np.sqrt(np.finfo(np.float32).eps):
                return
            self.reason = f"a float64 copy has the loss {of_copy:.6g}, the model {expected:.6g}"
        self._use(model, keras.config.floatx())

    def _use(self, model: keras.Model, floatx: str) -> None:
        self.model, self._floatx = model, floatx
        self.weights = [np.array(one.numpy()) for one in model.trainable_variables]
        values = self._tensors(self.weights)
        with _computing_in(floatx):
            traced = tf.function(self._plain, autograph=False)
            self._loss = traced.get_concrete_function(values)
        loss, _ = self._loss(values)
        self.dtype = str(loss.dtype.name)
        self.eps = float(np.finfo(loss.dtype.as_numpy_dtype).eps)

    def at(self, values: Sequence[np.ndarray]) -> tuple[float, list[np.ndarray]]:
        """The loss with these weights, and on which side of each kink it is."""
        loss, sides = self._loss(self._tensors(values))
        return float(loss), [one.numpy() for one in sides]

    def gradients(self, straight: Sequence[str] = ()) -> list[np.ndarray]:
        """The tape's gradients; an array like each of the weights.

        Parameters
        ----------
        straight
            Layers through whose activations the gradient passes as if their slope were 1.
        """

        def taped(values: list[tf.Tensor]) -> list[tf.Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(values)
                loss, _ = self._traced(values, straight)
            return tape.gradient(loss, values, unconnected_gradients="zero")

        return self._taped(taped)

    def _taped(self, taped: Callable[..., Any]) -> list[np.ndarray]:
        values = self._tensors(self.weights)
        with _computing_in(self._floatx):
            traced = tf.function(taped, autograph=False).get_concrete_function(values)
        found = traced(values)
        return [tf.convert_to_tensor(one).numpy() for one in found]

    def penalty_gradients(self) -> list[np.ndarray]:
        """Of the penalties alone; an array like each of the weights."""

        def taped(values: list[tf.Tensor]) -> list[tf.Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(values)
                loss, _ = self._traced(values, (), penalties_alone=True)
            return tape.gradient(loss, values, unconnected_gradients="zero")

        return self._taped(taped)

    def activated(self) -> list[str]:
        """Layers with an activation, from the input to the output, by the names they have here."""
        found = {path.rpartition("/")[0]: None for path in self.names}
        known = {self._named(layer): layer for layer in all_layers(self.model)}
        return [name for name in found if callable(getattr(known.get(name), "activation", None))]

    def _tensors(self, values: Sequence[np.ndarray]) -> list[tf.Tensor]:
        return [tf.convert_to_tensor(one) for one in values]

    def _named(self, layer: Any) -> str:
        return _within(self.model, getattr(layer, "path", None) or layer.name)

    def _plain(self, values: Any) -> tuple[tf.Tensor, list[Any]]:
        return self._traced(values, ())

    def _traced(
        self, values: Any, straight: Sequence[str], penalties_alone: bool = False
    ) -> tuple[tf.Tensor, list[Any]]:
        """The loss, a mean over the batches by their samples; and the sides of all kinks."""
        model = self.model
        sides: list[Any] = []
        layers = all_layers(model)
        places = [place for layer in layers for place in _heard(layer, sides)]
        for layer in layers:
            if self._named(layer) in straight:
                places.append((layer, "activation", _straight(layer.activation)))
        mapping = list(zip(model.trainable_variables, values, strict=True))
        total: Any = 0.0
        for samples, (x, y, sample_weight) in self._pieces:
            with ExitStack() as scope:
                scope.enter_context(penalties_kept(layers))
                scope.enter_context(replaced(places))
                scope.enter_context(
                    keras.StatelessScope(state_mapping=mapping, collect_losses=True)
                )
                y_pred = call_model(model, x, False)
                if penalties_alone:
                    loss = sum(
                        (tf.reduce_sum(one) for one in model.losses), tf.zeros((), values[0].dtype)
                    )
                else:
                    loss = compiled_loss(model, x, y, y_pred, sample_weight, False)
                total += loss * (samples / self._samples)
        return total, sides


@contextmanager
def _computing_in(floatx: str) -> Iterator[None]:
    """Let Keras compute losses and penalties in this precision, for a while."""
    with _FLOATX:
        before = keras.config.floatx()
        keras.config.set_floatx(floatx)
        try:
            yield
        finally:
            keras.config.set_floatx(before)


def exact_copy(model: keras.Model) -> tuple[keras.Model | None, str]:
    """A float64 copy with the same weights and loss; or None, and why there is none."""
    try:
        with _computing_in("float64"), python_random_kept():
            copy = keras.models.clone_model(model, clone_function=_in_float64, recursive=True)
            copy.set_weights(model.get_weights())
            loss = keras.tree.map_structure(_loss_in_float64, model.loss)
            copy.compile(loss=loss, loss_weights=loss_weights(model))
    except Exception as error:  # whatever a layer's configuration does not tell
        return None, f"the model cannot be copied in float64 ({type(error).__name__})"
    same = [one.shape for one in copy.trainable_variables]
    if same != [one.shape for one in model.trainable_variables]:
        return None, "a copy of the model has other variables"
    if type(copy).compute_loss is not type(model).compute_loss:
        return None, "the model computes its loss in a way of its own"
    return copy, ""


def _in_float64(layer: Any) -> Any:
    return type(layer).from_config(_with_float64(layer.get_config()))


def _with_float64(config: Any) -> Any:
    """A layer's configuration with every policy of precision replaced."""
    if isinstance(config, dict):
        if config.get("class_name") == "DTypePolicy":
            return {**config, "config": {**config["config"], "name": "float64"}}
        return {
            name: "float64" if name == "dtype" and isinstance(one, str) else _with_float64(one)
            for name, one in config.items()
        }
    if isinstance(config, (list, tuple)):
        return type(config)(_with_float64(one) for one in config)
    return config


def _loss_in_float64(loss: Any) -> Any:
    if isinstance(loss, keras.losses.Loss):
        return type(loss).from_config(_with_float64(loss.get_config()))
    return loss


def variable_names(model: keras.Model) -> list[str]:
    """Layer and variable of each trainable variable, within the model."""
    return [_within(model, one.path) for one in model.trainable_variables]


def _within(model: keras.Model, path: str) -> str:
    return path.removeprefix(f"{model.name}/")


def _heard(layer: Any, sides: list[Any]) -> list[tuple[Any, str, Any]]:
    """What `replaced` takes so that a layer with kinks tells on which side of them it is."""
    if isinstance(layer, _KINKED_LAYERS):

        def call(z: Any, _inner: Callable[..., Any] = layer.call) -> Any:
            sides.append(z > 0)
            return _inner(z)

        return [(layer, "call", call)]
    if isinstance(layer, _MAX_POOLING):
        return [(layer, "call", _telling_winners(layer.call, sides))]
    activation: Any = getattr(layer, "activation", None)
    places = KINKS.get(getattr(activation, "__name__", ""))
    if places is None:
        return []

    def heard(z: Any, _inner: Callable[..., Any] = activation) -> Any:
        sides.extend(z > place for place in places)
        return _inner(z)

    return [(layer, "activation", heard)]


def _telling_winners(pool: Callable[..., Any], sides: list[Any]) -> Callable[..., Any]:
    """Max pooling that tells which value of each window is the largest."""

    def call(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            largest = pool(x)
        winners = tape.gradient(largest, x)  # of how many windows each value is the largest
        sides.append(tf.stop_gradient(winners))
        return largest

    return call


def _straight(activation: Callable[..., Any]) -> Callable[..., Any]:
    """An activation through which a gradient passes as if its slope were 1."""

    def straight(z: Any) -> Any:
        return z + tf.stop_gradient(activation(z) - z)

    return straight

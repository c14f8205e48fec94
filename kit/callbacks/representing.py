"""What a binary classifier makes of samples and of the plane of its inputs, now or as it learns."""

from __future__ import annotations

import warnings

import keras
import numpy as np
from numpy.typing import ArrayLike

from kit.callbacks import keras_internals
from kit.callbacks.data import fits
from kit.callbacks.maps import feature_maps
from kit.callbacks.undisturbed import python_random_kept, variables_kept
from kit.checks import UnknownNameError, as_numbers, check_count
from kit.models.arguments import check_model
from kit.recordings.representation import Representation, binary_labels

__all__ = ["RepresentationRecorder", "represent"]

_AROUND = 0.1  # of the inputs' range, which the grid has beyond it on each side
_AT_ONCE = 4096  # samples that go through the model in one go
_SAME = 1e-4  # by which the output may differ from what a line gives, to be that line's


def represent(
    model: keras.Model,
    X: ArrayLike,
    y: ArrayLike,
    *,
    layer: str | None = None,
    points: int = 61,
) -> Representation:
    """Keep what a binary classifier makes of samples, in inference mode.

    Parameters
    ----------
    model
        A built Keras model with one input and one output, a probability: (n, 1) of class 1, or
        (n, 2) of both, which add up to 1. Left as it was.
    X
        Inputs, (n, inputs). With two inputs, the plane around them is looked at too.
    y
        Labels, (n,) or (n, 1), 0 or 1.
    layer
        Name of a hidden layer of two units, of which the activations are kept; None keeps none.
    points
        Of the grid, along each side.

    Returns
    -------
    Representation
        For `kit.plots.plot_decision_boundary`, `plot_feature_space`, `plot_probabilities` and
        `plot_losses`. It has a line where the output is the sigmoid of a dense unit on `layer`.

    Raises
    ------
    TypeError, ValueError
        For a model or data that are not as above; for a layer that has not two units.
    UnknownNameError
        For a layer that the model has not.

    Examples
    --------
    >>> from kit.datasets.parabola import load_data
    >>> keras.utils.set_random_seed(1)
    >>> hidden = keras.layers.Dense(2, activation="tanh", name="hidden")
    >>> output = keras.layers.Dense(1, activation="sigmoid")
    >>> model = keras.Sequential([keras.Input((2,)), hidden, output])
    >>> found = represent(model, *load_data(n_points=50), layer="hidden")
    >>> found.probabilities.shape, found.hidden.shape, found.line.shape
    ((100,), (100, 2), (3,))
    >>> found.grid.shape, found.grid_probabilities.shape
    ((61, 61, 2), (61, 61))
    """
    check_model(model)
    inputs = _inputs(X)
    labels = _labels(y, len(inputs))
    inner = getattr(model, "inputs", None)
    if inner and (len(inner) != 1 or not fits(tuple(inner[0].shape[1:]), inputs.shape[1:])):
        shapes = ", ".join(str(tuple(one.shape[1:])) for one in inner)
        raise ValueError(
            f"`X` must be of the size of the model's one input; got {inputs.shape[1:]} for {shapes}"
        )
    with python_random_kept(), variables_kept(model):
        probabilities, hidden = _passed(model, inputs, layer)
        grid = grid_probabilities = grid_hidden = None
        if inputs.shape[1] == 2:
            grid = _grid(inputs, check_count("points", points, least=2))  # (points, points, 2)
            flat, flat_hidden = _passed(model, grid.reshape(-1, 2), layer)
            grid_probabilities = flat.reshape(grid.shape[:2])
            grid_hidden = None if flat_hidden is None else flat_hidden.reshape(grid.shape)
    return Representation(
        labels=labels,
        probabilities=probabilities,
        inputs=inputs,
        hidden=hidden,
        line=None if hidden is None else _line(model, hidden, probabilities),
        grid=grid,
        grid_probabilities=grid_probabilities,
        grid_hidden=grid_hidden,
    )


class RepresentationRecorder(keras.callbacks.Callback):
    """Keep what a binary classifier makes of samples, before training and as it learns.

    Epoch 0 is looked at before training, epoch k after the k-th one, always at the same samples
    and in inference mode. Training is not changed: weights, optimizer, metrics and random states
    are, to the last bit, those of a run without it. ``fit`` called again begins anew; with
    ``initial_epoch`` it goes on.

    An epoch whose output is not finite is left out, with a warning; training goes on.

    Parameters
    ----------
    X, y, layer, points
        As for `represent`. An epoch takes 60 kB with two inputs and the default grid.
    every
        Look after every `every`-th epoch, and before training.

    Attributes
    ----------
    views : dict
        By epoch, each a `Representation`; for `kit.films.animate_representations`.

    Raises
    ------
    TypeError, ValueError
        For bad arguments, here; for data or a layer that do not fit the model, before the first
        batch.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=50)
    >>> recorder = RepresentationRecorder(X, y, every=2)
    >>> _ = build_block(seed=1).fit(X, y, epochs=4, verbose=0, callbacks=[recorder])
    >>> list(recorder.views)
    [0, 2, 4]
    """

    def __init__(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        layer: str | None = None,
        points: int = 61,
        every: int = 1,
    ) -> None:
        super().__init__()
        self.X = _inputs(X)
        self.y = _labels(y, len(self.X))
        self.layer = layer
        self.points = check_count("points", points, least=2)
        self.every = check_count("every", every)
        self.views: dict[int, Representation] = {}
        self._begun = False

    def on_train_begin(self, logs: dict[str, object] | None = None) -> None:
        """Forget that training has begun before; nothing is looked at yet."""
        self._begun = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, object] | None = None) -> None:
        """Look before the first batch; only here Keras tells the initial epoch."""
        if self._begun:
            return
        self._begun = True
        self.views = {at: view for at, view in self.views.items() if at <= epoch and epoch > 0}
        if self.model.built:
            self._look(epoch, stops=True)

    def on_epoch_end(self, epoch: int, logs: dict[str, object] | None = None) -> None:
        """Look after the epoch."""
        if (epoch + 1) % self.every == 0:
            self._look(epoch + 1)

    def _look(self, epoch: int, *, stops: bool = False) -> None:
        """Keep this epoch; what is wrong stops a training that is to begin, and no other."""
        try:
            self.views[epoch] = represent(
                self.model, self.X, self.y, layer=self.layer, points=self.points
            )
        except Exception as error:
            if stops:
                raise
            warnings.warn(
                f"`RepresentationRecorder` leaves out epoch {epoch}: "
                f"{str(error).rstrip('.')}. Training goes on.",
                RuntimeWarning,
                stacklevel=3,
            )


def _labels(y: ArrayLike, n: int) -> np.ndarray:
    labels = binary_labels("y", y)
    if len(labels) != n:
        raise ValueError(
            f"`y` must have a label for each of the {n:,} rows of `X`; got {len(labels):,}"
        )
    return labels


def _inputs(X: ArrayLike) -> np.ndarray:
    found = as_numbers("X", X)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"`X` must have the shape (n, inputs), both at least 1; got {found.shape}")
    return found.astype(keras.backend.floatx())


def _grid(inputs: np.ndarray, points: int) -> np.ndarray:
    """(points, points, 2): x1 from left to right, x2 from below, a little beyond the inputs."""
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    wide = np.where(high > low, high - low, 1)
    sides = [
        np.linspace(a, b, points)
        for a, b in zip(low - _AROUND * wide, high + _AROUND * wide, strict=True)
    ]
    return np.stack(np.meshgrid(*sides), axis=-1).astype(inputs.dtype)


def _passed(
    model: keras.Model, inputs: np.ndarray, layer: str | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Probabilities of class 1, (n,), and activations of the layer, (n, 2) or None."""
    batches = [inputs[start : start + _AT_ONCE] for start in range(0, len(inputs), _AT_ONCE)]
    probabilities = np.concatenate([_output(model, batch) for batch in batches])
    if layer is None:
        return probabilities, None
    try:
        maps = [feature_maps(model, batch, layers=[layer]) for batch in batches]
    except UnknownNameError as error:  # by the name of the argument that it was here
        raise UnknownNameError(str(error).replace("`layers`", "`layer`", 1)) from None
    found = np.concatenate([next(iter(one.values())) for one in maps])
    if found.shape[1:] != (2,):
        units = ", ".join(str(side) for side in found.shape[1:])
        raise ValueError(f"`layer` must have two units; got {layer!r} with {units or 'none'}")
    return probabilities, found


def _output(model: keras.Model, batch: np.ndarray) -> np.ndarray:
    inputs = getattr(model, "input", None)  # in a list or a dict, where the model was made so
    given = batch if inputs is None else keras.tree.map_structure(lambda _: batch, inputs)
    with keras_internals.LISTENING, keras.StatelessScope():
        outputs = keras_internals.call_model(model, given, training=False)
    found = keras.tree.flatten(outputs)
    arrays = [np.asarray(keras.ops.convert_to_numpy(one)) for one in found]
    shapes = ", ".join(str(one.shape[1:]) for one in arrays)
    if len(arrays) == 1 and arrays[0].shape[1:] in ((), (1,)):
        return np.asarray(arrays[0].reshape(len(batch)))
    if len(arrays) == 1 and arrays[0].shape[1:] == (2,):
        if np.allclose(arrays[0].sum(axis=1), 1, atol=1e-3):
            return np.asarray(arrays[0][:, 1])
        shapes += " that do not add up to 1"
    raise ValueError(
        "`model` must have one output, (n, 1) of class 1 or (n, 2) that add up to 1; got " + shapes
    )


def _line(model: keras.Model, hidden: np.ndarray, probabilities: np.ndarray) -> np.ndarray | None:
    """(w1, w2, b) of a dense unit whose sigmoid on these activations is the output, if any is."""
    for layer in keras_internals.all_layers(model):
        if not isinstance(layer, keras.layers.Dense) or tuple(layer.kernel.shape) != (2, 1):
            continue
        kernel = np.asarray(keras.ops.convert_to_numpy(layer.kernel))[:, 0]
        bias = 0.0 if layer.bias is None else float(keras.ops.convert_to_numpy(layer.bias)[0])
        z = hidden.astype(np.float64) @ kernel + bias
        if np.allclose(_sigmoid(z), probabilities, atol=_SAME):
            return np.array([*kernel, bias], dtype=np.float64)
    return None


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))

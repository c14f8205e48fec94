"""One pass over probe data: z, activation, delta, weight and gradient of every layer.

For the compiled loss L of a batch of n samples, penalties included, one backward pass gives

    gradient = ∂L / ∂W        and        delta = n ∂L / ∂z,

so that row i of delta is ∂cost_i / ∂z (Nielsen 2015, "Neural Networks and Deep Learning", ch. 2);
with losses compiled as ``reduction="sum"``, delta is ∂L / ∂z. Several batches count by their number
of samples, as in `model.evaluate`, whose loss is the probe's loss.

The pass is what ``fit`` computes: traced where the model trains traced, on a copy of its state;
as it is where the model was compiled with ``run_eagerly=True``.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.eager import EagerPass
from kit.callbacks.entries import Found, Namer
from kit.callbacks.gathering import Arrays
from kit.callbacks.layers import measured_layers
from kit.callbacks.sharing import PLAIN_LOSSES, shared
from kit.callbacks.traced import BYTES_AT_ONCE, Program, traced
from kit.checks import check_flag, named
from kit.models import arguments
from kit.recordings.snapshot import LayerSnapshot, Snapshot

__all__ = ["NotHeardWarning", "Pass", "check_model", "probe", "tell_not_heard"]


def probe(
    model: keras.Model,
    x: Inputs,
    y: Targets | None = None,
    *,
    sample_weight: Targets | None = None,
    layers: str | Sequence[str] | None = None,
    batch_size: int = 1024,
    training: bool = False,
) -> Snapshot:
    """Measure every layer of a model on probe data, once.

    Parameters
    ----------
    model
        A compiled, built Keras 3 model on the TensorFlow backend; left as it was.
    x
        Array of shape (n, ...), or a list, tuple or dict of such for several inputs; or a finite
        `tf.data.Dataset` of batches (x, y) or (x, y, sample_weight).
    y
        Targets, likewise; left out with a dataset.
    sample_weight
        (n,) weights of the samples, as for `model.fit`.
    layers
        Name of the layer to measure, or a list of names; ``name[2]`` is the second call of a layer
        that is called more than once. None takes all.
    batch_size
        Samples that go through the model at once, at most: fewer where memory asks for it and
        batches are known to add up. Where they are not (a loss that is no mean, layers of your
        own), it alone bounds the memory, and the loss is that of such batches.
    training
        Whether dropout and batch normalisation behave as in training.

    Returns
    -------
    Snapshot
        With arrays z, activation and delta of shape (n, ...), weight and gradient of the
        kernel's shape; None where a layer has none. Recurrent layers have no z.

    Raises
    ------
    TypeError, ValueError
        For a model that is not built or compiled, for data that do not fit it; the message names
        the argument, what was expected and what came.
    UnknownNameError
        For layers that the model has not.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=100)
    >>> snapshot = probe(build_block("tanh", "glorot_normal", seed=1), X, y)
    >>> snapshot["h1"].z.shape, snapshot["h1"].gradient.shape
    ((100, 100), (10, 100))
    """
    data = ProbeData.of(x, y, sample_weight, batch_size)
    one_pass = Pass(model, data, layers=layers, training=training)
    arrays = Arrays(data.samples)
    for samples, found in one_pass.run(one_pass.state()):
        arrays.add(samples, found)
    tell_not_heard(arrays.not_heard)
    entries = [
        LayerSnapshot(
            row.name,
            index,
            output=row.output,
            saturates_beyond=row.saturates_beyond,
            **arrays.of(row.name),
        )
        for index, row in enumerate(arrays.entries)
    ]
    return Snapshot(entries, loss=arrays.loss, samples=data.samples, not_heard=arrays.not_heard)


class Pass:
    """A forward and a backward pass over probe data, listened to.

    Parameters
    ----------
    model, layers, training
        As for `probe`.
    data
        Probe data; their shapes are checked against the model.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        As `probe`.
    """

    def __init__(
        self,
        model: keras.Model,
        data: ProbeData,
        *,
        layers: str | Sequence[str] | None = None,
        training: bool = False,
    ) -> None:
        check_model(model)
        data.check_against(model)
        check_flag("training", training)
        self.data = data
        self._model, self._training = model, training
        wanted = None if layers is None else named("layers", layers)
        self._namer = Namer(measured_layers(model), wanted)
        self._rows = data.samples
        self._program: Program | None = None
        self._eager: EagerPass | None = None
        if model.run_eagerly or tf.config.functions_run_eagerly():
            self._eager = EagerPass(model, self._namer, training)

    def trace(self) -> None:
        """Trace the pass, if it is to be; once."""
        if self._eager is not None or self._program is not None:
            return
        splits = not self._training and may_be_split(self._model)
        self._program = shared(
            self._model,
            self.data,
            [self._training, splits, self._namer.wanted],
            lambda: traced(
                self._model, self.data, self._namer, training=self._training, any_number=splits
            ),
        )
        if splits:
            self._rows = max(1, int(BYTES_AT_ONCE / max(1.0, self._program.bytes_of_sample())))

    @property
    def is_traced(self) -> bool:
        """Whether it runs on a copy of the state, in whichever thread."""
        return self._eager is None

    def state(self) -> list[tf.Tensor]:
        """The model's state as it is now, for `run`; nothing where Python runs the model."""
        self.trace()
        return [] if self._program is None else self._program.copies()

    def handles(self) -> list[tf.Tensor]:
        """Of the variables whose values `state` copies, in that order; none where Python runs."""
        self.trace()
        return [] if self._program is None else list(self._program.handles)

    def run(self, state: list[tf.Tensor]) -> Iterator[tuple[int, Found]]:
        """(samples, what was found) of each batch."""
        if self._program is None:
            assert self._eager is not None  # one of the two there is
            return self._eager.run(self.data)
        return self._program.run(state, self.data, self._rows)


def may_be_split(model: keras.Model) -> bool:
    """Whether batches of a model add up to the whole, so that memory may decide on their size.

    So it is where all that could look at several samples at once is known: a sequential or
    functional model of Keras's own layers, without operations between them, in inference mode,
    and losses that are means over the samples.
    """
    losses = [one for one in keras.tree.flatten(model.loss) if one is not None]
    layers = keras_internals.all_layers(model)
    parts = [one for layer in layers for one in getattr(layer, "operations", ())]
    return (
        bool(losses)
        and all(map(keras_internals.is_of_keras, layers))
        and all(isinstance(one, keras.layers.Layer) for one in parts)
        and not any(isinstance(one, (keras.layers.Lambda, keras.layers.Masking)) for one in layers)
        and not any(getattr(one, "mask_zero", False) for one in layers)
        and all(_is_mean(one) for one in losses)
    )


def _is_mean(loss: object) -> bool:
    """Whether a loss is the mean of what each sample costs by itself."""
    if isinstance(loss, str):
        return loss in MEANS
    ignored = getattr(loss, "ignore_class", None)
    mean = getattr(loss, "reduction", None) in ("sum_over_batch_size", "mean")
    return type(loss) in PLAIN_LOSSES and ignored is None and mean


MEANS = frozenset(
    {
        *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
        *("mse", "mean_squared_error", "mae", "mean_absolute_error"),
    }
)
"""Names of losses that are means of what each sample costs."""


def tell_not_heard(not_heard: Mapping[str, str]) -> None:
    """Say which layers have no z, and why, in one warning."""
    if not_heard:
        told = "; ".join(f"{name} ({why})" for name, why in not_heard.items())
        warnings.warn(f"not heard, so without z, activation and delta: {told}", NotHeardWarning, 3)


class NotHeardWarning(UserWarning):
    """Some layers of a model could not be heard."""


def check_model(model: keras.Model) -> None:
    """Refuse what cannot be measured.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        With what to do.
    """
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "`kit` must run on Keras's TensorFlow backend; got the backend "
            f"{keras.backend.backend()!r}: set KERAS_BACKEND=tensorflow before importing keras"
        )
    arguments.check_model(model)
    if not model.compiled:
        raise ValueError(
            f"`model` must be compiled; got {model.name!r} without a loss: call "
            "model.compile(optimizer, loss)"
        )

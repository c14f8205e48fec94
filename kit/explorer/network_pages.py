"""The page of one convolutional network: what each layer makes of an image, down to single numbers.

The page computes the network by itself, forwards and backwards, from the weights that stand in it:
for the images that it was given, and for a digit that is drawn on it. What the model says of the
images goes with it, so that the page can tell whether it computes the same.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from kit.checks import as_array, as_numbers, check_choice, check_seed, shown
from kit.explorer.assembling import ENGINE, Page, Parts, assemble, check_page_path

if TYPE_CHECKING:
    import keras

__all__ = ["MOST_IMAGES", "MOST_WEIGHTS", "example_page", "explore_network"]

MOST_WEIGHTS = 8_000_000
"""Numbers that a page carries: 32 MB, 43 MB as text."""

MOST_IMAGES = 100

_BORN = ("kit.js", "numbers.js", "activations.js")
_LAYERS = ("layer_activations.js", "layer_steps.js", "layer_engine.js", "layer_terms.js")
LAYERS_PAGE = Parts(
    body="layers.html",
    engine=(*(name for name in ENGINE if name in _BORN), *_LAYERS, "finger.js"),
    scripts=(
        *("draw.js", "link.js", "theme.js"),
        *("layer_words.js", "layer_link.js", "layer_maps.js", "layer_grids.js"),
        "layer_value.js",
        *("layer_panel.js", "layer_cards.js", "layer_answer.js", "layer_input.js", "layers.js"),
    ),
    styles=("layers.css",),
)

EXAMPLE_NAMES = {"cnn": "A CNN for digits", "lenet": "LeNet-5"}
"""What the trained examples are called on their pages."""


def explore_network(
    model: keras.Model,
    images: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    path: str | os.PathLike[str] | None = None,
    names: Sequence[str] | None = None,
) -> Page:
    """Make the page of a convolutional network: layer by layer, number by number.

    The page shows the maps of every layer for each image. A click on a value shows how it came
    about: the patch of the layer before, the kernel, the products, their sum, the bias, the
    activation; and, backwards, what the cost has to do with it. Where images are digits of 28x28
    or 32x32 pixels one can draw a digit, too.

    Parameters
    ----------
    model
        A built Keras model: a row of layers, each of which takes what the one before it made.
        Dropout and batch normalisation behave as in inference.
    images
        (n, height, width, channels), or (n, height, width) for one channel, or one image; of the
        range that the model takes. A hundred at most.
    labels
        (n,) integers: the class of each image, by its place among the outputs. None leaves the
        right answer to be chosen on the page; so long it is the network's own.
    path
        File to write the page to; None writes none.
    names
        Of the classes, one for each output. None counts from 0.

    Returns
    -------
    Page
        A notebook shows it; ``page.save("network.html")`` writes it.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came; for a layer that a page cannot
        compute, with its name; for a model of more than eight million weights.

    Notes
    -----
    δ = ∂cost/∂z of a value and ∂cost/∂W of a kernel are those of the image that is shown, as
    `kit.probe` gives them for that image alone, without penalties on weights. The cost is the
    compiled loss where it is cross-entropy or squared error; else cross-entropy, and the page says
    so.

    Examples
    --------
    >>> from kit.datasets import handwritten_digits
    >>> from kit.models import build_toy_convnet
    >>> (_, _), (x, y), _ = handwritten_digits("sample")
    >>> explore_network(build_toy_convnet(seed=1), x[:5], labels=y[:5]).title
    'toy_convnet, layer by layer'
    """
    return _network_page(model, images, labels, names, path, None)


def _network_page(
    model: keras.Model,
    images: ArrayLike,
    labels: ArrayLike | None,
    names: Sequence[str] | None,
    path: str | os.PathLike[str] | None,
    called: str | None,
) -> Page:
    """The page of a model that is called so; None takes the model's own name."""
    data = _page_data(model, images, labels, names)
    name = called or model.name
    data["model"] = {"name": name, "parameters": model.count_params()}
    if path is not None:
        check_page_path(path)
    page = assemble(LAYERS_PAGE, data, title=f"{name}, layer by layer")
    if path is not None:
        page.save(path)
    return page


def _page_data(
    model: keras.Model, images: ArrayLike, labels: ArrayLike | None, names: Sequence[str] | None
) -> dict[str, object]:
    """What the page's scripts read."""
    from kit.explorer.layer_steps import Packed, read_steps
    from kit.explorer.network_losses import read_loss
    from kit.models.arguments import check_model

    check_model(model)
    _check_size(model)
    batch = _images(model, images)
    shape = (*batch.shape[1:3], batch.shape[3])
    packed = Packed()
    steps = read_steps(model, shape, packed)
    if len(steps[-1]["shape"]) != 1:  # type: ignore[arg-type]
        raise ValueError(
            "`model` must give one number for each class; got outputs of the shape "
            f"{tuple(steps[-1]['shape'])}"  # type: ignore[arg-type]
        )
    block = packed.block()
    if not np.isfinite(block).all():
        raise ValueError(f"`model` must have finite weights; got {model.name!r}, which has others")
    outputs = _outputs(model, batch)
    n = outputs.shape[1]
    return {
        "steps": steps,
        "weights": _text(block),
        "loss": read_loss(model, steps),
        "classes": _class_names(names, 2 if n == 1 else n),
        "images": _packed_images(batch, shape),
        "labels": _labels(labels, len(batch), 2 if n == 1 else n),
        "outputs": [[float(f"{value:.6g}") for value in row] for row in outputs.tolist()],
    }


def _check_size(model: keras.Model) -> None:
    size = model.count_params()
    if size > MOST_WEIGHTS:
        raise ValueError(
            f"`model` must have at most {MOST_WEIGHTS:,} weights, for a page that a browser opens; "
            f"got {size:,} ({size * 4 / 1e6:,.0f} MB): show its first layers, as "
            "keras.Sequential(model.layers[:10] + [GlobalAveragePooling2D(), Dense(10)])"
        )


def _images(model: keras.Model, images: ArrayLike) -> np.ndarray:
    """(n, height, width, channels) float32."""
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 or len(getattr(model, "outputs", None) or []) != 1:
        raise ValueError(
            f"`model` must have one input and one output, as a sequential or functional model; "
            f"got {model.name!r} with {len(inputs)} inputs"
        )
    wanted = tuple(inputs[0].shape[1:])
    if len(wanted) != 3:
        raise ValueError(
            "`model` must take images of the shape (height, width, channels); got one that takes "
            f"the shape {wanted}: begin with keras.layers.Reshape, or with images as they are"
        )
    array = as_numbers("images", images)
    if array.ndim == 2 or (array.ndim == 3 and _fits(wanted, array.shape)):
        array = array[None]
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or not len(array) or not _fits(wanted, array.shape[1:]):
        sides = ", ".join("any" if side is None else str(side) for side in wanted)
        raise ValueError(
            f"`images` must be of the model's size, ({sides}), one or several; "
            f"got {shown(np.asarray(images))}"
        )
    if len(array) > MOST_IMAGES:
        raise ValueError(
            f"`images` must be at most {MOST_IMAGES}, to choose among; got {len(array):,}: "
            "take some, as images[:20]"
        )
    return array.astype(np.float32)


def _fits(wanted: Sequence[int | None], given: tuple[int, ...]) -> bool:
    return all(w in (None, g) for w, g in zip(wanted, given, strict=True))


def _outputs(model: keras.Model, batch: np.ndarray) -> np.ndarray:
    """What the model gives for each image, (n, outputs) float32."""
    outputs = [np.asarray(model(batch[k : k + 1], training=False)) for k in range(len(batch))]
    found = np.concatenate(outputs)
    if not np.isfinite(found).all():
        raise ValueError(
            "`images` must lead to finite outputs; got images for which "
            f"{model.name!r} gives others: are they of the range that it takes?"
        )
    return found


def _labels(labels: ArrayLike | None, n: int, n_classes: int) -> list[int] | None:
    if labels is None:
        return None
    expected = f"`labels` must be {n} integers from 0 to {n_classes - 1}, one for each image"
    array = as_array("labels", labels)
    if array.shape == (n, 1) and n_classes > 1:
        array = array[:, 0]
    if array.shape == () and n == 1:
        array = array.reshape(1)
    if array.shape != (n,) or array.dtype.kind not in "iuf":
        raise ValueError(f"{expected}; got {shown(labels)}")
    if not np.array_equal(array, array.astype(int)) or array.min() < 0 or array.max() >= n_classes:
        raise ValueError(f"{expected}; got {shown(array.tolist())}")
    return [int(one) for one in array]


def _class_names(names: Sequence[str] | None, n: int) -> list[str]:
    if names is None:
        return [str(k) for k in range(n)]
    texts = [names] if isinstance(names, str) else [str(one) for one in names]
    if isinstance(names, str) or len(texts) != n:
        raise ValueError(f"`names` must be {n} names, one for each class; got {shown(list(texts))}")
    return texts


def _packed_images(batch: np.ndarray, shape: tuple[int, ...]) -> dict[str, object]:
    """Images as bytes where these say them to the last bit, as they do of digits; else as they are.

    A byte k stands for k / 255 or for k. Low and high are the ends of their range: what is drawn by
    hand is given the same.
    """
    ends = {"low": float(batch.min()), "high": float(batch.max())}
    common: dict[str, object] = {"shape": list(shape), "count": len(batch), **ends}
    for divisor in (255, 1):
        levels = np.rint(batch * divisor)
        if levels.min() >= 0 and levels.max() <= 255:
            bytes_ = levels.astype(np.uint8)
            if np.array_equal(bytes_.astype(np.float32) / np.float32(divisor), batch):
                return {**common, "divisor": divisor, "values": _text(bytes_)}
    return {**common, "divisor": 0, "values": _text(batch.astype("<f4"))}


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def example_page(
    name: str,
    path: str | os.PathLike[str] | None = None,
    *,
    seed: int = 1,
    cache: str | os.PathLike[str] | None = None,
) -> Page:
    """Make the page of a network that the kit trains on digits for it.

    It is trained as the lecture figures train it, on the digits that are at hand (MNIST, or the
    kit's sample of it), three or six epochs with batches of 32: half a minute to two minutes on
    two cores. Its weights are kept with the figures' experiments, so that it takes seconds the next
    time.

    Parameters
    ----------
    name
        ``"cnn"``, the CNN for digits, or ``"lenet"``, LeNet-5.
    path
        File to write the page to; None writes none.
    seed
        Of the first weights and the order of batches.
    cache
        Folder in which trained networks are kept; None takes the user's own.

    Returns
    -------
    Page
        With two test digits of each class, and after them four that it takes for another.

    Raises
    ------
    TypeError, ValueError
        For another name, seed or path.

    Examples
    --------
    >>> example_page("vgg")
    Traceback (most recent call last):
    ValueError: `name` must be one of cnn, lenet; got 'vgg'
    """
    check_choice("name", name, list(EXAMPLE_NAMES))
    check_seed(seed)
    if path is not None:
        check_page_path(path)
    from kit.catalogue import Lab
    from kit.explorer.network_examples import train_example
    from kit.files import cache_folder

    lab = Lab(str(cache) if cache else cache_folder())
    kept: Any = lab.run(train_example, network=name, seed=seed)
    model = kept.rebuilt()
    return _network_page(model, kept.images, kept.labels, None, path, EXAMPLE_NAMES[name])

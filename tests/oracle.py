"""A second implementation, in NumPy and float64: dense layers, sigmoid output, cross-entropy.

Nothing of kit is used here. Backpropagation is written out by its four equations (Nielsen 2015,
"Neural Networks and Deep Learning", ch. 2); the cross-entropy is log(1 + e^z) - y z.
"""

from dataclasses import dataclass

import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))  # does not overflow


SLOPE = float(np.float32(0.2))  # as TensorFlow holds that of leaky_relu, in float64 too

# name: (f, f')
FUNCTIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "leaky_relu": (lambda z: np.where(z > 0, z, SLOPE * z), lambda z: np.where(z > 0, 1, SLOPE)),
    "elu": (
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    ),
    "linear": (lambda z: z, np.ones_like),
}


@dataclass
class Layer:
    z: np.ndarray  # (n, units)
    activation: np.ndarray  # (n, units)
    delta: np.ndarray  # (n, units), n times the derivative of the mean loss
    weight: np.ndarray  # (fan_in, units)
    gradient: np.ndarray  # (fan_in, units)


def backpropagate(weights, x, y, activations, *, sample_weight=None, slope_at=None):
    """Layers and mean loss of a dense network.

    `weights` are kernel, bias, kernel, bias, ...; `activations` one name for each layer, the last
    of which is "sigmoid". `slope_at(k, z)` may give other points at which f' of layer k is taken.
    """
    kernels = [np.asarray(w, float) for w in weights[0::2]]
    biases = [np.asarray(w, float) for w in weights[1::2]]
    inputs, zs = [np.asarray(x, float)], []
    for kernel, bias, name in zip(kernels, biases, activations, strict=True):
        zs.append(inputs[-1] @ kernel + bias)
        inputs.append(FUNCTIONS[name][0](zs[-1]))
    y = np.asarray(y, float).reshape(len(x), 1)
    share = np.ones((len(x), 1)) if sample_weight is None else np.reshape(sample_weight, (-1, 1))
    loss = np.mean(share * (np.logaddexp(0, zs[-1]) - y * zs[-1]))
    delta = share * (inputs[-1] - y)
    layers = []
    for k in reversed(range(len(kernels))):
        layers.insert(
            0,
            Layer(zs[k], inputs[k + 1], delta, kernels[k], inputs[k].T @ delta / len(x)),
        )
        if k:
            points = zs[k - 1] if slope_at is None else slope_at(k - 1, zs[k - 1])
            delta = (delta @ kernels[k].T) * FUNCTIONS[activations[k - 1]][1](points)
    return layers, loss


def finite_differences(loss, weights, step=1e-5):
    """Derivatives of `loss(weights)` by every entry of every array, by central differences."""
    found = []
    for k, array in enumerate(weights):
        gradient = np.zeros(array.shape)
        for at in np.ndindex(array.shape):
            sides = []
            for sign in (1, -1):
                moved = [w.astype(float) for w in weights]
                moved[k][at] += sign * step
                sides.append(loss(moved))
            gradient[at] = (sides[0] - sides[1]) / (2 * step)
        found.append(gradient)
    return found

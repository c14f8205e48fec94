"""A second implementation, in NumPy and float64: dense layers, sigmoid output, cross-entropy.

Nothing of kit is used here. Backpropagation is written out by its four equations (Nielsen 2015,
"Neural Networks and Deep Learning", ch. 2); the cross-entropy is log(1 + e^z) - y z. For images
there are convolution and pooling, softmax output, and log Σ e^z - z_y.
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


class Dense:
    """Dense layer; what has a height and a width is flattened first."""

    def __init__(self, name, kernel, bias, function):
        self.name, self.function = name, function
        self.kernel, self.bias = np.asarray(kernel, float), np.asarray(bias, float)

    def forward(self, x):
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        self.z = self.x @ self.kernel + self.bias
        return FUNCTIONS[self.function][0](self.z)

    def backward(self, above):
        """From ∂cost/∂activation, (n, units), to ∂cost/∂x."""
        self.delta = above * FUNCTIONS[self.function][1](self.z)
        self.gradient = self.x.T @ self.delta / len(self.x)
        return (self.delta @ self.kernel.T).reshape(self.shape)


class Conv(Dense):
    """Convolution with stride 1 and `zeros` of padding on every side; kernel (h, w, c, k)."""

    def __init__(self, name, kernel, bias, zeros, function):
        super().__init__(name, kernel, bias, function)
        self.zeros = zeros

    def forward(self, x):
        border = (self.zeros, self.zeros)
        self.padded = np.pad(x, ((0, 0), border, border, (0, 0)))
        sides = self.kernel.shape[:2]
        # (n, i, j, c, a, b): every piece under the kernel
        self.pieces = np.lib.stride_tricks.sliding_window_view(self.padded, sides, axis=(1, 2))
        self.z = np.einsum("nijcab,abck->nijk", self.pieces, self.kernel, optimize=True)
        self.z += self.bias
        return FUNCTIONS[self.function][0](self.z)

    def backward(self, above):
        self.delta = above * FUNCTIONS[self.function][1](self.z)
        self.gradient = np.einsum("nijcab,nijk->abck", self.pieces, self.delta, optimize=True)
        self.gradient /= len(self.padded)
        below, (_, high, wide, _) = np.zeros(self.padded.shape), self.z.shape
        for a, b in np.ndindex(self.kernel.shape[:2]):
            below[:, a : a + high, b : b + wide] += self.delta @ self.kernel[a, b].T
        inside = slice(self.zeros, below.shape[1] - self.zeros)
        return below[:, inside, slice(self.zeros, below.shape[2] - self.zeros)]


class Pool:
    """2x2 pooling by "max" or "average"; an odd row or column at the end is dropped."""

    def __init__(self, kind):
        self.kind = kind

    def forward(self, x):
        self.shape = n, high, wide, c = x.shape
        whole = x[:, : high // 2 * 2, : wide // 2 * 2]
        windows = whole.reshape(n, high // 2, 2, wide // 2, 2, c).transpose(0, 1, 3, 5, 2, 4)
        windows = windows.reshape(n, high // 2, wide // 2, c, 4)
        if self.kind == "average":
            self.shares = np.full(windows.shape, 0.25)
        else:  # to the first of the largest
            self.shares = np.eye(4)[windows.argmax(axis=-1)]
        return (windows * self.shares).sum(axis=-1)

    def backward(self, above):
        n, high, wide, c = above.shape
        spread = (above[..., None] * self.shares).reshape(n, high, wide, c, 2, 2)
        below = np.zeros(self.shape)
        below[:, : 2 * high, : 2 * wide] = spread.transpose(0, 1, 4, 2, 5, 3).reshape(
            n, 2 * high, 2 * wide, c
        )
        return below


def backpropagate_images(layers, x, y):
    """Layers by name, and the mean loss, of a network that classifies images (n, h, w, c).

    `layers` are of Conv, Pool and Dense; the last is a linear Dense, whose softmax is taken.
    """
    a = np.asarray(x, float)
    for layer in layers:
        layer.activation = a = layer.forward(a)
    shifted = a - a.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    layers[-1].activation = np.exp(log_shares)
    above = layers[-1].activation - np.eye(a.shape[1])[y]
    for layer in reversed(layers):
        above = layer.backward(above)
    found = {
        layer.name: Layer(layer.z, layer.activation, layer.delta, layer.kernel, layer.gradient)
        for layer in layers
        if not isinstance(layer, Pool)
    }
    return found, -np.mean(log_shares[np.arange(len(y)), y])


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

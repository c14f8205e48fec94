# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Backpropagation by hand: from a loss back to every weight
#
# You need to know what a dense layer computes, and the chain rule. Take about an hour, with pencil and
# paper; the cells alone run in well under a minute, without a GPU.
#
# You compute, and the kit checks each number: it measures the same network with `kit.probe`. Some
# questions ask for a guess before you compute anything: set yours in the cell, run it, and the next
# picture draws it beside the truth. The answers to the questions are folded away.

# %% [markdown]
# ## Install
#
# The cell below installs the kit where it is missing, as in Colab; that takes about a minute. Where
# the kit is installed it does nothing.

# %%
import importlib.util
import os
import subprocess
import sys

ADDRESS = ""  # of the repository, as https://github.com/NAME/keras-teaching-kit
if importlib.util.find_spec("kit") is None:
    if not ADDRESS:
        raise ModuleNotFoundError(
            "The kit is not installed, and this notebook does not know where to find it. Write the "
            "address of your copy of the repository between the quotes after ADDRESS, or run "
            "`pip install .` in a checkout; then run this cell again."
        )
    command = [sys.executable, "-m", "pip", "install", "--quiet", f"git+{ADDRESS}"]
    subprocess.run(command, check=True)
    importlib.invalidate_caches()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow starts with fewer log lines

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

import kit
from kit.board import plot_network
from kit.plots import style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. One weight of nine
#
# Two inputs, two sigmoid units, one sigmoid output. The weights stand at the edges, dashed where they
# are negative, and the dotted units are always 1: their weights are the biases. The target of this one
# sample is 1. One weight is lit up: it is far from the output.

# %%
x, y = np.array([[1.0, -2.0]]), np.array([[1.0]])
W1, b1 = np.array([[0.5, -1.0], [0.25, 0.75]]), np.array([0.2, 0.1])
W2, b2 = np.array([[1.5], [-2.0]]), np.array([0.3])

model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(2, "sigmoid", name="hidden"),
        keras.layers.Dense(1, "sigmoid", name="output"),
    ]
)
model.set_weights([W1, b1, W2, b2])
model.compile("sgd", "binary_crossentropy")

labels = [["x₁", "x₂"], ["unit 1", "unit 2"], ["output"]]
look = {"biases": True, "edge_numbers": True, "labels": labels}
with style(size="paper"):
    ax = plot_network(model, values=[x[0], None, None], paths=[[(0, 0), (1, 1)]], **look)
print(f"loss {model.evaluate(x, y, verbose=0):.3f}")

# %% [markdown]
# **Your guess.** The loss is -log of the output. It is printed below the picture. Now the lit weight,
# from x₁ to unit 2, is made larger by 1. What will the loss be then?

# %%
guess = 1.0  # @param {type: "number"}
guesses["loss, the lit weight 1 larger"] = guess


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss_of(W1, b1, W2, b2, x=x, y=y):
    """The cross-entropy, the mean over the samples."""
    out = sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2)
    return float(-np.mean(y * np.log(out) + (1 - y) * np.log(1 - out)))


def with_weight(value):
    other = W1.copy()
    other[0, 1] = value
    return loss_of(other, b1, W2, b2)


values = np.linspace(-3, 2, 101)
here = loss_of(W1, b1, W2, b2)
truth["loss, the lit weight 1 larger"] = with_weight(W1[0, 1] + 1)
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(values, [with_weight(value) for value in values])
    ax.plot(W1[0, 1], here, "o", color="C1")
    ax.plot(W1[0, 1] + 1, guesses["loss, the lit weight 1 larger"], "k*", markersize=14)
    ax.set(xlabel="the lit weight", ylabel="loss", title="● now; ★ your guess, a step to the right")

# %% [markdown]
# One weight could be tried out like this, and so could nine. A network of a million weights would
# need a million tries for one step. Backpropagation needs one way back.
#
# **Question 1.** Which other numbers of the network does the slope of this curve depend on? Follow the
# light from the weight to the output.
#
# <details>
# <summary>Answer</summary>
#
# On x₁, which the weight is multiplied by; on how steep unit 2 is at its place; on the weight from
# unit 2 to the output; and on how the loss changes with the output's Z-value. Four factors, one after
# the other. Not on the weight from x₁ to unit 1: no way leads through it.
#
# </details>

# %% [markdown]
# ## 2. Forwards
#
# The kit has the truth in a snapshot. `check` compares your number with it, and says what may have
# gone wrong. Nothing breaks if a number is missing: it says so, and you go on.

# %%
snapshot = kit.probe(model, x, y)
hidden, output = snapshot["hidden"], snapshot["output"]


def check(what, yours, measured):
    """Compare a number, or several, with what the kit measured."""
    if yours is None:
        print(f"· {what}: not yet")
        return
    mine, right = np.ravel(yours).astype(float), np.ravel(measured).astype(float)
    if mine.shape != right.shape:
        print(f"✗ {what}: {len(right)} numbers are needed, here are {len(mine)}")
    elif np.allclose(mine, right, rtol=0.01, atol=1e-3):
        print(f"✓ {what}: {', '.join(f'{one:.4f}' for one in right)}")
    elif np.allclose(mine, -right, rtol=0.01, atol=1e-3):
        print(f"✗ {what}: the size is right, the sign is not")
    else:
        print(f"✗ {what}: not yet; look at the network again")


# %% [markdown]
# **Question 2.** Compute the Z-values of both hidden units and of the output, and their activations.
# Replace `None` by lists or numbers, and run the cell again.
#
# <details>
# <summary>Answer</summary>
#
# Each unit adds up what comes in, times the weights, and its bias. One row times a matrix does it for
# both units.
#
# ```python
# z1 = x @ W1 + b1
# a1 = sigmoid(z1)
# z2 = a1 @ W2 + b2
# a2 = sigmoid(z2)
# for name, mine, right in (
#     ("z, hidden", z1, hidden.z),
#     ("a, hidden", a1, hidden.activation),
#     ("z, output", z2, output.z),
#     ("a, output", a2, output.activation),
# ):
#     check(name, mine, right)
# ```
#
# </details>

# %%
my_z_hidden = None  # as [z of unit 1, z of unit 2]
my_a_hidden = None
my_z_output = None
my_a_output = None
check("z, hidden", my_z_hidden, hidden.z)
check("a, hidden", my_a_hidden, hidden.activation)
check("z, output", my_z_output, output.z)
check("a, output", my_a_output, output.activation)

# %% [markdown]
# **Question 3.** The target is 1. What is the loss, and what would it be if the target were 0?
#
# <details>
# <summary>Answer</summary>
#
# -log(a) for the target 1, and -log(1 - a) for the target 0.
#
# ```python
# a = sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2)
# check("loss", -np.log(a), snapshot.loss)
# print(f"for the target 0 it would be {-np.log(1 - a).item():.4f}")
# ```
#
# </details>

# %%
my_loss = None
check("loss", my_loss, snapshot.loss)

# %% [markdown]
# ## 3. The first step back
#
# **Delta** is ∂cost/∂z of one sample: how its cost changes with a Z-value. With cross-entropy and a
# sigmoid, delta of the output is a - y.
#
# **Your guess.** How large is the larger one of the hidden units' deltas, in shares of the output's
# delta? 1 means that it is as large. Look at the weights, and think of the slope of a sigmoid.

# %%
guess = 1.0  # @param {type: "number"}
guesses["hidden delta over output delta"] = guess

# %%
size = np.abs(hidden.delta[0]).max() / abs(output.delta.item())
truth["hidden delta over output delta"] = size
with style(size="paper"):
    figure, ax = plt.subplots()
    names = ["output", "unit 1", "unit 2"]
    deltas = np.abs([output.delta.item(), *hidden.delta[0]])
    ax.bar(names, deltas)
    guessed = guesses["hidden delta over output delta"] * deltas[0]
    ax.axhline(guessed, color="k", linestyle="--")
    ax.plot(0.98, guessed, "k*", markersize=14, transform=ax.get_yaxis_transform(), clip_on=False)
    ax.set(ylabel="|delta|", title="★ your guess for the larger hidden unit")

# %% [markdown]
# **Question 4.** Compute delta of the output, and then those of the hidden units: each is the weight
# to the output, times the output's delta, times the slope a(1 - a) of its own sigmoid.
#
# <details>
# <summary>Answer</summary>
#
# ```python
# a1 = sigmoid(x @ W1 + b1)
# d2 = sigmoid(a1 @ W2 + b2) - y
# d1 = d2 @ W2.T * a1 * (1 - a1)  # (1, 1) @ (1, 2), then unit by unit
# check("delta, output", d2, output.delta)
# check("delta, hidden", d1, hidden.delta)
# ```
#
# The slope is at most a quarter. So a weight must be over 4 in size for a hidden unit to get a larger
# delta than the one that came in.
#
# </details>

# %%
my_delta_output = None
my_delta_hidden = None  # as [of unit 1, of unit 2]
check("delta, output", my_delta_output, output.delta)
check("delta, hidden", my_delta_hidden, hidden.delta)

# %% [markdown]
# Here they are in their nodes:

# %%
with style(size="paper"):
    ax = plot_network(model, values=[None, *(one.delta[0] for one in (hidden, output))],
                      quantity="delta", **look)  # fmt: skip

# %% [markdown]
# **Question 5.** Some say that the blame for the error is divided among the hidden units. Add up the
# two deltas. Is it the output's?
#
# <details>
# <summary>Answer</summary>
#
# No, and there is no reason why it should be. Each delta is a slope: it says how the cost changes if
# that one Z-value moves and all others stay. Slopes of different units share nothing.
#
# ```python
# print(f"hidden units together {hidden.delta.sum():.4f}, output {output.delta.item():.4f}")
# ```
#
# </details>

# %% [markdown]
# ## 4. Every weight
#
# **Question 6.** Now the gradients: for each weight what comes in, times the delta of the unit behind
# it. For a bias what comes in is 1. Compute all nine, the lit weight of the beginning among them.
#
# <details>
# <summary>Answer</summary>
#
# ```python
# a1 = sigmoid(x @ W1 + b1)
# d2 = sigmoid(a1 @ W2 + b2) - y
# d1 = d2 @ W2.T * a1 * (1 - a1)
# check("gradient of W2", a1.T @ d2, output.gradient)
# check("gradient of W1", x.T @ d1, hidden.gradient)
# check("gradients of the biases", [*d1[0], *d2[0]], [*hidden.delta[0], *output.delta[0]])
# ```
#
# </details>

# %%
my_gradient_W2 = None  # as [from unit 1, from unit 2]
my_gradient_W1 = None  # as [[x₁ to unit 1, x₁ to unit 2], [x₂ to unit 1, x₂ to unit 2]]
check("gradient of W2", my_gradient_W2, output.gradient)
check("gradient of W1", my_gradient_W1, hidden.gradient)

# %% [markdown]
# **Question 7.** The gradient of the lit weight is the slope of the curve of section 1 at the dot. You
# guessed a step of 1 to the right. How well does the slope alone tell what happens?
#
# <details>
# <summary>Answer</summary>
#
# It tells the direction, and the size for small steps. A step of 1 is not small: the curve bends on the
# way. That is why gradient descent takes small steps and computes the gradient anew.
#
# </details>

# %%
slope = hidden.gradient[0, 1]
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(values, [with_weight(value) for value in values], label="loss")
    ax.set_ylim(ax.get_ylim())  # which the line below leaves
    ax.plot(
        values, here + slope * (values - W1[0, 1]), "--", color="C1", label="the gradient's line"
    )
    ax.plot(W1[0, 1], here, "o", color="C1")
    ax.set(xlabel="the lit weight", ylabel="loss")
    ax.legend()
after = truth["loss, the lit weight 1 larger"]
print(f"a step of 1: by the slope {slope:+.3f}, in truth {after - here:+.3f}")

# %% [markdown]
# ## 5. Never believe a gradient
#
# A formula with a wrong sign still gives numbers. Differences know no formula: move one weight a little
# to either side, and see what the loss does. This cell does it for all nine; `kit.check_gradients` does
# it for a model of any size, and says where a wrong gradient went wrong.


# %%
def by_differences(arrays, step=1e-5):
    """(loss a step further - loss a step before) / two steps, for each number of each array."""
    gradients = []
    for k, array in enumerate(arrays):
        found = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            ends = []
            for move in (step, -step):
                moved = [one.copy() for one in arrays]
                moved[k][place] += move
                ends.append(loss_of(*moved))
            found[place] = (ends[0] - ends[1]) / (2 * step)
        gradients.append(found)
    return gradients


differences = by_differences([W1, b1, W2, b2])
check("gradient of W1", differences[0], hidden.gradient)
check("gradient of W2", differences[2], output.gradient)

# %% [markdown]
# **Question 8.** Suppose that you forgot the slope a(1 - a) of the hidden units. Which of the nine
# numbers would be wrong, and in which direction? Guess, then try it.
#
# <details>
# <summary>Answer</summary>
#
# Those of the first layer, weights and biases: each would be too large, at least 4 times, with the right
# sign. Those of the output would be right. A network with such gradients even learns, only badly, so
# nobody may notice.
#
# ```python
# a1 = sigmoid(x @ W1 + b1)
# d2 = sigmoid(a1 @ W2 + b2) - y
# forgotten = d2 @ W2.T
# check("gradient of W1 without the slope", x.T @ forgotten, hidden.gradient)
# print("times too large:", (forgotten / hidden.delta).round(1))
# ```
#
# </details>

# %% [markdown]
# ## 6. One step down
#
# Gradient descent subtracts the learning rate times the gradient from each weight.
#
# **Your guess.** With a learning rate of 1, to which share of its value does one step bring the loss?
# 1 means that nothing changes.

# %%
guess = 0.5  # @param {type: "slider", min: 0, max: 1, step: 0.05}
guesses["loss after one step, as a share"] = guess


# %%
def gradients_of(W1, b1, W2, b2, x=x, y=y):
    """Forwards and backwards, for all samples at once: the mean of what each one adds."""
    a1 = sigmoid(x @ W1 + b1)
    d2 = sigmoid(a1 @ W2 + b2) - y
    d1 = d2 @ W2.T * a1 * (1 - a1)
    n = len(x)
    return x.T @ d1 / n, d1.mean(axis=0), a1.T @ d2 / n, d2.mean(axis=0)


arrays, losses = [W1, b1, W2, b2], [here]
for _ in range(20):
    arrays = [one - g for one, g in zip(arrays, gradients_of(*arrays), strict=True)]
    losses.append(loss_of(*arrays))
truth["loss after one step, as a share"] = losses[1] / losses[0]
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(losses, "o-")
    ax.plot(1, guesses["loss after one step, as a share"] * here, "k*", markersize=14)
    ax.set(
        xlabel="steps", ylabel="loss", ylim=(0, None), title="★ your guess", xticks=range(0, 21, 5)
    )

# %% [markdown]
# **Question 9.** With several samples, whose gradients are added up, and by what is the sum divided?
# Does that hold for the deltas too?
#
# <details>
# <summary>Answer</summary>
#
# The gradient of each weight is added up over the samples and divided by their number, since the loss
# is their mean. A delta belongs to one sample, so there is one for each sample and unit, and nothing is
# added up.
#
# ```python
# rng = np.random.default_rng(1)
# many, targets = rng.normal(size=(50, 2)), rng.integers(0, 2, size=(50, 1)).astype(float)
# measured = kit.probe(model, many, targets)
# for_W1, _, for_W2, _ = gradients_of(W1, b1, W2, b2, many, targets)
# check("gradient of W1", for_W1, measured["hidden"].gradient)
# check("gradient of W2", for_W2, measured["output"].gradient)
# print("deltas of the hidden units:", measured["hidden"].delta.shape)
# ```
#
# </details>

# %% [markdown]
# ## 7. Your guesses

# %%
print(f"{'':<36}{'yours':>10}{'measured':>12}")
for name, found in truth.items():
    print(f"{name:<36}{guesses[name]:>10.3g}{found:>12.3g}")

# %% [markdown]
# ## 8. Exercises
#
# **Exercise 1.** Give the hidden units ReLU in place of the sigmoid. What takes the place of
# a(1 - a)? Which gradients are exactly 0 for this sample, and why?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# relu = keras.Sequential(
#     [
#         keras.Input((2,)),
#         keras.layers.Dense(2, "relu", name="hidden"),
#         keras.layers.Dense(1, "sigmoid", name="output"),
#     ]
# )
# relu.set_weights([W1, b1, W2, b2])
# relu.compile("sgd", "binary_crossentropy")
# z1 = x @ W1 + b1
# a1 = np.maximum(z1, 0)
# d2 = sigmoid(a1 @ W2 + b2) - y
# d1 = d2 @ W2.T * (z1 > 0)
# check("delta, hidden, with ReLU", d1, kit.probe(relu, x, y)["hidden"].delta)
# print("z of the hidden units:", z1.round(2))
# ```
#
# The slope of ReLU is 1 where z is over 0 and 0 elsewhere. A unit that is off hands nothing back, and
# its activation, 0, lets nothing through to the weight behind it either.
#
# </details>
#
# **Exercise 2.** Take half the squared error, (a - y)²/2, as the cost. What changes in delta of the
# output, and what in everything before it?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# a1 = sigmoid(x @ W1 + b1)
# a2 = sigmoid(a1 @ W2 + b2)
# entropy, squared = a2 - y, (a2 - y) * a2 * (1 - a2)
# print(f"delta of the output: cross-entropy {entropy.item():.4f}, squared {squared.item():.4f}")
# model.compile("sgd", "mean_squared_error")
# check("delta, squared error", 2 * squared, kit.probe(model, x, y)["output"].delta)
# model.compile("sgd", "binary_crossentropy")
# ```
#
# Delta of the output gets the factor a(1 - a), which cross-entropy cancels. All else is as before, with
# the new delta handed back. Keras's mean squared error has no half, hence the 2.
#
# </details>
#
# **Exercise 3.** Write forwards and backwards for any number of layers, as two loops, and check them
# against `kit.probe` with a network of three hidden layers of random weights.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# keras.utils.set_random_seed(1)
# sizes = (2, 4, 3, 4, 1)
# layers = [keras.layers.Dense(n, "sigmoid", name=f"d{k}") for k, n in enumerate(sizes[1:])]
# deep = keras.Sequential([keras.Input((2,)), *layers])
# deep.compile("sgd", "binary_crossentropy")
# weights, biases = deep.get_weights()[::2], deep.get_weights()[1::2]
#
# a = [x]
# for W, b in zip(weights, biases):
#     a.append(sigmoid(a[-1] @ W + b))
# delta = a[-1] - y
# measured = kit.probe(deep, x, y)
# for k in reversed(range(len(weights))):
#     check(f"gradient of layer {k}", a[k].T @ delta, measured[f"d{k}"].gradient)
#     delta = delta @ weights[k].T * a[k] * (1 - a[k])
# ```
#
# The loop back keeps one delta and replaces it at each layer: all that a layer has to know of those
# behind it is in there. In the last turn it is handed to the inputs, where nobody asks for it.
#
# </details>

# %%
# your code

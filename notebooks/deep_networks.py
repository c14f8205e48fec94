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
# # Why deep networks did not train: from saturation to He
#
# You need to know what a dense layer computes, and the chain rule. Take about an hour; the cells
# alone run in less than a minute, without a GPU.
#
# Everywhere you guess **before** you look. Set your guess in the cell, run it, and the next picture
# draws it beside the truth. The answers to the questions are folded away.

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
from sklearn.datasets import load_digits

import kit
from kit.models import build_block, build_mlp
from kit.plots import plot_history, plot_profile, style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. More layers, less learned
#
# Networks with sigmoid units learn to read small digits, of 8 by 8 pixels. Two have one hidden layer,
# two have four. Everything else is the same. What would you expect of three more layers?

# %%
images, labels = load_digits(return_X_y=True)
X = images - images.mean(axis=0)
X = (X / X.std()).astype("float32")  # (1797, 64), mean 0, std 1

which = [{"layers": layers, "seed": seed} for layers in (1, 4) for seed in (1, 2)]
models = [
    build_mlp(
        [50] * one["layers"],
        "sigmoid",
        "glorot_normal",
        input_shape=64,
        optimizer=keras.optimizers.SGD(1.0),
        seed=one["seed"],
    )
    for one in which
]
runs = kit.train_together(models, X, labels, epochs=8, seed=1, parameters=which, verbose=False)
with style(size="paper"):
    ax = plot_history(runs, color="layers", guessing=np.log(10))

# %% [markdown]
# The line is the loss of a network that guesses: with ten digits it is ln 10.
#
# **Question 1.** The deeper network can compute all that the other can, and more. So is it too small,
# or does it not find its way? What would you measure to tell?
#
# <details>
# <summary>Answer</summary>
#
# It does not find its way. To learn, a weight needs a gradient that says which way to go, and a step
# that is large enough. So measure the gradient of every layer, at the start. That is what this lesson
# does, beginning with a single unit.
#
# </details>

# %% [markdown]
# ## 2. A unit that has run into its end
#
# The gradient of a unit's weights has the slope of its activation function as a factor. The sigmoid's
# is σ′(z) = σ(z) (1 − σ(z)).
#
# **Your guess.** How many times smaller than at z = 0 is the slope at z = 5?

# %%
guess = 5  # @param {type: "number"}
guesses["sigmoid's slope, z = 0 over z = 5"] = guess


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigmoid(z) * sigmoid(-z)


z = np.linspace(-8, 8, 200)
truth["sigmoid's slope, z = 0 over z = 5"] = slope(0) / slope(5)
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(z, sigmoid(z), label="sigmoid")
    ax.plot(z, slope(z), "--", label="its slope")
    guessed = slope(0) / guesses["sigmoid's slope, z = 0 over z = 5"]
    ax.plot(5, guessed, "k*", markersize=14)
    ax.set(xlabel="z", title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 2.** Where is the slope largest, and how large is it there? What does that mean for a
# product of many slopes?
#
# <details>
# <summary>Answer</summary>
#
# At z = 0, where it is one quarter. So a product of slopes falls with each factor to a quarter or less,
# even if no unit is saturated at all. Saturation makes it worse.
#
# </details>

# %% [markdown]
# ## 3. A chain of units
#
# The simplest deep network has one unit a layer. On the way back delta is multiplied by the weight and
# by the slope, at every unit: δ of a unit = δ of the next · w · σ′(z).


# %%
def chain(w, units, x=1.0, bias=0.0):
    """Delta of each unit over that of the last one, from the last to the first."""
    z, a = [], x
    for _ in range(units):
        z.append(w * a + bias)
        a = sigmoid(z[-1])
    return np.cumprod([1.0, *(w * slope(one) for one in z[-2::-1])])


for w in (1, 2, 4, 8, 16):
    print(f"w = {w:>2}: delta of the first of ten units is {chain(w, 10)[-1]:.1e} of the last's")

# %% [markdown]
# **Question 3.** A weight over 4 makes w σ′ larger than one where the slope is a quarter. Why do large
# weights not help here? With which bias would they?
#
# <details>
# <summary>Answer</summary>
#
# A large weight makes z large, and there the slope is next to nothing. It would help if z stayed near
# 0: with activations around a half, a bias of −w/2 does that. Then delta explodes:
#
# ```python
# print(chain(8, 10, x=1 / 2, bias=-4))
# ```
#
# </details>

# %% [markdown]
# ## 4. Ten layers of a hundred units
#
# Now a real network: ten hidden layers of 100 units, sigmoid, with Glorot's initialization, before
# training. `kit.probe` runs data through it once, forwards and backwards.
#
# **Your guess.** How many times smaller is the spread (σ) of the gradients in `h2` than in `h10`?

# %%
guess = 100  # @param {type: "number"}
guesses["σ of the gradient, h10 over h2"] = guess

# %%
from kit.datasets.ball import load_data

points, classes = load_data(n_dims=10)
deep = kit.probe(build_block("sigmoid", "glorot_normal", n_layers=10, seed=1), points, classes)
hidden = [f"h{k}" for k in range(2, 11)]
spread = {name: deep[name].gradient.std() for name in hidden}
truth["σ of the gradient, h10 over h2"] = spread["h10"] / spread["h2"]
with style(size="paper"):
    ax = plot_profile(deep, "gradient", layers=hidden)
    guessed = np.geomspace(1 / guesses["σ of the gradient, h10 over h2"], 1, 9) * spread["h10"]
    ax.plot(range(9), guessed, "k*--", markersize=10)
    ax.set_title("★ your guess")

# %% [markdown]
# **Question 4.** The line is straight, on a logarithmic axis. What does that say? By which factor does
# the gradient fall at each layer, and from what can you compute it?
#
# <details>
# <summary>Answer</summary>
#
# Every layer costs the same factor. δ · Wᵀ is a sum over 100 units of terms with mean 0, so its variance
# is 100 Var(w) times that of δ, and with Glorot's weights that is 1. What is left is the slope: the mean
# of σ′(z)² over the values that z has. A little less than a sixteenth, whose root is a bit under a
# quarter. The next cell does it.
#
# </details>

# %%
factor = np.sqrt(100 * deep["h6"].weight.var() * np.mean(slope(deep["h6"].z) ** 2))
print(f"expected at each layer: divided by {1 / factor:.2f}")
measured = (spread["h10"] / spread["h2"]) ** (1 / 8)
print(f"measured, on average:   divided by {measured:.2f}")

# %% [markdown]
# ## 5. Is there a width of the weights that is right?
#
# So the factor is the root of n Var(w) times the mean of f′(z)². Weights can be drawn wider. The cell
# below builds 20 layers of ReLU in a few lines of NumPy, and goes back through them.
#
# **Your guess.** With n inputs, weights have the standard deviation width / √n. With which width does
# delta keep its size, with ReLU?

# %%
guess = 1  # @param {type: "number"}
guesses["width at which ReLU keeps delta"] = guess


# %%
def kept(width, function, its_slope, layers=20, n=100, seed=1):
    """Delta of the first layer over that of the last one, in size."""
    rng = np.random.default_rng(seed)
    kernels = [rng.normal(0, width / np.sqrt(n), (n, n)) for _ in range(layers)]
    a, z = rng.normal(size=(50, n)), []
    for kernel in kernels:
        z.append(a @ kernel)
        a = function(z[-1])
    delta = last = rng.normal(size=(50, n)) * its_slope(z[-1])
    for kernel, one in zip(kernels[:0:-1], z[-2::-1], strict=True):
        delta = (delta @ kernel.T) * its_slope(one)
    return np.linalg.norm(delta) / np.linalg.norm(last)


activations = {
    "sigmoid": (sigmoid, slope),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}
widths = np.geomspace(1 / 2, 16, 11)  # among them the root of two
curves = {name: [kept(one, *f) for one in widths] for name, f in activations.items()}
crossing = np.interp(0, np.log(curves["ReLU"]), np.log(widths))
truth["width at which ReLU keeps delta"] = np.exp(crossing)
with style(size="paper"):
    figure, ax = plt.subplots()
    for (name, curve), look in zip(curves.items(), ("o-", "s--", "^-."), strict=True):
        ax.loglog(widths, curve, look, label=name)
    ax.axhline(1, color="gray")
    ax.plot(guesses["width at which ReLU keeps delta"], 1, "k*", markersize=16)
    ax.set(xlabel="σ of the weights × √n", ylabel="delta, first over last layer")
    ax.set_title("★ your guess: on the line, delta is kept")
    ax.legend()

# %% [markdown]
# **Question 5.** Derive ReLU's width. Which share of its slopes is 1?
#
# <details>
# <summary>Answer</summary>
#
# Half of the Z-values are above 0, so the mean of f′(z)² is one half. The factor is 1 where width² / 2 = 1:
# the width is √2, and the variance of the weights 2/n. That is the rule of He and others (2015). It keeps
# z on the way forwards too, since ReLU takes half of the mean square.
#
# </details>
#
# **Question 6.** And sigmoid? Its curve crosses the line as well. Why does nobody use that width?
#
# <details>
# <summary>Answer</summary>
#
# It is so wide that most units sit at their ends: few pass a large delta on, most pass none. And where
# the curve crosses it is steep: a little off, to the power of 20, is far off. Besides, the outputs of the
# layers hardly depend on small changes of the input in any orderly way.
#
# </details>

# %% [markdown]
# ## 6. ReLU and He
#
# The four layers of section 1 once more, with ReLU and He's weights; the learning rate is a tenth.
#
# **Question 7.** Two things have changed, activation and initialization. How would you find out which
# of them did it?

# %%
tried = {"ReLU, He": ("relu", "he_normal"), "ReLU, σ = 0.01": ("relu", 0.01)}
entries = [{"network": name, "seed": seed} for name in tried for seed in (1, 2)]
models = [
    build_mlp(
        [50] * 4,
        *tried[one["network"]],
        input_shape=64,
        optimizer=keras.optimizers.SGD(1 / 10),
        seed=one["seed"],
    )
    for one in entries
]
relus = kit.train_together(models, X, labels, epochs=8, seed=1, parameters=entries, verbose=False)
with style(size="paper"):
    ax = plot_history(relus, color="network", guessing=np.log(10))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# By changing one alone. ReLU with small weights is one of the two missing networks, and it stays at the
# line: ReLU by itself is not the cure. The other is exercise 1.
#
# </details>
#
# ### Units that die
#
# **Question 8.** A unit of ReLU whose z is below 0 for every sample gets no gradient at all. What could
# drive it there?
#
# <details>
# <summary>Answer</summary>
#
# A step that is too long, or a bias that begins too low. Count it, for a network with two hidden layers:
#
# ```python
# def dead(bias, rate):
#     model = build_block("relu", "he_normal", n_layers=2, seed=1)
#     model.optimizer.learning_rate = rate
#     for layer in model.layers[:-1]:
#         layer.bias.assign(np.full(layer.bias.shape, bias))
#     model.fit(points, classes, epochs=3, verbose=0)
#     return np.mean((kit.probe(model, points, classes)["h2"].z <= 0).all(axis=0))
#
#
# for bias, rate in ((0, 1 / 10), (0, 2), (-2, 1 / 10)):
#     print(f"bias {bias}, learning rate {rate:g}: {dead(bias, rate):.0%} of h2 are dead")
# ```
#
# </details>

# %% [markdown]
# With your hands: twenty layers of sigmoid as a page, with theory's line beside what is measured. Change the
# activation, or the weights, until the line is flat.

# %%
kit.explore(figure="vanishing-depth")

# %% [markdown]
# ## 7. Your guesses

# %%
print(f"{'':<38}{'yours':>10}{'measured':>14}")
for name, found in truth.items():
    print(f"{name:<38}{guesses[name]:>10g}{found:>14.3g}")

# %% [markdown]
# ## 8. Exercises
#
# **Exercise 1.** Sigmoid with He's weights, ten layers: does its gradient still vanish?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# he = kit.probe(build_block("sigmoid", "he_normal", n_layers=10, seed=1), points, classes)
# print(f"h10 over h2: {he['h10'].gradient.std() / he['h2'].gradient.std():.1e}")
# ```
#
# Yes: twice the variance is a factor of √2 at each layer, where four would be needed. So the
# initialization by itself is not the cure either.
#
# </details>
#
# **Exercise 2.** Forwards the signal can get lost too. How much does z of the last layer differ from
# point to point, in `deep`, and how much does it differ between units?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# for name in ("h1", "h4", "h7", "h10"):
#     units = deep.units("z", name)
#     print(f"{name:<4} between units {units.std_units:.2f}, across points {units.std_samples:.1e}")
# ```
#
# Between units it stays. From point to point it falls by the same factor as delta on its way back: a
# wide layer is not an informed one.
#
# </details>
#
# **Exercise 3.** Change `layers=20` to 50 in `kept`, and look at ReLU with a width of √2 for several
# seeds. Is delta kept in every network?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# print([round(kept(2**0.5, *activations["ReLU"], layers=50, seed=k), 1) for k in range(1, 9)])
# ```
#
# On average it is, in a single network less so: every layer has only 100 units, so its factor is a
# little off, by chance, and 50 chances multiply.
#
# </details>

# %%
# your code

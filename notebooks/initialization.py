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
# # Initialization: how the start decides whether a network learns
#
# You need to know what a dense layer computes, and the chain rule. Take about an hour; the cells
# alone run in a minute or two, without a GPU.
#
# Everywhere you guess **before** you look. Some guesses are numbers: set yours in the cell, run it,
# and the next picture draws it beside the truth. The answers to the questions are folded away.

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
from kit.callbacks import Recorder
from kit.datasets.ball import load_data
from kit.models import build_block, describe
from kit.plots import compare, layer_panel, plot_epochs, plot_history, plot_profile, style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. Same network, same data
#
# Six networks learn to tell two classes of points apart. All have the same layers, the same data and
# the same optimizer. Three begin with one kind of random weights, three with another. Here are the
# first ten epochs:

# %%
X, y = load_data(n_dims=10)
start = {"He": "he_normal", "σ = 0.01": 0.01}
which = [{"start": name, "seed": seed} for name in start for seed in (1, 2, 3)]
models = [build_block("relu", start[one["start"]], seed=one["seed"]) for one in which]
six = kit.train_together(
    models, X, y, epochs=60, seed=[one["seed"] for one in which], parameters=which, verbose=False
)
share = y.mean()
nothing_learned = -share * np.log(share) - (1 - share) * np.log(1 - share)

first = six.history[six.history.epoch <= 10]
with style(size="paper"):
    figure, ax = plt.subplots()
    for name, color in zip(start, ("C0", "C1"), strict=True):
        of_name = first[first.start == name].groupby("epoch")["loss"].median()
        ax.plot(of_name.index, of_name, color=color, label=name)
    ax.axhline(nothing_learned, color="gray", linestyle=":", label="nothing learned")
    ax.set(xlabel="epoch", ylabel="loss, median of three", xlim=(0, 60), ylim=(0, 0.8))
    ax.legend()

# %% [markdown]
# The dotted line is the loss of a network that has learned nothing but the shares of the two classes.
#
# **Your guess.** Where will the slower three be after 60 epochs?

# %%
guess = 0.3  # @param {type: "number"}
guesses["loss of σ = 0.01 after 60 epochs"] = guess

# %%
last = six.history[six.history.epoch == 60].groupby("start")["loss"].median()
truth["loss of σ = 0.01 after 60 epochs"] = last["σ = 0.01"]
with style(size="paper"):
    ax = plot_history(six, color="start", guessing=nothing_learned)
    ax.plot(60, guesses["loss of σ = 0.01 after 60 epochs"], "k*", markersize=14, clip_on=False)
    ax.set_title("★ your guess")

# %% [markdown]
# **Question 1.** Nothing but the first weights differs. What could be wrong with small ones? Think of
# what the last layer gets to see, and of what comes back to the first.
#
# <details>
# <summary>Answer</summary>
#
# A sum of small terms is small. With small weights each layer makes the signal smaller than the layer
# before did, so the output hardly depends on the input; and on the way back each layer makes the
# gradient smaller. The rest of this lesson takes the network apart to see it, and then looks for
# weights that are neither too small nor too large.
#
# </details>

# %% [markdown]
# ## 2. The data and the network
#
# The points lie in a ball of 10 dimensions. A point is **positive** where the sum of its coordinates,
# up or down, is larger than half of the ball's radius: $|x_1 + \dots + x_{10}| > r/2$. A picture of a
# ball in 10 dimensions is hard to draw, but each point has a sum and a distance from the centre:

# %%
sums = X.sum(axis=1)
distances = np.linalg.norm(X, axis=1)
positive = y.ravel() == 1
half = (np.abs(sums)[~positive].max() + np.abs(sums)[positive].min()) / 2
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.scatter(distances[positive], sums[positive], s=8, color="C0", label="positive")
    ax.scatter(distances[~positive], sums[~positive], s=8, color="C1", marker="x", label="negative")
    for edge in (-half, half):
        ax.axhline(edge, color="gray", linestyle="--")
    ax.set(xlabel="distance from the centre", ylabel="sum of the coordinates")
    ax.legend(loc="upper left")

# %% [markdown]
# So the positive points lie on two sides of a slab, and no single hyperplane parts them from the
# negative ones: hidden layers are needed. The network has five of them with 100 units each, `h1` to
# `h5`, and one sigmoid unit, `o`, as output.
#
# **Question 2.** How many parameters has `h1`, how many has `h2`, how many has `o`?
#
# <details>
# <summary>Answer</summary>
#
# A dense layer has one weight for each pair of an input and a unit, and one bias for each unit:
# inputs × units + units. `h1` has 10 inputs; `h2` to `h5` have 100 each, and hold nearly all the
# parameters. The next cell counts them.
#
# </details>

# %%
for layer in describe(build_block("sigmoid", 0.01, seed=1)):
    print(f"{layer.name:<6} {layer.detail:<8} {layer.parameters:>7,} parameters")
print(f"\n{X.shape[0]:,} points of {X.shape[1]} dimensions, {y.mean():.0%} positive")

# %% [markdown]
# ## 3. What is measured
#
# `kit.probe` runs the data through a model once, forwards and backwards, and keeps the arrays of
# every layer. Nothing is trained.
#
# | word | meaning |
# |---|---|
# | `z` | Z-value, before the activation function: z = x W + b |
# | `activation` | a = f(z) |
# | `delta` | ∂cost/∂z of each sample |
# | `weight` | W |
# | `gradient` | ∂loss/∂W, the mean over the samples |

# %%
snapshot = kit.probe(build_block("sigmoid", 0.1, seed=1), X, y)
snapshot

# %% [markdown]
# Never believe a tool that you cannot check. Biases are 0 before training, so the first layer is
# quickly done by hand:

# %%
z = X @ snapshot["h1"].weight  # (1000, 10) @ (10, 100)
a = 1 / (1 + np.exp(-z))
print("z as measured:         ", np.allclose(z, snapshot["h1"].z, atol=1e-5))
print("activation as measured:", np.allclose(a, snapshot["h1"].activation, atol=1e-5))

# %% [markdown]
# **Question 3.** Compute the gradient of `h2` from `snapshot["h1"].activation` and
# `snapshot["h2"].delta`. What are the shapes?
#
# <details>
# <summary>Answer</summary>
#
# The chain rule gives, for one sample, ∂cost/∂W = aᵀ δ: what comes in, times what comes back. The
# gradient is the mean over the samples.
#
# ```python
# into_h2 = snapshot["h1"].activation  # (samples, units of h1)
# by_hand = into_h2.T @ snapshot["h2"].delta / len(X)  # (units of h1, units of h2)
# print(by_hand.shape, np.allclose(by_hand, snapshot["h2"].gradient, rtol=1e-3, atol=1e-7))
# ```
#
# </details>

# %%
# your code

# %% [markdown]
# ## 4. Small weights and the sigmoid
#
# Now the same small weights, σ = 0.01, with the sigmoid.
#
# **Your guess.** How many times smaller is the spread (σ) of the gradients in `h1` than in `h5`? 1
# means that they are alike.

# %%
guess = 10  # @param {type: "number"}
guesses["σ of the gradient, h5 over h1"] = guess

# %%
small = kit.probe(build_block("sigmoid", 0.01, seed=1), X, y)
spread = {name: small[name].gradient.std() for name in ("h1", "h5")}
truth["σ of the gradient, h5 over h1"] = spread["h5"] / spread["h1"]
with style(size="paper"):
    ax = plot_profile(small, "gradient", layers=["h1", "h2", "h3", "h4", "h5"])
    guessed = np.geomspace(1 / guesses["σ of the gradient, h5 over h1"], 1, 5) * spread["h5"]
    ax.plot(range(5), guessed, "k*--", markersize=10)
    ax.set_title("σ of the gradient, before training; ★ your guess")

# %% [markdown]
# **Question 4.** Around which value do the activations lie? Look at the whole panel. And why do the
# gradients fall so evenly?

# %%
panel = layer_panel(small, title="sigmoid, σ = 0.01, before training")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Every Z-value is a sum of small terms and stays near 0, where the sigmoid is 1/2. So every
# activation is close to 1/2, whatever the input was: the network hardly looks at its input.
#
# On the way back delta passes one layer after the other. Each time it is multiplied by the small
# weights and by the slope of the sigmoid, which is at most 1/4. Both make it smaller, by about the
# same factor in each layer. This is the **vanishing gradient**.
#
# </details>
#
# **Question 5.** By which factor does delta shrink in each layer? Start from
# δ of a layer = (δ of the next layer · Wᵀ) · f′(z), with 100 units, σ = 0.01 and a slope of 1/4.
#
# <details>
# <summary>Answer</summary>
#
# Each entry of δ · Wᵀ is a sum over the units of the next layer, of independent terms with mean 0.
# Variances add up, so the standard deviation is multiplied by σ √units, and then by the slope:
# factor = σ √units · f′. The next cell compares it with what is measured.
#
# </details>

# %%
factor = 0.01 * np.sqrt(100) / 4
print(f"expected: delta is multiplied by {factor:.4f} in each layer")
for back, name in (("h4", "h5"), ("h3", "h4"), ("h2", "h3"), ("h1", "h2")):
    measured = small[back].delta.std() / small[name].delta.std()
    print(f"from {name} to {back}: {measured:.4f}")

# %% [markdown]
# ### Does a small gradient mean slow learning?
#
# **Question 6.** Plain gradient descent moves a weight by the learning rate times its gradient. Adam
# divides by the size that the gradient has had lately. In one epoch, how far do the weights of `h1`
# move with each of the two, in shares of their own size? The cell trains the ReLU network of
# section 1 that did not learn, once with each.

# %%
moved = {}
for optimizer in ("sgd", "adam"):
    recorder = Recorder(X, y)
    model = build_block("relu", 0.01, optimizer=optimizer, seed=1)
    keras.utils.set_random_seed(1)
    model.fit(X, y, epochs=1, verbose=0, callbacks=[recorder])
    moved[optimizer] = recorder.recording
    table = recorder.recording.to_frame().query("quantity == 'weight' and epoch == 1")
    steps = ", ".join(f"{row.layer} {row.update:.0e}" for row in table.itertuples())
    print(f"{optimizer:<5} ‖ΔW‖ / ‖W‖: {steps}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With plain gradient descent next to nothing, with Adam a good part of their size, from the same tiny
# gradients. So the size of a gradient is no speed of learning: what a weight does is decided by the
# gradient **and** the optimizer. And that a weight moves does not mean that the network learns: the
# direction has to be of use. Exercise 2 follows both networks further.
#
# </details>

# %% [markdown]
# ## 5. Are large weights the cure?
#
# Now σ = 1.
#
# **Your guess.** Which share of tanh's activations in `h5` lies at the ends: in the lowest or in the
# highest twentieth of its range?

# %%
guess = 0.2  # @param {type: "slider", min: 0, max: 1, step: 0.05}
guesses["tanh, σ = 1: share at the ends in h5"] = guess

# %%
large = {name: kit.probe(build_block(name, 1.0, seed=1), X, y) for name in ("tanh", "sigmoid")}
hidden = large["tanh"].layers_with("z", outputs=False)  # h1 to h5
ends = {"tanh": (-0.9, 0.9), "sigmoid": (0.05, 0.95)}  # a twentieth of the range at each end
at_the_ends = {
    name: [
        ((one[layer].activation < low) | (one[layer].activation > high)).mean() for layer in hidden
    ]
    for (name, one), (low, high) in zip(large.items(), ends.values(), strict=True)
}
truth["tanh, σ = 1: share at the ends in h5"] = at_the_ends["tanh"][-1]
with style(size="paper"):
    figure, ax = plt.subplots()
    places = np.arange(5)
    for k, (name, shares) in enumerate(at_the_ends.items()):
        ax.bar(places + 0.36 * k, shares, 0.34, label=name)
    ax.plot(4, guesses["tanh, σ = 1: share at the ends in h5"], "k*", markersize=14, mec="white")
    ax.set_xticks(places + 0.18, hidden)
    ax.set(ylabel="share of activations at the ends", ylim=(0, 1), title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 7.** And the gradients? With tanh and with the sigmoid: does the first layer get larger
# ones than the last, or smaller ones?

# %%
with style(size="paper"):
    figure, ax = plt.subplots()
    for name, one in {**large, "sigmoid, σ = 0.01": small}.items():
        spreads = [one[layer].gradient.std() for layer in hidden]
        label = name if "σ" in name else f"{name}, σ = 1"
        ax.semilogy(hidden, spreads, "o-", label=label)
    ax.set(ylabel="σ of the gradient")
    ax.legend()

# %%
panel = layer_panel(large["sigmoid"], title="sigmoid, σ = 1, before training")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Many units are **saturated**: their activation sticks at an end, where the slope is near 0. Such a
# unit hardly learns.
#
# With tanh the gradients still grow on the way back. Few units pass anything on, but what passes is
# multiplied by σ √units, which is large now. This is the **exploding gradient**: the first layers
# get the largest changes, from a signal that the saturated layers have made meaningless.
#
# With the sigmoid, whose slope is at most 1/4, the large weights nearly make up for the small slope.
# The gradients fall a little, and do not vanish as with σ = 0.01. That "sigmoid makes gradients
# vanish" is only half true: it takes small weights too.
#
# </details>

# %% [markdown]
# ## 6. A σ that keeps the signal's size
#
# Too small, and the signal dies; too large, and it saturates or explodes. In between there must be
# a σ with which the Z-values of every layer spread as those of the layer before. With n inputs
#
# $$ \mathrm{Var}(z) = n \, \sigma^2 \, \mathrm{E}[a^2] . $$
#
# **Question 8.** Which σ keeps Var(z) the same from layer to layer
#
# - for tanh, if the values are small enough for tanh(z) ≈ z?
# - for ReLU, which sets the negative half of the values to 0?
#
# <details>
# <summary>Answer</summary>
#
# tanh: E[a²] ≈ Var(z), so n σ² = 1 and σ = √(1/n). With as many units before as behind, this is the
# initializer of Glorot and Bengio (2010).
#
# ReLU: half of E[z²] is lost, E[a²] = Var(z)/2, so n σ² = 2 and σ = √(2/n). This is the initializer
# of He and others (2015).
#
# </details>
#
# **Your guess,** by the formula or by eye: with which σ does ReLU, with 100 units a layer, keep the
# size?

# %%
guess = 0.05  # @param {type: "number"}
guesses["σ that keeps the size, ReLU"] = guess

# %% [markdown]
# The next cell tries many σ, and measures how much the Z-values grow from one layer to the next.

# %%
sigmas = np.geomspace(0.02, 1, 12)
growth = {"tanh": [], "relu": []}
for activation, found in growth.items():
    for sigma in sigmas:
        one = kit.probe(build_block(activation, float(sigma), seed=1), X, y, layers=["h2", "h5"])
        found.append((one["h5"].z.std() / one["h2"].z.std()) ** (1 / 3))  # three layers

with style(size="paper"):
    figure, ax = plt.subplots()
    ax.loglog(sigmas, growth["tanh"], "o-", label="tanh")
    ax.loglog(sigmas, growth["relu"], "s--", label="ReLU")
    ax.axhline(1, color="gray", linewidth=1)
    ax.plot(guesses["σ that keeps the size, ReLU"], 1, "k*", markersize=14, label="your guess")
    ax.set(xlabel="σ of the weights", ylabel="growth of z, from layer to layer")
    for axis, ticks in (
        (ax.xaxis, [0.02, 0.05, 0.1, 0.2, 0.5, 1]),
        (ax.yaxis, [0.2, 0.5, 1, 2, 5]),
    ):
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.legend()

# %%
for name, theory in (("tanh", np.sqrt(1 / 100)), ("relu", np.sqrt(2 / 100))):
    crossing = np.exp(np.interp(0, np.log(growth[name][:7]), np.log(sigmas[:7])))
    print(f"{name}: growth 1 at σ = {crossing:.3f} as measured, {theory:.3f} by the formula")
truth["σ that keeps the size, ReLU"] = crossing

# %% [markdown]
# **Question 9.** To the right, ReLU's curve keeps rising, while tanh's turns flat at 1. Why? Is
# the signal safe there?
#
# <details>
# <summary>Answer</summary>
#
# ReLU has no upper end, so twice the σ means twice the growth. tanh is never above 1: once most
# units are saturated, every layer gives ±1, and the Z-values of all layers are equally large. The
# size of the signal is kept, its content is not: this is the saturation of section 5.
#
# </details>

# %% [markdown]
# ## 7. Activations against initializers
#
# **Question 10.** Nine networks, before training. In which of them do all layers get gradients of
# about the same size? And in which ones are these gradients more than next to nothing?

# %%
activations = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
initializers = {"Normal σ = 0.01": 0.01, "Glorot": "glorot_normal", "He": "he_normal"}
nine = {
    row: {
        column: kit.probe(build_block(activation, how, seed=1), X, y)
        for column, how in initializers.items()
    }
    for row, activation in activations.items()
}
with style():
    figure = compare(nine, "gradient", title="Gradients by layer, before training")

# %%
print("σ of the gradient in the smallest and the largest of the five layers\n")
print(" " * 8, *(f"{column:>20}" for column in initializers))
for row, cells in nine.items():
    spreads = [[one[name].gradient.std() for name in hidden] for one in cells.values()]
    print(f"{row:<8}", *(f"{f'{min(five):.1e} to {max(five):.1e}':>20}" for five in spreads))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The sigmoid loses its gradient with all three, as neither Glorot nor He takes into account that its
# slope is 1/4 at most. tanh and ReLU keep them within a factor of ten with all three. But see where the
# violins lie: with σ = 0.01 all of them are next to nothing. The first layers get little because the
# gradient has shrunk on the way back, the last ones because their inputs have shrunk on the way
# forwards.
#
# What is left are tanh and ReLU, with Glorot and with He. ReLU with Glorot already loses some of
# the signal in each layer; exercise 1 shows where that leads.
#
# </details>

# %% [markdown]
# ## 8. Why not simply 0?
#
# **Question 11.** Start all weights at 0 and train. What do the units of one layer have in common
# afterwards?

# %%
keras.utils.set_random_seed(1)
zero = build_block("sigmoid", "zeros", seed=1)
zero.fit(X, y, epochs=5, verbose=0)
usual = build_block("sigmoid", "glorot_normal", seed=1)
usual.fit(X, y, epochs=5, verbose=0)
for name, model in (("zeros", zero), ("Glorot", usual)):
    outgoing = model.get_layer("o").get_weights()[0]  # (units of h5, 1)
    print(f"{name:<7} {len(np.unique(outgoing)):>4} different weights from h5 to the output")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# They are all the same, and stay so. Units with equal weights compute the same, get the same
# gradient and change by the same amount. A hundred of them do the work of one. Random weights
# **break the symmetry**.
#
# </details>

# %% [markdown]
# ## 9. Back to training
#
# Four networks, recorded epoch by epoch.
#
# **Question 12.** Order them: which one ends with the smallest loss? Which ones are still at the line
# of a network that has learned nothing but the shares of the classes?

# %%
runs = {
    "sigmoid, σ = 0.01": ("sigmoid", 0.01),
    "sigmoid, σ = 1": ("sigmoid", 1.0),
    "tanh, Glorot": ("tanh", "glorot_normal"),
    "ReLU, He": ("relu", "he_normal"),
}
recordings = {}
for name, (activation, how) in runs.items():
    keras.utils.set_random_seed(1)
    recorder = Recorder(X, y)
    model = build_block(activation, how, seed=1)
    model.fit(X, y, epochs=20, verbose=0, callbacks=[recorder])
    recordings[name] = recorder.recording

with style(size="paper"):
    figure, ax = plt.subplots()
    for (name, recording), look in zip(recordings.items(), ("-", "--", ":", "-."), strict=True):
        ax.plot(recording.history["loss"], look, label=name)
    ax.axhline(nothing_learned, color="gray", linewidth=1)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None), xticks=range(2, 21, 2))
    ax.legend()

# %%
print(f"nothing learned: loss {nothing_learned:.3f}, accuracy {max(share, 1 - share):.3f}")
for name, recording in recordings.items():
    last = recording.history.iloc[-1]
    print(f"{name:<18} loss {last.loss:.3f}, accuracy {last.accuracy:.3f}")

# %% [markdown]
# The loss tells **that** a network does not learn, the gradients tell **where** it is stuck. Line:
# median; bands: the middle half and the middle 90 %.

# %%
with style():
    figure, axes = plt.subplots(2, 5, sharex=True, sharey=True)
    for row, name in zip(axes, ("sigmoid, σ = 0.01", "ReLU, He"), strict=True):
        plot_epochs(recordings[name], "gradient", scale="log", axes=row)
        row[0].set_ylabel(f"{name}\n|gradient|")
    figure.suptitle("Gradients over the epochs")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# ReLU with He learns best. The sigmoid with σ = 1 begins badly, far above the line, and then does
# learn: its gradients have not vanished. tanh with Glorot has healthy gradients but is slow: plain
# gradient descent with its small step has only begun after 20 epochs. The sigmoid with σ = 0.01 is at
# the line. Twenty epochs are not the end of the story: run more, and see who leaves it.
#
# </details>

# %% [markdown]
# ## 10. Beat this σ
#
# He's rule keeps the size of the signal. Is it also the start from which **this** network learns
# fastest? The score is the loss after 20 epochs, the median of three seeds; lower is better.
#
# **Your guess.** Give all layers one σ of your own.

# %%
guess = 0.1  # @param {type: "number"}
guesses["σ that beats He"] = guess

# %%
tried = {"He": "he_normal", "yours": float(guesses["σ that beats He"])}
entries = [{"start": name, "seed": seed} for name in tried for seed in (1, 2, 3)]
race = kit.train_together(
    [build_block("relu", tried[one["start"]], seed=one["seed"]) for one in entries],
    X,
    y,
    epochs=20,
    seed=[one["seed"] for one in entries],
    parameters=entries,
    verbose=False,
)
with style(size="paper"):
    ax = plot_history(race, color="start", guessing=nothing_learned)
    ax.set_title(f"yours: σ = {guesses['σ that beats He']:g}")

# %%
score = race.history.query("epoch == 20").groupby("start")["loss"].median()
print(f"He {score['He']:.3f}, yours {score['yours']:.3f}:", end=" ")
print("you win" if score["yours"] < score["He"] else "He wins; try another σ")

# %% [markdown]
# Won? Then try seeds that neither has seen, twice as many layers (`n_layers=10`), or 60 epochs: does
# your σ still win? A rule that is made for every network is seldom the best one for a single network.

# %% [markdown]
# Or with your hands: the same network as a page. Drag σ until the gradients of all layers line up, and see what
# becomes of them as the network learns.

# %%
kit.explore(figure="init-tanh-glorot-normal")

# %% [markdown]
# ## 11. Your guesses

# %%
print(f"{'':<42}{'yours':>10}{'measured':>14}")
for name, found in truth.items():
    print(f"{name:<42}{guesses[name]:>10g}{found:>14.3g}")

# %% [markdown]
# ## 12. Exercises
#
# **Exercise 1.** Go deeper: build the ReLU network with 15 layers (`n_layers=15`), once with Glorot
# and once with He. Compare the Z-values of the layers before training.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# deep = {
#     name: kit.probe(build_block("relu", how, n_layers=15, seed=1), X, y)
#     for name, how in (("Glorot", "glorot_normal"), ("He", "he_normal"))
# }
# figure = compare({"ReLU": deep}, "z", title="15 layers, before training")
# for name, one in deep.items():
#     print(f"{name}: σ of z from {one['h1'].z.std():.2g} in h1 to {one['h15'].z.std():.2g} in h15")
# ```
#
# With Glorot every layer loses a factor of about √2, which five layers forgive and fifteen do not.
#
# </details>
#
# **Exercise 2.** Can a better optimizer repair a bad start? Train ReLU and sigmoid with σ = 0.01
# and `optimizer="adam"`. Guess first: Adam makes all steps about equally large, however small the
# gradients are.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# for activation in ("relu", "sigmoid"):
#     keras.utils.set_random_seed(1)
#     model = build_block(activation, 0.01, optimizer="adam", seed=1)
#     history = model.fit(X, y, epochs=20, verbose=0).history
#     print(f"{activation:<8} loss {history['loss'][-1]:.3f}")
# ```
#
# ReLU learns well: tiny gradients still point in the right direction, and Adam does not mind their
# size. The sigmoid is hardly better than guessing by then: nearly nothing of the input gets through
# to its output, so there is little direction to begin with. It is not stuck for ever: give it 200
# epochs, and look again. A good start is cheaper than a clever optimizer.
#
# </details>
#
# **Exercise 3.** Forget to scale the data: measure tanh with Glorot on `100 * X`. What happens in
# `h1`? Then train ReLU with He on it, with a `Recorder`, and look at the recording.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# from kit.plots import plot_violins
#
# unscaled = kit.probe(build_block("tanh", "glorot_normal", seed=1), 100 * X, y)
# ax = plot_violins(unscaled, "activation")
#
# recorder = Recorder(100 * X, y)
# model = build_block("relu", "he_normal", seed=1)
# model.fit(100 * X, y, epochs=2, verbose=0, callbacks=[recorder])
# print(recorder.recording)
# ```
#
# With tanh the first layer is saturated, for almost every sample. With ReLU the loss is huge, and
# so is the first step of the gradient descent: after it nothing is a number any more. The recording
# says so, and in which layers. The rules for σ assume inputs of standard deviation 1.
#
# </details>

# %%
# your code

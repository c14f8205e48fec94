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
# # Guess first, then play
#
# A page on which you change what a network is made of, and see each layer follow. It teaches little to who only
# pulls its sliders. So here you say first what you will see: then the page, or the kit, shows it, and you
# are surprised where you have something to learn. Take about three quarters of an hour; the cells alone run in
# under a minute, without a GPU.
#
# Everywhere you guess **before** you look. Write your guess in the cell, run it, and the next cells set it
# beside the truth. The answers to the questions are folded away.

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
import matplotlib.pyplot as plt
import numpy as np

import kit
from kit.datasets.ball import load_data
from kit.models import build_block
from kit.plots import plot_profile, style

X, y = load_data()
guesses, truth = {}, {}

# %% [markdown]
# ## 1. The page
#
# Five hidden layers of 100 sigmoid units, weights of σ = 0.01, before any training. Four pictures: z and
# activations on the way forwards, weights, and the gradients that come back.
#
# **Question 1.** Before you run the cell: in which of the five layers are the gradients smallest, and is it by a
# factor of two, of a hundred, or of a million?
#
# <details>
# <summary>Answer</summary>
#
# In h1, the layer farthest from the loss, and by far more than a hundred. Each layer on the way back multiplies by
# weights and by the sigmoid's slope, which is a quarter at most. The page writes the factor beside the gradients.
#
# </details>

# %%
kit.explore(figure="init-sigmoid-normal-0.01")

# %% [markdown]
# The same numbers, measured by Keras and drawn by the kit: the page draws the same weights for the same seed.

# %%
vanishing = kit.probe(build_block("sigmoid", 0.01, seed=1), X, y)
with style():
    plot_profile(vanishing, "gradient")

# %% [markdown]
# **Question 2.** The lowest point of the line is left, the highest right. Which way did the gradient come, and
# which layer will hardly move when the network is trained?
#
# <details>
# <summary>Answer</summary>
#
# From the right: the loss is behind h5. h1 hardly moves, and it is the layer that sees the data.
#
# </details>

# %% [markdown]
# ## 2. Drag σ until the gradients line up
#
# Ten layers of tanh. Somewhere between weights that are too narrow and weights that are too wide all ten
# gradients are within a factor of 2 of each other.
#
# **Your guess:** which σ is it, for layers of 100 units?

# %%
guess = 0.05  # @param {type: "number"}
guesses["sigma"] = guess

# %% [markdown]
# Now find it on the page: one slider, `σ of the weights`.

# %%
kit.explore(activation="tanh", depth=10, std=0.01, view="profile", quantity="gradient")


# %%
def spread_of(sigma, activation="tanh", depth=10):
    """The largest standard deviation of a gradient over the smallest, h1 to the last hidden layer."""
    model = build_block(activation, float(sigma), n_layers=depth, seed=1)
    table = kit.probe(model, X, y).to_frame()
    gradients = table[(table["quantity"] == "gradient") & (table["layer"] != "o")]["std"]
    return gradients.max() / gradients.min()


sigmas = np.geomspace(0.02, 0.5, 15)
spreads = np.array([spread_of(sigma) for sigma in sigmas])
truth["sigma"] = sigmas[spreads.argmin()]

with style():
    _, ax = plt.subplots()
    ax.loglog(sigmas, spreads)
    ax.axhspan(1, 2, alpha=0.2)
    ax.axvline(guesses["sigma"], linestyle="--", label="your guess")
    ax.axvline(truth["sigma"], linestyle=":", label="where they are nearest to each other")
    ax.set(
        xlabel="σ of the weights", ylabel="largest gradient ÷ smallest", title="Ten layers of tanh"
    )
    ax.legend()

# %% [markdown]
# **Question 3.** Each unit sums 100 terms. What σ keeps the variance of such a sum, if the activations have
# the variance that z has, as they have where tanh is nearly a line?
#
# <details>
# <summary>Answer</summary>
#
# The variance of the sum is 100 σ² times that of a term's input, so σ = 1/√100. It is Glorot's σ for as many outputs
# as inputs, too. The true place is a little to the right of it: tanh is no line, and takes something away.
#
# </details>
#
# **Exercise 1.** Where is it for 20 layers? Does the place move, and does the valley become narrower?
#
# <details>
# <summary>Answer</summary>
#
# ```python
# deeper = np.array([spread_of(sigma, depth=20) for sigma in sigmas])
# print("10 layers:", sigmas[spreads.argmin()].round(3), "20 layers:", sigmas[deeper.argmin()].round(3))
# print("within a factor of 2:", (spreads < 2).sum(), "of the widths, and", (deeper < 2).sum())
# ```
#
# The place stays about where it is, and there is less room around it: a factor a bit beside 1 is now taken
# twice as often.
#
# </details>

# %% [markdown]
# ## 3. Theory before you look
#
# **Question 4.** Of a sigmoid layer with Glorot's weights, what is the largest factor by which it can pass on the
# gradient's size, roughly?
#
# <details>
# <summary>Answer</summary>
#
# A quarter: Glorot's weights keep the size, and the slope of a sigmoid is at most a quarter.
#
# </details>
#
# **Your guess:** in a network of ten such layers, how many times smaller is the gradient of h2 than that of
# h10? Write the power of ten: 3 for a thousand.

# %%
guess = 3  # @param {type: "number"}
guesses["power"] = guess

# %%
deep = build_block("sigmoid", "glorot_normal", n_layers=10, seed=1)
measured = kit.probe(deep, X, y)
table = measured.to_frame().query("quantity == 'gradient'").set_index("layer")["std"]
truth["power"] = np.log10(table["h10"] / table["h2"])
said = guesses["power"]
told = f"10 to the {truth['power']:.1f}; you said {said}"
with style():
    ax = plot_profile(measured, "gradient", prediction=kit.predict(deep, X))
    ax.set_title(f"Ten layers: {told}")

# %% [markdown]
# **Question 5.** The line was there before anything was measured. What did it need to know of the network?
#
# <details>
# <summary>Answer</summary>
#
# Widths, the variance of the weights, the activation, and how large the inputs are. Not one weight.
#
# </details>
#
# On the page the line and its band are drawn beside the points. Change the depth, and see whether they part.

# %%
kit.explore(initializer="glorot_normal", depth=10, view="profile", quantity="gradient")

# %% [markdown]
# ## 4. Mend it in the fewest changes
#
# **Your guess:** this network of five sigmoid layers does not learn. If you may change one thing, which one
# helps most: `"activation"`, `"rate"` (ten times the learning rate) or `"seed"`?

# %%
guess = "rate"  # @param ["activation", "rate", "seed"]
guesses["mend"] = guess

# %%
changes = {
    "as it is": {},
    "activation": {"activation": "relu", "initializer": "he_normal"},
    "rate": {"rate": 0.1},
    "seed": {"seed": 2},
}
ends, curves = {}, {}
for name, change in changes.items():
    settings = {
        "activation": "sigmoid",
        "initializer": "glorot_normal",
        "rate": 0.01,
        "seed": 1,
    } | change
    rate = settings.pop("rate")
    model = build_block(**settings)
    model.optimizer.learning_rate = rate
    runs = kit.train_together(
        [model],
        X[:250],
        y[:250],
        epochs=30,
        batch_size=32,
        seed=1,
        probe=(X[:250], y[:250]),
        verbose=False,
    )
    curves[name] = runs[runs.names[0]]
    ends[name] = curves[name].history["loss"].iloc[-1]
truth["mend"] = min((name for name in changes if name != "as it is"), key=ends.get)
print({name: round(end, 3) for name, end in ends.items()})
said = guesses["mend"]
with style():
    _, ax = plt.subplots()
    for name, recording in curves.items():
        ax.plot(recording.history.index, recording.history["loss"], label=name)
    ax.set(xlabel="epoch", ylabel="loss", title=f"{truth['mend']} helps most; you said {said}")
    ax.legend()

# %% [markdown]
# **Question 6.** Why does ten times the rate not make up for a gradient that vanishes?
#
# <details>
# <summary>Answer</summary>
#
# It multiplies all layers' steps alike. The last layers, whose gradients are large, would leap long before the first one
# moves: what is wrong is the ratio between layers.
#
# </details>
#
# Try it on the page, from the broken network on: what is the least that you have to change? The page counts your changes
# in "Guess first".

# %%
kit.explore(initializer="glorot_normal", task="mend")

# %% [markdown]
# ## 5. What you trained, as a page
#
# A recording becomes a page too, to go through its epochs. Set the learning curves of section 4 beside what happened in
# the layers.

# %%
curves["activation"].explore()

# %% [markdown]
# **Question 7.** Go through the epochs. Which changes sooner, the spread of z in the first layers or the loss?
#
# <details>
# <summary>Answer</summary>
#
# The layers: they move from the first epoch on, by little, while the loss still looks flat.
#
# </details>
#
# **Exercise 2.** Hand the page to somebody else: write it to a file, and open that.
#
# <details>
# <summary>Answer</summary>
#
# ```python
# page = curves["activation"].explore("my-run.html")
# print(page, page.size < 5_000_000)
# ```
#
# </details>
#
# **Exercise 3.** Make a link for your neighbour that opens the page on a network of your choice, and let them say what
# they will see before they open it.
#
# <details>
# <summary>Answer</summary>
#
# ```python
# from kit.explorer import fragment
#
# print("explorer.html#" + fragment(activation="relu", std=0.3, depth=15))
# ```
#
# Whatever differs from the page's defaults stands behind the `#`, in words.
#
# </details>

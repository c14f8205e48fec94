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
# # What is wrong with my network?
#
# You have seen what dead, saturated and vanishing mean. Here are five networks that do not learn as they
# should, and nobody tells you why: look, guess, ask the kit, mend. Take about an hour; the cells alone run
# in about two minutes, without a GPU.
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
from dataclasses import replace
from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import kit
from kit.diagnosis import RECIPES, RULEBOOK, constant_loss, data_of, network_of
from kit.models import describe
from kit.plots import plot_history, plot_profile, style

guesses, truth, patients = {}, {}, {}  # what you think, what is, and who was examined

# %% [markdown]
# ## 1. What can be wrong
#
# Thirteen roots, in the order in which one causes another. Which of them would you see in a learning
# curve, and which only inside?

# %%
pd.set_option("display.max_colwidth", None)
asked = pd.DataFrame([vars(rule) for rule in RULEBOOK.values()]).set_index("name")
asked[["title", "asks"]]

# %% [markdown]
# **Question 1.** A network has a dead layer, gradients that vanish, and weights a hundred times too small. Which
# of the three do you mend first?
#
# <details>
# <summary>Answer</summary>
#
# The weights: the other two come of them, and go with them. So the table begins with the causes, and so does
# a diagnosis. To mend what comes last, say by a larger learning rate, treats a symptom.
#
# </details>
#
# Your number draws your five patients, each a network that learned until **one** thing was changed, and each
# with another root. Take the last digits of your matriculation number; then your neighbour has others.

# %%
SEED = 157  # @param {type: "integer"}
quick = [
    one
    for one in RECIPES.values()
    if one.root
    and not one.filters
    and len(one.hidden) <= 5
    and one.epochs <= 40
    and one.output != "softmax"
]
draw = np.random.default_rng(SEED)
drawn = []
for root in draw.permutation(sorted({one.root for one in quick}))[:5]:
    having = [one for one in quick if one.root == root]
    drawn.append(having[draw.integers(len(having))])


def treat(recipe):
    """Train the network of a recipe; returns it, its data, and what was recorded."""
    data, model = data_of(recipe, SEED), network_of(recipe, SEED)
    runs = kit.train_together(
        [model],
        data.x,
        data.y,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        seed=SEED,
        validation_data=data.validation,
        probe=(data.x[:250], data.y[:250]),
        every=max(recipe.epochs // 5, 1),
        verbose=False,
    )
    recording = runs[runs.names[0]]
    return SimpleNamespace(recipe=recipe, data=data, model=model, recording=recording)


def examine(number):
    """Print what a patient's student wrote, and its data; returns a table of its layers."""
    # its name would tell you
    one = patients[number] = treat(replace(drawn[number - 1], name=f"patient-{number}"))
    one.model.summary()
    print("activations:", ", ".join(layer.detail for layer in describe(one.model) if layer.detail))
    optimizer = keras.optimizers.serialize(one.model.optimizer)["class_name"]
    print(f"loss: {one.model.loss}; optimizer: {optimizer}; batches of {one.recipe.batch_size}")
    for name, values in (("inputs", one.data.x), ("targets", one.data.y)):
        print(f"{name}: from {values.min():.4g} to {values.max():.4g}, shape {values.shape}")
    table = one.recording.to_frame()
    ends = table[table["epoch"].isin([0, one.recording.epochs[-1]])]
    wide = ends.pivot(index="layer", columns=["quantity", "epoch"], values=["std", "zero_fraction"])
    shown = [("std", "z"), ("std", "delta"), ("std", "weight"), ("zero_fraction", "activation")]
    return pd.concat({f"{of}, {what}": wide[what][of] for what, of in shown}, axis=1).map(
        "{:.2g}".format
    )


# %% [markdown]
# ## 2. Patient 1
#
# The file first: what its student wrote, the data, and what was measured in the layers before training and
# after it. `std` is a standard deviation, `zero_fraction` the share of values that are exactly 0.

# %%
examine(1)


# %%
def plot_losses_of(one, ax):
    """The loss of the training, and of other samples; dotted the least of a constant answer."""
    if np.isfinite(one.recording.history["loss"]).any():
        plot_history(one.recording, metrics="loss", ax=ax)
    else:
        ax.set(xlabel="epoch", ylabel="loss", title="the loss is no number")
    answer = constant_loss(one.model, one.data.y)
    if answer:
        ax.axhline(answer, color="gray", linestyle=":")


def plot_patient(number):
    """The learning curve beside the layers, before training and at the end."""
    one = patients[number]
    table = one.recording.to_frame()
    with style():
        _, axes = plt.subplots(2, 2, figsize=(12, 8))
        plot_losses_of(one, axes[0, 0])
        for ax, quantity in zip(axes.flat[1:], ("z", "delta", "weight"), strict=True):
            finite = np.isfinite(table.loc[table["quantity"] == quantity, "std"])
            if finite.any():
                plot_profile(one.recording, quantity, epoch=[0, one.recording.epochs[-1]], ax=ax)
            else:
                ax.set_title(f"{quantity}: no number in any layer")


plot_patient(1)

# %% [markdown]
# Dashed in the learning curve is the loss on samples that were not trained with, dotted the least that one answer
# to all samples can have. `delta` is the gradient of
# the cost by z, `weight` the weights themselves.
#
# **Question 2.** Of a loss that stays where it began, which of these are the cause: a network that is too
# large, a layer in which nothing arrives, or a learning rate that is far too small?
#
# <details>
# <summary>Answer</summary>
#
# Either of the last two. The learning curve cannot tell them apart, and so you look inside: where nothing
# arrives, z or delta get smaller from layer to layer; where the rate is too small, the layers look as they
# should, and the weights at the end are those of the start.
#
# </details>
#
# **Your guess.** What is wrong with patient 1? Take a name from the table of section 1.

# %%
guess = "vanishing"  # @param {type: "string"}
guesses["patient 1"] = guess


# %%
def answer(number, guess):
    """Set the guess beside the truth; returns the root, by which the patient was made."""
    if guess not in RULEBOOK:
        raise ValueError(f"`guess` must be one of {', '.join(RULEBOOK)}; got {guess!r}")
    recipe = patients[number].recipe
    root = recipe.root
    print(f"Patient {number}: {root}, {RULEBOOK[root].title}.")
    print(f"You said {guess}: " + ("right." if guess == root else f"{RULEBOOK[guess].title}."))
    changed = [name if callable(to) else f"{name} = {to}" for name, to in recipe.change.items()]
    print(f"The healthy {recipe.of}, but for {', '.join(changed)}.")
    return root


truth["patient 1"] = answer(1, guesses["patient 1"])

# %% [markdown]
# Now the kit. It has seen what you have seen, and does not know what was changed.

# %%
print(kit.diagnose(patients[1].recording))

# %% [markdown]
# **Question 3.** The kit may name more than one thing, though one only was changed. Why?
#
# <details>
# <summary>Answer</summary>
#
# What is wrong has consequences, and those are measured as well. The first finding is what the rules take
# for the cause. Where a number stands beside one of theory, the measured one is explained by the weights
# alone: nobody need look further.
#
# </details>
#
# A diagnosis is an assertion. Whether mending it helps is tried: the network as it is and with the remedy,
# with six seeds, the same weights and batches on both sides. Where the remedy is made by hand, as for an
# output that does not fit, values that are no numbers, or targets that belong to other inputs, you see the
# healthy network it was made of instead.


# %%
def plot_mended(number, guess, change=None):
    """Try the kit's remedy, or a change of your own, as {"initializer": "he_normal"}."""
    one = patients[number]
    found = {finding.name: finding for finding in reversed(kit.diagnose(one.recording).findings)}
    if change is None and one.recipe.root in found:
        change = found[one.recipe.root].change
    title = f"patient {number}: {one.recipe.root}; your guess: {guess}"
    if change is not None:
        twins = kit.twin(
            one.model,
            one.data.x,
            one.data.y,
            change=change,
            seeds=6,
            epochs=max(one.recipe.epochs // 2, 5),
            batch_size=one.recipe.batch_size,
            validation_data=one.data.validation,
            verbose=False,
        )
        print(f"tried: {change}\n{twins.verdict}")
        with style():
            twins.plot().suptitle(title)
        return
    print(f"by hand: {RULEBOOK[one.recipe.root].remedy}")
    well = RECIPES[one.recipe.of]
    with style():
        figure, axes = plt.subplots(1, 2)
        for ax, side in zip(axes, (one, treat(well)), strict=True):
            plot_losses_of(side, ax)
            ax.set_title("healthy" if side.recipe is well else "as it is")
        figure.suptitle(title)


plot_mended(1, guesses["patient 1"])

# %% [markdown]
# **Question 4.** Why six seeds, and not one?
#
# <details>
# <summary>Answer</summary>
#
# With one seed the better side may be better by luck. If the change did nothing, all six would agree with a
# chance of one in thirty-two; so six that agree are the fewest that say something. "No difference can be
# told" is not to say that there is none: train longer, or with more seeds.
#
# </details>

# %% [markdown]
# ## 3. Patient 2
#
# Say what you expect of the layers before you look at them.

# %%
examine(2)

# %%
plot_patient(2)

# %% [markdown]
# **Question 5.** Half of the values of a ReLU layer are exactly 0. Are half of its units dead?
#
# <details>
# <summary>Answer</summary>
#
# No. A unit is dead where it is 0 for **every** sample, and then no gradient ever comes back to it. A healthy
# unit of a ReLU layer is 0 for about half of the samples, and learns from the others.
#
# </details>
#
# **Your guess.** What is wrong with patient 2?

# %%
guess = "inputs"  # @param {type: "string"}
guesses["patient 2"] = guess

# %%
truth["patient 2"] = answer(2, guesses["patient 2"])
print(kit.diagnose(patients[2].recording))

# %%
plot_mended(2, guesses["patient 2"])

# %% [markdown]
# ## 4. Patient 3
#
# Weights or inputs? If z is far too large or too small, look at the weights too.

# %%
examine(3)

# %%
plot_patient(3)

# %% [markdown]
# **Question 6.** z in the first layer is a hundred times too large. How do you tell whether the weights are too
# large or the inputs?
#
# <details>
# <summary>Answer</summary>
#
# By what the next layers do. Weights that are too large are so in each layer. With inputs that are too large the
# weights look as they should, and only the first z is out of scale: print the range of your inputs first,
# it costs a line.
#
# </details>
#
# **Your guess.** What is wrong with patient 3?

# %%
guess = "initialization"  # @param {type: "string"}
guesses["patient 3"] = guess

# %%
truth["patient 3"] = answer(3, guesses["patient 3"])
print(kit.diagnose(patients[3].recording))

# %%
plot_mended(3, guesses["patient 3"])

# %% [markdown]
# ## 5. Patient 4
#
# Of these curves, which would you have seen without the kit?

# %%
examine(4)

# %%
plot_patient(4)

# %% [markdown]
# **Question 7.** Everything inside looks healthy, and the loss stays at that of the best constant answer. Where do
# you look now?
#
# <details>
# <summary>Answer</summary>
#
# At what the network cannot tell you: whether the targets belong to the inputs (shuffled in one place and not in
# the other), and whether a penalty outweighs the loss. Twenty samples that it cannot learn by heart show a
# fault in the program; if it can, the fault is in the data.
#
# </details>
#
# **Your guess.** What is wrong with patient 4?

# %%
guess = "learning-rate-high"  # @param {type: "string"}
guesses["patient 4"] = guess

# %%
truth["patient 4"] = answer(4, guesses["patient 4"])
print(kit.diagnose(patients[4].recording))

# %%
plot_mended(4, guesses["patient 4"])

# %% [markdown]
# ## 6. Patient 5
#
# The last one.

# %%
examine(5)

# %%
plot_patient(5)

# %% [markdown]
# **Question 8.** The remedy helped with none of the seeds. Was the diagnosis wrong?
#
# <details>
# <summary>Answer</summary>
#
# Not by that alone. A remedy can take away one hindrance and leave another, or come with a setting of its own
# that does not fit here: a network with other activations may need another learning rate. What was measured
# is right or wrong for itself; what helps is found by trying.
#
# </details>
#
# **Your guess.** What is wrong with patient 5?

# %%
guess = "constant-answer"  # @param {type: "string"}
guesses["patient 5"] = guess

# %%
truth["patient 5"] = answer(5, guesses["patient 5"])
print(kit.diagnose(patients[5].recording))

# %%
plot_mended(5, guesses["patient 5"])

# %% [markdown]
# ## 7. Your guesses

# %%
rows = []
for number, one in patients.items():
    name = f"patient {number}"
    findings = kit.diagnose(one.recording).findings
    shown = [finding.words for finding in findings if finding.name == one.recipe.root]
    rows.append(
        {
            "patient": one.recipe.of,
            "your guess": guesses[name],
            "truth": truth[name],
            "the kit's first": findings[0].name if findings else "nothing",
            "why": shown[0] if shown else RULEBOOK[truth[name]].asks,
        }
    )
score = pd.DataFrame(rows, index=range(1, len(rows) + 1))
right = score["your guess"] == score["truth"]
print(f"{right.sum()} of {len(score)} right")
for guessed, found in score.loc[~right, ["your guess", "truth"]].to_numpy():
    print(f"{found} taken for {guessed}. What shows {found}: {RULEBOOK[found].asks}")
score

# %% [markdown]
# ## 8. Exercises
#
# **Exercise 1.** Give `plot_mended` a `change` of your own, and compare with the kit's. Does batch normalisation mend
# weights that are copies of each other?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# mine = replace(RECIPES["relu-narrow-ones"], name="mine", after="batch_normalization")
# print(kit.diagnose(treat(mine).recording))
# ```
#
# Units that are copies stay copies, whatever is done to all of them alike. Only weights drawn at random part them.
#
# </details>
#
# **Exercise 2.** Break a healthy network by one change, and let your neighbour guess.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# mine = replace(RECIPES["waves"], name="guess-me", inputs=lambda x: 1000 * x)
# data = data_of(mine, 1)
# print(kit.diagnose(network_of(mine, 1), data.x, data.y))
# ```
#
# </details>
#
# **Exercise 3.** From which σ of the weights on does the kit speak, before anything is trained? Try a tanh network
# of five layers.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# for std in (0.01, 0.03, 0.1, 0.3, 1.0):
#     one = replace(RECIPES["tanh-5"], name="mine", initializer=std)
#     data = data_of(one, 1)
#     found = kit.diagnose(network_of(one, 1), data.x[:250], data.y[:250])
#     print(std, [finding.name for finding in found])
# ```
#
# Glorot's σ for a hundred units on both sides is a tenth; below and above it there is room, and a limit.
#
# </details>

# %%
# your code

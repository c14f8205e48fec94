"""Sigmoid, σ = 0.01: a unit's z is nearly the same for every input"""

from kit.catalogue import Claim, Control, Notes, Quiz
from kit.catalogue.nine_networks import HE, NORMAL, RELU, SIGMOID
from kit.figures.initialization._spikes import draw_split, measure_split

LECTURES = ("Makhmutova",)
PLAY = {"view": "profile", "quantity": "z", "spread": "samples"}
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, before training. With sigmoid and σ = "
    "0.01 the std of all z of h5 is {sigmoid[pooled][h5]:.3f}, as in h2, but each unit has one "
    "value for all points: hence the lecture's strange distributions. From point to point its std "
    "is {sigmoid[across][h1]:.3f} in h1 and {sigmoid[across][h5]:.1e} in h5. With ReLU and He that "
    "falls too, but only from {relu[across][h1]:.2f} to {relu[across][h5]:.2f}."
)
ALT = (
    "Left, a row for each unit of h5 with the range of its z: with sigmoid and σ = 0.01 a hundred "
    "single points, with ReLU and He bars that overlap. Right, std of z from point to point by "
    "layer, logarithmic: sigmoid from {sigmoid[across][h1]:.3f} down to {sigmoid[across][h5]:.1e}, "
    "while the std of all its values stays at {sigmoid[pooled][h5]:.3f}; ReLU from "
    "{relu[across][h1]:.2f} to {relu[across][h5]:.2f}."
)
NOTES = Notes(
    look="Every row is a unit of h5, and shows how far its z reaches over all the points of the "
    "data. Which of the two networks could tell one point from another by these values?",
    point="The one on the left cannot. Its z has a std of {sigmoid[pooled][h5]:.3f}, and all of "
    "that lies between the units: from point to point a unit changes by "
    "{sigmoid[across][h5]:.1e}. Every layer divides it by {sigmoid[each]:.0f}.",
    misconception="A wide distribution of a layer looks like a signal. It need not be one. Ask how "
    "much a unit differs between inputs, not how much units differ from each other. A healthy "
    "network loses some of it as well, from {relu[across][h1]:.2f} to {relu[across][h5]:.2f} here.",
)
CLAIMS = (
    Claim("sigmoid.pooled.h5", "within", (0.03, 0.07), "the std of all z of h5 is {low} to {high}"),
    Claim("sigmoid.across", "falls", words="from point to point it falls at every layer"),
    Claim("sigmoid.across.h5", "<", 1e-7, "in h5 a unit's z changes by under {limit}"),
    Claim("sigmoid.share", "<", 1e-9, "of h5's variance under {limit} lies across points"),
    Claim("relu.left", "within", (0.3, 1), "ReLU, He: h5 keeps {low_percent:g} % or more of h1's"),
)
CONTROL = Control(
    initializer=1.0,
    refutes=("sigmoid.pooled.h5", "sigmoid.across.h5", "sigmoid.share"),
    words="weights of σ = 1",
)
QUIZ = Quiz("Which activations and initializations are (1) to (4)?", (SIGMOID, RELU, NORMAL, HE))

measure = measure_split
draw = draw_split

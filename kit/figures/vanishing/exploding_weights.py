"""Wider weights: what vanished begins to explode"""

from kit.catalogue import Claim, Control, Notes, Quiz
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.figures.vanishing._widths import draw_widths, measure_widths

LECTURES = ("Olteanu", "Makhmutova")
PLAY = {"activation": "tanh", "depth": 10, "std": 0.2, "view": "profile", "quantity": "delta"}
CAPTION = (
    "{layers} layers of 100 units before training, medians and ranges of {networks} networks: "
    "delta of h1 over that of the last hidden layer, by the weights' σ times √100. Below the line "
    "it vanishes, above it explodes. tanh crosses it at {crosses[tanh]:.2f}, ReLU at "
    "{crosses[ReLU]:.2f}, sigmoid only at {crosses[sigmoid]:.1f}; theory for so many layers, "
    "dashed, says {predicted[tanh]:.2f}, {predicted[ReLU]:.2f} and {predicted[sigmoid]:.1f}."
)
ALT = (
    "Delta of h1 over that of the last hidden layer against the width of the weights, both axes "
    "logarithmic. Three rising lines cross 1: tanh at {crosses[tanh]:.2f}, ReLU at "
    "{crosses[ReLU]:.2f}, sigmoid at {crosses[sigmoid]:.1f}; theory's dashed lines lie upon them."
)
NOTES = Notes(
    look="The same networks of {layers} layers, only the weights are drawn wider and wider. Is "
    "there a width at which delta neither vanishes nor explodes? And is it the same for all three?",
    point="There is one for each. ReLU has it at {crosses[ReLU]:.2f}, the root of two, which is "
    "He's rule; tanh at {crosses[tanh]:.2f}; sigmoid only at {crosses[sigmoid]:.1f}, far from any "
    "rule. On either side a factor a little off one is taken to the power of {layers}.",
    misconception="For ReLU it is delta that explodes and not the weights' gradients that differ "
    "from layer to layer: with σ = 32 the gradient of h2 is {relu_gradient:.1f} times that of the "
    "last layer. What delta gains on the way back, the activations have gained on the way "
    "forwards. All of them explode together. And theory is for weights with mean zero: let all be "
    "positive, and it is wrong about each of the three.",
)
CLAIMS = (
    Claim("over_predicted", "within", (0.8, 1.25), "within {high} times of where theory says"),
    Claim("crosses.ReLU", "near", (1.41, 0.15), "He keeps ReLU's delta: {value} ± {tolerance}"),
    Claim("crosses.sigmoid", ">", 8, "sigmoid: delta is kept only by a width over {limit}"),
    Claim("narrow", "<", 1e-4, "at half of He's width ReLU's delta vanishes: under {limit}"),
    Claim("wide", ">", 1e2, "at a width of 32 delta explodes with each: over {limit:g}-fold"),
)  # fmt: skip
CONTROL = (
    Control(layers=2, refutes=("narrow", "wide"), words="two layers in place of 20"),
    Control(positive=True, refutes="over_predicted", words="weights that are all positive"),
)
QUIZ = Quiz("Which activations are (1), (2), (3)?", (SIGMOID, TANH, RELU))

measure = measure_widths
draw = draw_widths

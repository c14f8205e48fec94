"""Gradients of the CNN before training: sigmoid's fall at every layer on the way back"""

from __future__ import annotations

from kit.catalogue import Claim, Notes
from kit.catalogue.nine_networks import QUIZ_BY_PANEL, nine_in_words
from kit.figures.cnn._comparison import NINE_CNNS, measure_comparison, not_with_relu
from kit.figures.cnn._nine_lines import draw_gradients

LECTURES = ("Makhmutova", "Olteanu")
CAPTION = (
    NINE_CNNS + "Before training, with sigmoid and Normal σ = 0.01, the gradients' std falls from "
    "{first[sigmoid_normal][o]:.0e} in the output to {first[sigmoid_normal][conv1]:.0e} in conv1; "
    "with ReLU and He it is {first[relu_he][o]:.2g} and {first[relu_he][conv1]:.2g}. Small "
    "gradients alone do not stop Adam: tanh with Normal σ = 0.01 has {conv1[tanh_normal]:.0e} in "
    "conv1 and halves its loss in {halved[tanh_normal]:.0f} epochs, sigmoid with He has "
    "{conv1[sigmoid_he]:.0e} and takes {halved[sigmoid_he]:.0f}."
)
ALT = (
    "Three panels, one for each activation, on one logarithmic axis: a line for each "
    "initialization, the standard deviation of the gradients of conv1, conv2, d and o ({source}) "
    f"before training. In conv1, median of {{networks}}: {nine_in_words('conv1', '.0e')}."
)
NOTES = Notes(
    look="Read from the output back to the first convolution. With which activation do the "
    "gradients fall at every step, whatever the initialization of these three? Let them bet.",
    point="Sigmoid's do. With σ = 0.01 the std goes from {first[sigmoid_normal][o]:.2g} in the "
    "output down to {first[sigmoid_normal][conv1]:.0e} in conv1. With ReLU and He the largest std "
    "is {spread[relu_he]:.1f} times the smallest.",
    misconception="Do not read speed from the size of a gradient. tanh with σ = 0.01 has less of "
    "it in conv1 than sigmoid with He, and yet halves its loss after {halved[tanh_normal]:.0f} "
    "epochs, not {halved[sigmoid_he]:.0f}. Adam divides by the gradient's own size, so a small one "
    "alone does not stop it.",
)
CLAIMS = (
    Claim(
        "sigmoid_steps_back",
        "<",
        1,
        "sigmoid: the gradient's std falls at every layer on the way back, with all three",
    ),
    Claim(
        "conv1_over_output.sigmoid_normal",
        "<",
        1e-3,
        "sigmoid with Normal σ = 0.01: conv1's std is under {percent:g} % of the output's",
    ),
    Claim(
        "conv1_over_dense",
        ">",
        1,
        "tanh and ReLU: conv1's std is above the dense layer's, with all three",
    ),
    Claim(
        "conv1.tanh_normal",
        "<",
        words="size alone does not decide: tanh with Normal σ = 0.01 has less in conv1 than "
        "sigmoid with He",
        than="conv1.sigmoid_he",
    ),
    Claim("halved.tanh_normal", "<", words="and halves its loss sooner", than="halved.sigmoid_he"),
    Claim("spread.relu_he", "<", 30, "ReLU with He: largest std under {limit} times the smallest"),
)
CONTROL = not_with_relu("sigmoid_steps_back")
QUIZ = QUIZ_BY_PANEL

measure = measure_comparison
draw = draw_gradients

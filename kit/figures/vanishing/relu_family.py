"""Parametric ReLU learns its slopes, and a few turn negative"""

from kit.catalogue import Answer, Claim, Notes, Quiz
from kit.figures.vanishing._slopes import draw_slopes, measure_slopes

LECTURES = ("Olteanu",)
CAPTION = (
    "ReLU, leaky ReLU with the lecture's slope of {leak} and parametric ReLU, whose slope below 0 "
    "is learned, one for each unit, from {start} on. Two hidden layers of 100 units, {epochs} "
    "epochs on the ball, medians of {networks} networks (drawn: seed {seed}): in h1 the middle 80 "
    "% of the slopes end between {h1_low:.2f} and {h1_high:.2f}. In h2 the median stays at "
    "{middle:.2f}, but {negative:.0%} end below 0, down to {lowest:.2f}: such a unit answers to "
    "both sides."
)
ALT = (
    "Left, three functions that are alike above 0; below, ReLU is 0, leaky so close that one line "
    "hides the other, parametric falls with slope {start}. Middle, their slopes. Right, the "
    "functions that 100 units have learned: a bundle around slope {middle:.2f} below 0, and a few "
    "that rise to the left, the steepest with {lowest:.2f}."
)
NOTES = Notes(
    look="Leaky ReLU is in the left picture. Do you see it? Then the right one: each line is a "
    "unit that chose its own slope. Why might one want a slope below zero?",
    point="The slope of leaky ReLU is {leak}, a thousandth. The learned ones stay near {start} in "
    "h2, with a few that turn around, down to {lowest:.2f}. Such a unit answers to a large sum "
    "and to a large negative one, and that is what this task asks for.",
    misconception="Parametric does not mean that every unit finds a slope of its own. Most of h2 "
    "hardly moved in {epochs} epochs. And a slope below zero is no leak any more: the unit is "
    "nearer to an absolute value than to a ReLU.",
)
CLAIMS = (
    Claim("lowest", "<", -0.1, "in h2 at least one slope turns around: under {limit}"),
    Claim("negative", "within", (0.01, 0.15), "{low_percent:g} to {high_percent:g} % of h2 do"),
    Claim("middle", "near", (0.25, 0.03), "the median stays near the start: {value} ± {tolerance}"),
    Claim("h1_wide", ">", 0.05, "in h1 the middle 80 % of the slopes are over {limit} wide"),
)
QUIZ = Quiz(
    "Which functions are (1), (2), (3)?",
    (
        Answer("leaky ReLU", r"(?i:leaky( ReLU)?)( 0\.001)?"),
        Answer("parametric ReLU", r"(?i:parametric( ReLU)?)"),
        Answer("ReLU", r"\bReLU\b"),
    ),
)

measure = measure_slopes
draw = draw_slopes

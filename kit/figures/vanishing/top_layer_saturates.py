"""Sigmoid: the last hidden layer falls nearly to 0, then spreads again"""

from kit.catalogue import Claim, Control, LectureAnimation, Notes, Quiz
from kit.catalogue.nine_networks import SIGMOID, TANH
from kit.figures.vanishing._saturating import draw_four, grow_four, measure_four

LECTURES = ("Makhmutova",)
PLAY = {"initializer": "glorot_uniform", "depth": 4, "width": 50, "data": "digits"}
CAPTION = (
    "Four hidden layers of 50 units learn digits ({source}); weights as in Glorot and Bengio "
    "(2010), medians of {networks} networks: mean (line, strong: its range over them) and middle "
    "96 % (faint) of the activations. With sigmoid the mean of h4, the last, is at {fell:.2f} "
    "after {first_capture} updates and at {lowest:.2f} after {lowest_at:,.0f}, where the loss is "
    "{loss_at_lowest:.2f}, as by guessing. It spreads again after {back_at:,.0f}, and then the "
    "network learns. With tanh nothing of the kind happens."
)
ALT = (
    "Eight panels, activations over the updates: sigmoid above, tanh below, h1 to h4 from left to "
    "right. Sigmoid's h1 stays around a half; h4 falls to {lowest:.2f}, a thin line, and from "
    "update {back_at:,.0f} on spreads up to {end_high:.2f}. All of tanh's layers spread around 0 "
    "to both sides at once."
)
NOTES = Notes(
    look="One row is sigmoid, one tanh. Look at the last hidden layer, on the right. What is it "
    "good for while it is such a thin line, and why does it go to that end and not to the other?",
    point="It goes to zero: {fell:.2f} after {first_capture} updates. At first the layers below "
    "tell the output nothing, so the output is better off without them, and the quickest way is "
    "to switch h4 off. There its slope is next to nothing too, and so it takes {back_at:,.0f} "
    "updates to come back.",
    misconception="Saturated does not mean lost. The lecture says that it is very difficult to get "
    "out, and with five layers Glorot and Bengio never saw it. With four it does come back, of "
    "itself, and ends at a loss of {loss_at_end:.1f}.",
)
CLAIMS = (
    Claim("lowest", "<", 0.1, "sigmoid: the mean of h4 falls under {limit}"),
    Claim("others", ">", 0.4, "the layers before are then still over {limit}"),
    Claim("narrowest", "<", 0.05, "and h4 says nothing: its middle 96 % is under {limit} wide"),
    Claim("loss_at_lowest", ">", 2.25, "nothing is learned by then: the loss is over {limit}"),
    Claim("end_high", ">", 0.5, "it comes back: at the end 2 % of h4 are over {limit}"),
    Claim("tanh.narrowest", ">", 0.3, "tanh: the middle 96 % of h4 is never under {limit} wide"),
)  # fmt: skip
CONTROL = Control(activation="tanh", refutes=("narrowest", "loss_at_lowest"), words="tanh")
QUIZ = Quiz("Which activations are (1), (2)?", (SIGMOID, TANH))
ANIMATION = LectureAnimation(
    grow_four,
    f"Growing from update to update: {ALT}",
    fps=2.0,
    title="The last hidden layer falls nearly to 0",
)

measure = measure_four
draw = draw_four

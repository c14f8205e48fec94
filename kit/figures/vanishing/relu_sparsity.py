"""Half of ReLU's units answer; training decides which, not how many"""

from kit.catalogue import Answer, Claim, Control, Notes, Quiz
from kit.figures.vanishing._sparse import draw_sparse, measure_sparse

LECTURES = ("Olteanu",)
CAPTION = (
    "The colour is the share of a digit's images that a unit of h2, 50 ReLU units, answers to. "
    "Counted on {digits} digits ({source}) not trained with; drawn is seed {seed}, the numbers "
    "are medians of {networks} networks, which read {accuracy:.0%} of them. Before training "
    "{active[before]:.0%} of all answers are not 0, after it {active[after]:.0%}, for each digit "
    "{fewest:.0%} to {most:.0%}. What training changed is which: between the digit that a unit "
    "likes most and the one it likes least lie {apart[after]:.2f} in place of {apart[before]:.2f}."
)
ALT = (
    "Two tables of 10 digits by 50 units, before and after training, coloured by the share of "
    "images that a unit answers to. Before, many cells of a middling shade; after, more of them "
    "nearly 0 or nearly 1. On average {active[before]:.0%} and {active[after]:.0%}."
)
NOTES = Notes(
    look="Every column is a unit of ReLU, every row a digit. Yellow: it answers to nearly all "
    "images of that digit. Which of the two tables is the trained network's, and in which do "
    "fewer units answer?",
    point="About half answer in both, {active[before]:.0%} and {active[after]:.0%}. What training "
    "has made is contrast: from its favourite digit to its least, a unit's share now differs by "
    "{apart[after]:.2f}; before it was {apart[before]:.2f}.",
    misconception="ReLU is called sparse, and half of its zeros come from the weights' symmetry "
    "alone, before anything is learned. Training does not add to them here. And a unit for one "
    "digit alone is rare: most answer to several.",
)
CLAIMS = (
    Claim("active.after", "within", (0.35, 0.65), "{low_percent:g} to {high_percent:g} % of the "
    "answers are not 0"),
    Claim("active_ratio", "within", (0.85, 1.15), "as many as before, within a factor of {low} to "
    "{high}"),
    Claim("farther", ">", 0.1, "a unit's most and least liked digit are over {limit} farther apart "
    "than before"),
    Claim("accuracy", ">", 0.85, "the network reads over {percent:g} % of the digits"),
)  # fmt: skip
CONTROL = Control(when="before", refutes="farther", words="the network before training")
QUIZ = Quiz(
    "Which moment is (1), which (2)?",
    (
        Answer("before training", r"(?i:before)( training| it was)?"),
        Answer("after training", r"(?i:after)( training| it)?"),
    ),
    caption="The colour is the share of a digit's images that a unit of h2 answers to.",
    alt="Two tables of 10 digits by 50 units, coloured by the share of images a unit answers to.",
)

measure = measure_sparse
draw = draw_sparse

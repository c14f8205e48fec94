"""A unit of conv1 likes a bit of a stroke, a unit of conv2 a piece of a digit"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of, medians
from kit.figures.cnn._changed_digits import TRAINED_WITH, train_readers
from kit.figures.cnn._patches import BEST, FIELDS, alike, best_patches, draw_patches, one_class
from kit.figures.cnn._small_cnn import drawn_small_cnn, maps_of_small_cnn

LECTURES = ("Olteanu",)
PLAY = {"page": "cnn"}
CAPTION = (
    "A small CNN trained with {train:,} digits ({source}), and for {shown} units of each layer the "
    "{best} patches of {test:,} test digits that excite it most: 5×5 pixels in conv1, 14×14 in "
    "conv2. Of nine patches {one_class[conv1]:.0%} are of one digit in conv1, "
    "{one_class[conv2]:.0%} in conv2. Training makes its nine more alike: their mean cosine "
    "is {cosine[conv2]:.2f}, and {start[cosine][conv2]:.2f} with the first weights (medians of "
    "{networks} networks)."
)
ALT = (
    "Two rows of {shown} units with {best} patches of digits each. conv1: tiny patches, edges and "
    "bits of strokes. conv2: larger patches with bends, loops and crossings that resemble each "
    "other. Of one digit are {one_class[conv1]:.0%} and {one_class[conv2]:.0%}. Data: {source}."
)
NOTES = Notes(
    look="Nine patches are what one unit likes best. What is each unit of the upper row looking "
    "for, in a word or two? And then each of the lower row?",
    point="What excites a unit of conv1 may be part of any digit: {one_class[conv1]:.0%} of its "
    "nine are of one. In conv2 it is {one_class[conv2]:.0%}, and the patches resemble each other "
    "more than before training, by a mean cosine of {cosine[conv2]:.2f} instead of "
    "{start[cosine][conv2]:.2f}.",
    misconception="It is tempting to name a unit after its nine best patches. They are its "
    "extremes: it answers to much else too, and the next layer reads all its answers. Nor is a "
    "unit of conv2 one for a digit: {others:.0%} of its patches come from other digits, which "
    "have the same bend.",
)
CLAIMS = (
    Claim("purer", ">", 0, "the patches of a unit are more often of one digit in conv2 than in "
          "conv1"),
    Claim("grown", ">", 1, "in conv2 the patches of a unit are more alike than before training"),
    Claim("larger", "==", [5, 14], "a unit sees {limit[0]} pixels in conv1 and {limit[1]} in "
          "conv2"),
)  # fmt: skip
CONTROL = Control(trained=False, refutes="grown", words="the first weights, not trained")
QUIZ = Quiz(
    "Which layer do the units (1) belong to, which (2)?",
    (Answer("conv1", r"\bconv1\b"), Answer("conv2", r"\bconv2\b")),
    caption="The {best} patches of test digits ({source}) that excite each unit most.",
    alt="Two rows of units with nine patches of digits each.",
)

SHOWN_UNITS = 6


def measure(lab: Lab, seed: int, trained: bool = True) -> tuple[Any, Facts]:
    first, seeds = block_of(seed, CONVOLUTIONAL)[0], lab.seeds(seed, of=CONVOLUTIONAL)
    readers = lab.run(train_readers, network="cnn", kind="plain", first=first)
    digits = lab.digits()
    images, labels = digits.x_test[..., 0], digits.y_test
    each, shown = [], {}  # type: ignore[var-annotated]
    for one in seeds:
        ways = {"start": drawn_small_cnn(one)}
        ways["end"] = readers[one].weights if trained else ways["start"]
        found: Facts = {}
        for way, weights in ways.items():
            maps = maps_of_small_cnn(weights, images)
            best = {name: best_patches(maps[name], images, name) for name in FIELDS}
            found[way] = {
                "one_class": {name: one_class(labels[best[name].digits]) for name in best},
                "cosine": {name: alike(best[name].pictures) for name in best},
            }
        shown = shown or best
        start, end = found["start"], found["end"]
        facts = {**end, "start": start}
        facts["purer"] = end["one_class"]["conv2"] - end["one_class"]["conv1"]
        facts["others"] = 1 - end["one_class"]["conv2"]
        each.append(facts | {"grown": end["cosine"]["conv2"] / start["cosine"]["conv2"]})
    facts = {"source": digits.source, "train": min(TRAINED_WITH, len(digits.x_train))}
    facts |= {"test": len(images), "networks": len(seeds), "best": BEST, "shown": SHOWN_UNITS}
    facts["larger"] = [one.pictures.shape[-1] for one in shown.values()]
    return {"patches": shown, "labels": labels}, facts | medians(each)


def draw(data: Any, facts: Facts) -> Any:
    note = f"{facts['shown']} units of each layer, as they come. Below: the commonest digit."
    return draw_patches(data["patches"], data["labels"], facts["shown"], note)

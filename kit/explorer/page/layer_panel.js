"use strict";
/* The panel beside the layers: which value is looked at, ways to move on, and its numbers. */
Kit.layerPanel = (() => {
  const { html } = Kit.draw;

  const nothing = () => [
    html("h2", { id: "value-title", tabindex: -1 }, "A value"),
    html(
      "p",
      {},
      "Click on a value of any layer: here stands how it came about, number by number, and where its gradient goes.",
    ),
  ];

  const BUTTONS = [
    ["ArrowLeft", "←", "one column to the left"],
    ["ArrowRight", "→", "one column to the right"],
    ["ArrowUp", "↑", "one row up"],
    ["ArrowDown", "↓", "one row down"],
    ["PageUp", "map −", "the map before"],
    ["PageDown", "map +", "the next map"],
  ];

  /* Buttons that do what the arrow keys do, for fingers. */
  function moves({ state, shapeOf, select }) {
    const shape = shapeOf(state.layer);
    const useful =
      shape.length === 1
        ? BUTTONS.slice(0, 2).map(([key, text], k) => [key, text, k ? "the next unit" : "the unit before"])
        : BUTTONS;
    return html(
      "div",
      { class: "row moves", role: "group", "aria-label": "move on" },
      ...useful.map(([key, text, words]) =>
        html(
          "button",
          {
            type: "button",
            "aria-label": words,
            title: words,
            "data-focus": key,
            onclick: () => select(state.layer, Kit.layerCards.moved(shape, state.index, key, 1), true),
          },
          text,
        ),
      ),
    );
  }

  function ways({ state, turn }) {
    const button = (backwards, text) =>
      html(
        "button",
        {
          type: "button",
          "aria-pressed": String(state.backwards === backwards),
          onclick: () => turn(backwards),
          "data-focus": backwards ? "backwards" : "forwards",
          id: backwards ? "backwards" : "forwards",
        },
        text,
      );
    return html(
      "div",
      { class: "row", role: "group", "aria-label": "which way" },
      button(false, "Forwards"),
      button(true, "Backwards"),
    );
  }

  function head(context) {
    const { state, nameOf, shapeOf, unselect } = context;
    return [
      html(
        "div",
        { class: "top-line" },
        html(
          "h2",
          { id: "value-title", tabindex: -1, "data-focus": "title" },
          `${nameOf(state.layer)}, ${Kit.layerTerms.words(shapeOf(state.layer), state.index)}`,
        ),
        html(
          "button",
          { type: "button", class: "small close", onclick: unselect, "data-focus": "close" },
          "Close",
        ),
      ),
      html("div", { class: "row" }, ways(context), moves(context)),
    ];
  }

  function ofImage({ state, pass, back }) {
    const { index } = state;
    if (!state.backwards)
      return [
        html(
          "p",
          { class: "formula" },
          html("b", {}, `x = ${Kit.layerGrids.number(pass.x[0][index])}`),
          " of the image itself",
        ),
      ];
    const gradient = back.steps[0].into[index];
    return [
      html("p", { class: "formula" }, html("b", {}, `∂cost/∂x = ${Kit.layerGrids.number(gradient)}`)),
      html(
        "p",
        { class: "quiet" },
        "How much the cost changes with this pixel: what images that fool a network are made with.",
      ),
    ];
  }

  function aboutCost({ state, label, classes, back }) {
    if (!state.backwards) return null;
    return html(
      "p",
      { class: "quiet" },
      `The cost of this image alone, where ${classes[label]} is right: ${Kit.numbers.format(back.cost)}.`,
    );
  }

  /* {elements, chosen}: what the panel holds, and which map of the layer before is looked at. */
  function elements(context) {
    const { state, network, pass, back, previous, nameOf } = context;
    if (state.layer === null) return { elements: nothing() };
    if (state.layer < 0) return { elements: [...head(context), ...ofImage(context), aboutCost(context)] };
    const step = network.steps[state.layer];
    const found = Kit.layerValue.explained({
      step,
      result: pass.results[state.layer],
      x: pass.x[state.layer],
      index: state.index,
      before: nameOf(state.layer - 1),
      previous: (input) => previous(state.layer, input),
      back: back && back.steps[state.layer],
      last: state.layer === network.steps.length - 1,
      next: network.steps[state.layer + 1],
      backwards: state.backwards,
      chosen: state.chosen,
      choose: context.choose,
    });
    return { elements: [...head(context), ...found.elements, aboutCost(context)], chosen: found.chosen };
  }

  return { elements };
})();

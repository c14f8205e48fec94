"use strict";
/* The page of one's own network: which image, which layer, which value; and what is shown of it. */
Kit.layers = (() => {
  const { html } = Kit.draw;
  const { data } = Kit;
  const network = Kit.layerEngine.build(data);
  const images = Kit.layerEngine.imagesOf(data.images);
  const at = (id) => document.getElementById(id);
  const BEGINNING = {
    image: 0,
    drawn: null,
    label: null,
    quantity: "activation",
    own: false,
    backwards: false,
    layer: null,
    index: null,
    chosen: null,
    theme: "auto",
  };
  const state = { ...BEGINNING };
  const link = Kit.link.keeper(() => Kit.layerLink.fragment(state, network));
  let pass = null;
  let back = null;
  let milliseconds = 0;
  let cards = []; // the image's, then one for each layer
  let thumbnails = null;
  let board = null;

  const say = (text) => {
    at("said").textContent = text;
  };
  const shapeOf = (layer) => (layer < 0 ? data.images.shape : network.steps[layer].shape);
  const nameOf = (layer) => (layer < 0 ? "the image" : network.steps[layer].name);

  /* The class whose cost is taken: chosen, else as it was given, else the network's own answer. */
  function labelNow() {
    if (state.label !== null) return state.label;
    if (state.drawn === null && data.labels) return data.labels[state.image];
    return answer();
  }

  function answer() {
    const shares = pass.probabilities || pass.output;
    return shares.indexOf(Math.max(...shares));
  }

  function backNow() {
    if (!back || back.label !== labelNow()) back = Kit.layerEngine.backward(network, pass, labelNow());
    return back;
  }

  /* Compute for the image that is shown now, and show it. */
  function compute() {
    const start = performance.now();
    pass = Kit.layerEngine.forward(network, state.drawn || images[state.image]);
    milliseconds = performance.now() - start;
    back = null;
    show();
  }

  function choose(changes) {
    Object.assign(state, { label: null }, changes);
    compute();
  }

  function show() {
    thumbnails.show(state.drawn ? -1 : state.image);
    showAnswer();
    cards.forEach((card) => card.show());
    showValue();
    link.later();
  }

  function showAnswer() {
    const parts = Kit.layerAnswer.elements({
      pass,
      label: labelNow(),
      cost: Kit.layerEngine.costOf(network, pass, labelNow()),
      classes: data.classes,
      loss: data.loss,
      given: state.drawn === null && data.labels ? data.labels[state.image] : null,
      chosen: state.label,
      onLabel: (label) => {
        state.label = label;
        show();
      },
    });
    Kit.layerFocus.replaced(at("answer"), parts);
    showCheck();
  }

  /* Whether the page computes what the model does, for an image of which it is known. */
  function showCheck() {
    const time = `Computed on this page in ${Kit.numbers.format(Math.max(1, Math.round(milliseconds)))} ms.`;
    const lines = [time];
    if (state.drawn === null) {
      const expected = data.outputs[state.image];
      const most = Math.max(...expected.map(Math.abs));
      const off = Math.max(...expected.map((value, k) => Math.abs(value - pass.output[k])));
      if (off <= 1e-3 * most) lines.push(" The outputs are the model's own.");
      else
        lines.push(
          html(
            "span",
            { class: "broken" },
            ` The outputs differ from the model's by ${Kit.numbers.format(off)}: do not trust this page.`,
          ),
        );
    }
    at("check").replaceChildren(...lines);
  }

  /* Point at a value: its layer (−1 the image) and its index in it. */
  function select(layer, index, aloud = false) {
    Object.assign(state, { layer, index, chosen: layer === state.layer ? state.chosen : null });
    cards.forEach((card) => card.show());
    showValue();
    link.later();
    if (aloud)
      say(
        `${nameOf(layer)}, ${Kit.layerTerms.words(shapeOf(layer), index)}: ${Kit.numbers.format(valueAt(layer, index))}`,
      );
  }

  function unselect() {
    Object.assign(state, { layer: null, index: null, chosen: null });
    show();
  }

  function valueAt(layer, index) {
    if (layer < 0) return pass.x[0][index];
    return Kit.layerWords.drawn(
      state.quantity,
      network.steps[layer],
      pass.results[layer],
      state.quantity === "delta" ? backNow().steps[layer] : null,
    ).values[index];
  }

  /* To a value of another layer, which is brought into view. */
  function goTo(layer, index) {
    select(layer, index, true);
    cards[layer + 1].element.scrollIntoView({ block: "nearest" });
  }

  /* A value of the layer before, as a button that leads to it: past what only passes on or puts elsewhere. */
  function previous(layer, input) {
    let from = layer - 1;
    while (from >= 0 && ["flatten", "same"].includes(network.steps[from].op)) from -= 1;
    const words = `${nameOf(from)}, ${Kit.layerTerms.words(shapeOf(from), input)}`;
    return html("button", { type: "button", class: "go", onclick: () => goTo(from, input) }, words);
  }

  /* What of a layer the chosen value of the next one depends on. */
  function seenOf(layer) {
    if (state.layer !== layer + 1 || state.layer < 0) return null;
    return { ...Kit.layerTerms.seenBy(network.steps[state.layer], state.index), chosen: state.chosen };
  }

  function showValue() {
    const filled = state.layer !== null;
    at("value").classList.toggle("filled", filled);
    document.body.classList.toggle("reading", filled);
    const found = Kit.layerPanel.elements({
      state,
      network,
      pass,
      back: filled && state.backwards ? backNow() : null,
      label: labelNow(),
      classes: data.classes,
      previous,
      nameOf,
      shapeOf,
      select,
      unselect,
      turn: (backwards) => {
        state.backwards = backwards;
        showValue();
        link.later();
      },
      choose: (map) => {
        state.chosen = map;
        select(state.layer, state.index);
      },
    });
    const first = state.chosen === null && found.chosen !== undefined;
    if (found.chosen !== undefined) state.chosen = found.chosen;
    Kit.layerFocus.replaced(at("value"), found.elements);
    if (first) cards[state.layer].show(); // that of the layer before: whose framed map is known now
  }

  const CHOICES = [
    ["activation", "activations a"],
    ["z", "Z-values z"],
    ["delta", "deltas δ"],
  ];

  function makeChoices() {
    const quantity = html(
      "select",
      {
        id: "quantity",
        onchange: (event) => {
          state.quantity = event.target.value;
          show();
        },
      },
      ...CHOICES.map(([value, text]) => html("option", { value }, text)),
    );
    const own = html("input", {
      type: "checkbox",
      id: "own",
      onchange: (event) => {
        state.own = event.target.checked;
        show();
      },
    });
    at("choices").append(
      html("label", { class: "row" }, "Show ", quantity),
      html("label", { class: "row" }, own, "colours of each map for itself"),
    );
    quantity.value = state.quantity;
  }

  function makeInput() {
    const { classes, labels } = data;
    thumbnails = Kit.layerInput.thumbnails({
      images,
      data: data.images,
      labels,
      classes,
      onChoose: (image) => choose({ image, drawn: null }),
    });
    at("given").append(thumbnails.element);
    if (!Kit.finger.fits(data.images.shape)) return;
    at("draw-section").hidden = false;
    board = Kit.layerInput.board({ say, onDraw });
    at("draw").append(board.element);
  }

  function onDraw(strokes) {
    const image = Kit.finger.centred(strokes, data.images.shape[0]);
    choose({ drawn: image ? Kit.finger.ranged(image, data.images.low, data.images.high) : null });
  }

  const theme = Kit.theme.make({
    get: () => state.theme,
    set: (chosen) => {
      state.theme = chosen;
      theme.paint();
    },
    painted: () => pass && show(),
  });

  /* What the link names; all else as at the beginning. */
  function readLink() {
    const found = Kit.layerLink.read(network, images.length);
    Object.assign(state, { ...BEGINNING, own: state.own }, found);
    at("quantity").value = state.quantity;
  }

  /* Another link was opened on the page. */
  function followLink() {
    link.never();
    readLink();
    theme.paint();
    compute();
    if (state.layer !== null) cards[state.layer + 1].element.scrollIntoView();
  }

  function start() {
    const { model } = data;
    at("name").textContent = `${model.name}, layer by layer`;
    at("about").textContent =
      `${Kit.numbers.count(network.steps.length, "layer")}, ${Kit.numbers.count(model.parameters, "parameter")}. Every number is computed on this page.`;
    document.querySelector(".top").append(theme.button);
    makeInput();
    makeChoices();
    readLink();
    theme.paint();
    const context = {
      state,
      data,
      network,
      pass: () => pass,
      back: backNow,
      seenOf,
      select,
      unselect,
      shapeOf,
      nameOf,
      valueAt,
    };
    cards = [-1, ...network.steps.keys()].map((layer) => Kit.layerCards.make(layer, context));
    at("cards").append(...cards.map((card) => card.element));
    const linked = state.layer;
    if (linked === null && innerWidth >= 1000) beginWithTheStrongest();
    compute();
    if (linked !== null) cards[linked + 1].element.scrollIntoView();
    addEventListener("hashchange", followLink);
    let width = innerWidth;
    addEventListener("resize", () => {
      if (innerWidth === width) return; // a phone's bar that comes and goes
      width = innerWidth;
      show();
    });
  }

  /* Beside wide pages the panel shows something from the start: a sum, where there is one. */
  function beginWithTheStrongest() {
    const layer = Math.max(
      0,
      network.steps.findIndex((step) => step.kernel),
    );
    const { a } = Kit.layerEngine.forward(network, images[state.image]).results[layer];
    const most = a.reduce((one, other) => Math.max(one, other), -Infinity);
    Object.assign(state, { layer, index: a.indexOf(most) });
  }

  return { start, state, select };
})();

Kit.layers.start();

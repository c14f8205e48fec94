"use strict";
/*
 * What each kind of task shows and asks. `Kit.guessKinds[kind](host, task, changed)` makes it and returns
 * {answer() -> text or null while there is none, tries(), hint(), reveal()}: `reveal` draws the truth over
 * the guess. `changed` is called whenever the answer may have changed.
 */
Kit.guessKinds = (() => {
  const { html } = Kit.draw;
  const pictures = Kit.guessPictures;
  const FORWARDS = ["z", "activation"];
  const LABELS = { z: "σ of z", activation: "σ of a", delta: "σ of delta", gradient: "σ of ∂loss/∂W" };
  let names = 0;

  function bars(host, task, changed) {
    const { quantity, depth } = task.parameters;
    const { axis } = Kit.tasks.table;
    const area = html("div", { class: "guess-draw" });
    host.append(area);
    const drawn = Kit.guessBars.make(area, {
      axis: FORWARDS.includes(quantity) ? axis.forwards : axis.backwards,
      yLabel: LABELS[quantity],
      colour: `var(--${quantity})`,
      count: depth,
      changed,
    });
    const missing = () => drawn.values().flatMap((one, k) => (one === null ? [`h${k + 1}`] : []));
    return {
      answer: () => (missing().length ? null : drawn.values().map(String).join(" ")),
      hint: () => (missing().length ? `Still to draw: ${missing().join(", ")}` : ""),
      reveal: () => drawn.reveal(Kit.tasks.numbersIn(Kit.tasks.truth(task))),
    };
  }

  /* Activations as violins, delta and gradient as lines. */
  function panel(host, task) {
    const { parameters: p } = task;
    const found = Kit.tasks.measured(p);
    const [first, second] = [html("div", {}), html("div", {})];
    host.append(html("div", { class: "guess-panel" }, first, second));
    first.append(
      ...pictures.violins(first, {
        label: "Activations of each hidden layer",
        arrays: found.pass.a.slice(0, p.depth),
        yLabel: "activations a",
        colour: "var(--activation)",
      }),
    );
    second.append(
      ...pictures.profile(second, {
        label: "Standard deviations on the way back, by hidden layer",
        yLabel: "on the way back",
        lines: [
          { ...pictures.DELTA, values: found.stds("delta") },
          { ...pictures.GRADIENT, values: found.stds("gradient") },
        ],
      }),
    );
  }

  /* Radio buttons for the options of a task; {value(), mark(truth)}. */
  function choices(host, task, changed) {
    const group = `guess-choice-${(names += 1)}`;
    const options = Object.entries(Kit.tasks.options(task));
    const inputs = options.map(([key]) => html("input", { type: "radio", name: group, value: key, onchange: changed }));
    const labels = options.map(([, words], k) =>
      html("label", { class: "guess-option" }, inputs[k], html("span", {}, words)),
    );
    host.append(html("fieldset", { class: "guess-options" }, html("legend", {}, "Your answer"), ...labels));
    const value = () => inputs.find((one) => one.checked)?.value ?? null;
    function mark(truth) {
      options.forEach(([key], k) => {
        inputs[k].disabled = true;
        if (key === truth) labels[k].append(html("strong", { class: "guess-right" }, "✓ the truth"));
        else if (inputs[k].checked) labels[k].append(html("span", { class: "guess-wrong" }, "✗ your guess"));
        labels[k].classList.toggle("is-truth", key === truth);
      });
    }
    return { value, mark };
  }

  function which(host, task, changed) {
    panel(host, task);
    const chosen = choices(host, task, changed);
    return {
      answer: chosen.value,
      hint: () => (chosen.value() ? "" : "Choose one"),
      reveal: () => chosen.mark(Kit.tasks.truth(task)),
    };
  }

  function whichLayer(host, task, changed) {
    const { parameters: p } = task;
    const chosen = choices(host, task, changed);
    const area = html("div", {});
    host.append(area);
    function reveal() {
      chosen.mark(Kit.tasks.truth(task));
      if (p.asks === "smallest") {
        const line = { ...pictures.DELTA, values: Kit.tasks.measured(p).stds("delta") };
        area.append(
          ...pictures.profile(area, {
            label: "Standard deviation of delta by layer",
            lines: [line],
            yLabel: line.name,
          }),
        );
        return;
      }
      const { dead, saturated } = Kit.tasks.table;
      const dies = p.asks === "dies";
      area.append(
        ...pictures.shares(area, {
          label: dies ? "Share of dead units by layer" : "Share of saturated activations by layer",
          yLabel: dies ? "dead units" : `beyond ±${saturated.beyond}`,
          values: Kit.tasks.shares(task),
          limit: dies ? dead : saturated.share,
        }),
      );
    }
    return { answer: chosen.value, hint: () => (chosen.value() ? "" : "Choose one"), reveal };
  }

  /* The deltas of a network by layer, with the band in which they shall stay. */
  function deltas(area, parameters, factor) {
    const { stds, ratio } = Kit.tasks.measured(parameters);
    const values = stds("delta");
    const middle = Math.sqrt(Math.max(...values) * Math.min(...values));
    const band = middle > 0 ? [middle / Math.sqrt(factor), middle * Math.sqrt(factor)] : null;
    area.replaceChildren(
      ...pictures.profile(area, {
        label: "Standard deviation of delta by layer",
        yLabel: "σ of delta",
        lines: [{ ...pictures.DELTA, values }],
        band,
        bandName: `a factor of ${factor}`,
      }),
    );
    return ratio;
  }

  function tune(host, task, changed) {
    const [low, high] = Kit.tasks.table.sigma.map(Math.log10);
    const { whole } = Kit.tasks.rules("tune");
    const tried = [];
    const said = html("p", { class: "guess-said", role: "status" });
    const area = html("div", {});
    const id = `guess-sigma-${(names += 1)}`;
    const output = html("output", { for: id, class: "guess-number" });
    const range = html("input", { type: "range", id, min: low, max: high, step: 0.01, value: low, oninput: show });
    const sigma = () => String(Number((10 ** Number(range.value)).toPrecision(3)));

    function show() {
      output.textContent = `σ = ${sigma()}`;
      range.setAttribute("aria-valuetext", sigma());
    }

    function attempt() {
      tried.push(sigma());
      const ratio = deltas(area, Kit.tasks.answered(task, sigma()), whole);
      const verdict = ratio <= whole ? `✓ within a factor of ${whole}` : `✗ a factor of ${whole} is asked for`;
      said.textContent = `Try ${tried.length}, σ = ${tried.at(-1)}: the largest delta is ${Kit.numbers.format(ratio)} times the smallest. ${verdict}.`;
      changed();
    }

    host.append(
      html(
        "div",
        { class: "guess-slide" },
        html("label", { for: id }, "σ of the weights"),
        range,
        output,
        html("button", { type: "button", class: "guess-try", onclick: attempt }, "Try"),
      ),
      said,
      area,
    );
    show();
    return {
      answer: () => tried.at(-1) ?? null,
      tries: () => Math.max(1, tried.length),
      hint: () =>
        tried.length ? `You hand in σ = ${tried.at(-1)}` : "Try a σ; each try after the first costs 5 points",
      reveal() {
        const answer = tried.at(-1) ?? Kit.tasks.solution(task);
        if (!tried.length) said.textContent = `One that does it: σ = ${answer}.`;
        range.value = Math.log10(Number(answer));
        show();
        deltas(area, Kit.tasks.answered(task, answer), whole);
        host.querySelectorAll("input, .guess-try").forEach((one) => {
          one.disabled = true;
        });
      },
    };
  }

  const SETTINGS = {
    activation: "Activation",
    weights: "Weights",
    bias: "Biases start at",
    rate: "Learning rate",
    input: "Input",
  };

  function mend(host, task, changed) {
    const { ratio: most } = Kit.tasks.rules("mend");
    const { menu, training } = Kit.tasks.table;
    const tried = [];
    const said = html("p", { class: "guess-said", role: "status" });
    const area = html("div", {});
    const selects = Object.entries(menu).map(([name, options]) => {
      const id = `guess-${name}-${(names += 1)}`;
      const chosen = String(task.parameters[name]);
      const select = html(
        "select",
        { id, name },
        ...Object.entries(options).map(([key, words]) =>
          html("option", { value: key, selected: key === chosen }, words),
        ),
      );
      return { name, id, select };
    });
    const settings = () => selects.map(({ name, select }) => `${name}=${select.value}`).join(";");
    const button = html(
      "button",
      { type: "button", class: "guess-try", onclick: attempt },
      `Try: train ${training.epochs} epochs`,
    );

    function attempt() {
      button.disabled = true;
      said.textContent = "Training …";
      setTimeout(() => {
        tried.push(settings());
        tell(`Try ${tried.length}: `, tried.at(-1));
        button.disabled = false;
        button.focus();
        changed();
      }, 30);
    }

    function tell(before, answer) {
      const truth = Kit.tasks.truth(task, answer);
      const [ratio, loss] = Kit.tasks.numbersIn(truth);
      const [first, second] = Kit.tasks.conditions(truth).map((one) => (one ? "✓" : "✗"));
      deltas(area, Kit.tasks.answered(task, answer), most);
      const count = Kit.tasks.changes(task, answer).length;
      said.textContent = `${before}${Kit.numbers.count(count, "change")}; ${first} deltas within a factor of ${Kit.numbers.format(ratio)}, ${second} loss ${Kit.numbers.format(loss)} after training.`;
    }

    host.append(
      html(
        "div",
        { class: "guess-settings" },
        ...selects.map(({ name, id, select }) => html("div", {}, html("label", { for: id }, SETTINGS[name]), select)),
      ),
      html("p", {}, button),
      said,
      area,
    );
    deltas(area, task.parameters, most);
    return {
      answer: () => tried.at(-1) ?? null,
      tries: () => Math.max(1, tried.length),
      hint: () => (tried.length ? "You hand in your last try" : "Change what you think is wrong, and try"),
      reveal() {
        const answer = tried.at(-1) ?? Kit.tasks.solution(task);
        for (const { name, select } of selects) select.value = Kit.tasks.settingsIn(answer)[name];
        if (!tried.length) tell("One that does it: ", answer);
        host.querySelectorAll("select, .guess-try").forEach((one) => {
          one.disabled = true;
        });
      },
    };
  }

  return { bars, "which-initializer": which, "which-activation": which, "which-layer": whichLayer, tune, mend };
})();

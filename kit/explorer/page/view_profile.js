"use strict";
/* The standard deviation of each quantity by layer, on a logarithm: points as they were measured, and
   the line and band of mean-field theory for random weights, within which about 95 of 100 draws lie. */
Kit.views = Kit.views || {};
Kit.views.profile = (() => {
  const { html, svg } = Kit.draw;
  const WORDS = { z: "Z-values", activation: "Activations", delta: "Deltas", weight: "Weights", gradient: "Gradients" };
  const NAMES = Object.keys(WORDS);
  const LEAST = 1e-42;

  /* The std of a summary that is asked for; weights and gradients have one alone. */
  function stdOf(summary, spread) {
    return spread === "samples" && Number.isFinite(summary.stdSamples) ? summary.stdSamples : summary.std;
  }

  function predictedOf(prediction, quantity, spread) {
    const rows = (prediction || []).filter((row) => row.quantity === quantity);
    return new Map(
      rows.map((row) => {
        const factor = row.std > 0 ? row.high / row.std : NaN;
        const std = spread === "samples" && Number.isFinite(row.stdSamples) ? row.stdSamples : row.std;
        return [row.layer, { std, low: std / factor, high: std * factor }];
      }),
    );
  }

  /* What is drawn of one quantity: {names, measured, before (at epoch 0, else null), theory}. */
  function seriesOf(quantity, moment, settings, history) {
    const layers = Kit.glimpses.shown(moment.snapshot.layers);
    const of = (some) => some.map((layer) => stdOf(layer[quantity], settings.spread));
    const moved = moment.epoch > 0 || moment.part > 0;
    return {
      quantity,
      names: layers.map((one) => one.name),
      measured: of(layers),
      before: moved && history.length ? of(Kit.glimpses.shown(history[0].snapshot.layers)) : null,
      theory: predictedOf(moment.prediction, quantity, settings.spread),
    };
  }

  function limitsOf({ measured, before, theory }) {
    const all = [...measured, ...(before || [])];
    for (const { std, low, high } of theory.values()) all.push(std, low, high);
    const seen = all.filter((one) => one > LEAST && Number.isFinite(one)).map(Math.log10);
    if (!seen.length) return [1e-4, 1];
    let [from, to] = [Math.floor(Math.min(...seen) - 0.15), Math.ceil(Math.max(...seen) + 0.15)];
    while (to - from < 2) [from, to] = [from - (to - from === 0), to + 1];
    return [10 ** from, 10 ** to];
  }

  function scalesOf(series, box) {
    const y = Kit.draw.log(limitsOf(series), [box.bottom, box.top]);
    const room = (box.right - box.left) / series.names.length;
    const x = (k) => box.left + (k + 0.5) * room;
    return { x, y, room, bottom: box.bottom };
  }

  /* Theory's band and line, the line of epoch 0, the points. */
  function marks(series, { x, y, bottom }, thick) {
    const { names, measured, before, theory, quantity } = series;
    const colour = `var(--${quantity})`;
    const points = (values) => values.map((value, k) => [x(k), value > LEAST ? y(value) : NaN]);
    const ofTheory = (part) => points(names.map((name) => theory.get(name)?.[part] ?? NaN));
    const dot = ([px, py], k) =>
      Number.isFinite(py)
        ? svg("circle", {
            cx: px,
            cy: py,
            r: 2.2 * thick,
            fill: colour,
            stroke: "var(--ink)",
            "stroke-width": 0.5 * thick,
          })
        : svg(
            "text",
            { x: px, y: bottom - 4, "text-anchor": "middle", "font-size": 5 * thick + 3, class: "quiet" },
            measured[k] === 0 ? "0" : "?",
          );
    return [
      Kit.draw.band(ofTheory("high"), ofTheory("low"), { fill: "var(--ink)", "fill-opacity": 0.13 }),
      Kit.draw.line(ofTheory("std"), { stroke: "var(--ink)", "stroke-width": 0.8 * thick, "stroke-dasharray": "7 5" }),
      before
        ? Kit.draw.line(points(before), { stroke: colour, "stroke-width": 0.8 * thick, "stroke-dasharray": "2 4" })
        : "",
      Kit.draw.line(points(measured), { stroke: colour, "stroke-width": thick }),
      ...points(measured).map(dot),
    ];
  }

  const label = ({ quantity, names, measured }) =>
    `${WORDS[quantity]}, standard deviation by layer: ${names.map((name, k) => `${name} ${Kit.violinPlot.short(measured[k])}`).join(", ")}`;

  function large(series, width, height, spread) {
    const size = Kit.draw.letters(width);
    const box = { left: 3.7 * size, right: width - 10, top: 2.1 * size, bottom: height - 1.9 * size };
    const scales = scalesOf(series, box);
    const every = [1, 2, 5, 10].find((one) => one * scales.room > 2.2 * size) || 20;
    const xTicks = series.names.map((text, k) => ({ at: k, text })).filter((_, k) => k % every === 0);
    const said =
      spread === "samples" && ["z", "activation", "delta"].includes(series.quantity)
        ? "σ across samples"
        : "σ of all values";
    return Kit.draw.picture(
      width,
      height,
      label(series),
      Kit.draw.axes({ box, x: scales.x, y: scales.y, xTicks, yTicks: ticksOf(scales.y, box, size), size: size - 1 }),
      svg(
        "text",
        { x: box.left, y: 1.2 * size, "font-size": size + 1, "font-weight": 600 },
        WORDS[series.quantity],
        svg("tspan", { class: "quiet", dx: 8, "font-size": size - 1, "font-weight": 400 }, said),
      ),
      ...marks(series, scales, 3),
    );
  }

  function ticksOf(y, box, size) {
    const count = Math.max(2, Math.min(8, Math.floor((box.bottom - box.top) / (2.4 * size))));
    return y.ticks(count).map((at) => ({ at, text: y.format(at) }));
  }

  /* The shape alone, in a button that its quantity names. */
  function small(series) {
    const box = { left: 4, right: 148, top: 5, bottom: 43 };
    return svg("svg", { viewBox: "0 0 152 48", "aria-hidden": "true" }, ...marks(series, scalesOf(series, box), 1.5));
  }

  function make(host) {
    const title = html("h2", { class: "view-title" });
    const main = html("div", { class: "profile-main" });
    const choices = NAMES.map((name) => choiceOf(name));
    const spread = spreadChoice();
    const note = html("p", { class: "note" });
    const reader = html("div", {});
    const side = html(
      "div",
      { class: "profile-side" },
      html(
        "div",
        { class: "profile-choices", role: "group", "aria-label": "Quantity" },
        ...choices.map((one) => one.button),
      ),
      spread.element,
    );
    host.append(title, html("div", { class: "profile" }, main, side), note, reader);
    let last = null;
    const watch = new ResizeObserver(() => last && draw(...last));
    watch.observe(main);

    function draw(moment, settings, history) {
      const all = NAMES.map((name) => seriesOf(name, moment, settings, history));
      title.textContent = Kit.words.title(moment, settings);
      const chosen = all.find((one) => one.quantity === settings.quantity);
      const height = Math.max(220, Math.min(main.clientHeight, main.clientWidth * 1.1));
      main.replaceChildren(large(chosen, main.clientWidth, height, settings.spread));
      choices.forEach((one, k) => one.show(all[k], settings.quantity));
      spread.show(settings.spread);
      note.textContent = noteOf(moment, chosen);
      reader.replaceChildren(tableOf(chosen, title.textContent));
    }

    return {
      show(moment, settings, history) {
        last = [moment, settings, history];
        draw(moment, settings, history);
      },
      destroy: () => watch.disconnect(),
    };
  }

  function choiceOf(name) {
    const picture = html("span", {});
    const button = html(
      "button",
      { type: "button", class: "small-multiple", onclick: () => Kit.state.set({ quantity: name }) },
      html("span", {}, WORDS[name]),
      picture,
    );
    return {
      button,
      show(series, chosen) {
        picture.replaceChildren(small(series));
        button.setAttribute("aria-pressed", String(name === chosen));
      },
    };
  }

  function spreadChoice() {
    const { choices } = Kit.state.table.get("spread");
    const buttons = Object.entries(choices).map(([value, words]) =>
      html(
        "button",
        { type: "button", class: "little", "data-value": value, onclick: () => Kit.state.set({ spread: value }) },
        words,
      ),
    );
    return {
      element: html(
        "div",
        { class: "choice-row", role: "group", "aria-label": "Standard deviation" },
        html("span", {}, "σ "),
        ...buttons,
      ),
      show: (chosen) =>
        buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.value === chosen))),
    };
  }

  function noteOf(moment, { before, theory }) {
    const dashes = theory.size
      ? "Dashed and grey: theory for random weights, and where about 95 of 100 draws lie. "
      : "";
    return `Points: measured. ${dashes}${before ? "Dotted: before training. " : ""}${Kit.words.measured(moment)}`;
  }

  function tableOf({ names, measured, theory, quantity }, caption) {
    const format = Kit.numbers.format;
    const rows = names.map((name, k) => {
      const { std, low, high } = theory.get(name) || {};
      return [name, format(measured[k]), format(std), std === undefined ? "–" : `${format(low)} to ${format(high)}`];
    });
    return Kit.draw.table(`${WORDS[quantity]}: ${caption}`, ["layer", "measured σ", "theory", "95 of 100 draws"], rows);
  }

  return { title: "Profiles", available: () => true, make };
})();

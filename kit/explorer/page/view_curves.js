"use strict";
/* Loss and accuracy over the epochs, with what is held out, the epoch that is looked at, and marks
   where a setting of the training changed. */
Kit.views = Kit.views || {};
Kit.views.curves = (() => {
  const { html, svg } = Kit.draw;
  const STACKED = 560;
  const PLOTS = [
    { own: "loss", held: "valLoss", title: "Loss", colour: "var(--series-1)" },
    { own: "accuracy", held: "valAccuracy", title: "Accuracy", colour: "var(--series-3)" },
  ];

  function limitsOf(plot, history, log) {
    if (plot.own === "accuracy") return [0, 1];
    const all = history
      .flatMap((one) => [one.loss, one.valLoss])
      .filter((one) => Number.isFinite(one) && (!log || one > 0));
    const [least, most] = [Math.min(...all), Math.max(...all)];
    if (!all.length) return [log ? 0.1 : 0, 1];
    if (log) return [10 ** Math.floor(Math.log10(least) - 0.01), 10 ** Math.ceil(Math.log10(most) + 0.01)];
    return [0, 1.08 * most || 1];
  }

  function plotOf(plot, { moment, history, log }, width, height) {
    const size = Kit.draw.letters(width);
    const box = { left: 3.6 * size, right: width - 14, top: 2.4 * size, bottom: height - 3.4 * size };
    const ends = limitsOf(plot, history, log);
    const scale = log && plot.own === "loss" ? Kit.draw.log : Kit.draw.linear;
    const y = scale(ends, [box.bottom, box.top]);
    const last = Math.max(history.at(-1)?.epoch ?? 0, 5);
    const x = Kit.draw.linear([0, last], [box.left, box.right]);
    const points = (name) => history.map((one) => [x(one.epoch), y(one[name])]);
    const held = history.some((one) => one[plot.held] !== undefined);
    const ofNow = history.find((one) => one.epoch === moment.epoch);
    const xTicks = x
      .ticks(6)
      .filter(Number.isInteger)
      .map((at) => ({ at, text: String(at) }));
    const yTicks =
      plot.own === "accuracy" ? [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: Kit.numbers.percent(at) })) : null;
    return Kit.draw.picture(
      width,
      height,
      labelOf(plot, ofNow),
      Kit.draw.axes({ box, x, y, xTicks, yTicks, xLabel: "epoch", size: size - 1 }),
      svg("text", { x: box.left, y: 1.2 * size, "font-size": size + 2, "font-weight": 600 }, plot.title),
      ...legend(plot, held, box, size),
      ...marksOf(history, x, box, size),
      now(moment, x, box),
      Kit.draw.line(points(plot.own), { stroke: plot.colour, "stroke-width": 3 }),
      held
        ? Kit.draw.line(points(plot.held), { stroke: "var(--series-2)", "stroke-width": 3, "stroke-dasharray": "8 5" })
        : "",
      ofNow
        ? svg("circle", { cx: x(ofNow.epoch), cy: y(ofNow[plot.own]), r: 5, fill: plot.colour, stroke: "var(--ink)" })
        : "",
    );
  }

  const labelOf = ({ title, own }, entry) =>
    `${title} by epoch; ${entry ? `at epoch ${entry.epoch} ${Kit.numbers.format(entry[own])}` : "nothing yet"}`;

  function legend({ colour }, held, box, size) {
    if (!held) return [];
    const entries = [
      ["held out", "var(--series-2)", "8 5"],
      ["trained on", colour, null],
    ];
    let right = box.right;
    return entries.map(([words, stroke, dash]) => {
      const start = right - Kit.draw.widthOf(words, size - 1) - 8;
      const key = svg(
        "g",
        {},
        svg("line", {
          x1: start - 2 * size,
          x2: start,
          y1: 0.85 * size,
          y2: 0.85 * size,
          stroke,
          "stroke-width": 3,
          "stroke-dasharray": dash,
        }),
        svg("text", { x: right, y: 1.2 * size, "text-anchor": "end", "font-size": size - 1 }, words),
      );
      right = start - 3 * size;
      return key;
    });
  }

  function marksOf(history, x, box, size) {
    return (history.marks || [])
      .filter((one) => x(one.epoch) <= box.right + 1)
      .map(({ epoch, settings }, k) => {
        const words = Kit.words.change(settings);
        const atRight = x(epoch) > (box.left + box.right) / 2;
        return svg(
          "g",
          {},
          svg("line", {
            x1: x(epoch),
            x2: x(epoch),
            y1: box.top,
            y2: box.bottom,
            stroke: "var(--warn)",
            "stroke-width": 1.5,
            "stroke-dasharray": "3 3",
          }),
          svg(
            "text",
            {
              x: x(epoch) + (atRight ? -5 : 5),
              y: box.top + size * (1 + 1.25 * (k % 5)),
              "text-anchor": atRight ? "end" : "start",
              "font-size": size - 2,
              style: "fill: var(--warn)",
            },
            words,
          ),
        );
      });
  }

  function now({ epoch, part }, x, box) {
    const place = Math.min(box.right, x(epoch + (part || 0)));
    return svg("line", {
      x1: place,
      x2: place,
      y1: box.top,
      y2: box.bottom,
      stroke: "var(--ink)",
      "stroke-width": 1.5,
    });
  }

  function make(host) {
    const title = html("h2", { class: "view-title" });
    const plots = html("div", { class: "curves" });
    const toggle = html("button", { type: "button", class: "little", "aria-pressed": "false" }, "Loss on a log scale");
    const note = html("p", { class: "note" });
    const reader = html("div", {});
    host.append(html("div", { class: "title-row" }, title, toggle), plots, note, reader);
    let last = null;
    toggle.addEventListener("click", () => {
      Kit.state.set({ scale: Kit.state.get("scale") === "log" ? "linear" : "log" });
    });
    const watch = new ResizeObserver(() => last && draw(...last));
    watch.observe(plots);

    function draw(moment, settings, history) {
      title.textContent = Kit.words.title(moment, settings);
      const log = settings.scale === "log";
      toggle.setAttribute("aria-pressed", String(log));
      const stacked = plots.clientWidth < STACKED;
      plots.classList.toggle("stacked", stacked);
      const width = stacked ? plots.clientWidth : (plots.clientWidth - 16) / 2;
      const height = stacked ? 220 : Math.max(220, Math.min(plots.clientHeight, 0.9 * width));
      plots.replaceChildren(...PLOTS.map((plot) => plotOf(plot, { moment, history, log }, width, height)));
      const held = history.at(-1)?.valLoss !== undefined;
      note.textContent = held
        ? `Trained on ${moment.data.n} digits; the others, held out, are never trained on.`
        : `Measured on the ${moment.data.n.toLocaleString("en")} samples that it is trained on; nothing is held out.`;
      reader.replaceChildren(tableOf(history, held));
    }

    return {
      show(moment, settings, history) {
        last = [moment, settings, history];
        draw(moment, settings, history);
      },
      destroy: () => watch.disconnect(),
    };
  }

  const ROWS = 30;

  /* The last epochs, for who cannot see the curves. */
  function tableOf(history, held) {
    const names = ["loss", "accuracy", ...(held ? ["valLoss", "valAccuracy"] : [])];
    const head = ["epoch", "loss", "accuracy", ...(held ? ["loss held out", "accuracy held out"] : [])];
    const rows = history
      .slice(-ROWS)
      .map((one) => [String(one.epoch), ...names.map((name) => Kit.numbers.format(one[name]))]);
    return Kit.draw.table(`Loss and accuracy of the last ${ROWS} epochs`, head, rows);
  }

  return { title: "Learning", available: () => true, make };
})();

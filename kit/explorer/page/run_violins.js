"use strict";
/* Violins of one quantity, a layer each, at one capture: as kit.plots.plot_violins draws them. */
Kit.runViolins = (() => {
  const { html, svg, picture } = Kit.draw;
  const { number, measured, shape, source } = Kit.runData;
  const { format, percent } = Kit.numbers;
  const MANY_ZEROS = 0.01; // from this share on, exact zeros are told in words and left out of the curve
  const OF_KERNEL = new Set(["weight", "gradient"]); // whose values are not by sample
  const SIGNS = { std_samples: "σₛ", std_units: "σᵤ" };
  const short = (value) => format(value, 2);

  /* What has to be said of a distribution in words, above it. */
  function told(at) {
    const words = [];
    const [bad, zeros, count] = [number(at, "nonfinite"), number(at, "zero_fraction"), number(at, "count")];
    if (bad > 0) words.push(`✕ ${format(bad, 3)} not finite`);
    if (count > 0 && zeros === 1) words.push("all zero");
    else if (zeros > MANY_ZEROS) words.push(`${percent(zeros)} zeros`);
    return words;
  }

  function violin(at, x, half, scale, of, quantity) {
    const log = of === "log";
    const [low, high] = log ? ["log_low", "log_high"] : ["low", "high"];
    const [from, to] = [number(at, low), number(at, high)];
    if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
    const quartiles = (log ? ["log_q25", "log_median", "log_q75"] : ["q25", "median", "q75"]).map((name) =>
      scale(number(at, name)),
    );
    const points = shape(at, log);
    const place = { x, half, colour: `var(--${quantity})` };
    if (from === to || !points.some((one) => one > 0)) return [Kit.draw.violin(null, quartiles, place)];
    const [a, b] = [scale(from), scale(to)];
    const cells = Array.from(points, (one, k) => [a + ((b - a) * (k + 0.5)) / points.length, one / 255]);
    const edge = [[a, cells[0][1]], ...cells, [b, cells[cells.length - 1][1]]];
    return [Kit.draw.violin(edge, quartiles, place)];
  }

  /* Words over violins: one column each where they fit, else one line for all. */
  function above(rows, place, slot, box, size) {
    const lines = rows.map(told);
    const all = lines.flat();
    if (!all.length) return null;
    const widest = Math.max(...all.map((text) => Kit.runNames.width(text, size)));
    const at = { "text-anchor": "middle", "font-size": size };
    if (widest + 4 <= slot) {
      return svg(
        "g",
        { "aria-hidden": "true" },
        ...lines.flatMap((words, k) =>
          words.map((text, n) => svg("text", { ...at, x: place(k), y: box.top + size * (1 + 1.15 * n) }, text)),
        ),
      );
    }
    const shares = rows.filter((row) => number(row, "count") > 0).map((row) => number(row, "zero_fraction"));
    const bad = rows.filter((row) => number(row, "nonfinite") > 0).length;
    const joined = [
      Math.max(...shares) > MANY_ZEROS
        ? `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} zeros`
        : "",
      bad ? `✕ not finite: values of ${Kit.numbers.count(bad, "layer")}` : "",
    ].filter(Boolean);
    return svg(
      "g",
      { "aria-hidden": "true" },
      ...joined.map((text, n) =>
        svg("text", { ...at, x: (box.left + box.right) / 2, y: box.top + size * (1 + 1.15 * n) }, text),
      ),
    );
  }

  function rowsOf(names, rows) {
    return names.map((name, k) => [
      name,
      ...["std", "min", "q25", "median", "q75", "max"].map((one) => format(number(rows[k], one))),
      percent(number(rows[k], "zero_fraction")),
      format(number(rows[k], "nonfinite")),
    ]);
  }

  /* One picture: {run, quantity, layers, capture, kind, limits, lines, statistic, width, height, size, when}. */
  function draw({ run, quantity, layers, capture, kind, limits, lines, statistic, width, height, size, when }) {
    const words = source.quantities[quantity];
    const title = html(
      Kit.runData.runs.length > 1 ? "h3" : "h2",
      { class: "quantity", style: `border-left: 0.5rem solid var(--${quantity}); padding-left: 0.5rem` },
      words.plural,
      html("span", { class: "quiet axis-words" }, kind === "log" ? `|${words.symbol}|, log scale` : words.symbol),
    );
    const rows = layers.map((name) => Kit.runData.row(run, name, quantity, capture));
    const there = layers.filter((_, k) => measured(rows[k]));
    if (!there.length || !limits) {
      return html(
        "figure",
        {},
        title,
        html(
          "p",
          { class: "quiet nothing" },
          there.length ? "no finite value" : `no ${words.label} of these layers here`,
        ),
      );
    }
    const shown = rows.filter(measured);
    const sigma = OF_KERNEL.has(quantity) ? "std" : statistic;
    const spreads = shown.map((at) => `${SIGNS[sigma] || "σ"} ${short(number(at, sigma in SIGNS ? sigma : "std"))}`);
    const guess = Kit.runScales.scale(kind, limits, [height, 0]);
    const yTicks = Kit.runScales.ticks(guess, kind, height - 60);
    const left = Kit.runNames.left(yTicks, size);
    const slot = (width - left - 8) / there.length;
    const how = Kit.runNames.layout(there, slot, size, spreads);
    const top = size * 0.7;
    const box = { left, right: width - 8, top, bottom: height - how.height - 4 };
    const y = Kit.runScales.scale(kind, limits, [box.bottom, box.top + size * 1.2 * lines]); // as much air at every epoch
    const place = (k) => box.left + slot * (k + 0.5);
    const half = Math.min(slot * 0.43, 60);
    const aria = `${words.plural} by layer, ${when}: σ ${there.map((name, k) => `${name} ${short(number(shown[k], "std"))}`).join(", ")}`;
    const image = picture(
      width,
      height,
      aria,
      Kit.draw.axes({ box, y, yTicks, xTicks: [], size }),
      ...shown.flatMap((at, k) => violin(at, place(k), half, y, kind, quantity)),
      above(shown, place, slot, box, size * 0.92),
      Kit.runNames.under(there, place, box.bottom, size, how, spreads),
    );
    const head = ["layer", "σ", "min", "quartile", "median", "quartile", "max", "zeros", "not finite"];
    return html(
      "figure",
      { "data-quantity": quantity, "data-scale": kind },
      title,
      image,
      Kit.draw.table(`${words.plural}, ${when}`, head, rowsOf(there, shown)),
    );
  }

  return { draw, told };
})();

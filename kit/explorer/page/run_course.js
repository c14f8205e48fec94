"use strict";
/* Lines over the epochs: a statistic of each layer, or what Keras reported. */
Kit.runCourse = (() => {
  const { html, svg, picture, line } = Kit.draw;
  const { number, row, words } = Kit.runData;
  const DASHES = ["", "7 4", "2 4", "9 3 2 3"];

  /* The look of the k-th of several lines: colour and dashes, so that colour alone tells nothing. */
  const look = (k) => ({ colour: `var(--series-${1 + (k % 4)})`, dashes: DASHES[Math.floor(k / 4) % DASHES.length] });

  /* A chart over epochs: lines {name, at, values, colour, dashes}, a line at `now`, findings as small numbers. */
  function chart({ lines, scale, range, now, marks, label, width, height, size, aria }) {
    const guess = Kit.runScales.scale(scale.kind, scale.limits, [height, 0]);
    const yTicks = Kit.runScales.ticks(guess, scale.kind, height - 70);
    const left = Kit.runNames.left(yTicks, size);
    const most = Math.floor((width * 0.24) / (0.58 * size));
    const named = lines.map((one) => Kit.runNames.shortened(one.name, Math.max(5, most)));
    const right = width - Math.max(20, ...named.map((name) => Kit.runNames.width(name, size))) - 16;
    const box = { left, right, top: size * 2.6, bottom: height - size * 3.2 };
    const y = Kit.runScales.scale(scale.kind, scale.limits, [box.bottom, box.top]);
    const x = Kit.draw.linear(range[0] < range[1] ? range : [range[0] - 1, range[0] + 1], [left + 6, right - 2]);
    const point = (one) =>
      Array.from(one.at, (at, k) => [x(at), Kit.runProfile.placed(one.values[k], y, box, scale.kind)]);
    const drawn = lines.map((one) => {
      const points = point(one);
      const style = `stroke: ${one.colour}`;
      const alone = points.filter(([, at]) => Number.isFinite(at)).length === 1;
      const dots = points.filter(([, at], k) => Number.isFinite(at) && (alone || isNow(one.at[k], now, one.at)));
      return [
        line(points, { "stroke-width": 2.2, "stroke-dasharray": one.dashes || null, style }),
        dots.map(([cx, cy]) => svg("circle", { cx, cy, r: 4, style: `fill: ${one.colour}` })),
      ];
    });
    const ends = lines.map((one, k) => {
      const last = point(one).findLast(([, at]) => Number.isFinite(at));
      return { y: last ? last[1] : NaN, name: named[k] };
    });
    const keys = lines.map((one, k) => ({ ...ends[k], style: "" }));
    const xTicks = x
      .ticks(Math.max(2, Math.min(8, Math.floor((right - left) / 70))))
      .filter(Number.isInteger)
      .map((at) => ({ at, text: Kit.numbers.format(at, 6) }));
    return picture(
      width,
      height,
      aria,
      Kit.draw.axes({ box, x, y, yTicks, xTicks, size, xLabel: "epoch", yLabel: label }),
      svg("line", { class: "now", x1: x(now), x2: x(now), y1: box.top, y2: box.bottom }),
      marks
        .filter((one) => one.at !== null)
        .map((one) =>
          svg(
            "text",
            {
              x: x(one.at),
              y: box.top + size * 0.8,
              "text-anchor": "middle",
              "font-size": size * 0.85,
              class: `mark ${one.severity}`,
              "aria-hidden": "true",
            },
            `▼${one.number}`,
          ),
        ),
      ...drawn,
      Kit.runNames.ends(keys, right, box, size),
    );
  }

  /* Whether a line's point is that of now: the last one up to it. */
  function isNow(at, now, all) {
    if (at > now + 1e-6) return false;
    return !Array.prototype.some.call(all, (other) => other > at && other <= now + 1e-6);
  }

  /* {run, quantity, layers, capture, statistic, scale, marks, range, width, height, size}. */
  function draw({ run, quantity, layers, capture, statistic, scale, marks, range, width, height, size }) {
    const names = layers.filter((name) => Kit.runData.has(run, name, quantity));
    const at = run.captures.map((one) => one.at);
    const lines = names.map((name, k) => ({
      name,
      at,
      ...look(k),
      values: at.map((_, n) => number(row(run, name, quantity, n), statistic)),
    }));
    const title = Kit.runProfile.inWords(statistic, quantity);
    if (!scale.limits || !lines.some((one) => one.values.some(Number.isFinite))) {
      return html("p", { class: "quiet nothing" }, `There is no number: ${title}.`);
    }
    const label = `${title}${scale.kind === "log" ? ", log scale" : ""}`;
    const last = at.length - 1;
    const said = (value) => Kit.runProfile.printed(statistic, value);
    const aria = `${title} over the epochs: ${lines.map((one) => `${one.name} from ${said(one.values[0])} to ${said(one.values[last])}`).join(", ")}`;
    const image = chart({ lines, scale, range, now: at[capture], marks, label, width, height, size, aria });
    const some = sparse(run.captures.length).map((k) => [
      words(run.captures[k]),
      ...lines.map((one) => said(one.values[k])),
    ]);
    return html(
      "figure",
      { "data-quantity": quantity, "data-scale": scale.kind },
      image,
      Kit.runScales.edgeNote(scale),
      Kit.draw.table(title, ["at", ...names], some),
      key(lines),
    );
  }

  /* What each line is, beside its name at its end: for who cannot follow it there. */
  function key(lines) {
    return html(
      "ul",
      { class: "key", "aria-hidden": "true" },
      ...lines.map((one) =>
        html(
          "li",
          {},
          Kit.draw.svg(
            "svg",
            { width: 26, height: 10, viewBox: "0 0 26 10" },
            Kit.draw.svg("line", {
              x1: 1,
              x2: 25,
              y1: 5,
              y2: 5,
              "stroke-width": 2.6,
              "stroke-dasharray": one.dashes || null,
              style: `stroke: ${one.colour}`,
            }),
          ),
          one.name,
        ),
      ),
    );
  }

  /* At most so many of `count` places, evenly spread, the first and the last among them. */
  function sparse(count, most = 21) {
    if (count <= most) return Array.from({ length: count }, (_, k) => k);
    return [...new Set(Array.from({ length: most }, (_, k) => Math.round((k * (count - 1)) / (most - 1))))];
  }

  return { chart, draw, sparse };
})();

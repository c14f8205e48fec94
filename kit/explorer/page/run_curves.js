"use strict";
/* What Keras reported of each epoch, training and validation, and the loss on the probe data. */
Kit.runCurves = (() => {
  const { html } = Kit.draw;

  /* The metrics that some of the runs report, without "val_", losses first. */
  function metrics(runs) {
    const found = new Set(["loss"]);
    for (const run of runs) for (const name of run.history.metrics.keys()) found.add(name.replace(/^val_/, ""));
    return [...found];
  }

  function linesOf(run, metric) {
    const at = run.history.epochs;
    const lines = [];
    const [own, held] = [run.history.metrics.get(metric), run.history.metrics.get(`val_${metric}`)];
    if (own) lines.push({ name: "training", at, values: own, colour: "var(--series-1)", dashes: "" });
    if (held) lines.push({ name: "validation", at, values: held, colour: "var(--series-2)", dashes: "7 4" });
    if (metric === "loss")
      lines.push({
        name: "probe data",
        at: run.losses.at,
        values: run.losses.values,
        colour: "var(--series-3)",
        dashes: "2 4",
      });
    return lines.filter((one) => Array.prototype.some.call(one.values, Number.isFinite));
  }

  const valuesOf = (run, metric) => linesOf(run, metric).flatMap((one) => [...one.values]);

  /* {run, metric, scale, capture, marks, range, width, height, size}. */
  function draw({ run, metric, scale, capture, marks, range, width, height, size }) {
    const lines = linesOf(run, metric);
    if (!lines.length || !scale.limits) return html("p", { class: "quiet nothing" }, `No ${metric} was reported.`);
    const now = run.captures[capture].at;
    const { format } = Kit.numbers;
    const told = lines.map(
      (one) => `${one.name} from ${format(one.values[0])} to ${format(one.values[one.values.length - 1])}`,
    );
    const label = `${metric}${scale.kind === "log" ? ", log scale" : ""}`;
    const image = Kit.runCourse.chart({
      lines,
      scale,
      range,
      now,
      marks,
      label,
      width,
      height,
      size,
      aria: `${metric} over the epochs: ${told.join(", ")}`,
    });
    const epochs = [...new Set(lines.flatMap((one) => Kit.runCourse.sparse(one.at.length).map((k) => one.at[k])))].sort(
      (a, b) => a - b,
    );
    const at = (one, epoch) => format(one.values[Array.prototype.indexOf.call(one.at, epoch)]);
    const rows = epochs.map((epoch) => [`epoch ${format(epoch)}`, ...lines.map((one) => at(one, epoch))]);
    return html(
      "figure",
      { "data-metric": metric, "data-scale": scale.kind },
      image,
      Kit.draw.table(`${metric} over the epochs`, ["at", ...lines.map((one) => one.name)], rows),
    );
  }

  return { metrics, draw, valuesOf };
})();

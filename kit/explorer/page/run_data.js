"use strict";
/* The runs of the page: their layers, captures and numbers, as Python packed them (kit/explorer/run_payload.py).

   A row is one quantity of one layer at one capture: its numbers, by column, and its two shapes. Rows of a run
   follow each other by layer, quantity and capture. */
Kit.runData = (() => {
  const source = Kit.data;

  const { bytes, floats } = Kit.packed;
  const columns = new Map((source.columns || []).map((name, k) => [name, k]));
  const numbers = floats(source.numbers || "");
  const shapes = bytes(source.shapes || "");
  const runs = [];

  let rows = 0;
  for (const about of source.runs || []) {
    const series = new Map(); // "layer\0quantity" to the row of its first capture
    for (const layer of about.layers) {
      for (const quantity of layer.quantities) {
        series.set(`${layer.name}\0${quantity}`, rows);
        rows += about.captures.length;
      }
    }
    runs.push({
      ...about,
      index: runs.length,
      series,
      losses: { at: floats(about.losses.at), values: floats(about.losses.values) },
      history: {
        epochs: about.history.epochs,
        metrics: new Map(Object.entries(about.history.metrics).map(([name, text]) => [name, floats(text)])),
      },
    });
  }

  /* All layers that some run has, each once, in the order of the first that has it. */
  const layers = [...new Set(runs.flatMap((run) => run.layers.map((layer) => layer.name)))];
  const outputs = new Set(runs.flatMap((run) => run.layers.filter((one) => one.output).map((one) => one.name)));

  const has = (run, layer, quantity) => run.series.has(`${layer}\0${quantity}`);

  /* The row of a quantity of a layer at a capture; -1 where there is none. */
  function row(run, layer, quantity, capture) {
    const first = run.series.get(`${layer}\0${quantity}`);
    return first === undefined || capture < 0 ? -1 : first + capture;
  }

  const number = (at, column) => (at < 0 ? NaN : numbers[at * columns.size + columns.get(column)]);

  /* Whether anything was measured there: values, or such as are not finite. */
  const measured = (at) => at >= 0 && !Number.isNaN(number(at, "count"));

  function shape(at, log) {
    const first = (2 * at + (log ? 1 : 0)) * source.points;
    return shapes.subarray(first, first + source.points);
  }

  /* The capture that shows a run at a time: the last one up to it, or the first. */
  function captureAt(run, at) {
    let found = 0;
    run.captures.forEach((one, k) => {
      if (one.at <= at + 1e-6) found = k;
    });
    return found;
  }

  /* Of several runs, all times at which one has a capture, ascending. */
  const times = (some) => [...new Set(some.flatMap((run) => run.captures.map((one) => one.at)))].sort((a, b) => a - b);

  const words = (capture) => (capture.end ? `epoch ${capture.epoch}` : `epoch ${capture.epoch}, step ${capture.step}`);

  return { source, runs, layers, outputs, has, row, number, measured, shape, captureAt, times, words };
})();

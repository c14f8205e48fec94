"use strict";
/*
 * What is true of a task, computed by the page's engine: kit/explorer/truths.py computes the same by
 * Keras. Adds to Kit.tasks.
 */
Object.assign(
  Kit.tasks,
  (() => {
    const kept = new Map(); // the last networks that were measured
    const KEPT = 8;
    let made = null;

    /* The data: the first points of the ball; with `how` moved, and centred again where it says so. */
    function data(how) {
      const { samples, moved } = Kit.tasks.table;
      made ??= Kit.datasets.make("ball", { samples });
      if (!how) return made;
      const shifted = { ...made, x: made.x.map((value) => value + moved) };
      return how === "centred" ? Kit.datasets.scale(shifted, "centred") : shifted;
    }

    function network({ activation, weights, bias, depth, width, seed }) {
      const [kind, std] = weights.split(":");
      const initializer = std ? { kind, std: Number(std) } : { kind };
      return Kit.engine.build({
        inputDim: 10,
        depth,
        width,
        activation,
        initializer,
        bias: Number(bias),
        outputs: 1,
        seed,
      });
    }

    /* A network with these parameters, once through: {network, pass, back, data, stds(quantity), ratio}. */
    function measured(parameters) {
      const key = Kit.tasks.asText(parameters);
      if (kept.has(key)) return kept.get(key);
      const points = data(parameters.input);
      const built = network(parameters);
      const pass = Kit.engine.forward(built, points.x, points.n);
      const back = Kit.engine.backward(built, points.x, points.y, points.n, pass);
      const arrays = { z: pass.z, activation: pass.a, delta: back.delta, gradient: back.gW };
      const stds = (quantity) => arrays[quantity].slice(0, parameters.depth).map(std);
      const found = { network: built, pass, back, data: points, stds, ratio: ratio(stds("delta")) };
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
      kept.set(key, found);
      return found;
    }

    function std(array) {
      let [sum, squares] = [0, 0];
      for (const value of array) sum += value;
      const mean = sum / array.length;
      for (const value of array) squares += (value - mean) ** 2;
      return Math.sqrt(squares / array.length);
    }

    function ratio(stds) {
      const least = Math.min(...stds);
      return least > 0 ? Math.max(...stds) / least : Infinity;
    }

    /* A number as it is written in a file: four figures. */
    const written = (number) => (Number.isFinite(number) ? String(Number(number.toPrecision(4))) : "inf");

    /* Of each layer the share by which "dies" and "saturates" are judged. */
    function shares({ parameters }) {
      const {
        pass,
        data: { n },
      } = measured(parameters);
      const { beyond } = Kit.tasks.table.saturated;
      return pass.a.slice(0, parameters.depth).map((a) => {
        if (parameters.asks === "dies") return deadShare(a, n, parameters.width);
        let count = 0;
        for (const value of a) if (Math.abs(value) > beyond) count += 1;
        return count / a.length;
      });
    }

    function deadShare(a, n, units) {
      const alive = new Uint8Array(units);
      for (let k = 0; k < n * units; k++) if (a[k] > 0) alive[k % units] = 1;
      return 1 - alive.reduce((sum, one) => sum + one, 0) / units;
    }

    function trueLayer(task) {
      const { parameters: p } = task;
      if (p.asks === "smallest") {
        const stds = measured(p).stds("delta");
        return `h${stds.indexOf(Math.min(...stds)) + 1}`;
      }
      const { dead, saturated } = Kit.tasks.table;
      const limit = p.asks === "dies" ? dead : saturated.share;
      const first = shares(task).findIndex((share) => share > limit);
      return first < 0 ? "none" : `h${first + 1}`;
    }

    /* The settings in an answer to "mend": {activation, weights, ...}. */
    const settingsIn = (text) => Object.fromEntries(text.split(";").map((one) => one.split("=")));

    /* The parameters of a task together with what its answer changes. */
    function answered(task, answer) {
      if (task.kind === "tune") return { ...task.parameters, weights: `normal:${answer}` };
      return task.kind === "mend" ? { ...task.parameters, ...settingsIn(answer) } : task.parameters;
    }

    /* Train the network of these parameters for all epochs; the loss afterwards. */
    function trained(parameters) {
      const { epochs, batch, momentum } = Kit.tasks.table.training;
      const points = data(parameters.input);
      const built = network(parameters);
      const optimizer = Kit.optimizers.make("momentum", { rate: Number(parameters.rate), momentum });
      for (let epoch = 0; epoch < epochs; epoch++) {
        Kit.engine.trainEpoch(built, optimizer, points, { batchSize: batch, seed: parameters.seed, epoch });
      }
      return Kit.engine.evaluate(built, points.x, points.y, points.n).loss;
    }

    /* The truth of a task as it stands in a file; of "tune" and "mend" what becomes of the answer. */
    function truth(task, answer = "") {
      const { kind, parameters } = task;
      if (kind === "which-initializer") return parameters.weights;
      if (kind === "which-activation") return parameters.activation;
      if (kind === "which-layer") return trueLayer(task);
      if (kind === "bars") return measured(parameters).stds(parameters.quantity).map(written).join(" ");
      const changed = answered(task, answer);
      const found = measured(changed).ratio;
      return kind === "tune" ? written(found) : `${written(found)} ${written(trained(changed))}`;
    }

    return { answered, measured, settingsIn, shares, truth, written };
  })(),
);

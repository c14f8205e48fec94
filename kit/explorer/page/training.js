"use strict";
/*
 * Training as Keras's `fit` does it: batches in an order, for each the gradient of its mean loss, a
 * step. Adds to Kit.engine.
 */
Object.assign(Kit.engine, (() => {
  /*
   * The rows of each batch of an epoch, Int32Arrays. With a seed in the order of
   * kit.training's batch_order(n, seed, epoch); with null in the order in which they stand.
   */
  function batches(n, batchSize, seed, epoch) {
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new RangeError(`\`batchSize\` must be a positive whole number; got ${batchSize}`);
    }
    const order = seed === null
      ? Int32Array.from({ length: n }, (_, k) => k)
      : Kit.random.permutation(n, [seed, epoch]);
    const found = [];
    for (let first = 0; first < n; first += batchSize) {
      found.push(order.slice(first, first + batchSize));
    }
    return found;
  }

  /* Those rows of an array (n, width). */
  function gather(values, rows, width) {
    const chosen = new Float32Array(rows.length * width);
    rows.forEach((row, k) => {
      chosen.set(values.subarray(row * width, (row + 1) * width), k * width);
    });
    return chosen;
  }

  /* One step on the rows of a batch. Returns its loss and accuracy, before the step. */
  function trainStep(network, optimizer, data, rows) {
    const { inputDim, outputs } = network.spec;
    const x = gather(data.x, rows, inputDim);
    const y = gather(data.y, rows, outputs);
    const pass = Kit.engine.forward(network, x, rows.length);
    const back = Kit.engine.backward(network, x, y, rows.length, pass);
    const accuracy = Kit.losses.accuracy(pass.a.at(-1), y, rows.length, outputs);
    optimizer.step(network, back);
    return { loss: back.loss, accuracy };
  }

  /*
   * One epoch. Returns loss and accuracy as `fit` reports them: means over the samples, each measured
   * with the weights that its batch found.
   */
  function trainEpoch(network, optimizer, data, { batchSize = 32, seed = 0, epoch = 0 } = {}) {
    let [loss, accuracy] = [0, 0];
    for (const rows of batches(data.n, batchSize, seed, epoch)) {
      const found = trainStep(network, optimizer, data, rows);
      loss += found.loss * rows.length;
      accuracy += found.accuracy * rows.length;
    }
    return { loss: loss / data.n, accuracy: accuracy / data.n };
  }

  return { batches, gather, trainEpoch, trainStep };
})());

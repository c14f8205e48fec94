"use strict";
/* What takes its time, beside the training: a moment measured on all samples, what theory says of a
   network's random weights, and what is wrong with it.

   Asked: {do: "think", run, settings, weights, epoch, history, theory}; told, one after the other:
   {is: "thought", run, moment}, {..., prediction, rough}, {..., findings}, {..., prediction}. */
Kit.thinker = (() => {
  const ROUGH = 100; // samples whose pairs theory follows first

  function make(post, later) {
    let newest = 0;

    function receive(message) {
      newest += 1;
      const own = newest;
      const steps = stepsOf(message);
      const answer = { asked: message.asked, run: message.run };
      const go = () => {
        if (own !== newest) return;
        try {
          const found = steps.shift()();
          post({ is: "thought", ...answer, last: !steps.length, ...found });
        } catch (error) {
          post({ is: "failed", ...answer, words: String(error.message || error) });
        }
        if (steps.length) later(go);
      };
      go();
    }

    return { receive };
  }

  /* One after the other, so that a newer question need not wait for all of them. */
  function stepsOf({ settings, weights, epoch, history, theory }) {
    const { train: data } = Kit.recipe.data(settings);
    const spec = Kit.recipe.spec(settings, data);
    const network = rebuilt(spec, weights);
    const measured = () => ({ moment: Kit.glimpses.of(network, data) });
    const judged = () => ({ findings: findingsOf({ spec, settings, data, weights, network, epoch, history }) });
    if (!theory) return [measured, judged];
    // gradients are means over all samples, whose deltas nearly cancel: no part of them tells that
    const rough = () => ({
      prediction: predicted(spec, data, ROUGH).filter((row) => row.quantity !== "gradient"), rough: true,
    });
    const exact = () => ({ prediction: predicted(spec, data) });
    return [measured, rough, judged, exact];
  }

  /* What is wrong, from the moment before training, the present one, and the losses between. */
  function findingsOf({ spec, settings, data, weights, network, epoch, history }) {
    const moments = [momentOf(Kit.engine.build(spec), data, 0)];
    if (weights) moments.push(momentOf(network, data, Math.max(epoch, 1)));
    const epochs = history.filter((one) => one.epoch > 0).map(({ loss, valLoss }) => ({ loss, valLoss }));
    const training = { optimizer: settings.optimizer, rate: settings.rate };
    return Kit.findings.of({ spec, data, moments, epochs, training });
  }

  function momentOf(network, data, epoch) {
    const pass = Kit.engine.forward(network, data.x, data.n);
    const grads = Kit.engine.backward(network, data.x, data.y, data.n, pass);
    return Kit.moments.of(network, pass, grads, data.n, epoch);
  }

  /* A network of those weights: [{W, b}] for each layer; the random ones where there are none. */
  function rebuilt(spec, weights) {
    const network = Kit.engine.build(spec);
    if (weights) network.layers.forEach((layer, k) => Object.assign(layer, weights[k]));
    return network;
  }

  const predicted = (spec, data, most = undefined) =>
    Kit.theory.predict(spec, data.x, data.n, { y: data.y, most });

  return { make };
})();

"use strict";
/* One moment of a network, as the views get it: of every layer and quantity a few numbers, and of what
   the panel shows the shape of its violin; small enough to be sent from a worker many times a second. */
Kit.glimpses = (() => {
  const QUANTITIES = ["z", "activation", "delta", "weight", "gradient"];
  const IN_PANEL = ["z", "weight", "activation", "gradient"];
  const POINTS = 64; // of a violin's curve
  const MOST_ZEROS = 0.01; // more of them are told in words, not drawn

  /* A moment of a network on data: {loss, accuracy, samples, snapshot}. */
  function of(network, data) {
    const { loss, accuracy, layers } = Kit.spreads.snapshot(network, data.x, data.y, data.n);
    const found = layers.map(layerOf);
    addShapes(found, shown(layers));
    return { loss, accuracy, samples: data.n, snapshot: { loss, accuracy, layers: found } };
  }

  /* A snapshot as a history keeps it. */
  function withoutShapes({ layers, ...numbers }) {
    const bare = (layer) => {
      const quantities = QUANTITIES.map((name) => [name, { ...layer[name], shape: null }]);
      return { ...layer, ...Object.fromEntries(quantities) };
    };
    return { ...numbers, layers: layers.map(bare) };
  }

  function addShapes(found, layers) {
    for (const name of IN_PANEL) {
      const spreads = layers.map((layer) => layer[name]);
      const scale = Kit.violins.choose(spreads, name === "gradient" ? "log" : "auto");
      spreads.forEach((spread, k) => { found[k][name].shape = shapeOf(spread, scale); });
    }
  }

  /* The layers of a panel: the hidden ones; a single one together with the output. */
  const shown = (layers) => (layers.length > 2 ? layers.slice(0, -1) : layers);

  function layerOf(layer) {
    const kept = { name: layer.name, activationName: layer.activation_name };
    for (const name of QUANTITIES) {
      const { bins, parts, ...numbers } = layer[name];
      kept[name] = {
        ...numbers,
        stdSamples: parts ? parts.samples : NaN,
        stdUnits: parts ? parts.units : NaN,
        saturated: parts ? parts.saturated : NaN,
        shape: null,
      };
    }
    return kept;
  }

  /* {scale, span (5 values), density (POINTS, the largest 1; null where all is in one place)}. */
  function shapeOf(spread, scale) {
    const span = spread.count ? Kit.violins.span(spread, scale) : null;
    if (!span) return null;
    if (!(span[4] > span[0])) return { scale: scale.name, span, density: null };
    const ends = [span[0], span[4]];
    const zeros = spread.zeros <= MOST_ZEROS;
    const { density } = Kit.violins.density(spread, scale, ends, { points: POINTS, zeros });
    const most = Math.max(...density) || 1;
    return { scale: scale.name, span, density: new Float32Array(density.map((one) => one / most)) };
  }

  return { QUANTITIES, of, shown, withoutShapes };
})();

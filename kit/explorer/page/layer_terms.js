"use strict";
/* How one value of a layer came about, and where its gradient goes, as numbers without a picture.

   Forwards z = Σ x w + b, a = f(z). Backwards δ = ∂cost/∂z = ∂cost/∂a · f′(z): each x of the patch
   receives δ w of it, and each w of the kernel δ x. */
Kit.layerTerms = (() => {
  const last = (shape) => shape[shape.length - 1];

  /* Where a value lies: {row, column, map} of maps, {unit} of a vector, all from 0. */
  function placeOf(shape, index) {
    if (shape.length === 1) return { unit: index };
    const [, width, maps] = shape;
    const pixel = Math.floor(index / maps);
    return { map: index % maps, row: Math.floor(pixel / width), column: pixel % width };
  }

  const indexOf = ([, width, maps], { map, row, column }) => (row * width + column) * maps + map;

  /* "map 5, row 3, column 7", counted from 1. */
  function words(shape, index) {
    const place = placeOf(shape, index);
    if (place.unit !== undefined) return `unit ${place.unit + 1}`;
    return `map ${place.map + 1}, row ${place.row + 1}, column ${place.column + 1}`;
  }

  /* Row and column of a value's window, and its group's first map of the layer before. */
  function windowOf(step, index) {
    const place = placeOf(step.shape, index);
    if (place.unit !== undefined) return { row: 0, column: 0, map: place.unit };
    return place;
  }

  /* The places of a window: for each of its rows and columns the pixel of the input, −1 outside. */
  function patchOf(step, index) {
    const { row, column } = windowOf(step, index);
    const [rows, columns] = step.window || step.kernelShape;
    const pixels = new Int32Array(rows * columns).fill(-1);
    Kit.layerSteps.inside(step, row, column, (y, x, i, j) => {
      pixels[i * columns + j] = y * step.input[1] + x;
    });
    return { rows, columns, pixels };
  }

  /* The maps of the layer before that a value of a convolution looks at. */
  function mapsBefore(step, index) {
    const [, , deep, maps] = step.kernelShape;
    const group = Math.floor((index % maps) / (maps / step.groups));
    return Array.from({ length: deep }, (_, c) => group * deep + c);
  }

  /* Of a convolution's value, one map of the layer before: x, w and x w of each place of the patch. */
  function cellsOf(step, x, index, map) {
    const { rows, columns, pixels } = patchOf(step, index);
    const [, , deep, maps] = step.kernelShape;
    const channels = last(step.input);
    const [own, c] = [index % maps, map % deep];
    const cells = Array.from(pixels, (pixel, tap) => {
      const input = pixel < 0 ? -1 : pixel * channels + map;
      const weight = (tap * deep + c) * maps + own;
      const value = input < 0 ? 0 : x[input];
      return { input, weight, x: value, w: step.kernel[weight], product: value * step.kernel[weight] };
    });
    return { rows, columns, cells, sum: cells.reduce((sum, cell) => sum + cell.product, 0) };
  }

  /* Each map's part of a convolution's sum, the largest first. */
  function partsOf(step, x, index) {
    const parts = mapsBefore(step, index).map((map) => ({ map, sum: cellsOf(step, x, index, map).sum }));
    return parts.sort((one, other) => Math.abs(other.sum) - Math.abs(one.sum));
  }

  /* The terms of a dense layer's unit, the largest products first. */
  function termsOf(step, x, index) {
    const units = step.kernelShape[1];
    const terms = Array.from({ length: x.length }, (_, input) => {
      const w = step.kernel[input * units + index];
      return { input, weight: input * units + index, x: x[input], w, product: x[input] * w };
    });
    return terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  }

  /* The window of a pooling: each place's x, which one won, and the share of a mean. */
  function windowCells(step, result, x, index) {
    const { rows, columns, pixels } = patchOf(step, index);
    const channels = last(step.input);
    const { map } = windowOf(step, index);
    const cells = Array.from(pixels, (pixel) => {
      const input = pixel < 0 ? -1 : pixel * channels + map;
      return {
        input,
        x: input < 0 ? null : x[input],
        wins: result.winner ? result.winner[index] === input : false,
      };
    });
    return { rows, columns, cells, count: cells.filter((cell) => cell.input >= 0).length };
  }

  /* Numbers of a value: {z, a, sum, bias} forwards; a step without z has a alone. */
  function valueOf(step, result, index) {
    const bias = step.bias ? step.bias[index % last(step.shape)] : 0;
    const z = result.z ? result.z[index] : null;
    return { z, a: result.a[index], bias, sum: z === null ? null : z - bias };
  }

  /* Backwards: {received ∂cost/∂a, slope f′(z), delta ∂cost/∂z}; no slope where f looks at all units. */
  function gradientOf(step, result, back, index) {
    const received = back.received[index];
    if (!result.z) return { received, slope: null, delta: null };
    const activation = Kit.layerActivations.of(step.activation);
    const slope = activation.together
      ? null
      : Kit.layerSteps.slopeAt(activation, result.z[index], result.a[index]);
    return { received, slope, delta: back.delta[index] };
  }

  /* The value of the layer before from which a value comes as it is, or −1. */
  function sourceOf(step, index) {
    return step.op === "padding" ? Kit.layerSteps.unpadded(step, index) : index;
  }

  /* What of the layer before a value depends on: {pixels, maps}, for a frame around it; or {inputs}. */
  function seenBy(step, index) {
    if (step.op === "dense") return { all: true };
    if (step.op === "convolution")
      return { pixels: patchOf(step, index).pixels, maps: mapsBefore(step, index) };
    if (step.op === "largest" || step.op === "mean") {
      return { pixels: patchOf(step, index).pixels, maps: [windowOf(step, index).map] };
    }
    const source = sourceOf(step, index);
    return source < 0 ? {} : { input: source };
  }

  return {
    placeOf,
    indexOf,
    words,
    patchOf,
    mapsBefore,
    cellsOf,
    partsOf,
    termsOf,
    windowCells,
    valueOf,
    gradientOf,
    sourceOf,
    seenBy,
  };
})();

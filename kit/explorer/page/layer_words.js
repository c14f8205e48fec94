"use strict";
/* What the page says of layers and of answers. */
Kit.layerWords = (() => {
  const sides = (list) => list.join("×");

  const KINDS = { MaxPooling2D: "max pooling", AveragePooling2D: "average pooling" };

  /* How a layer works, in a few words: "Conv2D 5×5, stride 2, ReLU". */
  function how(step) {
    const parts = [KINDS[step.kind] || step.kind];
    if (step.op === "convolution" && step.kind !== "Dense")
      parts[0] += ` ${sides(step.kernelShape.slice(0, 2))}`;
    if (step.window && !step.kind.startsWith("Global")) parts[0] += ` ${sides(step.window)}`;
    if (step.strides && step.op === "convolution" && Math.max(...step.strides) > 1)
      parts.push(`stride ${sides([...new Set(step.strides)])}`);
    if (step.dilation && Math.max(...step.dilation) > 1)
      parts.push(`dilation ${sides([...new Set(step.dilation)])}`);
    if (step.groups > 1 && step.kind !== "DepthwiseConv2D") parts.push(`${step.groups} groups`);
    if (step.activation && step.activation.name !== "linear")
      parts.push(Kit.layerActivations.of(step.activation).label);
    return parts.join(", ");
  }

  /* "28×28, 32 maps" or "120 units". */
  function size(shape) {
    if (shape.length === 1) return Kit.numbers.count(shape[0], "unit");
    return `${sides(shape.slice(0, 2))}, ${Kit.numbers.count(shape[2], "map")}`;
  }

  const parameters = (step) =>
    step.parameters ? Kit.numbers.count(step.parameters, "parameter") : "no parameters";

  /* What is drawn of a layer: {values, what}. Without a z it has its values, without δ what arrives. */
  function drawn(quantity, step, result, back) {
    if (quantity === "delta")
      return { values: back.delta || back.received, what: back.delta ? "δ = ∂cost/∂z" : "∂cost/∂a" };
    if (quantity === "z" && result.z) return { values: result.z, what: "Z-value z" };
    return { values: result.a, what: result.z ? "activation a" : "value a" };
  }

  return { how, size, parameters, drawn };
})();

"use strict";
/* The one global name of the page. Each script adds one part to it. */
globalThis.Kit = globalThis.Kit || {};

/* What the page was given: the JSON that stands in it; nothing in a worker or in node. */
Kit.data = (() => {
  if (typeof document === "undefined") return {};
  const element = document.getElementById("kit-data");
  return element ? JSON.parse(element.textContent) : {};
})();

/* What Python packed as base64: bytes, and float32 numbers, little-endian on any machine. */
Kit.packed = (() => {
  function bytes(text) {
    const letters = atob(text);
    const found = new Uint8Array(letters.length);
    for (let k = 0; k < found.length; k++) found[k] = letters.charCodeAt(k);
    return found;
  }

  function floats(text) {
    const { buffer } = bytes(text);
    const view = new DataView(buffer);
    return Float32Array.from({ length: buffer.byteLength / 4 }, (_, k) => view.getFloat32(4 * k, true));
  }

  return { bytes, floats };
})();

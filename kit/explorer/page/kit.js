"use strict";
/* The one global name of the page. Each script adds one part to it. */
globalThis.Kit = globalThis.Kit || {};

/* What the page was given: the JSON that stands in it; nothing in a worker or in node. */
Kit.data = (() => {
  if (typeof document === "undefined") return {};
  const element = document.getElementById("kit-data");
  return element ? JSON.parse(element.textContent) : {};
})();

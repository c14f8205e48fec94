"use strict";
/* Drawing: elements, scales, ticks, and the frame of a chart in SVG. */
Kit.draw = (() => {
  const SPACE = "http://www.w3.org/2000/svg";

  /* Beside the colour of a finding's severity, which says nothing alone. */
  const SIGNS = { fault: "✕", warning: "!", hint: "i" };

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "style")
        element.style.cssText = value; // an attribute would be refused
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) element.append(child);
    }
    return element;
  }

  /* An element of HTML: html("p", {class: "quiet"}, "text", element, ...). Text is never markup. */
  const html = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

  /* An element of SVG. */
  const svg = (name, attributes, ...children) => fill(document.createElementNS(SPACE, name), attributes, children);

  /* A picture with a name for who cannot see it, whose units are those of its box. */
  function picture(width, height, label, ...children) {
    const box = { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label };
    return svg("svg", box, ...children);
  }

  /* From data to places: linear, logarithmic, or both: linear within ±`threshold` (symlog). */
  function linear([low, high], [from, to]) {
    const span = high - low || 1;
    const scale = (value) => from + ((value - low) / span) * (to - from);
    scale.invert = (place) => low + ((place - from) / (to - from)) * span;
    scale.ticks = (count = 5) => linearTicks(low, high, count);
    scale.format = (value) => Kit.numbers.format(value, 4);
    return scale;
  }

  function log([low, high], [from, to]) {
    const [a, b] = [Math.log10(low), Math.log10(high)];
    const span = b - a || 1;
    const scale = (value) => from + ((Math.log10(Math.max(value, 1e-300)) - a) / span) * (to - from);
    scale.invert = (place) => 10 ** (a + ((place - from) / (to - from)) * span);
    scale.ticks = (count = 5) => {
      const [first, last] = [Math.ceil(a - 1e-9), Math.floor(b + 1e-9)];
      const step = Math.max(1, Math.ceil((last - first) / count));
      const ticks = [];
      for (let k = first; k <= last; k += step) ticks.push(10 ** k);
      return ticks;
    };
    scale.format = (value) => Kit.numbers.power(Math.round(Math.log10(value)));
    return scale;
  }

  function linearTicks(low, high, count) {
    const raw = (high - low) / Math.max(1, count);
    if (!(raw > 0) || !Number.isFinite(raw)) return [low];
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw - 1e-12 * power);
    const ticks = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) ticks.push(k * step);
    return ticks;
  }

  /* The frame of a chart: grid, ticks and words at its axes. `box` = {left, top, right, bottom}. */
  function axes({ box, x, y, xLabel, yLabel, xTicks, yTicks, size = 14 }) {
    const parts = [];
    for (const { at, text } of yTicks || (y ? y.ticks().map((at) => ({ at, text: y.format(at) })) : [])) {
      const place = y(at);
      parts.push(svg("line", { class: "gridline", x1: box.left, x2: box.right, y1: place, y2: place }));
      parts.push(
        svg(
          "text",
          { class: "quiet", x: box.left - 6, y: place + size * 0.35, "text-anchor": "end", "font-size": size },
          text,
        ),
      );
    }
    for (const { at, text } of xTicks || (x ? x.ticks().map((at) => ({ at, text: x.format(at) })) : [])) {
      const place = x(at);
      parts.push(svg("line", { class: "axis", x1: place, x2: place, y1: box.bottom, y2: box.bottom + 4 }));
      parts.push(
        svg(
          "text",
          { class: "quiet", x: place, y: box.bottom + size + 6, "text-anchor": "middle", "font-size": size },
          text,
        ),
      );
    }
    parts.push(svg("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }));
    if (xLabel) {
      const place = {
        x: (box.left + box.right) / 2,
        y: box.bottom + 2 * size + 12,
        "text-anchor": "middle",
        "font-size": size,
      };
      parts.push(svg("text", place, xLabel));
    }
    if (yLabel) parts.push(svg("text", { x: box.left, y: box.top - 10, "font-size": size }, yLabel));
    return svg("g", { "aria-hidden": "true" }, ...parts);
  }

  /* A line through points, broken where one is missing. */
  function line(points, attributes) {
    let path = "";
    let on = false;
    for (const [x, y] of points) {
      const there = Number.isFinite(x) && Number.isFinite(y);
      if (there) path += `${on ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`;
      on = there;
    }
    return svg("path", { d: path, fill: "none", "stroke-linejoin": "round", ...attributes });
  }

  /* The area between two lines of points with the same places. */
  function band(upper, lower, attributes) {
    const all = [...upper, ...[...lower].reverse()].filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    const path = all.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
    return svg("path", { d: path ? `${path}Z` : "", stroke: "none", ...attributes });
  }

  /* A violin around `x`: `edge` has [place, share of the greatest half width] from one end to the
     other; the bar spans the quartiles, the dot is the median. Without an edge all values are one. */
  function violin(edge, [first, median, third], { x, half, colour }) {
    if (!edge) {
      const ends = { x1: x - half, x2: x + half, y1: median, y2: median };
      return svg("line", { ...ends, stroke: colour, "stroke-width": 3 });
    }
    const side = (sign) => edge.map(([y, share]) => `${(x + sign * half * share).toFixed(1)} ${y.toFixed(1)}`);
    const path = `M${side(1).join("L")}L${side(-1).reverse().join("L")}Z`;
    const width = Math.max(2, Math.min(6, half / 4));
    const r = Math.max(1.8, Math.min(4, half / 5));
    return svg(
      "g",
      {},
      svg("path", { d: path, fill: colour, "fill-opacity": 0.85, stroke: colour, "stroke-width": 1 }),
      svg("line", { x1: x, x2: x, y1: first, y2: third, stroke: "var(--ink)", "stroke-width": width }),
      svg("circle", { cx: x, cy: median, r, fill: "var(--back)", stroke: "var(--ink)", "stroke-width": 1.4 }),
    );
  }

  /* What a picture shows, as a table that a screen reader reads. A table cannot be made small by
     itself, so it stands in what can. */
  function table(caption, head, rows) {
    return html(
      "div",
      { class: "visually-hidden" },
      html(
        "table",
        {},
        html("caption", {}, caption),
        html("thead", {}, html("tr", {}, ...head.map((one) => html("th", { scope: "col" }, one)))),
        html(
          "tbody",
          {},
          ...rows.map(([first, ...rest]) =>
            html("tr", {}, html("th", { scope: "row" }, first), ...rest.map((one) => html("td", {}, one))),
          ),
        ),
      ),
    );
  }

  /* The size of letters in a picture that is so wide, in pixels: larger on a projector. */
  function letters(width) {
    const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    return (width < 380 ? 12 : width < 560 ? 14 : 15) * root;
  }

  const pen = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");

  /* How wide a text will be, in pixels. */
  function widthOf(text, size, weight = 400) {
    pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return pen.measureText(text).width;
  }

  /* A value of the style sheet, for a canvas. */
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  return {
    ...{ SIGNS, html, svg, picture, linear, log, linearTicks, axes },
    ...{ line, band, violin, table, colour, letters, widthOf },
  };
})();

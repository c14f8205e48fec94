"use strict";
/* The large picture of the plane: shades of the output on a canvas; samples, axes and lines in SVG above. */
Kit.planePicture = (() => {
  const { html, svg } = Kit.draw;
  const { lowered, write } = Kit.parts;
  const BOX = { left: 46, top: 34, right: 414, bottom: 402 };
  const [WIDTH, HEIGHT] = [424, 456];
  const SIZE = 15; // of letters
  const MOST_POINTS = 150; // of each class: more would be a smear
  const RADIUS = 3.6;
  const STRENGTH = 0.5; // of shades where the output is 0 or 1, so that samples stand out

  const WORDS = { as_is: "", centred: ", centred", scaled: ", centred and scaled" };

  const circle = (x, y, r = RADIUS) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  const triangle = (x, y, r = RADIUS * 1.3) => `M${x} ${y - r}l${0.9 * r} ${1.6 * r}h${-1.8 * r}Z`;
  const SHAPES = [circle, triangle];

  /* make(pick): {element, show({network, data, frame, sample, unit, input, field}), table()}. */
  function make(pick) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const layers = { axes: svg("g"), points: svg("g") };
    for (const name of ["unit", "halo", "line", "one", "ring"])
      layers[name] = svg("path", { class: `plane-${name}`, fill: name === "one" ? null : "none" });
    const picture = Kit.draw.picture(WIDTH, HEIGHT, "", ...Object.values(layers));
    picture.addEventListener("click", (event) => now && pick(nearest(event)));
    const shade = html("div", { class: "plane-shades" }, canvas);
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    shade.style.left = percent(BOX.left, WIDTH);
    shade.style.top = percent(BOX.top, HEIGHT);
    shade.style.width = percent(BOX.right - BOX.left, WIDTH);
    shade.style.height = percent(BOX.bottom - BOX.top, HEIGHT);
    const element = html("div", { class: "plane-picture" }, shade, picture);
    const said = html("p", { class: "said" });
    const drawnOnes = html("li", { class: "small" });
    let [now, drawn, scales] = [null, "", null];

    function nearest(event) {
      const box = picture.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((at) => (at * WIDTH) / box.width);
      const { data } = now;
      let [best, least] = [0, Infinity];
      for (let k = 0; k < data.n; k++) {
        const far = Math.hypot(scales.x(data.x[2 * k]) - x, scales.y(data.x[2 * k + 1]) - y);
        if (far < least) [best, least] = [k, far];
      }
      return best;
    }

    function show(given) {
      const isNew = now?.frame !== given.frame || now?.data !== given.data || drawn !== given.input;
      now = given;
      if (isNew) {
        drawn = now.input;
        scales = scalesOf(now.frame);
        layers.axes.replaceChildren(axes(scales, now.input));
        const [paths, step] = points(now, scales);
        layers.points.replaceChildren(...paths);
        write(drawnOnes, step > 1 ? `one sample in ${step} is drawn` : "");
      }
      const { field, data, sample } = now;
      drawShades(field);
      const line = drawLines(field);
      const place = [scales.x(data.x[2 * sample]), scales.y(data.x[2 * sample + 1])];
      const one = Kit.parts.classOf(data, sample, now.network.spec.outputs);
      layers.ring.setAttribute("d", circle(...place, 8));
      layers.one.setAttribute("d", SHAPES[one](...place)); // whether or not it is among those drawn
      layers.one.setAttribute("class", `class-${one}`);
      const words = sentences(now, line);
      write(said, words);
      picture.setAttribute("aria-label", `The plane of inputs x₁ and x₂ with the samples of two classes. ${words}`);
    }

    function drawShades(field) {
      const { side } = field;
      const palette = Kit.plane.shades(...["class-0", "back", "class-1"].map(Kit.draw.colour));
      Kit.plane.paint(canvas, field.outA, side, palette, (value) => STRENGTH * (2 * value - 1), field.outputs);
      const over = side / (side - 1); // the outer points lie on the edge, half of their pixels beyond it
      canvas.style.width = canvas.style.height = `${100 * over}%`;
      canvas.style.left = canvas.style.top = `${-50 * (over - 1)}%`;
    }

    /* The boundary, and where the chosen unit's z is 0: how many pieces each has. */
    function drawLines(field) {
      const { values, level } = Kit.plane.boundary(field.network, field);
      const boundary = Kit.plane.contour(values, field.side, level, field.outputs);
      const isOutput = field.layer === field.network.layers.length - 1;
      const own = isOutput ? [] : Kit.plane.contour(field.z, field.side, 0, field.units, now.unit);
      const path = pathOf(boundary, field.side);
      layers.halo.setAttribute("d", path);
      layers.line.setAttribute("d", path);
      layers.unit.setAttribute("d", pathOf(own, field.side));
      return { boundary: boundary.length, own: own.length, isOutput };
    }

    return { element, said, legend: legend(drawnOnes), show, table: () => tableOf(now) };
  }

  function scalesOf({ low, size }) {
    return {
      x: Kit.draw.linear([low[0], low[0] + size[0]], [BOX.left, BOX.right]),
      y: Kit.draw.linear([low[1], low[1] + size[1]], [BOX.bottom, BOX.top]),
    };
  }

  function axes({ x, y }, input) {
    const label = (axis) => `input x${lowered(axis)}${WORDS[input] ?? ""}`;
    return Kit.draw.axes({ box: BOX, x, y, xLabel: label(1), yLabel: label(2), size: SIZE });
  }

  function points({ data, network }, { x, y }) {
    const paths = ["", ""];
    const counts = [0, 0];
    for (let k = 0; k < data.n; k++) counts[Kit.parts.classOf(data, k, network.spec.outputs)] += 1;
    const step = Math.max(1, Math.ceil(Math.max(...counts) / MOST_POINTS));
    const seen = [0, 0];
    for (let k = 0; k < data.n; k++) {
      const one = Kit.parts.classOf(data, k, network.spec.outputs);
      if (seen[one]++ % step) continue;
      paths[one] += SHAPES[one](Number(x(data.x[2 * k]).toFixed(1)), Number(y(data.x[2 * k + 1]).toFixed(1)));
    }
    return [paths.map((d, one) => svg("path", { d, class: `class-${one}` })), step];
  }

  function pathOf(pieces, side) {
    const step = (BOX.right - BOX.left) / (side - 1);
    let path = "";
    for (let k = 0; k < pieces.length; k += 4) {
      const [a, b, c, d] = pieces.slice(k, k + 4).map((at, j) => (at * step + (j % 2 ? BOX.top : BOX.left)).toFixed(1));
      path += `M${a} ${b}L${c} ${d}`;
    }
    return path;
  }

  function sentences({ field, unit }, line) {
    const [low, high] = Kit.plane.range(field.outA, field.outputs);
    const [least, most] = [low, high].map((one) => Kit.numbers.format(one));
    const values = least === most ? `is ${least} everywhere here` : `goes from ${least} to ${most} here`;
    const said = line.boundary
      ? `The output ${values}; it is 0.5 on the thick line.`
      : `The output ${values}: every point is called class ${Number(low > 0.5)}, and there is no boundary.`;
    if (line.isOutput) return said;
    const name = Kit.parts.unitName(field.network, field.layer, unit);
    if (line.own) return `${said} On the dashed line z of ${name} is 0.`;
    const sign = field.z[unit] > 0 ? "above" : field.z[unit] < 0 ? "below" : "nothing but";
    return `${said} z of ${name} is ${sign} 0 everywhere here.`;
  }

  /* What the dots, triangles, lines and shades are. */
  function legend(more) {
    const swatch = (...children) =>
      svg("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" }, ...children);
    const entry = (drawing, text) => html("li", {}, drawing, text);
    const line = (name) => swatch(svg("path", { d: "M1 8H25", class: name, fill: "none" }));
    return html(
      "ul",
      { class: "legend" },
      entry(swatch(svg("path", { d: circle(13, 8, 5), class: "class-0" })), "class 0"),
      entry(swatch(svg("path", { d: triangle(13, 8, 6.5), class: "class-1" })), "class 1"),
      entry(line("plane-line"), "output 0.5"),
      entry(line("plane-unit"), "chosen unit’s z = 0"),
      entry(swatch(svg("path", { d: circle(13, 8, 6), class: "plane-ring", fill: "none" })), "chosen sample"),
      more,
    );
  }

  /* The output at 25 points of the plane. */
  function tableOf({ field, frame }) {
    const at = [0, 1, 2, 3, 4].map((k) => Math.round((k * (field.side - 1)) / 4));
    const number = Kit.numbers.format;
    const place = (axis, k) => number(frame.low[axis] + (frame.size[axis] * k) / (field.side - 1), 2);
    return Kit.draw.table(
      "Output of the network over the plane",
      ["x₂", ...at.map((column) => `x₁ = ${place(0, column)}`)],
      at.map((row) => [
        place(1, field.side - 1 - row),
        ...at.map((column) => number(field.outA[(row * field.side + column) * field.outputs])),
      ]),
    );
  }

  return { make };
})();

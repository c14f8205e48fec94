"use strict";
/* The maps of one layer as a canvas: each a picture of its values, to be pointed at. */
Kit.layerMaps = (() => {
  const GAP = 4; // pixels between maps
  const { html } = Kit.draw;

  /* Letters #rrggbb as three numbers. */
  const parts = (colour) => [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));

  /* 256 colours: from most negative over 0, the page's ground, to most positive. */
  function table() {
    const [low, zero, high] = ["series-2", "back", "series-1"].map((name) => parts(Kit.draw.colour(name)));
    return Array.from({ length: 257 }, (_, k) => {
      const t = (k - 128) / 128;
      const end = t < 0 ? low : high;
      const strength = Math.abs(t) ** 0.7; // so that what is small can be told from 0
      return zero.map((part, c) => Math.round(part + (end[c] - part) * strength));
    });
  }

  const ofSign = (colours, value, most) =>
    colours[128 + Math.round(128 * Math.max(-1, Math.min(1, most ? value / most : 0)))];

  /* How large a map is drawn, and how many stand in a row. */
  function tiling(shape, width, shown) {
    if (shape.length === 1) {
      const cell = [28, 16, 8][shape[0] <= 24 ? 0 : shape[0] <= 300 ? 1 : 2];
      const columns = Math.max(1, Math.min(shape[0], Math.floor(width / cell)));
      return {
        vector: true,
        cell,
        columns,
        wide: cell,
        high: cell,
        gap: 0,
        rows: Math.ceil(shown / columns),
      };
    }
    const [high, wide] = shape;
    const aim = shape[2] === 1 ? 168 : shape[2] <= 4 ? 112 : shape[2] <= 12 ? 84 : 60;
    const most = Math.max(high, wide);
    const cell = Math.min(most > aim ? aim / most : Math.max(1, Math.round(aim / most)), 28);
    const tile = { wide: cell * wide, high: cell * high, gap: GAP };
    const columns = Math.max(1, Math.min(shown, Math.floor((width + GAP) / (tile.wide + GAP))));
    return { vector: false, cell, columns, ...tile, rows: Math.ceil(shown / columns) };
  }

  /* Pictures of the maps, next to each other in one image. */
  function painted(values, shape, colourOf) {
    const [high, wide, maps] = shape.length === 1 ? [1, shape[0], 1] : shape;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [wide, high * maps];
    const image = new ImageData(wide, high * maps);
    for (let k = 0; k < values.length; k++) {
      const pixel = (k % maps) * high * wide + Math.floor(k / maps);
      const [red, green, blue] = colourOf(values[k], k % maps);
      image.data.set([red, green, blue, 255], 4 * pixel);
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  function largest(values, maps) {
    const most = new Float64Array(maps);
    values.forEach((value, k) => {
      const size = Math.abs(value);
      if (size > most[k % maps]) most[k % maps] = size;
    });
    return most;
  }

  const greyOf =
    ([low, high]) =>
    (value) => {
      const part = Math.round((255 * (value - low)) / (high - low || 1));
      return [part, part, part];
    };

  /* Colours of a layer's values: `grey` is the range of an image, else by sign. `own`: of each map alone. */
  function colouring(values, shape, { grey, own }) {
    if (grey) return { colourOf: greyOf(grey), most: null };
    const maps = shape.length === 1 ? 1 : shape[2];
    const ends = largest(values, maps);
    const most = ends.reduce((one, other) => Math.max(one, other), 0);
    const colours = table();
    return { colourOf: (value, map) => ofSign(colours, value, own ? ends[map] : most), most };
  }

  function make({ label, onPoint, onKey }) {
    const canvas = html("canvas", {
      tabindex: 0,
      role: "application",
      "aria-roledescription": "maps of values",
      "aria-label": label,
      onpointerdown: (event) => (event.button === 0 ? point(event) : null),
      onkeydown: onKey,
    });
    let now = null;

    /* From a place on the canvas to the value there, or −1. */
    function indexAt(x, y) {
      const { tiles, shape, shown } = now;
      const row = Math.floor(y / (tiles.high + tiles.gap));
      const column = Math.floor(x / (tiles.wide + tiles.gap));
      if (column < 0 || row < 0 || column >= tiles.columns) return -1;
      const place = row * tiles.columns + column;
      if (tiles.vector) return place < shown ? place : -1;
      const [i, j] = [
        Math.floor((y % (tiles.high + tiles.gap)) / tiles.cell),
        Math.floor((x % (tiles.wide + tiles.gap)) / tiles.cell),
      ];
      if (place >= shown || i >= shape[0] || j >= shape[1]) return -1;
      return (i * shape[1] + j) * shape[2] + place;
    }

    let last = -1;
    function point(event) {
      const box = canvas.getBoundingClientRect();
      last = indexAt(event.clientX - box.left, event.clientY - box.top);
    }
    // a touch that scrolls the page points at nothing: so a click decides, where it began
    canvas.addEventListener("click", () => (now && last >= 0 ? onPoint(last) : null));

    /* Where a value is drawn: {x, y, wide, high}; null where its map is not shown. */
    function boxOf(index) {
      const { tiles, shape, shown } = now;
      const cell = tiles.cell;
      if (tiles.vector) {
        if (index >= shown) return null;
        return {
          x: (index % tiles.columns) * cell,
          y: Math.floor(index / tiles.columns) * cell,
          wide: cell,
          high: cell,
        };
      }
      const { map, row, column } = Kit.layerTerms.placeOf(shape, index);
      if (map >= shown) return null;
      const [left, top] = cornerOf(tiles, map);
      return { x: left + column * cell, y: top + row * cell, wide: cell, high: cell };
    }

    const cornerOf = (tiles, map) => [
      (map % tiles.columns) * (tiles.wide + tiles.gap),
      Math.floor(map / tiles.columns) * (tiles.high + tiles.gap),
    ];

    /* Draw values: {values, shape, grey, own, how many are shown, width, selected index, seen (of the next layer)}. */
    function draw(what) {
      const tiles = tiling(what.shape, what.width, what.shown);
      now = { ...what, tiles };
      const wide = tiles.columns * (tiles.wide + tiles.gap) - tiles.gap;
      const high = tiles.rows * (tiles.high + tiles.gap) - tiles.gap;
      const dots = Math.min(3, globalThis.devicePixelRatio || 1);
      [canvas.width, canvas.height] = [Math.ceil(wide * dots), Math.ceil(high * dots)];
      Object.assign(canvas.style, { width: `${wide}px`, height: `${high}px` });
      const pen = canvas.getContext("2d");
      pen.scale(dots, dots);
      const { colourOf, most } = colouring(what.values, what.shape, what);
      const picture = painted(what.values, what.shape, colourOf);
      pen.imageSmoothingEnabled = tiles.cell < 1;
      pen.strokeStyle = Kit.draw.colour("grid");
      pen.lineWidth = 1;
      if (tiles.vector) drawVector(pen, tiles, what.shown, picture);
      else drawMaps(pen, tiles, what.shape, what.shown, picture);
      mark(pen, what);
      return most;
    }

    function drawMaps(pen, tiles, [high, wide], shown, picture) {
      for (let map = 0; map < shown; map++) {
        const [x, y] = cornerOf(tiles, map);
        pen.drawImage(picture, 0, map * high, wide, high, x, y, tiles.wide, tiles.high);
        pen.strokeRect(x + 0.5, y + 0.5, tiles.wide - 1, tiles.high - 1);
      }
    }

    function drawVector(pen, tiles, units, picture) {
      for (let row = 0; row < tiles.rows; row++) {
        const count = Math.min(tiles.columns, units - row * tiles.columns);
        const y = row * tiles.cell;
        pen.drawImage(picture, row * tiles.columns, 0, count, 1, 0, y, count * tiles.cell, tiles.cell);
        if (tiles.cell < 12) continue;
        for (let k = 0; k < count; k++)
          pen.strokeRect(k * tiles.cell + 0.5, y + 0.5, tiles.cell - 1, tiles.cell - 1);
      }
    }

    /* A frame in two colours, seen on any ground. */
    function frame(pen, { x, y, wide, high }, thick) {
      const air = thick > 2 ? Math.max(0, (7 - wide) / 2) : 0; // a pixel of one or two points cannot be seen
      for (const [name, line] of [
        ["back", thick + 2],
        ["focus", thick],
      ]) {
        pen.strokeStyle = Kit.draw.colour(name);
        pen.lineWidth = line;
        pen.strokeRect(x - air, y - air, wide + 2 * air, high + 2 * air);
      }
    }

    function mark(pen, { selected, seen, shape }) {
      if (seen && seen.pixels) {
        for (const map of seen.maps) {
          const boxes = [...seen.pixels]
            .filter((pixel) => pixel >= 0)
            .map((pixel) => boxOf(pixel * shape[2] + map))
            .filter(Boolean);
          if (boxes.length) frame(pen, around(boxes), map === seen.chosen ? 3 : 1);
        }
      }
      for (const index of [seen && seen.input, selected]) {
        const box = index === null || index === undefined ? null : boxOf(index);
        if (box) frame(pen, box, 3);
      }
    }

    function around(boxes) {
      const [x, y] = ["x", "y"].map((name) => Math.min(...boxes.map((box) => box[name])));
      const right = Math.max(...boxes.map((box) => box.x + box.wide));
      return { x, y, wide: right - x, high: Math.max(...boxes.map((box) => box.y + box.high)) - y };
    }

    return { canvas, draw, boxOf, indexAt };
  }

  return { make, table, ofSign, tiling };
})();

"use strict";
/* What goes in: one of the given images, or a digit drawn with finger, mouse or arrow keys. */
Kit.layerInput = (() => {
  const { html } = Kit.draw;

  /* An image in its own colours: three channels as red, green and blue, else the first in grey. */
  function picture(values, [high, wide, channels], { low, high: top }) {
    const canvas = html("canvas", { width: wide, height: high, "aria-hidden": "true" });
    const image = new ImageData(wide, high);
    for (let pixel = 0; pixel < high * wide; pixel++) {
      for (let c = 0; c < 3; c++) {
        const value = values[pixel * channels + (channels === 3 ? c : 0)];
        image.data[4 * pixel + c] = (255 * (value - low)) / (top - low || 1);
      }
      image.data[4 * pixel + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  /* A row of images to choose from; show(k) marks the chosen one, −1 none. */
  function thumbnails({ images, data, labels, classes, onChoose }) {
    const named = (k) => (labels ? `image ${k + 1}: ${classes[labels[k]]}` : `image ${k + 1}`);
    const buttons = images.map((image, k) =>
      html(
        "button",
        { type: "button", class: "thumbnail", "aria-label": named(k), title: named(k), onclick: () => onChoose(k) },
        picture(image, data.shape, data),
      ),
    );
    const element = html(
      "div",
      { class: "thumbnails", role: "group", "aria-label": "images to choose from" },
      ...buttons,
    );
    const show = (chosen) => buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === chosen)));
    return { element, show };
  }

  const SIZE = 280; // units of the board's canvas
  const STEP = 1 / 28; // of the pen, by arrow keys
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /* A board to draw on: onDraw(strokes) after each change, at most once a picture; say(text) is read aloud. */
  function board({ onDraw, say }) {
    let strokes = [];
    let pen = { at: [0.5, 0.5], down: false, keys: false };
    let waiting = false;
    const canvas = html("canvas", {
      class: "board",
      width: SIZE,
      height: SIZE,
      tabindex: 0,
      role: "application",
      "aria-roledescription": "drawing board",
      "aria-label":
        "Draw a digit. Arrow keys move the pen, the space bar puts it down and lifts it, Backspace takes back a stroke.",
    });

    const within = (value) => Math.min(1, Math.max(0, value));
    function placeOf(event) {
      const box = canvas.getBoundingClientRect();
      return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
    }

    function changed() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        draw();
        onDraw(strokes);
      });
    }

    function draw() {
      const ink = canvas.getContext("2d");
      ink.fillStyle = "#000";
      ink.fillRect(0, 0, SIZE, SIZE);
      [ink.strokeStyle, ink.lineWidth, ink.lineCap, ink.lineJoin] = [
        "#fff",
        2 * Kit.finger.WIDE * SIZE,
        "round",
        "round",
      ];
      for (const points of strokes) {
        ink.beginPath();
        points.forEach(([x, y]) => ink.lineTo(x * SIZE, y * SIZE));
        if (points.length === 1) ink.lineTo(points[0][0] * SIZE + 0.1, points[0][1] * SIZE);
        ink.stroke();
      }
      if (pen.keys) {
        [ink.strokeStyle, ink.lineWidth] = [pen.down ? "#f0e442" : "#56b4e9", 3];
        ink.beginPath();
        ink.arc(pen.at[0] * SIZE, pen.at[1] * SIZE, Kit.finger.WIDE * SIZE + 3, 0, 2 * Math.PI);
        ink.stroke();
      }
    }

    function byPointer(event) {
      if (event.type === "pointerdown") {
        if (event.button !== 0) return;
        canvas.setPointerCapture(event.pointerId);
        pen = { at: placeOf(event), down: true, keys: false };
        strokes.push([pen.at]);
      } else if (pen.down && !pen.keys) {
        const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        strokes[strokes.length - 1].push(...(events.length ? events : [event]).map(placeOf));
      } else return;
      changed();
    }
    const lift = () => {
      if (!pen.keys) pen.down = false;
    };

    function byKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (move) movePen(move);
      else if (event.key === " ") togglePen();
      else if (event.key === "Backspace") undo();
      else return;
      event.preventDefault();
      changed();
    }

    function movePen([right, down]) {
      pen.keys = true;
      pen.at = [within(pen.at[0] + right * STEP), within(pen.at[1] + down * STEP)];
      if (pen.down) strokes[strokes.length - 1].push([...pen.at]);
      say(`row ${Math.round(pen.at[1] * 28)}, column ${Math.round(pen.at[0] * 28)}`);
    }

    function togglePen() {
      pen = { ...pen, keys: true, down: !(pen.keys && pen.down) };
      if (pen.down) strokes.push([[...pen.at]]);
      say(pen.down ? "pen down" : "pen up");
    }

    function undo() {
      strokes.pop();
      pen.down = false;
      changed();
    }

    function clear() {
      strokes = [];
      pen = { at: [0.5, 0.5], down: false, keys: false };
      changed();
      say("cleared");
    }

    for (const name of ["pointerdown", "pointermove"]) canvas.addEventListener(name, byPointer);
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift);
    canvas.addEventListener("keydown", byKey);
    canvas.addEventListener("blur", () => {
      pen = { ...pen, keys: false, down: false };
      draw();
    });
    draw();
    const buttons = html(
      "div",
      { class: "row" },
      html("button", { type: "button", onclick: undo, id: "undo" }, "Take back"),
      html("button", { type: "button", onclick: clear, id: "clear" }, "Clear"),
    );
    return { element: html("div", { class: "drawing" }, canvas, buttons), draw };
  }

  return { thumbnails, board, picture };
})();

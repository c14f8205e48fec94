"""The explorer's page: its engine beside NumPy, and a slider's way to the picture."""

import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.measuring import Ratio

SAMPLES = 250
SIZES = (10, 100, 100, 100, 100, 100, 1)
PASSES = """
Kit.datasets.provide("ball", JSON.parse(process.argv[2]));
const data = Kit.recipe.some(Kit.datasets.make("ball"), %d);
const network = Kit.engine.build({ inputDim: 10, depth: 5, width: 100, activation: "relu",
  initializer: { kind: "he_normal" }, seed: 1 });
const both = () => {
  const pass = Kit.engine.forward(network, data.x, data.n);
  return Kit.engine.backward(network, data.x, data.y, data.n, pass);
};
const delta = both().delta[5];
const ways = {
  pass: both,
  theory: () => Kit.theory.predict(network.spec, data.x, data.n, { delta }),
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (asked) => {
  const start = process.cpuUsage();
  ways[asked]();
  const { user, system } = process.cpuUsage(start);
  console.log((user + system) / 1e6);
});
"""
FORWARD = """
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const network = Kit.layerEngine.build(given);
const times = Kit.layerEngine.imagesOf(given.images).map((image) => {
  const start = process.cpuUsage();
  Kit.layerEngine.forward(network, image);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
});
console.log(JSON.stringify(times));
"""
SLIDING = """
const [rounds, done] = arguments;
const rest = (time) => new Promise((resolve) => setTimeout(resolve, time));
const drawn = (std) => new Promise((resolve) => {
  const words = `σ = ${Kit.numbers.format(std)}`;
  const watch = new MutationObserver(() => {
    if (!document.body.textContent.includes(words)) return;
    watch.disconnect();
    requestAnimationFrame(resolve);
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
});
(async () => {
  const times = [];
  for (let k = 0; k < rounds; k++) {
    await rest(400);
    const std = 0.01 * (1 + 0.1 * k);
    const start = performance.now();
    const picture = drawn(std);
    Kit.state.set({ std }, "drag");
    await picture;
    times.push(performance.now() - start);
  }
  done(times);
})();
"""


def numpy_pass():
    """A forward and backward pass of BLOCK in NumPy, float32, on the data of the other side."""
    from kit.datasets.ball import load_data
    from kit.models import build_block

    x, y = (part[:SAMPLES].astype("float32") for part in load_data())
    arrays = build_block("relu", "he_normal", seed=1).get_weights()
    weights, biases = arrays[::2], arrays[1::2]
    assert [len(one) for one in weights] == [first for first, _ in pairwise(SIZES)]

    def run():
        a = [x]
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            a.append(np.maximum(a[-1] @ w + b, 0))
        delta = 1 / (1 + np.exp(-(a[-1] @ weights[-1] + biases[-1]))) - y.reshape(-1, 1)
        for k in range(len(weights) - 1, -1, -1):
            found = a[k].T @ delta / SAMPLES, delta.mean(axis=0)
            delta = (delta @ weights[k].T) * (a[k] > 0)
        return found

    return run


def over_numpy(rounds=101):
    """Forward and backward pass of BLOCK, 250 samples: the engine in node over NumPy in float32.

    Seconds of the processor, all threads, since another process may be given it in between.
    """
    if shutil.which("node") is None:
        return "–", "needs node"
    run = numpy_pass()

    def theirs():
        start = time.process_time()
        run()
        return time.process_time() - start

    with asked_in_node() as ask:
        return _row([(ask("pass"), theirs()) for _ in range(50 + rounds)])


def theory_over_pass(rounds=51):
    """Theory of BLOCK, forwards and backwards, 250 samples, over the network's pass; in node."""
    if shutil.which("node") is None:
        return "–", "needs node"
    with asked_in_node() as ask:
        return _row([(ask("theory"), ask("pass")) for _ in range(50 + rounds)])


def _row(pairs):
    pairs = pairs[50:]  # until node has made good code of it
    mine, base = np.median(pairs, axis=0)
    return Ratio([one / other for one, other in pairs], float(mine), float(base)).row()


@contextlib.contextmanager
def asked_in_node():
    """A function that runs one of `PASSES`'s ways in node, and gives seconds of the processor."""
    from kit.explorer.assembling import read_part
    from kit.explorer.exploring import PLAYGROUND
    from kit.explorer.page_data import data_for_pages

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "passes.js"
        texts = [*map(read_part, PLAYGROUND.engine), PASSES % SAMPLES]
        script.write_text("\n".join(texts), "utf-8")
        command = ["node", str(script), json.dumps(data_for_pages()["ball"])]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as engine:

            def ask(way):
                engine.stdin.write(f"{way}\n")
                engine.stdin.flush()
                return float(engine.stdout.readline())

            yield ask
            engine.stdin.close()


def layers_forward():
    """A digit through the CNN of the page that looks into a network, in node."""
    if shutil.which("node") is None:
        return "–", "needs node"
    from kit.datasets.mnist_sample import load_data
    from kit.explorer.assembling import read_part
    from kit.explorer.network_pages import LAYERS_PAGE, explore_network
    from kit.models import build_mnist_cnn

    x, y = (one[:40] for one in load_data()[1])
    page = explore_network(build_mnist_cnn(seed=1), x, labels=y)
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page.html, re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "forward.js"
        script.write_text("\n".join([*map(read_part, LAYERS_PAGE.engine), FORWARD]), "utf-8")
        done = subprocess.run(
            ["node", str(script)], input=data[1], capture_output=True, text=True, check=True
        )
    times = json.loads(done.stdout)
    return f"{np.median(times):.0f} ms", f"of the processor; median of {len(times)} digits"


def slider(rounds=25):
    """From a slider's move to the picture of the page's panel, in Chromium without a window."""
    chromium, driver = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
    try:
        from selenium import webdriver
    except ImportError:
        return "–", "needs selenium"
    if not (chromium.is_file() and driver.is_file()):
        return "–", "needs chromium and chromedriver in /usr/bin"
    import kit

    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium)
    for name in ("headless=new", "no-sandbox", "disable-gpu", "window-size=1400,900"):
        options.add_argument(f"--{name}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        kit.explore(path=path)
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(driver)))
        try:
            browser.set_script_timeout(120)
            browser.get(path.as_uri())
            times = browser.execute_async_script(SLIDING, rounds)
        finally:
            browser.quit()
    low, high = np.quantile(times, [0.25, 0.75])
    return f"{np.median(times):.0f} ms", f"median of {rounds}; half of them {low:.0f} to {high:.0f}"

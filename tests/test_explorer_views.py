"""Views of the plane and of a unit in a browser: their numbers are those of a pass in Python."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from browsing import complaints

from kit.explorer.assembling import Parts, assemble
from kit.explorer.settings import settings_as_json
from kit.numerals import typeset

PARTS = Parts(
    body="frame.html",
    engine=(
        *("kit.js", "numbers.js", "random.js", "products.js", "activations.js"),
        *("initializers.js", "losses.js", "engine.js"),
    ),
    scripts=(
        *("draw.js", "state.js", "view_parts.js", "plane.js", "plane_picture.js", "unit_maps.js"),
        *("view_plane.js", "unit.js", "unit_drawings.js", "unit_formula.js", "view_unit.js"),
    ),
    styles=("views.css",),
)

# what the page around the views does: settings that change are shown, by the same view
BOOT = """
const [name, network, data, settings] = arguments;
Kit.state.provide(Kit.data.settings);
Kit.state.set({...settings, view: name});
const floats = (values) => Float32Array.from(values);
const arrays = (layer) => ({...layer, W: floats(layer.W), b: floats(layer.b)});
window.moment = {
  epoch: 0, network: {spec: network.spec, layers: network.layers.map(arrays)},
  data: {...data, x: floats(data.x), y: floats(data.y)},
};
const host = Kit.draw.html("section", {"aria-label": "View"});
document.getElementById("page").replaceChildren(
  Kit.draw.html("h1", {}, "Page"), Kit.draw.html("h2", {}, "View"), host);
document.getElementById("page").style.padding = "8px";
window.view = Kit.views[name].make(host);
window.again = () => window.view.show(window.moment, Kit.state.all(), []);
Kit.state.listen(() => window.again());
window.again();
"""


def data_of(x, y):
    n, width = x.shape
    kept = {"x": x.ravel().tolist(), "y": np.ravel(y).tolist()}
    return {"name": "given", "n": n, "inputDim": width, "classes": 2, "labels": [], **kept}


def network_of(kernels, biases=None, activation="tanh", **spec):
    """A network as the page has it, of kernels (in, out) and biases."""
    last = len(kernels) - 1
    kernels = [np.asarray(one, float) for one in kernels]
    biases = biases or [np.zeros(one.shape[1]) for one in kernels]
    full = {
        "inputDim": kernels[0].shape[0],
        "depth": last,
        "width": kernels[0].shape[1],
        "outputs": kernels[-1].shape[1],
        "activation": activation,
        "outputActivation": "sigmoid",
        "loss": "binary_crossentropy",
        **spec,
    }
    layers = [
        {
            "name": "o" if k == last else f"h{k + 1}",
            "inSize": kernel.shape[0],
            "outSize": kernel.shape[1],
            "activation": full["outputActivation"] if k == last else activation,
            "W": kernel.ravel().tolist(),
            "b": np.ravel(bias).tolist(),
        }
        for k, (kernel, bias) in enumerate(zip(kernels, biases, strict=True))
    ]
    return {"spec": full, "layers": layers}


def number(value):
    return typeset(f"{float(value):.3g}")


def factor(value):
    return f"({number(value)})" if value < 0 else number(value)


class Viewer:
    """One browser with the test's page."""

    def __init__(self, browser, path):
        self.browser, self._address = browser, path.as_uri()

    def open(self, name, network, data, size=(1280, 800), dark=False, **settings):
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.browser.get(self._address)
        if dark:
            self.run("document.documentElement.dataset.theme = 'dark'")
        complaints(self.browser)  # of what was there before is not told again
        self.run(BOOT, name, network, data, settings)
        return self

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def text(self, selector="section"):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def setting(self, name):
        return self.run("return Kit.state.get(arguments[0])", name)

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def until(self, script, *arguments, seconds=10):
        """What the script returns as soon as that is true."""
        end = time.monotonic() + seconds
        while not (found := self.run(script, *arguments)):
            assert time.monotonic() < end, f"not within {seconds} s: {script}"
            time.sleep(0.02)
        return found

    def until_drawn(self):
        """The finest grid of the plane, or all samples of a unit."""
        self.until(
            "const fine = document.querySelector('.plane-shades canvas');"
            "const said = document.querySelector('.verdict');"
            "return fine ? fine.width === 60 : !said.textContent.endsWith('…')"
        )


@pytest.fixture(scope="module")
def viewer(browser, tmp_path_factory):
    page = assemble(PARTS, {"settings": settings_as_json()}, title="Views")
    return Viewer(browser, page.save(tmp_path_factory.mktemp("views") / "views.html"))


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(150, 2)).astype("float32")
    return x, (x[:, :1] > 0.2).astype("float32")


@pytest.fixture(scope="module")
def probed(samples):
    """A network as the page has it, and what `kit.probe` finds in the same one."""
    import kit

    model = kit.models.build_block("tanh", 0.8, n_layers=3, units=12, input_dim=2, seed=4)
    snapshot = kit.probe(model, *samples)
    weights = [layer.get_weights() for layer in model.layers]
    return network_of(*map(list, zip(*weights, strict=True))), snapshot


def straight(direction=1):
    """One hidden unit of two: the boundary is the line x1 = 0.2."""
    kernels = [[[1, 0.3], [0, -0.7]], [[3 * direction], [0]]]
    return network_of(kernels, [[-0.2, 0.1], [0]])


@pytest.mark.parametrize(("layer", "unit", "sample"), [(2, 5, 7), (1, 12, 150), (3, 1, 1)])
def test_a_unit_shows_the_numbers_of_a_probe(viewer, samples, probed, layer, unit, sample):
    network, snapshot = probed
    viewer.open("unit", network, data_of(*samples), layer=layer, unit=unit, sample=sample)
    viewer.until("return document.body.innerText.includes('Mean over')")
    said = viewer.text()
    here, j, i = snapshot[f"h{layer}"], unit - 1, sample - 1
    z, a, delta = here.z[i, j], here.activation[i, j], here.delta[i, j]
    before = samples[0] if layer == 1 else snapshot[f"h{layer - 1}"].activation
    after = snapshot["o" if layer == 3 else f"h{layer + 1}"]

    terms = here.weight[:, j] * before[i]
    order = np.argsort(-np.abs(terms))
    for k in order[:4]:
        assert f"{factor(here.weight[k, j])} × {factor(before[i, k])}" in said
    if len(terms) > 4:
        rest = number(terms[order[4:]].sum())
        assert f"… and {len(terms) - 4} more: {rest}" in said
    assert f"z = {number(z)}" in said
    assert f"a = f(z) = {number(a)}" in said
    assert f"f′(z) = {number(1 - a**2)}" in said

    back = after.weight[j] * after.delta[i]
    for k in np.argsort(-np.abs(back))[:4]:
        assert f"{factor(after.weight[j, k])} × {factor(after.delta[i, k])}" in said
    assert f"δ = {factor(back.sum())} × {factor(1 - a**2)}" in said
    assert f"δ = {number(delta)}" in said

    chosen = order[0]  # the weight of the largest term, where none was chosen
    assert f"δ = {factor(before[i, chosen])} × {factor(delta)}" in said
    gradient = number(here.gradient[chosen, j])
    assert f"Mean over 150 samples: ∂L/∂w = {gradient}, for w" in said


def test_a_weight_is_chosen_and_its_gradient_shown(viewer, samples, probed):
    network, snapshot = probed
    viewer.open("unit", network, data_of(*samples), layer=2, unit=5, sample=7)
    viewer.until("return document.body.innerText.includes('Mean over')")
    field = "document.querySelector('input[aria-label=\"Weight from\"]')"
    viewer.run(f"{field}.value = 9; {field}.dispatchEvent(new Event('change'))")
    gradient = number(snapshot["h2"].gradient[8, 4])
    assert f"∂L/∂w = {gradient}, for w = {number(snapshot['h2'].weight[8, 4])}" in viewer.text()
    viewer.run("document.querySelectorAll('.term')[1].click()")
    terms = np.abs(snapshot["h2"].weight[:, 4] * snapshot["h1"].activation[6])
    second = int(np.argsort(-terms)[1])
    assert viewer.run(f"return {field}.value") == str(second + 1)
    assert viewer.run("return document.querySelectorAll('.term[aria-current]').length") == 1


def test_the_output_compares_its_answer_with_the_class(viewer, samples, probed):
    network, snapshot = probed
    viewer.open("unit", network, data_of(*samples), layer=4, unit=1, sample=7)
    a, y = snapshot["o"].activation[6, 0], samples[1][6, 0]
    said = viewer.text()
    assert f"δ = {number(a)} − {number(y)}" in said
    assert f"δ = {number(snapshot['o'].delta[6, 0])}" in said
    network = {**network, "spec": {**network["spec"], "loss": "mean_squared_error"}}
    viewer.open("unit", network, data_of(*samples), layer=4, sample=7)
    slope = a * (1 - a)
    assert f"δ = 2 × ({number(a)} − {number(y)}) × {number(slope)}" in viewer.text()
    assert f"δ = {number(2 * (a - y) * slope)}" in viewer.text()


def test_ten_outputs_are_compared_by_softmax(viewer, rng):
    x, y = rng.normal(size=(20, 5)), np.eye(10)[rng.integers(0, 10, 20)]
    kernels = [rng.normal(size=(5, 8)), rng.normal(size=(8, 10))]
    network = network_of(kernels, outputActivation="softmax", loss="categorical_crossentropy")
    data = {**data_of(x, y), "n": 20, "inputDim": 5, "classes": 10}
    viewer.open("unit", network, data, layer=2, unit=3, sample=4)
    z = np.tanh(x @ kernels[0]) @ kernels[1]
    a = np.exp(z[3]) / np.exp(z[3]).sum()
    said = viewer.text()
    assert f"a = e^z / Σₘ e^(zₘ) = {number(a[2])}" in said
    assert f"δ = {number(a[2] - y[3, 2])}" in said
    assert f"is of class {y[3].argmax()}; the network says class {a.argmax()}" in said
    viewer.until_drawn()
    assert viewer.run("return document.querySelectorAll('.drawing .dot').length") == 20
    assert complaints(viewer.browser) == []


@pytest.mark.parametrize(
    ("activation", "bias", "weight", "said"),
    [
        ("relu", -100, 1, "Dead: 0 for all 150 samples"),
        ("relu", 100, 1, "Active: z is above 0 for 100 % of the samples"),
        ("tanh", 0, 1, "f′(z) is under 5 % of its largest for"),
        ("tanh", 30, 1, "for all 150 samples"),
        ("sigmoid", 8, 1, "Saturated: f′(z) is under 5 % of its largest for 100 % of the samples"),
        ("gelu", 0, 0, "Constant: 0 for all 150 samples"),
        ("linear", 0, 1, "z is above 0 for"),
    ],
)
def test_what_a_unit_has_come_to_is_told(viewer, samples, activation, bias, weight, said):
    kernels = [[[weight, 1], [0, 1]], [[1], [1]]]
    network = network_of(kernels, [[bias, 0], [0]], activation)
    viewer.open("unit", network, data_of(*samples), layer=1, unit=1)
    viewer.until_drawn()
    assert said in viewer.text(".verdict")


def test_the_share_of_saturated_samples_is_counted(viewer, samples):
    x = 3 * samples[0]
    viewer.open("unit", network_of([[[1], [0]], [[1]]]), data_of(x, samples[1]), layer=1)
    viewer.until_drawn()
    share = np.mean(1 - np.tanh(x[:, 0]) ** 2 < 0.05)
    assert f"for {100 * share:.0f} % of the samples" in viewer.text(".verdict")
    cells = "return [...document.querySelectorAll('.drawing td')].map((td) => Number(td.innerText))"
    assert sum(viewer.run(cells)) == 150  # the histogram's table has every sample


def test_a_term_that_comes_back_leads_to_its_unit(viewer, samples, probed):
    network, snapshot = probed
    viewer.open("unit", network, data_of(*samples), layer=1, unit=2, sample=3)
    viewer.run("document.querySelectorAll('.sum')[1].querySelector('.term').click()")
    back = np.abs(snapshot["h2"].weight[1] * snapshot["h2"].delta[2])
    assert (viewer.setting("layer"), viewer.setting("unit")) == (2, int(back.argmax()) + 1)
    viewer.run("document.querySelectorAll('.formula .row button')[2].click()")
    assert viewer.setting("layer") == 1


def points_of(viewer, selector):
    """Places of a line of the plane, in the picture's units."""
    path = viewer.run("return document.querySelector(arguments[0]).getAttribute('d')", selector)
    return np.array(re.findall(r"([\d.]+) ([\d.]+)", path), float)


def place_of(samples, value, axis=0):
    """Where a value of an axis lies in the picture, which is 46 to 414 wide."""
    x = samples[0][:, axis]
    size, middle = np.ptp(x) * 1.16, (x.min() + x.max()) / 2
    return float(46 + 368 * (value - middle + size / 2) / size)


def test_the_boundary_runs_where_the_output_is_a_half(viewer, samples):
    viewer.open("plane", straight(), data_of(*samples), layer=1, unit=2)
    viewer.until_drawn()
    line = points_of(viewer, ".plane-line")
    assert len(line) >= 2 * 58
    assert line[:, 0] == pytest.approx(place_of(samples, 0.2), abs=0.15)
    # the chosen unit's z is 0.3 x1 - 0.7 x2 + 0.1; pixels grow down
    own = points_of(viewer, ".plane-unit")
    slope = np.polyfit(own[:, 0], own[:, 1], 1)[0]
    wide, high = np.ptp(samples[0], axis=0)
    assert slope == pytest.approx(-0.3 / 0.7 * wide / high, abs=0.01)
    said = viewer.text(".said")
    assert "it is 0.5 on the thick line" in said and "dashed line z of h1 unit 2 is 0" in said


def test_shades_part_where_the_boundary_does(viewer, samples):
    shade = (
        "const c = document.querySelector('.plane-shades canvas');"
        "return [...c.getContext('2d').getImageData(arguments[0], 30, 1, 1).data].slice(0, 3)"
    )
    colours = {}
    for direction in (1, -1):
        viewer.open("plane", straight(direction), data_of(*samples))
        viewer.until_drawn()
        colours[direction] = viewer.run(shade, 2), viewer.run(shade, 57)
        red, _, blue = colours[direction][direction > 0]  # where class 1 is answered
        assert red > blue
    assert colours[1] == colours[-1][::-1]


def test_a_plane_without_a_boundary_says_so(viewer, samples):
    viewer.open("plane", network_of([[[0], [0]], [[1]]], [[1], [0.3]]), data_of(*samples), layer=1)
    viewer.until_drawn()
    assert points_of(viewer, ".plane-line").size == 0
    assert "every point is called class 1, and there is no boundary" in viewer.text(".said")
    assert "The output is " in viewer.text(".said") and "everywhere here" in viewer.text(".said")
    assert "always 0.762" in viewer.text(".map")


def test_two_parted_regions_have_two_lines(viewer, samples):
    """At a saddle the mean decides: x1 x2 > 0 from two units of opposite sign."""
    ends = viewer.open("plane", straight(), data_of(*samples)).run(
        "return Kit.plane.contour(Float32Array.from([1, -1, -1, 1.5]), 2, 0)"
    )
    assert len(ends) == 8
    first, second = np.reshape(ends, (2, 2, 2))
    assert first.mean(axis=0) == pytest.approx([0.775, 0.225], abs=0.08)
    assert second.mean(axis=0) == pytest.approx([0.225, 0.775], abs=0.08)


def test_maps_are_chosen_by_keys_and_clicks_and_pages(viewer, samples, rng):
    from selenium.webdriver.common.keys import Keys

    kernels = [rng.normal(size=(2, 45)), rng.normal(size=(45, 1))]
    viewer.open("plane", network_of(kernels), data_of(*samples), layer=1, unit=1)
    viewer.until_drawn()
    seen = "return [...document.querySelectorAll('.map')].filter((one) => !one.hidden).length"
    assert viewer.run(seen) == 20
    viewer.run("document.querySelector('.map').focus()")
    viewer.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert viewer.setting("unit") == 2
    viewer.press(Keys.ARROW_DOWN)
    assert viewer.setting("unit") == 7  # of five columns
    viewer.press(Keys.END)
    assert viewer.setting("unit") == 45 and viewer.run(seen) == 5
    focused = "return document.activeElement.getAttribute('aria-label')"
    assert viewer.run(focused).startswith("h1 unit 45: ")
    viewer.press(Keys.PAGE_UP)
    assert viewer.setting("unit") == 25
    viewer.run("document.querySelectorAll('.map')[3].click()")
    assert viewer.setting("unit") == 24
    viewer.run("document.querySelector('[aria-label=\"Units before these\"]').click()")
    assert viewer.setting("unit") == 24 and "1 to 20 of 45" in viewer.text()
    selected = "return document.querySelectorAll('.map[aria-selected=true]:not([hidden])').length"
    assert viewer.run(selected) == 0


def test_a_click_on_the_plane_chooses_the_nearest_sample(viewer, samples):
    viewer.open("plane", straight(), data_of(*samples))
    viewer.until_drawn()
    viewer.run(
        """const box = document.querySelector('.plane-picture svg').getBoundingClientRect();
        const scale = box.width / 424;
        document.querySelector('.plane-picture svg').dispatchEvent(new MouseEvent('click', {
          clientX: box.left + scale * arguments[0], clientY: box.top + scale * arguments[1]}))""",
        place_of(samples, samples[0][41, 0]) + 0.2,
        448 - place_of(samples, samples[0][41, 1], 1),
    )
    assert viewer.setting("sample") == 42
    assert f"Its class is {samples[1][41, 0]:.0f}" in viewer.text()


def test_data_without_a_plane_lead_to_data_with_one(viewer, rng):
    network = network_of([rng.normal(size=(10, 4)), rng.normal(size=(4, 1))])
    data = data_of(rng.normal(size=(30, 10)), rng.integers(0, 2, 30))
    viewer.open("plane", network, data)
    assert "10 inputs, so there is no plane to draw" in viewer.text()
    assert viewer.run("return document.querySelector('.plane').checkVisibility()") is False
    viewer.run("document.querySelector('.plane-flat button').click()")
    assert viewer.setting("data") == "parabola"
    assert complaints(viewer.browser) == []


FILM = """
window.timer = setInterval(() => {
  const {network, epoch} = window.moment;
  const layers = network.layers.map((one) => ({...one, b: one.b.map((b) => b + 0.05)}));
  window.moment = {...window.moment, epoch: epoch + 1, network: {...network, layers}};
  window.again();
  if (epoch + 1 === window.until) { clearInterval(window.timer); window.ended(); }
}, 66);
"""


def test_the_plane_follows_a_training(viewer, samples, probed):
    """Moments that come fast are all heard of; the last one is what is left on the page."""
    viewer.open("plane", probed[0], data_of(*samples), layer=1)
    viewer.until_drawn()
    pictures = viewer.browser.execute_async_script(
        """const done = arguments[0];
        const put = CanvasRenderingContext2D.prototype.putImageData;
        let pictures = 0;
        CanvasRenderingContext2D.prototype.putImageData = function (...given) {
          pictures += this.canvas.parentElement.className === 'plane-shades';
          return put.apply(this, given);
        };
        window.until = 20;
        window.ended = () => setTimeout(() => done(pictures), 1000);"""
        + FILM
    )
    assert pictures >= 5  # twenty, where nothing else runs
    viewer.until_drawn()
    edge = (
        "const {network, data} = window.moment;"
        "const points = Kit.plane.grid(Kit.plane.frame(data.x, data.n), 60);"
        "const field = Kit.plane.pass(network, 0, points); while (!field.step());"
        "return Kit.plane.range(field.outA).map((one) => Kit.numbers.format(one))"
    )
    low, high = viewer.run(edge)
    assert f"The output goes from {low} to {high} here" in viewer.text(".said")


def test_a_unit_is_swept_while_it_trains(viewer, samples, probed):
    """The histogram follows, though something newer comes before it is done."""
    viewer.open("unit", probed[0], data_of(*samples), layer=1, unit=2)
    viewer.run(FILM)
    viewer.until_drawn()
    table = "return document.querySelector('.of-all table').textContent"
    first = viewer.run(table)
    viewer.until(f"{table} !== arguments[0]", first)
    viewer.run("clearInterval(window.timer)")
    viewer.until(
        "const {network, data} = window.moment;"
        "const found = Kit.unit.sweep({network, data}, 0, 1); while (!found.step());"
        "const gradient = Kit.numbers.format(found.gradient[0]);"
        "const field = document.querySelector('input[aria-label=\"Weight from\"]');"
        "field.value = 1; field.dispatchEvent(new Event('change'));"
        "return document.body.innerText.includes(`∂L/∂w = ${gradient}, for w`)"
    )


AXE = (
    "return axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map("
)
AXE += "(one) => one.id + ': ' + one.nodes.map((node) => node.html).slice(0, 3).join(' ')))"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["plane", "unit"])
def test_views_are_for_everyone(viewer, samples, probed, name, dark):
    checker = Path(pytest.importorskip("selenium_axe_python").__file__).parent
    viewer.open(name, probed[0], data_of(*samples), (360, 740), dark, layer=2, unit=3)
    viewer.until_drawn()
    viewer.run((checker / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert viewer.run(AXE) == []
    assert viewer.run("return document.documentElement.scrollWidth") <= 360
    tables = viewer.until("return document.querySelectorAll('table caption').length")
    unnamed = "return document.querySelectorAll('svg:not([aria-label]):not([aria-hidden])').length"
    assert tables >= 1 and viewer.run(unnamed) == 0
    small = """return [...document.querySelectorAll('section svg text')].filter((one) =>
      one.getBoundingClientRect().width && one.getBoundingClientRect().height < 10).length"""
    assert viewer.run(small) == 0


def test_every_control_is_reached_by_keys(viewer, samples, probed):
    from selenium.webdriver.common.keys import Keys

    seen = "(one) => one.getAttribute('aria-label') || one.innerText"
    for name in ("plane", "unit"):
        viewer.open(name, probed[0], data_of(*samples), layer=2, unit=3)
        viewer.until_drawn()
        viewer.run(
            f"const name = {seen}; window.seen = [];"
            "document.addEventListener('focusin', ({target}) => window.seen.push(name(target)))"
        )
        viewer.press(Keys.TAB * 32)
        controls = viewer.run(
            "return [...document.querySelectorAll(':is(button, select, input)')]"
            f".filter((one) => one.checkVisibility()).map({seen})"
        )
        assert len(controls) >= 9 and set(controls) <= set(viewer.run("return window.seen"))


def test_a_step_beyond_the_ends_stays_there(viewer, samples, probed):
    viewer.open("unit", probed[0], data_of(*samples), layer=2, unit=1, sample=150)
    for label, name in (("Previous unit", "unit"), ("Next sample", "sample")):
        before = viewer.setting(name)
        viewer.run(f"document.querySelector('[aria-label=\"{label}\"]').click()")
        assert viewer.setting(name) == before
    field = "document.querySelector('input[aria-label=Unit]')"
    for given, kept in (("99", 12), ("-4", 1), ("", 1)):
        viewer.run(f"{field}.value = '{given}'; {field}.dispatchEvent(new Event('change'))")
        assert viewer.setting("unit") == kept


def test_views_leave_nothing_behind(viewer, samples, probed):
    for name in ("plane", "unit"):
        viewer.open(name, probed[0], data_of(*samples))
        viewer.run("window.view.destroy()")
        time.sleep(0.3)
        assert viewer.text() == ""
        assert complaints(viewer.browser) == []

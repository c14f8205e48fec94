"""The page of one's own network, used by mouse, finger and keys; its numbers are Keras's."""

import re

import numpy as np
import pytest
from browsing import complaints, requested
from own_networks import layers, model_of, small

import kit
from kit.callbacks import feature_maps
from kit.explorer.network_pages import example_page, explore_network

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="module")
def lenet(tmp_path_factory):
    """The example's page, its model, and its images, trained as the figures train them."""
    from kit.explorer import network_examples

    path = tmp_path_factory.mktemp("page") / "lenet.html"
    page = example_page("lenet", path)
    from kit.catalogue import Lab
    from kit.files import cache_folder

    kept = Lab(cache_folder()).run(network_examples.train_example, network="lenet", seed=1)
    return path, page, kept


@pytest.fixture
def opened(browser, lenet):
    """A function that opens the example's page, at a size, at what a link names."""

    def at(link="", width=1280, height=800, touch=False):
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})
        browser.get("about:blank")
        requested(browser), complaints(browser)
        browser.get(f"{lenet[0].as_uri()}#{link}")
        return browser

    yield at
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def text_of(browser, selector):
    return browser.execute_script(
        "return document.querySelector(arguments[0]).textContent", selector
    )


def read(text):
    """Numbers of a text as the page prints them."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = text.replace("−", "-")
    found = re.findall(r"(-?\s?\d[\d.]*)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", plain)
    return [
        float(front.replace(" ", "")) * 10.0 ** int(power.translate(raised) or 0)
        for front, power in found
    ]


def grid_of(browser, name):
    """The numbers of a grid of the panel, with the power of ten that its name tells."""
    caption, rows = browser.execute_script(
        """
        const table = [...document.querySelectorAll("#value table")]
          .find((one) => one.caption.textContent.startsWith(arguments[0]));
        const cells = (row) => [...row.cells].map((cell) => cell.textContent);
        return [table.caption.textContent, [...table.tBodies[0].rows].map(cells)];
        """,
        name,
    )
    unit = re.search(r"in units of (10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|1)", caption)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    power = 10.0 ** int(unit[1][2:].translate(raised)) if unit else 1.0
    values = [[np.nan if one == "–" else read(one)[0] for one in row] for row in rows]
    return np.array(values) * power


def near(found, expected):
    """As near as three figures of the largest are."""
    expected = np.asarray(expected)
    np.testing.assert_allclose(found, expected, atol=6e-3 * np.nanmax(np.abs(expected)))


def click(browser, card, place):
    """Click on row and column of the first map of a card (0: the image)."""
    from selenium.webdriver.common.action_chains import ActionChains

    canvas = browser.find_elements("css selector", ".card canvas")[card]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    wide, high, cell = browser.execute_script(
        """
        const [canvas, card] = arguments;
        const box = canvas.getBoundingClientRect();
        const shape = card ? Kit.data.steps[card - 1].shape : Kit.data.images.shape;
        return [box.width, box.height, Kit.layerMaps.tiling(shape, box.width + 1, 1).cell];
        """,
        canvas,
        card,
    )
    row, column = place
    right, down = (column + 0.5) * cell - wide / 2, (row + 0.5) * cell - high / 2
    ActionChains(browser).move_to_element_with_offset(
        canvas, round(right), round(down)
    ).click().perform()


def probed(kept, image):
    model = kept.rebuilt()
    x, y = kept.images[image : image + 1], kept.labels[image : image + 1]
    return feature_maps(model, x[0]), kit.probe(model, x, y), model


def test_a_click_on_a_value_of_a_convolution_shows_its_numbers(opened, lenet):
    image, (row, column) = 20, (4, 6)
    page = opened(f"image={image + 1}")
    maps, snapshot, model = probed(lenet[2], image)
    click(page, 3, (row, column))
    assert text_of(page, "#value h2") == "conv2, map 1, row 5, column 7"
    kernel, bias = model.get_layer("conv2").get_weights()
    z = snapshot["conv2"].z[0, row, column, 0]
    a = maps["conv2"][row, column, 0]
    near(read(text_of(page, "#value .formula")), [z - bias[0], bias[0], z])
    near(read(page.find_elements("css selector", "#value .formula")[1].text), [a, z])
    patch = maps["pool1"][row : row + 5, column : column + 5]
    parts = (patch * kernel[..., 0]).sum(axis=(0, 1))
    most = int(np.abs(parts).argmax())
    assert f"pool1, map {most + 1}" in text_of(page, "#value .grids caption")
    near(grid_of(page, "patch x"), patch[..., most])
    near(grid_of(page, "kernel w"), kernel[..., most, 0])
    near(grid_of(page, "products"), patch[..., most] * kernel[..., most, 0])
    page.find_element("id", "backwards").click()
    delta = snapshot["conv2"].delta[0, row, column, 0]
    near(read(text_of(page, "#value .formula:nth-of-type(2)"))[-1], delta)
    near(grid_of(page, "δ·w"), delta * kernel[..., most, 0])
    near(grid_of(page, "δ·x"), delta * patch[..., most])
    near(grid_of(page, "∂cost/∂w"), snapshot["conv2"].gradient[..., most, 0])
    assert not complaints(page)


def test_a_value_at_the_edge_shows_what_lies_outside(opened):
    page = opened("image=1&layer=conv1&value=1")
    assert not grid_of(page, "patch x").any()
    outside = page.find_elements("css selector", "#value .grids .grid:first-child td.outside")
    assert len(outside) == 16
    page.find_element("id", "backwards").click()
    assert np.isnan(grid_of(page, "δ·w")).sum() == 16


def test_a_dense_layer_shows_its_largest_terms_and_leads_back(opened, lenet):
    image = 3
    page = opened(f"image={image + 1}&layer=d1&value=8")
    maps, snapshot, model = probed(lenet[2], image)
    kernel, _ = model.get_layer("d1").get_weights()
    terms = maps["flatten"] * kernel[:, 7]
    first = page.find_element("css selector", "#value tbody tr").text
    largest = int(np.abs(terms).argmax())
    place = np.unravel_index(largest, maps["pool2"].shape)
    assert f"pool2, map {place[2] + 1}, row {place[0] + 1}, column {place[1] + 1}" in first
    near(read(first)[-1], terms[largest])
    page.find_element("id", "backwards").click()
    sent = snapshot["d1"].delta[0, 7] * kernel[:, 7]
    near(
        read(page.find_element("css selector", "#value tbody tr").text)[-3],
        sent[np.abs(sent).argmax()],
    )
    page.find_element("css selector", "#value tbody button").click()
    assert text_of(page, "#value h2").startswith("pool2, map")
    assert "Each of the 4 values receives the same share." in text_of(page, "#value")


def test_the_winner_of_max_pooling_and_other_layers_are_explained(browser, tmp_path, rng):
    k = layers()
    model = model_of(
        k.Rescaling(0.5, 0.1, name="rescaled"),
        k.Conv2D(2, 3, activation="relu", name="c"),
        k.BatchNormalization(name="bn"),
        k.MaxPooling2D(2, name="pool"),
        k.ZeroPadding2D(1, name="padded"),
        k.GlobalAveragePooling2D(name="gap"),
        k.Dense(2, name="logits"),
        k.Softmax(name="shares"),
    )
    image = rng.random((13, 11, 3)).astype("f4")
    path = tmp_path / "page.html"
    explore_network(model, image, labels=[1], path=path)
    maps = feature_maps(model, image)
    browser.get(path.as_uri())

    def look(layer, index, backwards=False):
        browser.execute_script(
            "Kit.layers.select(...arguments); document.getElementById('forwards').click()",
            layer,
            index,
        )
        if backwards:
            browser.find_element("id", "backwards").click()
        return text_of(browser, "#value")

    window = maps["bn"][:2, 2:4, 1]
    assert "the largest of the window" in look(3, 3)
    near(grid_of(browser, "window of bn"), window)
    wins = browser.find_element("css selector", "#value td.wins").text
    near(read(wins), [window.max()])
    look(3, 3, backwards=True)
    received = grid_of(browser, "what bn receives")
    assert (received != 0).ravel().tolist() == (window == window.max()).ravel().tolist()
    for layer, said in enumerate(
        (
            "· 0.",
            "z = Σ x·w + b",
            "γ (x − μ) / σ + β",
            "largest",
            "A zero of the edge",
            "mean of 42",
        )
    ):
        assert said in look(layer, 0), layer
    assert "It ends here" in look(4, 0, backwards=True)
    assert "e^z over the sum" in look(7, 0)
    assert "∂cost/∂x" in look(-1, 0, backwards=True)
    assert "draw a digit" not in browser.find_element("tag name", "main").text.lower()
    assert not complaints(browser)


def strokes_of_a_one(canvas_box):
    x, y, wide, high = canvas_box
    return [(x + wide * 0.5, y + high * (0.15 + 0.7 * k / 8)) for k in range(9)]


def board_box(page):
    return page.execute_script(
        """
        const board = document.querySelector(".board");
        board.scrollIntoView({block: "center"});
        const box = board.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height];
        """
    )


def settled(page):
    """After the next pictures, for what is drawn is computed then."""
    later = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))"
    page.execute_async_script(f"const done = arguments[0]; {later}")


def test_a_one_drawn_with_a_mouse_is_a_one(opened):
    page = opened("image=1")
    assert text_of(page, "#verdict").startswith("It says 0")
    places = strokes_of_a_one(board_box(page))
    for name, (x, y) in zip(
        ["mousePressed", *["mouseMoved"] * 7, "mouseReleased"], places, strict=True
    ):
        event = {"type": name, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        page.execute_cdp_cmd("Input.dispatchMouseEvent", event)
    settled(page)
    assert text_of(page, "#verdict").startswith("It says 1")
    assert not page.find_elements("css selector", '.thumbnail[aria-pressed="true"]')
    page.find_element("id", "clear").click()
    settled(page)
    assert text_of(page, "#verdict").startswith("It says 0")


def test_a_one_drawn_with_a_finger_is_a_one(opened):
    page = opened("image=1", 360, 740, touch=True)
    places = strokes_of_a_one(board_box(page))
    scrolled = page.execute_script("return scrollY")
    for k, (x, y) in enumerate(places):
        kind = "touchStart" if k == 0 else "touchMove"
        event = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        page.execute_cdp_cmd("Input.dispatchTouchEvent", event)
    page.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settled(page)
    assert text_of(page, "#verdict").startswith("It says 1")
    assert page.execute_script("return scrollY") == scrolled


def test_a_digit_can_be_drawn_by_keys(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened("image=1")
    board = page.find_element("class name", "board")
    board.send_keys(Keys.ARROW_UP * 9, " ")
    assert text_of(page, "#said") == "pen down"
    board.send_keys(Keys.ARROW_DOWN * 18, " ")
    settled(page)
    assert text_of(page, "#verdict").startswith("It says 1")
    board.send_keys(Keys.BACKSPACE)
    settled(page)
    assert text_of(page, "#verdict").startswith("It says 0")


def test_everything_can_be_reached_by_keys(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened("image=2&layer=conv1&value=1")
    reached = set()
    page.execute_script("document.body.focus()")
    named = "const one = document.activeElement; return one.id || one.className || one.tagName"
    for _ in range(80):
        page.switch_to.active_element.send_keys(Keys.TAB)
        reached.add(page.execute_script(named))
    expected = {"theme", "thumbnail", "board", "clear", "label", "quantity", "own", "backwards"}
    assert expected <= reached
    cards = page.find_elements("css selector", ".card canvas")
    cards[1].send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.PAGE_DOWN)
    assert text_of(page, "#value h2") == "conv1, map 2, row 2, column 2"
    assert text_of(page, "#said").startswith("conv1, map 2, row 2, column 2: ")
    cards[1].send_keys(Keys.ENTER)
    assert page.execute_script("return document.activeElement.id") == "value-title"
    cards[7].send_keys(Keys.ARROW_RIGHT)  # d2: at first its strongest value
    assert text_of(page, "#value h2").startswith("d2, unit")
    cards[7].send_keys(Keys.ESCAPE)
    assert text_of(page, "#value h2") == "A value"
    backwards_kept(page)


def backwards_kept(page):
    """What had the focus has it still when the panel is drawn anew."""
    page.execute_script("Kit.layers.select(2, 5)")
    page.find_element("id", "backwards").click()
    assert page.execute_script("return document.activeElement.id") == "backwards"


def test_another_right_answer_and_other_quantities(opened, lenet):
    from selenium.webdriver.support.ui import Select

    page = opened("image=1&layer=o&value=1&way=backwards")
    _, snapshot, _ = probed(lenet[2], 0)
    near(read(text_of(page, "#value .formula"))[-1:], snapshot["o"].delta[0, :1])
    near(read(text_of(page, "#cost"))[:1], [snapshot.loss])
    Select(page.find_element("id", "label")).select_by_visible_text("7")
    assert "; right would be 7" in text_of(page, "#verdict")
    assert read(text_of(page, "#value .formula"))[-1] > 0  # less of what it says
    Select(page.find_element("id", "quantity")).select_by_value("delta")
    assert "∂cost/∂x" in text_of(page, ".card .scale")
    page.find_element("id", "own").click()
    assert "each map for itself" in text_of(page, ".card:nth-of-type(2) .scale")


def test_the_link_brings_back_what_was_seen_and_a_hostile_one_nothing(opened):
    page = opened("image=3&layer=pool1&value=40&way=backwards&show=delta")
    title, verdict = text_of(page, "#value h2"), text_of(page, "#verdict")
    page.execute_async_script("setTimeout(arguments[0], 400)")
    link = page.current_url.partition("#")[2]
    page = opened(link)
    assert (text_of(page, "#value h2"), text_of(page, "#verdict")) == (title, verdict)
    page = opened(
        "image=99&layer=__proto__&value=<img src=x onerror=alert(1)>&show=constructor&way=x"
    )
    assert text_of(page, "#value h2").startswith("conv1")
    page = opened("image=-1&layer=conv1&value=999999&" + "x" * 5000)
    assert not complaints(page) and not page.find_elements("tag name", "img")


def test_a_link_that_is_typed_on_the_page_is_followed(opened):
    page = opened("image=3&layer=pool1&value=40&way=backwards&show=delta")
    title = text_of(page, "#value h2")
    page.execute_script("location.hash = 'image=2&layer=conv1&value=7'")
    page.execute_async_script("setTimeout(arguments[0], 400)")
    assert text_of(page, "#value h2") != title and text_of(page, "#value h2").startswith("conv1")
    assert page.find_element("id", "quantity").get_attribute("value") == "activation"
    assert page.current_url.endswith("#image=2&layer=conv1&value=7")
    page.find_element("id", "theme").click()
    page.execute_async_script("setTimeout(arguments[0], 400)")
    assert page.execute_script("return document.documentElement.dataset.theme") == "dark"
    assert "theme=dark" in page.current_url


def test_the_page_asks_for_nothing_and_says_that_it_agrees(opened):
    page = opened("image=4")
    assert "The outputs are the model's own." in text_of(page, "#check")
    addresses = [one for one in requested(page) if not one.startswith(("data:", "chrome:"))]
    assert len(addresses) == 1 and addresses[0].startswith("file:")
    assert not complaints(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_accessibility_checker_passes_the_page(opened, theme, width):
    checker = pytest.importorskip("selenium_axe_python")
    page = opened(f"image=5&layer=conv2&value=100&way=backwards&theme={theme}", width)
    assert page.execute_script("return document.documentElement.dataset.theme") == theme
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    axe = checker.Axe(page)
    axe.inject()
    found = axe.run(options=AXE)
    assert found["passes"]
    assert not [
        f"{one['id']}: {node['html'][:120]}: {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_no_name_becomes_an_element(browser, tmp_path):
    hostile = '<img src=x onerror="document.title=1">'
    k = layers()
    model = small(k.Conv2D(2, 3, name=hostile), name=hostile)
    path = tmp_path / "page.html"
    names = [hostile, "</script><script>document.title=1</script>"]
    explore_network(model, np.ones((1, 8, 8, 1)), names=names, path=path)
    browser.get(path.as_uri())
    browser.execute_script("Kit.layers.select(0, 0)")
    assert hostile in text_of(browser, "h1") and hostile in text_of(browser, "#value h2")
    assert not browser.find_elements("tag name", "img")
    assert browser.title == f"{hostile}, layer by layer"
    assert not complaints(browser)


def test_hundreds_of_moves_leave_nothing_behind(opened):
    page = opened("image=1")
    moves = """
      for (let k = 0; k < 200; k++) {
        Kit.layers.select(k % 8, (37 * k) % 10);
        document.getElementById(k % 2 ? "backwards" : "forwards").click();
        if (k % 10 === 0) document.querySelectorAll(".thumbnail")[k % 20].click();
      }
    """

    def kept():
        page.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        nodes = page.execute_cdp_cmd("Memory.getDOMCounters", {})["nodes"]
        return page.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"], nodes

    page.execute_script(moves)
    (heap, _), _ = kept(), page.execute_script(moves)
    later, nodes = kept()
    assert later - heap < 500_000 and nodes < 3000

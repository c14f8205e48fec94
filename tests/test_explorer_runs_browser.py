"""The page of runs in a browser: scrubbed, chosen from, compared, by mouse, touch and keyboard."""

import json
from pathlib import Path

import pytest
from browsing import complaints, requested
from own_runs import HOSTILE, captured, layer_of, run_of, runs_of

from kit.recordings import Recording

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """One run, four of two parameters, and one of hostile names and values that are no numbers."""
    folder = tmp_path_factory.mktemp("pages")
    grid = [{"activation": a, "rate": r} for a in ("relu", "tanh") for r in (0.1, 0.01)]
    run_of(6, layers=5).explore(folder / "run.html")
    runs_of(grid, epochs=4).explore(folder / "runs.html", findings=False)
    strange = Recording.create(None, HOSTILE)
    for epoch in range(3):
        how = captured(epoch, explodes_at=1)
        how["layers"].insert(0, layer_of(HOSTILE, 9, {"activation": [[float("nan")] * 4] * 4}))
        strange.add(epoch=epoch, step=8 * epoch, not_heard={HOSTILE: HOSTILE}, **how)
    strange.explore(folder / "strange.html")
    run_of(0, layers=2, history=False).explore(folder / "one.html", findings=False)
    run_of(1, layers=80).explore(folder / "deep.html", findings=False)
    return folder


@pytest.fixture
def quiet(browser):
    """Nothing is asked for, and the console stays silent."""
    complaints(browser), requested(browser)
    yield
    assert complaints(browser) == []
    assert [url for url in requested(browser) if not url.startswith(("file:", "data:"))] == []


@pytest.fixture
def opened(browser, pages):
    """From a page's name, its link and the size of the window to a page that is drawn."""

    def open_page(name="run", link="", width=1280, height=720):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get("data:text/html,<title>away</title>")  # a link alone would not load it anew
        browser.get(f"{(pages / name).with_suffix('.html').as_uri()}#{link}")
        return Shown(browser)

    yield open_page
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


class Shown:
    """What is asked of a page that is open."""

    def __init__(self, browser):
        self.browser = browser
        self.settle()

    def script(self, code, *given):
        return self.browser.execute_script(code, *given)

    def settle(self):
        """Wait until what is to be drawn is drawn."""
        self.browser.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        )

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def one(self, selector):
        return self.browser.find_element("css selector", selector)

    def click(self, selector):
        self.script("arguments[0].click()", self.one(selector))
        self.settle()

    def choose(self, name, value):
        self.script(
            "const it = document.getElementById('choose-' + arguments[0]); it.value = arguments[1];"
            "it.dispatchEvent(new Event('change'))",
            name,
            value,
        )
        self.settle()

    def press(self, *keys):
        from selenium.webdriver import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()
        self.settle()

    def link(self):
        """What stands behind the #, once nothing has changed for a while."""
        self.browser.execute_async_script("setTimeout(arguments[0], 400)")
        return self.script("return location.hash.slice(1)")

    def epochs(self):
        return self.script(
            "return [...document.querySelectorAll('.pane')].map(pane => pane.dataset.epoch)"
        )

    def table(self):
        """The table of numbers: by layer and column."""
        return self.script(
            "return Object.fromEntries([...document.querySelectorAll('.numbers tbody tr')].map(r =>"
            " [r.querySelector('th').textContent, Object.fromEntries([...r.querySelectorAll('td')]"
            ".map(d => [d.dataset.column, d.textContent]))]))"
        )


def test_the_epochs_are_scrubbed_with_the_slider_and_the_buttons(opened):
    page = opened()
    assert page.epochs() == ["0"] and len(page.all(".pane svg path[fill-opacity]")) == 4 * 4
    before = page.script("return document.querySelector('.pane path[fill-opacity]').outerHTML")
    page.script(
        "const it = document.getElementById('moment'); it.value = 4;"
        "it.dispatchEvent(new Event('input'))"
    )
    page.settle()
    assert page.epochs() == ["4"] and "epoch=4" in page.link()
    assert page.one("#moment").get_attribute("aria-valuetext") == "epoch 4 of 6"
    after = page.script("return document.querySelector('.pane path[fill-opacity]').outerHTML")
    assert before != after
    for button, epoch in (("on", "5"), ("back", "4"), ("last", "6"), ("first", "0")):
        page.click(f"[data-step={button}]")
        assert page.epochs() == [epoch]


def test_it_plays_and_stops_at_the_end(opened):
    from selenium.webdriver.support.wait import WebDriverWait

    page = opened(link="epoch=4")
    page.click(".play")
    assert page.one(".play").get_attribute("aria-label") == "Pause"
    WebDriverWait(page.browser, 10).until(lambda _: page.epochs() == ["6"])
    WebDriverWait(page.browser, 5).until(
        lambda _: page.one(".play").get_attribute("aria-label") == "Play the epochs"
    )


def test_keys_move_through_the_epochs(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert page.epochs() == ["2"]
    page.press(Keys.END)
    assert page.epochs() == ["6"]
    page.press(Keys.ARROW_LEFT)
    assert page.epochs() == ["5"]
    page.press(Keys.HOME)
    assert page.epochs() == ["0"]
    page.press(" ")
    assert page.one(".play").get_attribute("aria-label") == "Pause"
    page.press(" ")
    page.script("document.getElementById('moment').focus()")
    page.press(Keys.ARROW_RIGHT)  # the slider's own
    assert len(page.epochs()) == 1


def test_everything_is_reached_with_the_tab_key(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    wanted = page.script(
        "return [...document.querySelectorAll('button:not(:disabled), select, input, summary')]"
        ".filter(e => e.checkVisibility()).length"
    )
    seen = set()
    for _ in range(wanted + 5):
        page.press(Keys.TAB)
        seen.add(page.script(
            "const e = document.activeElement; return e === document.body ? '' :"
            " [...document.querySelectorAll('*')].indexOf(e).toString()"
        ))  # fmt: skip
    assert len(seen - {""}) >= wanted


@pytest.mark.parametrize("view", ["panel", "one", "profile", "course", "curves", "table"])
def test_each_view_has_pictures_with_names_and_tables(opened, view):
    page = opened(link="epoch=3")
    page.click(f"[data-view={view}]")
    assert page.one(f"[data-view={view}]").get_attribute("aria-pressed") == "true"
    names = [one.get_attribute("aria-label") for one in page.all("#panes svg[role=img]")]
    tables = len(page.all("#panes table"))
    assert tables >= max(1, len(names))
    expected = {"panel": 4, "one": 1, "profile": 1, "course": 1, "curves": 2, "table": 0}[view]
    assert len(names) == expected and all(len(one) > 20 for one in names)
    assert page.script("return document.documentElement.scrollWidth <= innerWidth")


def test_the_numbers_of_the_page_are_those_of_the_recording(opened):
    recording = run_of(6, layers=5)
    page = opened(link="epoch=3&view=table&quantity=activation&layers=1-5")
    shown = page.table()
    frame = recording.to_frame().query("epoch == 3 and quantity == 'activation'")
    assert list(shown) == ["h1", "h2", "h3", "h4", "o"]
    for row in frame.to_dict("records"):
        for name in ("std", "std_samples", "mean", "median", "max"):
            text = shown[row["layer"]][name].replace("−", "-")
            assert float(text) == pytest.approx(row[name], rel=6e-3, abs=1e-12)
        share = float(shown[row["layer"]]["zero_fraction"].removesuffix(" %"))
        assert share == pytest.approx(100 * row["zero_fraction"], abs=0.051)


def test_layers_and_quantities_are_chosen(opened):
    page = opened(link="view=one&quantity=z")
    assert "σ h1" in page.one("#panes svg").get_attribute("aria-label")
    page.click(".tick:nth-child(1) input")
    label = page.one("#panes svg").get_attribute("aria-label")
    assert "h1" not in label and "h2" in label and "layers=2-4" in page.link()
    page.choose("quantity", "weight")
    assert page.one("#panes figure").get_attribute("data-quantity") == "weight"
    page.choose("scale", "log")
    assert page.one("#panes figure").get_attribute("data-scale") == "log"
    page.script("document.querySelectorAll('.row button')[1].click()")
    page.settle()
    assert "No layer is chosen" in page.one("#panes").text


def test_an_axis_stays_where_it_is_over_the_epochs_or_follows_them(opened):
    page = opened(link="view=one&quantity=z&scale=linear")
    ticks = (
        "return [...document.querySelectorAll('#panes svg .gridline')]"
        ".map(e => e.getAttribute('y1'))"
    )
    first = page.script(ticks)
    page.click("[data-step=last]")
    assert page.script(ticks) == first
    page.choose("axis", "now")
    page.click("[data-step=first]")
    assert page.script(ticks) != first


def test_findings_stand_on_the_line_where_they_began_and_lead_there(opened):
    page = opened(link="epoch=5")
    (mark,) = page.all("#time button.mark")
    assert "gradients vanish, from epoch 0" in mark.get_attribute("aria-label")
    page.click("#time button.mark")
    assert page.epochs() == ["0"]
    told = page.one("#time .told").text
    assert "fault 1: gradients vanish" in told and "Try: ReLU with he_normal" in told
    page.click("#time .told button")
    assert not page.one("#time .told").is_displayed()
    card = page.one("[data-finding=vanishing]").text
    assert "measured" in card and "limit" in card
    page.click("[data-step=last]")
    page.click("[data-finding=vanishing] .jump")
    assert page.epochs() == ["0"]


def test_two_runs_stand_side_by_side_on_one_scale(opened):
    page = opened("runs", "mode=two&run=1&other=4&view=one&quantity=z&epoch=2")
    assert [one.get_attribute("data-run") for one in page.all(".pane")] == ["a", "d"]
    ticks = page.script(
        "return [...document.querySelectorAll('.pane')].map(pane =>"
        " [...pane.querySelectorAll('svg .gridline')].map(e => e.getAttribute('y1')).join())"
    )
    assert ticks[0] == ticks[1]
    assert "activation tanh, rate 0.01" in page.all(".pane")[1].text
    relu = opened("runs", "mode=two&run=1&other=4&view=one&quantity=activation")
    assert "zeros" in relu.one("#panes").text
    page = opened("runs", "mode=two&run=1&other=4&view=one&quantity=z&epoch=2")
    page.choose("other", "2")
    assert page.all(".pane")[1].get_attribute("data-run") == "b" and "other=2" not in page.link()


def test_all_runs_with_a_parameter_are_small_pictures(opened):
    page = opened("runs")
    page.choose("mode", "all")
    assert len(page.all(".pane")) == 4
    assert "4 runs not diagnosed: findings were not asked for." in page.one("#findings").text
    page.choose("where-0", "tanh")
    assert [one.get_attribute("data-run") for one in page.all(".pane")] == ["c", "d"]
    assert "2 runs of 4" in page.one("#choices").text
    link = page.link()
    again = opened("runs", link)
    assert [one.get_attribute("data-run") for one in again.all(".pane")] == ["c", "d"]
    again.choose("where-0", "")
    assert len(again.all(".pane")) == 4


def test_a_link_brings_back_what_was_seen(opened):
    link = "view=course&quantity=delta&statistic=rms&epoch=3&layers=1%2C3&scale=log&theme=dark"
    page = opened(link=link)
    assert page.epochs() == ["3"] and page.link() == link
    assert page.script("return document.documentElement.dataset.theme") == "dark"
    label = page.one("#panes svg").get_attribute("aria-label")
    assert label.startswith("root mean square of delta") and "h3" in label and "h2" not in label


@pytest.mark.parametrize(
    "link",
    [
        "view=<img src=x onerror=alert(1)>&epoch=1e999&layers=0-99999999999,x,-1",
        "run=-5&other=1e9&where=" + "a" * 9000,
        "quantity=__proto__&statistic=constructor&mode=toString&epoch=NaN",
    ],
)
def test_a_hostile_link_does_no_harm(opened, link):
    for name in ("run", "runs"):
        page = opened(name, link)
        assert page.all(".pane") and not page.all("img")


def test_names_of_strangers_are_shown_and_run_nothing(opened):
    page = opened("strange", "view=table&quantity=activation&epoch=1&layers=1-9")
    assert not page.all("img") and "onerror" in page.one("h1").text
    name = next(iter(page.table()))
    assert "onerror" in name and page.table()[name]["nonfinite"] == "16"
    assert "Not heard" in page.one("#notes").text and "not finished" in page.one("#notes").text
    for view in ("panel", "one", "profile", "course", "curves"):
        page.click(f"[data-view={view}]")
        assert page.all(".pane figure, .pane .nothing")
    page.click("[data-view=panel]")
    assert "not finite" in page.one("#panes").text


def test_one_capture_and_no_history_are_enough(opened):
    page = opened("one")
    assert not page.one(".play").is_enabled()
    for view in ("panel", "one", "profile", "course", "curves", "table"):
        page.click(f"[data-view={view}]")
        assert page.all(".pane figure, .pane table")


def test_of_a_deep_network_twelve_layers_are_shown_and_others_found(opened):
    page = opened("deep")
    assert "12 of 80 layers" in page.one("#notes").text
    page.script(
        "const it = document.querySelector('input[type=search]'); it.value = 'h77';"
        "it.dispatchEvent(new Event('input'))"
    )
    assert len([one for one in page.all(".tick") if one.is_displayed()]) == 1
    page.script("document.querySelectorAll('.row button')[0].click()")
    page.settle()
    page.click("[data-view=profile]")
    assert page.script("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", ["run", "runs", "strange", "deep"])
def test_a_phone_shows_all_of_it(opened, name):
    page = opened(name, "mode=two", width=360, height=740)
    for view in ("panel", "profile", "course", "curves", "table"):
        page.click(f"[data-view={view}]")
        assert page.script("return document.documentElement.scrollWidth") <= 360
    small = page.script(
        "return [...document.querySelectorAll('button, select, .tick, summary')].filter(e =>"
        " e.checkVisibility() && e.getBoundingClientRect().height < 20).map(e => e.outerHTML)"
    )
    assert small == []


def test_a_finger_moves_the_slider(opened):
    page = opened(width=360, height=740)
    box = page.script("return document.getElementById('moment').getBoundingClientRect().toJSON()")
    at = {"x": box["x"] + box["width"] * 0.9, "y": box["y"] + box["height"] / 2}
    touch = {"touchPoints": [at]}
    page.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", **touch})
    page.browser.execute_cdp_cmd(
        "Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}
    )
    page.settle()
    assert page.epochs() in (["5"], ["6"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["run", "runs"])
def test_axe_finds_nothing(opened, name, theme):
    axe = pytest.importorskip("selenium_axe_python")
    source = Path(axe.__file__).parent / "axe-core" / "axe.min.js"
    page = opened(name, f"theme={theme}&mode=two")
    page.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": source.read_text("utf-8")})
    for view in ("panel", "profile", "course", "curves", "table"):
        page.click(f"[data-view={view}]")
        found = page.browser.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(it => done(JSON.stringify("
            "it.violations.map(v => [v.id, v.nodes.map(n => n.html)]))))"
        )
        assert json.loads(found) == []


def test_a_notebook_shows_it_in_a_frame_that_reaches_nothing(browser, tmp_path):
    page = run_of(2).explore(findings=False)
    place = tmp_path / "notebook.html"
    place.write_text(f"<!doctype html><title>A notebook</title>{page._repr_html_()}", "utf-8")
    browser.get(place.as_uri())
    browser.switch_to.frame(0)
    shown = Shown(browser)
    shown.click("[data-step=last]")
    assert shown.epochs() == ["2"] and shown.all(".pane svg")
    browser.switch_to.default_content()


def test_many_moves_leave_nothing_behind(opened):
    page = opened("runs", "mode=all")
    nodes = "return document.querySelectorAll('*').length"
    before = page.script(nodes)
    page.browser.execute_async_script(
        "const done = arguments[0]; let k = 0; const go = () => { k += 1;"
        " Kit.state.set({epoch: k % 5, view: ['profile', 'one', 'table'][k % 3]});"
        " if (k < 100) requestAnimationFrame(go); else done(); }; go()"
    )
    page.script("Kit.state.set({epoch: 0, view: 'panel'})")
    page.settle()
    assert page.script(nodes) <= before + 20

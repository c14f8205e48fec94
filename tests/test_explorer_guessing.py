"""Guess first, in a browser: by mouse, finger and keys; scored, told why, saved and checked."""

import csv
import json
import time

import pytest
from browsing import complaints, requested
from guessing_page import guessing_page

from kit.explorer.results import check_folder, print_checked

KINDS = "bars,which-initializer,which-activation,which-layer,tune,mend"
BEGIN = """
document.documentElement.dataset.theme = arguments[0].theme || "light";
Kit.state.provide(Kit.data.settings);
for (const [name, raw] of Object.entries(Kit.data.datasets)) Kit.datasets.provide(name, raw);
const { values, refused } = Kit.state.parse(location.hash);
Kit.state.set(values, "link");
Kit.guessing.begin();
return refused;
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return guessing_page().save(tmp_path_factory.mktemp("page") / "page.html").as_uri()


class Visit:
    """A page of tasks in a browser, and what a hand does there."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def open(self, link, *, size=(1280, 720), theme="light"):
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.get("about:blank")
        requested(self.browser), complaints(self.browser)
        self.browser.get(f"{self.address}#{link}")
        self.refused = self.browser.execute_script(BEGIN, {"theme": theme})
        return self

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def click(self, selector):
        self.browser.execute_script(
            "arguments[0].scrollIntoView({block: 'center'})", self.one(selector)
        )
        self.one(selector).click()
        return self

    def one(self, selector):
        return self.browser.find_element("css selector", selector)

    def text(self, selector=".guess"):
        return self.one(selector).text

    def ask(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def places(self):
        """Of each bar its middle, the top and the bottom of the axis, on the screen."""
        return self.ask("""
          document.querySelector(".guess-canvas").scrollIntoView({ block: "center" });
          const hit = document.querySelector(".guess-hit");
          const { top, bottom, left, width } = hit.getBoundingClientRect();
          return [0, 1, 2, 3, 4].map((k) => [left + ((k + 0.5) * width) / 5, top, bottom]);""")

    def heights(self):
        names = [bar.get_attribute("aria-valuetext") for bar in self.all(".guess-bar")]
        values = [float(bar.get_attribute("aria-valuenow")) for bar in self.all(".guess-bar")]
        return names, values

    def pointer(self, kind, x, y, held=1):
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1}
        self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def finger(self, kind, *points):
        event = {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", event)

    def keys(self, *names):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*names).perform()

    def until(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.text()
            time.sleep(0.05)


@pytest.fixture
def visit(browser, address):
    yield Visit(browser, address)
    unasked = [one for one in complaints(browser) if "beforeunload" not in one]
    assert unasked == []
    asked = [
        one
        for one in requested(browser)
        if not one.startswith(("file:", "blob:", "data:", "about:"))
    ]
    assert asked == []


def test_bars_are_drawn_by_mouse_across_and_the_truth_is_drawn_over_them(visit):
    visit.open("task=bars&student=17").click(".guess-form button")
    assert not visit.one(".guess-hand").is_enabled()
    assert "Still to draw: h1, h2, h3, h4, h5" in visit.text()
    places = visit.places()
    x, top, bottom = places[0]
    visit.pointer("mousePressed", x, (top + bottom) / 2)
    for k, (x, _, _) in enumerate(places):
        visit.pointer("mouseMoved", x, (top + bottom) / 2 + 10 * k)
    visit.pointer("mouseReleased", x, (top + bottom) / 2, held=0)
    visit.pointer("mouseMoved", x, top, held=0)  # which draws nothing any more
    names, values = visit.heights()
    assert values == sorted(values, reverse=True) and len(set(values)) == 5
    assert "not drawn yet" not in names
    visit.click(".guess-hand")
    assert "your guess" in visit.text(".guess-legend") and "of 100 points" in visit.text()
    row = visit.ask("return document.querySelector('.guess-asked table').textContent")
    assert all(f"h{k}" in row for k in range(1, 6))
    assert "σ√n" in visit.text(".guess-why")


def test_bars_are_drawn_by_finger_on_a_phone_without_moving_the_page(visit):
    visit.open("task=bars&student=17", size=(360, 740)).click(".guess-form button")
    (x, top, bottom), *_, (last, _, _) = visit.places()
    middle = (top + bottom) / 2
    before = visit.ask("return document.querySelector('.guess-host').scrollTop")
    visit.finger("touchStart", (x, middle))
    for k in range(21):
        visit.finger("touchMove", (x + (last - x) * k / 20, middle + 3 * k))
    visit.finger("touchEnd")
    names, values = visit.heights()
    assert "not drawn yet" not in names and values == sorted(values, reverse=True)
    assert visit.ask("return document.querySelector('.guess-host').scrollTop") == before
    visit.click(".guess-hand")
    assert "of 100 points" in visit.text()


def test_tasks_are_done_by_keys_alone(visit):
    from selenium.webdriver.common.keys import Keys

    visit.open("task=bars,which-layer,tune&student=17")
    focused = "return document.activeElement.textContent || document.activeElement.id"
    for _ in range(6):
        visit.keys(Keys.TAB)
        if visit.ask(focused) == "Begin":
            break
    visit.keys(Keys.ENTER)
    assert visit.ask(focused) == "Draw the bars"  # a screen reader goes on from there
    visit.keys(Keys.TAB)
    for k in range(5):
        bar = visit.ask("return document.activeElement.getAttribute('aria-label')")
        assert bar == f"h{k + 1}"
        visit.keys(Keys.END, Keys.PAGE_DOWN, Keys.ARROW_DOWN, Keys.TAB)
    names, values = visit.heights()
    assert len({*values}) == 1 and names[0] != "not drawn yet"
    visit.keys(Keys.ENTER)  # hand in
    assert "of 100 points" in visit.text() and visit.ask(focused) == "Next task"
    visit.keys(Keys.ENTER)
    visit.keys(Keys.TAB, Keys.SPACE, Keys.ARROW_RIGHT, Keys.TAB, Keys.ENTER)
    assert "the truth" in visit.text()
    visit.keys(Keys.ENTER)
    visit.keys(Keys.TAB, *[Keys.ARROW_RIGHT] * 5, Keys.TAB, Keys.ENTER)
    assert "Try 1, σ = 0.0112" in visit.text()
    visit.keys(Keys.TAB, Keys.ENTER, Keys.ENTER)
    assert "points on average" in visit.text() and len(visit.all(".guess-table tbody tr")) == 3


@pytest.fixture(scope="module")
def handed_in(browser, address, tmp_path_factory):
    """The folder with the file that a student saved after all kinds of tasks."""
    folder = tmp_path_factory.mktemp("results")
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)}
    )
    visit = Visit(browser, address).open(f"task={KINDS}&student=17")
    visit.one("#guess-name").send_keys('=Zoë, "Z"')
    visit.click(".guess-form button")
    for kind in KINDS.split(","):
        if kind == "bars":
            for x, top, bottom in visit.places():
                visit.pointer("mousePressed", x, (top + bottom) / 2)
                visit.pointer("mouseReleased", x, (top + bottom) / 2, held=0)
        elif kind in ("tune", "mend"):
            visit.click(".guess-try")
            visit.until(lambda: "Try 1" in visit.text())
        else:
            visit.click(".guess-option")
        visit.click(".guess-hand")
        visit.click(".guess-next")
    visit.shown = visit.ask("""return [...document.querySelectorAll(".guess-table tbody tr")]
      .map((row) => Number(row.cells[1].textContent))""")
    visit.click(".guess-save")
    visit.until(lambda: list(folder.glob("*.csv")))
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "default"})
    return folder, visit.shown


def test_what_a_student_saves_is_found_right(handed_in, capsys):
    folder, shown = handed_in
    (file,) = folder.iterdir()
    assert file.name == "guesses-17-Zoe-Z.csv"
    found = check_folder(folder)
    assert [one.fault for one in found] == [""] * 6
    assert [int(one.values["score"]) for one in found] == shown
    assert {one.values["name"] for one in found} == {'=Zoë, "Z"'}
    assert print_checked(found) == 0
    assert f"{sum(shown) / 6:.1f}" in capsys.readouterr().out


def test_what_was_changed_after_it_was_saved_is_found(handed_in, tmp_path):
    folder, _ = handed_in
    (file,) = folder.iterdir()
    lines = list(csv.reader(file.read_text("utf-8").splitlines(keepends=True)))
    at = lines[0].index("score")
    lines[3][at] = "73"
    with (tmp_path / "better.csv").open("w", encoding="utf-8", newline="") as changed:
        csv.writer(changed).writerows(lines)
    found = check_folder(tmp_path)
    assert [one.ok for one in found] == [True, True, False, True, True, True]
    assert "`score` must be" in found[2].fault and "got 73" in found[2].fault


def test_a_teacher_shows_the_answers_of_a_student_by_a_button_alone(visit):
    link = f"task={KINDS}&student=17&role=teacher"
    visit.open(link)
    assert (
        visit.one("#guess-link")
        .get_attribute("value")
        .endswith("#task=" + KINDS.replace(",", "%2C"))
    )
    visit.click(".guess-form button")
    for kind in KINDS.split(","):
        assert "truth" not in visit.ask("return document.querySelector('.guess').textContent")
        assert not visit.all(".guess-why") and "17" in visit.text(".guess-place")
        visit.click(".guess-answer")
        assert visit.text(".guess-why")
        if kind in ("bars", "which-layer"):
            assert "the truth" in visit.text()
        visit.click(".guess-next")
    assert "Nothing was handed in" in visit.text()
    visit.open(link.replace("&role=teacher", "")).click(".guess-form button")
    assert not visit.all(".guess-answer")  # a student's page has no such button


def test_what_is_handed_in_twice_counts_once(visit):
    visit.open("task=which-layer&student=17").click(".guess-form button")
    visit.click(".guess-option:last-child").click(".guess-hand")
    first = visit.text(".guess-score strong")
    visit.click(".guess-next")
    assert visit.text(".guess-table td") == first
    visit.click(".guess-actions button:last-child").click(".guess-form button")
    visit.click(".guess-option").click(".guess-hand")
    assert "your first answer counts" in visit.text()
    visit.click(".guess-next")
    assert visit.text(".guess-table td") == first


def test_a_number_is_asked_for_and_must_be_one(visit):
    visit.open("task=tune")
    for wrong in ("", "abc", "0", "99999999999", "1.5", "1e3"):
        field = visit.one("#guess-student")
        field.clear()
        field.send_keys(wrong)
        visit.click(".guess-form button")
        assert "must be a whole one from 1 to 2,147,483,647" in visit.text(".guess-fault"), wrong
    field = visit.one("#guess-student")
    field.clear()
    field.send_keys("23")
    visit.click(".guess-form button")
    assert "number 23" in visit.text(".guess-place")


def test_a_hostile_link_makes_no_element_and_breaks_nothing(visit):
    hostile = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E,bars,__proto__,constructor"
    visit.open(f"task={hostile}&student=%3Cb%3E&role=root")
    assert visit.refused == ["student=<b>", "role=root"]
    assert "<img src=x onerror=alert(1)>" in visit.text(".guess-fault") and not visit.all("img")
    assert len(visit.all(".guess-list li")) == 1


def test_closed_and_opened_again_it_goes_on_where_it_was(visit):
    visit.open("task=which-layer,tune&student=17").click(".guess-form button")
    visit.click(".guess-option").click(".guess-hand").click(".guess-next")
    visit.click(".guess-close")
    assert (
        visit.ask("return Kit.state.get('task')") == "" and not visit.one("dialog").is_displayed()
    )
    visit.ask("Kit.state.set({ task: 'which-layer,tune' }, 'link')")
    assert "Task 2 of 2" in visit.text(".guess-place")


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def faults_of(browser):
    axe = pytest.importorskip("selenium_axe_python").Axe(browser)
    axe.inject()
    found = axe.run(context='"dialog"', options=RULES)
    assert found["passes"]
    return [
        f"{one['id']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_accessibility_checker_passes_all_kinds(visit, theme):
    size = (360, 740) if theme == "dark" else (1280, 720)
    visit.open(f"task={KINDS}&student=17&role=teacher", theme=theme, size=size)
    assert faults_of(visit.browser) == []
    visit.click(".guess-form button")
    for _ in KINDS.split(","):
        if theme == "light":
            assert faults_of(visit.browser) == []
        visit.click(".guess-answer")
        assert faults_of(visit.browser) == []
        visit.click(".guess-next")


def test_a_phones_width_holds_every_task(visit):
    visit.open(f"task={KINDS}&student=17&role=teacher", size=(360, 740))
    visit.click(".guess-form button")
    for kind in KINDS.split(","):
        visit.click(".guess-answer")
        wide = visit.ask("""
          const all = [...document.querySelectorAll(".guess-host *")];
          const seen = all.filter((one) => !one.closest(".visually-hidden"));
          return seen.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 90));""")
        assert wide == [], (kind, json.dumps(wide))
        small = visit.ask("""
          const all = [...document.querySelectorAll(".guess-actions button, .guess-option")];
          const seen = all.filter((one) => !one.hidden);
          return seen.filter((one) => one.getBoundingClientRect().height < 36).length;""")
        assert small == 0
        visit.click(".guess-next")

"""The page of a network of one's choice, used in a browser as a class uses it."""

import json

import pytest
from browsing import complaints, requested

from kit.explorer import PAGE_SETTINGS, explore

SMALL = "depth=3&width=8&activation=tanh&std=0.5"
"""A network that is quick to train."""

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    explore(path=path)
    return path.as_uri()


class User:
    """Opens the page, acts on it, and asks what it shows."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def ask(self, script, *given):
        return self.browser.execute_script(f"return {script}", *given)

    def wait(self, script, seconds=40):
        from selenium.common.exceptions import TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        try:
            return WebDriverWait(self.browser, seconds, 0.05).until(lambda _: self.ask(script))
        except TimeoutException:
            state = self.ask("JSON.stringify([Kit.app.drawn, Kit.app.session.last, location.hash])")
            raise AssertionError(f"never came true: {script}; {state}") from None

    def open(self, link="", size=(1280, 720)):
        metrics = dict(zip(("width", "height"), size, strict=True))
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {**metrics, "deviceScaleFactor": 1, "mobile": False},
        )
        self.browser.get("about:blank")
        complaints(self.browser)
        requested(self.browser)
        self.browser.get(self.address + (f"#{link}" if link else ""))
        self.wait("Boolean(Kit.app.drawn)")

    def rest(self):
        """Until all is measured and judged."""
        self.wait(
            "!Kit.app.session.training && Kit.app.session.judged && !Kit.app.session.thinking "
            "&& Kit.app.drawn.run === Kit.app.session.run"
        )

    def find(self, selector):
        from selenium.webdriver.common.by import By

        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.find(selector).click()

    def keys(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def put(self, name, value):
        """Move a control, as a hand does."""
        self.ask(
            "(() => { const one = document.getElementById('set-' + arguments[0]);"
            "const range = one.type === 'range';"
            "const field = range ? document.getElementById('field-' + arguments[0]) : one;"
            "field.value = arguments[1]; field.dispatchEvent(new Event('change')); })()".replace(
                "arguments[0]", json.dumps(name)
            ).replace("arguments[1]", json.dumps(str(value)))
        )

    def settings(self):
        return self.ask("Kit.state.all()")


@pytest.fixture
def user(browser, address):
    one = User(browser, address)
    yield one
    assert not complaints(browser)


CHANGES = {
    "depth": 4, "width": 12, "activation": "relu", "initializer": "uniform", "std": 0.25,
    "bias": 0.5, "seed": 7, "data": "circles", "input": "scaled", "loss": "mean_squared_error",
    "optimizer": "adam", "rate": 0.2, "batch": 50,
}  # fmt: skip


def test_every_control_changes_what_it_says(user):
    assert set(CHANGES) == {one.name for one in PAGE_SETTINGS.values() if one.group}
    user.open(SMALL)
    for name, value in CHANGES.items():
        user.put(name, value)
        assert user.settings()[name] == value, name
    user.rest()
    spec = user.ask("Kit.app.session.moment.network.spec")
    assert spec["depth"] == 4 and spec["width"] == 12 and spec["activation"] == "relu"
    assert spec["initializer"] == {"kind": "uniform", "std": 0.25} and spec["bias"] == 0.5
    assert spec["inputDim"] == 2 and spec["loss"] == "mean_squared_error" and spec["seed"] == 7
    title = user.find(".view-title").text
    assert "ReLU" in title and "uniform σ = 0.25" in title and "biases 0.5" in title
    user.wait("location.hash.includes('optimizer=adam') && location.hash.includes('batch=50')")


def test_a_slider_on_a_logarithm_goes_by_steps_that_are_seen(user):
    from selenium.webdriver.common.keys import Keys

    user.open(SMALL)
    slider = user.find("#set-std")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert 0.5 < user.settings()["std"] < 0.55
    slider.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert 0.45 < user.settings()["std"] < 0.5
    user.put("std", 99)  # beyond the end
    assert user.settings()["std"] == 3
    user.put("std", "")
    assert user.settings()["std"] == 3 and user.find("#field-std").get_attribute("value") == "3"
    user.put("initializer", "he_normal")
    assert not user.find("#set-std").is_enabled()


def test_of_many_moves_the_last_is_drawn_and_most_are_left_out(user):
    user.open()
    user.rest()
    before, answers = user.ask("[Kit.app.session.run, Kit.app.session.answers]")
    user.ask(
        "(() => { for (let k = 1; k <= 60; k++) "
        "Kit.state.set({ std: 0.01 + k / 100 }, 'slide'); })()"
    )
    user.wait("Kit.app.drawn.run === Kit.app.session.run")
    assert user.ask("Kit.app.session.run") == before + 60
    assert user.ask("Kit.app.session.moment.network.spec.initializer.std") == pytest.approx(0.61)
    assert user.ask("Kit.app.session.answers") - answers <= 4
    user.rest()
    assert user.ask("Kit.app.session.moment.samples") == 1000


def test_the_panel_shows_what_the_kit_measures(user):
    """The numbers below the violins are those of `kit.probe`."""
    import kit
    from kit.datasets.ball import load_data
    from kit.models import build_block

    user.open("depth=4&width=20&activation=tanh&std=0.2")
    user.rest()
    x, y = load_data()
    import keras

    model = build_block(
        "tanh", keras.initializers.RandomNormal(stddev=0.2), n_layers=4, units=20, seed=1
    )
    snapshot = kit.probe(model, x, y)
    shown = user.ask(
        "Kit.app.session.moment.snapshot.layers.map((one) => "
        "[one.z.std, one.activation.std, one.gradient.std])"
    )
    for layer, numbers in zip(map(snapshot.__getitem__, snapshot.layers), shown, strict=True):
        measured = [layer.z.std(), layer.activation.std(), layer.gradient.std()]
        assert numbers == pytest.approx(measured, rel=1e-4), layer.name


def test_it_runs_pauses_steps_and_goes_back_over_what_has_been(user):
    user.open(SMALL)
    user.click("#run")
    assert user.find("#run").text == "Pause"
    user.wait("Kit.app.session.last >= 3")
    user.click("#run")
    user.wait("!Kit.app.session.training")
    user.wait("document.getElementById('run').innerText === 'Run'")
    user.rest()
    last = user.ask("Kit.app.session.last")
    assert user.ask("Kit.app.session.history.map((one) => one.epoch)") == list(range(last + 1))

    user.click("#one-epoch")
    user.wait(f"Kit.app.session.last === {last + 1} && !Kit.app.session.training")
    user.click("#step")
    user.wait("Kit.app.session.moment.batch === 1")
    assert f"epoch {last + 1}, then 1 batch" in user.find(".view-title").text

    loss = user.ask("Kit.app.session.history[1].loss")
    user.ask("(() => { const one = document.getElementById('epoch'); one.value = 1;"
             "one.dispatchEvent(new Event('input')); })()")  # fmt: skip
    user.wait("Kit.app.drawn.epoch === 1 && Kit.app.drawn.samples === 1000")
    assert user.ask("Kit.app.session.moment.loss") == pytest.approx(loss, rel=1e-4)
    assert user.find("#epoch-words").text == f"1 of {last + 1}"

    user.click("#restart")
    user.wait("Kit.app.session.last === 0 && Kit.app.drawn.epoch === 0")
    assert user.settings()["epoch"] == 0


def test_a_button_says_what_it_does_now_before_the_next_picture_is_drawn(user):
    user.open(SMALL)
    user.rest()
    told = user.ask(
        """(() => {
      const run = document.getElementById("run");
      const told = () => [run.textContent, run.getAttribute("aria-label")];
      const pressed = (id) => {
        document.getElementById(id).click();
        return told(); // in the same breath: no frame, and no news of the worker between
      };
      return ["run", "run", "run", "restart"].map(pressed);
    })()"""
    )
    runs, pauses = ["Run", "Run the training"], ["Pause", "Pause"]
    assert told == [pauses, runs, pauses, runs]


def test_who_pauses_sees_no_more_training_though_its_news_are_on_their_way(user):
    user.open(SMALL)
    user.rest()
    user.click("#run")
    user.wait("Kit.app.session.last >= 1")
    user.ask("""(() => {
      const { postMessage } = Worker.prototype;
      const held = [];
      Worker.prototype.postMessage = function (...all) { held.push([this, all]); };
      Kit.app.acts.toggle(); // the worker does not hear of it, and trains on
      const { session } = Kit.app;
      const epoch = session.last;
      const looking = setInterval(() => {
        window.seen = [session.training, session.last > epoch + 1];
        if (!session.training && session.last <= epoch + 1) return;
        clearInterval(looking);
        Worker.prototype.postMessage = postMessage;
        for (const [worker, all] of held) worker.postMessage(...all);
      }, 5);
    })()""")  # fmt: skip
    user.wait("window.seen && (window.seen[0] || window.seen[1])")
    assert user.ask("window.seen") == [False, True]
    user.wait("document.getElementById('run').textContent === 'Run'")
    last = user.ask("Kit.app.session.last")
    user.rest()
    assert user.find("#run").text == "Run"
    assert user.ask("Kit.app.drawn.epoch") == user.ask("Kit.app.session.last") >= last


def test_one_may_run_and_pause_before_the_network_is_there(user):
    user.open(SMALL)
    user.rest()
    user.ask("(() => { for (const std of [0.2, 0.3, 0.4]) Kit.state.set({ std }, 'slide');"
             "Kit.app.acts.toggle(); Kit.app.acts.toggle(); })()")  # fmt: skip
    user.wait("Kit.app.drawn.run === Kit.app.session.run")
    user.rest()
    assert user.ask("Kit.app.session.last") == 0
    assert "could not" not in user.ask("document.body.innerText")


def test_an_epoch_whose_weights_were_let_go_is_trained_again(user):
    script = """
    const settings = { ...Kit.state.all(), depth: 2, width: 8, optimizer: "adam", rate: 0.05 };
    const told = [];
    const waiting = [];
    const trainer = Kit.trainer.make((one) => told.push(one), (todo) => waiting.push(todo), ROOM);
    trainer.receive({ do: "start", run: 1, asked: 1, settings, samples: 50 });
    for (let k = 1; k <= 9; k++) {
      if (k === 5) trainer.receive({ do: "tune", run: 1, settings: { ...settings, rate: 0.01 } });
      trainer.receive({ do: "train", run: 1, until: k });
      while (waiting.length) waiting.shift()();
    }
    trainer.receive({ do: "recall", run: 1, asked: 2, epoch: 7, samples: 50 });
    return [told.at(-1).moment.loss, trainer.kept()];
    """
    user.open(SMALL)
    whole, kept = user.browser.execute_script(script.replace("ROOM", "1e9"))
    again, few = user.browser.execute_script(script.replace("ROOM", "3000"))
    assert len(kept) == 10 and len(few) < 6 and 7 not in few
    assert again == whole


def test_an_error_while_it_trains_is_told_and_one_may_train_again(user):
    script = """
    const settings = { ...Kit.state.all(), depth: 2, width: 8 };
    const [told, waiting] = [[], []];
    const trainer = Kit.trainer.make((one) => told.push(one), (todo) => waiting.push(todo));
    const { trainStep } = Kit.engine;
    trainer.receive({ do: "start", run: 1, turn: 1, asked: 1, settings, samples: 50 });
    Kit.engine.trainStep = () => { throw new RangeError("out of memory"); };
    trainer.receive({ do: "train", run: 1, turn: 2, until: 1 });
    waiting.shift()();
    Kit.engine.trainStep = trainStep;
    const failed = told.at(-1);
    trainer.receive({ do: "train", run: 1, turn: 3, until: 1 });
    while (waiting.length) waiting.shift()();
    const { is, last, training, turn } = told.at(-1);
    return [failed.is, failed.run, failed.words, is, last, training, turn];
    """
    user.open(SMALL)
    told = user.browser.execute_script(script)
    assert told == ["failed", 1, "out of memory", "progress", 1, False, 3]


STANDING_IN = """
const [sent, hears] = [[], []];
const { start } = Kit.labour;
Kit.labour.start = (hear) => {
  hears.push(hear);
  return { send: (one) => sent.push(one), end() {} };
};
const session = Kit.session.make({ moment() {}, changed() {} }, Kit.data);
Kit.labour.start = start;
session.begin(Kit.state.all());
session.train({ until: 2 }); // waits for the network
const { run, asked } = sent.at(-1);
const orders = () => sent.map((one) => one.do).filter((one) => one !== "provide");
"""
"""A session whose trainer, hears[0], and thinker, hears[1], answer what the test lets them."""


def test_a_network_that_fails_is_told_once_and_what_waits_for_it_is_let_go(user):
    user.open(SMALL)
    script = """
    hears[0]({ is: "failed", run, asked, words: "too large" });
    const told = [session.failed, session.training, orders()];
    session.begin(Kit.state.all());
    session.end();
    return [...told, orders()];
    """
    told = user.browser.execute_script(STANDING_IN + script)
    assert told == ["too large", False, ["start"], ["start", "start"]]


def test_a_thought_that_fails_is_no_answer_of_the_trainer(user):
    user.open(SMALL)
    script = """
    hears[1]({ is: "failed", run, asked, words: "no theory" });
    const told = [session.failed, orders()];
    session.end();
    return told;
    """
    assert user.browser.execute_script(STANDING_IN + script) == ["no theory", ["start"]]


def test_another_rate_goes_on_from_here_and_is_marked(user):
    user.open(SMALL + "&epoch=2&view=curves")
    user.wait("Kit.app.session.last === 2 && !Kit.app.session.training")
    user.put("rate", 0.3)
    assert user.ask("Kit.app.session.last") == 2
    user.click("#one-epoch")
    user.wait("Kit.app.session.last === 3 && !Kit.app.session.training")
    assert "learning rate 0.3" in user.find(".curves").text
    user.put("depth", 4)  # another network starts again
    user.wait("Kit.app.session.last === 0 && Kit.app.drawn.run === Kit.app.session.run")


def test_of_digits_a_part_is_held_out_and_shown(user):
    user.open("depth=1&width=16&data=digits&epoch=1&view=curves&rate=0.5")
    user.wait("Kit.app.session.last === 1 && !Kit.app.session.training")
    user.wait("document.querySelector('.note').textContent.includes('Trained on 400 digits')")
    assert user.ask("Kit.app.session.history[1].valAccuracy") > 0
    assert "held out" in user.find("#readout").text


def test_the_whole_state_is_in_the_link_and_comes_back(user):
    link = "depth=2&width=6&activation=elu&initializer=he_normal&epoch=2&view=profile&quantity=z"
    user.open(link)
    user.wait("Kit.app.session.last === 2 && !Kit.app.session.training")
    settings = user.settings()
    assert settings["activation"] == "elu" and settings["epoch"] == 2
    user.put("rate", 0.05)
    user.wait("location.hash.includes('rate=0.05')")
    address = user.ask("location.hash")
    loss = user.ask("Kit.app.session.history[2].loss")
    user.open(address[1:])
    user.wait("Kit.app.session.last === 2 && !Kit.app.session.training")
    assert user.settings() == {**settings, "rate": 0.05}
    assert user.ask("Kit.app.session.history.length") == 3 and loss > 0
    # another link in the same window, and back
    user.ask("(() => { location.hash = '#activation=relu&depth=2&width=6'; })()")
    user.wait("Kit.state.get('activation') === 'relu' && Kit.app.session.last === 0")
    user.browser.back()
    user.wait("Kit.state.get('activation') === 'elu'")


HOSTILE = [
    "depth=1e99&x=<img src=x onerror=alert(1)>",
    "activation=__proto__&data=constructor&view=toString",
    "seed=-5&std=NaN&rate=&epoch=%3Cscript%3E",
    "&&&===&depth=3&depth=&%zz",
    "task=" + "a" * 30_000,
]


@pytest.mark.parametrize("link", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_link_opens_the_page_and_is_told(user, link):
    user.open(link)
    assert user.ask("document.querySelectorAll('img, iframe, object').length") == 0
    assert user.ask("Kit.state.get('activation')") == "sigmoid"
    assert user.ask("Kit.state.get('depth') <= 20")
    if link.startswith(("depth", "activation", "seed")):
        assert "no settings" in user.find("#notices").text
        user.click(".notice button")
        assert not user.find("#notices").text


def test_by_keyboard_alone(user):
    from selenium.webdriver.common.keys import Keys

    user.open(SMALL)
    user.keys(Keys.TAB)  # past nothing but the skip link
    assert user.ask("document.activeElement.id") == "skip"
    user.keys(Keys.ENTER)
    assert user.ask("document.activeElement.id") == "view"
    user.keys(Keys.SPACE)
    user.wait("Kit.app.session.last >= 1")
    user.keys(Keys.SPACE)
    user.wait("!Kit.app.session.training")
    batch = user.ask("Kit.app.session.moment.batch")
    user.keys("n")
    user.wait(f"!Kit.app.session.training && Kit.app.session.moment.batch !== {batch}")
    user.keys("e")
    user.wait("!Kit.app.session.training && Kit.app.session.moment.batch === 0")
    user.keys("2")
    assert user.find("#tab-profile").get_attribute("aria-selected") == "true"
    user.find("#tab-profile").send_keys(Keys.ARROW_RIGHT)
    assert user.find("#tab-curves").get_attribute("aria-selected") == "true"
    last = user.ask("Kit.app.session.last")
    user.find("#epoch").send_keys(Keys.ARROW_LEFT)
    user.wait(f"Kit.app.drawn.epoch === {last - 1}")
    user.keys("?")
    assert "one batch" in user.find("dialog[open]").text
    user.keys(Keys.ESCAPE)
    user.wait("!document.querySelector('dialog')")
    user.find("#field-width").send_keys("r")  # one types: nothing starts again
    assert user.ask("Kit.app.session.last") == last
    user.ask("document.activeElement.blur()")
    user.keys("r")
    user.wait("Kit.app.session.last === 0")


def test_the_keyboard_reaches_everything(user):
    user.open(SMALL + "&epoch=1")
    user.rest()
    reachable = user.ask(
        "[...document.querySelectorAll('button, input, select, summary, [tabindex]')]"
        ".filter((one) => one.checkVisibility() && one.tabIndex < 0 && !one.disabled)"
        ".filter((one) => one.getAttribute('role') !== 'tab').map((one) => one.id)"
    )
    assert reachable == []


@pytest.mark.parametrize("view", ["panel", "profile", "curves"])
@pytest.mark.parametrize("size", [(360, 640), (1280, 720), (1920, 1080)])
def test_nothing_stands_out_of_the_page(user, view, size):
    user.open(f"{SMALL}&view={view}&epoch=1&depth=20", size)
    user.wait("Kit.app.session.last === 1 && !Kit.app.session.training")
    wide, high = user.ask(
        "(({ scrollWidth: w, scrollHeight: h }) => [w, h])(document.scrollingElement)"
    )
    assert wide <= size[0]
    if size[0] > 900:  # on a projector all is there without scrolling
        assert high <= size[1]
        inside = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)"
        assert user.ask(f"{inside}(document.querySelector('.drawer'))") <= 1
        return
    assert not user.find("#set-depth").is_displayed()
    user.click("#drawer summary")
    assert user.find("#set-depth").is_displayed()
    assert user.ask("document.scrollingElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_accessibility_checker_passes_it(user, theme):
    axe_of = pytest.importorskip("selenium_axe_python")
    found = []
    for view in ("panel", "profile", "curves"):
        user.open(f"theme={theme}&view={view}&epoch=1&{SMALL}&x=1")
        user.rest()
        axe = axe_of.Axe(user.browser)
        axe.inject()
        result = axe.run(options=AXE)
        assert result["passes"]
        found += [
            f"{view}: {one['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
            for one in result["violations"]
            for node in one["nodes"]
        ]
    assert not found, "\n".join(found)


def test_it_asks_for_nothing_but_itself(user):
    user.open(SMALL + "&epoch=1")
    user.rest()
    own = ("blob:", "about:", "data:")
    asked = {one.split("#")[0] for one in requested(user.browser) if not one.startswith(own)}
    assert asked == {user.address}


def test_it_is_shown_in_a_frame_of_a_notebook(user, tmp_path):
    frame = tmp_path / "notebook.html"
    frame.write_text(f"<!doctype html><html><body>{explore()._repr_html_()}</body></html>", "utf-8")
    user.open()
    user.browser.get(frame.as_uri())
    user.browser.switch_to.frame(user.find("iframe"))
    user.wait("Boolean(Kit.app && Kit.app.drawn)")
    user.put("activation", "tanh")
    user.wait("Kit.app.drawn.run === Kit.app.session.run && Kit.app.session.run > 1")
    assert "tanh" in user.find(".view-title").text
    user.browser.switch_to.default_content()


def test_it_computes_without_a_worker_too(user):
    user.open()
    stop = "window.Worker = class { constructor() { throw new Error('none'); } };"
    made = user.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": stop})
    try:
        user.open(SMALL + "&epoch=2")
        user.wait("Kit.app.session.last === 2 && !Kit.app.session.training")
    finally:
        user.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def test_a_finding_is_told_and_what_helps_can_be_tried(user):
    user.open()
    user.rest()
    first = user.find(".finding")
    assert "fault" in first.text and "measured" in first.text
    before = user.settings()
    user.click(".finding .remedy button")
    after = user.settings()
    assert {name for name in after if after[name] != before[name]} <= set(CHANGES)
    assert after != before
    user.rest()


def test_the_share_of_zeros_that_a_violin_leaves_out_is_told(user):
    user.open("depth=3&width=20&activation=relu&initializer=he_normal")
    assert "Activations that are 0, left out: " in user.find(".note").text
    assert "% 0" in user.find(".panel").text
    user.put("activation", "tanh")
    user.wait("!document.querySelector('.note').textContent.includes('left out')")


def test_what_helps_is_said_in_the_words_of_the_page(user):
    user.open()
    user.rest()
    told = user.find("#findings").text + user.ask("document.getElementById('live').textContent")
    assert "He normal" in told and "_" not in told


def test_hidden_titles_give_nothing_away_until_they_are_shown(user):
    user.open("view=unit&activation=sigmoid&titles=hidden")
    user.rest()
    assert user.find(".view-title").text == "epoch 0"
    assert user.find("#findings").text == "Findings\nHidden, as the titles are."
    seen = user.ask("document.body.innerText + document.getElementById('live').textContent")
    for word in ("sigmoid", "Normal", "σ of the weights", "Biases", "vanish"):
        assert word not in seen, word
    tab = user.find("#tab-unit")  # its formula would tell
    assert tab.get_attribute("aria-disabled") == "true" and "Hidden" in tab.get_attribute("title")
    user.click("#reveal")
    assert user.find("#set-activation").is_displayed() and not user.find("#reveal").is_displayed()
    user.wait("document.getElementById('findings').innerText.includes('gradients vanish')")
    user.wait("location.hash.length > 1 && !location.hash.includes('titles')")
    assert user.ask("document.getElementById('view').dataset.view") == "unit"


@pytest.mark.parametrize("width", [360, 600])
def test_on_a_phone_the_head_takes_two_rows_and_the_chosen_tab_is_in_sight(user, width):
    user.open(SMALL + "&view=unit", (width, 740))
    assert user.find(".top").size["height"] < 95
    tab, tabs = user.find("#tab-unit").rect, user.find("#tabs").rect
    assert tab["x"] >= tabs["x"] and tab["x"] + tab["width"] <= tabs["x"] + tabs["width"] + 1
    assert user.find("h1").text == "Play with a network"  # for who does not see


@pytest.mark.parametrize("view", ["panel", "unit"])
def test_on_a_phone_the_training_is_at_hand_however_long_the_view_is(user, view):
    user.open(SMALL + f"&view={view}", (360, 740))
    run, words = user.find("#run"), user.find("#readout").rect
    assert user.ask("scrollY") == 0 and user.ask("document.documentElement.scrollHeight") > 900
    bar, last = user.find("#transport").rect, user.find("#restart").rect
    assert last["x"] + last["width"] <= bar["x"] + bar["width"]
    assert words["y"] + words["height"] <= user.find("#drawer").rect["y"] <= 740
    run.click()
    user.wait("Kit.app.session.last > 0")
    run.click()


@pytest.mark.parametrize("size", [(360, 740), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("view", ["panel", "unit"])
def test_no_number_is_cut_off_at_the_edge_of_a_picture(user, view, size):
    user.open(f"view={view}&activation=tanh&depth=10", size)
    user.rest()
    cut = user.ask(
        "[...document.querySelectorAll('#view svg')].flatMap((picture) => {"
        "const { left, right } = picture.getBoundingClientRect();"
        "return [...picture.querySelectorAll('text')].filter((one) => {"
        "const box = one.getBoundingClientRect();"
        "return box.left < left - 1 || box.right > right + 1; }).map((one) => one.textContent); })"
    )
    assert cut == []


def test_the_scale_of_the_loss_is_in_the_link(user):
    user.open(SMALL + "&view=curves&scale=log&epoch=1")
    user.wait("document.querySelector('.title-row button').ariaPressed === 'true'")
    user.click(".title-row button")
    user.wait("document.querySelector('.title-row button').ariaPressed === 'false'")
    user.wait("location.hash.length > 1 && !location.hash.includes('scale')")


def test_a_screen_reader_is_told_of_results(user):
    user.open(SMALL + "&epoch=1")
    user.rest()
    user.wait("document.getElementById('live').textContent.length > 0")
    tables = user.ask("[...document.querySelectorAll('#view table')].map((one) => one.innerText)")
    assert any("h3" in one for one in tables)
    pictures = "[...document.querySelectorAll('#view svg[role=img]')]"
    labels = user.ask(f"{pictures}.map((one) => one.getAttribute('aria-label'))")
    assert len(labels) == 4 and all("standard deviation by layer: h1 " in one for one in labels)


def test_a_thousand_moves_leave_no_memory_behind(user):
    user.open(SMALL)
    user.browser.execute_cdp_cmd("HeapProfiler.enable", {})
    move = (
        "(async () => { for (let k = 0; k < N; k++) {"
        "const activation = k % 2 ? 'tanh' : 'relu';"
        "Kit.state.set({ std: 0.01 + (k % 100) / 100, activation }, 'slide');"
        "if (k % 10 === 0) await new Promise((done) => setTimeout(done, 4)); } })()"
    )

    def heap():
        user.rest()
        user.browser.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        nodes = user.ask("document.getElementsByTagName('*').length")
        return user.browser.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"], nodes

    user.ask(move.replace("N", "100"))
    first, nodes = heap()
    user.ask(move.replace("N", "1000"))
    last, nodes_after = heap()
    assert last < first * 1.25 + 1e6
    assert abs(nodes_after - nodes) < 60

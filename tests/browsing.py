"""Debian's Chromium, without a window, for tests of pages."""

import json
from pathlib import Path

import pytest

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")


def start_browser(folder, *more):
    """A driver whose user data are in `folder`; the test is skipped where there is no browser."""
    pytest.importorskip("selenium")
    if not (CHROMIUM.is_file() and DRIVER.is_file()):
        pytest.skip("there is no chromium with its chromedriver in /usr/bin")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for name in (
        *("headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
        "window-size=1400,900",
        f"user-data-dir={folder}",
        *more,
    ):
        options.add_argument(f"--{name}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(str(DRIVER))
    return webdriver.Chrome(options=options, service=service)


def requested(browser):
    """The addresses that the browser asked for since it was asked last."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]


def complaints(browser):
    """What the browser complained of since it was asked last: errors, refusals of the policy."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] != "INFO"]

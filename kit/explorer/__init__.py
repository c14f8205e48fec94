"""The page in which a class plays with a network: one file that opens from the disk, offline.

`explore` makes the page of a network of one's choice, `explore_network` that of a convolutional
network of one's own. `assembling` joins the files of a page and its data; `settings` is what can be
set, and its links.
"""

from kit.explorer.assembling import Page
from kit.explorer.exploring import explore
from kit.explorer.network_pages import example_page, explore_network
from kit.explorer.run_pages import explore_file
from kit.explorer.settings import PAGE_SETTINGS, Setting, fragment

__all__ = [
    "PAGE_SETTINGS",
    "Page",
    "Setting",
    "example_page",
    "explore",
    "explore_file",
    "explore_network",
    "fragment",
]

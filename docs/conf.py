"""Sphinx's settings, for sources that `docs.site` gathers."""

import importlib
import inspect
import pkgutil
import re
import sys
import types
from pathlib import Path

from sphinx.pycode import ModuleAnalyzer

import kit
from docs.forking import fork_kernels
from kit.files import quiet_start

fork_kernels()

with quiet_start():
    import tensorflow  # noqa: F401

project = "Keras Teaching Kit"
author = "the authors of the Keras Teaching Kit"
project_copyright = f"{author}. Apache-2.0"
version = release = kit.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb"]
extensions += ["sphinx_design"]
templates_path = [str(Path(__file__).parent / "_templates")]  # else below the sources
exclude_patterns = ["notebooks"]  # to be had as they are
myst_heading_anchors = 3
myst_enable_extensions = ["attrs_inline", "colon_fence"]

# a page is a notebook: its blocks of Python are the cells, in a kernel of `_jupyter`
MARKDOWN = {"extension": ".md", "format_name": "markdown"}
nb_custom_formats = {".md": ["jupytext.reads", {"fmt": MARKDOWN}]}
nb_execution_mode = "cache"
nb_execution_excludepatterns = ["index.md", "gallery/*"]
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_show_tb = True  # what fails is a warning, and ends the build like any other
nb_merge_streams = True
nb_output_stderr = "error"
nb_ipywidgets_js = {}  # nothing from elsewhere

numpydoc_show_class_members = False
autosummary_ignore_module_all = False
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
add_module_names = False
default_role = "py:obj"  # the kit's docstrings write `Recording.load`
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!kit\.).*"),  # parameters, and other people's names
    ("py:class", r"kit\..*"),  # types in signatures that are no public names
    ("py:obj", r"kit\.recordings\.storage"),  # told on a page of its own
]
smartquotes_action = "D"  # dashes alone: a caption says what it says

html_theme = "furo"
html_title = "Keras Teaching Kit"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("films.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00568C", "color-brand-content": "#00568C"},
    "dark_css_variables": {"color-brand-primary": "#6CB8E6", "color-brand-content": "#6CB8E6"},
    "navigation_with_keys": False,
}
pygments_style = "xcode"  # of Pygments' own, those whose colours all stand out enough
pygments_dark_style = "monokai"


def homes():
    """Where each public name is documented: under the name by which it is met first."""
    listed = re.findall(r"^   (kit[\w.]*)$", Path("api/index.rst").read_text("utf-8"), re.MULTILINE)
    todo = list(map(importlib.import_module, listed))
    found, first = {}, {}
    while todo:
        module = todo.pop(0)
        things = {name: getattr(module, name) for name in module.__all__}
        for name, thing in things.items():
            if not inspect.ismodule(thing):
                full = f"{module.__name__}.{name}"
                # small values (a number, a tuple) may be one object under two names
                found[full] = first.setdefault(id(thing), full) if callable(thing) else full
        todo[:0] = filter(inspect.ismodule, things.values())
    return found


def is_alias(thing):
    """Whether it is a type's other name, as ``dict[str, int]``; Sphinx takes it for a class."""
    return isinstance(thing, types.GenericAlias)


HOMES = homes()
ALIASES = [name for name in HOMES if is_alias(pkgutil.resolve_name(name))]
autosummary_context = {"homes": HOMES, "aliases": ALIASES}


def link_short_names(app, env, node, contnode):
    """Lead `Recording.load`, or `kit.recordings.Recording`, to where it is documented."""
    if node.get("refdomain") != "py":
        return None
    domain = env.get_domain("py")
    words = node["reftarget"].split(".")
    if len(words) == 1 and words[0].islower():
        return None  # the name of a parameter
    for start in range(len(words)):
        if words[0] == "kit" and start == len(words) - 1 and words[-1].islower():
            return None
        end = "." + ".".join(words[start:])
        found = [
            name for name, one in domain.objects.items() if name.endswith(end) and not one.aliased
        ]
        if len(found) == 1:
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, "obj", found[0], node, contnode
            )
    return None


def tell_data(app, what, name, thing, options, lines):
    """Let a value, or a type's alias, say what stands below its assignment, in whichever module."""
    if what != "data" and not is_alias(thing):
        return
    short = name.rsplit(".", 1)[1]
    for other in [one for key, one in sorted(sys.modules.items()) if key.startswith("kit.")]:
        if getattr(other, short, None) is thing:
            words = ModuleAnalyzer.for_module(other.__name__).find_attr_docs().get(("", short))
            if words:
                lines[:] = words
                return
    lines[:] = [f"``{thing!r}``"]


def shorten_defaults(app, what, name, thing, options, signature, returns):
    """Write a default that a dataclass makes as Python can read it, or its types stay long."""
    if is_alias(thing):
        return None, None  # else numpydoc takes one from the words of dict
    if signature and "<factory>" in signature:
        return signature.replace("<factory>", "..."), returns
    return None


def setup(app):
    """Sphinx calls this."""
    app.connect("autodoc-process-signature", shorten_defaults, priority=400)  # before numpydoc
    app.connect("autodoc-process-docstring", tell_data, priority=400)
    app.connect("missing-reference", link_short_names)

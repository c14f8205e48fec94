"""Sphinx's settings. ``python -m docs`` copies this file to where it gathers the sources."""

import re

from sphinx.domains.python import PyObject

import kit

project = "Keras Teaching Kit"
author = "the authors of the Keras Teaching Kit"
project_copyright = f"{author}. Apache-2.0"
version = release = kit.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
myst_enable_extensions = ["attrs_inline", "colon_fence"]

napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes as a list: each would be documented twice otherwise
napoleon_use_rtype = False
for field in PyObject.doc_field_types:
    if field.name == "variable":
        field.label = "Attributes"  # the word of the docstrings
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
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00568C", "color-brand-content": "#00568C"},
    "dark_css_variables": {"color-brand-primary": "#6CB8E6", "color-brand-content": "#6CB8E6"},
    "navigation_with_keys": False,
}
pygments_style = "friendly"
pygments_dark_style = "native"


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
        found = [name for name in domain.objects if name.endswith(end)]
        if len(found) == 1:
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, "obj", found[0], node, contnode
            )
    return None


def tidy_docstring(app, what, name, thing, options, lines):
    """Let |x| be a magnitude and no substitution, and `low, high` of one entry be two of a list."""
    tidied = []
    together = []  # the rest of a list of names, and where the first of them stands
    for line in lines:
        if not line.lstrip().startswith((">>>", "...")):
            line = re.sub(r"(`[^`]+`)|\|", lambda m: m[1] or r"\|", line)
        if not line.startswith("  "):  # the entry before is over
            tidied += repeated(tidied, *together)
            together = []
        entry = re.match(r":ivar (\w+), ([\w, ]+):(.*)", line)
        if entry:
            together = [len(tidied), entry[2].split(", ")]
            line = f":ivar {entry[1]}:{entry[3]}"
        tidied.append(line)
    lines[:] = tidied + repeated(tidied, *together)


def repeated(lines, start=0, names=()):
    """The entry that begins at `start`, once more for each of the names."""
    first, rest = lines[start : start + 1], lines[start + 1 :]
    return [
        line
        for name in names
        for line in (re.sub(r"^:ivar \w+:", f":ivar {name}:", first[0]), *rest)
    ]


def setup(app):
    """Sphinx calls this."""
    app.connect("autodoc-process-docstring", tidy_docstring)
    app.connect("missing-reference", link_short_names)

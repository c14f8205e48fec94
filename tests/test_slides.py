"""Decks and handouts: what stands on a slide, where, and that other programs can open it."""

import io
import itertools
import json
import re
import shutil
import subprocess
import sys
import zipfile

import matplotlib.pyplot as plt
import pytest
from accessible import contrast
from hypothesis import given
from hypothesis import strategies as st
from trial import added, write_figure

pptx = pytest.importorskip("pptx")
pypdf = pytest.importorskip("pypdf")

from lxml import etree  # noqa: E402
from pptx import Presentation  # noqa: E402
from pptx.oxml.ns import qn  # noqa: E402

from kit.catalogue.many_seeds import try_seeds  # noqa: E402
from kit.catalogue.words import lines_of_facts, notes_of, one_line, sentences  # noqa: E402
from kit.cli import main  # noqa: E402
from kit.figures import catalogue, find  # noqa: E402
from kit.plots.styling import COLORS, THEMES, style  # noqa: E402
from kit.slides import check_slides, lecture, make_slides  # noqa: E402
from kit.slides.deck import Slide, write_deck  # noqa: E402
from kit.slides.handout import (  # noqa: E402
    PAPER,
    page_texts,
    picture_place,
    save_page,
    text_pages,
    wrapped,
)
from kit.slides.pictures import LEAST, drawn_bare, settle  # noqa: E402
from kit.slides.template import OWN, own_design, template_design  # noqa: E402

INCH = 914_400
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
SUM = 'Claim("sum", "==", 3, "the sum is {limit}"), '
SEED = 'Claim("seed", "==", 1, "the seed is {limit}"), '
PARTS = {
    "lectures": ("Nobody", "Somebody"),
    "measure": 'by_layer = {"h1": 0.12345, "h2": 1e-9}\n    '
    'return None, {"seed": seed, "pair": [1, 2], "by_layer": by_layer, "sum": 3}',
    "draw": 'ax.plot([0, 1], facts["pair"], label="a curve")\n    ax.legend()',
    "caption": "A pair of {pair[0]} and {pair[1]}. " + "It goes on and on. " * 9,
    "alt": "One line from {pair[0]} to {pair[1]}.",
}
NAMES = ("trial-one", "other-one", "trial-two")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three figures of two topics in a folder of their own; one of them cannot be drawn."""
    folder = tmp_path_factory.mktemp("own")
    for name, more in (
        ("trial-one", {"claims": SUM}),
        ("other-one", {"claims": SUM + SEED}),
        ("trial-two", {"measure": 'raise RuntimeError("no such luck")'}),
    ):
        parts = PARTS | {"title": f"Title of {name}"} | more
        write_figure(
            folder, name, name.split("-", maxsplit=1)[0] if "other" in name else "trial", **parts
        )
    with added(folder, "trial", "other"):
        try_seeds([catalogue["other-one"]], (1, 2))
        yield [catalogue[name] for name in NAMES]


@pytest.fixture(scope="module")
def made(tmp_path_factory, three):
    """A deck and a handout of three figures, one of which cannot be drawn."""
    out = tmp_path_factory.mktemp("made")
    told = []
    return out, make_slides(three, out, pdf=True, progress=told.append), told


@pytest.fixture(scope="module")
def deck(made):
    return Presentation(str(made[0] / "lecture.pptx"))


def titles(deck):
    return [slide.shapes.title.text for slide in deck.slides]


def pictures(slide):
    return [shape for shape in slide.shapes if shape.shape_type == 13]  # PICTURE


def slide_of(deck, title):
    return next(slide for slide in deck.slides if slide.shapes.title.text == title)


# words


@given(st.lists(st.sampled_from(["alpha", "beta, and", "x", "(1.5, 2)", "0.5."]), min_size=1))
def test_a_caption_of_one_line_fits(words):
    caption = " ".join(words).capitalize() + "."
    for limit in (20, 40, 100):
        line = one_line(caption, limit)
        assert len(line) <= limit and "\n" not in line
        if len(caption) <= limit:
            assert line == caption


def test_a_caption_keeps_whole_sentences_and_names_the_data():
    caption = "Two of them learn (1,000 digits, 3 epochs). ReLU does at 0.5. The third does not."
    assert one_line(caption, 200) == caption
    assert one_line(caption, 65) == "Two of them learn (1,000 digits, 3 epochs). ReLU does at 0.5."
    assert one_line(caption, 30) == "Two of them learn."
    assert one_line(caption, 60, "MNIST").endswith(" Digits: MNIST.")
    assert one_line("They are thought to be N(0, 2²) at first.", 30) == "They are thought to be …"
    assert one_line("Losses, for both classes; solid: means.", 36) == "Losses, for both classes …"
    assert one_line("MNIST, all of it.", 60, "MNIST") == "MNIST, all of it."


@pytest.mark.parametrize("figure", catalogue.values(), ids=catalogue)
def test_captions_of_the_catalogue_fit_on_one_line(figure):
    caption = re.sub(r"\{[^}]*\}", "0.12", figure.caption)
    line = one_line(caption, 110, "MNIST sample" if figure.digits else None)
    assert len(line) <= 110 and line[0] == caption[0]
    assert line.endswith((".", "…")) and "  " not in line
    if figure.digits:
        assert "MNIST sample" in line
    if len(sentences(caption)[0]) <= 80:
        assert line.startswith(sentences(caption)[0])


def test_facts_are_told_in_words_and_not_all_of_them():
    facts = {
        "layers": {"h1": {"std": 0.5, "n": 1000}, "h2": {"std": 1e-9, "n": 10}},
        "matrix": [[1, 2], [3, 4]],
        "large": [[0.5] * 20, [2.5] * 20],
        "words": ["a", "b"],
        "none": None,
        "yes": True,
        "empty": [],
        "many": list("abcdefghijkl"),
    }
    assert lines_of_facts(facts) == [
        "layers, h1: std 0.5, n 1,000",
        "layers, h2: std 10⁻⁹, n 10",
        "matrix: 1 2 / 3 4",
        "large: 40 numbers from 0.5 to 2.5",
        "words: a, b",
        "none: –",
        "yes: yes",
        "empty: none",
        "many: 12 values",
    ]
    many = {f"fact_{k}": k for k in range(100)}
    assert len(lines_of_facts(many)) == 24
    assert lines_of_facts(many)[-1] == "… and 77 more, in figures.json"


def test_notes_of_the_catalogue_hold_no_long_lists(measured):
    for name in ("conv-padding-stride", "conv-filter-depth"):  # nested sizes, matrices
        lines = lines_of_facts(measured(name)[1])
        assert lines and max(map(len, lines)) < 150
        assert not any(sign in line for line in lines for sign in "{}[]")


# pictures and the deck


def test_what_is_spoken_comes_first_and_in_the_place_of_the_facts(made):
    entries = json.loads((made[0] / "figures.json").read_text("utf-8"))["figures"]
    spoken = {"look": "Look left.", "point": "It is 3.", "misconception": "It is not 4."}
    notes = notes_of({**entries[0], "notes": spoken})
    said = ["Look: Look left.", "The point: It is 3.", "Often thought: It is not 4."]
    assert notes.startswith("\n\n".join([*said, entries[0]["caption"]]))
    assert "Facts" in notes_of(entries[0]) and "Facts" not in notes


def test_every_figure_is_written_as_png_and_svg(made):
    from PIL import Image

    out = made[0]
    for topic, name in (("trial", "trial-one"), ("other", "other-one")):
        with Image.open(out / topic / f"{name}.png") as image:
            assert image.size == (1920, 1080)
        svg = (out / topic / f"{name}.svg").read_text("utf-8")
        assert ">a curve</text>" in svg  # text stays text


def test_a_deck_has_a_title_a_section_for_each_topic_and_a_slide_for_each_figure(made, deck):
    expected = ["Lecture figures", "Trial", "Title of trial-one", "Title of trial-two"]
    assert titles(deck) == [*expected, "Other", "Title of other-one"]
    assert made[1].files["lecture.pptx"] == 6
    assert (deck.slide_width, deck.slide_height) == (12_192_000, 6_858_000)
    assert "3 figures" in deck.slides[0].placeholders[1].text
    assert deck.slides[1].placeholders[1].text == "2 figures"
    sections = [
        (section.get("name"), [int(one.get("id")) for one in section.iter(f"{P14}sldId")])
        for section in deck.element.iter(f"{P14}section")
    ]
    ids = [slide.slide_id for slide in deck.slides]
    assert sections == [("Title", ids[:1]), ("Trial", ids[1:4]), ("Other", ids[4:])]
    assert deck.element[-1].tag == qn("p:extLst")  # anywhere else PowerPoint repairs the file


def test_a_slide_has_its_picture_at_full_size_with_alt_text(deck):
    slide = slide_of(deck, "Title of trial-one")
    (picture,) = pictures(slide)
    assert picture.image.size[0] == 1920
    ratio = picture.image.size[0] / picture.image.size[1]
    assert ratio == pytest.approx(picture.width / picture.height, rel=2e-3)
    assert picture.width > 0.95 * deck.slide_width  # and no letter is larger or smaller for it
    assert picture.element.nvPicPr.cNvPr.get("descr") == "One line from 1 to 2."
    boxes = [
        (shape.top, shape.top + shape.height)
        for shape in (slide.shapes.title, picture, slide.placeholders[20])
    ]
    assert all(above[1] <= below[0] for above, below in itertools.pairwise(boxes))
    assert boxes[-1][1] <= deck.slide_height


def test_the_title_of_a_slide_is_not_in_its_picture(three):
    figure = three[0]
    data, facts = figure.measure(None, 1)
    with drawn_bare(figure, data, facts, 8, 4, "light") as drawing:
        settle(drawing)
        assert drawing.get_size_inches().tolist() == [8, 4]
        title = drawing.suptitle("x")
        assert not title.get_visible() and not title.get_in_layout()
        scale = min(8 / LEAST[0], 4 / LEAST[1])
        (legend,) = drawing.axes[0].get_legend().get_texts()
        assert legend.get_fontsize() == pytest.approx(17 * scale)
        top = drawing.axes[0].get_tightbbox().y1 / drawing.bbox.height
        assert top > 0.95  # what stood below the title has its room


def test_a_slide_has_one_line_and_notes_with_all_the_rest(made, deck):
    slide = slide_of(deck, "Title of other-one")
    caption = slide.placeholders[20].text
    assert caption.startswith("A pair of 1 and 2. It goes on") and len(caption) < 125
    notes = slide.notes_slide.notes_text_frame.text
    entries = json.loads((made[0] / "figures.json").read_text("utf-8"))["figures"]
    (entry,) = [one for one in entries if one["id"] == "other-one"]
    assert notes.startswith(entry["caption"]) and notes == notes_of(entry)
    for words in (
        "pair: 1, 2",
        "by layer: h1 0.123, h2 10⁻⁹",
        "✓ the sum is 3: holds on 2 of 2 seeds (1, 2)",
        "✗ the seed is 1: does not hold (seeds 2)",
        "Draw it again: kit figures other-one",
        "Lectures: Nobody, Somebody.",
    ):
        assert words in notes


def test_a_figure_that_fails_leaves_a_slide_that_says_so(made, deck):
    _, result, told = made
    slide = slide_of(deck, "Title of trial-two")
    assert not pictures(slide)
    words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "could not be drawn" in words and "no such luck" in words
    assert "kit figures trial-two" in slide.notes_slide.notes_text_frame.text
    assert result.failed == {"trial-two": "RuntimeError: no such luck"}
    assert [one.state for one in result.drawn] == ["drawn", "drawn", "failed"]
    assert len(told) == 5  # two steps each, but for the one that stopped at its first


def test_no_placeholder_is_left_empty_and_slides_are_numbered(deck):
    for slide in deck.slides:
        assert all(shape.text_frame.text for shape in slide.placeholders)
        assert 'type="slidenum"' in slide.shapes._spTree.xml
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(set(ids)) == len(ids)


def test_the_same_deck_again_has_the_same_bytes_and_draws_nothing(made, three):
    out = made[0]
    before = {path: path.read_bytes() for path in out.glob("lecture.*")}
    kept = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    again = make_slides(three, out, pdf=True)
    assert [one.state for one in again.drawn] == ["unchanged", "unchanged", "failed"]
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.png")} == kept
    assert len(before) == 2
    for path, data in before.items():
        assert path.read_bytes() == data


def test_a_deck_tells_nothing_of_the_day_or_of_who_made_its_layouts(made):
    with zipfile.ZipFile(made[0] / "lecture.pptx") as file:
        names = file.namelist()
        core = file.read("docProps/core.xml").decode()
        assert {item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2000-01-01" in core and "Canny" not in core and "Keras Teaching Kit" in core
    assert not [name for name in names if "thumbnail" in name or "printer" in name]
    assert len(set(names)) == len(names)


def test_a_slide_leads_to_the_page_in_which_its_network_can_be_played_with(tmp_path):
    figures = [catalogue["init-relu-he-normal"], catalogue["conv-width-13"]]
    made = make_slides(figures, tmp_path, quiz=True)
    assert made.pages == ["explorer.html"]
    page = (tmp_path / "explorer.html").read_text("utf-8")
    assert "Play with a network" in page
    links = []
    for file in ("lecture", "quiz"):
        for slide in Presentation(str(tmp_path / f"{file}.pptx")).slides:
            texts = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
            for part in (one for text in texts for one in text.paragraphs):
                found = [run for run in part.runs if run.hyperlink.address]
                links += [(file, slide.shapes.title.text, run) for run in found]
                assert len(part.text) < 135
    ((file, title, link),) = links  # the settings would be the quiz's answer
    assert (file, title) == ("lecture", figures[0].title)
    assert link.text.strip() == "▶ Play with it"
    assert link.hyperlink.address == "explorer.html#activation=relu&initializer=he_normal"


def test_long_titles_get_smaller_letters_and_short_ones_do_not(tmp_path):
    slides = [Slide("a", "t", "Short"), Slide("b", "t", "A rather long title " * 5)]
    write_deck(tmp_path / "a.pptx", slides, own_design("light"), "x", "y")
    deck = Presentation(str(tmp_path / "a.pptx"))
    sizes = [slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size for slide in deck.slides]
    assert sizes[2] is None and sizes[3].pt < 24


def test_the_dark_theme_is_dark_all_through(tmp_path):
    ground = THEMES["dark"]["back"].lstrip("#")
    write_deck(tmp_path / "a.pptx", [Slide("a", "t", "T")], own_design("dark"), "x", "y")
    deck = Presentation(str(tmp_path / "a.pptx"))
    mapping = deck.slide_master.element.find(qn("p:clrMap"))
    assert (mapping.get("bg1"), mapping.get("tx1")) == ("dk1", "lt1")
    with zipfile.ZipFile(tmp_path / "a.pptx") as file:
        theme = file.read("ppt/theme/theme1.xml").decode()
    assert f'<a:dk1><a:srgbClr val="{ground}"/></a:dk1>' in theme
    assert 'typeface="Calibri"' not in theme


A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_kits_own_templates_have_the_colours_of_its_pictures(name):
    """Where this fails, the palette has changed: edit the themes of kit/slides/templates/*.pptx."""
    own = own_design(name).deck.slide_master
    names = own.element.find(qn("p:clrMap")).attrib
    (theme,) = [one.target_part for one in own.part.rels.values() if "/theme" in one.reltype]
    scheme = etree.fromstring(theme.blob).find(f".//{A}clrScheme")
    found = {one.tag.removeprefix(A): f"#{one[0].get('val')}" for one in scheme}
    assert found[names["bg1"]] == THEMES[name]["back"]
    assert found[names["tx1"]] == THEMES[name]["ink"]
    assert [found[f"accent{k}"] for k in range(1, 6)] == list(COLORS.values())
    for link in ("hlink", "folHlink"):
        assert contrast(found[link], THEMES[name]["back"]) > 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_kits_own_templates_hold_three_layouts_and_nothing_else(name):
    path = OWN / f"{name}.pptx"
    assert path.stat().st_size < 20_000
    with zipfile.ZipFile(path) as file:
        parts = file.namelist()
    assert not [part for part in parts if re.search("slides/|media|thumbnail|printer", part)]
    design = own_design(name)
    kinds = [layout.element.get("type") for layout in design.deck.slide_layouts]
    assert kinds == ["title", "secHead", "titleOnly"]
    assert [design.opening, design.section, design.figure] == list(design.deck.slide_layouts)
    assert design.caption.top >= design.picture.top + design.picture.height
    assert design.picture.inches[0] > 12 and design.picture.inches[1] > 6


# an instructor's template


@pytest.fixture
def template(tmp_path):
    """A 4:3 template with two slides of its own."""
    deck = Presentation()
    for k in range(2):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Slide {k} of the department"
        slide.notes_slide.notes_text_frame.text = "secret notes"
    path = tmp_path / "department.pptx"
    deck.save(str(path))
    return path


def write_with(template, folder, picture=None):
    slides = [Slide("a", "topic", "Title of a", "One line.", "alt", "notes", picture)]
    write_deck(folder / "a.pptx", slides, template_design(template), "Lecture", "About")
    return Presentation(str(folder / "a.pptx"))


def test_a_template_is_used_with_its_layouts(template, tmp_path, made):
    picture = made[0] / "trial" / "trial-one.png"
    deck = write_with(template, tmp_path, picture)
    assert (deck.slide_width, deck.slide_height) == (9_144_000, 6_858_000)
    assert titles(deck) == ["Lecture", "Topic", "Title of a"]
    used = [slide.slide_layout.name for slide in deck.slides]
    assert used == ["Title Slide", "Section Header", "Title Only"]
    with zipfile.ZipFile(tmp_path / "a.pptx") as file:
        everything = b"".join(file.read(name) for name in file.namelist())
        assert len([n for n in file.namelist() if re.fullmatch(r"ppt/slides/[^/]+", n)]) == 3
    assert b"of the department" not in everything and b"secret notes" not in everything
    slide = deck.slides[2]
    (shown,) = pictures(slide)
    title = slide.slide_layout.placeholders[0]
    assert shown.top >= title.top + title.height
    assert shown.left >= title.left and shown.width <= title.width
    (caption,) = [shape for shape in slide.shapes if shape.name == "Caption"]
    assert caption.text_frame.text == "One line." and caption.top >= shown.top + shown.height
    assert caption.text_frame.paragraphs[0].runs[0].font.size.pt >= 12
    foot = min(shape.top for shape in slide.slide_layout.placeholders if shape.top > 5_000_000)
    assert caption.top + caption.height <= foot


def test_a_template_without_such_layouts_is_used_as_far_as_it_goes(template, tmp_path):
    deck = Presentation(str(template))
    for slide in list(deck.slides._sldIdLst):
        deck.part.drop_rel(slide.rId)
        deck.slides._sldIdLst.remove(slide)
    for layout in list(deck.slide_layouts):
        if layout.name != "Title and Content":
            deck.slide_layouts.remove(layout)
    deck.save(str(template))
    written = write_with(template, tmp_path)
    assert [slide.slide_layout.name for slide in written.slides] == ["Title and Content"] * 3
    assert titles(written) == ["Lecture", "Topic", "Title of a"]
    assert written.slides[1].placeholders[1].text == "1 figure"
    kinds = [shape.placeholder_format.type for shape in written.slides[2].placeholders]
    assert len(kinds) == 2  # the title and the number: no empty content


def test_sections_of_a_template_go_with_its_slides(made, tmp_path):
    deck = write_with(made[0] / "lecture.pptx", tmp_path)
    ids = [int(one.get("id")) for one in deck.element.iter(f"{P14}sldId")]
    assert ids == [slide.slide_id for slide in deck.slides] and len(ids) == 3
    assert [one.get("name") for one in deck.element.iter(f"{P14}section")] == ["Title", "Topic"]


def test_layouts_are_found_in_any_language(template, tmp_path):
    deck = Presentation(str(template))
    for k, layout in enumerate(deck.slide_layouts):
        layout.name = f"Vorlage {k}"
        layout.element.attrib.pop("type", None)
    deck.save(str(template))
    design = template_design(template)
    names = [layout.name for layout in (design.opening, design.section, design.figure)]
    assert names == ["Vorlage 0", "Vorlage 2", "Vorlage 5"]


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ((0.4, 0.2, 9.2, 1.0), "below"),
        ((2.5, 0.2, 3.0, 0.8), "below"),
        ((0.4, 6.0, 9.2, 0.8), "above"),
        ((0.2, 0.5, 2.0, 6.5), "right"),
        ((7.8, 0.5, 2.0, 6.5), "left"),
    ],
)
def test_a_picture_stands_where_the_title_leaves_most_room(template, title, side):
    deck = Presentation(str(template))
    layout = next(one for one in deck.slide_layouts if one.name == "Title Only")
    shape = layout.placeholders[0]
    box = [int(one * INCH) for one in title]
    shape.left, shape.top, shape.width, shape.height = box
    deck.save(str(template))
    picture = template_design(template).picture
    apart = {
        "below": picture.top >= box[1] + box[3],
        "above": picture.top + picture.height <= box[1],
        "right": picture.left >= box[0] + box[2],
        "left": picture.left + picture.width <= box[0],
    }
    assert apart[side] and min(picture.inches) > 3


def test_a_potx_is_a_template_too(template, tmp_path):
    path = tmp_path / "department.potx"
    kind = b"presentationml.presentation.main+xml"
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(kind, b"presentationml.template.main+xml")
            new.writestr(name, data)
    with pytest.raises(ValueError, match="not a PowerPoint file"):
        Presentation(str(path))
    assert titles(write_with(path, tmp_path)) == ["Lecture", "Topic", "Title of a"]


def test_what_is_no_template_is_refused(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.pptx").write_text("not a deck")
    (tmp_path / "empty.pptx").write_bytes(b"")
    (tmp_path / "old.ppt").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    with zipfile.ZipFile(tmp_path / "zip.pptx", "w") as file:
        file.writestr("a.txt", "a")
    for name, words in (
        ("none.pptx", "there is no .*none.pptx"),
        ("folder", "got .*folder, a folder: name the file in it"),
        ("text.pptx", "got .*, a text: a template is made in PowerPoint or LibreOffice and saved"),
        ("empty.pptx", "got .*, which cannot be read as one, empty or cut short"),
        ("old.ppt", r"got .*, an old \.ppt or one with a password: save it as \.pptx"),
        ("zip.pptx", r"got .*, which cannot be read as one: open it .* save it as \.pptx"),
    ):
        with pytest.raises(ValueError, match=f"`template` must be a PowerPoint file .*{words}"):
            template_design(tmp_path / name)
    deck = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name != "Blank":
            deck.slide_layouts.remove(layout)
    deck.save(str(tmp_path / "blank.pptx"))
    with pytest.raises(ValueError, match="`template` must have a layout with a title"):
        template_design(tmp_path / "blank.pptx")


def test_a_template_without_notes_is_refused(template, tmp_path):
    deck = Presentation(str(template))
    for shape in list(deck.notes_master.placeholders):
        shape.element.getparent().remove(shape.element)
    deck.save(str(template))
    with pytest.raises(ValueError, match="`template` must have notes pages"):
        template_design(template)


# the handout


def test_a_handout_has_a_page_of_a4_for_each_figure(made):
    out, result, _ = made
    reader = pypdf.PdfReader(out / "lecture.pdf")
    assert result.files["lecture.pdf"] == len(reader.pages) == 3
    for page in reader.pages:
        size = [float(side) / 72 for side in page.mediabox[2:]]
        assert size == pytest.approx(PAPER, abs=0.01)
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert "Title of trial-one" in texts[0] and "It goes on and on." in texts[0]
    assert "a curve" in texts[0] and "kit figures trial-one" in texts[0]  # text, no picture of it
    assert not reader.pages[0].images
    assert "could not be drawn" in texts[1] and "no such luck" in texts[1]
    assert "Other · 3" in texts[2]


def test_a_handout_has_bookmarks_by_topic(made):
    reader = pypdf.PdfReader(made[0] / "lecture.pdf")
    flat = [[one.title for one in part] if isinstance(part, list) else part.title
            for part in reader.outline]  # fmt: skip
    trial = ["Title of trial-one", "Title of trial-two"]
    assert flat == ["Trial", trial, "Other", ["Title of other-one"]]


def test_lines_of_a_handout_fit_its_width():
    from kit.plots.texts import ems

    caption = "Sixteen numbers of which every one is a sum, as Σ says. " * 12
    lines = wrapped(caption, 10.5, 10.0)
    assert " ".join(lines) == caption
    assert all(ems(line) * 10.5 / 72 <= 10.0 for line in lines)
    assert min(ems(line) for line in lines[:-1]) * 10.5 / 72 > 8


def test_a_legend_of_the_whole_drawing_stands_above_the_caption(tmp_path):
    texts = page_texts("A title", "The caption.", "source", "foot")
    with style():
        drawing, ax = plt.subplots(figsize=picture_place(texts))
        ax.plot([0, 1], label="a line")
        drawing.legend(loc="outside lower center")
        settle(drawing)
        bottom = ax.get_position().y0
        save_page(drawing, dict(texts), tmp_path / "a.pdf")
        assert ax.get_position().y0 == pytest.approx(bottom)  # and below the axes
    heights = {}

    def look(text, place, *more):
        heights[text.strip()] = place[5]

    pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text(visitor_text=look)
    assert heights["A title"] > heights["a line"] > heights["The caption."]


def test_many_answers_go_on_to_the_next_page():
    few = text_pages("Answers", [("1. A title", ["(1) x"])], "light")
    many = text_pages("Answers", [(f"{k}. A title", ["(1) x"] * 5) for k in range(30)], "light")
    assert len(few) == 1 and len(many) > 1
    text = "".join(pypdf.PdfReader(io.BytesIO(page)).pages[0].extract_text() for page in many)
    assert all(f"{k}. A title" in text for k in range(30))


# a quiz


@pytest.fixture(scope="module")
def quizzed(tmp_path_factory):
    out = tmp_path_factory.mktemp("quizzed")
    figures = [catalogue[name] for name in ("conv-width-13", "conv-full-padding")]
    return out, make_slides(figures, out, quiz=True, pdf=True)


def test_a_quiz_is_a_second_deck_with_the_answers_in_the_notes(quizzed):
    out, made = quizzed
    written = {"lecture.pptx": 4, "lecture.pdf": 2, "quiz.pptx": 3, "quiz.pdf": 2}
    assert made.files == written
    deck = Presentation(str(out / "quiz.pptx"))
    slide = slide_of(deck, "Which padding is (1), which (2)?")
    notes = slide.notes_slide.notes_text_frame.text
    assert notes.startswith("Answers\n(1) VALID\n(2) SAME\n")
    assert catalogue["conv-width-13"].title in notes and "kit figures conv-width-13" in notes
    with zipfile.ZipFile(out / "quiz.pptx") as file:
        for name in file.namelist():
            if re.fullmatch(r"ppt/slides/[^/]+\.xml", name):
                text = file.read(name).decode()
                assert not re.search(r"VALID|SAME|conv-", text)


def test_a_quiz_asks_the_easy_questions_of_a_topic_first():
    figures = find(["conv-receptive-field", "filters-photo", "conv-sliding-kernel", "ball-data"])
    design = own_design("light")
    easy_first = ["ball-data", "conv-sliding-kernel", "filters-photo", "conv-receptive-field"]
    planned = lecture._planned("quiz", figures, {}, design, "light", False)
    assert [figure.id for figure in planned.figures] == easy_first


def test_a_quiz_differs_from_the_lecture_in_its_pictures(quizzed):
    out = quizzed[0]
    lecture, quiz = (Presentation(str(out / f"{name}.pptx")) for name in ("lecture", "quiz"))
    blobs = [
        {picture.image.sha1 for slide in deck.slides for picture in pictures(slide)}
        for deck in (lecture, quiz)
    ]
    assert len(blobs[0]) == 2 and len(blobs[1]) == 1 and not blobs[0] & blobs[1]


def test_the_answers_of_a_quiz_are_on_the_last_page_of_its_handout(quizzed):
    reader = pypdf.PdfReader(quizzed[0] / "quiz.pdf")
    *questions, last = [page.extract_text() for page in reader.pages]
    assert "Answers" in last and "(1) VALID" in last and "(2) SAME" in last
    assert not any(re.search("VALID|SAME|kit figures", text) for text in questions)


@pytest.mark.parametrize("name", ["ball-data", "conv-width-13", "pool-max-average"])
@pytest.mark.parametrize("size", [(12.9, 6.1), (9.0, 4.6), (10.6, 6.0)])
def test_no_text_is_cut_on_a_slide_or_a_page(name, size, measured):
    figure = catalogue[name]
    data, facts = measured(name)
    with drawn_bare(figure, data, facts, *size, "light") as drawing:
        settle(drawing)
        drawing.canvas.draw()
        whole = drawing.bbox.padded(1)
        axes = [axis for ax in drawing.axes for axis in (ax.xaxis, ax.yaxis)]
        ticks = {label for axis in axes for label in axis.get_majorticklabels()}
        for text in set(drawing.findobj(plt.Text)) - ticks:
            if text.get_visible() and text.get_text().strip():
                box = text.get_window_extent()
                assert whole.x0 <= box.x0 and box.x1 <= whole.x1, text.get_text()
                assert whole.y0 <= box.y0 and box.y1 <= whole.y1, text.get_text()


# what is refused


def test_bad_arguments_are_refused_before_anything_is_drawn(tmp_path, monkeypatch):
    figures = [catalogue["ball-data"]]
    with pytest.raises(ValueError, match="`theme` must be one of light, dark; got 'blue'"):
        make_slides(figures, tmp_path / "out", theme="blue")
    with pytest.raises(ValueError, match="`theme` must be one of light, dark; got 'blue'"):
        check_slides(theme="blue", template=OWN / "light.pptx")
    with pytest.raises(ValueError, match="`template` must be a PowerPoint file"):
        make_slides(figures, tmp_path / "out", template=tmp_path / "none.pptx")
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert check_slides().deck.slide_layouts  # no handout, no pypdf
    # a command that works for who installed from a checkout, where the kit's name leads nowhere
    with pytest.raises(ImportError, match=r"needs pypdf.*: pip install python-pptx pypdf$"):
        make_slides(figures, tmp_path / "out", pdf=True)
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(ImportError, match=r"need python-pptx.*: pip install python-pptx pypdf$"):
        make_slides(figures, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="`out` must be a folder or free to become one"):
        make_slides(figures, tmp_path / "file")


def test_a_deck_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "a.pptx").mkdir()  # as good as open in another program
    with pytest.raises(ValueError, match=r"a\.pptx cannot be written; is it open in another"):
        write_deck(tmp_path / "a.pptx", [], own_design("light"), "x", "y")


# the command


def test_the_command_makes_a_deck(tmp_path, capsys):
    assert main(["slides", "ball-data", "--out", str(tmp_path), "--offline"]) == 0
    shown = capsys.readouterr().out
    assert "5/5 claims hold" in shown and "3 slides in" in shown
    assert (tmp_path / "initialization" / "ball-data.svg").exists()
    assert len(Presentation(str(tmp_path / "lecture.pptx")).slides) == 3
    assert main(["slides", "conv-full-padding", "--quiz", "--out", str(tmp_path)]) == 0
    assert "nothing to guess" in capsys.readouterr().out
    assert not (tmp_path / "quiz.pptx").exists()


@pytest.mark.usefixtures("three")
def test_the_exit_status_of_the_command_tells(tmp_path, capsys):
    arguments = ["--out", str(tmp_path)]
    assert main(["slides", "trial-two", *arguments]) == 1
    assert "without a picture: trial-two: RuntimeError: no such luck" in capsys.readouterr().out
    assert len(Presentation(str(tmp_path / "lecture.pptx")).slides) == 3
    assert main(["slides", "other-one", *arguments]) == 1
    assert "does not hold: other-one: the seed is 1 (seeds 2)" in capsys.readouterr().out
    assert main(["slides", "bal-data", *arguments]) == 2
    assert "near: ball-data" in capsys.readouterr().err
    assert main(["slides", "trial-one", "--template", "none.pptx", *arguments]) == 2
    assert "`--template` must be a PowerPoint file" in capsys.readouterr().err


def test_every_public_name_of_the_room_can_be_had():
    import kit.slides

    for name in kit.slides.__all__:
        assert getattr(kit.slides, name) is not None
    with pytest.raises(AttributeError, match=r"'kit\.slides' has no attribute 'nothing'"):
        _ = kit.slides.nothing


def test_importing_slides_needs_neither_python_pptx_nor_matplotlib():
    code = (
        "import kit.slides, kit.slides.lecture, sys\n"
        "assert not {'pptx', 'pypdf', 'matplotlib', 'tensorflow', 'lxml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


# another program


@pytest.fixture(scope="module")
def converted(quizzed, tmp_path_factory):
    """The deck as LibreOffice understands it: its slides, then a page of notes for each."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine: no other program opens the deck")
    folder = tmp_path_factory.mktemp("office")
    wanted = ("ExportNotesPages", "UseLosslessCompression", "UseTaggedPDF")
    options = {name: {"type": "boolean", "value": "true"} for name in wanted}
    options["ReduceImageResolution"] = {"type": "boolean", "value": "false"}
    subprocess.run(
        [
            office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
            f"pdf:impress_pdf_Export:{json.dumps(options)}", "--outdir", str(folder),
            str(quizzed[0] / "lecture.pptx"),
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return pypdf.PdfReader(folder / "lecture.pdf")


def test_libreoffice_opens_the_deck(quizzed, converted):
    deck = Presentation(str(quizzed[0] / "lecture.pptx"))
    number = len(deck.slides)
    assert len(converted.pages) == 2 * number
    for slide, page, notes in zip(
        deck.slides, converted.pages[:number], converted.pages[number:], strict=True
    ):
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx([960, 540], abs=0.5)
        assert slide.shapes.title.text.split()[-1] in page.extract_text()
        sizes = placed(page)
        if not pictures(slide):
            assert not sizes
            continue
        (picture,) = pictures(slide)
        points = [picture.width / 12_700, picture.height / 12_700]
        assert sizes == [pytest.approx(points, abs=0.5)]
        assert picture.image.size in [image.image.size for image in page.images]
        told = "".join(notes.extract_text().split())
        said = slide.notes_slide.notes_text_frame.text
        assert "".join(said.split())[:150] in told
        assert "Drawitagain:" in told


def placed(page):
    """Width and height in points of every picture on a page."""
    found = []

    def note(operator, operands, matrix, _):
        if operator == b"Do":
            found.append([matrix[0], matrix[3]])

    page.extract_text(visitor_operand_before=note)
    return found


def test_libreoffice_reads_the_alt_text(quizzed, converted):
    deck = Presentation(str(quizzed[0] / "lecture.pptx"))
    wanted = {
        picture.element.nvPicPr.cNvPr.get("descr")
        for slide in deck.slides
        for picture in pictures(slide)
    }
    found = set()
    for number in range(1, int(converted.trailer["/Size"])):
        entry = converted.get_object(number)
        if isinstance(entry, dict) and "/Alt" in entry:
            found.add(str(entry["/Alt"]))
    assert len(wanted) == 2 and wanted <= found


def test_figures_then_slides_then_figures_measure_nothing_twice(tmp_path, capsys):
    log = tmp_path / "log"

    def noting(words):
        return f'with open({str(log)!r}, "a") as file:\n        file.write({words})\n    '

    measure = noting('f"measured {seed}\\n"')
    write_figure(
        tmp_path / "own",
        "trial-a",
        measure=measure + 'return None, {"value": seed * 2.5}',
        draw=noting('"drawn\\n"') + "ax.plot([1, 2])",
    )
    arguments = ["trial-a", "--out", str(tmp_path / "out")]
    with added(tmp_path / "own", "trial"):
        assert main(["claims", "trial-a", "--seeds", "1-2", "--jobs", "1"]) == 0
        assert main(["figures", *arguments]) == 0
        assert main(["slides", *arguments]) == 0
        told = log.read_text().splitlines()
        assert sorted(line for line in told if "measured" in line) == ["measured 1", "measured 2"]
        assert len(told) == 2 + 3  # as PNG, as SVG, on its slide
        assert main(["slides", *arguments]) == main(["figures", *arguments]) == 0
        assert main(["figures", "--format", "png", "svg", "--out", arguments[-1], "trial-a"]) == 0
    assert log.read_text().splitlines() == told
    assert capsys.readouterr().out.count("1 unchanged") == 3

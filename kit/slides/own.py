"""The kit's own design: 16:9, light or dark, a bar of colour, and as much picture as possible."""

from __future__ import annotations

import re
from typing import Any

from kit.slides.layouts import CAPTION, INCH, TITLE, Box, Design, free_area, qualified

__all__ = ["own_design"]

WIDTH, HEIGHT = 12_192_000, 6_858_000
FONT = "Arial"
SMALL = 11


def own_design(theme: str) -> Design:
    """The kit's own 16:9 design, light or dark.

    Examples
    --------
    >>> own_design("dark").picture.inches[0] > 12
    True
    """
    import pptx

    deck: Any = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _set_colors(deck, theme)
    kinds = {}
    for layout in list(deck.slide_layouts):
        kind = layout.element.get("type")
        if kind in ("title", "secHead", "titleOnly"):
            kinds[kind] = layout
        else:
            deck.slide_layouts.remove(layout)
    _lay_out_own(deck, kinds)
    _lay_out_notes(deck.notes_master)
    _forget_origin(deck)
    picture, caption = free_area(deck, kinds["titleOnly"])
    return Design(deck, kinds["title"], kinds["secHead"], kinds["titleOnly"], picture, caption)


def _set_colors(deck: Any, theme: str) -> None:
    """The colours of the kit's pictures, for all that is written with the deck's theme."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    from kit.plots.styling import COLORS, THEMES

    master = deck.slide_master
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    dark, light = (THEMES[theme][name] for name in ("ink", "back"))
    if theme == "dark":  # the darker one is dk1 in both; the map says which one is the ground
        dark, light = light, dark
        mapping = master.element.find(qualified("p:clrMap"))
        mapping.attrib.update({"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"})
    colors = {"dk1": dark, "lt1": light} | {
        f"accent{k}": color for k, color in enumerate(COLORS.values(), 1)
    }
    text = part.blob.decode("utf-8")
    for name, color in colors.items():
        text = re.sub(
            rf"(<a:{name}>).*?(</a:{name}>)",
            rf'\g<1><a:srgbClr val="{color.lstrip("#")}"/>\g<2>',
            text,
            flags=re.DOTALL,
        )
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=)"[^"]*"', rf'\1"{FONT}"', text)
    part._blob = text.encode("utf-8")  # python-pptx has no other way to change a theme


def _lay_out_own(deck: Any, kinds: dict[str, Any]) -> None:
    edge, wide = int(0.2 * INCH), WIDTH - int(0.4 * INCH)
    for shape in deck.slide_master.placeholders:
        kind = shape.element.ph.get("type")
        if kind == "title":
            _move(shape, Box(edge, int(0.1 * INCH), wide, int(0.72 * INCH)))
        elif kind == "body":
            _move(shape, Box(edge, int(0.9 * INCH), wide, int(6.1 * INCH)))
        elif kind == "sldNum":
            _move(shape, Box(WIDTH - edge - INCH, int(7.02 * INCH), INCH, int(0.4 * INCH)))
            _set_size(shape, SMALL)
        else:  # date and footer are an instructor's to fill
            shape.element.getparent().remove(shape.element)
    style = deck.slide_master.element.find(
        f".//{qualified('p:titleStyle')}/{qualified('a:lvl1pPr')}"
    )
    style.set("algn", "l")
    style.find(qualified("a:defRPr")).attrib.update({"sz": str(TITLE * 100), "b": "1"})
    for layout in kinds.values():
        for shape in list(layout.placeholders):
            if shape.element.ph.get("type") in ("dt", "ftr"):
                shape.element.getparent().remove(shape.element)
    at, high = int(1.2 * INCH), int(1.6 * INCH)
    for kind, title in (("title", 40), ("secHead", 36)):
        for shape in kinds[kind].placeholders:
            name = shape.element.ph.get("type")
            if name in ("ctrTitle", "title"):
                _move(shape, Box(at, int(2.0 * INCH), WIDTH - 2 * at, high))
                _set_size(shape, title, anchor="b")
            elif name in ("subTitle", "body"):
                _move(shape, Box(at, int(3.8 * INCH), WIDTH - 2 * at, high))
                _set_size(shape, 20, anchor="t")
        _add_bar(kinds[kind], Box(at + int(0.1 * INCH), int(3.68 * INCH), INCH, int(0.05 * INCH)))
    _add_caption(kinds["titleOnly"], Box(edge, int(7.0 * INCH), wide - INCH, int(0.42 * INCH)))


def _add_bar(layout: Any, box: Box) -> None:
    """A short bar under the title, in the deck's first colour."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    layout.shapes._spTree.append(
        parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="21" name="Bar"/><p:cNvSpPr/><p:nvPr '
            f'userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{box.left}" y="{box.top}"/>'
            f'<a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm><a:prstGeom prst="rect">'
            '<a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
            "</p:spPr></p:sp>"
        )
    )


def _add_caption(layout: Any, box: Box) -> None:
    """A place for the caption, whose looks an instructor can change for all slides at once."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    layout.shapes._spTree.append(  # python-pptx does not write layouts
        parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="20" name="Caption"/><p:cNvSpPr>'
            '<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" sz="quarter" idx="20"/>'
            f'</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{box.left}" y="{box.top}"/><a:ext '
            f'cx="{box.width}" cy="{box.height}"/></a:xfrm></p:spPr><p:txBody><a:bodyPr '
            'anchor="ctr"><a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0">'
            f'<a:buNone/><a:defRPr sz="{CAPTION * 100}"/></a:lvl1pPr></a:lstStyle><a:p><a:r>'
            "<a:t>Caption</a:t></a:r></a:p></p:txBody></p:sp>"
        )
    )


def _lay_out_notes(master: Any) -> None:
    """A slide of 16:9 above, and under it as much room as there is for the notes."""
    for shape in master.placeholders:
        kind = shape.element.ph.get("type")
        edge = int(0.75 * INCH)
        wide = int(6.0 * INCH)
        if kind == "sldImg":
            _move(shape, Box(edge, edge, wide, wide * 9 // 16))
        elif kind == "body":
            _move(shape, Box(edge, int(4.4 * INCH), wide, int(5.0 * INCH)))


def _forget_origin(deck: Any) -> None:
    """Leave the picture and the printer of python-pptx's own file behind."""
    for relations in (deck.part.package._rels, deck.part.rels):  # no public way to these parts
        for name, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[-1] in ("thumbnail", "printerSettings"):
                relations.pop(name)


def _move(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height


def _set_size(shape: Any, points: int, anchor: str | None = None) -> None:
    """Size of a placeholder's letters for all that is written into it; left, in the theme's ink."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    body = shape.element.txBody
    if anchor is not None:
        body.find(qualified("a:bodyPr")).set("anchor", anchor)
    style = body.find(qualified("a:lstStyle"))
    align = "r" if shape.element.ph.get("type") == "sldNum" else "l"
    new = parse_xml(
        f'<a:lstStyle {nsdecls("a")}><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/>'
        f'<a:defRPr sz="{points * 100}"/></a:lvl1pPr></a:lstStyle>'
    )
    body.replace(style, new)

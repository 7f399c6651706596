"""What all pages look like, beyond the theme in .streamlit/config.toml."""

import streamlit as st

from ganlab.ui.shared.assets import component

# One rule for colours on charts. Maps of classes have a dark ground in both themes, as the images have, and colours of
# their own. All other charts stand on the page: their texts and grid lines have the colour of its text (STYLE says so,
# and follows a change of theme at once), and their marks have colours that can be seen on either ground.
#
# Class colours are after Paul Tol's schemes for colour-blind readers; as nobody tells ten apart for sure, each goes
# with a number or a marker. A chart of Plotly is a map if its key starts with "map-".
GROUND = "#101214"
GROUND_LINES = "#3d444c"
LOOKS = (
    ("#a9a0f0", "circle"),
    ("#88ccee", "square"),
    ("#5fc27c", "diamond"),
    ("#ddcc77", "cross"),
    ("#f08a80", "x"),
    ("#f07ab0", "triangle-up"),
    ("#dd99dd", "triangle-down"),
    ("#44ccb8", "star"),
    ("#e8a23c", "hexagon"),
    ("#cccccc", "pentagon"),
)
# For the maps that are drawn by scripts in the browser.
MARK = "#ffffff"  # of what is pointed out among them
TEST_IMAGES, POINTED_OUT = "#1b9e77", "#d95f02"  # on charts that are no maps
PALETTE = {"ground": GROUND, "lines": GROUND_LINES, "classes": [colour for colour, _ in LOOKS], "mark": MARK}

# One colour for one thing, in light and in dark, wherever it is drawn: losses, P(real), samples beside real images.
ROLES = {
    "generator": ("#b4540a", "#f2a65a"),  # and what it draws
    "discriminator": ("#0b6cb0", "#6cb8f0"),
    "real": ("#1b7a43", "#6fcf97"),  # images
    "other": ("#6d6a75", "#b9b5c4"),
}
CURVES = {  # the role of what a curve is about; a curve that is not here has the colour of its place in the chart
    "generator_loss": "generator",
    "discriminator_loss": "discriminator",
    "discriminator_accuracy": "discriminator",
    "p_real_of_reals": "real",
    "p_real_of_fakes": "generator",
    "score_of_reals": "real",
    "score_of_fakes": "generator",
    "score_told_generator": "generator",
    "slope": "discriminator",
    "p_real_told_generator": "generator",
}
# What becomes of a damaged image, on either ground: Okabe and Ito's.
DAMAGED, REPAIRED = "#d55e00", "#0072b2"

# How up to four runs are told apart in charts on either ground: Okabe and Ito's colours, each with dashes of its own.
RUNS = (("#0072b2", "solid"), ("#d55e00", "dash"), ("#009e73", "dot"), ("#cc79a7", "dashdot"))

TURNS = "turns"  # in the session: how many times a page turned to something else

STYLE = """
<style>
.stMainBlockContainer { padding: 4rem 2rem 4rem; max-width: 88rem; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"]) { row-gap: 1rem; }
}
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.82; }
button[data-variant="segmented_control"][aria-checked="true"], [role="tab"][aria-selected="true"],
button[data-variant="pills"]:is([aria-checked="true"], [aria-pressed="true"]),
[data-testid="stSliderThumbValue"] { color: inherit !important; }
[data-testid="stPlotlyChart"] :is(.xtick text, .ytick text, .xtitle, .ytitle),
[data-testid="stPlotlyChart"]:not([class*="st-key-map-"] *) .legendtext,
[data-testid="stPlotlyChart"]:not(.st-key-paper *, [class*="st-key-map-"] *) .annotation-text {
  fill: currentColor !important;
}
[data-testid="stPlotlyChart"] .parcoords text:not(.axis-extent-text) {
  fill: currentColor !important; text-shadow: none !important;
}
/* Charts that have just appeared may keep their ground when the theme changes. */
[data-testid="stPlotlyChart"]:not(.st-key-paper *) .main-svg { background: none !important; }
[data-testid="stPlotlyChart"]:not(.st-key-paper *, [class*="st-key-map-"] *) .bglayer .bg,
[data-testid="stPlotlyChart"]:not(.st-key-paper *, [class*="st-key-map-"] *) .legend .bg { fill: none !important; }
[data-testid="stPlotlyChart"]:not(.st-key-paper *, [class*="st-key-map-"] *) :is(.gridlayer, .zerolinelayer) path {
  stroke: color-mix(in srgb, currentColor 20%, transparent) !important; stroke-opacity: 1 !important;
}
[class*="st-key-map-"] .bglayer .bg { fill: GROUND !important; fill-opacity: 1 !important; }
[class*="st-key-map-"] .infolayer .legend .bg { fill: GROUND !important; fill-opacity: 1 !important; }
[class*="st-key-map-"] .legendtext { fill: #ffffff !important; }
[class*="st-key-map-"] .gridlayer path { stroke: LINES !important; stroke-opacity: 1 !important; }
:is(button[data-variant="segmented_control"][aria-checked="true"], [role="tab"][aria-selected="true"],
button[data-variant="pills"]:is([aria-checked="true"], [aria-pressed="true"])) * {
  color: inherit !important; font-weight: 600;
}
[data-testid="stFileUploader"] button :is(span, svg) { color: inherit !important; opacity: 1; }
[data-testid="stFileUploader"] button { color: inherit !important; }
button kbd { color: inherit !important; opacity: 1 !important; }
@media (pointer: coarse) { button kbd { display: none; } }
.stImage img { image-rendering: pixelated; border-radius: 4px; }
:is([class*="st-key-choose-"], [class*="st-key-experiment-"]) { margin-top: auto; }
:is(.st-key-diagnosis, .st-key-now, [class*="st-key-row-"]) [data-stale="true"] { opacity: 1 !important; }
.st-key-page-top { position: absolute; top: 0; left: 0; width: 0 !important; height: 0; overflow: hidden; }
.st-key-train-form { scroll-margin-top: 4.5rem; }
.st-key-train-form h2:focus:not(:focus-visible) { outline: none; }
[class*="st-key-card-"] { transition: border-color 0.15s; }
[class*="st-key-card-"]:hover { border-color: #2a9d8f; }
[class*="card-"] p { line-height: 1.35; }
[class*="st-key-chosen-card-"] { border-color: #2a9d8f; box-shadow: 0 0 0 1px #2a9d8f; }
.networks { display: grid; gap: 1rem; }
.networks ol {
  display: flex; flex-wrap: wrap; gap: 0.35rem 1.15rem; list-style: none; margin: 0.35rem 0 0; padding: 0;
}
.networks li {
  position: relative; margin: 0; padding: 0.3rem 0.55rem; border-radius: 5px; font-size: 0.8rem; line-height: 1.35;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
}
.networks li + li::before {
  content: ""; position: absolute; left: -1.15rem; top: 50%; width: 1.15rem; border-top: 1px solid; opacity: 0.5;
}
.networks li b { display: block; font-weight: 600; }
.networks li.weighty { background: color-mix(in srgb, #2a9d8f 16%, transparent); }
.networks small { opacity: 0.75; font-size: 0.78rem; }
</style>
""".replace("GROUND", GROUND).replace("LINES", GROUND_LINES)


def role_css(selector: str) -> str:
    """The colours of `ROLES` as CSS variables (`--generator` and so on) of an element, which has the attribute
    `data-dark` where the page is dark."""
    light, dark = ("".join(f"--{name}: {pair[scheme]};" for name, pair in ROLES.items()) for scheme in (0, 1))
    return f"{selector} {{{light}}} {selector}[data-dark] {{{dark}}}"


def dress(page: str) -> None:
    """Adds the style sheet to the page, which is shown from its top where it was changed to, or where it `turned` to
    something else; `page` is its address."""
    st.html(STYLE)
    with st.container(key="page-top"):
        shown = f"{page} {st.session_state.get(TURNS, 0)}"
        component("ganlab_page_top", "shared/page_top", "<span></span>")(key="top", data={"page": shown})


def turned() -> None:
    """Has the page be shown from its top, as it is about to show something else."""
    st.session_state[TURNS] = st.session_state.get(TURNS, 0) + 1


def on_a_slide() -> None:
    """Takes the navigation and the space around the content away, so that a page can be shown in a frame."""
    st.html("<style>.stAppHeader { display: none; } .stMainBlockContainer { padding-top: 1.5rem; }</style>")

// How well texts and charts can be seen: their contrasts with what lies behind them.

/** @typedef {[red: number, green: number, blue: number, alpha: number]} Colour */
/** @typedef {[x: number, y: number]} Place */

/**
 * @param {string} text as a computed style has it
 * @returns {Colour}
 */
function parse(text) {
  const numbers = text === "none" ? null : text.match(/[\d.]+/g);
  const [r = 0, g = 0, b = 0, a = numbers ? 1 : 0] = (numbers ?? []).map(Number);
  return text.startsWith("color(srgb") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
}

/**
 * One colour on another, which hides what is below.
 * @param {Colour} above
 * @param {Colour} below
 * @returns {Colour}
 */
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];

/** @param {Colour} colour */
function light(colour) {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {Colour} one
 * @param {Colour} other
 */
function contrast(one, other) {
  const [x, y] = [light(one), light(other)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

/**
 * What an element of an SVG is painted with.
 * @param {Element} element
 * @param {"fill" | "stroke"} what
 * @returns {Colour}
 */
function painted(element, what) {
  const style = getComputedStyle(element);
  const [r, g, b, a] = parse(style[what]);
  return [r, g, b, a * Number(style[`${what}Opacity`]) * Number(style.opacity)];
}

/**
 * @param {Place} place
 * @param {DOMRect} box
 */
const within = ([x, y], { left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom;

/**
 * What is painted by itself below a chart's text: an SVG has no backgrounds.
 * @param {SVGElement} text
 * @param {Place} at
 */
function paintedBelow(text, at) {
  const chart = text.closest(".js-plotly-plot") ?? text.ownerSVGElement;
  const below = (/** @type {Element} */ other) =>
    other.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && within(at, other.getBoundingClientRect());
  return [...(chart?.querySelectorAll("rect") ?? [])]
    .filter(below)
    .map((other) => painted(other, "fill"))
    .reverse();
}

/**
 * What a text is drawn on, from the nearest on, and how opaque the text is.
 * @param {Element} element
 * @returns {[grounds: Colour[], opacity: number]}
 */
function behind(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  let at = /** @type {Place} */ ([(left + right) / 2, (top + bottom) / 2]);
  const grounds = element instanceof SVGElement ? paintedBelow(element, at) : [];
  let opacity = 1;
  const host = (/** @type {Node} */ root) => (root instanceof ShadowRoot ? root.host : null);
  for (let e = /** @type {Element | null} */ (element); e; e = e.parentElement ?? host(e.getRootNode())) {
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    opacity *= Number(style.opacity);
    if (style.overflow !== "visible") {
      // the text can be scrolled into it
      at = [Math.min(box.right, Math.max(box.left, at[0])), Math.min(box.bottom, Math.max(box.top, at[1]))];
    }
    // A text may float beside what it belongs to, as the value of a slider does above the thumb.
    if (within(at, box)) grounds.push(parse(style.backgroundColor));
  }
  return [grounds, opacity];
}

/** @param {string} selector of an element that every page has */
function there(selector) {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}

/** Every visible text's contrast with what lies behind it, the lowest first. */
export function textContrasts() {
  const found = /** @type {[number, string][]} */ ([]);
  const visit = (/** @type {ParentNode} */ root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const own = [...element.childNodes].some((n) => n instanceof Text && n.data.trim());
      const style = getComputedStyle(element);
      if (!own || !element.getBoundingClientRect().width || style.visibility === "hidden") continue;
      if (element.closest("style, script, [disabled]")) continue;
      const [grounds, opacity] = behind(element);
      if (opacity < 0.5) continue; // being faded out
      const ground = grounds.reduceRight((under, colour) => over(colour, under), parse("rgb(255, 255, 255)"));
      const [r, g, b, a] = parse(element instanceof SVGElement ? style.fill : style.color);
      const text = (element.textContent ?? "").trim().slice(0, 40);
      found.push([contrast(over([r, g, b, a * opacity], ground), ground), text]);
    }
  };
  visit(there("[data-testid=stMain]"));
  return found.sort((p, q) => p[0] - q[0]);
}

const MARKS = /** @type {Record<string, [selector: string, what: "fill" | "stroke"]>} */ ({
  grid: [".gridlayer path", "stroke"],
  shape: [".shapelayer path", "stroke"],
  line: [".scatterlayer .js-line", "stroke"],
  bar: [".barlayer .point path", "fill"],
  mark: [".scatterlayer .point", "fill"],
  outline: [".scatterlayer .point", "stroke"],
});

/**
 * Of every Plotly chart on the page: its key (`map-left`), and the kind (of `MARKS`) of each line and mark with its
 * contrast with the ground that it is drawn on.
 */
export function markContrasts() {
  const page = parse(getComputedStyle(there("[data-testid=stApp]")).backgroundColor);
  return [...document.querySelectorAll("[data-testid=stPlotlyChart]")].flatMap((chart) => {
    const key = chart.closest("[class*=st-key-]")?.className.match(/st-key-([\w-]+)/)?.[1];
    const plot = chart.querySelector(".bglayer .bg");
    const ground = plot ? over(painted(plot, "fill"), page) : page;
    return Object.entries(MARKS).flatMap(([kind, [selector, what]]) =>
      [...chart.querySelectorAll(selector)]
        .map((element) => painted(element, what))
        .filter((ink) => ink[3] > 0)
        .map((ink) => [key, kind, contrast(over(ink, ground), ground)]),
    );
  });
}

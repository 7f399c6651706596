// The curves of the live view: drawn, smoothed, zoomed into, and clicked to look back.

const FEWEST_SHOWN = 10; // iterations of a curve that is seen as closely as can be
const DASHES = [[], [8, 4], [3, 3], [9, 3, 2, 3]]; // so that curves are told apart without their colours

class StageCharts extends StageImages {
  curves(head, arrays) {
    const n = arrays.iterations.length;
    if (this.window && !head.window) return; // an answer to an older question
    this.validated = head.validation && {
      at: arrays.validated,
      names: head.validation,
      values: arrays.validation,
    };
    const drawn = [head.run, head.done, head.window, n, arrays.validated?.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const x = Array.from(arrays.iterations);
    const named = {};
    head.columns.forEach((name, index) => {
      named[name] = Array.from(arrays.rows.subarray(index * n, (index + 1) * n), (v) => (Number.isNaN(v) ? null : v));
    });
    this.data = { x, named };
    this.redraw();
  }

  redraw() {
    if (!this.data) return;
    const { x, named } = this.data;
    for (const plot of this.plots) {
      const raw = plot.curves.map(({ name }) => named[name] ?? x.map(() => null));
      plot.chart.setData([x, ...raw, ...raw.map((values) => smoothed(values, this.strength))], false);
      const ends = this.window ?? [Math.min(1, this.head.done), Math.max(2, this.head.done)];
      plot.chart.batch(() => {
        plot.chart.setScale("x", { min: ends[0], max: ends[1] });
      });
      if (plot.chart.cursor.idx == null) this.legend(plot, x.length - 1);
    }
    this.scatter();
  }

  legend(plot, index) {
    const near = this.at && this.data ? nearest(this.data.x, this.at) : index;
    const place = plot.chart.cursor.idx ?? near;
    const smoothing = plot.smoothing && this.strength > 0;
    const recorded = plot.curves.some((_, i) => plot.chart.data[1 + i]?.[place] != null);
    const when = recorded ? iterationsOf(this.data.x, place, this.window?.[0] ?? 1, smoothing) : "";
    if (plot.when.textContent !== when) plot.when.textContent = when;
    plot.values.forEach((element, i) => {
      const value = plot.chart.data[1 + i]?.[place] ?? this.validatedAt(plot.curves[i].name, this.data?.x[place]);
      const text = valueText(value, plot.unit);
      if (element.textContent !== text) element.textContent = text;
    });
  }

  /** The last value over the images held out, at an iteration or before it. */
  validatedAt(name, iteration) {
    const { at, names, values } = this.validated ?? {};
    const row = names?.indexOf(name) ?? -1;
    const before = at?.findLastIndex((end) => end <= iteration) ?? -1;
    const value = row < 0 || before < 0 ? NaN : values[row * at.length + before];
    return Number.isFinite(value) ? value : null;
  }

  makePlot(about) {
    const box = document.createElement("div");
    box.className = "plot";
    box.innerHTML = `<div class="head"><h2></h2></div><div class="canvas"></div><p class="caption"></p><p class="caption more"></p>`;
    box.querySelector("h2").textContent = about.title;
    box.querySelector(".caption").textContent = about.caption;
    box.querySelector(".more").textContent = about.more;
    const head = box.querySelector(".head");
    const values = about.curves.map((curve) => {
      const key = document.createElement("span");
      key.className = "key";
      key.title = curve.help;
      key.innerHTML =
        `<svg width="22" height="6" aria-hidden="true"><line x1="0" x2="22" y1="3" y2="3" stroke-width="2.5" ` +
        `stroke="${shade(curve)}" stroke-dasharray="${DASHES[curve.dash].join(" ")}"/></svg><span></span> <b>–</b>`;
      key.querySelector("span").textContent = curve.title;
      head.append(key);
      return key.querySelector("b");
    });
    const when = document.createElement("span");
    when.className = "when";
    head.append(when);
    const keys = about.curves.map(({ title, colour, dash }) => ({ title, colour, dash: DASHES[dash] }));
    saveButton(head, () => this.about.run, about.title, () => picture(this.root, box.querySelector("canvas"), about.title, keys));
    if (about.smoothing) {
      const label = document.createElement("label");
      label.innerHTML = `Smoothing <input type="range" min="0" max="0.98" step="0.02">`;
      const input = label.firstElementChild;
      input.value = this.strength;
      input.addEventListener("input", () => {
        this.strength = Number(input.value);
        for (const other of this.smoothers) other.value = input.value;
        this.redraw();
      });
      this.smoothers.push(input);
      head.append(label);
    }
    this.find("plots").append(box);
    const plot = { ...about, box, values, when };
    plot.chart = new uPlot(this.options(plot, box), [[], ...Array(2 * about.curves.length).fill([])], box.querySelector(".canvas"));
    const label = `${about.title} over iterations: ${about.curves.map((curve) => curve.title).join(", ")}`;
    const canvas = box.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return plot;
  }

  options(plot, box) {
    const colour = (name) => () => getComputedStyle(this.root).getPropertyValue(name);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px sans-serif" };
    const line = (curve, raw) => ({
      stroke: () => colourOf(this.root, curve.colour) + (raw && this.strength ? "55" : ""),
      width: raw && this.strength ? 1 : 2,
      dash: raw ? [] : DASHES[curve.dash],
      points: { show: false },
      show: true,
    });
    const ticks = plot.unit ? { splits: () => [0, 0.25, 0.5, 0.75, 1], values: (u, splits) => splits.map(String) } : {};
    return {
      width: this.plotWidth(),
      height: 190,
      legend: { show: false },
      cursor: {
        sync: { key: "ganlab" },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        bind: { dblclick: () => () => this.zoomOut() },
      },
      scales: {
        x: { time: false, auto: false },
        y: { range: (u, low, high) => (plot.unit ? [0, 1] : yRange(low, plot.settles ? settled(u, high) : high)) },
      },
      axes: [
        { ...axis, size: 28, values: (u, splits) => splits.map((split) => (Number.isInteger(split) ? count(split) : "")) },
        { ...axis, size: 42, ...ticks },
      ],
      series: [{}, ...plot.curves.map((curve) => line(curve, true)), ...plot.curves.map((curve) => line(curve, false))],
      hooks: {
        setSelect: [(u) => this.select(u)],
        setCursor: [() => this.data && this.legend(plot, this.data.x.length - 1)],
        draw: [(u) => this.decorate(u, plot)],
        ready: [(u) => u.over.addEventListener("click", (event) => this.click(u, event))],
      },
    };
  }

  plotWidth() {
    return Math.max(200, Math.floor(this.find("plots").clientWidth));
  }

  resize() {
    const width = this.plotWidth();
    for (const plot of this.plots ?? []) {
      if (plot.chart.width !== width) plot.chart.setSize({ width, height: 190 });
    }
    this.scatter();
    this.plane();
  }

  /** The line at 0.5, and the one where the user looks. */
  decorate(chart, plot) {
    const context = chart.ctx;
    const { left, width } = chart.bbox;
    const style = getComputedStyle(this.root);
    context.save();
    if (plot.half) {
      const y = chart.valToPos(0.5, "y", true);
      context.strokeStyle = style.getPropertyValue("--ink");
      context.setLineDash([]); // not as the last curve left it
      context.lineWidth = devicePixelRatio;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
    }
    this.dots(chart, plot, context);
    lineAt(chart, this.at, style.getPropertyValue("--accent"));
    context.restore();
  }

  /** Values over images held out; joined by lines where there is no curve. */
  dots(chart, plot, context) {
    const { at, names, values } = this.validated ?? {};
    plot.curves.forEach(({ name, colour, dash }) => {
      const row = names?.indexOf(name) ?? -1;
      if (row < 0) return;
      const shown = Array.from(at, (end, i) => [end, values[row * at.length + i]]).filter(
        ([end, value]) => end >= chart.scales.x.min && end <= chart.scales.x.max && value <= chart.scales.y.max,
      );
      const spots = shown.map(([end, value]) => [chart.valToPos(end, "x", true), chart.valToPos(value, "y", true)]);
      context.fillStyle = context.strokeStyle = colourOf(this.root, colour);
      if (!this.data.named[name]) {
        context.lineWidth = 2 * devicePixelRatio;
        context.setLineDash(DASHES[dash].map((length) => length * devicePixelRatio));
        context.beginPath();
        for (const spot of spots) context.lineTo(...spot);
        context.stroke();
        context.setLineDash([]);
      }
      for (const spot of spots) {
        context.beginPath();
        context.arc(...spot, 4 * devicePixelRatio, 0, 7);
        context.fill();
      }
    });
  }

  select(chart) {
    const { left, width } = chart.select;
    if (width < 4) return;
    const ends = [left, left + width].map((x) => Math.round(chart.posToVal(x, "x")));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.dragged = performance.now();
    if (ends[1] - ends[0] >= 2) this.zoom([Math.max(1, ends[0]), ends[1]]);
  }

  zoom(window) {
    this.window = window;
    this.redraw();
    this.offerZoom();
    this.askSoon();
  }

  /** Half of what is shown, about the iteration looked at; with `factor` 2 twice as much. */
  zoomBy(factor) {
    const { done } = this.head;
    const [first, last] = this.window ?? [1, done];
    const length = Math.max(FEWEST_SHOWN, Math.round((last - first) * factor));
    if (length >= done - 1) return this.zoom(null);
    const middle = this.window && factor > 1 ? (first + last) / 2 : Math.min(last, Math.max(first, this.at ?? last));
    const from = Math.round(Math.min(done - length, Math.max(1, middle - length / 2)));
    this.zoom([from, from + length]);
  }

  /** A double click shows the whole run; its first click has looked back at a place that nobody asked for. */
  zoomOut() {
    this.lookAt(this.before ?? null);
    this.zoom(null);
  }

  offerZoom() {
    const done = this.head?.done ?? 0;
    const [first, last] = this.window ?? [1, done];
    this.find("closer").disabled = last - first <= FEWEST_SHOWN;
    this.find("farther").disabled = this.find("whole").disabled = !this.window;
    const hint = matchMedia("(pointer: coarse)").matches ? "" : "Drag across a curve to zoom in on a part of it.";
    const words = this.window ? `Iterations ${count(first)} to ${count(last)}` : hint;
    if (this.find("zoom-words").textContent !== words) this.find("zoom-words").textContent = words;
  }

  click(chart, event) {
    if (event.detail > 1 || performance.now() - (this.dragged ?? -1000) < 300) return;
    this.before = this.at;
    const { left } = chart.over.getBoundingClientRect();
    this.lookAt(chart.posToVal(event.clientX - left, "x"));
  }
}

const shade = ({ colour }) => (colour.startsWith("--") ? `var(${colour})` : colour);

/** The top of a curve that falls steeply at first: what lies before the first twentieth may be cut off. */
function settled(chart, high) {
  const [x, ...curves] = chart.data;
  const from = chart.scales.x.min <= 1 ? Math.floor(x.length / 20) : 0;
  const top = Math.max(...curves.flatMap((values) => values.slice(from).filter((value) => value !== null)));
  return Number.isFinite(top) ? Math.min(high, top) : high;
}

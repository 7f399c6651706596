// Samples of several runs beside each other, at the moment that one range chooses for all. grids.py packs them.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".grids");
  root.grids ??= new Grids(root);
  root.grids.show(data);
}

const count = (number) => Math.round(number).toLocaleString("en");
const time = (seconds) => (seconds < 100 ? `${seconds.toFixed(1)} s` : `${count(seconds)} s`);

class Grids {
  constructor(root) {
    this.root = root;
    this.range = root.querySelector("#moment");
    this.range.addEventListener("input", () => {
      this.stop = Number(this.range.value);
      this.draw();
    });
  }

  /** Takes what was packed; of the same runs the range stays where it is, unless it follows the end. */
  show(bytes) {
    if (!(bytes instanceof Uint8Array) || bytes === this.bytes) return;
    this.bytes = bytes;
    const [head, arrays] = unpack(bytes);
    const last = head.stops.length - 1;
    const key = [head.by, ...head.grids.map(({ title }) => title)].join("\n");
    if (key !== this.key) this.begin(head, key);
    const moved = this.stop < Number(this.range.max);
    Object.assign(this, { head, arrays });
    this.range.max = Math.max(0, last);
    this.stop = moved ? Math.min(this.stop, last) : last;
    this.range.value = this.stop;
    this.root.querySelector(".scrub").hidden = last < 1;
    this.draw();
  }

  begin(head, key) {
    this.key = key;
    this.stop = 0;
    this.range.max = 0;
    const row = this.root.querySelector(".row");
    row.style.setProperty("--across", head.grids.length);
    this.canvases = head.grids.map(({ title, colour, dash }) => {
      const figure = document.createElement("figure");
      figure.innerHTML = `<h3></h3><canvas role="img"></canvas><figcaption></figcaption>`;
      figure.querySelector("h3").textContent = title;
      figure.style.setProperty("--colour", colour);
      figure.style.setProperty("--dash", dash);
      return figure;
    });
    row.replaceChildren(...this.canvases);
  }

  draw() {
    const { head, arrays } = this;
    const at = head.stops[this.stop] ?? 0;
    const words = head.by === "seconds" ? `${time(at)} of training` : `iteration ${count(at)}`;
    this.root.querySelector("#moment-words").textContent = words;
    this.range.setAttribute("aria-valuetext", words);
    head.grids.forEach((grid, index) => {
      const images = arrays[`images${index}`];
      const places = head.by === "seconds" ? grid.seconds : grid.iterations;
      const size = grid.count * SIDE ** 2;
      const place = Math.max(0, places.findLastIndex((moment) => moment <= at + 1e-6));
      const figure = this.canvases[index];
      const canvas = figure.querySelector("canvas");
      paint(canvas, images.subarray(place * size, (place + 1) * size), grid.columns);
      const text = this.caption(grid, place, at, places);
      figure.querySelector("figcaption").textContent = text;
      canvas.setAttribute("aria-label", `${grid.title}: ${text}`);
      figure.dataset.iteration = grid.iterations[place] ?? "";
    });
  }

  caption(grid, place, at, places) {
    if (!grid.iterations.length) return grid.words;
    const iteration = grid.iterations[place];
    const seconds = grid.seconds[place];
    const trained = seconds ? `, ${time(seconds)} of training` : "";
    const when = `${grid.words ? `${grid.words} after` : "After"} ${count(iteration)} iteration${iteration === 1 ? "" : "s"}${trained}`;
    const isOver = place === places.length - 1 && at > places[place] && this.head.stops.length > 1;
    return isOver ? `${when}: its last samples` : when;
  }
}

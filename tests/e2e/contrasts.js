// Every visible text's contrast with what lies behind it, the lowest first.
() => {
    const parse = (text) => {
        const color = text.startsWith("color(srgb")
            ? text.match(/[\d.]+/g).slice(0, 4).map((v, i) => (i < 3 ? v * 255 : Number(v)))
            : (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
        return color.length < 4 ? [...color, 1] : color;
    };
    const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
    const light = (c) => {
        const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = c.map((v) => linear(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const up = (e) => e.parentElement ?? e.getRootNode().host;
    const middle = ({ left, right, top, bottom }) => [(left + right) / 2, (top + bottom) / 2];
    const within = ([x, y], { left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom;
    const clamp = ([x, y], { left, right, top, bottom }) => [
        Math.min(right, Math.max(left, x)),
        Math.min(bottom, Math.max(top, y)),
    ];
    // What is painted by itself below a chart's text: an SVG has no backgrounds.
    const painted = (text, at) => {
        const chart = text.closest(".js-plotly-plot") ?? text.ownerSVGElement;
        const behind = (r) => r.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
        return [...chart.querySelectorAll("rect")]
            .filter((r) => behind(r) && within(at, r.getBoundingClientRect()))
            .map((r) => [getComputedStyle(r), parse(getComputedStyle(r).fill)])
            .map(([s, [R, G, B, A]]) => [R, G, B, A * Number(s.fillOpacity) * Number(s.opacity)])
            .reverse();
    };
    const found = [];
    const visit = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) visit(element.shadowRoot);
            const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            if (!own || !box.width || style.visibility === "hidden") continue;
            if (element.closest("style, script, [disabled]")) continue;
            let opacity = 1;
            let at = middle(box);
            const grounds = element instanceof SVGElement ? painted(element, at) : [];
            for (let e = element; e; e = up(e)) {
                const s = getComputedStyle(e);
                const around = e.getBoundingClientRect();
                opacity *= Number(s.opacity);
                if (s.overflow !== "visible") at = clamp(at, around); // it can be scrolled into it
                // A text may float beside what it belongs to, as the value of a slider does above the thumb.
                if (within(at, around)) grounds.push(parse(s.backgroundColor));
            }
            if (opacity < 0.5) continue; // being faded out
            const ground = grounds.reduceRight((under, c) => over(c, under), [255, 255, 255]);
            const [r, g, b, a] = parse(element instanceof SVGElement ? style.fill : style.color);
            const ink = over([r, g, b, a * opacity], ground);
            const [x, y] = [light(ink), light(ground)].sort((p, q) => q - p);
            found.push([(x + 0.05) / (y + 0.05), element.textContent.trim().slice(0, 40)]);
        }
    };
    visit(document.querySelector("[data-testid=stMain]"));
    return found.sort((p, q) => p[0] - q[0]);
}

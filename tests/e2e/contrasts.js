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
            const grounds = [];
            for (let e = element; e; e = up(e)) {
                const s = getComputedStyle(e);
                opacity *= Number(s.opacity);
                grounds.push(parse(s.backgroundColor));
            }
            if (opacity < 0.5) continue; // being faded out
            const ground = grounds.reduceRight((under, c) => over(c, under), [255, 255, 255]);
            const [r, g, b, a] = parse(style.color);
            const ink = over([r, g, b, a * opacity], ground);
            const [x, y] = [light(ink), light(ground)].sort((p, q) => q - p);
            found.push([(x + 0.05) / (y + 0.05), element.textContent.trim().slice(0, 40)]);
        }
    };
    visit(document.querySelector("[data-testid=stMain]"));
    return found.sort((p, q) => p[0] - q[0]);
}

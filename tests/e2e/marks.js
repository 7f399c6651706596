// Of every Plotly chart on the page: the contrast of each line and mark with the ground that it is drawn on. Its key is
// the chart's (`map-left`), its kind "grid", "shape", "line", "bar", "mark" or "outline".
() => {
    const parse = (text) => {
        const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
        const [r, g, b, a = 1] = text.startsWith("color(srgb") ? numbers.map((v, i) => (i < 3 ? v * 255 : v)) : numbers;
        return [r, g, b, text === "none" ? 0 : a];
    };
    const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
    const light = (c) => {
        const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = c.map((v) => linear(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [x, y] = [light(one), light(other)].sort((p, q) => q - p);
        return (x + 0.05) / (y + 0.05);
    };
    const painted = (element, what) => {
        const style = getComputedStyle(element);
        const [r, g, b, a] = parse(style[what]);
        return [r, g, b, a * Number(style[`${what}Opacity`]) * Number(style.opacity)];
    };
    const page = parse(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
    const kinds = {
        grid: [".gridlayer path", "stroke"],
        shape: [".shapelayer path", "stroke"],
        line: [".scatterlayer .js-line", "stroke"],
        bar: [".barlayer .point path", "fill"],
        mark: [".scatterlayer .point", "fill"],
        outline: [".scatterlayer .point", "stroke"],
    };
    return [...document.querySelectorAll("[data-testid=stPlotlyChart]")].flatMap((chart) => {
        const key = chart.closest("[class*=st-key-]").className.match(/st-key-([\w-]+)/)[1];
        const plot = chart.querySelector(".bglayer .bg");
        const ground = plot ? over(painted(plot, "fill"), page) : page;
        return Object.entries(kinds).flatMap(([kind, [selector, what]]) =>
            [...chart.querySelectorAll(selector)]
                .map((element) => painted(element, what))
                .filter((ink) => ink[3] > 0)
                .map((ink) => [key, kind, contrast(over(ink, ground), ground)]),
        );
    });
}

// A script that makes the global `uPlot`, whose types come with the package of that name (package.json).
export {};

/**
 * A line across a uPlot chart at an iteration, where that is within it.
 * @param {uPlot} chart
 * @param {number | null} at
 * @param {string} colour
 */
export function lineAt(chart, at, colour) {
  const { min = 0, max = 0 } = chart.scales.x;
  if (!at || at < min || at > max) return;
  const { top, height } = chart.bbox;
  const x = chart.valToPos(at, "x", true);
  const context = chart.ctx;
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 2 * devicePixelRatio;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + height);
  context.stroke();
  context.restore();
}

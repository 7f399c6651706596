/** A line across a uPlot chart at an iteration, where that is within it. */
function lineAt(chart, at, colour) {
  const { min, max } = chart.scales.x;
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

// The numbers beside a chart's curves, and what they are numbers of.

/** A value with three decimals; of a probability, which may be near 0 or 1 without being either, no more than is so. */
function valueText(value, unit) {
  if (value == null) return "–";
  if (unit && value > 0 && value < 0.001) return "<0.001";
  if (unit && value < 1 && value > 0.999) return ">0.999";
  return value.toFixed(3);
}

/** Which iterations a point of a curve is the mean of; `ends` are the last ones of all points, `first` the first. */
function iterationsOf(ends, place, first, smoothing) {
  const to = ends[place];
  if (!to) return "";
  const from = place ? ends[place - 1] + 1 : first;
  const number = (iteration) => iteration.toLocaleString("en");
  const what = from >= to ? `Numbers: iteration ${number(to)}` : `Numbers: mean of iterations ${number(from)} to ${number(to)}`;
  return smoothing ? `${what}, not smoothed` : what;
}

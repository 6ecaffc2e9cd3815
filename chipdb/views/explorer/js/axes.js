// The plot of the chart: its size, logarithmic axes, grid lines, thresholds, and zoom.

const WIDE_PLOT = { width: 640, height: 500, left: 58, right: 12, top: 12, bottom: 46 };
const NARROW_PLOT = { width: 400, height: 380, left: 48, right: 10, top: 12, bottom: 46 };
const NARROW = matchMedia("(max-width: 40rem)");
/** Below this width the panel of the knobs and the filters are folded. */
const FOLDING = matchMedia("(max-width: 68rem)");
let PLOT = WIDE_PLOT;

/** How much nearer one press of a zoom button comes. */
const ZOOM_STEP = 2;
/** Digits of a frame in the address; more would move nothing by a pixel. */
const FRAME_DIGITS = 4;
/** Fewer pixels than this are a click and no frame. */
const SMALLEST_FRAME = 12;

/** A logarithmic axis between two numbers and two pixels. */
function axis(low, high, from, to) {
  const width = Math.log10(high / low);
  const at = (value) => from + (Math.log10(value / low) / width) * (to - from);
  const valueAt = (pixel) => low * 10 ** (((pixel - from) / (to - from)) * width);
  return { at, valueAt, ticks: ticksOf(low, high), low, high };
}

/** Powers of ten; nearer, also their double and their half. */
function ticksOf(low, high) {
  const isNear = Math.log10(high / low) < 2.2;
  const steps = isNear ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    ticks.push(...steps.map((step) => step * 10 ** power));
  }
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

/** The whole powers of ten around some numbers. */
function wholeRange(values) {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  return [low, 10 ** Math.ceil(Math.log10(Math.max(...values)))];
}

/** The axes: of the frame that was zoomed to, else around all chips. */
function scalesOf(app, plotted) {
  const numbers = (name) => plotted.map((entry) => toNumber(entry.values[name]));
  const { zoom } = app.state;
  const all = () => [
    ...wholeRange([0.1, 100, ...numbers("performance_density")]),
    ...wholeRange([100, 100000, ...numbers("tpp")]),
  ];
  const [left, right, bottom, top] = zoom ? zoom.split(",").map(Number) : all();
  return {
    xs: axis(left, right, PLOT.left, PLOT.width - PLOT.right),
    ys: axis(bottom, top, PLOT.height - PLOT.bottom, PLOT.top),
  };
}

function isInFrame({ tpp, performance_density: density }, xs, ys) {
  const isInside = (value, scale) => value >= scale.low && value <= scale.high;
  return isInside(toNumber(density), xs) && isInside(toNumber(tpp), ys);
}

function svgText(x, y, text, properties = {}) {
  return drawn("text", { x, y, ...properties }, text);
}

/** A number of an axis: 1K, 50, 0.2. */
function tickText(value) {
  return value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 2 });
}

function grids(xs, ys) {
  const bottom = PLOT.height - PLOT.bottom;
  const right = PLOT.width - PLOT.right;
  const across = xs.ticks.flatMap((value) => {
    const x = xs.at(value);
    // The last number would be cut off if it were centered.
    const anchor = x > right - 12 ? "end" : "middle";
    return [
      drawn("line", { x1: x, x2: x, y1: PLOT.top, y2: bottom, class: "grid" }),
      svgText(x, bottom + 16, tickText(value), { "text-anchor": anchor }),
    ];
  });
  const up = ys.ticks.flatMap((value) => {
    const y = ys.at(value);
    return [
      drawn("line", { x1: PLOT.left, x2: right, y1: y, y2: y, class: "grid" }),
      svgText(PLOT.left - 6, y + 4, tickText(value), { "text-anchor": "end" }),
    ];
  });
  const center = (PLOT.top + bottom) / 2;
  const name = { "text-anchor": "middle", class: "name" };
  const turned = { ...name, transform: `rotate(-90 13 ${center})` };
  const names = [
    svgText((PLOT.left + right) / 2, PLOT.height - 8, t("chart.density"), name),
    svgText(13, center, t("chart.tpp"), turned),
  ];
  return [...across, ...up, ...names];
}

/** The rule's thresholds on the edges of the plot. */
function thresholdTexts(thresholds, xs, ys) {
  const shown = (metric, scale) =>
    (thresholds.get(metric) ?? []).filter((threshold) => {
      const value = toNumber(threshold);
      return value > scale.low && value < scale.high;
    });
  const across = shown("performance_density", xs).map((threshold, at) => {
    // Three heights in turn keep neighbors from covering one another.
    const y = PLOT.height - PLOT.bottom - 5 - 13 * (at % 3);
    return svgText(xs.at(toNumber(threshold)) + 3, y, display(threshold), { class: "threshold" });
  });
  const up = shown("tpp", ys).map((threshold) => {
    const properties = { "text-anchor": "end", class: "threshold" };
    const x = PLOT.width - PLOT.right - 4;
    return svgText(x, ys.at(toNumber(threshold)) - 3, display(threshold), properties);
  });
  return [...across, ...up];
}

/** The buttons of the zoom, for readers without a mouse too. */
function zoomButtons(app) {
  const zoomed = (factor) => () => {
    const { item, scales } = app;
    // The chosen chip stays where the reader looks.
    const place = item && placeOf(item, scales.xs, scales.ys);
    zoom(app, factor, place?.x, place?.y);
  };
  const named = (label) => ({ "aria-label": label, title: label });
  return [
    button("+", zoomed(ZOOM_STEP), named(t("zoom.in"))),
    button("−", zoomed(1 / ZOOM_STEP), named(t("zoom.out"))),
    button(t("zoom.all"), () => frameTo(app, null)),
  ];
}

/** Zooms by a factor around a pixel, the middle if there is none. */
function zoom(app, factor, x, y) {
  const { xs, ys } = app.scales;
  const around = (scale, pixel) => {
    const middle = pixel === undefined ? Math.sqrt(scale.low * scale.high) : scale.valueAt(pixel);
    const end = (value) => middle * (value / middle) ** (1 / factor);
    return [end(scale.low), end(scale.high)];
  };
  frameTo(app, [...around(xs, x), ...around(ys, y)]);
}

/** Shows a frame of the chart; null shows all of it. */
function frameTo(app, frame) {
  const focused = document.activeElement?.getAttribute("aria-label");
  app.update({ zoom: frame ? frame.map((end) => end.toPrecision(FRAME_DIGITS)).join(",") : "" });
  // The buttons were drawn anew; without this the keyboard would lose its place.
  if (focused) document.querySelector(`#chart button[aria-label="${CSS.escape(focused)}"]`)?.focus();
}

/** Drawing a frame with the pointer zooms to it; a double click shows everything again. */
function zoomByPointer(app, canvas) {
  let start = null;
  const shape = drawn("rect", { class: "frame" });
  const placeIn = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = PLOT.width / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) start = placeIn(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!start) return;
    const { x, y, width, height } = frameBetween(start, placeIn(event));
    for (const [name, value] of Object.entries({ x, y, width, height })) shape.setAttribute(name, value);
    if (width > SMALLEST_FRAME && height > SMALLEST_FRAME) canvas.append(shape);
  });
  const end = (event) => {
    if (!start) return;
    const { x, y, width, height } = frameBetween(start, placeIn(event));
    start = null;
    shape.remove();
    if (width < SMALLEST_FRAME || height < SMALLEST_FRAME) return;
    const { xs, ys } = app.scales;
    const across = [xs.valueAt(x), xs.valueAt(x + width)];
    frameTo(app, [...across, ys.valueAt(y + height), ys.valueAt(y)]);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointerleave", end);
  canvas.addEventListener("dblclick", () => frameTo(app, null));
}

/** The rectangle between two corners, inside the plot. */
function frameBetween(one, other) {
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const xs = [one.x, other.x].map((x) => within(x, PLOT.left, PLOT.width - PLOT.right));
  const ys = [one.y, other.y].map((y) => within(y, PLOT.top, PLOT.height - PLOT.bottom));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

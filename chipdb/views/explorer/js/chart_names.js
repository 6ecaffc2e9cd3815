// Names in the chart: next to their places, apart from each other, tied to places that they are not next
// to.

/** Pixels between the lines of two names, and of a bold letter in the widest of the fonts. */
const LINE_HEIGHT = 14;
const LETTER_WIDTH = 8.5;

/** Pixels from a place to its name, and the reach of the ring around a named place. */
const NAME_GAP = 11;
const RING_REACH = 9;

/** How many lines above and below its place a name may be moved. */
const MOST_LINES = 14;

/** A chip's name without its vendor, as charts of the command line have it. */
function shortName({ name, vendor }) {
  const start = `${vendor} `;
  return vendor && name.startsWith(start) ? name.slice(start.length) : name;
}

/** A letter of Chinese is as wide as two others. */
function nameWidth(text) {
  const letters = [...text];
  const wide = letters.filter((letter) => letter > "\u2e80").length;
  return LETTER_WIDTH * (letters.length + wide);
}

/** The box of a name some lines below a place, at its right or left, and never beyond the plot. */
function nameBox({ x, y }, width, lines, isLeft) {
  const start = isLeft ? x - NAME_GAP - width : x + NAME_GAP;
  const most = PLOT.width - PLOT.right - width;
  const left = Math.max(PLOT.left, Math.min(start, most));
  const middle = y - LINE_HEIGHT / 2 + lines * LINE_HEIGHT;
  return {
    isLeft,
    left,
    right: left + width,
    top: middle - LINE_HEIGHT / 2,
    bottom: middle + LINE_HEIGHT / 2,
  };
}

/** The boxes that a name may have, the nearest to its place first. */
function nameBoxes(place, text) {
  const width = nameWidth(text);
  const isLeft = place.x > (PLOT.left + PLOT.width) / 2;
  const boxes = [];
  for (let lines = 0; lines <= MOST_LINES; lines += 1) {
    for (const side of [isLeft, !isLeft]) {
      boxes.push(nameBox(place, width, -lines, side), nameBox(place, width, lines, side));
    }
  }
  return boxes.filter(({ top, bottom }) => top >= PLOT.top && bottom <= PLOT.height - PLOT.bottom);
}

const overlap = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** Names next to places: none covers another, or the ring of another place. */
function namesApart(named) {
  const taken = named.map(({ place: { x, y } }) => ({
    left: x - RING_REACH,
    right: x + RING_REACH,
    top: y - RING_REACH,
    bottom: y + RING_REACH,
  }));
  return named.flatMap(({ place, text }) => {
    const boxes = nameBoxes(place, text);
    const box = boxes.find((one) => !taken.some((other) => overlap(one, other))) ?? boxes[0];
    if (!box) return [];
    taken.push(box);
    return [...tieOf(place, box), nameIn(box, text)];
  });
}

/** A line from a place to a name that is not next to it. */
function tieOf({ x, y }, { left, right, top, bottom }) {
  const end = { x: Math.max(left, Math.min(x, right)), y: Math.max(top, Math.min(y, bottom)) };
  const [across, down] = [end.x - x, end.y - y];
  const length = Math.hypot(across, down);
  if (length < NAME_GAP + 2) return [];
  const start = RING_REACH / length;
  const line = { x1: x + across * start, y1: y + down * start, x2: end.x, y2: end.y, class: "tie" };
  return [drawn("line", line)];
}

/** A name that ends or starts next to its place: boxes are as wide as in the widest of the fonts. */
function nameIn({ isLeft, left, right, bottom }, text) {
  const [x, anchor] = isLeft ? [right, "end"] : [left, "start"];
  return svgText(x, bottom - 3, text, { class: "label", "text-anchor": anchor });
}

/** The name of the place that the reader points at. */
function nameAt(place, text) {
  const [box] = nameBoxes(place, text);
  return box ? nameIn(box, text) : null;
}

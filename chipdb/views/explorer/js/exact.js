// Exact numbers: quotients of two big integers. Binary floating point would put a chip that lies
// exactly on a threshold on either side of it; here 4736 / 800 is 5.92 and nothing else.

const ratio = (n, d) => (d < 0n ? { n: -n, d: -d } : { n, d });
const ZERO = ratio(0n, 1n);
const ONE = ratio(1n, 1n);
const TWO = ratio(2n, 1n);

/** A number from its decimal text or from `n/d`; null for null. */
function exact(text) {
  if (text === null || text === undefined) return null;
  if (text.includes("/")) {
    const [n, d] = text.split("/");
    return ratio(BigInt(n), BigInt(d));
  }
  const [mantissa, exponent] = text.toLowerCase().split("e");
  const [whole, decimals = ""] = mantissa.split(".");
  const digits = BigInt(whole + decimals);
  const shift = Number(exponent ?? 0) - decimals.length;
  if (shift < 0) return ratio(digits, 10n ** BigInt(-shift));
  return ratio(digits * 10n ** BigInt(shift), 1n);
}

function add(a, b) {
  if (a.d === b.d) return ratio(a.n + b.n, a.d);
  return ratio(a.n * b.d + b.n * a.d, a.d * b.d);
}

const minus = (a, b) => add(a, { n: -b.n, d: b.d });
const times = (a, b) => ratio(a.n * b.n, a.d * b.d);
const over = (a, b) => ratio(a.n * b.d, a.d * b.n);
const middle = (a, b) => over(add(a, b), TWO);
const isZero = (a) => a.n === 0n;

/** -1, 0 or 1, as `sort` wants it. */
function compare(a, b) {
  // Most figures are whole numbers; skipping the products halves the time of a page.
  const left = a.d === b.d ? a.n : a.n * b.d;
  const right = a.d === b.d ? b.n : b.n * a.d;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** Whether two numbers are equal; null stands for "no number" and equals only null. */
function same(a, b) {
  if (a === b || a === null || b === null) return a === b;
  return compare(a, b) === 0;
}

const least = (...all) => all.reduce((a, b) => (compare(b, a) < 0 ? b : a));
const greatest = (...all) => all.reduce((a, b) => (compare(b, a) > 0 ? b : a));

const OPERATORS = {
  ge: (a, b) => compare(a, b) >= 0,
  gt: (a, b) => compare(a, b) > 0,
  le: (a, b) => compare(a, b) <= 0,
  lt: (a, b) => compare(a, b) < 0,
};

/** The values in ascending order, each once. */
function ordered(values) {
  const ascending = [...values].sort(compare);
  return ascending.filter((value, at) => at === 0 || !same(ascending[at - 1], value));
}

/** A floating-point number for pictures and for people; no answer depends on it. */
function toNumber(value) {
  // Numerators grow without bound, and Number() of more than 1,024 bits is Infinity.
  const largest = 1n << 1000n;
  const negative = value.n < 0n;
  let n = negative ? -value.n : value.n;
  let d = value.d;
  while (n > largest || d > largest) {
    n >>= 64n;
    d >>= 64n;
  }
  const size = d === 0n ? Infinity : Number(n) / Number(d);
  return negative ? -size : size;
}

/** The same number in lowest terms. */
function reduced(value) {
  let a = value.n < 0n ? -value.n : value.n;
  let b = value.d;
  while (b) [a, b] = [b, a % b];
  return a > 1n ? ratio(value.n / a, value.d / a) : value;
}

const MOST_DECIMALS = 30;

/** The decimal text of a number that has one, else `n/d`. */
function plainText(value) {
  const { n, d } = reduced(value);
  let scale = 1n;
  for (let digits = 0; digits < MOST_DECIMALS; digits += 1) {
    if (scale % d === 0n) return withPoint(n * (scale / d), digits);
    scale *= 10n;
  }
  return `${n}/${d}`;
}

/** A whole number with its decimal point moved left by some digits. */
function withPoint(whole, digits) {
  const sign = whole < 0n ? "-" : "";
  const text = (whole < 0n ? -whole : whole).toString().padStart(digits + 1, "0");
  if (!digits) return sign + text;
  const point = text.length - digits;
  return `${sign}${text.slice(0, point)}.${text.slice(point)}`;
}

/**
 * A number for people, as the library writes it: thousands separated, at most `digits` decimals;
 * an en dash for null.
 */
function display(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  const text = roundedHalfEven(toNumber(reduced(value)), digits);
  const [whole, decimals] = text.split(".");
  const kept = (decimals ?? "").replace(/0+$/, "");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return kept ? `${separated}.${kept}` : separated;
}

/** More decimals than this are never printed. */
const MOST_DIGITS = 12;

/**
 * A number for people that lies on the same side of some thresholds as the exact value: it has more
 * than two decimals only where rounding would put it on another side.
 */
function displayApart(value, thresholds) {
  if (value === null || value === undefined) return display(value);
  const isApart = (text) => {
    const printed = exact(text.replaceAll(",", ""));
    return thresholds.every((limit) => compare(printed, limit) === compare(value, limit));
  };
  for (let digits = 2; digits < MOST_DIGITS; digits += 1) {
    const text = display(value, digits);
    if (isApart(text)) return text;
  }
  return display(value, MOST_DIGITS);
}

/** Rounds a number that lies halfway to the even digit, as Python does; toFixed rounds it up. */
function roundedHalfEven(number, digits) {
  const scaled = number * 10 ** digits;
  // Only a multiple of a power of two can lie exactly halfway in binary floating point.
  const isExact = Number.isInteger(number * 2 ** (digits + 1));
  const isHalfway = isExact && Math.abs(scaled % 1) === 0.5;
  const even = (2 * Math.round(scaled / 2)) / 10 ** digits;
  return (isHalfway ? even : number).toFixed(digits);
}

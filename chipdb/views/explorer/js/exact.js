// Exact numbers: a quotient of two big integers, so that a limit is met where it lies and nowhere beside it.

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
  const [whole, part = ""] = mantissa.split(".");
  const shift = Number(exponent ?? 0) - part.length;
  const digits = BigInt(whole + part);
  return shift < 0 ? ratio(digits, 10n ** BigInt(-shift)) : ratio(digits * 10n ** BigInt(shift), 1n);
}

const add = (a, b) => (a.d === b.d ? ratio(a.n + b.n, a.d) : ratio(a.n * b.d + b.n * a.d, a.d * b.d));
const minus = (a, b) => add(a, { n: -b.n, d: b.d });
const times = (a, b) => ratio(a.n * b.n, a.d * b.d);
const over = (a, b) => ratio(a.n * b.d, a.d * b.n);
const middle = (a, b) => over(add(a, b), TWO);
const isZero = (a) => a.n === 0n;

function compare(a, b) {
  const left = a.d === b.d ? a.n : a.n * b.d;
  const right = a.d === b.d ? b.n : b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}
const same = (a, b) => (a === null || b === null ? a === b : compare(a, b) === 0);
const least = (...all) => all.reduce((a, b) => (compare(b, a) < 0 ? b : a));
const greatest = (...all) => all.reduce((a, b) => (compare(b, a) > 0 ? b : a));

const OPERATORS = {
  ge: (a, b) => compare(a, b) >= 0,
  gt: (a, b) => compare(a, b) > 0,
  le: (a, b) => compare(a, b) <= 0,
  lt: (a, b) => compare(a, b) < 0,
};

/** The values in order, each once. */
function ordered(values) {
  return [...values].sort(compare).filter((value, at, all) => at === 0 || compare(all[at - 1], value) !== 0);
}

/** A plain number, for pictures and for people; nothing is decided by it. */
function toNumber(value) {
  const limit = 1n << 1000n;
  let { n, d } = value;
  const negative = n < 0n;
  n = negative ? -n : n;
  while (n > limit || d > limit) [n, d] = [n >> 64n, d >> 64n];
  if (d === 0n) return negative ? -Infinity : Infinity;
  const found = Number(n) / Number(d);
  return negative ? -found : found;
}

function reduced(value) {
  let [a, b] = [value.n < 0n ? -value.n : value.n, value.d];
  while (b) [a, b] = [b, a % b];
  return a > 1n ? ratio(value.n / a, value.d / a) : value;
}

/** The decimal text of a number that has one, else `n/d`. */
function plainText(value) {
  const { n, d } = reduced(value);
  for (let digits = 0, scale = 1n; digits < 30; digits += 1, scale *= 10n) {
    if (scale % d !== 0n) continue;
    const whole = (n < 0n ? -n : n) * (scale / d);
    const text = whole.toString().padStart(digits + 1, "0");
    const cut = text.length - digits;
    return (n < 0n ? "-" : "") + text.slice(0, cut) + (digits ? `.${text.slice(cut)}` : "");
  }
  return `${n}/${d}`;
}

/** A number for people, as the library writes it: thousands separated, at most `digits` decimals; an en dash for none. */
function display(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  const number = toNumber(reduced(value));
  const scaled = number * 10 ** digits;
  const halfway = Number.isInteger(number * 2 ** (digits + 1)) && Math.abs(scaled % 1) === 0.5;
  const text = (halfway ? (2 * Math.round(scaled / 2)) / 10 ** digits : number).toFixed(digits);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  const [whole, part] = short.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), part].filter(Boolean).join(".");
}

// Places by day. Which set of places has which country on which day was decided when the page was made; here scopes join them.

const allOf = (answers) => (answers.includes(false) ? false : answers.includes(null) ? null : true);
const anyOf = (answers) => (answers.includes(true) ? true : answers.includes(null) ? null : false);
const ANSWERS = { yes: true, no: false, open: null };

/** The last of some dated answers that has begun on a day; `no` before the first. */
function heldOn(spans, on) {
  return ANSWERS[spans.filter(([from]) => from <= on).pop()?.[1] ?? "no"];
}

class Places {
  constructor(record) {
    this.record = record;
    this.at = new Map(record.countries.map(([code], at) => [code, at]));
    this.names = new Map(record.countries.map(([code, name]) => [code, name]));
  }

  /** The code of a country on a day: Hong Kong is China from its day. */
  code(code, on) {
    const [, , whole, since] = this.record.countries[this.at.get(code)];
    return whole && on >= since ? whole : code;
  }

  selects(selection, code, on) {
    return heldOn(this.record.spans[this.record.selections[selection][this.at.get(code)]], on);
  }

  /** Whether a deal lies in a scope; null where that is not known. */
  holds(scope, deal) {
    if (scope === null) return true;
    const sides = ["to", "headquarters", "from"].filter((side) => side in scope);
    const answers = sides.map((side) => (deal[side] ? this.selects(scope[side], deal[side], deal.on) : null));
    if (scope.any) answers.push(anyOf(scope.any.map((each) => this.holds(each, deal))));
    return allOf(answers);
  }
}

// Places by day. Which set of places holds which country on which day was decided when the page was
// made; here the sides of a scope are joined.

/** Answers joined by "and" and by "or"; null is "not known". */
function allOf(answers) {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function anyOf(answers) {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

const ANSWERS = { yes: true, no: false, open: null };

/** The last of some dated answers that has begun on a day; false before the first. */
function heldOn(periods, on) {
  const begun = periods.filter(([since]) => since <= on);
  if (!begun.length) return false;
  const [, answer] = begun[begun.length - 1];
  return ANSWERS[answer];
}

class Places {
  constructor(record) {
    this.record = record;
    this.at = new Map(record.countries.map(([code], at) => [code, at]));
    this.names = new Map(record.countries.map(([code, name]) => [code, name]));
  }

  /** The code that stands for a country on a day: Hong Kong counts as China from its day on. */
  code(code, on) {
    const [, , whole, since] = this.record.countries[this.at.get(code)];
    return whole && on >= since ? whole : code;
  }

  selects(selection, code, on) {
    const at = this.record.selections[selection][this.at.get(code)];
    return heldOn(this.record.periods[at], on);
  }

  /** Whether a transaction lies in a scope; null where that is not known. */
  holds(scope, transaction) {
    if (scope === null) return true;
    return once(transaction, scope, () => this.find(scope, transaction));
  }

  find(scope, transaction) {
    const answers = [];
    for (const side of ["to", "headquarters", "from"]) {
      if (!(side in scope)) continue;
      const code = transaction[side];
      answers.push(code ? this.selects(scope[side], code, transaction.on) : null);
    }
    if ("inCountry" in scope) {
      const { to, from } = transaction;
      answers.push(to && from ? (to === from) === scope.inCountry : null);
    }
    if (scope.any) answers.push(anyOf(scope.any.map((part) => this.holds(part, transaction))));
    return allOf(answers);
  }

  /** The country groups whose membership of a country is not settled on a day. */
  unsettledGroups(code, on) {
    const isOpen = ({ periods }) => heldOn(periods, on) === null;
    const ofCountry = this.record.unsettled.filter((each) => each.code === code);
    return ofCountry.filter(isOpen).map(({ group }) => group);
  }
}

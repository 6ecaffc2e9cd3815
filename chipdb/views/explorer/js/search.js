// Which chip a name means: the lookup of the command line (chipdb/catalog/lookup.py) over the same
// index. A search lists the chip that a name means first, then those that it could also mean, those
// that begin with it, and those that contain it.

const SIGNS_OF_TRADEMARKS = /[™℠®©]/g;

/** The letters and digits of a name in any script, without case. */
function squash(name) {
  const plain = name.replace(SIGNS_OF_TRADEMARKS, "").normalize("NFKC").toLowerCase();
  return plain.replace(/ß/g, "ss").replace(/[^\p{L}\p{N}]/gu, "");
}

/** What a name means: `id` and the `siblings` that it could also mean, or the `candidates` of an
 * ambiguous name; null if no chip has the name. */
function meaningOf(name, { lookup, chips }) {
  const key = squash(name);
  if (!key) return null;
  const candidates = lookup.ambiguous[key];
  if (candidates) return { candidates: [...new Set(candidates)] };
  return meantBy(key, lookup) ?? afterVendor(key, lookup, chips);
}

/** The chip that has a squashed name, or that stands for it. A chip's own name comes first. */
function meantBy(key, { names, generic }) {
  const [representative, ...siblings] = generic[key] ?? [];
  const id = names[key] ?? representative;
  return id ? { id, siblings } : null;
}

/** The chip that has a name without the vendor in front of it. */
function afterVendor(key, lookup, chips) {
  for (const vendor of lookup.vendors) {
    const bare = key.startsWith(vendor) ? key.slice(vendor.length) : "";
    if (!bare) continue;
    const family = familyOf(vendor, chips);
    for (const spelling of withoutLegalForm(bare)) {
      const meaning = ofVendor(spelling, lookup, family);
      if (meaning) return meaning;
    }
  }
  return null;
}

/** What is written behind a vendor's name, the longer of two spellings first. */
const LEGAL_FORMS = ["corporation", "corp", "incorporated", "inc", "limited", "ltd"];

/** A squashed name, and what is left of it behind the legal form of the vendor's company. */
function withoutLegalForm(bare) {
  const form = LEGAL_FORMS.find((each) => bare.startsWith(each) && bare !== each);
  return form ? [bare, bare.slice(form.length)] : [bare];
}

/** The chips whose vendor, architecture or model has a squashed name. */
function familyOf(key, chips) {
  const belongs = ({ architecture, vendor, model }) =>
    [architecture, vendor, model].some((name) => name && squash(name) === key);
  return new Set(chips.filter(belongs).map(({ id }) => id));
}

function ofVendor(bare, lookup, family) {
  const meaning = meantBy(bare, lookup);
  if (meaning && family.has(meaning.id)) return meaning;
  // A name that is ambiguous between vendors may be clear within one.
  const all = new Set(lookup.ambiguous[bare] ?? []);
  const candidates = [...all].filter((id) => family.has(id));
  return candidates.length ? ofOneLine(candidates, lookup) : null;
}

/** The representative of the product line that all candidates belong to, with the others. */
function ofOneLine(candidates, { generic }) {
  for (const [representative, ...siblings] of Object.values(generic)) {
    const line = [representative, ...siblings];
    const isLine = candidates.includes(representative) && candidates.every((id) => line.includes(id));
    if (isLine) return { id: representative, siblings };
  }
  return candidates.length === 1 ? { id: candidates[0], siblings: [] } : { candidates };
}

/** How a chip matches a search, the lower the nearer; null if it does not. `names` are its squashed
 * names, `words` all text in which words are looked for. */
function matchRank({ id, names, words }, query, meaning) {
  if (meaning?.id === id) return MATCH.meant;
  const others = meaning?.siblings ?? meaning?.candidates ?? [];
  if (others.includes(id)) return MATCH.possible;
  const key = squash(query);
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hasWords = parts.every((part) => words.includes(part));
  if (key && names.some((name) => name.startsWith(key))) return MATCH.prefix;
  if (hasWords || (key && names.some((name) => name.includes(key)))) return MATCH.inside;
  return null;
}

const MATCH = { meant: 0, possible: 1, prefix: 2, inside: 3 };

// The page's own words, in the language of the reader. The texts of each language are one file,
// chipdb/views/explorer/texts/*.json; what rules and cautions say comes in English, from the data.

const LANGUAGES = { en: "English", zh: "简体中文" };
/** The tags by which browsers and screen readers know these languages. */
const LANGUAGE_TAGS = { en: "en", zh: "zh-Hans" };

/** The language that is spoken, and the texts of all. */
const SPOKEN = { language: "en", texts: { en: {} } };

/** A text by its key, with its names filled in; `{name}` stands for a value. */
function t(key, values = {}) {
  const texts = SPOKEN.texts[SPOKEN.language] ?? SPOKEN.texts.en;
  const text = texts[key] ?? SPOKEN.texts.en[key] ?? key;
  return text.replace(PLACE_OF_VALUE, (whole, before, name, after, at) => {
    const value = String(values[name] ?? "");
    if (SPOKEN.language !== "zh" || !value) return before + value + after;
    const next = text[at + whole.length] ?? "";
    return spaceBetween(text[at - 1] ?? "", before, value[0]) + value + spaceBetween(value.at(-1), after, next);
  });
}

/** A name in a text, with the spaces around it. */
const PLACE_OF_VALUE = /( ?)\{(\w+)\}( ?)/g;
const IS_CHINESE = /\p{Script=Han}/u;
const IS_LATIN = /[\p{Script=Latin}\d]/u;

/** What stands between a Chinese text and a value: a space where one of two neighbors is Latin, none
 * between Chinese characters, and else what the text has. */
function spaceBetween(left, space, right) {
  if (IS_CHINESE.test(left) && IS_CHINESE.test(right)) return "";
  const areMixed = IS_CHINESE.test(left) ? IS_LATIN.test(right) : IS_LATIN.test(left) && IS_CHINESE.test(right);
  return areMixed ? " " : space;
}

/** Chooses a language, and writes the texts of the template in it. */
function speak(data, language) {
  SPOKEN.texts = data.texts;
  SPOKEN.language = language;
  document.documentElement.lang = LANGUAGE_TAGS[language];
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = t(node.dataset.text);
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
  }
}

/** The language of a reader who chose none: Chinese where the browser asks for it first. */
function preferredLanguage() {
  const [first] = navigator.languages ?? [navigator.language];
  return first?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** What marks a text that comes from the data as English, on a page in another language. */
const inEnglish = () => (SPOKEN.language === "en" ? {} : { lang: "en" });

/** A finding in a word or two of the reader's language; see findingText. */
function findingWords(finding, rule = null) {
  if (finding.status === MET && finding.outcome) return finding.outcome;
  const isOther = rule && !CLASSIFYING.includes(rule.question);
  if (finding.status === NOT_MET && isOther) return t("status.rule-not-met");
  return t(`status.${finding.status}`);
}

/** A review policy in words. */
const policyWords = (policy) => t(`policy.${policy}`);

/** The name of a country; browsers know those of every language. */
function placeName(data, code) {
  const english = data.places.names.get(code);
  if (SPOKEN.language === "en") return english;
  try {
    SPOKEN.places ??= new Intl.DisplayNames(["zh-Hans"], { type: "region" });
    return SPOKEN.places.of(code) ?? english;
  } catch {
    // Browsers do not name parts of a country, such as UA-43.
    const key = `place.${code}`;
    const name = t(key);
    return name === key ? english : name;
  }
}

/** Names in a row, as the language joins them. */
const listed = (names) => names.join(t("list.comma"));

/** Compares two names as the language sorts them. */
const byAlphabet = (one, other) => one.localeCompare(other, LANGUAGE_TAGS[SPOKEN.language]);

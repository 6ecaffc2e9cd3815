// The tools at the top: a link to what one sees, print, and the language.

/** Milliseconds for which the page says that the link was copied. */
const SAID = 2500;

function drawTools(app) {
  const languages = Object.entries(LANGUAGES);
  const choice = select("lang", languages, SPOKEN.language, (lang) => app.changeLanguage(lang));
  choice.setAttribute("aria-label", t("tools.language"));
  show(
    "tools",
    button(t("tools.copy"), () => copyLink(), { id: "copy-link" }),
    button(t("tools.print"), () => window.print(), { id: "print" }),
    choice,
    el("span", { id: "copied", class: "quiet", role: "status" }),
  );
}

/** Copies the address, which holds everything that was chosen. */
async function copyLink() {
  const isCopied = await copied(location.href);
  const told = t(isCopied ? "tools.copied" : "tools.not-copied");
  byId("copied").textContent = told;
  byId("copy-link").textContent = told;
  setTimeout(() => {
    byId("copied").textContent = "";
    byId("copy-link").textContent = t("tools.copy");
  }, SAID);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

/** For browsers that offer no clipboard to a file from disk. */
function copiedBySelection(text) {
  const box = el("textarea", { class: "quiet", "aria-hidden": "true", value: text });
  document.body.append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  return isCopied;
}

// Shows only the rows of the index that have all words that were typed.
const main = document.querySelector("main");
const label = document.createElement("label");
label.textContent = "Search ";
const box = document.createElement("input");
box.type = "search";
label.append(box);
main.querySelector("h1").after(label);
const count = document.createElement("p");
count.setAttribute("role", "status");
label.after(count);
const rows = [...main.querySelectorAll("tbody tr")];
const search = () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  count.textContent = `${shown} of ${rows.length} entries`;
};
box.addEventListener("input", search);
search();

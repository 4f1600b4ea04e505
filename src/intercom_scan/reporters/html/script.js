"use strict";
(() => {
  const table = document.getElementById("table");
  if (!table) return;
  const rows = [...table.tBodies];
  const texts = new Map();
  const [text, shown, unfold] = ["text", "shown", "unfold"].map((id) => document.getElementById(id));
  const chosen = [...document.querySelectorAll("#tools select")];
  const number = new Intl.NumberFormat("en");

  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = chosen.every((select) => !select.value || row.dataset[select.id] === select.value);
      row.hidden = !(fits && words.every((word) => textOf(row).includes(word)));
      count += !row.hidden;
    }
    shown.textContent = `${number.format(count)} of ${number.format(rows.length)} shown`;
  };

  const keyOf = (row, column) => {
    const cell = row.rows[0].cells[column];
    return "key" in cell.dataset ? Number(cell.dataset.key) : cell.textContent.trim();
  };

  const order = new Intl.Collator("en").compare;
  const compare = (a, b) => (typeof a === "number" ? a - b : order(a, b));

  const sort = (head) => {
    const before = head.getAttribute("aria-sort");
    const first = "down" in head.dataset ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const direction = before === first ? other : first;
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    const keyed = rows.map((row) => [keyOf(row, head.cellIndex), row]);
    keyed.sort((a, b) => sign * compare(a[0], b[0]));
    table.append(...keyed.map(([, row]) => row));
  };

  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }

  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    for (const row of rows) row.querySelector("details").open = open;
  });

  // A link leads to its row even where the filter hides it.
  const reveal = (event) => {
    const link = event.target.closest('a[href^="#f-"]');
    if (!link || !document.getElementById(link.hash.slice(1)).hidden) return;
    text.value = "";
    for (const select of chosen) select.value = "";
    filter();
  };

  text.addEventListener("input", filter);
  for (const select of chosen) select.addEventListener("change", filter);
  document.addEventListener("click", reveal);
  document.getElementById("tools").hidden = false;
  filter();
})();

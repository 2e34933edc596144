// Picking rows: all at once, a range with Shift, how many, and everything that matches.
import { all, on } from "./dom.js";

let last = null;

const boxes = (table) => [...table.querySelectorAll('.pick input[name="selected"]')];
const blockOf = (name) => document.querySelector(`[data-table="${CSS.escape(name)}"]`);
const barOf = (name) => document.querySelector(`[data-bulk="${CSS.escape(name)}"]`);

function count(block) {
  const known = boxes(block);
  const picked = known.filter((box) => box.checked).length;
  const head = block.querySelector("[data-pick-all]");
  if (head) {
    head.checked = picked > 0 && picked === known.length;
    head.indeterminate = picked > 0 && picked < known.length;
  }
  const bar = barOf(block.dataset.table);
  if (!bar) return;
  bar.querySelector("[data-bulk-count]").textContent = picked;
  const word = bar.querySelector("[data-bulk-word]");
  word.textContent = picked === 1 ? word.dataset.one : word.dataset.many;
  const everything = bar.querySelector("[data-bulk-everything]");
  everything.hidden = !head?.checked;
  if (everything.hidden) everything.querySelector("input").checked = false;
}

function pick(box, event) {
  const block = box.closest("[data-table]");
  const known = boxes(block);
  if (event.shiftKey && last && known.includes(last)) {
    const [from, to] = [known.indexOf(last), known.indexOf(box)].sort((a, b) => a - b);
    for (const one of known.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
  count(block);
}

function startColumns() {
  on("click", "[data-move]", (button) => {
    const row = button.closest("li");
    const other = button.dataset.move === "-1" ? row.previousElementSibling : row.nextElementSibling;
    if (!other || other.querySelector("input:disabled")) return;
    if (button.dataset.move === "-1") other.before(row);
    else other.after(row);
    button.focus();
  });
}

export function startTables() {
  on("click", '.pick input[name="selected"]', pick);
  on("change", "[data-pick-all]", (head) => {
    const block = head.closest("[data-table]");
    for (const box of boxes(block)) box.checked = head.checked;
    count(block);
  });
  document.addEventListener("reset", (event) => {
    const name = event.target.dataset?.bulk;
    if (name) setTimeout(() => count(blockOf(name)));
  });
  document.addEventListener("htmx:load", (event) => {
    const block = event.target.closest?.("[data-table]");
    if (block) count(block);
  });
  window.addEventListener("pageshow", () => all(document, "[data-table]").forEach(count));
  startColumns();
}

// Small comforts of fields; without them each works as the browser has it.
import { all, on } from "./dom.js";
import { showToast } from "./toasts.js";

const year = 31536000;

function showFileName(input) {
  const drop = input.closest("[data-drop]");
  const names = [...input.files].map((file) => file.name);
  drop.classList.toggle("is-full", names.length > 0);
  if (names.length) drop.querySelector("[data-drop-name]").textContent = names.join(", ");
}

function reveal(button) {
  const input = button.closest("[data-reveal]").querySelector("input");
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  const other = button.dataset.otherLabel;
  button.dataset.otherLabel = button.getAttribute("aria-label");
  button.setAttribute("aria-label", other);
  button.title = other;
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  showToast({ text: button.dataset.copied });
}

function foldRail(button) {
  const root = document.documentElement;
  const folded = root.dataset.rail !== "narrow";
  root.dataset.rail = folded ? "narrow" : "wide";
  button.setAttribute("aria-pressed", String(folded));
  document.cookie = `rail=${root.dataset.rail};path=/;max-age=${year};samesite=lax`;
}

// Who works by keyboard goes on from the value that was changed, not from the top of the page.
function backToValue(event) {
  const cameFromForm = event.detail.requestConfig?.elt?.closest?.("[data-inline]");
  if (!cameFromForm || document.activeElement !== document.body) return;
  event.target.querySelector?.(".editable, .name-edit")?.focus({ preventScroll: true });
}

export function enhanceFields(root) {
  all(root, "[data-copy], [data-reveal-button], [data-rail-fold], [data-moves]").forEach((part) => (part.hidden = false));
  all(root, "[data-rail-fold]").forEach((button) => {
    button.setAttribute("aria-pressed", String(document.documentElement.dataset.rail === "narrow"));
  });
  all(root, "[data-focus]").forEach((part) => part.focus());
}

export function startFields() {
  on("change", "[data-drop] input", showFileName);
  on("dragover", "[data-drop]", (drop) => drop.classList.add("is-over"));
  on("dragleave", "[data-drop]", (drop) => drop.classList.remove("is-over"));
  on("drop", "[data-drop]", (drop) => drop.classList.remove("is-over"));
  on("click", "[data-reveal-button]", reveal);
  on("click", "[data-copy]", copy);
  on("click", "[data-rail-fold]", foldRail);
  on("keydown", "[data-inline]", (form, event) => {
    if (event.key === "Escape") form.querySelector("[data-inline-cancel]").click();
  });
  on("keydown", "textarea[data-send-on-enter], .composer textarea", (area, event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const field = event.target.querySelector?.("[data-inline] :is(input:not([type=hidden]), select, textarea)");
    field?.focus();
    // As in a spreadsheet: what is typed takes the place of what was there.
    if (field?.type === "text") field.select();
    backToValue(event);
  });
}

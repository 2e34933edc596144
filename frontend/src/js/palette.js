// Ctrl-K: type, choose with the arrows, Enter goes there.
import { on } from "./dom.js";

const dialog = () => document.getElementById("palette");
const input = () => dialog().querySelector("input");
const options = () => [...dialog().querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input().removeAttribute("aria-activedescendant");
}

function chosen() {
  return options().find((option) => option.getAttribute("aria-selected") === "true");
}

function step(by) {
  const known = options();
  if (known.length) choose(known.at((known.indexOf(chosen()) + by + known.length) % known.length));
}

export function openPalette(htmx) {
  if (!dialog() || dialog().open) return;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  dialog().showModal();
  input().select();
  htmx.trigger(input(), "palette:open");
}

function press(event) {
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Enter") chosen()?.click();
  // A search field would only empty itself.
  else if (event.key === "Escape") dialog().close();
  else return;
  event.preventDefault();
}

export function startPalette(htmx) {
  if (!dialog()) return;
  input().addEventListener("keydown", press);
  dialog().addEventListener("htmx:afterSwap", () => choose(options()[0]));
  on("click", "[data-palette-open]", (_link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette(htmx);
  });
  on("click", "[data-in-dialog]", (option, event) => {
    event.preventDefault();
    dialog().close();
    htmx.ajax("GET", option.href, { target: "#dialog", swap: "innerHTML" });
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog().open) dialog().close();
      else openPalette(htmx);
    }
  });
}

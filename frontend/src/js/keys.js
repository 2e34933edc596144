// One-letter shortcuts, where nobody is typing.
import { isTyping } from "./dom.js";

const patience = 1200;
let waitingForPlace = 0;

const actions = {
  "?": () => document.getElementById("shortcuts")?.showModal(),
  "/": () => (document.querySelector("[data-search]") ?? document.querySelector("[data-palette-open]"))?.[searchVerb()](),
  n: () => document.querySelector("[data-main-action] :is(a, button, summary)")?.click(),
  g: () => (waitingForPlace = Date.now()),
};

function searchVerb() {
  return document.querySelector("[data-search]") ? "focus" : "click";
}

function goTo(letter) {
  document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open], details[data-menu][open]")) return;
    const going = Date.now() - waitingForPlace < patience;
    waitingForPlace = 0;
    if (going) return goTo(event.key);
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  });
}

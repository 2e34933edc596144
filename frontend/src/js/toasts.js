// Short messages at the edge: they go by themselves, unless somebody reads them.
import { on } from "./dom.js";

const stay = 6000;
const stayWithUndo = 12000;
const timers = new WeakMap();

function wait(toast) {
  clearTimeout(timers.get(toast));
  const time = toast.querySelector("[data-undo]") ? stayWithUndo : stay;
  timers.set(toast, setTimeout(() => toast.remove(), time));
}

export function showToast({ text, tone = "done", undo = "" }) {
  const shelf = document.getElementById("toasts");
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.className = `toast toast-${tone}`;
  toast.querySelector("p").textContent = text;
  const form = toast.querySelector("[data-undo]");
  if (undo) form.setAttribute("action", undo);
  else form.remove();
  shelf.append(toast);
  if (tone !== "bad") wait(toast);
}

export function startToasts() {
  document.addEventListener("toast", (event) => showToast(event.detail));
  document.querySelectorAll(".toast:not(.toast-bad)").forEach(wait);
  on("click", "[data-toast-close]", (button) => button.closest(".toast").remove());
  on("pointerover", ".toast", (toast) => clearTimeout(timers.get(toast)));
  on("focusin", ".toast", (toast) => clearTimeout(timers.get(toast)));
  on("pointerout", ".toast:not(.toast-bad)", wait);
}

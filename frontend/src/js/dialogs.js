// Dialogs that htmx fills, dialogs of the page, and the question before what cannot be undone.
import { all, on } from "./dom.js";

const frames = "#dialog, #sheet";
const paths = new WeakMap();

const fields = ":is(input:not([type=hidden]), select, textarea)";

// What is chosen already is passed over: who types at once writes, and changes no choice.
function isOpen(field) {
  return field.type !== "radio" || !field.form?.querySelector(`[name="${field.name}"]:checked`);
}

function firstField(dialog) {
  const found = all(dialog, `.dialog-body ${fields}`).filter((field) => field.checkVisibility());
  const asked = dialog.querySelector(`.is-wrong ${fields}`) ?? dialog.querySelector("[autofocus]");
  return asked ?? found.find(isOpen) ?? found.find((field) => field.checked) ?? found[0];
}

// Forms in a dialog stay in it: their errors come back to the same place.
function keepForms(dialog, htmx) {
  for (const form of all(dialog, "form[method=post]:not([hx-post], [data-leaves])")) {
    form.setAttribute("hx-post", form.getAttribute("action") || paths.get(dialog) || window.location.pathname);
    form.setAttribute("hx-target", `#${dialog.id}`);
    form.setAttribute("hx-swap", "innerHTML");
    htmx.process(form);
  }
}

function filled(dialog, event, htmx) {
  if (!dialog.innerHTML.trim()) {
    dialog.close();
    return;
  }
  const { verb, path } = event.detail.requestConfig ?? {};
  if (verb === "get") paths.set(dialog, path);
  keepForms(dialog, htmx);
  if (!dialog.open) dialog.showModal();
  firstField(dialog)?.focus();
}

export function ask(question) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(window.confirm(question));
  dialog.querySelector(".confirm-text").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

// htmx asks by itself; plain forms and links that carry a question ask here.
async function askFirst(event, element, go) {
  if (element.dataset.asked) {
    delete element.dataset.asked;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(element.getAttribute("hx-confirm")))) return;
  element.dataset.asked = "yes";
  go();
}

function startQuestions() {
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });
  document.addEventListener(
    "submit",
    (event) => {
      const button = event.submitter;
      if (!button?.hasAttribute("hx-confirm")) return;
      askFirst(event, button, () => event.target.requestSubmit(button));
    },
    true,
  );
  on("click", "a[hx-confirm]:not([hx-get], [hx-post], [hx-delete])", (link, event) => askFirst(event, link, () => link.click()));
}

export function startDialogs(htmx) {
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches?.(frames)) filled(event.target, event, htmx);
  });
  document.addEventListener("dialog:close", () => document.querySelectorAll("dialog[open]").forEach((d) => d.close()));
  on("click", "[data-close]", (button, event) => {
    const dialog = button.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  });
  on("click", "[data-open]", (button) => document.querySelector(button.dataset.open)?.showModal());
  // A press on the shade, which belongs to the dialog itself, closes it.
  on("pointerdown", "dialog", (dialog, event) => {
    const box = dialog.getBoundingClientRect();
    const outside =
      event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && outside) dialog.close();
  });
  document.querySelectorAll(frames).forEach((dialog) => {
    dialog.addEventListener("close", () => dialog.replaceChildren());
  });
  startQuestions();
}

// What goes wrong on the way, and forms that are on their way.
import { on } from "./dom.js";
import { showToast } from "./toasts.js";

function explain(status) {
  const said = document.body.dataset;
  showToast({ text: status === 403 ? said.forbidden : said.error, tone: "bad" });
}

// A session that has ended answers with the sign-in page: go there, do not put it into this one.
function keepWholePagesOut(event) {
  const { xhr, target } = event.detail;
  const isPage = /^\s*<!doctype html/i.test(xhr.responseText ?? "");
  if (!isPage || target === document.body || xhr.status >= 400) return;
  event.detail.shouldSwap = false;
  window.location.assign(xhr.responseURL);
}

function markSending(form, submitter) {
  form.classList.add("is-sending");
  submitter?.setAttribute("data-pressed", "");
  setTimeout(() => clearSending(form), 6000);
}

function clearSending(form) {
  form.classList.remove("is-sending");
  form.querySelectorAll("[data-pressed]").forEach((button) => button.removeAttribute("data-pressed"));
}

export function startRequests() {
  document.addEventListener("htmx:beforeSwap", keepWholePagesOut);
  document.addEventListener("htmx:responseError", (event) => explain(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", () => showToast({ text: document.body.dataset.offline, tone: "bad" }));
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.classList.contains("is-sending")) event.preventDefault();
    else if (event.target.method === "post") markSending(event.target, event.submitter);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form.is-sending").forEach(clearSending));
  on("change", "[data-autosubmit]", (element) => (element.form ?? element).requestSubmit());
}

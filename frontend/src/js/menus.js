// Menus are <details>; here they float over what would cut them, and the keyboard moves in them.
import { on, plain } from "./dom.js";

const margin = 8;
const items = ".menu-item, .segmented button, input, select, button";

// What is seen ends where the bar of a phone begins.
function floor() {
  const bar = document.querySelector(".bottom-bar");
  return bar?.checkVisibility() ? bar.getBoundingClientRect().top : window.innerHeight;
}

function place(menu) {
  const panel = menu.querySelector(":scope > .menu-panel");
  if (!panel || menu.dataset.menu === "sheet") return;
  const button = menu.querySelector(":scope > summary").getBoundingClientRect();
  // Measured where all of the width is free: at the right edge it would be pressed together first.
  panel.style.position = "fixed";
  panel.style.inset = "0 auto auto 0";
  const { width, height } = panel.getBoundingClientRect();
  const wanted = menu.classList.contains("menu-start") ? button.left : button.right - width;
  const left = Math.max(margin, Math.min(wanted, window.innerWidth - width - margin));
  const below = button.bottom + 4;
  const fits = below + height + margin <= floor();
  const above = Math.max(margin, button.top - height - 4);
  panel.style.left = `${left}px`;
  panel.style.top = `${fits || button.top < window.innerHeight / 2 ? below : above}px`;
}

function close(menu, refocus = false) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

function opened() {
  return [...document.querySelectorAll("details[data-menu][open]")];
}

function move(menu, step) {
  const choices = [...menu.querySelectorAll(`.menu-panel :is(${items})`)].filter((item) => item.checkVisibility());
  const now = choices.indexOf(document.activeElement);
  choices.at((now + step + choices.length) % choices.length)?.focus();
}

// A very long menu opens with a place to type what is looked for.
function startSearch(menu) {
  const search = menu.querySelector("[data-menu-search]");
  if (!search) return;
  search.hidden = false;
  search.value = "";
  narrow(search);
  if (window.matchMedia("(hover: hover)").matches) search.focus();
}

function narrow(search) {
  const words = plain(search.value).split(/\s+/);
  for (const item of search.parentElement.querySelectorAll(".menu-item")) {
    const text = plain(item.textContent);
    item.hidden = !words.every((word) => text.includes(word));
  }
}

function take(search, event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (search.value) search.parentElement.querySelector(".menu-item:not([hidden])")?.click();
}

function press(event) {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (event.key === "Escape" && opened().length) {
    event.preventDefault();
    opened().forEach((one) => close(one, true));
  } else if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    if (event.target.matches("select, textarea")) return;
    event.preventDefault();
    move(menu, event.key === "ArrowDown" ? 1 : -1);
  }
}

export function startMenus() {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (!menu.matches?.("details[data-menu]") || !menu.open) return;
      opened().filter((other) => !other.contains(menu) && other !== menu).forEach((other) => close(other));
      startSearch(menu);
      place(menu);
    },
    true,
  );
  on("input", "[data-menu-search]", narrow);
  on("keydown", "[data-menu-search]", take);
  document.addEventListener("pointerdown", (event) => {
    opened().filter((menu) => !menu.contains(event.target)).forEach((menu) => close(menu));
  });
  document.addEventListener("keydown", press);
  on("click", "details[data-menu] .menu-item", (item) => close(item.closest("details[data-menu]")));
  const follow = (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) place(menu);
  };
  document.addEventListener("scroll", follow, { capture: true, passive: true });
  window.addEventListener("resize", () => opened().forEach(place));
}

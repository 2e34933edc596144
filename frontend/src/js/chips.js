// A list of many as chips: typing finds, Enter takes, Backspace gives back. The <select> stays and is what is sent.
// Words of one's own become chips, too; what is sent is the text of all, apart by commas.
import { all, plain } from "./dom.js";

const gap = 4;

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

class Chips {
  constructor(select, isFree = false) {
    this.select = select;
    this.isFree = isFree;
    this.active = 0;
    this.follow = () => this.place();
    const hadFocus = document.activeElement === select;
    this.box = element("div", "chips");
    this.input = this.makeInput();
    this.list = this.makeList();
    this.box.append(this.input, this.list);
    select.before(this.box);
    select.classList.add("hidden-text");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    this.listen();
    this.draw();
    if (hadFocus) this.input.focus();
  }

  makeInput() {
    const input = element("input", "");
    const label = document.querySelector(`label[for="${CSS.escape(this.select.id)}"]`);
    const given = { type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(given)) input.setAttribute(name, value);
    input.id = `${this.select.id}_find`;
    input.placeholder = this.select.dataset.chipsLabel ?? "";
    input.setAttribute("aria-label", label?.textContent ?? this.select.getAttribute("aria-label") ?? input.placeholder);
    if (label) label.htmlFor = input.id;
    return input;
  }

  makeList() {
    const list = element("div", "chips-list");
    list.id = `${this.select.id}_list`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    this.input.setAttribute("aria-controls", list.id);
    return list;
  }

  listen() {
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("blur", () => this.leave());
    this.input.addEventListener("focus", () => document.addEventListener("scroll", this.follow, true));
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("click", (event) => {
      this.input.focus();
      if (event.target === this.input) this.show();
    });
  }

  found() {
    const typed = this.input.value.trim();
    const options = [...this.select.options];
    const found = options.filter((option) => !option.selected && plain(option.text).includes(plain(typed))).slice(0, 50);
    const isNew = this.isFree && typed && !options.some((option) => option.text === typed);
    return isNew ? [...found, new Option(typed)] : found;
  }

  // What was typed as it is, and not what it is the beginning of.
  add() {
    const typed = this.input.value.trim();
    const known = [...this.select.options].find((option) => option.text === typed);
    if (typed) this.set(known ?? new Option(typed), true);
  }

  leave() {
    document.removeEventListener("scroll", this.follow, true);
    if (this.isFree) this.add();
    setTimeout(() => this.hide(), 120);
  }

  show() {
    // A new word alone needs no list, which would cover what comes below.
    const known = this.found().some((option) => option.parentElement);
    const found = known ? this.found() : [];
    this.active = 0;
    this.list.replaceChildren(...found.map((option, index) => this.row(option, index)));
    this.list.hidden = found.length === 0;
    this.place();
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.point(0);
  }

  // Over what would cut it, and above where there is no room below.
  place() {
    if (this.list.hidden) return;
    const box = this.box.getBoundingClientRect();
    Object.assign(this.list.style, { position: "fixed", inset: "auto", width: `${box.width}px`, left: `${box.left}px` });
    const height = this.list.offsetHeight;
    const fits = box.bottom + height + 2 * gap <= window.innerHeight || box.top < height;
    this.list.style.top = `${fits ? box.bottom + gap : box.top - height - gap}px`;
  }

  row(option, index) {
    const row = element("div", "menu-item", option.parentElement ? option.text : `+ ${option.text}`);
    row.id = `${this.list.id}_${index}`;
    row.setAttribute("role", "option");
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.set(option, true);
    });
    return row;
  }

  hide() {
    this.list.hidden = true;
    this.input.value = "";
    this.input.setAttribute("aria-expanded", "false");
  }

  point(index) {
    const rows = [...this.list.children];
    if (!rows.length) return this.input.removeAttribute("aria-activedescendant");
    this.active = (index + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.active)));
    this.input.setAttribute("aria-activedescendant", rows[this.active].id);
    rows[this.active].scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.list.hidden) this.show();
    else if (step) this.point(this.active + step);
    else if (event.key === "Enter" && (!this.list.hidden || this.input.value)) this.take();
    else if (event.key === "Backspace" && !this.input.value) this.giveBack();
    else if (event.key === "," && this.isFree) this.add();
    else if (event.key === "Escape" && !this.list.hidden) this.hide();
    else return;
    if (event.key !== "Backspace") event.preventDefault();
    if (event.key === "Escape") event.stopPropagation();
  }

  take() {
    const option = this.found()[this.active];
    if (option) this.set(option, true);
  }

  giveBack() {
    const option = [...this.select.selectedOptions].at(-1);
    if (option) this.set(option, false);
  }

  set(option, selected) {
    if (!option.parentElement) this.select.append(option);
    option.selected = selected;
    this.input.value = "";
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.draw();
    this.hide();
  }

  draw() {
    this.box.querySelectorAll(".badge").forEach((chip) => chip.remove());
    for (const option of this.select.selectedOptions) this.input.before(this.chip(option));
  }

  chip(option) {
    const chip = element("span", "badge tone-neutral");
    const remove = element("button", "badge-remove", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", `× ${option.text}`);
    remove.addEventListener("click", () => this.set(option, false));
    chip.append(element("span", "", option.text), remove);
    return chip;
  }
}

function wordsOf(text) {
  const found = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]+))/g)];
  return found.map(([, quoted, plainly]) => (quoted?.replaceAll('""', '"') ?? plainly).trim()).filter(Boolean);
}

const quoted = (word) => (/^"|,/.test(word) ? `"${word.replaceAll('"', '""')}"` : word);

function enhanceWords(input) {
  const hadFocus = document.activeElement === input;
  const given = wordsOf(input.value);
  const known = [...(input.list?.options ?? [])].map((option) => option.value);
  const select = document.createElement("select");
  select.multiple = true;
  select.id = input.id;
  select.dataset.chipsLabel = input.dataset.words;
  for (const word of new Set([...given, ...known])) select.add(new Option(word, word, false, given.includes(word)));
  input.removeAttribute("id");
  input.after(select);
  input.type = "hidden";
  const chips = new Chips(select, true);
  select.addEventListener("change", () => {
    input.value = [...select.selectedOptions].map((option) => quoted(option.value)).join(", ");
  });
  if (hadFocus) chips.input.focus();
}

export function enhanceChips(root) {
  for (const select of all(root, "select[multiple][data-chips]:not(.hidden-text)")) new Chips(select);
  all(root, "input[data-words]:not([type=hidden])").forEach(enhanceWords);
}

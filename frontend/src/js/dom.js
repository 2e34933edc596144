// The elements under a root, the root itself among them.
export function all(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...found] : found;
}

// As one types it: without accents and capitals.
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// One listener on the document for all elements, also those that htmx brings later.
export function on(event, selector, handle, options) {
  document.addEventListener(
    event,
    (happening) => {
      const element = happening.target.closest?.(selector);
      if (element) handle(element, happening);
    },
    options,
  );
}

export function isTyping(element) {
  return element.closest("input, textarea, select, [contenteditable]") !== null;
}

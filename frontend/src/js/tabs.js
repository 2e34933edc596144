// Tabs that do not fit move sideways; the one that is open is always in sight.
import { all } from "./dom.js";

export function enhanceTabs(root) {
  for (const tabs of all(root, ".tabs")) {
    const open = tabs.querySelector("[aria-current]");
    if (!open || tabs.scrollWidth <= tabs.clientWidth) continue;
    const [frame, tab] = [tabs.getBoundingClientRect(), open.getBoundingClientRect()];
    tabs.scrollLeft += tab.left - frame.left - (frame.width - tab.width) / 2;
  }
}

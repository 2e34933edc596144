import htmx from "htmx.org";
import { enhanceChips } from "./chips.js";
import { startDialogs } from "./dialogs.js";
import { enhanceFields, startFields } from "./fields.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startRequests } from "./requests.js";
import { startTables } from "./tables.js";
import { enhanceTabs } from "./tabs.js";
import { startToasts } from "./toasts.js";

startRequests();
startDialogs(htmx);
startMenus();
startFields();
startTables();
startToasts();
startPalette(htmx);
startKeys();

htmx.onLoad((root) => {
  enhanceFields(root);
  enhanceChips(root);
  enhanceTabs(root);
});

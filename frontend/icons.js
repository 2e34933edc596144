// Which of lucide's icons the product names, as one sprite.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

// Named for certain: {% icon "x" %}, icon="x". Perhaps: any other quoted word beside the word «icon».
const CERTAIN = /\bicon(?:=| )"([a-z0-9-]+)"/g;
const PERHAPS = /["']([a-z][a-z0-9-]+)["']/g;

async function sources(product) {
  const names = await readdir(product, { recursive: true });
  return names.filter((name) => /\.(html|py)$/.test(name)).map((name) => path.join(product, name));
}

async function named(product) {
  const certain = new Map();
  const perhaps = new Set();
  for (const file of await sources(product)) {
    const text = await readFile(file, "utf8");
    for (const [, name] of text.matchAll(CERTAIN)) certain.set(name, file);
    if (!/icon/i.test(text)) continue;
    for (const line of text.split("\n")) {
      if (line.length < 400) for (const [, name] of line.matchAll(PERHAPS)) perhaps.add(name);
    }
  }
  return { certain, perhaps };
}

function symbol(name, text) {
  const inner = text.slice(text.indexOf(">", text.indexOf("<svg")) + 1, text.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").replace(/ ?\/> ?/g, "/>").trim()}</symbol>`;
}

export async function sprite({ product, drawn, listed }) {
  const known = new Set((await readdir(drawn)).filter((f) => f.endsWith(".svg")).map((f) => f.slice(0, -4)));
  const { certain, perhaps } = await named(product);
  const unknown = [...certain].filter(([name]) => !known.has(name));
  if (unknown.length) throw new Error(unknown.map(([name, file]) => `${file}: lucide has no icon «${name}»`).join("\n"));
  const wanted = [...new Set([...listed, ...certain.keys(), ...perhaps])].filter((name) => known.has(name)).sort();
  const symbols = await Promise.all(
    wanted.map(async (name) => symbol(name, await readFile(path.join(drawn, `${name}.svg`), "utf8"))),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

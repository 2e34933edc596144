// Builds the style sheet, the script, the fonts and the icons into trato/ui/static/ui/dist.
import { spawn } from "node:child_process";
import { copyFile, mkdir, readFile, watch, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { sprite } from "./icons.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const product = path.join(here, "..", "trato");
const dist = path.join(product, "ui", "static", "ui", "dist");
const watching = process.argv.includes("--watch");

// The charts are apart: only the pages that have one load them.
const script = {
  entryPoints: {
    app: path.join(here, "src", "js", "app.js"),
    charts: path.join(here, "src", "js", "charts", "index.js"),
  },
  outdir: dist,
  bundle: true,
  format: "iife",
  target: ["chrome111", "safari16.4", "firefox128"],
  minify: !watching,
  legalComments: "none",
};

function tailwind(...extra) {
  const cli = path.join(modules, "@tailwindcss", "cli", "dist", "index.mjs");
  const given = ["-i", path.join(here, "src", "app.css"), "-o", path.join(dist, "app.css"), ...extra];
  const child = spawn(process.execPath, [cli, ...given], { cwd: here, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  return new Promise((done, fail) => {
    child.on("close", (code) => (code ? fail(new Error(said)) : done()));
  });
}

async function fonts() {
  for (const part of ["latin", "latin-ext"]) {
    const name = `inter-${part}-wght-normal.woff2`;
    const from = path.join(modules, "@fontsource-variable", "inter", "files", name);
    await copyFile(from, path.join(dist, `inter-${part}.woff2`));
  }
}

async function icons() {
  const drawn = path.join(modules, "lucide-static", "icons");
  const listed = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  await writeFile(path.join(dist, "icons.svg"), await sprite({ product, drawn, listed }));
}

await mkdir(dist, { recursive: true });
if (watching) {
  const context = await esbuild.context(script);
  await Promise.all([fonts(), icons(), context.watch()]);
  tailwind("--watch=always");
  for await (const event of watch(product, { recursive: true })) {
    if (/\.(html|py)$/.test(event.filename ?? "")) await icons().catch((wrong) => console.error(wrong.message));
  }
} else {
  await Promise.all([fonts(), icons(), esbuild.build(script), tailwind("--minify")]);
}

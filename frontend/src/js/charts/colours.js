// The tokens' colours in the theme in force, as the drawing library reads them.
const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function plain(colour) {
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

export function colours(element) {
  const probe = document.createElement("i");
  probe.hidden = true;
  element.append(probe);
  const known = new Map();
  const read = (name) => {
    if (!known.has(name)) {
      probe.style.color = `var(--${name})`;
      known.set(name, plain(getComputedStyle(probe).color));
    }
    return known.get(name);
  };
  const found = {
    ink: read("ink"),
    muted: read("muted"),
    line: read("line"),
    surface: read("raised"),
    paper: read("surface"),
    tone: (tone) => read(TOKENS[tone] ?? tone ?? "pino"),
    outline: (tone) => (PALE.has(tone) ? read("edge") : "transparent"),
    // A line has no edge that would show a pale colour.
    stroke: (tone) => read(tone?.startsWith("stage-") && PALE.has(tone) ? `on-${tone}` : (TOKENS[tone] ?? tone ?? "pino")),
    text: (tone) => read(INKS[tone] ?? "ink"),
    close: () => probe.remove(),
  };
  return found;
}

// A group keeps its colour in every chart; the fifth stage is drawn by its edge.
const TOKENS = {
  neutral: "edge",
  potential: "group-potential",
  current: "group-current",
  lost: "group-lost",
  "stage-5": "stage-5-edge",
};
const INKS = { pino: "pino-ink", azafran: "azafran-ink", granate: "granate-ink", cielo: "cielo-ink" };
const PALE = new Set(["stage-1", "stage-2", "stage-7", "lost"]);

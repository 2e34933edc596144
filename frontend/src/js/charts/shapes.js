// What each kind of chart asks of the drawing library. Labels stand beside what they name.
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];

function base(look) {
  return {
    animation: false,
    textStyle: { fontFamily: look.font, fontSize: 12, color: look.muted },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: look.surface,
      borderColor: look.line,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 12, fontWeight: 400 },
    },
  };
}

function across(look, spec, more = {}) {
  return {
    type: "category",
    data: spec.x,
    name: spec.x_name,
    nameLocation: "middle",
    nameGap: 34,
    nameTextStyle: { color: look.muted },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.muted, hideOverlap: true, margin: 12 },
    ...more,
  };
}

// Of nothing there is no scale: a zero on the ground, and nothing above it.
const flat = (look) => ({
  type: "value",
  min: 0,
  max: 1,
  interval: 1,
  axisLabel: { color: look.muted, formatter: (value) => (value ? "" : look.tick(0)) },
  splitLine: { show: false },
});

function upwards(look, spec) {
  const values = spec.values ?? spec.series.flatMap((one) => [...one.values, ...(one.high ?? [])]);
  if (!values.some(Boolean)) return flat(look);
  return {
    type: "value",
    min: 0,
    max: spec.top ?? null,
    interval: spec.top ? spec.top / 4 : null,
    splitNumber: 4,
    // Half a customer there is not.
    minInterval: spec.format.style === "decimal" ? 1 : 0,
    axisLabel: { color: look.muted, formatter: (value) => look.tick(value) },
    splitLine: { lineStyle: { color: look.line, width: 1 } },
  };
}

const room = (spec, right) => ({ left: 8, right, top: 12, bottom: spec.x_name ? 30 : 4, containLabel: true });

function band(look, series, index) {
  const shape = { type: "line", stack: `band${index}`, symbol: "none", silent: true, tooltip: { show: false } };
  const step = series.step ? "end" : false;
  const width = series.high.map((high, place) => (high == null ? null : high - series.low[place]));
  const tone = look.stroke(series.tone);
  return [
    { ...shape, step, data: series.low, lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
    { ...shape, step, data: width, lineStyle: { opacity: 0 }, areaStyle: { color: tone, opacity: 0.16 } },
  ];
}

// Stairs have no points, unless each leads somewhere. Where there are many, the nearest one shows.
function stroke(look, series, index, wide, leads) {
  return {
    type: "line",
    name: series.name,
    data: series.values,
    step: series.step ? "end" : false,
    symbol: series.step && !leads ? "none" : "circle",
    symbolSize: leads ? 7 : 5,
    cursor: leads ? "pointer" : "default",
    showSymbol: series.values.length <= 30,
    triggerLineEvent: true,
    itemStyle: { color: look.stroke(series.tone) },
    lineStyle: { color: look.stroke(series.tone), width: 2, type: series.dashed ? "dashed" : DASHES[index % 4] },
    emphasis: { disabled: true },
    endLabel: {
      show: wide,
      formatter: () => series.name,
      color: look.text(series.tone),
      width: 124,
      lineHeight: 15,
      overflow: "break",
      distance: 8,
    },
    labelLayout: { moveOverlap: "shiftY" },
  };
}

// One paragraph for the place under the pointer: each line's name, number and interval.
function told(look, spec, place) {
  const rows = spec.series.map((one) => {
    const value = one.values[place];
    if (value == null) return null;
    const between = one.low?.[place] == null ? "" : ` (${look.number(one.low[place])} – ${look.number(one.high[place])})`;
    return `${one.name}: ${look.number(value)}${between}`;
  });
  return [spec.x_name ? `${spec.x_name}: ${spec.x[place]}` : spec.x[place], ...rows.filter(Boolean)].join("\n");
}

export function lines(look, spec, width) {
  const wide = width > 520;
  const option = base(look);
  option.tooltip.trigger = "axis";
  option.tooltip.formatter = (points) => told(look, spec, points[0].dataIndex);
  option.grid = room(spec, wide ? 132 : 12);
  option.xAxis = across(look, spec, { boundaryGap: false });
  option.yAxis = upwards(look, spec);
  option.series = spec.series.flatMap((one, index) => [
    ...(one.low ? band(look, one, index) : []),
    stroke(look, one, index, wide, spec.links.some(Boolean)),
  ]);
  if (!wide) {
    const names = spec.series.map((one) => one.name);
    const side = names.some((name) => name.length > 18) ? 1 : 2;
    option.legend = {
      top: 0,
      left: 0,
      itemWidth: 18,
      data: names,
      textStyle: { color: look.ink, width: width / side - 48, overflow: "truncate" },
    };
    option.grid.top = 22 + 20 * Math.ceil(names.length / side);
  }
  return option;
}

export function columns(look, spec) {
  const option = base(look);
  option.tooltip.trigger = "item";
  option.tooltip.formatter = (point) => `${spec.x[point.dataIndex]}\n${spec.shown[point.dataIndex]}`;
  option.grid = { ...room(spec, 8), top: 24 };
  option.xAxis = across(look, spec);
  option.yAxis = upwards(look, spec);
  const few = spec.x.length <= 14 && spec.values.some(Boolean);
  option.series = [
    {
      type: "bar",
      data: spec.values,
      barCategoryGap: "8%",
      // One month alone is a bar, not a wall.
      barMaxWidth: 96,
      itemStyle: { color: look.tone(spec.tone), borderColor: look.outline(spec.tone) },
      emphasis: { itemStyle: { color: look.text(spec.tone) } },
      cursor: spec.links ? "pointer" : "default",
      label: { show: few, position: "top", color: look.ink, formatter: (point) => look.tick(point.value) },
      labelLayout: { hideOverlap: true },
    },
  ];
  return option;
}

// Names stand one below the other where they would stand on each other.
function below() {
  let placed = [];
  return ({ dataIndex, labelRect: { x, y, width, height } }) => {
    if (!dataIndex) placed = [];
    const beside = placed.filter((one) => x < one.right && one.left < x + width);
    const top = Math.max(y, ...beside.map((one) => one.bottom));
    placed.push({ left: x, right: x + width, bottom: top + height });
    return { y: top };
  };
}

export function lorenz(look, spec, width) {
  const option = base(look);
  option.tooltip.trigger = "item";
  option.tooltip.formatter = (point) => point.data.name ?? "";
  option.grid = { ...room({ x_name: spec.x_name }, 24), top: 16 };
  const share = (value) => look.tick(value);
  const axis = { type: "value", min: 0, max: 1, interval: 0.25, axisLabel: { color: look.muted, formatter: share } };
  // In their corner one nothing is enough.
  const foot = { ...axis.axisLabel, formatter: (value) => (value ? share(value) : "") };
  option.xAxis = { ...axis, axisLabel: foot, name: spec.x_name, nameLocation: "middle", nameGap: 28, splitLine: { show: false }, axisLine: { lineStyle: { color: look.line } } };
  // Above the whole while those who cost more than they bring are still to come.
  const most = Math.max(1, ...spec.points.map(([, y]) => y));
  option.yAxis = { ...axis, max: Math.ceil(most * 4 - 1e-9) / 4, splitLine: { lineStyle: { color: look.line } } };
  const mark = (one) => ({ value: [one.x, one.y], name: one.label, href: one.href });
  option.series = [
    { type: "line", data: [[0, 0], [1, 1]], symbol: "none", silent: true, lineStyle: { color: look.muted, type: "dashed", width: 1 } },
    {
      type: "line",
      data: spec.points,
      symbol: "none",
      silent: true,
      lineStyle: { color: look.tone("azafran"), width: 2.5 },
      areaStyle: { color: look.tone("azafran"), opacity: 0.12 },
    },
    {
      type: "scatter",
      data: spec.marks.map(mark),
      symbolSize: 9,
      itemStyle: { color: look.tone("azafran"), borderColor: look.ink, borderWidth: 1 },
      cursor: "pointer",
    },
    {
      type: "scatter",
      // From the highest down, so that each name finds its place below the others.
      data: spec.marks.toReversed().map((one) => ({
        ...mark(one),
        label: { width: Math.max(72, (width - 72) * (1 - one.x)) },
      })),
      symbolSize: 9,
      itemStyle: { color: "transparent" },
      label: {
        show: true,
        position: "right",
        verticalAlign: "top",
        offset: [0, 8],
        color: look.ink,
        lineHeight: 15,
        formatter: "{b}",
        overflow: "break",
      },
      labelLayout: below(),
      cursor: "pointer",
    },
  ];
  return option;
}

// On a phone the names of the right end tell the numbers of the left one.
const briefly = (label) => /^\d+/.exec(label)?.[0] ?? label;

export function sankey(look, spec, width) {
  const option = base(look);
  const narrow = width < 560;
  const names = new Map(spec.nodes.map((node) => [node.name, node.label]));
  option.tooltip.trigger = "item";
  option.tooltip.formatter = ({ data }) =>
    data.source ? `${names.get(data.source)} → ${names.get(data.target)}\n${data.shown}` : `${data.label}\n${data.shown ?? ""}`;
  option.series = [
    {
      type: "sankey",
      // The names stand outside, off the flows.
      left: narrow ? 52 : 128,
      right: narrow ? 122 : 150,
      top: 8,
      bottom: 8,
      nodeWidth: 14,
      nodeGap: 12,
      nodeAlign: "left",
      layoutIterations: 0,
      draggable: false,
      emphasis: { focus: "adjacency" },
      data: spec.nodes.map((node) => ({
        ...node,
        depth: node.depth,
        itemStyle: { color: look.tone(node.tone), borderColor: look.outline(node.tone), borderWidth: 1 },
        label: { formatter: narrow && !node.depth ? briefly(node.label) : node.label, position: node.depth ? "right" : "left" },
      })),
      links: spec.links,
      lineStyle: { color: "source", opacity: 0.38, curveness: 0.5 },
      label: {
        color: look.ink,
        width: narrow ? 114 : 140,
        overflow: "truncate",
        textBorderColor: look.surface,
        textBorderWidth: 3,
      },
    },
  ];
  return option;
}

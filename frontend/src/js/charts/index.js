// Draws the figures that are more than rows of bars. Loaded on the pages that have one.
// Everything drawn is also in the figure's table, which works without this.
import { BarChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { colours } from "./colours.js";
import * as shapes from "./shapes.js";

use([BarChart, LineChart, SankeyChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, LabelLayout, SVGRenderer]);

function numbers(format) {
  const { digits = 0, ...style } = format;
  const language = document.documentElement.lang;
  const whole = new Intl.NumberFormat(language, { ...style, maximumFractionDigits: digits });
  const short = new Intl.NumberFormat(language, {
    ...style,
    notation: style.style === "percent" ? "standard" : "compact",
    maximumFractionDigits: style.style === "percent" ? 0 : 1,
    minimumFractionDigits: 0,
  });
  return { number: (value) => whole.format(value), tick: (value) => short.format(value) };
}

function draw(figure) {
  const { canvas, spec, chart } = figure;
  const look = { ...colours(canvas), ...numbers(spec.format), font: getComputedStyle(canvas).fontFamily };
  chart.setOption(shapes[spec.kind](look, spec, canvas.clientWidth), { notMerge: true });
  look.close();
}

function follow(spec, point) {
  const href = point.data?.href ?? spec.links?.[point.dataIndex]?.href ?? spec.links?.[point.dataIndex];
  if (typeof href === "string" && href) window.location.assign(href);
}

// A line between its points says where it was pressed, not at which of them.
function nearest(chart, point) {
  if (point.dataIndex != null || point.seriesType !== "line" || !point.event) return point;
  const [place] = chart.convertFromPixel({ seriesIndex: point.seriesIndex }, [point.event.offsetX, point.event.offsetY]);
  return { dataIndex: Math.round(place) };
}

// Arrows walk along the chart, Enter follows the place one stands on.
function walk({ canvas, spec, chart }) {
  const stops = spec.marks ?? spec.x ?? [];
  let place = -1;
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" && place >= 0) follow(spec, { dataIndex: place, data: spec.marks?.[place] });
    if (event.key === "Escape") chart.dispatchAction({ type: "hideTip" });
    if (!step || !stops.length) return;
    event.preventDefault();
    place = Math.min(Math.max(place + step, 0), stops.length - 1);
    const seriesIndex = chart.getOption().series.findIndex((one) => !one.silent);
    chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex: place });
  });
  canvas.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
}

const drawn = [];

function start(canvas) {
  const spec = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const chart = init(canvas, null, { renderer: "svg" });
  const figure = { canvas, spec, chart };
  draw(figure);
  chart.on("click", (point) => follow(spec, nearest(chart, point)));
  walk(figure);
  drawn.push(figure);
  let width = canvas.clientWidth;
  new ResizeObserver(() => {
    if (!canvas.clientWidth || canvas.clientWidth === width) return;
    width = canvas.clientWidth;
    chart.resize();
    draw(figure);
  }).observe(canvas);
}

const redraw = () => drawn.forEach(draw);

document.fonts.ready.then(() => document.querySelectorAll("[data-chart]").forEach(start));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

// The steps of one reply: a line each, from when it began to when it ended.

const STEP_KINDS = ["llm", "retrieval", "tool"];
// The name of SVG's elements, asked of the browser: no address stands in the page.
const SVG = new DOMParser().parseFromString("<svg></svg>", "text/html").querySelector("svg").namespaceURI;

function timeline([whole, lines, more]) {
  const head = ["Step", "Kind", `0 … ${whole}`, "Starts", "Lasts", "Tokens"];
  const numbers = ["", "", "track", "number", "number", "number"];
  return [
    make(
      "table",
      { class: "checks steps" },
      make("thead", {}, make("tr", {}, head.map((label, k) => make("th", { scope: "col", class: numbers[k] }, label)))),
      make("tbody", {}, lines.map(stepRow)),
    ),
    more > 0 && make("p", { class: "note" }, `${plural(more, "more step")} in results.jsonl.`),
  ];
}

function stepRow([name, kind, begin, width, start, duration, tokens, error]) {
  return make(
    "tr",
    {},
    make("td", { dir: "auto" }, name, error && make("small", { class: "step-error" }, `error: ${error}`)),
    make("td", {}, kind),
    make("td", { class: "track" }, begin !== null && track(begin, width, error ? "broken-step" : STEP_KINDS.includes(kind) ? kind : "other")),
    make("td", { class: "number" }, start),
    make("td", { class: "number" }, duration),
    make("td", { class: "number" }, tokens),
  );
}

function track(begin, width, kind) {
  const svg = document.createElementNS(SVG, "svg");
  const bar = document.createElementNS(SVG, "rect");
  const wide = Math.max(width * 200, 1.5);
  const given = { class: `step ${kind}`, x: Math.min(begin * 200, 200 - wide), y: 0, width: wide, height: 10 };
  for (const [key, value] of Object.entries(given)) bar.setAttribute(key, String(value));
  svg.setAttribute("viewBox", "0 0 200 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(bar);
  return svg;
}

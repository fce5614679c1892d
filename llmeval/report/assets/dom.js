// Elements from data. Text enters the page as text alone, never as markup.

/** Make an element; a string child becomes text, a missing one nothing. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function replace(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/** A text of the model, of a user or of a suite: its own direction, white space kept. */
function said(text, extra = "") {
  if (text === undefined || text === null) return make("div", { class: "text none" }, "no reply");
  if (text === "") return make("div", { class: "text none" }, "empty reply");
  return make("div", { class: `text ${extra}`, dir: "auto" }, text);
}

function folded(title, content, open = false) {
  return make("details", { class: "block", open }, make("summary", {}, title), content);
}

const WORDS = { p: "passed", f: "failed", e: "error", s: "skipped" };

function dots(marks) {
  const shown = marks.length > 30 ? marks.slice(0, 30) : marks;
  const label = marks.length === 1 ? WORDS[marks] : `${count(marks, "p")} of ${marks.length} trials passed`;
  return make(
    "span",
    { class: "dots", role: "img", "aria-label": label, title: label },
    [...shown].map((mark) => make("span", { class: `dot ${mark}` })),
    marks.length > 30 && "…",
  );
}

function status(name) {
  return make("span", { class: `status ${name}` }, name);
}

function count(marks, letter) {
  return marks.split(letter).length - 1;
}

function plural(amount, noun) {
  return `${amount.toLocaleString("en")} ${noun}${amount === 1 ? "" : "s"}`;
}

// The table of cases: what the query asks for, some of it at a time.

const FIRST_ROWS = 60;
const MORE_ROWS = 500;
const section = document.getElementById("cases");
const chips = section.querySelector(".chips");
const rows = section.querySelector(".rows");
const tally = section.querySelector(".tally");
const search = section.querySelector("input[type=search]");
const ALWAYS = ["regressed", "improved", "new", "gone", "error", "failed"];

const shown = { query: "", order: "", descending: true, isComplete: false };
let listed = [];

function drawChips() {
  const counts = STATUSES.map((_, bit) => CASES.filter((one) => one.flags & (1 << bit)).length);
  const named = [...ALWAYS, ...STATUSES.filter((name) => !ALWAYS.includes(name))];
  replace(
    chips,
    chip("", "All", CASES.length),
    named.map((name) => {
      const amount = counts[STATUSES.indexOf(name)];
      return (amount || ALWAYS.includes(name)) && chip(name, name, amount);
    }),
  );
}

function chip(name, label, amount) {
  const act = () => ask(withStatus(search.value, termsOf(search.value).some((term) => isStatus(term, name)) ? "" : name));
  return make(
    "button",
    { type: "button", "data-status": name, class: name, "aria-pressed": "false", disabled: !amount, on: { click: act } },
    label,
    make("b", {}, amount.toLocaleString("en")),
  );
}

function isStatus(term, name) {
  return term.key === "status" && !term.not && term.values.length === 1 && term.values[0] === name;
}

/** Show what a query asks for and keep it in the address. */
function ask(query) {
  search.value = query;
  shown.query = query;
  keepAddress();
  draw();
}

function draw() {
  const terms = termsOf(shown.query);
  listed = chosen(terms, shown.order, shown.descending);
  section.dataset.query = shown.query;
  for (const button of chips.children) {
    const name = button.dataset.status;
    const on = name ? terms.some((term) => isStatus(term, name)) : !terms.some((term) => term.key === "status");
    button.setAttribute("aria-pressed", String(on));
  }
  tally.textContent = [tallied(), ...hints(terms)].join(" ");
  if (!listed.length) {
    replace(rows, make("p", { class: "empty" }, CASES.length ? "No case matches. Clear the search or choose All." : "No case was run."));
    return;
  }
  const body = make("tbody", {});
  replace(rows, make("table", { class: "grid", "aria-rowcount": listed.length + 1 }, head(), body));
  grow(body, 0, FIRST_ROWS);
}

function tallied() {
  const all = plural(CASES.length, "case");
  return listed.length === CASES.length ? all : `${listed.length.toLocaleString("en")} of ${all}`;
}

/** What a reader should know of the query. */
function hints(terms) {
  const found = terms.filter((term) => term.unknown).map((term) => `“${term.unknown}:” is no field, searched as a word.`);
  const words = terms.some((term) => term.key === "");
  if (words && !shown.isComplete) found.push("Still reading the texts …");
  if (words && INDEX.short === 0) found.push("Texts of passed cases are not on this page.");
  return found;
}

const HEADS = [
  ["state", "Status"],
  ["what", "Case", "case"],
  ["before", "Baseline"],
  ["now", "Now"],
  ["delta", "Change", "change"],
  ["trials", "Trials"],
  ["took", "Latency", "latency"],
  ["paid", "Cost", "cost"],
];

/** Columns that no case fills are left out. */
function hideEmptyColumns() {
  const filled = { before: (one) => one.before, delta: (one) => one.change, took: (one) => one.latency, paid: (one) => one.cost };
  for (const [name, value] of Object.entries(filled)) {
    section.classList.toggle(`without-${name}`, !CASES.some((one) => value(one) !== null));
  }
}

function head() {
  const cell = ([name, label, order]) => {
    const sorted = order && shown.order === order && (shown.descending ? "descending" : "ascending");
    const act = () => sortBy(order);
    const number = ["before", "now", "delta", "took", "paid"].includes(name) ? " number" : "";
    return make(
      "th",
      { class: name + number, scope: "col", "aria-sort": sorted },
      order ? make("button", { type: "button", on: { click: act } }, label) : label,
    );
  };
  return make("thead", {}, make("tr", {}, HEADS.map(cell)));
}

function sortBy(order) {
  const first = order !== "case" && order !== "change";
  if (shown.order !== order) Object.assign(shown, { order, descending: first });
  else if (shown.descending === first) shown.descending = !first;
  else shown.order = "";
  draw();
  const again = rows.querySelector("th[aria-sort] button");
  if (again) again.focus();
}

/** Add rows; a button adds more: what stands below the list stays in reach. */
function grow(body, from, amount) {
  body.append(...listed.slice(from, from + amount).map((one, k) => row(one, from + k)));
  const next = from + amount;
  if (next >= listed.length) return;
  const act = () => {
    more.remove();
    grow(body, next, MORE_ROWS);
    body.rows[next].querySelector(".case-name").focus();
  };
  const label = `Show ${Math.min(MORE_ROWS, listed.length - next).toLocaleString("en")} more of ${(listed.length - next).toLocaleString("en")}`;
  const more = make("button", { type: "button", class: "more", on: { click: act } }, label);
  rows.append(more);
}

function row(one, at) {
  const act = () => openCase(at);
  const about = [INDEX.suites.length > 1 && one.suite, one.severity !== "normal" && one.severity, ...one.tags];
  const why = one.why || (one.changed.length ? `changed: ${one.changed.join(", ")}` : "");
  const mark = labelOf(one);
  return make(
    "tr",
    { "aria-rowindex": at + 2, on: { click: act } },
    make("td", { class: "state" }, status(one.status)),
    make(
      "td",
      { class: "what" },
      make("button", { type: "button", class: "case-name", "data-at": at, dir: "auto" }, one.id),
      make("span", { class: "about" }, about.filter(Boolean).join(" · ")),
      mark && make("span", { class: "about mark" }, mark),
      why && make("div", { class: "why", dir: "auto" }, why),
    ),
    make("td", { class: "number before" }, one.before),
    make("td", { class: "number now" }, one.now),
    make("td", { class: `number delta ${one.changeBy < 0 ? "regressed" : one.changeBy > 0 ? "improved" : ""}` }, one.change === "no change" ? "" : one.change),
    make("td", { class: "trials" }, one.marks && dots(one.marks)),
    make("td", { class: "number took" }, one.latency),
    make("td", { class: "number paid" }, one.cost),
  );
}

function focusRow(step) {
  const buttons = [...rows.querySelectorAll(".case-name")];
  const at = buttons.indexOf(document.activeElement);
  const next = buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)];
  const more = rows.querySelector(".more");
  if (more && at + step === buttons.length) more.click();
  else if (next) next.focus();
}

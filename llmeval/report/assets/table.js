// The table of cases. Rows are made as they are scrolled to.

const ROWS_AT_ONCE = 120;
const section = document.getElementById("cases");
const chips = section.querySelector(".chips");
const rows = section.querySelector(".rows");
const tally = section.querySelector(".tally");
const search = section.querySelector("input");
const ALWAYS = ["regressed", "improved", "new", "gone", "error", "failed"];

let listed = [];
let seen;

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

function chip(status, label, amount) {
  const act = () => {
    shown.status = shown.status === status ? "" : status;
    draw();
  };
  return make(
    "button",
    { type: "button", "data-status": status, class: status, "aria-pressed": "false", disabled: !amount, on: { click: act } },
    label,
    make("b", {}, amount.toLocaleString("en")),
  );
}

function draw() {
  listed = chosen();
  section.dataset.query = shown.query;
  for (const button of chips.children) {
    button.setAttribute("aria-pressed", String(button.dataset.status === shown.status));
  }
  const all = listed.length === CASES.length;
  tally.textContent = all ? plural(CASES.length, "case") : `${listed.length.toLocaleString("en")} of ${plural(CASES.length, "case")}`;
  if (seen) seen.disconnect();
  if (!listed.length) {
    replace(rows, make("p", { class: "empty" }, CASES.length ? "No case matches. Clear the search or choose All." : "No case was run."));
    return;
  }
  const body = make("tbody", {});
  replace(rows, make("table", { class: "grid", "aria-rowcount": listed.length + 1 }, head(), body));
  grow(body, 0);
}

function head() {
  const cell = (name, label, order) => {
    const sorted = order && shown.order === order && (shown.descending ? "descending" : "ascending");
    const act = () => sortBy(order);
    const number = ["before", "now", "delta", "took", "paid"].includes(name) ? " number" : "";
    return make(
      "th",
      { class: name + number, scope: "col", "aria-sort": sorted },
      order ? make("button", { type: "button", on: { click: act } }, label) : label,
    );
  };
  return make(
    "thead",
    {},
    make(
      "tr",
      {},
      cell("state", "Status"),
      cell("what", "Case", "case"),
      cell("before", "Baseline"),
      cell("now", "Now"),
      cell("delta", "Change", "change"),
      cell("trials", "Trials"),
      cell("took", "Latency", "latency"),
      cell("paid", "Cost", "cost"),
    ),
  );
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

/** Add rows; more come when the end of the table is near. */
function grow(body, from) {
  body.append(...listed.slice(from, from + ROWS_AT_ONCE).map((one, k) => row(one, from + k)));
  const next = from + ROWS_AT_ONCE;
  if (next >= listed.length) return;
  const act = () => {
    seen.disconnect();
    more.remove();
    grow(body, next);
  };
  const more = make("button", { type: "button", class: "more", on: { click: act } }, `Show more (${plural(listed.length - next, "case")})`);
  rows.append(more);
  seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && act(), { rootMargin: "1200px" });
  seen.observe(more);
}

function row(one, at) {
  const act = () => openCase(at);
  const about = [SEVERAL_SUITES && one.suite, one.severity !== "normal" && one.severity, ...one.tags];
  const why = one.why || (one.changed.length ? `changed: ${one.changed.join(", ")}` : "");
  return make(
    "tr",
    { "aria-rowindex": at + 2, on: { click: act } },
    make("td", { class: "state" }, status(one.status)),
    make(
      "td",
      { class: "what" },
      make("button", { type: "button", class: "case-name", "data-at": at, dir: "auto" }, one.id),
      make("span", { class: "about" }, about.filter(Boolean).join(" · ")),
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

function status(name) {
  return make("span", { class: `status ${name}` }, name);
}

function focusRow(step) {
  const buttons = [...rows.querySelectorAll(".case-name")];
  const at = buttons.indexOf(document.activeElement);
  const next = buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)];
  if (next) next.focus();
}

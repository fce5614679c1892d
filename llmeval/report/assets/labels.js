// What people say of replies and checks: kept in this browser, saved as labels.jsonl.

const labels = new Map();
const writer = { name: "" };
const bar = section.querySelector(".labels");

/** A case's labels, by trial and metric; metric null is the reply as a whole. */
function labelsOf(one) {
  return labels.get(one.place) || new Map();
}

function labelKey(trial, metric) {
  return JSON.stringify([trial, metric]);
}

function putLabel(one, label) {
  const found = labelsOf(one);
  if (label.verdict || label.note) found.set(labelKey(label.trial, label.metric), label);
  else found.delete(labelKey(label.trial, label.metric));
  if (found.size) labels.set(one.place, found);
  else labels.delete(one.place);
}

function allLabels() {
  return [...labels.entries()].sort((a, b) => a[0] - b[0]).flatMap(([, found]) => [...found.values()]);
}

/** The digest says of which reply a label is: it holds for no other. */
function setLabel(one, trial, metric, change) {
  const before = labelsOf(one).get(labelKey(trial.n, metric)) || { verdict: null, note: "" };
  putLabel(one, { suite: one.suite, case: one.id, trial: trial.n, metric, ...before, ...change, by: writer.name, digest: trial.l });
  bar.dataset.changed = "yes";
  keepLabels();
}

/** What a row says of a case's labels. */
function labelOf(one) {
  const found = [...labelsOf(one).values()];
  const whole = found.find((label) => label.metric === null && label.verdict);
  const checks = found.filter((label) => label.metric !== null).length;
  const parts = [whole && `labelled ${whole.verdict}`, checks && plural(checks, "check label"), found.some((label) => label.note) && "note"];
  return parts.filter(Boolean).join(", ");
}

function labelled(one, value) {
  const found = [...labelsOf(one).values()];
  if (value === "any" || value === "none") return found.length > 0 === (value === "any");
  return found.some((label) => (value === "note" ? label.note : label.verdict === value));
}

const storeName = () => `llmeval-labels-${INDEX.run}`;

function keepLabels() {
  try {
    localStorage.setItem(storeName(), JSON.stringify(allLabels()));
    localStorage.setItem("llmeval-by", writer.name);
  } catch {
    bar.dataset.kept = "no";
  }
  drawLabels();
}

/** Labels that lay beside the run, then those of this browser. */
function loadLabels() {
  for (const label of INDEX.labels) takeLabel(label);
  try {
    writer.name = localStorage.getItem("llmeval-by") || "";
    for (const label of JSON.parse(localStorage.getItem(storeName()) || "[]")) takeLabel(label);
  } catch {
    bar.dataset.kept = "no";
  }
  drawLabels();
}

/** Take in one label; false when it is none of this run. */
function takeLabel(label) {
  const { suite = INDEX.suites.length === 1 ? INDEX.suites[0] : undefined, case: id, trial, metric = null, verdict = null, note = "", by = "", digest } = label || {};
  const one = NAMED.get(addressOf({ suite, id }));
  const fits = one && Number.isInteger(trial) && [null, "passed", "failed"].includes(verdict) && (metric === null || typeof metric === "string");
  if (fits) putLabel(one, { suite, case: id, trial, metric, verdict, note: String(note || ""), by: String(by || ""), digest: digest || undefined });
  return Boolean(fits);
}

/** Leave out a case's labels that are of other replies than the ones on this page. */
function dropOthers(one, trials) {
  const found = labelsOf(one);
  const others = [...found].filter(([, label]) => label.digest && trials.some((trial) => trial.n === label.trial && trial.l !== label.digest));
  if (!others.length) return;
  for (const [key] of others) found.delete(key);
  if (!found.size) labels.delete(one.place);
  keepLabels();
  drawLabels(`${plural(others.length, "label")} left out: of another reply.`);
}

function labelLines() {
  return allLabels().map((label) => `${JSON.stringify(label)}\n`).join("");
}

function saveLabels() {
  const address = URL.createObjectURL(new Blob([labelLines()], { type: "application/jsonl" }));
  make("a", { href: address, download: "labels.jsonl" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function readLabels(file) {
  const lines = (await file.text()).split("\n").filter((line) => line.trim());
  const taken = lines.filter((line) => {
    try {
      return takeLabel(JSON.parse(line));
    } catch {
      return false;
    }
  }).length;
  const left = lines.length - taken;
  keepLabels();
  draw();
  drawLabels(`${plural(taken, "label")} read${left ? `, ${plural(left, "line")} left out: no labels of this run` : ""}.`);
}

function drawLabels(said = "") {
  const amount = allLabels().length;
  const kept = bar.dataset.kept === "no" ? " This browser does not keep them: save before you close the page." : "";
  bar.querySelector(".labels-said").textContent = said || (amount ? `${plural(amount, "label")}.${kept}` : "");
  bar.querySelector(".labels-save").disabled = !amount;
}

/** Two buttons: what a person says the verdict is. */
function thumbs(one, trial, metric) {
  const verdict = () => labelsOf(one).get(labelKey(trial.n, metric))?.verdict;
  const what = metric === null ? "reply" : metric;
  const button = (value, sign) => {
    const act = () => {
      setLabel(one, trial, metric, { verdict: verdict() === value ? null : value });
      for (const each of group.children) each.setAttribute("aria-pressed", String(each.dataset.verdict === verdict()));
    };
    const label = `${sign} (what the ${what} should be)`;
    return make(
      "button",
      { type: "button", class: `thumb ${value}`, "data-verdict": value, "aria-label": label, title: label, "aria-pressed": String(verdict() === value), on: { click: act } },
      sign,
    );
  };
  const group = make("span", { class: "thumbs", role: "group", "aria-label": `Your verdict on the ${what}` });
  add(group, [button("passed", "✓ pass"), button("failed", "✕ fail")]);
  return group;
}

/** What a person says of a reply as a whole, with a note. */
function labelForm(one, trial) {
  const now = labelsOf(one).get(labelKey(trial.n, null));
  const keep = (event) => setLabel(one, trial, null, { note: event.target.value });
  const name = (event) => {
    writer.name = event.target.value;
    for (const label of allLabels()) label.by ||= writer.name;
    keepLabels();
  };
  return make(
    "div",
    { class: "label-form" },
    thumbs(one, trial, null),
    make("label", { class: "note-field" }, "Note ", make("input", { type: "text", value: now?.note, dir: "auto", on: { change: keep } })),
    make("label", {}, "By ", make("input", { type: "text", value: writer.name, dir: "auto", on: { change: name } })),
  );
}

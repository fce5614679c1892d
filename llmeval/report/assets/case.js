// One case, opened beside the table.

const sheet = document.getElementById("case");
const opened = { at: -1, one: undefined, body: undefined, trial: 0, before: 0 };

function openCase(at) {
  if (listed[at]) return show(listed[at], at);
  return undefined;
}

async function show(one, at) {
  opened.one = one;
  opened.at = at;
  const body = await bodyOf(one);
  if (opened.one !== one) return; // another was asked for meanwhile
  dropOthers(one, body.trials);
  const worst = body.trials.findIndex((trial) => "fe".includes(trial.o));
  // What is missed now: a reply before that passed, where there is one.
  const marks = (one.marksBefore || "").replaceAll(" ", "");
  const good = marks.length === body.before.length ? marks.indexOf("p") : 0;
  Object.assign(opened, { body, trial: Math.max(worst, 0), before: Math.max(good, 0) });
  drawCase();
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
  keepAddress();
}

function closeCase() {
  if (sheet.open) sheet.close();
}

function closed() {
  keepAddress();
  if (bar.dataset.changed) draw();
  delete bar.dataset.changed;
  const back = rows.querySelector(`[data-at="${opened.at}"]`);
  if (back) back.focus();
}

function step(by) {
  const at = opened.at + by;
  if (at >= 0 && at < listed.length) openCase(at);
}

function drawCase() {
  const { one, body } = opened;
  const trial = body.trials[opened.trial];
  replace(sheet, caseTop(one), make("div", { class: "case-body" }, because(one), pickers(one, body), content(one, body, trial)));
}

function caseTop(one) {
  const button = (label, sign, act, disabled) =>
    make("button", { type: "button", "aria-label": label, title: label, disabled, on: { click: act } }, sign);
  const about = [one.suite, one.adapter, one.severity !== "normal" && one.severity, one.weight !== 1 && `weight ${one.weight}`, ...one.tags].filter(Boolean);
  return make(
    "div",
    { class: "case-top" },
    make(
      "div",
      {},
      make("h2", { id: "case-title", dir: "auto" }, one.id),
      make("p", {}, STATUSES.filter((_, bit) => one.flags & (1 << bit)).map(status), about.join(" · ")),
    ),
    make(
      "div",
      { class: "case-buttons" },
      button("Previous case (k)", "↑", () => step(-1), opened.at <= 0),
      button("Next case (j)", "↓", () => step(1), opened.at < 0 || opened.at >= listed.length - 1),
      button("Close (Esc)", "✕", closeCase),
    ),
  );
}

/** What happened, as a sentence. */
function because(one) {
  const turned = one.before && one.now && one.before !== one.now;
  const whole = ["0 %", "100 %"];
  const sure = whole.includes(one.before) && whole.includes(one.now) && one.marks.length === 1;
  const inWords = one.changeBy < 0 ? "Passed before, fails now. " : "Failed before, passes now. ";
  const rates = !turned ? "" : sure ? inWords : `Passed ${one.before} of its trials before, ${one.now} now. `;
  const fields = one.changed.length ? `Not compared: ${one.changed.join(", ")} changed since the baseline. ` : "";
  if (!rates && !fields && !one.why) return undefined;
  return make("p", { class: "because", dir: "auto" }, rates, fields, one.why && make("b", {}, one.why));
}

function pickers(one, body) {
  const pick = (label, several, marks, key) =>
    several.length > 1 && make(
      "div",
      { class: "picker", role: "group", "aria-label": label },
      `${label} `,
      several.map((_, k) => {
        const word = marks ? WORDS[marks[k]] : "reply";
        const act = () => {
          opened[key] = k;
          drawCase();
          sheet.querySelector(`[data-pick="${key}${k}"]`).focus();
        };
        return make(
          "button",
          { type: "button", "data-pick": `${key}${k}`, "aria-label": `${label} ${k + 1}: ${word}`, title: `${k + 1}: ${word}`, "aria-pressed": String(k === opened[key]), on: { click: act } },
          marks ? make("span", { class: `dot ${marks[k]}` }) : String(k + 1),
        );
      }),
    );
  const before = one.marksBefore && make("div", { class: "picker" }, "Trials before ", one.marksBefore.split(" ").map(dots));
  const found = [
    before,
    pick("Baseline reply", body.before, undefined, "before"),
    pick("Trial", body.trials, body.trials.map((trial) => trial.o), "trial"),
  ].filter(Boolean);
  return found.length ? make("div", { class: "pickers" }, found) : undefined;
}

function content(one, body, trial) {
  if (!trial) {
    const why = one.flags & (1 << STATUSES.indexOf("gone"))
      ? "This case of the baseline did not run."
      : "Its texts are left out of this page; they stand in results.jsonl.";
    return [make("p", {}, why), body.before.length ? sides(body.before[opened.before]) : undefined];
  }
  return [
    trial.e && titled("Not measured", make("div", { class: "text alarm", dir: "auto" }, `${trial.e[0]}: ${trial.e[1]}`)),
    trial.d ? titled("Conversation", talk(trial.d)) : titled("Prompt", prompt(trial)),
    sides(body.before[opened.before], trial),
    trial.k && titled("Checks", checks(one, trial)),
    trial.w && titled("Steps", timeline(trial.w)),
    titled("Your verdict on this reply", labelForm(one, trial)),
    extras(trial),
    facts(trial),
    again(one),
  ];
}

function titled(title, content) {
  return make("section", {}, make("h3", {}, title), content);
}

function checks(one, trial) {
  const columns = ["Check", "Outcome", "Score", "Reason", "You"];
  const head = make("thead", {}, make("tr", {}, columns.map((label) => make("th", { scope: "col", class: label.toLowerCase() }, label))));
  const order = "efsp";
  const sorted = trial.k.slice().sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]));
  return make("table", { class: "checks" }, head, make("tbody", {}, sorted.map((check) => checkRow(one, trial, check))));
}

function checkRow(one, trial, [kind, state, score, reason, parameters]) {
  const [name, metric, severity, turn, bound] = INDEX.checks[kind];
  const card = INDEX.cards[`${one.suite}::${metric}`] || INDEX.cards[name];
  const about = [metric !== name && name, turn && `turn ${turn}`, severity !== "normal" && severity].filter(Boolean).join(", ");
  return make(
    "tr",
    {},
    make("td", {}, make("code", {}, metric), about && make("small", {}, about)),
    make("td", {}, status(WORDS[state])),
    make("td", { class: "score" }, score, bound && make("small", {}, bound)),
    make("td", { dir: "auto" }, reason, parameters && make("small", {}, parameters), card && make("small", { class: "accuracy" }, card)),
    make("td", {}, thumbs(one, trial, metric)),
  );
}

const FACTS = ["Latency", "Cost", "Tokens in", "Tokens out", "Model", "Finish reason", "From cache", "Attempts", "First token", "Waited", "Request"];

function facts(trial) {
  const found = trial.f;
  if (!found) return undefined;
  const cached = Boolean(found[6]);
  const shownValue = (value, k) => {
    if (k === 6) return value ? "yes" : undefined;
    if (k === 4 || k === 5) return typeof value === "number" ? INDEX.texts[value] : undefined;
    if (k < 4 && (value === null || value === undefined)) return cached && k < 2 ? "not measured" : "unknown";
    return value;
  };
  const pairs = FACTS.map((label, k) => [label, shownValue(found[k], k)]).filter(([, value]) => value !== undefined && value !== null);
  return make("dl", { class: "facts" }, pairs.map(([label, value]) => make("div", {}, make("dt", {}, label), make("dd", {}, value))));
}

/** The command that asks this case again. */
function again(one) {
  const node = `${one.path}::${one.id}`;
  const quoted = /^[\w.:/@%+=-]+$/.test(node) ? node : `'${node.replaceAll("'", "'\\''")}'`;
  return make("p", { class: "again" }, "Ask it again: ", make("code", {}, `pytest ${quoted}`));
}

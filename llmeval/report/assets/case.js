// One case, opened beside the table.

const sheet = document.getElementById("case");
const opened = { at: -1, one: undefined, trial: 0, before: 0 };

function openCase(at) {
  const one = listed[at];
  if (one) show(one, at);
}

function show(one, at) {
  const { trials } = bodyOf(one);
  const worst = trials.findIndex((trial) => "fe".includes(trial.o));
  Object.assign(opened, { at, one, trial: Math.max(worst, 0), before: 0 });
  drawCase();
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
  history.replaceState(null, "", addressOf(one));
}

function closeCase() {
  if (sheet.open) sheet.close();
}

function closed() {
  history.replaceState(null, "", location.pathname + location.search);
  const back = rows.querySelector(`[data-at="${opened.at}"]`);
  if (back) back.focus();
}

function step(by) {
  const at = opened.at + by;
  if (at >= 0 && at < listed.length) openCase(at);
}

function drawCase() {
  const one = opened.one;
  const body = bodyOf(one);
  const trial = body.trials[opened.trial];
  replace(sheet, caseTop(one), make("div", { class: "case-body" }, because(one), pickers(one, body), content(one, body, trial)));
}

function caseTop(one) {
  const button = (label, sign, act, disabled) =>
    make("button", { type: "button", "aria-label": label, title: label, disabled, on: { click: act } }, sign);
  const about = [one.suite, one.adapter, one.severity !== "normal" && one.severity, ...one.tags].filter(Boolean);
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
        };
        return make(
          "button",
          { type: "button", "aria-label": `${label} ${k + 1}: ${word}`, title: `${k + 1}: ${word}`, "aria-pressed": String(k === opened[key]), on: { click: act } },
          marks ? make("span", { class: `dot ${marks[k]}` }) : String(k + 1),
        );
      }),
    );
  const found = [
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
    trial.k && titled("Checks", checks(trial.k)),
    extras(trial),
    facts(trial),
    again(one),
  ];
}

function titled(title, content) {
  return make("section", {}, make("h3", {}, title), content);
}

function prompt(trial) {
  const messages = trial.m || [];
  if (messages.length === 1 && messages[0][0] === "user") return said(messages[0][1]);
  return make("div", { class: "talk" }, messages.map(([role, text]) => says(role, said(text))));
}

function talk(turns) {
  const each = turns.map(([user, reply, took]) => [
    user !== null && says("user", said(user)),
    says(took ? `reply, ${took}` : "reply", said(reply)),
  ]);
  return make("div", { class: "talk" }, each);
}

function says(who, text) {
  return make("div", { class: "says" }, make("span", {}, who), text);
}

/** Baseline and current reply, side by side where they differ. */
function sides(before, trial) {
  const now = trial && trial.a;
  // The conversation above ends with it.
  if (trial && trial.d && (before === undefined || before === null || before === now)) return undefined;
  if (trial && (before === undefined || before === null)) return trial.e ? now && titled("Reply", said(now)) : titled("Reply", said(now));
  if (before === now) return titled("Reply, the same as in the baseline", said(now));
  if (!trial) return titled("Baseline reply", said(before));
  const found = typeof now === "string" && before !== "" && now !== "" ? difference(before, now) : undefined;
  const parts = found && alike(found) ? found : undefined;
  const pair = make(
    "div",
    { class: "sides" },
    titled("Baseline reply", parts ? marked(parts.left, "del") : said(before)),
    titled("Reply now", parts ? marked(parts.right, "ins") : said(now)),
  );
  const both = typeof now === "string" && now !== "" && before !== "";
  return [pair, both && !parts && make("p", { class: "note" }, "Too different or too long to mark single words.")];
}

function checks(list) {
  const columns = ["Check", "Outcome", "Score", "Reason"];
  const head = make("thead", {}, make("tr", {}, columns.map((label) => make("th", { scope: "col", class: label.toLowerCase() }, label))));
  const order = "efsp";
  const rows = list
    .map((check) => check)
    .sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]))
    .map(([kind, state, score, reason, parameters]) => {
      const [name, metric, severity, turn, bound] = INDEX.checks[kind];
      const about = [metric !== name && name, turn && `turn ${turn}`, severity !== "normal" && severity].filter(Boolean).join(", ");
      return make(
        "tr",
        {},
        make("td", {}, make("code", {}, metric), about && make("small", {}, about)),
        make("td", {}, status(WORDS[state])),
        make("td", { class: "score" }, score, bound && make("small", {}, bound)),
        make("td", { dir: "auto" }, reason, parameters && make("small", {}, parameters)),
      );
    });
  return make("table", { class: "checks" }, head, make("tbody", {}, rows));
}

function extras(trial) {
  const text = (place) => INDEX.texts[place];
  const list = (pairs) => make("div", { class: "talk" }, pairs.map(([name, value]) => says(name || "", said(value))));
  return [
    trial.c !== undefined && folded("Context", said(text(trial.c)), "fe".includes(trial.o)),
    trial.s !== undefined && folded("System prompt", said(text(trial.s))),
    trial.r && folded(trial.r.length > 1 ? "References" : "Reference", trial.r.map((value) => said(value)), "fe".includes(trial.o)),
    trial.p && folded(`Retrieved (${trial.p.length})`, list(trial.p)),
    trial.t && folded(`Tool calls (${trial.t.length})`, list(trial.t)),
    trial.g && folded("Reasoning", said(trial.g)),
  ];
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

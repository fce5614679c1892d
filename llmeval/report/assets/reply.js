// What was asked and answered in one trial.

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
  const isKnown = before !== undefined && before !== null;
  // The conversation above ends with it.
  if (trial && trial.d && (!isKnown || before === now)) return undefined;
  if (trial && !isKnown) return trial.e ? now && titled("Reply", said(now)) : titled("Reply", said(now));
  if (before === now) return titled("Reply, the same as in the baseline", said(now));
  if (!trial) return titled("Baseline reply", said(before));
  const both = typeof now === "string" && before !== "" && now !== "";
  const found = both ? difference(before, now) : undefined;
  const parts = found && alike(found) ? found : undefined;
  const pair = make(
    "div",
    { class: "sides" },
    titled("Baseline reply", parts ? marked(parts.left, "del") : said(before)),
    titled("Reply now", parts ? marked(parts.right, "ins") : said(now)),
  );
  return [pair, both && !found && make("p", { class: "note" }, "Too long to mark single words.")];
}

function extras(trial) {
  const text = (given) => (typeof given === "number" ? INDEX.texts[given] : given);
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

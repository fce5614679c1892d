// Which cases are shown: chips, search words, order.

const shown = { status: "", query: "", order: "", descending: true };

/** Terms of a search: {key, value, not}; key is "" for a plain word. */
function termsOf(query) {
  const found = query.match(/"[^"]*"?|\S+/g) || [];
  return found.map((term) => {
    const not = term.length > 1 && term.startsWith("-");
    const text = not ? term.slice(1) : term;
    const keyed = /^(status|suite|tag|severity|adapter|case|latency|cost):(.+)$/i.exec(text);
    if (!keyed) return { key: "", value: text.replaceAll('"', "").toLowerCase(), not };
    return { key: keyed[1].toLowerCase(), value: keyed[2].replaceAll('"', "").toLowerCase(), not };
  });
}

const MATCHERS = {
  status: (one, value) => STATUSES.some((name, bit) => one.flags & (1 << bit) && name.startsWith(value)),
  suite: (one, value) => one.suite.toLowerCase().includes(value),
  tag: (one, value) => one.tags.some((tag) => tag.toLowerCase() === value),
  severity: (one, value) => one.severity === value,
  adapter: (one, value) => one.adapter.toLowerCase().includes(value),
  case: (one, value) => one.id.toLowerCase().includes(value),
  latency: (one, value) => compares(one.latencyS, value),
  cost: (one, value) => compares(one.costUsd, value),
  "": (one, value) => textOf(one).includes(value),
};

function compares(number, value) {
  const [, sign, bound] = /^([<>]?=?)(.*)$/.exec(value);
  const limit = Number.parseFloat(bound);
  if (number === null || number === undefined || Number.isNaN(limit)) return false;
  if (sign.startsWith("<")) return number < limit || (sign === "<=" && number === limit);
  if (sign.startsWith(">")) return number > limit || (sign === ">=" && number === limit);
  return number === limit;
}

const texts = new Map();

/** All that can be searched of a case, in lower case; made when the first plain word is typed. */
function textOf(one) {
  if (!texts.has(one.place)) {
    const body = blockOf(Math.floor(one.place / INDEX.block))[one.place % INDEX.block];
    const own = [one.id, one.suite, one.adapter, ...one.tags, one.why];
    const read = (body ? body[1] : []).flatMap((trial) => [
      trial.a,
      ...(trial.m || []).map((message) => message[1]),
      ...(trial.d || []).flat(),
    ]);
    texts.set(one.place, [...own, ...read].filter((text) => typeof text === "string").join("\n").toLowerCase());
  }
  return texts.get(one.place);
}

const COLUMNS = {
  case: (one) => one.id,
  change: (one) => one.changeBy,
  latency: (one) => one.latencyS,
  cost: (one) => one.costUsd,
};

/** The cases to show, in order. */
function chosen() {
  const terms = termsOf(shown.query);
  const bit = shown.status ? 1 << STATUSES.indexOf(shown.status) : -1;
  const found = CASES.filter((one) =>
    one.flags & bit && terms.every((term) => MATCHERS[term.key](one, term.value) !== term.not));
  const value = COLUMNS[shown.order];
  const missing = (one) => value(one) === null || value(one) === undefined;
  const by = value
    ? (a, b) => missing(a) - missing(b) || (value(a) > value(b) ? 1 : value(a) < value(b) ? -1 : 0) * (shown.descending ? -1 : 1)
    : (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status);
  return found.sort((a, b) => by(a, b) || a.place - b.place);
}

// The query: what is searched for, as it stands in the search field and in the address.

const FIELDS = ["status", "suite", "tag", "severity", "adapter", "case", "check", "latency", "cost", "label"];
const TERM = /-?[a-z]+:"[^"]*"?|-?"[^"]*"?|\S+/gi;

/** Terms of a query: {key, values, not}; key is "" for words. */
function termsOf(query) {
  return (query.match(TERM) || []).map((term) => {
    const not = term.length > 1 && term.startsWith("-");
    const text = not ? term.slice(1) : term;
    const [, key, value] = /^([a-z]+):(.+)$/i.exec(text) || [];
    if (!key || !FIELDS.includes(key.toLowerCase())) return { key: "", values: [plain(text)], not, unknown: key };
    const values = value.startsWith('"') ? [plain(value)] : value.split(",").map(plain).filter(Boolean);
    return { key: key.toLowerCase(), values, not };
  });
}

function plain(text) {
  return text.replaceAll('"', "").toLowerCase();
}

const has = (text, value) => text.toLowerCase().includes(value);

const MATCHERS = {
  status: (one, value) => STATUSES.some((name, bit) => one.flags & (1 << bit) && name.startsWith(value)),
  suite: (one, value) => has(one.suite, value),
  tag: (one, value) => one.tags.some((tag) => tag.toLowerCase() === value),
  severity: (one, value) => one.severity === value,
  adapter: (one, value) => has(one.adapter, value),
  case: (one, value) => has(one.id, value),
  check: (one, value) => one.broke.some((metric) => has(metric, value)),
  latency: (one, value) => compares(one.latencyS, value),
  cost: (one, value) => compares(one.costUsd, value),
  label: (one, value) => labelled(one, value),
  "": (one, value) =>
    one.words.includes(value) || (one.texts !== undefined && one.texts.includes(value)) || one.tags.some((tag) => has(tag, value)),
};

function compares(number, value) {
  const [, sign, bound] = /^([<>]?=?)(.*)$/.exec(value);
  const limit = Number.parseFloat(bound);
  if (number === null || number === undefined || Number.isNaN(limit)) return false;
  if (sign.startsWith("<")) return number < limit || (sign === "<=" && number === limit);
  if (sign.startsWith(">")) return number > limit || (sign === ">=" && number === limit);
  return number === limit;
}

const COLUMNS = {
  case: (one) => one.id,
  change: (one) => one.changeBy,
  latency: (one) => one.latencyS,
  cost: (one) => one.costUsd,
};

/** The cases to show, in order. */
function chosen(terms, order, descending) {
  const found = CASES.filter((one) =>
    terms.every((term) => term.values.some((value) => MATCHERS[term.key](one, value)) !== term.not));
  const value = COLUMNS[order];
  if (!value) return found;
  const missing = (one) => value(one) === null || value(one) === undefined;
  const sign = descending ? -1 : 1;
  const by = (a, b) => missing(a) - missing(b) || (value(a) > value(b) ? 1 : value(a) < value(b) ? -1 : 0) * sign;
  return found.sort(by);
}

/** The query with one status asked for, or none. */
function withStatus(query, name) {
  const kept = (query.match(TERM) || []).filter((term) => !/^status:/i.test(term));
  return [name && `status:${name}`, ...kept].filter(Boolean).join(" ");
}

// The data blocks. The index is read at once, the texts of a hundred cases when one is opened.

const INDEX = JSON.parse(document.getElementById("index").textContent);
const STATUSES = INDEX.statuses;

const CASES = INDEX.cases.map((row, place) => ({
  place,
  suite: INDEX.suites[row[0]],
  path: INDEX.paths[row[0]],
  id: row[1],
  flags: row[2],
  status: STATUSES.find((_, bit) => row[2] & (1 << bit)) || "passed",
  severity: INDEX.severities[row[3]],
  adapter: INDEX.adapters[row[4]],
  tags: row[5].map((tag) => INDEX.tags[tag]),
  before: row[6],
  now: row[7],
  change: row[8],
  changeBy: row[9],
  latency: row[10],
  latencyS: row[11],
  cost: row[12],
  costUsd: row[13],
  marks: row[14],
  why: row[15],
  changed: row[16],
}));
const SEVERAL_SUITES = INDEX.suites.length > 1;

const blocks = new Map();

function blockOf(number) {
  if (!blocks.has(number)) {
    const element = document.querySelector(`script[data-bodies="${number}"]`);
    blocks.set(number, element ? JSON.parse(element.textContent) : []);
  }
  return blocks.get(number);
}

/** Replies before and trials now of one case. */
function bodyOf(one) {
  const found = blockOf(Math.floor(one.place / INDEX.block))[one.place % INDEX.block] || [null, []];
  const trials = found[1].slice().sort((left, right) => left.n - right.n);
  return { before: found[0] || [], trials };
}

function addressOf(one) {
  return `#${encodeURIComponent(one.suite)}::${encodeURIComponent(one.id)}`;
}

function caseAt(address) {
  const [suite, id] = address.replace(/^#/, "").split("::");
  if (id === undefined) return undefined;
  try {
    const names = [decodeURIComponent(suite), decodeURIComponent(id)];
    return CASES.find((one) => one.suite === names[0] && one.id === names[1]);
  } catch {
    return undefined;
  }
}

// The data: packed JSON. The index is unpacked at once, a block of texts when one is wanted.

let INDEX;
let STATUSES;
let CASES; // what matters most first
let NAMED;

async function unpacked(element) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  writer.write(bytesOf(element.textContent)).catch(() => {});
  writer.close().catch(() => {});
  return JSON.parse(await new Response(stream.readable).text());
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

async function loadIndex() {
  INDEX = await unpacked(document.getElementById("index"));
  STATUSES = INDEX.statuses;
  CASES = INDEX.cases.map(caseOf).sort((a, b) => a.rank - b.rank || a.place - b.place);
  NAMED = new Map(CASES.map((one) => [addressOf(one), one]));
}

function caseOf(row, place) {
  return {
    place,
    suite: INDEX.suites[row[0]],
    path: INDEX.paths[row[0]],
    id: row[1],
    flags: row[2],
    rank: rankOf(row[2]),
    status: STATUSES[rankOf(row[2])],
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
    broke: row[17].map((metric) => INDEX.metrics[metric]),
    places: row[18],
    beforePlace: row[19],
    marksBefore: row[20],
    weight: row[21],
    words: [row[1], INDEX.suites[row[0]], INDEX.adapters[row[4]], row[15]].join("\n").toLowerCase(),
    texts: undefined,
  };
}

/** Place among the statuses of what matters most in a case. */
function rankOf(flags) {
  const found = STATUSES.findIndex((_, bit) => flags & (1 << bit));
  return found < 0 ? STATUSES.indexOf("passed") : found;
}

const MOST_BLOCKS = 40;
const blocks = new Map();

/** A block's texts; the last MOST_BLOCKS stay unpacked. */
function blockOf(number) {
  const kept = blocks.get(number) || unpacked(document.querySelector(`script[data-block="${number}"]`));
  blocks.delete(number);
  blocks.set(number, kept);
  if (blocks.size > MOST_BLOCKS) blocks.delete(blocks.keys().next().value);
  return kept;
}

async function textAt(place) {
  return (await blockOf(Math.floor(place / INDEX.block)))[place % INDEX.block];
}

/** Replies before and trials now of one case. */
async function bodyOf(one) {
  const trials = await Promise.all(one.places.map(textAt));
  const before = one.beforePlace === null ? [] : await textAt(one.beforePlace);
  return { before, trials: trials.sort((left, right) => left.n - right.n) };
}

/** Give each case the texts that can be searched, in lower case, without holding up the page. */
async function loadTexts() {
  const wanted = CASES.flatMap((one) => one.places.map((place) => [place, one])).sort((a, b) => a[0] - b[0]);
  let pause = performance.now();
  for (const [place, one] of wanted) {
    const trial = await textAt(place);
    one.texts = [one.texts, ...searched(trial)].filter((text) => typeof text === "string").join("\n").toLowerCase();
    if (performance.now() - pause > 12) {
      await new Promise((go) => setTimeout(go));
      pause = performance.now();
    }
  }
}

function searched(trial) {
  return [trial.a, ...(trial.m || []).map((message) => message[1]), ...(trial.d || []).flat()];
}

function addressOf(one) {
  return `${encodeURIComponent(one.suite)}::${encodeURIComponent(one.id)}`;
}

/** What an address asks for: `#suite::case`, `#q=query`, or both joined by `&`. */
function addressed(hash) {
  const found = { one: undefined, query: undefined };
  for (const part of hash.replace(/^#/, "").split("&")) {
    try {
      if (part.startsWith("q=")) found.query = decodeURIComponent(part.slice(2));
      else if (part.includes("::")) found.one = NAMED.get(addressOf(named(part)));
    } catch {
      // A broken address opens the page all the same.
    }
  }
  return found;
}

/** Suite and case of an address, however much of it is escaped. */
function named(part) {
  const [suite, id] = part.split("::").map(decodeURIComponent);
  return { suite, id };
}

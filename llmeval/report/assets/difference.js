// What changed between two texts, word by word.

const MOST_WORDS = 6000;
const MOST_CELLS = 4e6;

function wordsOf(text) {
  return text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) || [];
}

/** Parts [kind, text] of both texts, kind "same" or "other"; undefined where they are too long. */
function difference(left, right) {
  const a = wordsOf(left);
  const b = wordsOf(right);
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return undefined;
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = common(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  if (!middle) return undefined;
  const same = (words, from, to) => words.slice(from, to).map(() => true);
  return {
    left: joined(a, [...same(a, 0, head), ...middle[0], ...same(a, a.length - tail, a.length)]),
    right: joined(b, [...same(b, 0, head), ...middle[1], ...same(b, b.length - tail, b.length)]),
  };
}

/** Which words belong to a longest common subsequence (textbook dynamic programme). */
function common(a, b) {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return undefined;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = a[i] === b[j]
        ? best[(i + 1) * width + j + 1] + 1
        : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  const inA = new Array(a.length).fill(false);
  const inB = new Array(b.length).fill(false);
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      inA[i++] = true;
      inB[j++] = true;
    } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i++;
    else j++;
  }
  return [inA, inB];
}

/** Runs of words; a space between two changed words belongs to the change. */
function joined(words, same) {
  const blank = (k) => /^\s+$/.test(words[k]);
  const kept = same.map((equal, k) =>
    equal && !(blank(k) && k > 0 && k < words.length - 1 && !same[k - 1] && !same[k + 1]));
  const parts = [];
  words.forEach((word, k) => {
    const kind = kept[k] ? "same" : "other";
    const last = parts[parts.length - 1];
    if (last && last[0] === kind) last[1] += word;
    else parts.push([kind, word]);
  });
  return parts;
}

/** Whether enough is the same for marks to help: a text all marked is only harder to read. */
function alike(parts) {
  const letters = (side, only) => side.filter(([kind]) => kind === only).reduce((sum, [, text]) => sum + text.replace(/\s/g, "").length, 0);
  const share = (side) => letters(side, "same") / ((letters(side, "same") + letters(side, "other")) || 1);
  return Math.max(share(parts.left), share(parts.right)) >= 0.3;
}

/** A text with its changed parts marked by <del> or <ins>. */
function marked(parts, name) {
  const children = parts.map(([kind, text]) => {
    const end = text.trimEnd().length || text.length;
    return kind === "same" ? text : [make(name, {}, text.slice(0, end)), text.slice(end)];
  });
  return make("div", { class: "text", dir: "auto" }, children);
}

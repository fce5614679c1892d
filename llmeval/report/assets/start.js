// From here the page is alive.

const keysOn = section.querySelector(".keys-on");

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") {
    onTyped(event);
    return;
  }
  // Single keys can be switched off: who speaks to the computer would press them by accident.
  const acts = keysOn.checked ? (sheet.open ? SHEET_KEYS : LIST_KEYS) : {};
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}

const LIST_KEYS = {
  j: () => focusRow(1),
  k: () => focusRow(-1),
  "/": () => search.focus(),
  "?": () => {
    section.querySelector(".help").open = true;
    section.querySelector(".help summary").focus();
  },
};
const SHEET_KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  y: () => press("passed"),
  n: () => press("failed"),
};

/** Whether single keys act is remembered where the browser allows it. */
function rememberKeys() {
  try {
    keysOn.checked = localStorage.getItem("llmeval-keys") !== "off";
    keysOn.addEventListener("change", () => localStorage.setItem("llmeval-keys", keysOn.checked ? "on" : "off"));
  } catch {
    keysOn.checked = true;
  }
}

/** Press one of the two buttons below the reply. */
function press(verdict) {
  const button = sheet.querySelector(`.label-form .thumb.${verdict}`);
  if (button) button.click();
}

function onTyped(event) {
  if (event.target !== search) return;
  if (event.key === "Escape") ask("");
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    focusRow(1);
  }
}

/** Query and open case stand in the address: a link shows the same. */
function keepAddress() {
  const parts = [sheet.open && addressOf(opened.one), shown.query && `q=${encodeURIComponent(shown.query)}`].filter(Boolean);
  history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search);
}

async function openAddress() {
  const { one, query } = addressed(location.hash);
  if (query !== undefined && query !== shown.query) {
    search.value = query;
    shown.query = query;
    draw();
  }
  if (one) await show(one, listed.indexOf(one));
}

/** Links that need this script, and cases beyond the first ones: the list has them too. */
function tidy() {
  document.querySelectorAll(".scripted").forEach((link) => (link.hidden = false));
  const beyond = [...document.querySelectorAll("#broke .beyond")];
  beyond.forEach((card) => (card.hidden = true));
  const more = CASES.filter((one) => INDEX.problems.includes(one.status)).length - document.querySelectorAll("#broke .card:not(.beyond)").length;
  if (more <= 0) return;
  const act = () => {
    ask(`status:${INDEX.problems.join(",")}`);
    section.scrollIntoView();
  };
  document.getElementById("broke").append(make("button", { type: "button", class: "more", on: { click: act } }, `${plural(more, "more case")} in the list below`));
}

/** Paper has no buttons: what is folded is printed, in browsers whose style sheet cannot say so too. */
function unfold() {
  document.querySelectorAll("#broke details").forEach((fold) => (fold.open = true));
}

function listen() {
  window.addEventListener("beforeprint", unfold);
  search.addEventListener("input", () => ask(search.value));
  document.addEventListener("keydown", onKey);
  sheet.addEventListener("close", closed);
  sheet.addEventListener("click", (event) => event.target === sheet && closeCase());
  window.addEventListener("hashchange", openAddress);
  section.querySelectorAll("[data-ask]").forEach((button) => button.addEventListener("click", () => ask(button.dataset.ask)));
  bar.querySelector(".labels-save").addEventListener("click", saveLabels);
  const file = bar.querySelector("input[type=file]");
  bar.querySelector(".labels-load").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    if (file.files.length) await readLabels(file.files[0]);
    file.value = "";
  });
}

/** For whoever waits for the page, or measures it. */
function reached(state) {
  document.documentElement.dataset.ready = state;
  performance.mark(state);
}

async function start() {
  await loadIndex();
  loadLabels();
  hideEmptyColumns();
  drawChips();
  draw();
  tidy();
  section.hidden = false;
  listen();
  rememberKeys();
  await openAddress();
  reached("list");
  await loadTexts();
  shown.isComplete = true;
  reached("texts");
  if (termsOf(shown.query).some((term) => term.key === "")) draw();
}

start().catch((error) => {
  section.hidden = false;
  tally.textContent = `The list of cases cannot be shown: ${error}. Firefox 113, Chrome 80, Safari 16.4 or newer are needed; results.jsonl has everything.`;
});

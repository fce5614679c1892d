// From here the page is alive.

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (typing && event.key === "Escape") {
    search.value = shown.query = "";
    draw();
  }
  if (typing) {
    if (event.key === "ArrowDown") focusRow(1);
    return;
  }
  const acts = sheet.open
    ? { j: () => step(1), k: () => step(-1), ArrowRight: () => step(1), ArrowLeft: () => step(-1) }
    : { j: () => focusRow(1), k: () => focusRow(-1), "/": () => search.focus() };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}

function openAddress() {
  const one = caseAt(location.hash);
  if (one) show(one, listed.indexOf(one));
}

let waiting;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    shown.query = search.value;
    draw();
  }, CASES.length > 2000 ? 120 : 0);
});
document.addEventListener("keydown", onKey);
sheet.addEventListener("close", closed);
sheet.addEventListener("click", (event) => event.target === sheet && closeCase());
window.addEventListener("hashchange", openAddress);

drawChips();
draw();
section.hidden = false;
document.getElementById("broke").hidden = true;
openAddress();

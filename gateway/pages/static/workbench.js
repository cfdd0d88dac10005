// The workbench without a server: dropping a file, going from finding to finding, showing severities.
// Everything else on the page works without it.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const declared = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']/;

  function decoded(bytes) {
    const start = new TextDecoder("latin1").decode(bytes.slice(0, 300));
    const charset = (declared.exec(start) || [])[1] || (/^MSH.*\b8859\/1\b/.test(start) ? "latin1" : "utf-8");
    for (const each of [charset, "utf-8"]) {
      try { return new TextDecoder(each, { fatal: true }).decode(bytes); } catch { /* the next one may fit */ }
    }
    return new TextDecoder("windows-1252").decode(bytes);
  }

  async function take(file) {
    const field = document.querySelector("[data-drop]");
    if (!file || !field) return;
    field.value = decoded(new Uint8Array(await file.arrayBuffer())).replace(/\r\n?/g, "\n");
    document.querySelector("[data-check]").click();
  }

  function reveal(line) {
    const pane = line.closest(".letter");
    pane.scrollTop += line.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  }

  let at = -1;
  function step(by) {
    const shown = all("#result .findings > .finding").filter((each) => each.offsetParent);
    if (!shown.length) return;
    at = (at + by + shown.length) % shown.length;
    const finding = shown[at];
    all(".is-here").forEach((each) => each.classList.remove("is-here"));
    finding.classList.add("is-here");
    finding.focus({ preventScroll: true });
    finding.scrollIntoView({ block: "nearest" });
    const link = finding.querySelector(".to-line");
    const line = link && document.getElementById(link.hash.slice(1));
    if (line) {
      line.classList.add("is-here");
      reveal(line);
    }
  }

  function ready() {
    at = -1;
    all("[data-step], label.file").forEach((each) => { each.hidden = false; });
    const line = document.querySelector(".bench-text .mark-finding");
    if (line) reveal(line.closest("li"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-file]")) take(event.target.files[0]);
    if (!event.target.matches("[data-severity]")) return;
    const name = event.target.dataset.severity;
    all(`#result .finding.severity-${name}`).forEach((each) => { each.hidden = !event.target.checked; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
  document.addEventListener("dragover", (event) => {
    if (event.target.closest("[data-drop], .bench-form")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.target.closest(".bench-form")) return;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener("htmx:afterSettle", ready);
  document.addEventListener("DOMContentLoaded", ready);
})();

// Small comforts on top of pages that work without them. No framework, no state of its own.
"use strict";

(() => {
  const TEXT = "textarea, input:not([type]), input[type=text], input[type=search], input[type=email]";

  // --- One click, one submission -------------------------------------------------------------
  // The server refuses doubles too; this spares people the message about it.
  const BUSY_FOR_AT_MOST = 10000; // ms; an answer that is a download leaves the page standing

  function setBusy(form, busy) {
    form.toggleAttribute("data-busy", busy);
    if (busy) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    // Not `disabled`: that would drop the pressed button's name and value from what is sent.
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-busy")) {
      event.preventDefault();
      return;
    }
    setBusy(form, true);
    setTimeout(() => setBusy(form, false), BUSY_FOR_AT_MOST);
  });

  // Back brings the page as it was left, busy marks included.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-busy]")) setBusy(form, false);
  });

  // --- Do not lose a long text ---------------------------------------------------------------
  function isUnsaved(form) {
    // After a refused form the typed text is its default value, yet stored nowhere.
    if (form.querySelector("[aria-invalid=true]")) return true;
    return [...form.querySelectorAll(TEXT)].some((field) => field.value !== field.defaultValue);
  }

  window.addEventListener("beforeunload", (event) => {
    for (const form of document.querySelectorAll("form[data-guard-unsaved]")) {
      if (!form.hasAttribute("data-busy") && isUnsaved(form)) event.preventDefault();
    }
  });

  // --- Characters left -----------------------------------------------------------------------
  // A browser cuts a pasted text at maxlength without a word. Here it may run over, is told by
  // how much, and the server says no if it still does.
  const SAY_BELOW = 200;

  function addCounter(field) {
    const limit = Number(field.getAttribute("maxlength"));
    if (!limit || field.hasAttribute("data-counted")) return;
    field.setAttribute("data-counted", "");
    field.removeAttribute("maxlength");

    const shown = document.createElement("p");
    shown.className = "char-count";
    const spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    shown.setAttribute("aria-hidden", "true");
    field.after(shown, spoken);

    let pause;
    const update = () => {
      // The server counts a line break as two characters, as browsers send it.
      const left = limit - field.value.replace(/\r?\n/g, "\r\n").length;
      const words =
        left < 0 ? `${(-left).toLocaleString("sv")} tecken för mycket` : `${left.toLocaleString("sv")} tecken kvar`;
      shown.textContent = words;
      shown.toggleAttribute("data-over", left < 0);
      clearTimeout(pause);
      // Reading out every key press would drown the typing.
      if (left < SAY_BELOW) pause = setTimeout(() => (spoken.textContent = words), 1000);
    };
    field.addEventListener("input", update);
    update();
  }

  // --- Open what is asked for ----------------------------------------------------------------
  function openAround(element) {
    for (let details = element.closest("details"); details; details = details.parentElement.closest("details")) {
      details.open = true;
    }
  }

  function focusOn(element) {
    const control = element.matches("details")
      ? element.querySelector("summary")
      : element.matches("a[href], button, input, select, textarea, summary, [tabindex]:not(.choices)")
        ? element
        : element.querySelector("input, select, textarea, summary, button, a[href]");
    if (control) control.focus();
  }

  function openHash() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target || target.matches("main")) return;
    openAround(target);
    if (target.matches("details")) target.open = true;
    focusOn(target);
  }

  window.addEventListener("hashchange", openHash);

  // A link in the error summary leads to its field also when the address already ends that way.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    openAround(target);
    focusOn(target);
  });

  // --- Start, also in pieces that htmx puts in later -----------------------------------------
  function enhance(root) {
    for (const field of root.querySelectorAll("textarea[maxlength]")) addCounter(field);
    const faults = root.querySelectorAll(".error-summary, [aria-invalid=true], details.step .field-error");
    for (const fault of faults) openAround(fault);
    const summary = root.querySelector(".error-summary");
    if (summary) summary.focus();
    else if (faults.length) focusOn(faults[0]);
    return faults.length > 0;
  }

  if (!enhance(document)) openHash();
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enhance(event.target);
  });

  // A refused form comes back as 422 with its errors: show it, as a full page load would.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
})();

/* What the pages cannot say in HTML: addresses without secrets, calm swaps, toasts, the guard of unsaved work, selected
   rows. Every listener stands on the document, so it holds for pages that arrive later. */
(() => {
  "use strict";

  const LAUNCH_PARAMETERS = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp"];
  const BUSY_AFTER_MS = 300;
  const COPIED_FOR_MS = 1500;
  const GRANTED_AFTER_MS = 1500; // until Shopify has told the server, by a webhook
  const narrow = matchMedia("(max-width: 719px)");

  const page = () => document.getElementById("page");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, act, options) => document.addEventListener(type, act, options);
  const announce = (text) => (document.getElementById("announcer").textContent = text);

  /* ---- The first address ---- */

  /** App Bridge has read what Shopify put into the address; htmx would send it along as HX-Current-URL. */
  function stripLaunchParameters() {
    const address = new URL(location.href);
    LAUNCH_PARAMETERS.forEach((name) => address.searchParams.delete(name));
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  /* ---- From page to page ---- */

  let current = null; // the request for a page under way: {ctx, timer}
  let shownPath = location.pathname;
  let left = {}; // what the page going away had: the focus, and whether its pager was pressed

  const asksForPage = (ctx) => ctx.target?.id === "page";

  /** What the server sends elsewhere (HX-Location) has the whole body for its target: only the page is to change. */
  function aimAtPage({ detail: { ctx } }) {
    if (ctx.target !== document.body) return;
    Object.assign(ctx, { target: page(), select: "#page", swap: "outerHTML show:none" });
  }

  /** A later click wins over an earlier one that is still loading; what was posted is left to finish. */
  function began({ detail: { ctx } }) {
    if (!asksForPage(ctx)) return;
    if (current?.ctx.request.method === "GET") current.ctx.request.abort();
    clearTimeout(current?.timer);
    current = { ctx, timer: setTimeout(showBusy, BUSY_AFTER_MS, true) };
  }

  function finished({ detail: { ctx } }) {
    if (ctx !== current?.ctx) return;
    clearTimeout(current.timer);
    current = null;
    showBusy(false);
  }

  function showBusy(busy) {
    document.documentElement.classList.toggle("is-busy", busy);
    page().setAttribute("aria-busy", busy);
    window.shopify?.loading?.(busy);
  }

  /** An answer without our page (a proxy's error, say) must not replace the one that stands. */
  function beforeSwap(event) {
    const { ctx } = event.detail;
    if (!asksForPage(ctx) || ctx.swap === "none") return;
    if (!ctx.text.includes('id="page"')) {
      event.preventDefault();
      return showTrouble(true);
    }
    left = { focus: selectorOf(document.activeElement), paged: Boolean(ctx.sourceElement.rel) };
    all("form[data-save-bar]").forEach((form) => form.reset()); // else its save bar outlives it
  }

  function afterSwap({ detail: { ctx } }) {
    if (!asksForPage(ctx)) return;
    const moved = location.pathname !== shownPath;
    shownPath = location.pathname;
    showTrouble(false);
    arrived();
    if (ctx.request.headers["HX-History-Restore-Request"]) return; // the browser restores the scroll
    if (moved || left.paged) scrollTo(0, 0);
    restoreFocus(moved);
    announce(moved ? ctx.title : (page().querySelector("[data-announce]")?.textContent ?? ctx.title));
  }

  function selectorOf(element) {
    if (element?.id) return `#${CSS.escape(element.id)}`;
    const href = element?.getAttribute?.("href");
    if (href) return `a[href="${CSS.escape(href)}"]`;
    return element?.name ? `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]` : null;
  }

  function restoreFocus(moved) {
    if (page().contains(document.activeElement)) return;
    const same = !moved && left.focus && page().querySelector(left.focus);
    (same || page().querySelector("h1")).focus({ preventScroll: true });
  }

  function showTrouble(shown) {
    document.getElementById("trouble").hidden = !shown;
  }

  function refused({ detail: { ctx } }) {
    if (ctx.response.status === 401) showTrouble(true); // App Bridge has tried again already
  }

  /** A second press while the first is under way would post twice. */
  function submitOnce(event) {
    if (!event.target.classList.contains("htmx-request")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /* ---- Unsaved work ---- */

  /** Links and filters ask App Bridge first; it answers at once when no save bar shows. */
  function guardLeaving(event) {
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (ctx.confirm !== "leave") return;
    event.preventDefault();
    const leaves = ctx.request.method === "GET" && ctx.sourceElement.matches("a, form, body");
    if (!leaves || !window.shopify?.saveBar) return issueRequest();
    window.shopify.saveBar.leaveConfirmation().then(issueRequest, dropRequest);
  }

  /* ---- What a page brings with it ---- */

  function arrived() {
    all("template[data-toast]").forEach((template) => {
      showToast(template.dataset);
      template.remove();
    });
    all("dialog[data-opened]").forEach(openToMend);
    foldForPhone();
    all(":is(.strip, .page-tabs) > [aria-current]").forEach(showInStrip);
  }

  /** Its mistake has the focus, not the button that closes it. */
  function openToMend(dialog) {
    dialog.showModal();
    (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector(".input"))?.focus();
  }

  /** On a phone a strip scrolls: the tab in force must not hide beyond its edge. */
  function showInStrip(tab) {
    const strip = tab.parentElement;
    if (tab === strip.querySelector("a")) return; // what stands before it is to be seen as well
    strip.scrollLeft += tab.getBoundingClientRect().left - strip.getBoundingClientRect().left - 16;
  }

  function showToast({ toast, error, undoForm, undoText }) {
    const undo = undoForm && {
      action: undoText,
      onAction: () => document.getElementById(undoForm)?.requestSubmit(),
    };
    window.shopify?.toast.show(toast, { isError: error !== undefined, ...undo });
  }

  function foldForPhone() {
    all("details[data-fold]").forEach((details) => {
      details.open = !narrow.matches;
      details.firstElementChild.tabIndex = narrow.matches ? 0 : -1;
    });
  }

  /* ---- Selected rows ---- */

  const rowBoxes = (form) => [...form.elements].filter((box) => "select" in box.dataset);
  const headBox = (form) => document.querySelector(`[data-select-all="${form.id}"]`);

  function showSelection(form) {
    const boxes = rowBoxes(form);
    const count = boxes.filter((box) => box.checked).length;
    const full = count === boxes.length;
    form.hidden = count === 0;
    const label = form.querySelector("[data-count]");
    label.textContent = label.dataset.count.replace("{n}", count);
    const head = headBox(form);
    head.checked = full && count > 0;
    head.indeterminate = count > 0 && !full;
    const matching = form.querySelector("[data-matching]");
    if (matching) {
      matching.hidden = !full;
      matching.firstElementChild.checked &&= full;
    }
  }

  let lastBox = null; // the row that was chosen last, from which Shift chooses on

  /** Shift and a click choose, or let go, all rows from the last one to this. */
  function selectRange({ target, shiftKey }) {
    if (!("select" in (target.dataset ?? {}))) return;
    const boxes = rowBoxes(target.form);
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(target)];
    if (shiftKey && from >= 0)
      boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((box) => (box.checked = target.checked));
    lastBox = target;
  }

  function select(form, checked) {
    rowBoxes(form).forEach((box) => (box.checked = checked));
    showSelection(form);
  }

  function changed({ target }) {
    if (target.dataset.selectAll) select(document.getElementById(target.dataset.selectAll), target.checked);
    else if ("select" in target.dataset) showSelection(target.form);
    else if ("autosubmit" in target.dataset) target.form.requestSubmit();
    else if (target.dataset.largest) refuseTooLarge(target);
    else if (target.type === "radio") letRest();
  }

  /** The server takes so much and cuts the rest off without a word. */
  function refuseTooLarge(field) {
    const tooLarge = field.files[0]?.size > Number(field.dataset.largest);
    field.setCustomValidity(tooLarge ? field.dataset.tooLarge : "");
    if (tooLarge) field.reportValidity();
  }

  function toggleSelectMode(button) {
    const form = document.getElementById(button.dataset.selectMode);
    if (!page().classList.toggle("is-selecting")) select(form, false);
  }

  function clearSelection(button) {
    const form = document.getElementById(button.dataset.clear);
    select(form, false);
    headBox(form).focus();
  }

  /** The link a customer would get, while its address is typed; the server checks it when it is saved. */
  function previewLink({ target }) {
    const preview = target.id === "tracking_url" && document.getElementById("tracking-preview");
    if (!preview) return;
    const url = target.value.trim();
    const number = encodeURIComponent(preview.dataset.number);
    preview.textContent = url.includes("{number}") ? url.replaceAll("{number}", number) : url + number;
    if (url.startsWith("https://")) preview.href = preview.textContent;
    else preview.removeAttribute("href");
  }

  /** What has no effect while another choice is made cannot be changed, and is not sent. */
  function letRest() {
    all("[data-rests-with]").forEach((part) => (part.disabled = document.getElementById(part.dataset.restsWith).checked));
  }

  /** A form's fields have their first values again once everybody has heard of it. */
  function discarded({ target }) {
    setTimeout(() => {
      letRest();
      const url = target.elements.tracking_url;
      if (url) previewLink({ target: url });
    });
  }

  /* ---- Small presses ---- */

  async function copy(button) {
    const text = button.dataset.copy;
    await navigator.clipboard.writeText(text).catch(() => copyByCommand(text, button));
    button.classList.add("is-copied");
    announce(button.dataset.copied);
    setTimeout(() => button.classList.remove("is-copied"), COPIED_FOR_MS);
  }

  /** Where the frame may not write to the clipboard, the old way still may. */
  function copyByCommand(text, button) {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }

  let typedIn = null; // the field that had the cursor last

  function focused({ target }) {
    if (target.matches("input.input, textarea.input")) typedIn = target;
  }

  /** Where the cursor was last, if that is in the same form. */
  function insert(button) {
    const named = document.getElementById(button.dataset.into);
    const field = typedIn?.isConnected && typedIn.form === named.form ? typedIn : named;
    put(field, button.dataset.insert, field.selectionStart, field.selectionEnd);
  }

  function fill(button) {
    const field = document.getElementById(button.dataset.into);
    put(field, button.dataset.fill, 0, field.value.length);
  }

  /** Focused first: App Bridge takes what stands in a field then for what it was. */
  function put(field, text, start, end) {
    field.focus();
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Ask the merchant, in Shopify's own dialog, to let the app do more. */
  async function grant(button) {
    const answer = await window.shopify.scopes.request([button.dataset.grant]);
    if (answer.result === "granted-all") setTimeout(() => location.reload(), GRANTED_AFTER_MS);
  }

  /** Browsers of before 2026 do not know `command`. */
  function command(button) {
    if ("commandForElement" in button) return;
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    if (button.getAttribute("command") === "close") dialog.close();
    else dialog.showModal();
  }

  const PRESSES = {
    "[data-copy]": copy,
    "[data-insert]": insert,
    "[data-fill]": fill,
    "[data-clear]": clearSelection,
    "[data-grant]": grant,
    "[data-select-mode]": toggleSelectMode,
    "[data-reload]": () => location.reload(),
    "[commandfor]": command,
  };

  function clicked({ target }) {
    for (const [selector, act] of Object.entries(PRESSES)) {
      const button = target.closest?.(selector);
      if (button) act(button);
    }
  }

  stripLaunchParameters();
  arrived();
  on("click", clicked);
  on("click", selectRange);
  on("change", changed);
  on("input", previewLink);
  on("focusin", focused);
  on("reset", discarded);
  on("submit", submitOnce, true);
  on("toast", ({ detail }) => showToast({ toast: detail.message ?? detail.value, error: detail.error ? "" : undefined }));
  on("htmx:confirm", guardLeaving);
  on("htmx:config:request", aimAtPage);
  on("htmx:before:request", began);
  on("htmx:finally:request", finished);
  on("htmx:before:swap", beforeSwap);
  on("htmx:after:swap", afterSwap);
  on("htmx:response:error", refused);
  on("htmx:error", () => showTrouble(true));
  narrow.addEventListener("change", foldForPhone);
})();

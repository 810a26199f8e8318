/* The admin around the app: answers App Bridge and draws what the app asks for. */
(() => {
  "use strict";

  const about = JSON.parse(document.getElementById("about").textContent);
  const frame = document.getElementById("app");
  const byId = (id) => document.getElementById(id);
  const appOrigin = new URL(about.appUrl).origin;

  /* ---- the frame and its address ---- */

  async function load(path) {
    byId("progress").hidden = false;
    const query = new URLSearchParams({ path, locale: about.locale });
    const answer = await fetch(`/stores/${about.shop}/frame?${query}`);
    frame.src = (await answer.json()).url;
  }

  function adminAddress(path, locale) {
    const query = new URLSearchParams();
    if (path !== "/") query.set("path", path);
    if (locale !== about.defaultLocale) query.set("locale", locale);
    const text = query.toString().replaceAll("%2F", "/");
    return location.pathname + (text ? `?${text}` : "");
  }

  function showAddress({ path }) {
    about.path = path;
    history.replaceState(null, "", adminAddress(path, about.locale));
    document.querySelectorAll("[data-locale]").forEach((link) => {
      link.href = adminAddress(path, link.dataset.locale);
    });
    markMenu();
  }

  /* ---- the menu ---- */

  function drawMenu({ items }) {
    byId("menu").replaceChildren(...items.map(({ href, label }) => menuItem(href, label)));
    markMenu();
  }

  function menuItem(href, label) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = adminAddress(href, about.locale);
    link.dataset.path = href;
    link.textContent = label;
    item.append(link);
    return item;
  }

  function markMenu() {
    const here = about.path.split("?")[0];
    document.querySelectorAll("[data-path]").forEach((link) => {
      const there = link.dataset.path.split("?")[0];
      const current = there === "/" ? here === "/" : here === there || here.startsWith(`${there}/`);
      if (current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  }

  function onMenuClick(event) {
    const link = event.target.closest("[data-path]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.body.classList.remove("menu-open");
    tell("menuClick", { href: link.dataset.path });
  }

  /* ---- toasts ---- */

  function drawToast({ id, message, duration, isError, action }) {
    const toast = document.createElement("div");
    toast.id = id;
    toast.className = isError ? "toast toast-error" : "toast";
    toast.append(message);
    if (action) toast.append(button(action, () => tell("toastAction", { id })));
    toast.append(button("×", () => dismiss(id), about.words.dismiss));
    byId("toasts").append(toast);
    setTimeout(() => dismiss(id), duration);
  }

  function button(text, onClick, label = text) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", onClick);
    return made;
  }

  function dismiss(id) {
    const toast = byId(id);
    if (!toast) return;
    toast.remove();
    tell("toastDismissed", { id });
  }

  /* ---- the save bar ---- */

  let confirmDiscard = false;

  function drawSaveBar({ shown, confirm }) {
    confirmDiscard = Boolean(confirm);
    byId("save-bar").hidden = !shown;
  }

  function askToLeave(then) {
    const dialog = byId("leave");
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "leave" && then(), { once: true });
    dialog.showModal();
  }

  byId("save").addEventListener("click", () => tell("save"));
  byId("discard").addEventListener("click", () => {
    if (confirmDiscard) askToLeave(() => tell("discard"));
    else tell("discard");
  });

  /* ---- optional scopes ---- */

  async function askForScopes({ id, scopes }) {
    const dialog = byId("scopes");
    byId("scopes-asked").textContent = scopes.join(", ");
    dialog.returnValue = "";
    dialog.addEventListener("close", () => answerScopes(id, scopes, dialog.returnValue === "allow"), { once: true });
    dialog.showModal();
  }

  async function answerScopes(id, scopes, allowed) {
    const asked = { method: "POST", body: JSON.stringify({ scopes }) };
    if (allowed) await fetch(`/stores/${about.shop}/scopes`, asked);
    tell("answer", { id, value: { result: allowed ? "granted-all" : "declined-all" } });
  }

  /* ---- messages ---- */

  function tell(type, data = {}) {
    frame.contentWindow.postMessage({ appBridge: true, type, ...data }, appOrigin);
  }

  async function giveToken({ id }) {
    const answer = await fetch(`/stores/${about.shop}/id_token`);
    const told = await answer.json();
    tell("answer", answer.ok ? { id, value: told.token } : { id, error: told.error });
  }

  const handlers = {
    address: showAddress,
    hideToast: ({ id }) => dismiss(id),
    idToken: giveToken,
    leave: ({ id }) => askToLeave(() => tell("answer", { id, value: null })),
    load: ({ path }) => load(path),
    loading: ({ on }) => {
      byId("progress").hidden = !on;
    },
    menu: drawMenu,
    out: ({ path }) => location.assign(`/admin/store/${about.handle}/${path}`),
    ready: () => {
      byId("progress").hidden = true;
    },
    redirect: ({ url }) => location.assign(url),
    saveBar: drawSaveBar,
    scopes: askForScopes,
    toast: drawToast,
  };

  window.addEventListener("message", (event) => {
    const fromApp = frame && event.source === frame.contentWindow && event.origin === appOrigin;
    if (fromApp && event.data.appBridge && handlers[event.data.type]) {
      handlers[event.data.type](event.data);
    }
  });

  byId("menu-button").addEventListener("click", () => document.body.classList.toggle("menu-open"));
  document.querySelector("nav").addEventListener("click", onMenuClick);
  frame.addEventListener("load", () => {
    byId("progress").hidden = true;
  });
  load(about.path);
})();

/*
 * The stand-in of Shopify's App Bridge: a classic script, first in the head of every document.
 *
 * It asks the admin for a fresh id token each time one is needed, signs same-host fetches with it,
 * plays the patch page, and hands the menu, toasts and the save bar to the admin to draw. It works
 * under a strict CSP: no eval, no inline script or style, no request to another origin.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || script.async || script.defer || script.type === "module") {
    throw new Error("App Bridge has to be loaded by a classic script without async or defer");
  }
  const ADMIN = new URL(script.src).origin;
  const OURS = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp"];

  /* ---- configuration: meta tag and address, kept for documents that come without them ---- */

  function readConfig() {
    const meta = document.querySelector('meta[name="shopify-api-key"]');
    const query = new URLSearchParams(location.search);
    const stored = JSON.parse(sessionStorage.getItem("app-bridge-config") || "{}");
    const config = {
      apiKey: (meta && meta.content) || script.dataset.apiKey || stored.apiKey,
      shop: query.get("shop") || stored.shop,
      host: query.get("host") || stored.host,
      locale: query.get("locale") || stored.locale || "en",
      appOrigins: [],
      disabledFeatures: [],
    };
    if (!config.apiKey || !config.shop) {
      throw new Error("App Bridge needs an API key and a shop");
    }
    sessionStorage.setItem("app-bridge-config", JSON.stringify(config));
    return config;
  }

  const config = readConfig();

  /* ---- messages to and from the admin ---- */

  const answers = new Map();
  let lastId = 0;

  function tell(type, data = {}) {
    window.parent.postMessage({ appBridge: true, type, ...data }, ADMIN);
  }

  function ask(type, data = {}) {
    const id = `${Date.now()}-${++lastId}`;
    return new Promise((resolve, reject) => {
      answers.set(id, { resolve, reject });
      tell(type, { id, ...data });
    });
  }

  function onMessage(event) {
    const message = event.data;
    if (event.origin !== ADMIN || event.source !== window.parent || !message.appBridge) return;
    if (message.type === "answer") {
      const waiting = answers.get(message.id);
      answers.delete(message.id);
      if (waiting && "error" in message) waiting.reject(new Error(message.error));
      else if (waiting) waiting.resolve(message.value);
    } else if (handlers[message.type]) {
      handlers[message.type](message);
    }
  }

  const idToken = () => ask("idToken");

  /* ---- fetch: signed, renewed once, redirected at the top ---- */

  const plainFetch = window.fetch.appBridgeOriginal || window.fetch;

  function isOwn(url) {
    const own = location.hostname;
    const there = url.hostname;
    return url.protocol === location.protocol && (there === own || there.endsWith(`.${own}`));
  }

  async function signedFetch(input, init) {
    const request = new Request(input, init);
    if (!isOwn(new URL(request.url))) return plainFetch.call(window, request);
    const ours = !request.headers.has("Authorization");
    const first = await send(request.clone(), ours);
    const retry = first.headers.has("X-Shopify-Retry-Invalid-Session-Request");
    const answer = ours && retry ? await send(request, true) : first;
    const leave = answer.headers.get("X-Shopify-API-Request-Failure-Reauthorize-Url");
    if (!leave) return answer;
    tell("redirect", { url: new URL(leave, location.href).href });
    return new Promise(() => {});
  }

  async function send(request, sign) {
    const headers = new Headers(request.headers);
    if (sign) headers.set("Authorization", `Bearer ${await idToken()}`);
    if (!headers.has("X-Requested-With")) headers.set("X-Requested-With", "XMLHttpRequest");
    if (!headers.has("Accept-Language")) headers.set("Accept-Language", config.locale);
    return plainFetch.call(window, new Request(request, { headers }));
  }

  signedFetch.appBridgeOriginal = plainFetch;
  window.fetch = signedFetch;

  /* ---- the patch page: fetch the page that was wanted, and become it ---- */

  async function becomePage(target) {
    const answer = await window.fetch(target, { headers: { "X-Shopify-Bounce": "1" } });
    const type = answer.headers.get("Content-Type") || "";
    if (!type.includes("text/html")) throw new Error(`${target} answered ${type}, not HTML`);
    const html = await answer.text();
    plainReplace.call(history, null, "", answer.url);
    document.open();
    document.write(html);
    document.close();
  }

  /* ---- the address: mirrored to the admin, without what the admin put into it ---- */

  const plainPush = history.pushState.appBridgeOriginal || history.pushState;
  const plainReplace = history.replaceState.appBridgeOriginal || history.replaceState;

  function ownPath() {
    const query = new URLSearchParams(location.search);
    OURS.forEach((name) => query.delete(name));
    const rest = query.toString();
    return location.pathname + (rest ? `?${rest}` : "") + location.hash;
  }

  function mirrored(plain) {
    const changed = function (...values) {
      plain.apply(history, values);
      tell("address", { path: ownPath() });
    };
    changed.appBridgeOriginal = plain;
    return changed;
  }

  history.pushState = mirrored(plainPush);
  history.replaceState = mirrored(plainReplace);

  /* ---- the menu: <s-app-nav><a href>..</a></s-app-nav> ---- */

  let lastMenu = "";

  function readMenu() {
    const nav = document.querySelector("s-app-nav");
    const links = nav ? [...nav.children] : [];
    const wrong = links.find((link) => !["A", "S-LINK"].includes(link.tagName));
    if (wrong) throw new Error(`s-app-nav takes a and s-link, not ${wrong.tagName.toLowerCase()}`);
    const items = links
      .filter((link) => link.getAttribute("rel") !== "home")
      .map((link) => ({ href: link.getAttribute("href"), label: link.textContent.trim() }));
    if (JSON.stringify(items) !== lastMenu) {
      lastMenu = JSON.stringify(items);
      tell("menu", { items });
    }
  }

  function clickMenu(href) {
    const links = [...document.querySelectorAll("s-app-nav > *")];
    const link = links.find((each) => each.getAttribute("href") === href);
    if (!link) return tell("load", { path: href });
    window.addEventListener("click", loadUnlessPrevented);
    link.click();
    window.removeEventListener("click", loadUnlessPrevented);
  }

  function loadUnlessPrevented(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    tell("load", { path: event.target.closest("[href]").getAttribute("href") });
  }

  /* ---- ways out: links and windows to shopify://admin/.. are the admin's own pages ---- */

  const OUT = "shopify://admin/";
  const plainOpen = window.open.appBridgeOriginal || window.open;

  function openOut(url, ...rest) {
    if (!String(url).startsWith(OUT)) return plainOpen.call(window, url, ...rest);
    tell("out", { path: String(url).slice(OUT.length) });
    return null;
  }

  openOut.appBridgeOriginal = plainOpen;
  window.open = openOut;

  function onClick(event) {
    const link = event.target.closest && event.target.closest(`a[href^="${OUT}"]`);
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    openOut(link.getAttribute("href"));
  }

  /* ---- save bars: <form data-save-bar>, and <ui-save-bar id> by shopify.saveBar ---- */

  const before = new WeakMap();
  const dirty = new Map();
  let shownBar = null;

  const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);

  function valueAtFirst(field) {
    if (before.has(field)) return before.get(field);
    if (["checkbox", "radio"].includes(field.type)) return field.defaultChecked;
    if (field.tagName === "SELECT") {
      const chosen = [...field.options].find((option) => option.defaultSelected);
      return chosen ? chosen.value : (field.options[0] || {}).value;
    }
    return field.defaultValue;
  }

  function formOf(event) {
    const form = event.target.form || event.target;
    return form instanceof HTMLFormElement && form.hasAttribute("data-save-bar") ? form : null;
  }

  function onFocus(event) {
    if (formOf(event) && !before.has(event.target)) {
      before.set(event.target, valueOf(event.target));
    }
  }

  function onEdit(event) {
    const form = formOf(event);
    if (!form) return;
    const changed = dirty.get(form) || new Set();
    if (valueOf(event.target) === valueAtFirst(event.target)) changed.delete(event.target);
    else changed.add(event.target);
    dirty.set(form, changed);
    if (changed.size) showBar(form);
    else hideBar(form);
  }

  function onSettled(event) {
    const form = formOf(event);
    if (!form) return;
    (dirty.get(form) || []).forEach((field) => before.delete(field));
    dirty.delete(form);
    hideBar(form);
  }

  function showBar(owner) {
    shownBar = owner;
    const asks = owner.hasAttribute("data-discard-confirmation") ||
      owner.hasAttribute("discardConfirmation");
    tell("saveBar", { shown: true, confirm: asks });
  }

  function hideBar(owner) {
    if (owner && shownBar !== owner) return;
    shownBar = null;
    tell("saveBar", { shown: false });
  }

  function save() {
    if (shownBar instanceof HTMLFormElement) shownBar.requestSubmit();
    else if (shownBar) shownBar.querySelector('button[variant="primary"]').click();
  }

  function discard() {
    if (shownBar instanceof HTMLFormElement) shownBar.reset();
    else if (shownBar) shownBar.querySelector('button:not([variant="primary"])').click();
  }

  const barElement = (id) => {
    const bar = document.getElementById(id);
    if (!bar) throw new Error(`there is no ui-save-bar with the id ${id}`);
    return bar;
  };

  const saveBar = {
    show: async (id) => showBar(barElement(id)),
    hide: async (id) => hideBar(barElement(id)),
    toggle: async (id) => (shownBar === barElement(id) ? saveBar.hide(id) : saveBar.show(id)),
    leaveConfirmation: async () => {
      if (!shownBar) return;
      await ask("leave");
      discard();
      hideBar(shownBar);
    },
  };

  /* ---- toasts ---- */

  const toasts = new Map();

  const toast = {
    show(message, options = {}) {
      const id = `toast-${Date.now()}-${++lastId}`;
      toasts.set(id, options);
      const { duration = 5000, isError = false, action = "" } = options;
      tell("toast", { id, message: String(message), duration, isError, action });
      return id;
    },
    hide(id) {
      tell("hideToast", { id });
    },
  };

  const handlers = {
    save,
    discard,
    menuClick: (message) => clickMenu(message.href),
    toastAction: (message) => toasts.get(message.id)?.onAction?.(),
    toastDismissed: (message) => {
      toasts.get(message.id)?.onDismiss?.();
      toasts.delete(message.id);
    },
  };

  window.shopify = {
    config,
    environment: { mobile: false, embedded: window.parent !== window, pos: false, intent: false },
    idToken,
    toast,
    saveBar,
    scopes: { request: (scopes) => ask("scopes", { scopes }) },
    loading: (on = true) => tell("loading", { on: Boolean(on) }),
  };

  /* ---- start; a page written by the patch page runs all of this again in the same window ---- */

  window.addEventListener("message", onMessage);
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("input", onEdit);
  document.addEventListener("change", onEdit);
  document.addEventListener("submit", onSettled);
  document.addEventListener("reset", onSettled);
  window.addEventListener("popstate", () => tell("address", { path: ownPath() }));

  const wanted = new URLSearchParams(location.search).get("shopify-reload");
  if (wanted) {
    becomePage(new URL(wanted, location.href).href);
  } else {
    tell("address", { path: ownPath() });
    tell("saveBar", { shown: false });
    new MutationObserver(readMenu).observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => tell("ready"));
  }
})();

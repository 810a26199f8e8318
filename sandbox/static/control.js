/*
 * Forms that post JSON. A field named "{x}" fills the place {x} of the address, "x:number" is
 * sent as a number, "x:yes" as true, "x:list" as a list; other empty fields are not sent. All of it
 * is about the store that the page's own address names.
 */
(() => {
  "use strict";

  function collect(form) {
    const body = {};
    const places = {};
    for (const [field, value] of new FormData(form)) {
      const [name, kind] = field.split(":");
      if (name.startsWith("{")) places[name] = value.trim().replace(/^#/, "");
      else if (kind === "yes") body[name] = true;
      else if (kind === "list") body[name] = value.split(",").map((each) => each.trim()).filter(Boolean);
      else if (value !== "") body[name] = kind === "number" ? Number(value) : value;
    }
    return { body, places };
  }

  function fill(address, places) {
    return Object.entries(places).reduce(
      (text, [place, value]) => text.replace(place, encodeURIComponent(value)),
      address,
    );
  }

  async function send(form, button) {
    const { body, places } = collect(form);
    const own = button && button.getAttribute("formaction");
    const address = new URL(fill(own || form.dataset.post || form.dataset.get, places), location.href);
    const store = new URLSearchParams(location.search).get("store");
    if (store) address.searchParams.set("store", store);
    const post = { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(address, form.dataset.get ? {} : post);
    const told = await answer.json();
    if (answer.ok && "reload" in form.dataset) location.reload();
    else show(form, answer.ok, told);
  }

  function show(form, ok, told) {
    let output = form.querySelector("output");
    if (!output) {
      output = document.createElement("output");
      form.append(output);
    }
    output.className = ok ? "good" : "bad";
    output.textContent = ok ? JSON.stringify(told, null, 1) : told.error;
  }

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });

  const now = document.getElementById("now");
  if (now) {
    setInterval(async () => {
      const clock = await (await fetch("/clock")).json();
      now.textContent = clock.now.slice(0, 19).replace("T", " ");
      document.getElementById("speed").textContent = clock.speed;
    }, 1000);
  }
})();

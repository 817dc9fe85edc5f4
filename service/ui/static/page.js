"use strict";
// Keys in lists, as feed readers have them: j and k go to the next and the previous, o opens, v opens the
// original, c copies the permalink, x folds, m marks read, s stars, d dismisses. Without this script all of it
// is there as links and buttons.
{
  const cards = () => [...document.querySelectorAll("ol.cards article.card")];
  const current = () => document.activeElement?.closest("article.card");
  const go = (step) => {
    const all = cards();
    const place = all.indexOf(current());
    const next = all[Math.min(Math.max(place + step, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const mark = (name) => (card) => (card ?? document).querySelector(`.marks [data-mark=${name}]`)?.click();
  const actions = {
    m: mark("read"),
    s: mark("star"),
    d: mark("dismiss"),
    j: () => go(1),
    k: () => go(-1),
    o: (card) => card?.querySelector("a.permalink")?.click(),
    v: (card) => card?.querySelector("a.original")?.click(),
    c: (card) => {
      const link = (card ?? document).querySelector("a.permalink");
      if (link) navigator.clipboard?.writeText(link.href);
    },
    x: (card) => card?.classList.toggle("folded"),
  };
  const keys = document.querySelector("[data-keys]");
  const areOff = () => localStorage.getItem("keys") === "off";
  if (keys) {
    keys.checked = !areOff();
    keys.parentElement.hidden = false;
    keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  }
  document.addEventListener("keydown", (event) => {
    const action = areOff() ? null : actions[event.key];
    const isTyping = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (!action || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    action(current());
    event.preventDefault();
  });
  // A mark takes the place of the one before, and the list stays where it is. One is sent after another.
  let sent = Promise.resolve();
  const send = async (action, body, name) => {
    const answer = await fetch(action, { method: "POST", body, headers: { "X-Fragment": "marks" } });
    if (!answer.ok) throw new Error(answer.status);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.marks");
    const form = document.querySelector(`form.marks[action="${action}"]`);
    const hadFocus = form.contains(document.activeElement);
    form.replaceWith(part);
    if (hadFocus) part.querySelector(`[data-mark=${name}]`)?.focus();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.marks")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const action = form.getAttribute("action");
    const name = event.submitter.dataset.mark;
    sent = sent.then(() => send(action, body, name)).catch(() => location.reload());
  });
  // Says when the list has changed since it was shown; what is being read does not move.
  const news = document.querySelector("[data-stream]");
  if (news) {
    const stream = new EventSource(news.dataset.stream);
    const link = news.querySelector("a");
    const changed = new Set();
    const tell = (event) => {
      changed.add(JSON.parse(event.data).data?.id);
      link.querySelector("span").textContent = changed.size;
      link.hidden = false;
    };
    for (const type of ["alert.created", "alert.updated", "alert.withdrawn"]) stream.addEventListener(type, tell);
    addEventListener("pagehide", () => stream.close());
  }
  // Where the navigation is wider than the screen, the page's own place in it is seen.
  const here = document.querySelector(".sections [aria-current]");
  if (here) {
    const line = here.parentElement;
    const [place, frame] = [here.getBoundingClientRect(), line.getBoundingClientRect()];
    if (place.left < frame.left || place.right > frame.right)
      line.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
  }
  // Empty inputs of a search stay out of the address, which people share.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const input of event.target.elements) if (input.name && input.value === "") input.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const input of document.querySelectorAll("form[method=get] :disabled")) input.disabled = false;
  });
}

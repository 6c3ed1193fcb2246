// Small manners of every page: ask before a step that cannot be undone, guard against double submission, print,
// and offer other modules a fetch that carries the CSRF token.
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function send(url, options = {}) {
  const headers = { "X-CSRFToken": token(), Accept: "application/json", ...(options.headers ?? {}) };
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (!form.dataset.repeatable) {
    form.dataset.sent = "1";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

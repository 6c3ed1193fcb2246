// Calls to our own server: CSRF token, JSON in and out, errors as the Chinese sentences the server gives.

export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export class Failure extends Error {
  constructor(what, remedy, status) {
    super(what);
    this.what = what;
    this.remedy = remedy ?? "";
    this.status = status;
  }
}

export async function failureOf(response) {
  try {
    const { error } = await response.json();
    return new Failure(error.what, error.remedy, response.status);
  } catch {
    return new Failure("服务器没有完成这次操作。", "请稍后重试。", response.status);
  }
}

export async function send(url, body, method = "POST") {
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { "X-CSRFToken": token(), "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body ?? {}),
    });
  } catch {
    throw new Failure("与服务器的连接中断，操作没有保存。", "请检查网络后重试。", 0);
  }
  if (!response.ok) throw await failureOf(response);
  return response.status === 204 ? {} : response.json();
}

export async function load(url, accept = "application/json") {
  const response = await fetch(url, { headers: { Accept: accept } });
  if (!response.ok) throw new Failure("页面内容没有取到。", "请刷新页面。", response.status);
  return accept === "application/json" ? response.json() : response.text();
}

export function say(text, tone = "success") {
  const place = document.getElementById("messages");
  if (!place) return;
  place.textContent = text;
  place.className = `alert alert-${tone} desk-message`;
  place.hidden = !text;
  clearTimeout(say.timer);
  if (tone === "success") say.timer = setTimeout(() => (place.hidden = true), 4000);
}

export const sayFailure = (error) => say(`${error.what ?? error.message}${error.remedy ?? ""}`, "danger");

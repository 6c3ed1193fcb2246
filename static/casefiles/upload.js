// The drop zone: many files and folders, refused early, sent in pieces by tus 1.0, resumed after a cut.

import { Failure, failureOf, load, sayFailure, token } from "./net.js";

const PIECE = 4 * 1024 * 1024;
const AT_ONCE = 3;
const WAITS = [1000, 2000, 5000, 10000, 20000];
const TUS = { "Tus-Resumable": "1.0.0" };

const zone = document.getElementById("drop-zone");
const rows = document.getElementById("upload-rows");
const table = document.getElementById("upload-table");
const limits = JSON.parse(zone.dataset.limits);
const waiting = [];
let running = 0;

const pause = (time) => new Promise((done) => setTimeout(done, time));
const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function sizeText(size) {
  if (size < 1024) return `${size} 字节`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(0)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

function refusal(path, size) {
  const kind = path.includes(".") ? path.split(".").pop().toLowerCase() : "";
  if (!limits.accepted.includes(kind))
    return "类型不在可收范围内，没有上传。请另存为 PDF、DOCX 或图片后再上传。";
  if (size === 0) return "空文件（0 字节），没有上传。请检查原文件能否打开。";
  const limit = limits.recordings.includes(kind) ? limits.recording_bytes : limits.file_bytes;
  if (size > limit) return `超过单个文件 ${sizeText(limit)} 的上限，没有上传。请拆分或降低扫描分辨率。`;
  return "";
}

function isJunk(path) {
  const base = path.split("/").pop().toLowerCase();
  return ["thumbs.db", "desktop.ini", ".ds_store"].includes(base) || base.startsWith("~$") ||
    base.startsWith("._") || path.toLowerCase().includes("__macosx/");
}

function row(path, size) {
  table.hidden = false;
  const line = document.createElement("tr");
  line.innerHTML = '<td class="name"></td><td class="size text-nowrap"></td>' +
    '<td><progress max="100" value="0"></progress></td><td class="outcome"></td>' +
    '<td><button type="button" class="btn btn-sm btn-outline-secondary" hidden>取消</button></td>';
  line.querySelector(".name").textContent = path;
  line.querySelector(".size").textContent = sizeText(size);
  line.querySelector("progress").setAttribute("aria-label", `${path} 的上传进度`);
  rows.append(line);
  return line;
}

function outcome(line, text, tone) {
  const cell = line.querySelector(".outcome");
  cell.textContent = text;
  cell.className = `outcome text-${tone}`;
}

function add(file, path) {
  const line = row(path, file.size);
  if (isJunk(path)) return outcome(line, "系统或临时文件，已忽略。", "secondary");
  const why = refusal(path, file.size);
  if (why) return outcome(line, why, "danger");
  outcome(line, "排队中", "secondary");
  waiting.push({ file, path, line, stop: new AbortController() });
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    const job = waiting.shift();
    transfer(job).finally(() => {
      running -= 1;
      if (!running && !waiting.length) refresh();
      next();
    });
  }
}

const memory = (job) => `tus:${zone.dataset.case}:${job.path}:${job.file.size}:${job.file.lastModified}`;

async function create(job) {
  const response = await fetch(zone.dataset.create, {
    method: "POST",
    headers: {
      ...TUS,
      "X-CSRFToken": token(),
      Accept: "application/json",
      "Upload-Length": String(job.file.size),
      "Upload-Metadata": `filename ${encode(job.path)}`,
    },
    signal: job.stop.signal,
  });
  if (!response.ok) throw await failureOf(response);
  const url = response.headers.get("Location");
  localStorage.setItem(memory(job), url);
  return { url, offset: 0 };
}

async function resume(job) {
  const url = localStorage.getItem(memory(job));
  if (!url) return null;
  const response = await fetch(url, { method: "HEAD", headers: TUS, signal: job.stop.signal });
  if (!response.ok) {
    localStorage.removeItem(memory(job));
    return null;
  }
  return { url, offset: Number(response.headers.get("Upload-Offset")) };
}

async function checksum(piece) {
  if (!crypto.subtle) return {};
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}` };
}

async function pieces(job, place) {
  const bar = job.line.querySelector("progress");
  while (place.offset < job.file.size) {
    const piece = job.file.slice(place.offset, place.offset + PIECE);
    const response = await fetch(place.url, {
      method: "PATCH",
      headers: {
        ...TUS,
        ...(await checksum(piece)),
        "X-CSRFToken": token(),
        Accept: "application/json",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(place.offset),
      },
      body: piece,
      signal: job.stop.signal,
    });
    if (!response.ok) throw await failureOf(response);
    place.offset = Number(response.headers.get("Upload-Offset"));
    bar.value = (place.offset / job.file.size) * 100;
    outcome(job.line, `已传 ${sizeText(place.offset)}`, "secondary");
  }
}

async function transfer(job) {
  const button = job.line.querySelector("button");
  button.hidden = false;
  button.onclick = () => job.stop.abort();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const place = (await resume(job)) ?? (await create(job));
      await pieces(job, place);
      const told = await load(place.url);
      localStorage.removeItem(memory(job));
      job.line.querySelector("progress").value = 100;
      outcome(job.line, told.message, told.duplicate ? "warning-emphasis" : "success");
      break;
    } catch (error) {
      if (error.name === "AbortError") {
        await forget(job);
        break;
      }
      const hopeless = error instanceof Failure && ![0, 409, 423, 460, 500, 502, 503, 504].includes(error.status);
      if (hopeless || attempt >= WAITS.length) {
        outcome(job.line, `${error.what ?? "连接中断。"}${error.remedy ?? "重新选择该文件即可从断点续传。"}`, "danger");
        break;
      }
      outcome(job.line, "连接中断，正在从断点续传……", "warning-emphasis");
      await pause(WAITS[attempt]);
    }
  }
  button.hidden = true;
}

async function forget(job) {
  const url = localStorage.getItem(memory(job));
  localStorage.removeItem(memory(job));
  outcome(job.line, "已取消。", "secondary");
  if (url) await fetch(url, { method: "DELETE", headers: { ...TUS, "X-CSRFToken": token() } });
}

async function walk(entry, prefix) {
  if (entry.isFile) {
    entry.file((file) => add(file, prefix + file.name));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!batch.length) return;
    for (const child of batch) await walk(child, `${prefix}${entry.name}/`);
  }
}

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const files = [...event.dataTransfer.files];
  entries.forEach((entry, at) => (entry ? walk(entry, "") : files[at] && add(files[at], files[at].name)));
});
for (const input of document.querySelectorAll("input[data-upload]")) {
  input.addEventListener("change", () => {
    for (const file of input.files) add(file, file.webkitRelativePath || file.name);
    input.value = "";
  });
}
window.addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});

// Progress of the reading, and the list of files kept up to date while it runs.
const panel = document.getElementById("progress-panel");
let last = "";
let seen = false;

async function refresh() {
  try {
    const now = await load(panel.dataset.url);
    seen ||= now.running;
    const ended = seen && !now.running && !now.error;
    panel.hidden = !now.running && !now.error && !ended;
    panel.querySelector(".text").textContent = now.error || now.text || (ended ? "识别完成。" : "");
    panel.querySelector("a").hidden = !ended;
    panel.querySelector("progress").value = now.total ? (100 * now.done) / now.total : 0;
    panel.querySelector("progress").hidden = Boolean(now.error) || ended;
    if (now.mark !== last) {
      if (last) document.getElementById("file-list").innerHTML = await load(panel.dataset.files, "text/html");
      last = now.mark;
    }
    setTimeout(refresh, now.running ? 1500 : 6000);
  } catch (error) {
    sayFailure(error);
    setTimeout(refresh, 10000);
  }
}
refresh();

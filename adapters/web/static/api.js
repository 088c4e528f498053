// Talks to the server. Answers are JSON; a refusal carries the sentence that people read.

export class ApiError extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
  // Whether the same request may succeed later.
  get isTemporary() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export async function call(method, path, body) {
  const headers = body instanceof Blob ? { "Content-Type": "application/octet-stream" } : { "Content-Type": "application/json" };
  const content = body instanceof Blob ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, body === undefined ? { method } : { method, headers, body: content });
  } catch {
    throw new ApiError(0, "offline", "");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.status === 401) location.assign("/login");
  throw new ApiError(response.status, answer?.error?.code ?? "", answer?.error?.text ?? "");
}

export function query(path, values) {
  return `${path}?${new URLSearchParams(values)}`;
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The globals that the modules need of a browser, and responses of a service in place of a real one.

const store = new Map();
const storage = {
  getItem: key => store.get(key) ?? null,
  setItem: (key, value) => store.set(key, String(value)),
  removeItem: key => store.delete(key),
};
Object.assign(globalThis, { addEventListener() {} });
globalThis.CustomEvent ??= class extends Event { // Node 18 has none
  constructor(type, { detail }) {
    super(type);
    this.detail = detail;
  }
};
for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, { value: storage, configurable: true }); // newer versions of Node have their own

/** Removes what a test has stored. */
export const forgetStorage = () => store.clear();

/**
 * Answers the following requests, in order. An Error is a failed connection.
 * @returns {{ path: string, headers: Record<string, string>, body: any, method: string }[]} the requests.
 */
export function answer(...responses) {
  const requests = [];
  globalThis.fetch = async (path, { headers, body, method, signal } = {}) => {
    requests.push({ path, headers, body, method });
    signal?.throwIfAborted();
    const next = responses.shift() ?? new Error('There is no further response.');
    if (next instanceof Error) throw next;
    return next;
  };
  return requests;
}

export const ok = body => Response.json(body);

export const problem = (status, body, headers = {}) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

/** A stream of server-sent events that arrives in these parts, each a text or bytes. */
export const events = (...parts) => new Response(new ReadableStream({
  start(controller) {
    for (const part of parts) controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
    controller.close();
  },
}));

/** A signal that ends a test whose job is never over: the page would follow it forever. */
export function patience() {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10_000).unref();
  return abort.signal;
}

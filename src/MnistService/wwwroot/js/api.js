// The service's HTTP interface. An answer is JSON, or an ApiError in the service's own words.

const KEY = 'mnist-service-key';

/** The key for a service that asks for one; this tab keeps it, no longer. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: value => value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY),
};

/** Says to the rest of the page how the service is: 'ok', 'busy', 'gone', 'key'. */
export const events = new EventTarget();
const say = (type, detail) => events.dispatchEvent(new CustomEvent(type, { detail }));

export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.status = status;
    this.title = problem.detail ? problem.title : null;
    this.code = problem.code;
    this.fields = problem.errors ?? {};
    this.retryAfter = retryAfter;
  }

  /** It may be answered later: the service is busy, or not ready yet. */
  get isPassing() { return this.status === 429 || this.status === 503; }
}

export const isAbort = error => error?.name === 'AbortError';

const headers = extra => key.get() ? { 'X-API-Key': key.get(), ...extra } : extra;

/** The answer itself, when the status is good. */
export async function send(path, { method = 'GET', body, type, accept = 'application/json', signal } = {}) {
  let response;
  try {
    response = await fetch(path, { method, body, signal, headers: headers({ Accept: accept, ...(type && { 'Content-Type': type }) }) });
  } catch (error) {
    if (isAbort(error)) throw error;
    say('gone');
    throw new ApiError(0, { title: 'The service does not answer', detail: 'It may be starting, stopped, or out of reach. The page goes on trying.' });
  }
  if (response.ok) {
    say('ok');
    return response;
  }
  const text = await response.text();
  throw failure(response.status, text, response.headers.get('Retry-After'));
}

function failure(status, text, retryAfter) {
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch { /* a proxy's page */ }
  const error = new ApiError(status, problem, Number(retryAfter) || 1);
  if (status === 401) say('key', error);
  else if (error.isPassing) say('busy', error);
  else say('ok');
  return error;
}

export const get = async (path, options) => (await send(path, options)).json();

export const post = async (path, value, options) => (await send(path, {
  method: 'POST', body: value === undefined ? undefined : JSON.stringify(value), type: value === undefined ? undefined : 'application/json', ...options,
})).json();

export const remove = path => send(path, { method: 'DELETE' });

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, 1000 * seconds);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(new DOMException('', 'AbortError'));
  });
});

/** Asks again when the service is busy or gone, as late as it says, for a minute. */
export async function patiently(ask, signal) {
  for (const end = Date.now() + 60_000; ;) {
    try {
      return await ask();
    } catch (error) {
      const mayPass = error instanceof ApiError && (error.isPassing || error.status === 0);
      if (!mayPass || Date.now() > end) throw error;
      await pause(Math.min(error.retryAfter ?? 1, 10), signal);
    }
  }
}

/** Sends a file; fetch cannot say how much of it has gone. */
export function upload(path, file, { type = 'application/octet-stream', onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers({ Accept: 'application/json', 'Content-Type': type }))) request.setRequestHeader(name, value);
    request.upload.onprogress = event => onProgress?.(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        say('ok');
        resolve(JSON.parse(request.responseText));
      } else {
        reject(failure(request.status, request.responseText, request.getResponseHeader('Retry-After')));
      }
    };
    request.onerror = () => {
      say('gone');
      reject(new ApiError(0, { title: 'The upload broke off', detail: 'The service does not answer any more. Try again when it does.' }));
    };
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** Downloads a file that may need the key, which a link cannot send. */
export async function fetchFile(path, accept = '*/*') {
  return (await send(path, { accept })).blob();
}

/** Server-sent events; EventSource cannot send a key. Ends when the service closes the stream. */
export async function* stream(path, signal) {
  const response = await send(path, { accept: 'text/event-stream', signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const field = name => part.split('\n').filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n');
      if (field('data')) yield { type: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

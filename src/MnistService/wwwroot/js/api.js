// @ts-check
// Client of the service's HTTP API. Responses are JSON; a failure throws an ApiError with the service's problem details.

import { withoutControls } from './text.js';

/** @import { Problem, RequestOptions, ServerEvent, UploadOptions } from './types.d.ts' */

const KEY = 'mnist-service-key';

/** The API key that the user entered; null if there is none. The browser stores the key until this tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  /** @param {string} value */
  set: value => value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY),
};

/**
 * Events about requests and the API key.
 * 'busy': a response with status 429 or 503. 'ok': any other response.
 * 'gone': a request got no response, or an incomplete one.
 * 'back': the service is ready again, so failed requests can be repeated.
 * 'key': the key dialog must open. 'keyed': the user entered another key.
 */
export const events = new EventTarget();
/** @param {'ok' | 'busy' | 'gone' | 'key' | 'keyed'} type @param {unknown} [detail] */
const say = (type, detail) => events.dispatchEvent(new CustomEvent(type, { detail }));

export class ApiError extends Error {
  /**
   * @param {number} status HTTP status of the response; 0 if there was no response.
   * @param {Problem} problem
   * @param {number} [retryAfter] seconds to wait before a retry.
   */
  constructor(status, problem, retryAfter) {
    super(withoutControls(problem.detail ?? problem.title ?? `The service returned status ${status}.`));
    this.status = status;
    this.title = problem.detail && problem.title ? withoutControls(problem.title) : null;
    this.code = problem.code;
    /** The digits in the error `several_digits` as text, one line per line of digits in the image; null for other errors. */
    this.text = problem.text ?? null;
    /** The digits in the error `several_digits`; null for other errors. */
    this.digits = problem.digits ?? null;
    this.fields = problem.errors ?? {};
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later, because the service is busy or not ready. */
  get isPassing() { return this.status === 429 || this.status === 503; }

  /** Whether the same request can only succeed with another key. */
  get needsKey() { return this.status === 401 || this.code === 'scope_missing'; }

  /** Whether the same request may succeed later or with another key. */
  get canBeRetried() { return this.isPassing || this.needsKey || this.status === 0; }
}

export const isAbort = error => error?.name === 'AbortError';

const headers = extra => key.get() ? { 'X-API-Key': key.get(), ...extra } : extra;

/**
 * Sends a request and returns the response. After a 401 response, asks the user for a key and sends the request again.
 * @param {string} path
 * @param {RequestOptions} [options]
 * @throws {ApiError} if there is no response, or its status is not 200 to 299.
 */
export async function send(path, { method = 'GET', body, type, accept = 'application/json', signal } = {}) {
  for (;;) {
    const used = key.get();
    let response;
    try {
      response = await fetch(path, { method, body, signal, headers: headers({ Accept: accept, ...(type && { 'Content-Type': type }) }) });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw gone('The service is not responding', 'It may be starting, stopped, or unreachable.');
    }
    if (response.ok) {
      say('ok');
      return response;
    }
    const error = failure(response.status, await whole(response.text()), response.headers.get('Retry-After'));
    if (!await hasAnotherKey(error, used, signal)) throw error;
  }
}

function gone(title, detail) {
  say('gone');
  return new ApiError(0, { title, detail });
}

/**
 * Reads the body of a response. If the body is incomplete or invalid, throws an ApiError.
 * @template Body
 * @param {Promise<Body>} reading
 */
const whole = reading => reading.catch(error => {
  throw isAbort(error) ? error : gone('The response is incomplete', 'The connection to the service was interrupted.');
});

/** @param {number} status @param {string} text body of the response @param {string | null} retryAfter value of the Retry-After header */
function failure(status, text, retryAfter) {
  /** @type {Problem} */
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch { /* not JSON: for example, an error page of a proxy */ }
  const error = new ApiError(status, problem ?? {}, Number(retryAfter) || 1);
  if (error.isPassing) say('busy', error);
  else say('ok');
  return error;
}

/** @type {Promise<boolean> | null} */
let asking = null; // result of the key dialog; null while the dialog is closed
let isDeclined = false;

/**
 * Opens the key dialog. Concurrent calls share one dialog.
 * @param {unknown} error the error that the dialog shows as the reason.
 * @returns {Promise<boolean>} whether another key was entered.
 */
export function askForKey(error) {
  asking ??= new Promise(resolve => say('key', { error, resolve })).then(value => {
    asking = null;
    isDeclined = !value;
    if (!value) return false;
    key.set(value);
    say('keyed');
    return true;
  });
  return asking;
}

/**
 * Returns whether a request that got a 401 can be sent again with another key. Opens the key dialog, unless the user closed it without a key earlier.
 * @param {ApiError} error
 * @param {string | null} used the key of the request.
 * @param {AbortSignal} [signal]
 */
async function hasAnotherKey(error, used, signal) {
  if (error.status !== 401) return false;
  if (key.get() !== used) return true; // a key was entered during this request
  return !isDeclined && unlessAborted(askForKey(error), signal);
}

/**
 * Waits for a promise, but rejects as soon as the signal is aborted. Removes its listener from the signal at the end.
 * @template Result
 * @param {Promise<Result>} promise
 * @param {AbortSignal} [signal]
 */
async function unlessAborted(promise, signal) {
  if (!signal) return promise;
  signal.throwIfAborted();
  let abort;
  /** @type {Promise<never>} */
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** @param {Response} response */
export const json = response => whole(response.json());

/** @param {string} path @param {RequestOptions} [options] */
export const get = async (path, options) => json(await send(path, options));

/** @param {string} path @param {unknown} [value] sent as JSON. @param {RequestOptions} [options] */
export const post = async (path, value, options) => json(await send(path, {
  method: 'POST', body: value === undefined ? undefined : JSON.stringify(value), type: value === undefined ? undefined : 'application/json', ...options,
}));

/**
 * Asks the user for a new name and sends it.
 * @param {string} path path of a model, a job or a data set.
 * @param {string} name the current name, which the dialog shows as the default.
 * @returns {Promise<any>} the renamed object; null if the user canceled.
 */
export async function rename(path, name) {
  const next = prompt('New name', name)?.trim();
  return next ? json(await send(path, { method: 'PATCH', body: JSON.stringify({ name: next }), type: 'application/json' })) : null;
}

/** @param {string} path */
export const remove = path => send(path, { method: 'DELETE' });

/** @param {number} seconds @param {AbortSignal} [signal] */
export async function pause(seconds, signal) {
  let timer;
  try {
    await unlessAborted(new Promise(resolve => timer = setTimeout(resolve, 1000 * seconds)), signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes a request, and repeats it for up to a minute while the service is busy or does not respond. Before each retry, waits for the time in Retry-After, but
 * at most 10 s.
 * @template Result
 * @param {() => Promise<Result>} ask makes the request.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Result>}
 */
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

/**
 * Sends a file and reports the progress. Uses XMLHttpRequest, because fetch does not report upload progress.
 * @param {string} path
 * @param {File} file
 * @param {UploadOptions} [options]
 */
export async function upload(path, file, options = {}) {
  for (;;) {
    const used = key.get();
    try {
      return await uploadOnce(path, file, options);
    } catch (error) {
      if (!await hasAnotherKey(error, used, options.signal)) throw error;
    }
  }
}

/** @param {string} path @param {File} file @param {UploadOptions} options @returns {Promise<any>} */
function uploadOnce(path, file, { type = 'application/octet-stream', onProgress, signal }) {
  const request = new XMLHttpRequest(), abort = () => request.abort();
  const broken = () => gone('The upload was interrupted', 'The service stopped responding. Upload the file again when the service is available.');
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers({ Accept: 'application/json', 'Content-Type': type }))) request.setRequestHeader(name, value);
    request.upload.onprogress = event => onProgress?.(event.loaded / event.total);
    request.onload = () => {
      const { status, responseText } = request;
      if (status < 200 || status >= 300) return reject(failure(status, responseText, request.getResponseHeader('Retry-After')));
      try {
        resolve(JSON.parse(responseText));
        say('ok');
      } catch {
        reject(broken());
      }
    };
    request.onerror = () => reject(broken());
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal?.addEventListener('abort', abort, { once: true });
    request.send(file);
  }).finally(() => signal?.removeEventListener('abort', abort));
}

/** Downloads a file. A link cannot be used, because it does not send the API key. @param {string} path @param {string} [accept] */
export const fetchFile = async (path, accept = '*/*') => whole((await send(path, { accept })).blob());

/**
 * Returns the server-sent events of a stream, until the service closes it. Replaces EventSource, which cannot send an API key.
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
export async function stream(path, signal) {
  const response = await send(path, { accept: 'text/event-stream', signal });
  return messages(response.body);
}

/** @param {ReadableStream<BufferSource>} body @returns {AsyncGenerator<ServerEvent>} */
async function* messages(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
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
  } finally {
    reader.cancel().catch(() => {}); // closes the connection even if the consumer stopped early
  }
}

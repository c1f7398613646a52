// @ts-check
// Stores the images of the images view in IndexedDB, with their results and labels, so that they survive a reload. Nothing is stored without IndexedDB, for
// example if the browser blocks site data.

/** @import { Picture, StoredPicture } from '../types.d.ts' */

const NAME = 'mnist-service-images', FILES = 'files', RESULTS = 'results';
const PATIENCE = 3000; // milliseconds: a browser may never answer the request to open a database
const MOST = { images: 2000, bytes: 200_000_000 }; // limits of the stored images

/**
 * The images of the images view by id. hasFile and hasResult: whether the file and the current result are stored.
 * @type {Map<string, { picture: Picture, hasFile: boolean, hasResult: boolean }>}
 */
const entries = new Map();
/** @type {IDBDatabase | null} */
let database = null;
let isWriting = false, mustWrite = false;

/** Event 'change': the properties of `state` have changed. */
export const events = new EventTarget();
/**
 * isOpen: whether the database is open. hasFailed: whether a change failed; only deletions are written after that.
 * leftOut: number of images that are not stored because of the limits in MOST.
 */
export const state = { isOpen: false, hasFailed: false, leftOut: 0 };

/**
 * Returns the ids of the newest images that together are within the limits. An image that exceeds the limit of bytes by itself is skipped.
 * @param {{ id: string, size: number }[]} images oldest first.
 * @param {{ images: number, bytes: number }} most the limits.
 */
export function newest(images, most = MOST) {
  const kept = new Set();
  let bytes = 0;
  for (const { id, size } of [...images].reverse()) {
    if (size > most.bytes) continue;
    bytes += size;
    if (kept.size === most.images || bytes > most.bytes) break;
    kept.add(id);
  }
  return kept;
}

/** Opens the database and returns the images that it contains, oldest first. @returns {Promise<StoredPicture[]>} */
export async function load() {
  try {
    database = await open();
    database.onclose = database.onversionchange = close; // the user has deleted the site's data, or another tab deletes the database
    report({ isOpen: true });
    const { files, results, ended } = begin('readonly');
    const [keys, blobs, stored] = [files.getAllKeys(), files.getAll(), results.getAll()];
    await ended;
    const byId = new Map(keys.result.map((key, i) => [key, blobs.result[i]]));
    const orphans = stored.result.filter(({ id }) => !byId.has(id)); // results that another tab stored after the images were deleted
    if (orphans.length > 0) change(({ results }) => orphans.forEach(({ id }) => results.delete(id)));
    return stored.result.filter(({ id }) => byId.has(id)).map(result => ({ ...result, file: byId.get(result.id) }));
  } catch {
    report({ hasFailed: true });
    return [];
  }
}

/** Registers an image that the function load returned, as stored. @param {Picture} picture */
export const restored = picture => entries.set(picture.id, { picture, hasFile: true, hasResult: true });

/** Stores an image that is new or has changed. @param {Picture} picture @param {{ isNewFile?: boolean }} [options] */
export function save(picture, { isNewFile = false } = {}) {
  const entry = entries.get(picture.id);
  entries.set(picture.id, { picture, hasFile: !isNewFile && entry?.hasFile === true, hasResult: false });
  write();
}

/** Deletes images. @param {Picture[]} pictures */
export function remove(pictures) {
  for (const { id } of pictures) entries.delete(id);
  change(({ files, results }) => {
    for (const { id } of pictures) for (const store of [files, results]) store.delete(id);
  });
  write();
}

/** Deletes all images, also the images of other tabs. New images are then stored even if an earlier change failed. If clearing fails, deletes the database. */
export async function clear() {
  entries.clear();
  report({ leftOut: 0 });
  const isCleared = await change(({ files, results }) => {
    for (const store of [files, results]) store.clear();
  });
  if (isCleared) {
    report({ hasFailed: false });
    write(); // images that were added in the meantime
  } else {
    close();
    try {
      indexedDB.deleteDatabase(NAME);
    } catch { /* without IndexedDB, nothing is stored */ }
  }
}

/** Writes all changes, one transaction at a time. */
async function write() {
  mustWrite = true;
  if (isWriting) return;
  isWriting = true;
  for (; mustWrite && !state.hasFailed; await change(writeEntries)) mustWrite = false;
  isWriting = false;
}

/** @param {{ files: IDBObjectStore, results: IDBObjectStore }} stores */
function writeEntries({ files, results }) {
  const kept = newest([...entries.values()].map(({ picture }) => ({ id: picture.id, size: picture.file.size })));
  for (const [id, entry] of entries) {
    if (!kept.has(id)) {
      if (entry.hasFile) for (const store of [files, results]) store.delete(id);
      entry.hasFile = entry.hasResult = false;
      continue;
    }
    if (!entry.hasFile) files.put(entry.picture.file, id);
    if (!entry.hasFile || !entry.hasResult) results.put(toStored(entry.picture), id);
    entry.hasFile = entry.hasResult = true;
  }
  report({ leftOut: entries.size - kept.size });
}

/** @param {Picture} picture @returns {Omit<StoredPicture, 'file'>} */
const toStored = ({ id, fileName, change, isPrepared, answer, several, label, collected }) => ({ id, fileName, change, isPrepared, answer, several, label, collected });

/**
 * Changes the database, if it is open. Returns whether the change succeeded; a change fails, for example, if the quota is exceeded.
 * @param {(stores: { files: IDBObjectStore, results: IDBObjectStore }) => void} action
 */
async function change(action) {
  if (!database) return false;
  try {
    const { ended, ...stores } = begin('readwrite');
    action(stores);
    await ended;
    return true;
  } catch {
    report({ hasFailed: true });
    return false;
  }
}

/** Closes the database. Later changes are not stored. */
function close() {
  database?.close();
  database = null;
  report({ isOpen: false });
}

/** @param {Partial<typeof state>} changes */
function report(changes) {
  if (Object.entries(changes).every(([name, value]) => state[name] === value)) return;
  Object.assign(state, changes);
  events.dispatchEvent(new Event('change'));
}

/** @param {IDBTransactionMode} mode */
function begin(mode) {
  const transaction = database.transaction([FILES, RESULTS], mode);
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  return { files: transaction.objectStore(FILES), results: transaction.objectStore(RESULTS), ended };
}

/** @returns {Promise<IDBDatabase>} */
const open = () => new Promise((resolve, reject) => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const name of [FILES, RESULTS]) request.result.createObjectStore(name);
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  setTimeout(() => {
    reject(new Error('The database does not open.'));
    request.onsuccess = () => request.result.close(); // a connection that stays open would block the deletion of the database
  }, PATIENCE);
});

// @ts-check
// Prepares a file for the service: shrinks a large image, and converts a format that only the browser reads. Other files are sent unchanged.

import { count, h } from '../dom.js';

const LARGE = 1 << 20; // bytes: smaller files are not shrunk
const SIDE = 2048; // pixels: longest side of a shrunk image
const VECTOR_SIDE = 1024; // pixels: longest side of a converted SVG
const QUALITY = 0.9; // of a JPEG

const JPEG = [0xff, 0xd8, 0xff];
/** First bytes of the formats that the service reads. For WebP, it is the container's header. */
const SIGNATURES = [[0x89, 0x50, 0x4e, 0x47], JPEG, [0x47, 0x49, 0x46, 0x38], [0x52, 0x49, 0x46, 0x46], [0x42, 0x4d]];

/** @param {Uint8Array} bytes the start of a file. @param {number[]} signature */
const startsWith = (bytes, signature) => signature.every((value, i) => bytes[i] === value);

/**
 * Returns the size of the image that is sent.
 * @param {number} width pixels; 0 if an SVG has no size.
 * @param {number} height
 * @param {boolean} isVector
 */
export function targetSize(width, height, isVector) {
  if (isVector && !(width && height)) return { width: VECTOR_SIDE, height: VECTOR_SIDE };
  const longest = Math.max(width, height), scale = isVector ? VECTOR_SIDE / longest : Math.min(1, SIDE / longest);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Returns the bytes to send. If the browser cannot decode the file, this is the file itself, so that the service states what is wrong with it.
 * @param {Blob} file
 * @returns {Promise<{ file: Blob, change: string | null }>} change: a sentence about the difference from the file; null if there is none.
 * @throws if the file cannot be read, for example because it is a folder or was deleted.
 */
export async function prepare(file) {
  const start = await startOf(file);
  try {
    const isRead = SIGNATURES.some(signature => startsWith(start, signature)), isVector = file.type === 'image/svg+xml';
    if (isRead && file.size <= LARGE) return { file, change: null };
    const image = await decode(file);
    const { width, height } = targetSize(image.naturalWidth, image.naturalHeight, isVector);
    if (isRead && width === image.naturalWidth && height === image.naturalHeight) return { file, change: null };
    const isPhoto = startsWith(start, JPEG) || /^image\/hei[cf]/.test(file.type);
    const sent = await encode(image, width, height, isPhoto ? 'image/jpeg' : 'image/png');
    if (isRead && sent.size >= file.size) return { file, change: null };
    return { file: sent, change: `Sent as a ${isPhoto ? 'JPEG' : 'PNG'} of ${count(width)} × ${count(height)} pixels.` };
  } catch {
    return { file, change: null };
  }
}

/** Reads the first bytes of a file. Without this check, the request would fail as if the service did not respond. @param {Blob} file */
async function startOf(file) {
  try {
    return new Uint8Array(await file.slice(0, 4).arrayBuffer());
  } catch {
    throw new Error('The file cannot be read.');
  }
}

/** Decodes an image upright, with its EXIF orientation. An img element also decodes SVG, which createImageBitmap does not. @param {Blob} file */
async function decode(file) {
  const image = h('img'), url = URL.createObjectURL(file);
  try {
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {HTMLImageElement} image @param {number} width @param {number} height @param {string} type @returns {Promise<Blob>} */
async function encode(image, width, height, type) {
  const canvas = h('canvas', { width, height }), context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  const sent = await new Promise(resolve => canvas.toBlob(resolve, type, QUALITY));
  if (!sent) throw new Error('The browser cannot encode the image.');
  return sent;
}

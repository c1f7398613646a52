// @ts-check
// Prepares a file for the service: shrinks a large image, and converts a format that only the browser can decode. Other files are sent unchanged.

import { count, h } from '../dom.js';

const LARGE = 1 << 20; // bytes: a file up to this size is sent unchanged if the service can read it
const MOST = { pixels: 24_000_000, bytes: 32_000_000 }; // below the service's default limits: 25 megapixels (65 for a baseline JPEG) and 32 MB
const SIDE = 2048; // pixels: longest side of a shrunk image
const VECTOR_SIDE = 1024; // pixels: longest side of a converted SVG
const QUALITY = 0.9; // quality of a JPEG, 0 to 1

const JPEG = [0xff, 0xd8, 0xff], RIFF = [0x52, 0x49, 0x46, 0x46];
/** First bytes of the formats that the service reads. RIFF is the container of WebP; the service rejects other RIFF files. */
const SIGNATURES = [[0x89, 0x50, 0x4e, 0x47], JPEG, [0x47, 0x49, 0x46, 0x38], RIFF, [0x42, 0x4d]];

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

/** Whether an image of this size is within the limits of the service. @param {number} width pixels. @param {number} height @param {number} bytes */
export const isWithinLimits = (width, height, bytes) => width * height <= MOST.pixels && bytes <= MOST.bytes;

/**
 * Returns the bytes to send. If the browser cannot decode the file, this is the file itself, so that the service states what is wrong with it.
 * @param {Blob} file
 * @returns {Promise<{ file: Blob, change: string | null }>} change: a sentence about the difference from the file; null if the file is sent unchanged.
 * @throws if the file cannot be read, for example because it is a folder or was deleted.
 */
export async function prepare(file) {
  const start = await startOf(file);
  try {
    const isRead = SIGNATURES.some(signature => startsWith(start, signature)), isVector = file.type === 'image/svg+xml';
    const image = await load(file), { naturalWidth, naturalHeight } = image;
    const mayBeSent = isRead && isWithinLimits(naturalWidth, naturalHeight, file.size);
    const { width, height } = targetSize(naturalWidth, naturalHeight, isVector);
    if (mayBeSent && (file.size <= LARGE || width === naturalWidth && height === naturalHeight)) return { file, change: null };
    await image.decode(); // decodes off the main thread; drawImage would decode on the main thread
    const isLossy = [JPEG, RIFF].some(signature => startsWith(start, signature)) || /^image\/(avif|hei[cf])/.test(file.type);
    const canvas = draw(image, width, height), type = isLossy && isOpaque(canvas) ? 'JPEG' : 'PNG';
    const sent = await encode(canvas, `image/${type.toLowerCase()}`);
    if (mayBeSent && sent.size >= file.size) return { file, change: null };
    return { file: sent, change: `Sent as a ${type} of ${count(width)} × ${count(height)} pixels.` };
  } catch {
    return { file, change: null };
  }
}

/** Reads the first bytes of a file. Without this check, the request would fail as if the service did not respond. @param {Blob} file */
async function startOf(file) {
  try {
    const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    if (start.length === 0) await file.arrayBuffer(); // Chromium reports a deleted file as empty until it is read as a whole
    return start;
  } catch {
    throw new Error('The file cannot be read.');
  }
}

/**
 * Loads an image. The browser applies the EXIF orientation. An img element also decodes SVG, which createImageBitmap does not.
 * @param {Blob} file
 * @returns {Promise<HTMLImageElement>}
 */
async function load(file) {
  const image = h('img'), url = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.addEventListener('load', resolve);
      image.addEventListener('error', reject);
      image.src = url;
    });
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {HTMLImageElement} image @param {number} width @param {number} height */
function draw(image, width, height) {
  const canvas = h('canvas', { width, height }), context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

/** Returns whether all pixels are opaque. Other images cannot be encoded as JPEG, which has no transparency. @param {HTMLCanvasElement} canvas */
function isOpaque(canvas) {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return false;
  return true;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
async function encode(canvas, type) {
  const sent = await new Promise(resolve => canvas.toBlob(resolve, type, QUALITY));
  if (!sent) throw new Error('The browser cannot encode the image.');
  return sent;
}

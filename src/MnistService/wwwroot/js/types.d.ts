// Types for the type check of the page's modules. No module loads this file, and the build does not copy it to the output folder.
// The types of responses contain only the fields that the page reads. Times are ISO 8601 texts. Images in responses are 28×28 bytes in base64.

/** Body of the response to `GET /health/ready`, with status 200 or 503. */
export interface Health {
  status: string;
  model: string | null;
  device: string | null;
  queuedImages: number;
  images: number;
  reason?: string;
}

/** Problem details: the body of each error response. */
export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  /** Only in the error `several_digits`: the digits, with a line feed between lines. */
  text?: string;
  /** Only in the error `several_digits`: the digits. */
  digits?: ReadDigit[];
  errors?: Record<string, string>;
}

/** Argument of showError: an ApiError, another Error, or an object with the same fields. */
export interface Failure {
  message: string;
  title?: string | null;
  needsKey?: boolean;
}

export interface RequestOptions {
  method?: string;
  body?: BodyInit;
  type?: string;
  accept?: string;
  signal?: AbortSignal;
}

export interface UploadOptions {
  type?: string;
  signal?: AbortSignal;
  /** Called with the fraction of the file that was sent, 0 to 1. */
  onProgress?: (share: number) => void;
}

export interface ServerEvent {
  type: string;
  data: any;
}

export interface Prediction {
  digit: number;
  confidence: number;
  /** Probability that the image shows a digit at all; null if the model has no digit score. */
  digitProbability: number | null;
  /** Whether the digit probability is at least 0.5; null if the model has no digit score. */
  isDigit: boolean | null;
  probabilities: number[];
  /** Number of marks that are not digits, plus the number of connected components that are too small for a digit. */
  ignored: number;
  model: string;
  image: string;
  /** Bounding box of the digit; the whole image if the image was not segmented. */
  box: Box;
}

/** A rectangle in pixels of the upright image (after the EXIF orientation was applied). */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A digit with its position; `?` if the drawing does not look like a digit. */
export interface BoxedDigit {
  digit: number | string;
  box: Box;
}

/** One of several digits of an image. */
export interface ReadDigit extends BoxedDigit {
  digit: number;
  confidence: number;
  digitProbability: number | null;
  image: string;
}

/** Body of the response to `POST /read?image=true`. */
export interface Reading {
  /** The digits, with a line feed between lines. */
  text: string;
  digits: ReadDigit[];
  ignored: number;
  model: string;
}

/** An image of the images view, as IndexedDB stores it. The ids sort in the order in which the images were added. */
export interface StoredPicture {
  id: string;
  fileName: string;
  /** The file that the user added; after its preparation, the bytes that are sent to the service. */
  file: Blob;
  isPrepared: boolean;
  /** How the bytes that are sent differ from the file that the user added, as a sentence; null if they do not differ. */
  change: string | null;
  answer: Prediction | null;
  /** The digits if the image shows several digits; otherwise null. */
  several: { text: string, digits: ReadDigit[] } | null;
  /** The correct digit that the user chose; null if the user chose none. */
  label: number | null;
  /** The digit that was added to the collection from this image; null if the image was not collected. */
  collected: { id: string, label: number } | null;
}

/** An image of the images view, with its card and its state. */
export interface Picture extends StoredPicture {
  /** The file's name, safe inside other text: it does not reorder the surrounding text. */
  name: string;
  error: any;
  card: {
    element: HTMLElement, told: HTMLElement, preview: HTMLImageElement, opener: HTMLButtonElement, remover: HTMLButtonElement,
    choice: HTMLSelectElement | null, onLabel: (digit: number | null) => void,
  } | null;
  /** The running or finished preparation of the file; null if it has not started. */
  preparing: Promise<void> | null;
  /** All digits of the image; null until the large view has requested them. */
  reading: Reading | null;
}

/** Milliseconds per stage of a prediction. */
export interface Stages {
  decode: number;
  queue: number;
  compute: number;
  transfer: number;
  total: number;
}

/** A digit that the user labeled. Its id is absent until it is added to the collection. */
export interface LabeledDigit {
  id?: string;
  label: number;
  image: string;
}

export interface Submission {
  id: string;
  name?: string;
  createdAt: string;
  rows: number;
  model: string;
  seconds: number;
  imagesPerSecond: number;
  labels: number[];
  accuracy?: number;
  confusionMatrix?: number[][];
}

export interface UncertainRow {
  imageId: number;
  digit: number;
  confidence: number;
  pixels: string | null;
}

export interface Dataset {
  id: string;
  name: string | null;
  createdAt: string | null;
  images: number;
  labels: number[] | null;
  builtIn: boolean;
  suspicious: { count: number, model: string } | null;
  labelCheck: string;
}

export interface SuspiciousImage {
  index: number;
  label: number;
  predicted: number;
  confidence: number;
  image: string;
}

/** A model in the list of all models. */
export interface Model {
  id: string;
  name: string | null;
  network: string;
}

export interface ModelStore {
  models: Model[];
  current: string | null;
  previous?: string | null;
}

export interface Measurement {
  images: number;
  accuracy: number;
}

export interface ModelCard extends Model {
  parameters: number;
  createdAt: string;
  shipped?: boolean;
  training: { data: string, images: number, epochs: Epoch[] } | null;
  scaling: string;
  import: { format: string, warning?: string } | null;
  validation: Measurement | null;
  test: Measurement | null;
  references: { set: string, images: number, accuracy: number | null }[] | null;
  /** Fractions of digits that the digit score accepts and of non-digits that it rejects; absent if the model has no digit score. */
  digitScore?: { accepted: number, rejected: number } | null;
}

export interface Mistake {
  image: number;
  label: number;
  answer: number;
}

export interface Evaluation extends Measurement {
  loss: number;
  calibrationError: number | null;
  reliability: { images: number, confidence: number, accuracy: number }[] | null;
  confusionMatrix: number[][];
  mistakes: Mistake[] | null;
}

export interface Difference {
  image: number;
  label: number;
  a: number;
  b: number;
}

export interface Comparison {
  bothRight: number;
  onlyARight: number;
  onlyBRight: number;
  bothWrong: number;
  pValue: number;
  conclusion: string;
  differences: Difference[];
}

export interface Epoch {
  epoch: number;
  trainLoss: number;
  trainAccuracy: number;
  validationLoss: number | null;
  validationAccuracy: number | null;
  learningRate: number;
  seconds: number;
}

export interface Progress {
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  imagesPerSecond: number;
  etaSeconds: number;
}

export interface Job {
  id: string;
  name: string | null;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  settings: { recipe: { network: string } };
  progress: Progress | null;
  epochs: Epoch[];
  test: Measurement | null;
  model: string | null;
  promotion: {
    promoted: boolean, reason: string, served: string | null,
    own?: { images: number, right: number, servedRight: number, trained: number } | null,
    references?: { setName: string, against: string, images: number, right: number, rivalRight: number }[] | null,
  } | null;
  error: { code: string, detail: string } | null;
  warnings: string[];
}

/** Definition of a hyperparameter. In `name`, a dot separates the names of nested fields. */
export interface Field {
  name: string;
  title: string;
  type: 'integer' | 'number' | 'string';
  unit: string | null;
  description: string;
  choices: string[] | null;
}

/** The recommended hyperparameters, the range of each, and their definitions. */
export interface Recipe {
  settings: { batchSize: number, validation: number };
  fields: Field[];
  bounds: Record<string, { least: number, most: number, leastExcluded?: boolean }>;
}

/** A line of a chart. Lines with the same `of` have the same color. Points are pairs of x and y. */
export interface Series {
  name: string;
  points: number[][];
  of?: string;
  dashed?: boolean;
  dots?: boolean;
}

/** An axis of a chart. If `from` or `to` is absent, it is computed from the data. */
export interface Axis {
  label?: string;
  from?: number;
  to?: number;
  /** Whether all values are whole numbers. */
  whole?: boolean;
  format?: (value: number) => string;
}

/** A point of a stroke and the width of the pen at this point, in the pad's coordinates (0 to 280). */
export interface PenPoint {
  x: number;
  y: number;
  width: number;
  /** Time stamp of the event in milliseconds. */
  time: number;
}

/** Types of the elements of index.html that are not plain HTMLElements, by id. A test compares the ids with the file. form.js creates train-batchSize. */
export interface PageElements extends
  Record<'clear' | 'collection-clear' | 'game-skip' | 'game-start' | 'game-stop' | 'key-cancel' | 'photo-after' | 'photo-before' | 'photo-close' | 'pictures-clear' | 'pictures-collect' | 'pictures-csv'
    | 'pictures-rest' | 'roll-back' | 'submission-cancel' | 'teach' | 'train-start' | 'undo', HTMLButtonElement>,
  Record<'dataset-name' | 'key' | 'model-import' | 'pictures-input' | 'submission-input' | 'train-batchSize' | 'train-name', HTMLInputElement>,
  Record<'game-limit' | 'model-a' | 'model-b' | 'pictures-filter' | 'pictures-order' | 'train-promote' | 'train-data' | 'train-mode' | 'train-network' | 'train-start-from', HTMLSelectElement>,
  Record<'collection-form' | 'key-form' | 'train-form', HTMLFormElement>,
  Record<'game-clock' | 'submission-bar', HTMLProgressElement>,
  Record<'pad' | 'seen', HTMLCanvasElement>,
  Record<'photo-image', HTMLImageElement>,
  Record<'key-dialog' | 'photo', HTMLDialogElement>,
  Record<'train-fields', HTMLFieldSetElement> {}

export type ElementOf<Id> = Id extends keyof PageElements ? PageElements[Id] : HTMLElement;

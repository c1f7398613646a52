// A document in place of a browser's, with the parts that the modules use. Import it before a module that looks up elements when it is loaded.

class FakeElement extends EventTarget {
  attributes = {};
  childNodes = [];
  style = {};
  hidden = false;
  disabled = false;
  value = '';

  constructor(tag) {
    super();
    this.tag = tag;
    const classes = new Set();
    this.classList = {
      contains: name => classes.has(name),
      toggle: (name, isOn) => isOn ? classes.add(name) : classes.delete(name),
    };
  }

  /** The address of an image. No image can be loaded. */
  get src() { return this.attributes.src ?? ''; }
  set src(address) {
    this.attributes.src = address;
    queueMicrotask(() => this.dispatchEvent(new Event('error')));
  }

  setAttribute(name, value) { this.attributes[name] = String(value); }
  append(...children) { this.childNodes.push(...children); }
  replaceChildren(...children) { this.childNodes = children; }
  scrollIntoView() {}
  focus() {}
  checkVisibility() { return !this.hidden; }
  getContext() { return { createImageData: (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }), putImageData() {} }; }

  get lastElementChild() { return this.childNodes.findLast(child => child instanceof FakeElement); }
  get textContent() { return this.childNodes.map(child => child instanceof FakeElement ? child.textContent : String(child)).join(''); }
  set textContent(text) { this.childNodes = [text]; }

  /** All elements with a tag below this one. */
  all(tag) { return this.childNodes.flatMap(child => child instanceof FakeElement ? [...child.tag === tag ? [child] : [], ...child.all(tag)] : []); }

  /** The options of a select element. */
  get options() { return this.all('option').map(option => Object.assign(option, { value: option.attributes.value })); }

  click() { this.dispatchEvent(new Event('click')); }
}

const elements = new Map();

/** Returns the element with an id, and creates it if it does not exist. @returns {any} */
export function byId(id) {
  if (!elements.has(id)) elements.set(id, new FakeElement('div'));
  return elements.get(id);
}

/** @returns {any} */
export const element = tag => new FakeElement(tag);

Object.assign(globalThis, { document: Object.assign(new EventTarget(), { createElement: element, getElementById: byId, body: element('body'), activeElement: null }) });

import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { keepForms } = await import('../../../widgets/console/static/kept-forms.js');

class Button {
  isConnected = true;

  /** @param {string} name @param {string} value */
  constructor(name, value) {
    Object.assign(this, { name, value });
  }
}

/** As in a browser, a button that is no longer in the form sends nothing. */
class Form {
  method = 'post';
  elements = [new Button('do', 'check'), new Button('do', 'save')];
  /** With which buttons it went. @type {Array<Button|undefined>} */
  sent = [];

  getAttribute() {
    return this.method;
  }

  /** @param {Button} [submitter] */
  requestSubmit(submitter) {
    if (submitter && !this.elements.includes(submitter)) throw new Error('NotFoundError');
    if (!submit(this, submitter)) this.sent.push(submitter);
  }
}

/** @type {(event: object) => void} */
let listener = () => {};
Object.assign(globalThis, {
  HTMLFormElement: Form,
  HTMLButtonElement: Button,
  document: { addEventListener: (/** @type {string} */ _name, /** @type {typeof listener} */ on) => (listener = on) },
});

/** @param {Form} form @param {Button} [submitter] @returns {boolean} it is kept for now */
function submit(form, submitter) {
  let defaultPrevented = false;
  const preventDefault = () => {
    defaultPrevented = true;
  };
  listener({ target: form, submitter: submitter ?? null, preventDefault, defaultPrevented });
  return defaultPrevented;
}

/** A page with one form. @param {Parameters<typeof keepForms>[0]} [given] */
function page({ asks = async () => ({ data: {}, etag: null }), tells = async () => {} } = {}) {
  keepForms({ asks, tells });
  return new Form();
}

const answered = () => new Promise((done) => setImmediate(done));
const fails = (/** @type {number} */ status) => async () => {
  throw Object.assign(new Error('No.'), { status });
};

test('a form goes once it is known who sends it, with the button that was pressed', async () => {
  const form = page();
  form.requestSubmit(form.elements[1]);
  assert.deepEqual(form.sent, []);
  await answered();
  assert.equal(form.sent[0], form.elements[1]);
  form.method = 'get';
  form.requestSubmit();
  assert.equal(form.sent.length, 2, 'a search is not kept');
});

test('a form whose button is pressed twice goes once', async () => {
  const form = page();
  form.requestSubmit(form.elements[1]);
  form.requestSubmit(form.elements[1]);
  await answered();
  assert.equal(form.sent.length, 1);
  form.requestSubmit(form.elements[1]);
  await answered();
  assert.equal(form.sent.length, 2, 'it is on the page again');
});

test('a form whose buttons are drawn again meanwhile goes with the same one', async () => {
  const form = page();
  const pressed = form.elements[1];
  form.requestSubmit(pressed);
  pressed.isConnected = false;
  form.elements = [new Button('do', 'check'), new Button('do', 'save')];
  await answered();
  assert.equal(form.sent.length, 1);
  assert.equal(form.sent[0], form.elements[1]);
});

test('a form of somebody who was signed out stays, other failures are left to what it leads to', async () => {
  for (const [status, sent] of [
    [401, 0],
    [0, 1],
    [503, 1],
  ]) {
    const form = page({ asks: fails(status) });
    form.requestSubmit(form.elements[1]);
    await answered();
    assert.equal(form.sent.length, sent, `status ${status}`);
  }
});

test('a form goes if nobody could tell that its sender was signed out', async () => {
  const form = page({ asks: fails(401), tells: () => Promise.reject(new TypeError('Failed to fetch')) });
  form.requestSubmit(form.elements[1]);
  await answered();
  assert.equal(form.sent.length, 1);
});

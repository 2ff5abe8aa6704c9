import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const TO = '/console#chat=1&write';
const html = { dataset: /** @type {Record<string, string>} */ ({}) };
const calls = /** @type {string[]} */ ([]);
const page = new EventTarget();
Object.assign(globalThis, {
  document: { documentElement: html, body: { append: () => {} }, createElement: () => ({ remove: () => {} }) },
  stop: () => calls.push('stop'),
  Element: class {},
  location: { hash: '', assign: (/** @type {string} */ to) => calls.push(to) },
  addEventListener: page.addEventListener.bind(page),
});
const { EarlyText, textAfter } = await import('../../../widgets/console/static/arriving.js');

/** @param {string} key @param {object} [how] */
const press = (key, how) => {
  const event = Object.assign(new Event('keydown', { cancelable: true }), {
    key,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    ...how,
  });
  page.dispatchEvent(event);
  return event.defaultPrevented;
};

/** The storage of a tab. */
function tab() {
  const kept = /** @type {Map<string, string>} */ (new Map());
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text),
  };
}

/** @param {string} value */
const boxOf = (value) => {
  const box = Object.assign(new EventTarget(), {
    value,
    setRangeText: (/** @type {string} */ text) => {
      box.value += text;
    },
  });
  return /** @type {HTMLTextAreaElement} */ (/** @type {unknown} */ (box));
};

test('what is typed before and after the page changes comes into the box, after the draft that is there', () => {
  const store = tab();
  new EarlyText({ to: TO, store });
  for (const key of ['A', 's', 'k', 'x', 'Backspace', ' ']) assert.ok(press(key));
  page.dispatchEvent(new Event('pointerdown'));
  const early = new EarlyText({ store });
  assert.equal(html.dataset.still, '');
  for (const key of ['m', 'e', 'Enter']) assert.ok(press(key));
  const box = boxOf('Wait. ');
  early.into(box);
  assert.equal(box.value, 'Wait. Ask me');
  assert.ok(!press('t'));
  assert.equal('still' in html.dataset, false);
});

test('the page changes once nobody types any more', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  calls.length = 0;
  const early = new EarlyText({ to: TO, store: tab() });
  press('a');
  t.mock.timers.tick(300);
  press('b');
  t.mock.timers.tick(300);
  assert.deepEqual(calls, ['stop', 'stop']);
  t.mock.timers.tick(100);
  assert.deepEqual(calls, ['stop', 'stop', TO]);
  press('Escape');
  assert.ok(early.over);
});

test('a text that was carried is given to one chat only', () => {
  const store = tab();
  new EarlyText({ to: TO, store });
  press('a');
  page.dispatchEvent(new Event('pointerdown'));
  new EarlyText({ store }).end();
  const box = boxOf('');
  new EarlyText({ store }).into(box);
  assert.equal(box.value, '');
});

test('keys act again after Escape', () => {
  const early = new EarlyText({ store: tab() });
  press('Escape');
  assert.ok(early.over);
  assert.ok(!press('e'));
});

test('commands of the browser are no text', () => {
  const key = { ctrlKey: false, altKey: false, metaKey: false };
  assert.equal(textAfter('a', { ...key, key: 'r', ctrlKey: true }), null);
  assert.equal(textAfter('a', { ...key, key: 'ArrowDown' }), null);
  assert.equal(textAfter('a', { ...key, key: '@', ctrlKey: true, altKey: true }), 'a@');
});

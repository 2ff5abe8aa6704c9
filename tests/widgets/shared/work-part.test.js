import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

/** What Lit needs of an element. */
class FakeElement {
  isConnected = false;
}
const document = { createTreeWalker: () => ({}) };
Object.assign(globalThis, { HTMLElement: FakeElement, document });
const { WorkPart } = await import('../../../widgets/shared/static/work-part.js');

/** @extends {WorkPart<EventTarget>} */
class Part extends WorkPart {
  asked = 0;

  /** @override */
  requestUpdate() {
    this.asked += 1;
  }

  /** Into the page, or out of it. @param {boolean} on */
  put(on) {
    Object.assign(this, { isConnected: on });
    if (on) this.connectedCallback();
    else this.disconnectedCallback();
  }

  /** How often a change asks it to be drawn. @param {EventTarget} work */
  hears(work) {
    const before = this.asked;
    work.dispatchEvent(new Event('change'));
    return this.asked - before;
  }
}

test('a part hears of changes while it is in the page, and is drawn anew when it comes back', () => {
  const part = new Part();
  const work = new EventTarget();
  part.work = work;
  assert.equal(part.hears(work), 0);
  part.put(true);
  assert.equal(part.hears(work), 1);
  part.put(false);
  assert.equal(part.hears(work), 0);
  const before = part.asked;
  part.put(true);
  assert.ok(part.asked > before);
  assert.equal(part.hears(work), 1);
});

test('a part that gets other work hears of that alone', () => {
  const part = new Part();
  const [first, second] = [new EventTarget(), new EventTarget()];
  part.put(true);
  part.work = first;
  part.work = second;
  assert.deepEqual([part.hears(first), part.hears(second)], [0, 1]);
});

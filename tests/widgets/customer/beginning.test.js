import assert from 'node:assert/strict';
import test from 'node:test';
import { suggest } from '../../../widgets/customer/static/suggesting.js';
import { until } from '../client/support/waiting.js';
import { atForm } from './support/at_form.js';

for (const [field, sentence] of [
  ['email', 'This is no address.'],
  ['text', 'This is too long.'],
]) {
  const refusal = { code: 'invalid', message: `${field}: ${sentence}`, fields: { [field]: sentence } };

  test(`a chat that the desk refuses for its ${field} says so at that field, and leads there`, async () => {
    const { chat, lookedAt } = atForm(refusal);
    chat.beginning.submit({ isAddress: true });
    await until(() => chat.wrong !== null);
    assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence, field }, [field]]);
  });

  test(`a message that the desk refuses for its ${field} says so at that field, and leads there`, async (t) => {
    t.mock.method(globalThis, 'fetch', async () =>
      Response.json({ code: 'invalid', detail: refusal.message, fields: refusal.fields }, { status: 422 }),
    );
    const { chat, lookedAt } = atForm();
    chat.beginning.swap();
    chat.beginning.submit({ isAddress: true });
    await until(() => chat.wrong !== null);
    assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence, field }, [field]]);
    assert.equal(chat.view, 'form', 'with what was written in it');
  });
}

test('what no field is at fault for is said above the button', async () => {
  const { chat, lookedAt } = atForm({ code: 'rate_limited', message: 'Too many at once.' });
  chat.beginning.submit({ isAddress: true });
  await until(() => chat.wrong !== null);
  assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence: 'Too many at once.', field: undefined }, []]);
});

test('what a page suggests stands in the form, but for what the customer has written themselves', () => {
  const {
    chat: { beginning },
  } = atForm();
  suggest(beginning, { text: 'From the page', name: ' ', email: 'page@host.example', product: 'x'.repeat(300) });
  assert.deepEqual(
    [beginning.form.text, beginning.form.email, beginning.form.name, beginning.form.product.length],
    ['Hello', 'elise@exemple', '', 200],
  );
  beginning.fill({ text: '' });
  suggest(beginning, { text: 'From the page' });
  assert.equal(beginning.form.text, 'From the page');
});

test('a form without an answer to what it is about asks for one, which takes the fault away', () => {
  const { chat, lookedAt } = atForm();
  chat.visit.teams = [...chat.visit.teams, { ...chat.visit.teams[0], team: 'tech', name: 'Tech' }];
  chat.beginning.submit({ isAddress: true });
  assert.deepEqual([chat.wrong?.field, lookedAt], ['team', ['team']]);
  chat.beginning.fill({ team: 'tech' });
  assert.equal(chat.wrong, null);
});

test('a fault of the form goes as soon as its field is right', () => {
  const { chat } = atForm();
  const fault = () => chat.wrong?.field;
  chat.beginning.submit({ isAddress: false });
  assert.equal(fault(), 'email');
  chat.beginning.fill({ email: 'elise@exemple.' }, { isAddress: false });
  assert.equal(fault(), 'email', 'not before');
  chat.beginning.fill({ email: 'elise@exemple.fr' }, { isAddress: true });
  assert.equal(fault(), undefined);

  chat.beginning.fill({ text: ' ' });
  chat.beginning.submit({ isAddress: true });
  assert.equal(fault(), 'text');
  chat.beginning.fill({ email: 'e@exemple.fr' }, { isAddress: true });
  assert.equal(fault(), 'text', 'of its own field alone');
  chat.beginning.fill({ text: 'H' });
  assert.equal(fault(), undefined);
});

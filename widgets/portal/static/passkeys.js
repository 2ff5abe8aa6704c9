/** Passkeys on the pages of accounts: signing in with one, and adding one. Without scripts they are not offered. */

import { ask } from '../shared/http.js';
import { createPasskey, faultOf, hasPasskeys, offersInFields, showPasskey } from '../shared/passkeys.js';

/** The desk's options work for ten minutes. */
const RENEW_MS = 540_000;

/** Show the sentence of this fault, or none. @param {HTMLFormElement} form @param {string} [fault] */
function tell(form, fault) {
  for (const one of form.querySelectorAll('[data-fault]'))
    if (one instanceof HTMLElement) one.hidden = one.dataset.fault !== fault;
}

/** Send what the browser made of the passkey. @param {HTMLFormElement} form @param {object} answer */
function send(form, answer) {
  const field = form.elements.namedItem('passkey');
  if (!(field instanceof HTMLInputElement)) return;
  field.value = JSON.stringify(answer);
  form.submit();
}

/** @param {HTMLFormElement} form */
function signIn(form) {
  /** A choice that the browser offers, or that is under way. */
  let under = new AbortController();
  let pressed = false;

  /** @param {CredentialMediationRequirement} [mediation] */
  const choose = async (mediation) => {
    under.abort();
    under = new AbortController();
    const { signal } = under;
    const { data } = await ask('POST', '/api/session/passkey');
    if (!signal.aborted) send(form, await showPasskey(data.options, { signal, ...(mediation && { mediation }) }));
  };
  const offer = async () => {
    // A browser that offers none here still has the button.
    if (!pressed && (await offersInFields())) await choose('conditional').catch(() => null);
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    tell(form);
    try {
      await choose();
    } catch (error) {
      tell(form, faultOf(error));
      pressed = false;
      void offer();
    }
  });
  form.hidden = false;
  void offer();
  setInterval(() => void offer(), RENEW_MS);
}

/** @param {HTMLFormElement} form */
function add(form) {
  let pressed = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    tell(form);
    try {
      send(form, await createPasskey(JSON.parse(form.dataset.options ?? '{}')));
    } catch (error) {
      tell(form, faultOf(error));
      pressed = false;
    }
  });
}

if (hasPasskeys()) {
  const [entrance, adding] = [document.querySelector('#passkey-sign-in'), document.querySelector('#passkey-add')];
  if (entrance instanceof HTMLFormElement) signIn(entrance);
  if (adding instanceof HTMLFormElement) add(adding);
  for (const one of document.querySelectorAll('[data-passkeys]'))
    if (one instanceof HTMLElement) one.hidden = one.dataset.passkeys === 'missing';
}

/** Passkeys of this browser (WebAuthn). On the way to the desk, bytes are base64url. */

/** True if this browser can make and use passkeys on this page. */
export const hasPasskeys = () => typeof globalThis.PublicKeyCredential === 'function' && Boolean(navigator.credentials);

/** True if the browser can offer passkeys in the list of a field. */
export const offersInFields = async () =>
  hasPasskeys() && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());

/** @param {string} text */
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));

/** @param {ArrayBuffer} bytes */
const textOf = (bytes) =>
  btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Older browsers cannot read the desk's options by themselves. @param {PublicKeyCredentialCreationOptionsJSON} options @returns {PublicKeyCredentialCreationOptions} */
const readCreation = (options) =>
  PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
    rp: options.rp,
    user: { ...options.user, id: bytesOf(options.user.id) },
    challenge: bytesOf(options.challenge),
    pubKeyCredParams: options.pubKeyCredParams.map(({ alg }) => ({ alg, type: 'public-key' })),
    excludeCredentials: options.excludeCredentials?.map(({ id }) => ({ id: bytesOf(id), type: 'public-key' })),
    authenticatorSelection: options.authenticatorSelection,
    timeout: options.timeout,
  };

/** @param {PublicKeyCredentialRequestOptionsJSON} options @returns {PublicKeyCredentialRequestOptions} */
const readRequest = (options) =>
  PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
    rpId: options.rpId,
    challenge: bytesOf(options.challenge),
    userVerification: 'required',
    timeout: options.timeout,
  };

/**
 * A new passkey.
 * @param {PublicKeyCredentialCreationOptionsJSON} options @returns {Promise<{id: string, client_data: string, attestation: string}>}
 */
export async function createPasskey(options) {
  const made = await navigator.credentials.create({ publicKey: readCreation(options) });
  if (!(made instanceof PublicKeyCredential && made.response instanceof AuthenticatorAttestationResponse))
    throw new Error('The browser made something else.');
  const { clientDataJSON: data, attestationObject: attestation } = made.response;
  return { id: made.id, client_data: textOf(data), attestation: textOf(attestation) };
}

/**
 * The signature of a passkey that the person chooses. `mediation: 'conditional'` offers them in the list of a field.
 * @param {PublicKeyCredentialRequestOptionsJSON} options @param {{signal?: AbortSignal, mediation?: CredentialMediationRequirement}} [how]
 */
export async function showPasskey(options, how = {}) {
  const shown = await navigator.credentials.get({ publicKey: readRequest(options), ...how });
  if (!(shown instanceof PublicKeyCredential && shown.response instanceof AuthenticatorAssertionResponse))
    throw new Error('The browser showed something else.');
  const { clientDataJSON: data, authenticatorData, signature, userHandle } = shown.response;
  return {
    id: shown.id,
    client_data: textOf(data),
    authenticator_data: textOf(authenticatorData),
    signature: textOf(signature),
    user_handle: userHandle ? textOf(userHandle) : '',
  };
}

/** Why a browser made or showed no passkey. @param {unknown} error @returns {'stopped'|'known'|'failed'} */
export function faultOf(error) {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return 'stopped';
  return name === 'InvalidStateError' ? 'known' : 'failed';
}

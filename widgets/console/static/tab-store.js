/** The storage of this tab; null if it is blocked. @returns {Storage|null} */
export function tabStore() {
  try {
    const store = window.sessionStorage;
    store.getItem('switchboard');
    return store;
  } catch {
    return null;
  }
}

// Browser functions for the session: storage, a lock between tabs, and the sign-in code from the URL.

const storageKey = 'outreach.session';
let memoryCopy = null;

// If the browser blocks localStorage, the session lasts as long as the page is open.
export function read() {
  try {
    return JSON.parse(localStorage.getItem(storageKey));
  } catch {
    return memoryCopy;
  }
}

export function write(...stored) {
  memoryCopy = stored;
  try {
    localStorage.setItem(storageKey, JSON.stringify(stored));
  } catch (error) {
    console.info('The browser did not store the session. It ends when this page is closed.', error);
  }
}

export function remove() {
  memoryCopy = null;
  try {
    localStorage.removeItem(storageKey);
  } catch {
    // The browser blocks localStorage, so nothing was stored.
  }
}

export async function lock() {
  if (!navigator.locks)
    return { release() { } };
  let release;
  const released = new Promise(resolve => { release = resolve; });
  await new Promise((acquired, failed) => navigator.locks.request(storageKey, () => { acquired(); return released; }).catch(failed));
  return { release };
}

export function takeCodeFromUrl() {
  const code = globalThis.outreachCode ?? '';
  delete globalThis.outreachCode;
  return code;
}

export function getDeviceLabel() {
  const system = navigator.userAgentData?.platform || navigator.platform;
  return system ? `Browser on ${system}`.slice(0, 100) : 'Browser';
}

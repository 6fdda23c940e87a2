// What the program needs of the browser to keep a session: a place for it, a lock between tabs, and the code of a link.

const place = 'outreach.session';
let here = null;

// Browsers that keep nothing for a page still keep it as long as the page is open.
export function read() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return here;
  }
}

export function write(...kept) {
  here = kept;
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch (error) {
    console.info('The session ends with this page.', error);
  }
}

export function remove() {
  here = null;
  try {
    localStorage.removeItem(place);
  } catch {
    // Then nothing was kept.
  }
}

export async function lock() {
  if (!navigator.locks)
    return { release() { } };
  let release;
  const released = new Promise(done => { release = done; });
  await new Promise((held, failed) => navigator.locks.request(place, () => { held(); return released; }).catch(failed));
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

// Removes the sign-in code from the URL at once, so that it does not stay in bookmarks or on the screen. Browsers do not send the
// part after # to a server.
function takeCodeFromUrl() {
  const match = /^#code=([^&]{1,40})$/.exec(location.hash);
  if (!match)
    return;
  globalThis.outreachCode = match[1];
  history.replaceState(history.state, '', location.pathname + location.search);
}

takeCodeFromUrl();
// Runs before the application handles the new URL, so that it finds the code.
addEventListener('popstate', takeCodeFromUrl);

// Starts the application. If it cannot be loaded, shows an error in place of the loading screen.
(globalThis.Blazor ? Blazor.start() : Promise.reject(new Error('The application could not be loaded.'))).catch(error => {
  document.getElementById('load-failed')?.removeAttribute('hidden');
  document.getElementById('loading')?.remove();
  console.error(error);
});

// Takes the code of a link out of the address at once, so that it stands in no bookmark and on no screen. It comes after the #,
// which browsers send to no server.
function takeCodeOfLink() {
  const link = /^#code=([^&]{1,40})$/.exec(location.hash);
  if (!link)
    return;
  globalThis.outreachCode = link[1];
  history.replaceState(history.state, '', location.pathname + location.search);
}

takeCodeOfLink();
// Before the program hears of the new address: it then finds the code.
addEventListener('popstate', takeCodeOfLink);

// Starts the program, and says so where it cannot be loaded instead of showing grey shapes for ever.
(globalThis.Blazor ? Blazor.start() : Promise.reject(new Error('The program could not be loaded.'))).catch(error => {
  document.getElementById('load-failed')?.removeAttribute('hidden');
  document.getElementById('loading')?.remove();
  console.error(error);
});

// Starts the program, and says so where it cannot be loaded instead of showing grey shapes for ever.
(globalThis.Blazor ? Blazor.start() : Promise.reject(new Error('The program could not be loaded.'))).catch(error => {
  document.getElementById('load-failed')?.removeAttribute('hidden');
  document.getElementById('loading')?.remove();
  console.error(error);
});

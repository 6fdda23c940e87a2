// What the kit needs of the browser: dialogs, time zones, and the focus on what is wrong in a form.

export function openDialog(dialog) {
  dialog?.showModal();
}

export function closeDialog(dialog) {
  dialog?.close?.();
}

export function getTimeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
}

export function listTimeZones() {
  return Intl.supportedValuesOf?.('timeZone') ?? [];
}

export function focusFirstError() {
  document.querySelector('[aria-invalid="true"]')?.focus();
}

export function focusHeading() {
  document.querySelector('h1')?.focus();
}

// The menu of a phone is wider than its screen.
export function showCurrentPage() {
  document.querySelector('.menu .active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

// Browser functions for the kit: dialogs, time zones and moving the focus.

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

// On a phone the menu can be wider than the screen.
export function showCurrentPage() {
  document.querySelector('.menu .active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

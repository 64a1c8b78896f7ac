/** What the person chose for the whole app. Applied here to the document; kept by the core. */
import { commands, type Settings } from '../generated/bindings';
import { fromSystem, setLanguage, type Language } from '../messages/index.svelte';
import { ask } from '../shell/core';

export const settings = $state<Required<Settings>>({
  linkSeconds: 3600,
  theme: 'system',
  language: null,
  inspectorOpen: true,
  bytesPerSecond: null,
  keepAwake: true,
  notify: true,
  removeLocal: false,
});

const moreContrast = window.matchMedia('(prefers-contrast: more)');
moreContrast.addEventListener('change', () => apply());

/** Takes what the core kept. */
export function adopt(kept: Settings): void {
  Object.assign(settings, kept);
  apply();
}

export async function change(part: Partial<Settings>): Promise<void> {
  Object.assign(settings, part);
  apply();
  await ask(commands.settingsSet($state.snapshot(settings)));
}

function apply(): void {
  const { dataset } = document.documentElement;
  if (settings.theme === 'light' || settings.theme === 'dark') dataset['theme'] = settings.theme;
  else delete dataset['theme'];
  if (settings.theme === 'highContrast' || moreContrast.matches) dataset['contrast'] = 'more';
  else delete dataset['contrast'];
  setLanguage(isLanguage(settings.language) ? settings.language : fromSystem());
}

function isLanguage(tag: string | null): tag is Language {
  return tag === 'en' || tag === 'de';
}

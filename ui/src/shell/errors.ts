/** An error of the core as text: what happened, what to do, and the technical part for copying. */
import { currentLanguage, has, t, text } from '../messages/index.svelte';
import type { Error as CoreError } from '../generated/bindings';

export interface ErrorText {
  what: string;
  next: string | undefined;
  technical: string | undefined;
}

export function errorText(error: CoreError): ErrorText {
  return { what: what(error), next: next(error), technical: technical(error) };
}

/** The core speaks English and knows the particulars; other languages take the catalogue's sentence. */
function what(error: CoreError): string {
  if (currentLanguage() === 'en' && error.message !== '') return error.message;
  const key = `error.${error.code}`;
  const sentence = has(key) ? text(key) : error.message || t('error.internal');
  return error.subject ? `${sentence} (${error.subject})` : sentence;
}

function next(error: CoreError): string | undefined {
  if (currentLanguage() === 'en' && error.nextStep) return error.nextStep;
  const key = `error.${error.code}.next`;
  return has(key) ? text(key) : (error.nextStep ?? undefined);
}

function technical(error: CoreError): string | undefined {
  const cause = error.technical;
  const lines = [
    `code: ${error.code}`,
    error.subject ? `subject: ${error.subject}` : '',
    cause?.operation ? `operation: ${cause.operation}` : '',
    cause?.serviceCode ? `service code: ${cause.serviceCode}` : '',
    cause?.httpStatus ? `http status: ${cause.httpStatus}` : '',
    cause?.requestId ? `request id: ${cause.requestId}` : '',
    cause?.detail ? `detail: ${cause.detail}` : '',
  ].filter((line) => line !== '');
  return cause ? lines.join('\n') : undefined;
}

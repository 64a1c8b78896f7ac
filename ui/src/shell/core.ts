/**
 * Asking the core. Answers come as `Result`; `ask` unwraps them, so that callers write the way of
 * success and failures travel as `Failure` to whoever shows them.
 */
import type { Error as CoreError } from '../generated/bindings';

/** How the bindings answer. */
type Result<T, E> = { status: 'ok'; data: T } | { status: 'error'; error: E };

/** A failure that the core described. */
export class Failure extends Error {
  constructor(readonly core: CoreError) {
    super(core.message);
  }
}

export async function ask<T>(answer: Promise<Result<T, CoreError>>): Promise<T> {
  const result = await answer;
  if (result.status === 'ok') return result.data;
  throw new Failure(result.error);
}

/** What the core said, or a fault of the window's own in the same form. */
export function describe(thrown: unknown): CoreError {
  if (thrown instanceof Failure) return thrown.core;
  return {
    code: 'internal',
    subject: null,
    message: '',
    nextStep: null,
    technical: {
      operation: null,
      serviceCode: null,
      httpStatus: null,
      requestId: null,
      detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    },
  };
}

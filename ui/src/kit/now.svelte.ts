/** The time, for texts like "in 40 minutes": moves every half minute while somebody looks. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const clock = setInterval(update, 30_000);
  return () => clearInterval(clock);
});

export function now(): number {
  subscribe();
  return Date.now();
}

/**
 * The machinery of the message catalogue: what a message may be, which parameters it takes (read off
 * the English text by the type checker), and how it is filled in. The texts are in `en.ts` and `de.ts`.
 */

/** A message whose form depends on `count`. `other` must exist; the rest as the language needs. */
export type Plural = { readonly [K in Intl.LDMLPluralRule]?: string } & { readonly other: string };
export type Message = string | Plural;

type Names<S> = S extends `${string}{${infer P}}${infer Rest}` ? P | Names<Rest> : never;
type NamesOf<M> = M extends string ? Names<M> : M extends Plural ? Names<M[keyof M]> | 'count' : never;

/** The parameters of a message; a plural always takes the number `count`. */
export type Params<M> = { [P in NamesOf<M>]: P extends 'count' ? number : string | number };

const PLACEHOLDER = /\{(\w+)\}/g;

/** Fills `{name}` placeholders. An unknown one stays visible, so that it is found. */
export function fill(
  message: Message,
  params: Record<string, string | number>,
  locale: string,
  number: (n: number) => string,
): string {
  const text = typeof message === 'string' ? message : pick(message, Number(params['count'] ?? 0), locale);
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** Making one costs more than asking it. */
const rules = new Map<string, Intl.PluralRules>();

function pick(plural: Plural, count: number, locale: string): string {
  const known = rules.get(locale) ?? new Intl.PluralRules(locale);
  rules.set(locale, known);
  return plural[known.select(count)] ?? plural.other;
}

/** The placeholders a message uses, sorted: for comparing translations. */
export function placeholders(message: Message): string[] {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  const names = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''));
  return [...new Set(names)].sort();
}

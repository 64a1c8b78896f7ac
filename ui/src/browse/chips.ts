/** The filters as chips: what each says of the query, and what its menu offers. */
import type { Query, Span } from '../generated/bindings';
import type { MenuAction } from '../kit';
import { t, text } from '../messages/index.svelte';
import { dates, isOpen, sameSpan, SIZES, STORAGE_CLASSES, toggled, TYPES } from './query';

export interface Chip {
  id: 'type' | 'size' | 'date' | 'class' | 'shared';
  label: string;
  /** What is asked for; empty for anything. */
  value: string;
  entries: MenuAction[];
}

type Ask = (part: Partial<Query>) => void;

export function chips(query: Query, now: number, ask: Ask): Chip[] {
  const spans = dates(now);
  return [
    chip('type', t('search.type'), [
      ...TYPES.map((type) =>
        entry(
          `type-${type}`,
          type === 'other' ? t('search.type.other') : text(`type.${type}`),
          query.types.includes(type),
          () => ask({ types: toggled(query.types, type) }),
        ),
      ),
    ]),
    chip('size', t('search.size'), [
      ...choices(SIZES).map(([id, span]) =>
        spanEntry(`size-${id}`, text(`search.size.${id}`), query.size, span, (size) => ask({ size })),
      ),
    ]),
    chip('date', t('search.date'), [
      ...choices(spans).map(([id, span]) =>
        spanEntry(`date-${id}`, text(`search.date.${id}`), query.modified, span, (modified) =>
          ask({ modified }),
        ),
      ),
    ]),
    chip('class', t('search.storageClass'), [
      ...STORAGE_CLASSES.map((name) =>
        entry(`class-${name}`, name, query.storageClasses.includes(name), () =>
          ask({ storageClasses: toggled(query.storageClasses, name) }),
        ),
      ),
    ]),
    chip('shared', t('search.shared'), [
      entry('shared-yes', t('search.shared.yes'), query.shared === true, () =>
        ask({ shared: query.shared === true ? null : true }),
      ),
      entry('shared-no', t('search.shared.no'), query.shared === false, () =>
        ask({ shared: query.shared === false ? null : false }),
      ),
    ]),
  ];
}

function chip(id: Chip['id'], label: string, entries: MenuAction[]): Chip {
  const on = entries.filter((one) => one.checked);
  return { id, label, value: on.map((one) => one.label).join(', '), entries };
}

function entry(id: string, label: string, checked: boolean, run: () => void): MenuAction {
  return { id, label, checked, run };
}

/** One of several spans; asked for again, it goes. */
function spanEntry(
  id: string,
  label: string,
  asked: Span,
  span: Span,
  ask: (span: Span) => void,
): MenuAction {
  const on = !isOpen(asked) && sameSpan(asked, span);
  return entry(id, label, on, () => ask(on ? { from: null, to: null } : span));
}

function choices<K extends string, V>(record: Record<K, V>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

/** The type of an icon component of the icon set. */
import type { LucideIcon } from '@lucide/svelte';

export type Icon = LucideIcon;

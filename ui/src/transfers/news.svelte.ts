/**
 * Telling of transfers where nobody looks at the panel: in words for a screen reader, and through the
 * system when the window is not in front.
 */
import { commands, type JobState } from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { settings } from '../settings/settings.svelte';
import { jobSummary, jobTitle, pauseText } from './texts';
import { transfers } from './transfers.svelte';

/** What a screen reader reads next. */
export const news = $state({ text: '' });

/** To be called once, when the window starts. */
export function tellOfTransfers(): void {
  let ended: JobState[] = [];
  transfers.onEnded((job) => {
    news.text = `${jobTitle(job)}. ${jobSummary(job)}`;
    ended.push(job);
    // One notification for all that ends together; what somebody cancelled is no news.
    if (transfers.moving.length > 0) return;
    const worthTelling = ended.filter((one) => one.progress.phase !== 'cancelled');
    ended = [];
    const [first, ...more] = worthTelling;
    if (!first) return;
    if (more.length === 0) notify(jobTitle(first), jobSummary(first));
    else notify(t('notify.several', { count: worthTelling.length }), worthTelling.map(jobTitle).join('\n'));
  });
  transfers.onStopped((job) => {
    news.text = `${jobTitle(job)}. ${pauseText(job)}`;
    if (job.pause === 'signIn') notify(t('notify.signIn'), pauseText(job));
  });
}

function notify(title: string, body: string): void {
  // Where the system takes no notification the panel still shows it all.
  if (settings.notify) void commands.shellNotify(title, body).catch(() => undefined);
}

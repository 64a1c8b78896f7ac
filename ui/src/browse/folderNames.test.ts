import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { matching, OfferedFolders, typedPath } from './folderNames.svelte';

afterEach(clearMocks);

describe('a typed path', () => {
  it('is a folder and the beginning of a name in it', () => {
    expect(typedPath('Week 1/Ex')).toEqual({ inside: 'Week 1/', begins: 'Ex' });
    expect(typedPath('Week 1/')).toEqual({ inside: 'Week 1/', begins: '' });
    expect(typedPath('/We')).toEqual({ inside: '', begins: 'We' });
  });
});

describe('the folders that are offered', () => {
  it('are found by any part of their name, without case and accents', () => {
    expect(matching(['Week 1', 'Übungen', 'Old weeks'], 'week')).toEqual(['Week 1', 'Old weeks']);
    expect(matching(['Week 1', 'Übungen'], 'ubu')).toEqual(['Übungen']);
  });

  it('are asked for once, and again only where there are more', async () => {
    const asked: string[] = [];
    let more = false;
    mockIPC((command, args) => {
      if (command !== 'browse_folders') return undefined;
      asked.push((args as { begins: string }).begins);
      return { names: ['a'], more };
    });
    const few = new OfferedFolders();
    await few.look('c', '', '');
    await few.look('c', '', 'a');
    expect(asked).toEqual(['']);

    more = true;
    const many = new OfferedFolders();
    await many.look('c', '', '');
    await many.look('c', '', 'a');
    expect(asked).toEqual(['', '', 'a']);
  });

  it('are those of the last question, whatever comes when', async () => {
    const answers: ((names: string[]) => void)[] = [];
    mockIPC(() => new Promise((resolve) => answers.push((names) => resolve({ names, more: false }))));
    const folders = new OfferedFolders();
    const first = folders.look('c', 'a/', '');
    const second = folders.look('c', 'b/', '');
    answers[1]?.(['new']);
    answers[0]?.(['old']);
    await Promise.all([first, second]);
    expect(folders.names).toEqual(['new']);
  });
});

/**
 * Colours for code: a tree of marked text from highlight.js, turned into elements whose content is text
 * only. No HTML is ever parsed.
 */
import { createLowlight, type LanguageFn } from 'lowlight';

/** More takes long enough to be felt. */
const MOST = 256 * 1024;

type Loader = () => Promise<{ default: LanguageFn }>;

const languages: Record<string, Loader> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  julia: () => import('highlight.js/lib/languages/julia'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  matlab: () => import('highlight.js/lib/languages/matlab'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scala: () => import('highlight.js/lib/languages/scala'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

/** Extensions, and names of languages as Markdown has them, that are called otherwise here. */
const aliases: Record<string, string> = {
  bib: 'latex',
  cc: 'cpp',
  cs: 'csharp',
  h: 'c',
  hpp: 'cpp',
  hs: 'haskell',
  htm: 'xml',
  html: 'xml',
  ipynb: 'json',
  jl: 'julia',
  js: 'javascript',
  jsx: 'javascript',
  kt: 'kotlin',
  m: 'matlab',
  mjs: 'javascript',
  patch: 'diff',
  pl: 'perl',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  tex: 'latex',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  yml: 'yaml',
};

const lowlight = createLowlight();

export function languageOf(name: string): string | undefined {
  const language = aliases[name] ?? name;
  return Object.hasOwn(languages, language) ? language : undefined;
}

/** Puts `code` into `target`, in colour where the language is known. */
export async function paint(target: HTMLElement, code: string, name: string): Promise<void> {
  target.textContent = code;
  const language = languageOf(name.toLowerCase());
  const load = language && languages[language];
  if (!language || !load || code.length > MOST) return;
  try {
    if (!lowlight.registered(language)) lowlight.register(language, (await load()).default);
    const painted = document.createDocumentFragment();
    append(painted, lowlight.highlight(language, code).children);
    target.replaceChildren(painted);
  } catch {
    // Plain text it stays.
  }
}

type Node = ReturnType<typeof lowlight.highlight>['children'][number];

function append(parent: ParentNode & globalThis.Node, children: Node[]): void {
  for (const child of children) {
    if (child.type === 'text') {
      parent.appendChild(document.createTextNode(child.value));
    } else if (child.type === 'element') {
      const span = document.createElement('span');
      const names = child.properties['className'];
      if (Array.isArray(names)) span.className = names.join(' ');
      append(span, child.children as Node[]);
      parent.appendChild(span);
    }
  }
}

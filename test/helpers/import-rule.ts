// The architecture as a check: which folder of src/ may import what, where HTML may be made of strings, and that no files
// import each other in a circle. It reads every form an import can take, types too: a type from a stage that one should
// not know is still knowing it. Fed with sources by path, so that its own tests can feed it violations.

import { parseSync } from 'oxc-parser';
import { posix } from 'node:path';

export interface Violation {
  file: string;
  line: number;
  /** A sentence for whoever broke the rule. */
  message: string;
}

interface Import {
  specifier: string;
  /** Loads nothing along with its file: `import()`, or only types. */
  onDemand: boolean;
  /** `export … from` */
  reexport: boolean;
  offset: number;
}

interface FolderRule {
  folders: string[];
  /** Whether a package may be imported, from this file in this way. */
  allowsPackage: (name: string, from: string, found: Import) => boolean;
}

const none = () => false;
const lit = (name: string) => name === 'lit';

/** The table in ARCHITECTURE.md. */
const RULES: Record<string, FolderRule> = {
  model: { folders: [], allowsPackage: none },
  pacing: { folders: [], allowsPackage: none },
  transport: { folders: ['model'], allowsPackage: none },
  protocols: { folders: ['model'], allowsPackage: none },
  conversation: {
    folders: ['model'],
    allowsPackage: (name, from, { onDemand }) => name === 'idb' && onDemand && /\/storage-[^/]*\.ts$/.test(from),
  },
  markdown: {
    folders: [],
    allowsPackage: (name, from, { onDemand }) =>
      name === 'marked' ||
      (name === 'dompurify' && from === 'src/markdown/sanitize.ts') ||
      (name !== 'dompurify' && onDemand && from.startsWith('src/markdown/plugins/')),
  },
  chat: { folders: ['model', 'transport', 'protocols', 'conversation'], allowsPackage: none },
  elements: { folders: ['model', 'chat', 'pacing', 'markdown'], allowsPackage: lit },
  inspector: { folders: ['model', 'chat'], allowsPackage: lit },
};

/** Ways from a string to live HTML. Reading `outerHTML` is harmless. */
const HTML_SINK =
  /\b(?:(?:innerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|setHTMLUnsafe|createContextualFragment|document\s*\.\s*write(?:ln)?)\b|outerHTML\s*=(?!=))/g;
const HTML_SINK_FILE = 'src/markdown/sanitize.ts';

/** `sources`: every TypeScript file of src/, by its path from the root of the checkout. */
export function checkImports(sources: Record<string, string>): Violation[] {
  const violations: Violation[] = [];
  const graph = new Map<string, { target: string; line: number }[]>();

  for (const [file, source] of Object.entries(sources)) {
    const { program, comments, errors } = parseSync(file, source);
    const lineAt = (offset: number) => source.slice(0, offset).split('\n').length;
    const report = (offset: number, message: string) => violations.push({ file, line: lineAt(offset), message });
    for (const error of errors) report(error.labels[0]?.start ?? 0, `does not parse: ${error.message}`);

    const edges: { target: string; line: number }[] = [];
    graph.set(file, edges);
    for (const found of importsIn(program)) {
      const target = localTarget(file, found.specifier);
      if (target !== undefined && !(target in sources)) {
        report(found.offset, `imports '${found.specifier}', and there is no ${target}`);
        continue;
      }
      if (target !== undefined) edges.push({ target, line: lineAt(found.offset) });
      const forbidden = target === undefined ? packageViolation(file, found) : folderViolation(file, target, found);
      if (forbidden) report(found.offset, forbidden);
    }

    if (file !== HTML_SINK_FILE) {
      for (const match of withoutComments(source, comments).matchAll(HTML_SINK)) {
        report(match.index, `uses ${match[0].replace(/\s*=$/, '')}: only ${HTML_SINK_FILE} may make HTML of strings`);
      }
    }
  }
  return [...violations, ...cycles(graph)];
}

/** Every import in a syntax tree, in any of its forms. */
function importsIn(tree: unknown): Import[] {
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (!isNode(node)) return;
    const reexport = node.type === 'ExportAllDeclaration' || node.type === 'ExportNamedDeclaration';
    const source = reexport || SOURCE_HOLDERS.has(node.type) ? (node['source'] ?? node['expression']) : undefined;
    if (isNode(source)) {
      const onDemand =
        node.type === 'ImportExpression' || node.type === 'TSImportType' || node['importKind'] === 'type';
      // An address that is computed cannot be checked, so it shows up as what it is.
      const specifier = typeof source['value'] === 'string' ? source['value'] : '(computed)';
      found.push({ specifier, onDemand, reexport, offset: node.start });
    }
    Object.values(node).forEach(visit);
  };
  visit(tree);
  return found;
}

/** `import …`, `import()`, a type's `import('…')`, `import x = require('…')`: each with its own place for the address. */
const SOURCE_HOLDERS = new Set(['ImportDeclaration', 'ImportExpression', 'TSImportType', 'TSExternalModuleReference']);

interface SyntaxNode extends Record<string, unknown> {
  type: string;
  start: number;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The file that a relative import means (TypeScript's `.js` is a `.ts`), or `undefined` for a package. */
function localTarget(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** The folder below src/, or `undefined` for the entries beside the folders (index.ts). */
function folderOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

function folderViolation(file: string, target: string, { reexport }: Import): string | undefined {
  const from = folderOf(file);
  const to = folderOf(target);
  if (!target.startsWith('src/')) return `imports ${target}, outside src/`;
  if (from === undefined) {
    const allowed = reexport || to === undefined || to === 'elements';
    return allowed ? undefined : `imports ${to}/: an entry imports only elements/ and re-exports the rest`;
  }
  const rule = RULES[from];
  if (!rule) return `lies in ${from}/, which the table of imports does not know`;
  if (to === from || (to !== undefined && rule.folders.includes(to))) return undefined;
  const may = rule.folders.map((folder) => `${folder}/`).join(', ') || 'no other folder';
  return `imports ${to === undefined ? target : `${to}/`}: ${from}/ may import ${may}`;
}

function packageViolation(file: string, found: Import): string | undefined {
  const name = packageName(found.specifier);
  const folder = folderOf(file);
  if (folder !== undefined && RULES[folder]?.allowsPackage(name, file, found)) return undefined;
  const where = folder === undefined ? 'an entry' : `${folder}/`;
  return `imports '${found.specifier}', which ${where} may not, or not in this file, or only on demand`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The source with its comments blanked out, so that offsets stay and a comment may name what it warns of. */
function withoutComments(source: string, comments: { start: number; end: number }[]): string {
  let text = source;
  for (const { start, end } of comments) {
    text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
  }
  return text;
}

/** One violation for each import that closes a circle (depth-first, each file entered once). */
function cycles(graph: Map<string, { target: string; line: number }[]>): Violation[] {
  const violations: Violation[] = [];
  const settled = new Set<string>();
  const path: string[] = [];
  const enter = (file: string): void => {
    path.push(file);
    for (const { target, line } of graph.get(file) ?? []) {
      const start = path.indexOf(target);
      if (start >= 0) {
        const circle = [...path.slice(start), target].join(' → ');
        violations.push({ file, line, message: `closes a circle of imports: ${circle}` });
      } else if (!settled.has(target)) {
        enter(target);
      }
    }
    path.pop();
    settled.add(file);
  };
  for (const file of graph.keys()) if (!settled.has(file)) enter(file);
  return violations;
}
